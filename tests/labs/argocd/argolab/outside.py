"""Applications of tenants that step outside: Argo CD refuses them, and the tenant's account could not do it either."""
import copy
import time

from argolab import synced
from argolab import tree as trees
from argolab import watch as watching
from argolab import web

SERVER = "https://kubernetes.default.svc"
PROJECTS = "/apis/argoproj.io/v1alpha1/namespaces/argocd/appprojects"
SETTINGS = "/api/v1/namespaces/argocd/configmaps/argocd-cm"
IMPERSONATION = "application.sync.impersonation.enabled"
OPEN = "lab-open"
PATIENCE = 90


def thing(kind, version="v1", namespace=None, **fields):
    """An object that nobody has."""
    metadata = {"name": "lab-outside"} | ({"namespace": namespace} if namespace else {})
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **fields}


CONFIG = {"data": {"stolen": "yes"}}
RBAC = "rbac.authorization.k8s.io"
BINDING = {
    "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": "cluster-admin"},
    "subjects": [{"apiGroup": RBAC, "kind": "User", "name": "mallory"}],
}


def objects(inside, foreign):
    """What a tenant commits: case to (object, Argo CD's words)."""
    every = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}
    child = {"project": "default", "source": {"repoURL": "https://git.example.org/x.git", "path": "."}, "destination": {"server": SERVER, "namespace": inside}}
    refused = "is not permitted in project"
    return {
        "clusterrole": (thing("ClusterRole", f"{RBAC}/v1", rules=[]), f"ClusterRole {refused}"),
        "clusterrolebinding": (thing("ClusterRoleBinding", f"{RBAC}/v1", **BINDING), f"ClusterRoleBinding {refused}"),
        "namespace": (thing("Namespace"), f"Namespace {refused}"),
        "kube-system": (thing("ConfigMap", namespace="kube-system", **CONFIG), f"namespace kube-system {refused}"),
        "argocd": (thing("ConfigMap", namespace="argocd", **CONFIG), f"namespace argocd {refused}"),
        "foreign": (thing("ConfigMap", namespace=foreign, **CONFIG), f"namespace {foreign} {refused}"),
        "rolebinding": (thing("RoleBinding", f"{RBAC}/v1", inside, **BINDING), f"RoleBinding {refused}"),
        "quota": (thing("ResourceQuota", namespace=inside, spec={"hard": {"pods": "999"}}), f"ResourceQuota {refused}"),
        "limits": (thing("LimitRange", namespace=inside, spec={"limits": [{"type": "Pod", "max": {"cpu": "999"}}]}), f"LimitRange {refused}"),
        "network": (thing("NetworkPolicy", "networking.k8s.io/v1", inside, spec=every), f"NetworkPolicy {refused}"),
        "application": (thing("Application", "argoproj.io/v1alpha1", inside, spec=child), f"Application {refused}"),
    }


def tenants(tree):
    """Projects with an Application of their own: the project, its first namespace, its first repository."""
    for name, project in sorted(tree.projects.items()):
        spaces = [each["namespace"] for each in project["spec"].get("destinations") or [] if "*" not in each["namespace"]]
        repositories = [each for each in project["spec"].get("sourceRepos") or [] if "*" not in each]
        if "strata/tenant" in (project["metadata"].get("labels") or {}) and spaces:
            yield name, project, spaces, repositories


def prove(report, watch, tree, served):
    """All tenants of a tree."""
    found = list(tenants(tree))
    if not found:
        report.skip(f"{tree.name}: no tenant whose Applications could step outside")
    for name, project, spaces, repositories in found:
        url = repositories[0] if repositories else f"https://git.example.org/lab/{name}.git"
        what = f"{tree.name}: a tenant's Application in project {name}"
        repository = served.get((url, "main")) or web.Repository(url, "main")
        others = [space for other, _, theirs, _ in found if other != name for space in theirs]
        cases = objects(spaces[0], others[0] if others else "default")
        for case, (body, _) in cases.items():
            repository.write(f"outside/{case}/object.yaml", body)
        repository.commit("outside")
        served[url, "main"] = repository
        if repositories:
            bounded(report, watch, tree, what, name, url, spaces[0], cases)
        else:
            report.skip(f"{what}: the project names no repository, so nothing can be committed")
        impersonated(report, watch, what, project, url, spaces[0], cases)


def application(name, project, url, path, namespace):
    """An Application that tries once."""
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": "argocd"},
        "spec": {
            "project": project,
            "source": {"repoURL": url, "targetRevision": "main", "path": path},
            "destination": {"server": SERVER, "namespace": namespace},
            "syncPolicy": {"automated": {"enabled": True}, "retry": {"limit": 0}},
        },
    }


def bounded(report, watch, tree, what, project, url, space, cases):
    """What the AppProject says no to."""
    wanted = {f"lab-{case}": (application(f"lab-{case}", project, url, f"outside/{case}", space), words) for case, (_, words) in cases.items()}
    # Argo CD compares the URL, so any path will do.
    wanted["lab-repository"] = (
        application("lab-repository", project, tree.repository, f"{tree.prefix}/platform/namespaces", space),
        "application repo .* is not permitted in project",
    )
    wanted["lab-destination"] = (
        application("lab-destination", project, url, "outside/quota", "kube-system"),
        "do not match any of the allowed destinations in project",
    )
    complaints(report, watch, what, wanted, "is refused by the project")
    absent(report, watch, what, cases)


def complaints(report, watch, what, wanted, outcome):
    """Make the Applications, and wait for what Argo CD says of each."""
    import re

    for name, (body, _) in wanted.items():
        answer = watch.api.apply(f"{watching.BASE}/{name}", body, manager="strata-lab")
        if not answer.ok:
            report.check(f"{what}: {name} is made", f"{answer.status} {answer.message}")
    end = time.monotonic() + PATIENCE  # For all of them: they are tried at the same time.
    for name, (_, words) in wanted.items():

        def said(name=name, words=words):
            return next((each for each in watching.complaints(watch.one(name)) if re.search(words, each)), None)

        watch.wait(max(0, end - time.monotonic()), said)
        heard = said()
        report.check(f"{what}: {name.removeprefix('lab-')} {outcome}", None if heard else f"not said: {words}\n        {watching.shown(watch.one(name))}")
        if heard:
            print(f"        {' '.join(heard.split())[:300]}", flush=True)
    for name in wanted:
        watch.api.ask("DELETE", f"{watching.BASE}/{name}")


def absent(report, watch, what, cases):
    """Nothing of it got into the cluster."""
    kinds = watch.api.resources()
    there = [case for case, (body, _) in cases.items() if watch.api.ask("GET", synced.url(kinds, body)).ok]
    report.check(f"{what}: nothing of all that is in the cluster", ", ".join(there))


# --- impersonation ------------------------------------------------------------------------------------------------


def impersonated(report, watch, what, project, url, space, cases):
    """With a project that bounds nothing, the tenant's account is what is left; without impersonation, nothing is."""
    body = copy.deepcopy(project)
    body["metadata"] = {"name": OPEN, "namespace": "argocd"}
    anything = [{"group": "*", "kind": "*"}]
    body["spec"] |= {
        "clusterResourceWhitelist": anything, "namespaceResourceWhitelist": anything, "namespaceResourceBlacklist": [],
        "sourceRepos": ["*"], "destinations": [{"server": SERVER, "namespace": "*"}], "syncWindows": [], "roles": [],
    }
    watch.api.apply(f"{PROJECTS}/{OPEN}", body, manager="strata-lab")
    account = next((each["defaultServiceAccount"] for each in project["spec"].get("destinationServiceAccounts") or []), None)
    if not account:
        report.check(f"{what} is synced with an account of the tenant's own", "its project has no destinationServiceAccounts")
        return
    words = f'User "system:serviceaccount:{account}" cannot|is forbidden.*system:serviceaccount:{account}|attempting to grant RBAC'
    # Bindings do not go in either, but `kubectl auth reconcile` dies of a nil pointer where it may not look, and names nobody.
    chosen = [case for case in cases if case not in ("application", "rolebinding", "clusterrolebinding")]
    wanted = {f"lab-{case}": (application(f"lab-{case}", OPEN, url, f"outside/{case}", space), words) for case in chosen}
    complaints(report, watch, what, wanted, f"is refused to {account}, though the project allows it")
    absent(report, watch, what, cases)
    control(report, watch, what, url, space, cases["network"][0])
    watch.api.ask("DELETE", f"{PROJECTS}/{OPEN}")


def control(report, watch, what, url, space, body):
    """The same Application goes through without impersonation: it was that which stopped it."""
    before = watch.api.ask("GET", SETTINGS).body["data"].get(IMPERSONATION)
    report.check(f"{what}: {IMPERSONATION} is true", None if before == "true" else f"it is {before}")
    setting = lambda value: watch.api.ask("PATCH", SETTINGS, {"data": {IMPERSONATION: value}}, **watching.MERGE)  # noqa: E731
    setting("false")
    time.sleep(3)
    watch.api.apply(f"{watching.BASE}/lab-control", application("lab-control", OPEN, url, "outside/network", space), manager="strata-lab")
    path = synced.url(watch.api.resources(), body)
    made = watch.wait(60, lambda: watch.api.ask("GET", path).ok)
    report.check(f"{what}: the control: without impersonation network gets in", None if made else watching.shown(watch.one("lab-control")))
    setting(before)
    watch.api.ask("DELETE", f"{watching.BASE}/lab-control")
    watch.api.ask("DELETE", path)
