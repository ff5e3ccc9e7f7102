"""What Argo CD says of its Applications."""
import time

NAMESPACE = "argocd"
BASE = f"/apis/argoproj.io/v1alpha1/namespaces/{NAMESPACE}/applications"
MERGE = {"Content_Type": "application/merge-patch+json"}
REFRESH = "argocd.argoproj.io/refresh"
LAG = 8


class Watch:
    """Argo CD's Applications, through the API server."""

    def __init__(self, api, controllers):
        self.api, self.controllers = api, controllers
        self.looked = {}

    def all(self):
        """Every Application, by name."""
        return {one["metadata"]["name"]: one for one in self.api.ask("GET", BASE).body.get("items", [])}

    def one(self, name):
        """An Application, or nothing."""
        answer = self.api.ask("GET", f"{BASE}/{name}")
        return answer.body if answer.ok else {}

    def annotate(self, name, **values):
        """Annotations of an Application."""
        return self.api.ask("PATCH", f"{BASE}/{name}", {"metadata": {"annotations": values}}, **MERGE)

    def refresh(self, *names, how="normal"):
        """Look into Git now."""
        for name in names:
            self.annotate(name, **{REFRESH: how})

    def hurry(self, there):
        """Let Argo CD look again at what seems to wait for nothing.

        Events of CustomResourceDefinitions do not reach their Application, since Argo CD does not mark them as its objects. Where
        one was the last to become Healthy, Argo CD sees it with the next event of another object, or after two or three minutes.
        """
        now = time.monotonic()
        for name, one in there.items():
            if state(one) != "Synced/Progressing/Succeeded":
                self.looked.pop(name, None)
            elif now - self.looked.setdefault(name, now) > LAG:
                self.looked[name] = now
                self.refresh(name)

    def wait(self, seconds, done):
        """Until done() is true; whether it was in time. Meanwhile the lab answers for controllers that it does not run."""
        end = time.monotonic() + seconds
        self.controllers.play()
        while not done():
            if time.monotonic() > end:
                return False
            time.sleep(0.5)
            self.controllers.play()
        return True


def state(one):
    """sync/health/last operation."""
    status = one.get("status", {})
    words = status.get("sync", {}).get("status"), status.get("health", {}).get("status"), operation(one).get("phase")
    return "/".join(word or "-" for word in words)


def operation(one):
    """The last operation, perhaps none."""
    return one.get("status", {}).get("operationState") or {}


def at(one, revision):
    """Whether an Application has been compared with a commit, in any of its sources."""
    sync = one.get("status", {}).get("sync", {})
    return revision in [sync.get("revision"), *(sync.get("revisions") or [])]


def settled(one):
    """Nothing left to do."""
    return state(one) == "Synced/Healthy/Succeeded"


def complaints(one):
    """All that Argo CD says of an Application that does not go through."""
    status = one.get("status", {})
    found = [f"{each['type']}: {each['message']}" for each in status.get("conditions") or []]
    found += [operation(one)["message"]] if operation(one).get("message") else []
    for each in (operation(one).get("syncResult") or {}).get("resources") or []:
        if each.get("status") not in ("Synced", "Pruned") or each.get("hookPhase") in ("Failed", "Error"):
            found.append(f"{each['kind']}/{each['name']}: {each.get('message', '')}")
    for each in status.get("resources") or []:
        health = each.get("health", {}).get("status")
        if each.get("status") == "OutOfSync" or health not in (None, "Healthy"):
            found.append(f"{each['kind']}/{each['name']}: {each.get('status')}, {health}")
    return found


def shown(one, limit=8):
    """State and complaints, for a report."""
    return "\n        ".join([state(one), *(each[:500] for each in complaints(one)[:limit])])


def finished(one):
    """When its first sync was through, as Argo CD writes times; to the second."""
    history = one.get("status", {}).get("history") or []
    return history[0]["deployedAt"] if history else None


def began(one):
    """When its first sync began."""
    history = one.get("status", {}).get("history") or []
    return history[0].get("deployStartedAt") if history else None
