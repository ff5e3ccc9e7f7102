"""A tree, handed to Argo CD: everything Synced and Healthy, each wave after the one before."""
import os
import time

from argolab import definitions
from argolab import tree as trees
from argolab import watch as watching
from argolab import web
from kubelab import lab

MANAGER = "strata-apply"


def charts(report, tree, folder, known):
    """The charts that the tree's Applications name: real ones if there is a folder of them, else stand-ins."""
    for application in tree.applications.values():
        for source in trees.sources(application):
            if "chart" not in source:
                continue
            where = source["chart"], source["targetRevision"], source["repoURL"]
            if folder is None or not web.real_chart(*where, folder):
                if folder is not None:
                    report.skip(f"{tree.name}: the real chart {where[0]} {where[1]}: not in {folder}; a stand-in took its place")
                web.stand_in(*where, known.brought(source["chart"]))


def tenants_repositories(tree):
    """What tenants' own Applications point at: a small workload that keeps to the rules."""
    made = {}
    for application in tree.applications.values():
        for source in trees.sources(application):
            if "chart" in source or tree.ours(source) or source["repoURL"] == tree.repository:
                continue
            key = source["repoURL"], source["targetRevision"]
            if key not in made:
                made[key] = web.Repository(*key)
            made[key].write(f"{source['path']}/workload.yaml", *workload())
    for repository in made.values():
        repository.commit("a workload")
    return made


def workload():
    """A ConfigMap and a Deployment; the namespace is the Application's."""
    safe = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    resources = {each: {"cpu": "10m", "memory": "16Mi"} for each in ("requests", "limits")}
    pod = {
        "securityContext": {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{"name": "web", "image": "registry.example.org/web:1", "securityContext": safe, "resources": resources}],
    }
    labels = {"app": "lab-workload"}
    yield {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "lab-workload"}, "data": {"greeting": "hello"}}
    template = {"metadata": {"labels": labels}, "spec": pod}
    yield {
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "lab-workload"},
        "spec": {"replicas": 1, "selector": {"matchLabels": labels}, "template": template},
    }


# --- what apply does ----------------------------------------------------------------------------------------------


def bootstrap(report, api, tree):
    """Bring into the cluster what bootstrap/index.yaml says, in its order; whether all of it was taken."""
    ((index,),) = lab.read_yaml([f"{tree.folder}/bootstrap/index.yaml"])
    kinds, wrong = api.resources(), []
    for step in index["steps"]:
        for path in [step["apply"]] if isinstance(step["apply"], str) else step["apply"]:
            for each in documents(f"{tree.folder}/{path}"):
                answer = send(api, kinds, each.body)
                if not answer.ok:
                    wrong.append(f"{step['name']}: {path}: {each.body['kind']}: {answer.status} {answer.message}"[:400])
    report.check(f"{tree.name}: the cluster takes the steps of bootstrap/index.yaml", "\n        ".join(wrong))
    return not wrong


def documents(path):
    """The objects of a file or a folder, in the order of their waves."""
    if os.path.isdir(path):
        return sorted(trees.read(path), key=lambda each: (trees.wave(each.body), each.body["kind"] != "Namespace"))
    (found,) = lab.read_yaml([path])
    return [trees.Written(path, number, one) for number, one in enumerate(found) if one]


def url(kinds, one):
    """The path of an object in the API."""
    version, plural, namespaced = kinds[one["apiVersion"], one["kind"]]
    within = f"/namespaces/{one['metadata'].get('namespace', 'default')}" if namespaced else ""
    return f"{version}{within}/{plural}/{one['metadata']['name']}"


def send(api, kinds, one):
    """Apply an object; a namespace is ready when its accounts are there."""
    answer = api.apply(url(kinds, one), one, manager=MANAGER)
    if one["kind"] == "Namespace":
        for _ in range(100):
            if api.ask("GET", f"/api/v1/namespaces/{one['metadata']['name']}/serviceaccounts/default").ok:
                break
            time.sleep(0.1)
    return answer


# --- what Argo CD does --------------------------------------------------------------------------------------------


def prove(report, watch, tree, patience):
    """Wait until all is Synced and Healthy, and look at the order in which it came; whether it did."""
    started, highest = time.monotonic(), {}

    def done():
        there = watch.all()
        watch.hurry(there)
        for name, one in there.items():
            highest[name] = max(highest.get(name, 0), watching.operation(one).get("retryCount") or 0)
        return tree.applications.keys() <= there.keys() and all(watching.settled(each) for each in there.values())

    fine = watch.wait(patience, done)
    there = watch.all()
    print(f"      {time.monotonic() - started:.0f} s until {len(there)} Applications were settled or given up", flush=True)
    print(f"      played: {', '.join(f'{count} {what}' for what, count in sorted(watch.controllers.played.items())) or 'nothing'}", flush=True)
    for name in tree.applications:
        wrong = None if name in there and watching.settled(there[name]) else "it is not there" if name not in there else watching.shown(there[name])
        report.check(f"{tree.name}: Application {name} is Synced and Healthy", wrong)
    again = [f"{name} ({count} times)" for name, count in sorted(highest.items()) if count]
    report.check(f"{tree.name}: each sync succeeds at its first try", ", ".join(again))
    if fine:
        waves(report, watch, tree, there)
    return fine


def waves(report, watch, tree, there):
    """Parents first, and each wave of Applications after the one before is through."""
    for parent in tree.applications.values():
        children = [each.body for each in tree.within(parent) if each.body["kind"] == "Application"]
        by_wave = {}
        for child in children:
            by_wave.setdefault(trees.wave(child), []).append(child["metadata"]["name"])
        order = sorted(by_wave)
        for before, after in zip(order, order[1:]):
            late = max(watching.finished(there[name]) for name in by_wave[before])
            early = min(there[name]["metadata"]["creationTimestamp"] for name in by_wave[after])
            wrong = None if late <= early else f"{by_wave[before]} were through at {late}, {by_wave[after]} made at {early}"
            names = f"{', '.join(by_wave[after])} after {', '.join(by_wave[before])}"
            report.check(f"{tree.name}: wave {after} after wave {before}: {names}", wrong)
    needs(report, watch, tree, there)


def needs(report, watch, tree, there):
    """What needs definitions of a chart comes after that chart, and what has a namespace after what brings that."""
    bringers = {
        group: name for name, one in tree.applications.items() for each in trees.sources(one) for group in definitions.CHARTS.get(each.get("chart"), ())
    }
    homes = {
        each.body["metadata"]["name"]: name
        for name, one in tree.applications.items() for each in tree.within(one) if each.body["kind"] == "Namespace"
    }
    for name, one in tree.applications.items():
        groups = {each.body["apiVersion"].partition("/")[0] for each in tree.within(one)}
        wanted = {bringers[group] for group in groups & bringers.keys()} | {
            homes[space] for each in tree.within(one) if (space := each.body["metadata"].get("namespace")) in homes
        }
        # Who makes an Application begins before it: what that brings, apply has brought for him.
        children = {each.body["metadata"]["name"] for each in tree.within(one) if each.body["kind"] == "Application"}
        for before in sorted(wanted - {name} - children):
            late, early = watching.finished(there[before]), watching.began(there[name])
            report.check(f"{tree.name}: {name} after {before}, which brings what it needs", None if late <= early else f"{early} is before {late}")
