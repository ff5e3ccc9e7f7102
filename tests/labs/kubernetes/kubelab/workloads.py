"""Tenants as they stand in a tree, and objects that the bounds of a namespace must refuse or take."""
import copy
import re
import time

UNITS = {"": 1, "Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40}


class Namespace:
    """A namespace of a tenant and what bounds it, as generated."""

    def __init__(self, name, objects):
        self.name = name
        self.labels = objects["Namespace", name]["metadata"]["labels"]
        self.level = self.labels["pod-security.kubernetes.io/enforce"]
        self.hard = objects["ResourceQuota", "quota"]["spec"]["hard"]
        limits = {each["type"]: each for each in objects["LimitRange", "limits"]["spec"]["limits"]}
        self.container, self.claim = limits["Container"], limits.get("PersistentVolumeClaim")
        self.isolated = ("NetworkPolicy", "default-deny") in objects
        self.locked = ("ServiceAccount", "default") in objects
        self.bindings = [each for (kind, _), each in objects.items() if kind == "RoleBinding"]

    def subjects(self, kind):
        """Names of who is bound here; accounts with their namespace."""
        every = [subject for binding in self.bindings for subject in binding["subjects"] if subject["kind"] == kind]
        return [f"{each['namespace']}:{each['name']}" if "namespace" in each else each["name"] for each in every]


class Tenant:
    """A tenant and its namespaces, from the objects of its folder."""

    def __init__(self, name, objects):
        self.name = name
        self.namespaces = []
        for one in objects:
            if one["kind"] == "Namespace":
                inside = [each for each in objects if each["metadata"].get("namespace") == one["metadata"]["name"]]
                known = {(each["kind"], each["metadata"]["name"]): each for each in [one, *inside]}
                self.namespaces.append(Namespace(one["metadata"]["name"], known))


def amount(text):
    """A quantity as a number: cores of CPU are thousandths."""
    number, unit = re.fullmatch(r"(\d+)(m|[KMGT]i|)", str(text)).groups()
    return int(number) if unit == "m" else int(number) * UNITS[unit] * 1000


def pod(**container):
    """A pod that obeys `restricted`, and says nothing about resources."""
    safe = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    main = {"name": "main", "image": "registry.example.org/main:1", "securityContext": safe} | container
    return {"securityContext": {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}}, "containers": [main]}


def prove(report, api, what, namespace):
    """All bounds of one namespace."""
    base = f"/api/v1/namespaces/{namespace.name}"

    def send(kind, spec, dry=True, name="sample", **fields):
        body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **({"spec": spec} if spec is not None else {}), **fields}
        plural = {"Service": "services", "PersistentVolumeClaim": "persistentvolumeclaims"}.get(kind, f"{kind.lower()}s")
        return api.ask("POST", f"{base}/{plural}" + ("?dryRun=All" if dry else ""), body)

    def refused(case, answer, words):
        fine = answer.status == 403 and words in answer.message
        report.check(f"{what}: refused: {case}", None if fine else f"{answer.status} {answer.message}"[:400])

    counted(report, api, what, base)
    taken(report, what, namespace, send)
    limits(what, namespace, send, refused)
    quotas(what, namespace, send, refused)
    security(what, namespace, send, refused)
    report.check(f"{what}: a Deployment of a tenant comes up", deployment(api, namespace.name))


def counted(report, api, what, base):
    """A new quota refuses everything until its controller has counted."""
    end = time.monotonic() + 30
    while True:
        quotas = api.ask("GET", f"{base}/resourcequotas").body.get("items", [])
        missing = [each["metadata"]["name"] for each in quotas if set(each["spec"]["hard"]) - set(each.get("status", {}).get("used", {}))]
        if quotas and not missing or time.monotonic() > end:
            break
        time.sleep(0.2)
    report.check(f"{what}: its {len(quotas)} quotas are counted", missing or (None if quotas else "there are none"))


def taken(report, what, namespace, send):
    """What a pod gets that says nothing: requests and limits, and no token."""
    answer = send("Pod", pod())
    report.check(f"{what}: taken: a pod that says nothing about resources", None if answer.ok else answer.message)
    if not answer.ok:
        return
    spec = answer.body["spec"]
    resources = spec["containers"][0]["resources"]
    for part, default in ("requests", "defaultRequest"), ("limits", "default"):
        got = {key: amount(value) for key, value in resources.get(part, {}).items()}
        meant = {key: amount(value) for key, value in namespace.container[default].items()}
        report.check(f"{what}: it gets the default {part}", None if got == meant else f"{got} and not {meant}")
    tokens = [each for each in spec.get("volumes", []) if "serviceAccountToken" in str(each)]
    report.check(f"{what}: it gets no token", tokens if namespace.locked else None)
    answer = send("Service", {"ports": [{"port": 80}], "selector": {"app": "x"}})
    report.check(f"{what}: taken: a Service in the cluster", None if answer.ok else answer.message)


def limits(what, namespace, send, refused):
    """Containers over the limit, however they are put into a pod."""
    most = namespace.container["max"]
    for resource in most:
        over = {resource: more(most[resource])}
        refused(f"a container over the maximum of {resource}", send("Pod", pod(resources={"limits": over, "requests": over})), "maximum")
        init = pod() | {"initContainers": [pod(resources={"limits": over, "requests": over})["containers"][0] | {"name": "init"}]}
        refused(f"an init container over the maximum of {resource}", send("Pod", init), "maximum")


def more(text):
    """A bit more of a quantity."""
    number, unit = re.fullmatch(r"(\d+)([a-zA-Z]*)", text).groups()
    return f"{int(number) + 1}{unit}"


def quotas(what, namespace, send, refused):
    """Objects over the quota of the namespace."""
    for part in "requests", "limits":
        for resource in namespace.container["max"]:
            refused(f"one pod over all of {part}.{resource}", send("Pod", many(namespace, part, resource)), "exceeded quota: quota")
    services = {"NodePort": "services.nodeports", "LoadBalancer": "services.loadbalancers"}
    for kind, line in services.items():
        if namespace.hard[line] == "0":
            spec = {"type": kind, "ports": [{"port": 80}], "selector": {"app": "x"}}
            refused(f"a Service of type {kind}", send("Service", spec), "exceeded quota: quota")
    storage = namespace.hard["requests.storage"]
    size = "1Gi" if storage == "0" else more(storage)
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    refused(f"a volume claim of {size}", send("PersistentVolumeClaim", claim), "quota" if storage == "0" else "maximum storage")
    for name in "system-node-critical", "system-cluster-critical":
        refused(f"a pod of the class {name}", send("Pod", pod() | {"priorityClassName": name}), "no-system-priority")


def many(namespace, part, resource):
    """A pod of as many containers as the maximum allows that goes over one line of the quota, and over no other."""
    most, whole = amount(namespace.container["max"][resource]), amount(namespace.hard[f"{part}.{resource}"])
    spec, count = pod(), whole // most + 1
    other = {key: "1m" if key == "cpu" else "1Mi" for key in namespace.container["max"] if key != resource}
    wanted = namespace.container["max"][resource]
    least = "1m" if resource == "cpu" else "1Mi"
    one = {"limits": other | {resource: wanted}, "requests": other | {resource: wanted if part == "requests" else least}}
    containers = []
    for number in range(count):
        container = copy.deepcopy(spec["containers"][0])
        containers.append(container | {"name": f"c{number}", "resources": one})
    return spec | {"containers": containers}


def security(what, namespace, send, refused):
    """Pods that could leave their container."""
    level = f'violates PodSecurity "{namespace.level}:latest"'
    bad = {
        "a privileged container": pod(securityContext={"privileged": True}),
        "the host's network": pod() | {"hostNetwork": True},
        "the host's processes": pod() | {"hostPID": True},
        "a folder of the host": pod() | {"volumes": [{"name": "host", "hostPath": {"path": "/"}}]},
        "a port of the host": pod(ports=[{"containerPort": 80, "hostPort": 80}]),
        "a privileged init container": pod() | {"initContainers": [pod(securityContext={"privileged": True})["containers"][0] | {"name": "i"}]},
    }
    if namespace.level == "restricted":
        bad["root"] = pod(securityContext={"runAsUser": 0, "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}})
        bad["all capabilities"] = pod(securityContext={"allowPrivilegeEscalation": False})
    for case, spec in bad.items():
        refused(f"a pod with {case}", send("Pod", spec), level)


def deployment(api, namespace):
    """What does not come up within a minute."""
    base = f"/apis/apps/v1/namespaces/{namespace}/deployments"
    labels = {"app": "strata-sample"}
    template = {"metadata": {"labels": labels}, "spec": pod()}
    body = {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "strata-sample"},
        "spec": {"replicas": 2, "selector": {"matchLabels": labels}, "template": template},
    }  # fmt: skip
    answer = api.ask("POST", base, body)
    if not answer.ok:
        return answer.message
    end, status = time.monotonic() + 60, {}
    while status.get("readyReplicas") != 2 and time.monotonic() < end:
        time.sleep(0.2)
        status = api.ask("GET", f"{base}/strata-sample").body.get("status", {})
    api.ask("DELETE", f"{base}/strata-sample?propagationPolicy=Foreground")
    return None if status.get("readyReplicas") == 2 else str(status)
