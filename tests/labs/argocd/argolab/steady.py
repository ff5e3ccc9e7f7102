"""A settled tree stays settled; a commit is carried out; what holds data is not lost by a commit."""
import os
import time

from argolab import synced
from argolab import tree as trees
from argolab import watch as watching

# What holds data, or all that a tenant has: nobody loses it by a commit alone.
PRECIOUS = "Namespace", "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "Application", "CustomResourceDefinition"
QUIET = 20
PROBE = "strata.lab/edited"


def unchanged(report, watch, tree, repository):
    """The same tree once more: nothing is OutOfSync, and nothing is synced again."""
    before = {name: watching.operation(one).get("startedAt") for name, one in watch.all().items()}
    revision = repository.commit("the same again")
    ours = [name for name, one in tree.applications.items() if any(tree.ours(each) for each in trees.sources(one))]
    watch.refresh(*before)
    reached = watch.wait(120, lambda: all(watching.at(watch.one(name), revision) for name in ours))
    behind = [name for name in ours if not watching.at(watch.one(name), revision)]
    report.check(f"{tree.name}: the same tree once more is compared", None if reached else f"not at {revision}: {', '.join(behind)}")
    wrong, end = {}, time.monotonic() + QUIET
    watch.refresh(*before, how="hard")
    while time.monotonic() < end:
        for name, one in watch.all().items():
            if watching.operation(one).get("startedAt") != before.get(name) or not watching.settled(one):
                wrong.setdefault(name, watching.shown(one))
        time.sleep(1)
    said = "\n        ".join(f"{name}: {why}" for name, why in wrong.items())
    report.check(f"{tree.name}: ... and nothing is synced again in {QUIET} s, also after a hard refresh", said)


def edited(report, watch, tree, repository):
    """One label in Git, of one object of each Application with manifests."""
    chosen = {}
    for name, one in tree.applications.items():
        if name == tree.root["metadata"]["name"]:
            continue
        plain = [each for each in tree.within(one) if each.body["kind"] not in PRECIOUS and "generateName" not in each.body["metadata"]]
        if plain:
            chosen[name] = plain[0]
    for each in chosen.values():
        change(tree, repository, each.file, lambda number, one, each=each: labelled(one) if number == each.number else one)
    repository.commit("a label here and there")
    watch.refresh(*chosen)
    kinds = watch.api.resources()
    for name, each in chosen.items():
        path = synced.url(kinds, each.body)

        def live(path=path):
            return (watch.api.ask("GET", path).body.get("metadata", {}).get("labels") or {}).get(PROBE) == "yes"

        wrong = None if watch.wait(90, live) else watching.shown(watch.one(name))
        report.check(f"{tree.name}: an edit of {each.body['kind']}/{each.body['metadata']['name']} in Git is carried out by {name}", wrong)


def labelled(one):
    """The object with one label more."""
    metadata = one["metadata"] | {"labels": (one["metadata"].get("labels") or {}) | {PROBE: "yes"}}
    return one | {"metadata": metadata}


def change(tree, repository, file, edit):
    """Rewrite a file of the tree in the repository; edit() gives each document, or None to remove it."""
    path = f"{tree.prefix}/{os.path.relpath(file, tree.folder)}"
    found = [edit(number, one) for number, one in enumerate(repository.read(path))]
    # A file without objects stays, or the folder might go with it: Git keeps no empty ones.
    repository.write(path, *(one for one in found if one))


# --- what holds data ----------------------------------------------------------------------------------------------


def guarded(report, tree):
    """Each object that holds data says that its removal must be confirmed, or does not happen."""
    bare = []
    for each in tree.platform:
        if each.body["kind"] not in PRECIOUS:
            continue
        said = trees.options(each.body)
        for verb in "Prune", "Delete":
            if not said & {f"{verb}=confirm", f"{verb}=false"}:
                bare.append(f"{each.body['kind']}/{each.body['metadata']['name']} lacks {verb}=confirm")
    report.check(f"{tree.name}: removing what holds data has to be confirmed", "\n        ".join(bare[:20]))


def confirmed(report, watch, tree, repository):
    """What holds data is taken out of Git, one object of each kind from each Application: it stays until somebody confirms."""
    chosen = candidates(tree)
    # Who makes Applications waits until they are Healthy, so it is not asked together with them.
    made = {name: {each.body["metadata"]["name"] for each in tree.within(tree.applications[name]) if each.body["kind"] == "Application"} for name in chosen}
    makers = [name for name in chosen if made[name] & chosen.keys()]
    for names in makers, [name for name in chosen if name not in makers]:
        taken_out(report, watch, tree, repository, {name: chosen[name] for name in names})


def taken_out(report, watch, tree, repository, chosen):
    """Take objects out of several Applications at once, and put them back."""
    watch.wait(60, lambda: all(watching.settled(watch.one(name)) for name in chosen))
    kinds = watch.api.resources()
    before = {}
    for each in (each for objects in chosen.values() for each in objects):
        path = f"{tree.prefix}/{os.path.relpath(each.file, tree.folder)}"
        before.setdefault(path, repository.read(path))
        same = each.body["kind"], each.body["metadata"]["name"]
        change(tree, repository, each.file, lambda _, one, same=same: None if one and (one["kind"], one["metadata"]["name"]) == same else one)
    repository.commit("without what holds data")
    watch.refresh(*chosen)
    what = {name: f"{tree.name}: {', '.join(map(called, objects))} taken out of Git: {name}" for name, objects in chosen.items()}
    for name in chosen:
        waiting = watch.wait(90, lambda name=name: "confirmation" in message(watch, name))
        report.check(f"{what[name]} waits for confirmation", None if waiting else watching.shown(watch.one(name)))
        print(f"      {message(watch, name)}", flush=True)
    time.sleep(5)
    for name, objects in chosen.items():
        gone = [called(each) for each in objects if not alive(watch.api, synced.url(kinds, each.body))]
        report.check(f"{what[name]} keeps them", ", ".join(gone))
    for file, documents in before.items():
        repository.write(file, *documents)
    repository.commit("back again")
    for name in chosen:
        terminate(watch, name)
    watch.refresh(*chosen)
    for name in chosen:
        back = watch.wait(90, lambda name=name: watching.state(watch.one(name)).startswith("Synced/Healthy"))
        report.check(f"{what[name]} is Synced again when they are back", None if back else watching.shown(watch.one(name)))


def called(each):
    """Kind and name."""
    return f"{each.body['kind']}/{each.body['metadata']['name']}"


def message(watch, name):
    """What the last operation of an Application says."""
    return watching.operation(watch.one(name)).get("message", "")


def candidates(tree):
    """Application to one object of each kind that has to be confirmed."""
    found = {}
    for name, one in tree.applications.items():
        kinds = {}
        for each in tree.within(one):
            if "Prune=confirm" in trees.options(each.body):
                kinds.setdefault(each.body["kind"], each)
        if kinds:
            found[name] = list(kinds.values())
    return found


def alive(api, path):
    """Whether an object is there, and stays."""
    answer = api.ask("GET", path)
    return answer.ok and "deletionTimestamp" not in answer.body["metadata"]


def terminate(watch, name):
    """End a sync that waits for ever, as `argocd app terminate-op` does."""
    if watching.operation(watch.one(name)).get("phase") == "Running":
        watch.api.ask("PATCH", f"{watching.BASE}/{name}", {"status": {"operationState": {"phase": "Terminating"}}}, **watching.MERGE)
