"""A chart, rendered as Argo CD would, before the API server."""
import dataclasses
import json
import os
import re
import subprocess
import tempfile
import time

from chartlab import releases
from kubelab import lab

CACHE = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
HELM = os.environ.get("STRATA_HELM") or f"{CACHE}/strata-argocd-lab/bin/helm"
IMAGES = f"{os.path.dirname(os.path.abspath(__file__))}/../../../src/model/objects/images.rs"
MANAGER = "strata-charts"


def prove(report, api, charts, tree, release):
    """All checks of one chart; what was found, for the record."""
    what = f"{os.path.basename(tree)}: {release.chart}"
    folder = f"{charts}/{release.chart}"
    if not os.path.isfile(f"{folder}/Chart.yaml"):
        report.skip(f"{what}: no copy in {charts}")
        return None
    ((chart,), defaults) = lab.read_yaml([f"{folder}/Chart.yaml", f"{folder}/values.yaml"])
    if release.version:
        wrong = None if same(chart["version"], release.version) else f"the copy in {folder} is {chart['version']}"
        report.check(f"{what}: {release.version} is there", wrong)
    report.check(f"{what}: its values are in the tree", ", ".join(release.missing))
    version = releases.kube_version(tree)
    first, wrong = render(folder, release, version)
    report.check(f"{what}: Helm renders it for Kubernetes {version}", wrong)
    if wrong:
        return None
    second, _ = render(folder, release, version)
    unlike = differing(first, second)
    report.check(f"{what}: twice the same", ", ".join(unlike))
    steady = [one for one in first if label(one) not in unlike]
    unused = idle(folder, release, version, steady, known(folder, defaults))
    report.check(f"{what}: every value is one of the chart's", ", ".join(unused))
    judged = before_server(api, first, beside(folder, release, version), release, releases.namespaces(tree))
    report.check(f"{what}: the API server takes its {len(first)} objects", "\n        ".join(judged["refused"]))
    report.check(f"{what}: its pods fit the namespaces", "\n        ".join(judged["pods"]))
    # RKE2's own charts have theirs from RKE2.
    if release.version:
        report.check(f"{what}: strata knows its images", ", ".join(unlisted(images(first))))
    for warning in judged["warnings"]:
        print(f"WARNED  {what}: {warning}")
    return {
        "tree": os.path.basename(tree), "chart": release.chart, "version": chart["version"], "app": chart.get("appVersion"),
        "objects": len(first), "images": images(first), "hooks": hooks(first), "crds": crds(first), **judged,
    }


def unlisted(found):
    """Images that the table of strata lacks, by which it tells what Harbor has to proxy."""
    with open(IMAGES, encoding="utf-8") as table:
        text = table.read()
    return [image for image in found if f'"{image}"' not in text]


def same(one, other):
    """Versions of charts are the same with and without the v."""
    return str(one).lstrip("v") == str(other).lstrip("v")


# --- values -------------------------------------------------------------------------------------------------------


def known(folder, defaults):
    """The tree of keys of a chart, with those of its dependencies."""
    keys = dict((defaults or [{}])[0] or {})
    ((chart,),) = lab.read_yaml([f"{folder}/Chart.yaml"])
    for each in chart.get("dependencies") or []:
        within = f"{folder}/charts/{each['name']}"
        if os.path.isfile(f"{within}/values.yaml"):
            (own,) = lab.read_yaml([f"{within}/values.yaml"])
            alias = each.get("alias") or each["name"]
            keys[alias] = overlaid(known(within, own), keys.get(alias) or {})
    return keys


def overlaid(below, above):
    """As Helm merges: mappings by key, anything else whole."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return below | {key: overlaid(below[key], value) if key in below else value for key, value in above.items()}


# Whose keys are the user's own, though there are some by default.
FREE = {"configs.cm", "configs.params", "configs.rbac", "nodeSelector", "annotations", "labels"}


def strangers(values, keys, path=""):
    """Paths of values that the chart does not know. A mapping that is empty by default may hold anything."""
    if not isinstance(values, dict) or not isinstance(keys, dict) or not keys or free(path):
        return
    for key, value in values.items():
        at = f"{path}.{key}".lstrip(".")
        if key not in keys:
            yield at
        else:
            yield from strangers(value, keys[key], at)


def free(path):
    """Whether the keys below are the user's own."""
    return path in FREE or path.rpartition(".")[2] in FREE


def idle(folder, release, version, steady, keys):
    """Strangers without which Helm renders the same: templates also ask for what values.yaml only has in a comment.

    Compared are the objects that are the same in each rendering.
    """
    names = {label(one) for one in steady}
    found = set()
    for number, values in enumerate(release.values):
        for path in sorted(strangers(values, keys)):
            less = dataclasses.replace(release, values=[*release.values])
            less.values[number] = without(values, path)
            other, wrong = render(folder, less, version)
            if not wrong and not names & set(differing(steady, other)):
                found.add(path)
    return sorted(found)


def without(values, path):
    """A copy that lacks one of them. Keys have dots themselves, so the path is followed by what there is."""
    for key, value in values.items():
        if key == path:
            return {other: each for other, each in values.items() if other != key}
        if path.startswith(f"{key}.") and isinstance(value, dict):
            return values | {key: without(value, path[len(key) + 1 :])}
    return values


# --- rendering ----------------------------------------------------------------------------------------------------


def render(folder, release, version):
    """The objects, as `helm template` of Argo CD prints them, or why not."""
    with tempfile.TemporaryDirectory() as scratch:
        arguments = [HELM, "template", release.name, folder, "--namespace", release.namespace, "--include-crds", "--kube-version", version]
        for number, values in enumerate(release.values):
            with open(f"{scratch}/{number}.json", "w", encoding="utf-8") as file:
                json.dump(values, file)
            arguments += ["--values", f"{scratch}/{number}.json"]
        done = subprocess.run([*arguments, "--output-dir", f"{scratch}/out"], capture_output=True, text=True, check=False)
        if done.returncode:
            return [], " ".join(done.stderr.split())[:600]
        files = sorted(f"{root}/{name}" for root, _, names in os.walk(f"{scratch}/out") for name in names)
        documents = lab.read_yaml(files)
    broken = [f"{file}: {each}" for file, each in zip(files, documents) if isinstance(each, str)]
    return [one for each in documents if not isinstance(each, str) for one in each if one and "kind" in one], "; ".join(broken)


def beside(folder, release, version):
    """What the chart NAME-crd brings: RKE2 keeps its definitions apart, and installs them first."""
    if not os.path.isdir(f"{folder}-crd"):
        return []
    return render(f"{folder}-crd", dataclasses.replace(release, name=f"{release.name}-crd", values=[]), version)[0]


def differing(first, second):
    """What is not the same in two renderings."""
    one, other = {label(each): each for each in first}, {label(each): each for each in second}
    return [each for each in sorted(one.keys() | other.keys()) if one.get(each) != other.get(each)]


def label(one):
    """What an object is called."""
    return " ".join(filter(None, [one["kind"], one["metadata"].get("namespace"), one["metadata"].get("name")]))


def images(objects):
    """Every image of the pods, and what looks like one in the arguments and variables of the containers."""
    found = set()
    for container in containers([one for one in objects if not tested(one)]):
        found.add(container["image"])
        words = [*(container.get("args") or []), *(each.get("value") or "" for each in container.get("env") or [])]
        for word in words:
            match = re.search(r"(?:^|=)([a-z0-9.-]+\.[a-z]{2,}/[a-z0-9./_-]+:[\w.-]+)$", str(word))
            found |= {match[1]} if match else set()
    return sorted(found)


def tested(one):
    """Whether an object is of `helm test`, which Argo CD and RKE2's Helm controller never run."""
    return "test" in (one["metadata"].get("annotations") or {}).get("helm.sh/hook", "").split(",")


def containers(value):
    """All containers, wherever a pod's specification stands."""
    if isinstance(value, list):
        for each in value:
            yield from containers(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in ("containers", "initContainers") and isinstance(each, list):
                yield from (one for one in each if isinstance(one, dict) and "image" in one)
            else:
                yield from containers(each)


def hooks(objects):
    """What Argo CD runs before, after, or on deletion."""
    found = []
    for one in objects:
        hook = (one["metadata"].get("annotations") or {}).get("helm.sh/hook")
        found += [f"{one['kind']}/{one['metadata']['name']}: {hook}"] if hook else []
    return sorted(found)


def crds(objects):
    """Names of the definitions."""
    return sorted(one["metadata"]["name"] for one in objects if one["kind"] == "CustomResourceDefinition")


# --- the API server -----------------------------------------------------------------------------------------------


def before_server(api, objects, definitions, release, namespaces):
    """What the server says of each object, in a strict dry run, in namespaces like those of the tree."""
    judged = {"refused": [], "pods": [], "warnings": []}
    made = furnish(api, [*objects, *definitions], release, namespaces)
    kinds = api.resources()
    try:
        for one in objects:
            name = f"{one['kind']}/{one['metadata'].get('name')}"
            served = kinds.get((one["apiVersion"], one["kind"]))
            if served is None:
                judged["refused"].append(f"{name}: the lab serves no {one['apiVersion']} {one['kind']}")
                continue
            if served[2]:
                one["metadata"].setdefault("namespace", release.namespace)
            answer = applied(api, path(served, one), one, dry_run=True)
            if not answer.ok:
                judged["refused"].append(f"{name}: {answer.status} {answer.message}"[:500])
            for warning in (each.replace('\\"', '"') for each in answer.warnings):
                judged["pods" if "violate PodSecurity" in warning else "warnings"].append(f"{name}: {warning}"[:500])
    finally:
        for each in made:
            api.ask("DELETE", each)
        for each in made:
            wait(lambda each=each: api.ask("GET", each).status == 404)
    return judged


def applied(api, at, body, dry_run=False):
    """What the server says; one that is out of breath is asked again."""
    for _ in range(5):
        answer = api.apply(at, body, dry_run=dry_run, manager=MANAGER)
        if answer.status != 504:
            break
    return answer


def path(served, one):
    """The URL of an object."""
    version, plural, namespaced = served
    within = f"/namespaces/{one['metadata']['namespace']}" if namespaced else ""
    return f"{version}{within}/{plural}/{one['metadata']['name']}"


def furnish(api, objects, release, namespaces):
    """Namespaces, which warn of what they would enforce, and definitions that the lab lacks; what was made."""
    made = []
    wanted = {one["metadata"].get("namespace") for one in objects} | {release.namespace}
    for name in sorted(filter(None, wanted)):
        at = f"/api/v1/namespaces/{name}"
        if api.ask("GET", at).status != 404:
            continue
        labels = dict(namespaces.get(name) or {})
        enforced = labels.get("pod-security.kubernetes.io/enforce")
        labels |= {"pod-security.kubernetes.io/warn": enforced} if enforced else {}
        body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        if applied(api, at, body).ok:
            made.append(at)
    for one in objects:
        at = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{one['metadata']['name']}"
        if one["kind"] == "CustomResourceDefinition" and api.ask("GET", at).status == 404:
            if applied(api, at, one).ok:
                made.append(at)
                wait(lambda at=at: established(api.ask("GET", at).body))
    for at in made:
        if "/namespaces/" in at:
            wait(lambda at=at: api.ask("GET", f"{at}/serviceaccounts/default").ok)
    return made


def established(definition):
    """Whether objects of it can be sent."""
    conditions = definition.get("status", {}).get("conditions") or []
    return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)


def wait(done, seconds=60):
    """Until it is so, or too long."""
    end = time.monotonic() + seconds
    while not done() and time.monotonic() < end:
        time.sleep(0.1)
