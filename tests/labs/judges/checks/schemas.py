"""schemas.py YAML_READ OUT SWAGGER CRD... writes one strict JSON Schema per kind for kubeconform.

SWAGGER is api/openapi-spec/swagger.json of k8s.io/kubernetes; each CRD is a
YAML file of CustomResourceDefinitions, read by the program YAML_READ (PyYAML
refuses the `- =` of the Prometheus operator's). Names: OUT/<group>/<kind>_<version>.json.
"""
import json
import os
import subprocess
import sys

OPEN = ("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource")
TYPES = {
    "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": ["string", "number"]},
    "io.k8s.apimachinery.pkg.util.intstr.IntOrString": {"type": ["string", "integer"]},
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": {"type": "object"},
}


def strict(schema):
    """The schema with unknown fields refused."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["string", "integer"]}
    out = {k: strict(v) for k, v in schema.items() if k not in ("description", "default", "format", "properties")}
    if "properties" in schema:
        out["properties"] = {k: strict(v) for k, v in schema["properties"].items()}
        if not any(schema.get(k) for k in OPEN) and "additionalProperties" not in schema:
            out["additionalProperties"] = False
    return out


def write(folder, group, kind, version, schema):
    # For the core group kubeconform's {{.Group}} is the version.
    group = group or version
    os.makedirs(f"{folder}/{group}", exist_ok=True)
    with open(f"{folder}/{group}/{kind.lower()}_{version}.json", "w", encoding="utf-8") as file:
        json.dump(schema, file, sort_keys=True)


def kubernetes(folder, path):
    with open(path, encoding="utf-8") as file:
        definitions = json.load(file)["definitions"]
    shared = {name: TYPES.get(name) or strict(schema) for name, schema in definitions.items()}
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/definitions.json", "w", encoding="utf-8") as file:
        json.dump({"definitions": shared}, file, sort_keys=True)
    for name, schema in definitions.items():
        for kind in schema.get("x-kubernetes-group-version-kind", []):
            if "properties" not in schema or "kind" not in schema["properties"]:
                continue
            body = json.loads(json.dumps(shared[name]).replace('"#/definitions/', '"../definitions.json#/definitions/'))
            body["required"] = sorted({*body.get("required", []), "apiVersion", "kind"})
            write(folder, kind["group"], kind["kind"], kind["version"], body)


def custom(folder, read, path):
    found = subprocess.run([read, "kubernetes", path], check=True, capture_output=True, text=True).stdout
    for document in json.loads(found)["documents"]:
        if not document or document.get("kind") != "CustomResourceDefinition":
            continue
        spec = document["spec"]
        for version in spec["versions"]:
            body = strict(version["schema"]["openAPIV3Schema"])
            body.setdefault("properties", {})["metadata"] = {"type": "object"}
            body["properties"].setdefault("apiVersion", {"type": "string"})
            body["properties"].setdefault("kind", {"type": "string"})
            write(folder, spec["group"], spec["names"]["kind"], version["name"], body)


read, out, swagger, *crds = sys.argv[1:]
kubernetes(out, swagger)
for crd in crds:
    custom(out, read, crd)
