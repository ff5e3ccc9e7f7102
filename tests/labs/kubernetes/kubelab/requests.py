"""Requests whose lines in the audit log are compared with what the policy promises."""
import os
import time
import urllib.parse
import uuid

from kubelab import audit, lab
from kubelab.issuer import openssl

PROBES = ["/livez", "/readyz"]
METHODS = {"create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE", "deletecollection": "DELETE",
           "get": "GET", "list": "GET", "watch": "GET"}  # fmt: skip


class Requests:
    """Makes requests, and finds their lines again by the Audit-ID that it gives them."""

    def __init__(self, report, policy, tokens):
        self.report, self.policy, self.tokens = report, policy, tokens
        self.admin = lab.Api(lab.HARDENED)
        self.clients = {}
        self.served = {}  # (group, resource) to (path of its version, apiVersion, kind, whether in a namespace)
        for (version, kind), (path, resource, namespaced) in self.admin.resources().items():
            group = version.rpartition("/")[0]
            self.served.setdefault((group, resource), (path, version, kind, namespaced))
        self.sent = []  # (request, levels that are right whatever the policy says, Audit-ID, bodies that it had)

    def send(self, api, request, body=None, levels=audit.LEVELS):
        """One request; its check comes when all are in the log."""
        identity = str(uuid.uuid4())
        query = {"list": "limit=1", "watch": "watch=1&timeoutSeconds=1", "get": ""}.get(request.verb, "dryRun=All")
        kind = {}
        if request.verb == "patch":
            query, kind = f"{query}&fieldManager=strata", {"Content_Type": "application/apply-patch+yaml"}
        path = urllib.parse.quote(request.path) + (f"?{query}" if query and request.resource else "")
        answer = api.ask(METHODS[request.verb], path, body, Audit_ID=identity, **kind)
        decoded = body is not None and answer.status not in (401, 404, 405, 415)
        bodies = {"requestObject"} if decoded else set()
        if answer.ok and request.resource and request.verb != "watch":
            bodies.add("responseObject")
        self.sent.append((request, levels, identity, bodies))
        return answer

    def prove(self):
        """All requests, then all lines."""
        self.fixed()
        for number, rule in enumerate(self.policy.rules, 1):
            self.rule(number, rule)
        self.judge()

    def judge(self):
        """Each request's lines, when the last one is there."""
        # A last one that the policy logs: when its line is there, all lines are.
        request = self.object("create", "", "pods", namespace="default")
        self.send(self.admin, request, self.body(request))
        last = self.sent[-1][2]
        end = time.monotonic() + 5
        while last not in (lines := audit.read_log(f"{lab.HARDENED}/log/audit.log")) and time.monotonic() < end:
            time.sleep(0.1)
        for request, levels, identity, bodies in self.sent:
            promise = self.policy.promise(request)
            wrong = audit.broken(promise, lines.get(identity, []), bodies)
            if promise[0] not in levels:
                wrong = f"the policy says {promise[0]}; right would be {' or '.join(levels)}"
            for line in lines.get(identity, []):
                if line["user"].get("username", "") != request.user:
                    wrong = wrong or f"its user in the log is {line['user']}"
            self.report.check(f"audit: {request}: {promise[0]}", wrong)
        omitted = sorted({line["stage"] for found in lines.values() for line in found} & {*self.policy.omitted})
        self.report.check("audit: no line of a stage that the policy leaves out", omitted)

    # What must hold for any cluster: credentials stay out of the log, changes and people are in it, probes are not.
    def fixed(self):
        """Requests with a known answer, whatever the policy."""
        logged, secret = audit.LEVELS[1:], ["Metadata"]
        for verb in "get", "list", "create", "patch":
            request = self.object(verb, "", "secrets", namespace="kube-system")
            self.send(self.admin, request, self.body(request), levels=secret)
        for group, resource, subresource in ("", "serviceaccounts", "token"), ("authentication.k8s.io", "tokenreviews", ""):
            request = self.object("create", group, resource, subresource, "default", name="default")
            body = self.body(request) | {"spec": {"token": "none"}} if resource == "tokenreviews" else {
                "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"audiences": ["sample"]}
            }
            self.send(self.admin, request, body, levels=secret)
        for group, resource in ("", "pods"), ("apps", "deployments"), ("rbac.authorization.k8s.io", "clusterrolebindings"):
            request = self.object("create", group, resource, namespace="default")
            self.send(self.admin, request, self.body(request), levels=logged)
        for token, user, groups in self.tokens:
            request = self.object("create", "", "pods", namespace="default", user=user, groups=groups)
            self.send(lab.Api(lab.HARDENED, None, token), request, levels=logged)
        nobody = lab.Api(lab.HARDENED, certificate=None)
        for path in PROBES:
            request = audit.Request("get", path, "system:anonymous", ("system:unauthenticated",))
            self.send(nobody, request, levels=["None"])
        request = self.object("list", "", "secrets", namespace="kube-system", user="", groups=())
        self.send(nobody, request, levels=logged)

    def rule(self, number, rule):
        """One request for each resource or path that a rule names, by each user and group that it names."""
        verbs = [verb for verb in METHODS if not rule.get("verbs") or verb in rule["verbs"]]
        if not verbs:
            self.report.skip(f"audit: rule {number}: no request has the verbs {', '.join(rule['verbs'])}")
            return
        for user in rule.get("users") or ["admin"]:
            for group in rule.get("userGroups") or ["system:masters"]:
                if user == "system:anonymous" or group == "system:unauthenticated":
                    self.report.skip(f"audit: rule {number}: for requests without credentials")
                else:
                    self.as_user(rule, verbs, user, tuple(sorted({group, "system:masters", "system:authenticated"})))

    def as_user(self, rule, verbs, user, groups):
        """The requests of a rule by one of its users."""
        who = {"user": user, "groups": groups}
        if (user, groups) not in self.clients:
            self.clients[user, groups] = as_(user, groups)
        api = self.clients[user, groups]
        for url in rule.get("nonResourceURLs") or []:
            if "get" in verbs:
                self.send(api, audit.Request("get", url.rstrip("*") or "/", **who))
        for resource in rule.get("resources") or ([{"resources": ["configmaps"]}] if not rule.get("nonResourceURLs") else []):
            for whole in resource.get("resources") or ["*"]:
                name = (resource.get("resourceNames") or ["strata-sample"])[0]
                namespace = (rule.get("namespaces") or ["default"])[0]
                request = self.example(verbs, resource.get("group", ""), whole, namespace, name, who)
                self.send(api, request, self.body(request))

    def example(self, verbs, group, whole, namespace, name, who):
        """A request for a resource as rules write it: NAME, NAME/SUB, *, NAME/*, */SUB."""
        resource, _, subresource = whole.partition("/")
        if resource == "*":
            resource = {"": "configmaps"}.get(group) or next((each for of, each in self.served if of == group), "things")
        if subresource:
            # Who attaches to a pod that is not there gets an answer at once.
            verbs = [verb for verb in verbs if verb in ("get", "update", "create")] or verbs
        return self.object(verbs[0], group, resource, subresource.replace("*", "status"), namespace, name, **who)

    def object(self, verb, group, resource, subresource="", namespace="", name="strata-sample", **who):
        """A request for an object, or for all of its kind."""
        version = f"/apis/{group}/v1" if group else "/api/v1"
        path, _, _, namespaced = self.served.get((group, resource), (version, "", "", True))
        namespace = namespace if namespaced else ""
        if namespace:
            path += f"/namespaces/{namespace}"
        path += f"/{resource}"
        if verb in ("get", "update", "patch", "delete") or subresource:
            path += f"/{name}" + (f"/{subresource}" if subresource else "")
        else:
            name = ""
        return audit.Request(verb, path, group=group, resource=resource, subresource=subresource, namespace=namespace, name=name, **who)

    def body(self, request):
        """The least that the server decodes; what it says to it does not matter."""
        if request.verb not in ("create", "update", "patch") or request.subresource or (request.group, request.resource) not in self.served:
            return None
        _, version, kind, _ = self.served[request.group, request.resource]
        return {"apiVersion": version, "kind": kind, "metadata": {"name": request.name or "strata-sample"}}


def as_(user, groups):
    """A client with a certificate of the lab's authority: any user, any groups."""
    name = f"{lab.HARDENED}/pki/{uuid.uuid4()}"
    subject = "".join(f"/O={group}" for group in groups) + f"/CN={user}"
    openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
            "-keyout", f"{name}.key", "-out", f"{name}.csr")  # fmt: skip
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{lab.HARDENED}/pki/ca.crt", "-CAkey", f"{lab.HARDENED}/pki/ca.key", "-days", "2",
            "-out", f"{name}.crt")  # fmt: skip
    return lab.Api(lab.HARDENED, os.path.basename(name))
