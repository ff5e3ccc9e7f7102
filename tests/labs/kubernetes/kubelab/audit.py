"""What an audit policy promises for a request, and whether the log keeps it.

An own reading of the policy's rules (https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/): the first rule that
matches decides, omitted stages add up, no rule means no line.
"""
import dataclasses
import json

LEVELS = ["None", "Metadata", "Request", "RequestResponse"]


@dataclasses.dataclass
class Request:
    """One request as the policy sees it."""

    verb: str
    path: str
    user: str = "admin"
    groups: tuple = ("system:masters", "system:authenticated")
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    def __str__(self):
        what = f"{self.resource}{'/' + self.subresource if self.subresource else ''}{'.' + self.group if self.group else ''}"
        groups = [each for each in self.groups if each not in ("system:masters", "system:authenticated")]
        return f"{self.verb} {what or self.path} by {self.user or 'nobody'}{' of ' if groups else ''}{', '.join(groups)}"


class Policy:
    """An audit policy."""

    def __init__(self, body):
        self.rules = body.get("rules") or []
        self.omitted = body.get("omitStages") or []

    def promise(self, request):
        """The level and the stages left out."""
        for rule in self.rules:
            if matches(rule, request):
                return rule["level"], {*self.omitted, *(rule.get("omitStages") or [])}
        return "None", set(self.omitted)


def matches(rule, request):
    """Whether a rule is for this request: empty lists are for all."""
    if (rule.get("users") and request.user not in rule["users"]) or (rule.get("verbs") and request.verb not in rule["verbs"]):
        return False
    if rule.get("userGroups") and not {*rule["userGroups"]} & {*request.groups}:
        return False
    if rule.get("namespaces") or rule.get("resources"):
        return bool(request.resource) and matches_resource(rule, request)
    if rule.get("nonResourceURLs"):
        return not request.resource and any(matches_path(each, request.path) for each in rule["nonResourceURLs"])
    return True


def matches_resource(rule, request):
    """Whether namespace, group, resource and name are the rule's."""
    if rule.get("namespaces") and request.namespace not in rule["namespaces"]:
        return False
    whole = request.resource + (f"/{request.subresource}" if request.subresource else "")
    wanted = {whole, "*", f"{request.resource}/*"} | ({f"*/{request.subresource}"} if request.subresource else set())
    return not rule.get("resources") or any(
        each.get("group", "") == request.group
        and (not each.get("resources") or {*each["resources"]} & wanted)
        and (not each.get("resources") or not each.get("resourceNames") or request.name in each["resourceNames"])
        for each in rule["resources"]
    )


def matches_path(pattern, path):
    """A pattern may end in *."""
    return pattern in ("*", path) or (pattern.endswith("*") and path.startswith(pattern.rstrip("*")))


def read_log(path):
    """The log's lines by the identity of their request."""
    lines = {}
    with open(path, encoding="utf-8") as file:
        for text in file:
            if text.endswith("\n"):  # the last one may be half written
                line = json.loads(text)
                lines.setdefault(line["auditID"], []).append(line)
    return lines


def broken(promise, lines, bodies):
    """What of a promise the lines of one request break, or None. bodies: those that the request had, of both."""
    level, omitted = promise
    if level == "None":
        return f"logged at {lines[0]['level']}, though the policy says None" if lines else None
    if not lines:
        return f"not logged, though the policy says {level}"
    if found := {line["level"] for line in lines} - {level}:
        return f"logged at {', '.join(found)}, though the policy says {level}"
    if found := {line["stage"] for line in lines} & omitted:
        return f"logged at the stage {', '.join(found)}, which the policy leaves out"
    allowed = {"Metadata": set(), "Request": {"requestObject"}}.get(level, {"requestObject", "responseObject"})
    has = {key for line in lines for key in ("requestObject", "responseObject") if key in line}
    if has - allowed:
        return f"its {', '.join(has - allowed)} is in the log, though the policy says {level}"
    if missing := (allowed & bodies) - has:
        return f"its {', '.join(missing)} is not in the log, though the policy says {level}"
    return None
