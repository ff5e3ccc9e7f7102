"""The judge behind harbor-check."""

import re
import sys

import yaml
from harborapi import models
from pydantic import BaseModel, ValidationError

# Method and path of every call that a specification may make, and the type of its body.
CALLS = [
    ("GET", r"/users/current", None),
    ("GET", r"/registries\?q=name=[^&]+", None),
    ("GET", r"/projects/[^/]+", None),
    ("GET", r"/robots\?q=name=[^&]+", None),
    ("POST", r"/registries", models.Registry),
    ("PUT", r"/registries/\d+", models.RegistryUpdate),
    ("POST", r"/projects", models.ProjectReq),
    ("PUT", r"/projects/[^/]+", models.ProjectReq),
    ("PUT", r"/quotas/\d+", models.QuotaUpdateReq),
    ("PUT", r"/retentions/\d+", models.RetentionPolicy),
    ("POST", r"/robots", models.RobotCreate),
    ("PUT", r"/robots/\d+", models.Robot),
    ("PATCH", r"/robots/\d+", models.RobotSec),
]
PROXIED = {
    "docker-hub", "docker-registry", "github-ghcr", "harbor", "jfrog-artifactory",
    "aws-ecr", "azure-acr", "google-gcr", "ali-acr",
}
PROJECT = re.compile(r"(?=.*[a-z])[a-z0-9]+(?:[._-][a-z0-9]+)*")
REFERENCE = re.compile(r"\$\{[^}]*\}")


class Wrong(Exception):
    pass


def strict(model, seen=None):
    """The same types with unknown keys forbidden, all the way down."""
    seen = set() if seen is None else seen
    if model in seen:
        return
    seen.add(model)
    model.model_config["extra"] = "forbid"
    for field in model.model_fields.values():
        for inner in types_in(field.annotation):
            strict(inner, seen)
    # A type of a list is a type of its own: rebuilt from the inside out.
    model.model_rebuild(force=True)


def types_in(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from types_in(inner)


def filled(value):
    """What apply would send: a number where Harbor gives one, and a text for a secret."""
    if isinstance(value, dict):
        return {key: filled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner) for inner in value]
    if not isinstance(value, str) or not REFERENCE.search(value):
        return value
    if not re.fullmatch(r"\$\{secret\.[a-z0-9-]+\.(name|password)\}|.*\$\{(registry|project|quota|retention|robot)\.[^{}]+\.id\}", value):
        raise Wrong(f"{value}: nobody fills this in")
    if value.startswith("${secret."):
        return "Sample-text-1"
    return 1 if REFERENCE.fullmatch(value) else REFERENCE.sub("1", value)


def calls(value, found):
    if isinstance(value, dict):
        if "method" in value:
            found.append(value)
            return
        for inner in value.values():
            calls(inner, found)
    elif isinstance(value, list):
        for inner in value:
            calls(inner, found)


def check_call(call):
    method, path, body = call["method"], filled(call["path"]), filled(call.get("body"))
    kinds = [kind for known, pattern, kind in CALLS if known == method and re.fullmatch(pattern, path)]
    if not kinds:
        raise Wrong(f"{method} {path}: Harbor has no such call")
    (kind,) = kinds
    if (kind is None) != (body is None):
        raise Wrong(f"{method} {path}: {'a body too much' if kind is None else 'no body'}")
    if kind is None:
        return
    try:
        kind.model_validate(body, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        raise Wrong(f"{method} {path}: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from None
    silent(method, kind, body)


def silent(method, kind, body):
    """What Harbor takes without a word, or refuses only when it runs."""
    if kind is models.Registry and body.get("type") not in PROXIED:
        raise Wrong(f"type {body.get('type')}: no proxy project can stand on it")
    if kind in (models.Registry, models.RegistryUpdate) and not re.fullmatch(r"https://[^/\s]+(/\S*)?", body["url"]):
        raise Wrong(f"url {body['url']}")
    if kind is models.ProjectReq:
        if body["metadata"].get("public") not in ("true", "false"):
            raise Wrong(f"public {body['metadata'].get('public')!r}: Harbor stores anything")
        ignored = set(body) - {"metadata"} if method == "PUT" else set()
        if ignored:
            raise Wrong(f"{sorted(ignored)}: a PUT of a project ignores them")
        if method == "POST":
            limit = body["storage_limit"]
            if not PROJECT.fullmatch(body["project_name"]) or not (limit == -1 or 0 < limit <= 1 << 50):
                raise Wrong(f"project {body['project_name']}, storage_limit {limit}")
    if kind is models.QuotaUpdateReq and (list(body["hard"]) != ["storage"] or not (body["hard"]["storage"] == -1 or body["hard"]["storage"] > 0)):
        raise Wrong(f"quota {body['hard']}")
    if kind is models.RetentionPolicy:
        retention(body)
    if kind in (models.RobotCreate, models.Robot):
        robot(method, body)


def retention(body):
    cron = body["trigger"]["settings"]["cron"].split()
    if body["algorithm"] != "or" or body["scope"]["level"] != "project" or len(cron) != 6 or cron[0] != "0":
        raise Wrong(f"retention {body['algorithm']}, {body['scope']}, {cron}")
    for rule in body["rules"]:
        days = rule["params"].get("nDaysSinceLastPull")
        if (rule["action"], rule["template"]) != ("retain", "nDaysSinceLastPull") or list(rule["params"]) != ["nDaysSinceLastPull"]:
            raise Wrong(f"rule {rule['action']} {rule['template']} {rule['params']}: fails when it runs")
        if type(days) is not int or days < 1:
            raise Wrong(f"{days!r} days: nothing is kept, or another number of days")
        selectors = rule["tag_selectors"] + [one for all_of in rule["scope_selectors"].values() for one in all_of]
        if list(rule["scope_selectors"]) != ["repository"] or any(one["kind"] != "doublestar" for one in selectors):
            raise Wrong(f"selectors {selectors}")


def robot(method, body):
    if method == "POST" and {"secret", "disable"} & set(body):
        raise Wrong("a POST of a robot ignores secret and disable")
    if body["level"] != "system" or body["duration"] == 0 or body["duration"] < -1 or not body["permissions"]:
        raise Wrong(f"robot {body['level']}, {body['duration']} days, {body['permissions']}")
    for permission in body["permissions"]:
        rights = [(one["resource"], one["action"]) for one in permission["access"]]
        if permission["kind"] != "project" or rights != [("repository", "pull")]:
            raise Wrong(f"robot with {permission}: nodes pull and do nothing else")


def check(path):
    with open(path, encoding="utf-8") as file:
        document = yaml.safe_load(file)
    found = []
    calls(document, found)
    if not found:
        raise Wrong("no calls")
    for call in found:
        check_call(call)
    names = [call["body"]["name"] for call in found if call["path"] == "/registries"]
    projects = [call["body"] for call in found if call["path"] == "/projects"]
    for project in projects:
        stands_on = re.fullmatch(r"\$\{registry\.(.+)\.id\}", str(project["registry_id"]))
        if not stands_on or stands_on[1] not in names:
            raise Wrong(f"{project['project_name']} stands on {project['registry_id']}, which nobody makes")
    if len({project["registry_id"] for project in projects}) != len(projects):
        raise Wrong("two projects stand on one registry")


def main(paths):
    wrong = 0
    for _, _, kind in CALLS:
        if kind is not None:
            strict(kind)
    for path in paths:
        try:
            check(path)
        except Wrong as why:
            wrong += 1
            print(f"{path}: {why}")
        except (KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
            wrong += 1
            print(f"{path}: {type(error).__name__}: {error}")
    print(f"{len(paths)} files, {wrong} wrong")
    return 1 if wrong or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
