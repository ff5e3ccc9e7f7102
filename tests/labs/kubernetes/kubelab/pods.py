"""Pods before PodSecurity: the default level, and the namespaces that are exempt from it."""
from kubelab import lab

OBEDIENT = {
    "securityContext": {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}},
    "containers": [{
        "name": "main", "image": "registry.example.org/main:1",
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }],
}  # fmt: skip
PLAIN = {"containers": [{"name": "main", "image": "registry.example.org/main:1"}]}  # breaks restricted alone
HOST = PLAIN | {"hostNetwork": True, "hostPID": True}  # breaks baseline too


def judge(report, admission):
    """Pods that break the default level, in namespaces that are exempt and in others."""
    plugins = {each["name"]: each.get("configuration") or {} for each in admission.get("plugins") or []}
    configuration = plugins.get("PodSecurity", {})
    level = (configuration.get("defaults") or {}).get("enforce", "privileged")
    exemptions = configuration.get("exemptions") or {}
    report.check(f"pods are restricted by default: {level}", None if level == "restricted" else f"the file says {level}")
    for kind in "usernames", "runtimeClasses":
        report.check(f"no {kind} are exempt", exemptions.get(kind))

    api = lab.Api(lab.HARDENED)
    for namespace in "default", "strata-plain":
        pods = namespace_for_pods(api, namespace)
        report.status(f"a pod that obeys, in {namespace}", 201, pod(api, pods, OBEDIENT))
        for what, spec in ("a plain pod", PLAIN), ("a pod on the host's network", HOST):
            answer = pod(api, pods, spec)
            said = answer.status == 403 and f'violates PodSecurity "{level}:' in answer.message
            report.check(f"{what}, in {namespace}: refused", None if said else f"{answer.status} {answer.message}")
    for namespace in exemptions.get("namespaces") or []:
        report.status(f"a pod on the host's network, in the exempt {namespace}", 201, pod(api, namespace_for_pods(api, namespace), HOST))


def namespace_for_pods(api, name):
    """A namespace, with the service account that pods need; its pods' path."""
    head = {"apiVersion": "v1", "metadata": {"name": name}}
    api.ask("POST", "/api/v1/namespaces", head | {"kind": "Namespace"})
    accounts = f"/api/v1/namespaces/{name}/serviceaccounts"
    api.ask("POST", accounts, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default"}})
    return f"/api/v1/namespaces/{name}/pods"


def pod(api, path, spec):
    """The answer to a pod."""
    return api.ask("POST", f"{path}?dryRun=All", {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "sample"}, "spec": spec})
