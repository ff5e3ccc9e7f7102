"""What controllers do that the lab does not run: the status of objects that Argo CD calls Healthy by their status alone, and
definitions that a program makes when it starts. Everything else is left to Kubernetes' own controllers and to kwok.
"""
import collections
import datetime

from argolab import definitions

MERGE = {"Content_Type": "application/merge-patch+json"}
ADDRESS = "192.0.2.10"


def addressed(_):
    """A load balancer's address, as the ingress controller or the cloud writes it."""
    return {"loadBalancer": {"ingress": [{"ip": ADDRESS}]}}


def ready(one):
    """The condition that cert-manager sets in the end."""
    condition = {
        "type": "Ready", "status": "True", "reason": "Played", "message": "played by the lab",
        "observedGeneration": one["metadata"].get("generation", 1),
        "lastTransitionTime": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip
    return {"conditions": [condition]}


# (path of the version, plural): which status, and for which objects of the kind. An issuer is ready before what it issues.
STATUS = {
    ("/apis/networking.k8s.io/v1", "ingresses"): (addressed, lambda _: True),
    ("/api/v1", "services"): (addressed, lambda one: one["spec"].get("type") == "LoadBalancer"),
    ("/apis/cert-manager.io/v1", "clusterissuers"): (ready, lambda _: True),
    ("/apis/cert-manager.io/v1", "issuers"): (ready, lambda _: True),
    ("/apis/cert-manager.io/v1", "certificates"): (ready, lambda _: True),
}


class Controllers:
    """Those of a tree's programs."""

    def __init__(self, api, known):
        self.api = api
        self.played = collections.Counter()
        self.coming = {program: known.of(groups) for program, groups in definitions.PROGRAMS.items()}

    def play(self):
        """Whatever has become due since the last time."""
        for program in [each for each in self.coming if self.runs(*each)]:
            own = self.coming.pop(program)
            if not definitions.load(self.api, own):
                self.played[f"definitions of {program[1]}"] += len(own)
        for (version, plural), (status, concerned) in STATUS.items():
            found = self.api.ask("GET", f"{version}/{plural}")
            # A definition that is not there yet: its chart brings it.
            for one in found.body.get("items", []) if found.ok else []:
                if concerned(one) and not answered(one):
                    self.answer(version, plural, one, status(one))

    def runs(self, namespace, name):
        """Whether a Deployment has a pod that is ready."""
        found = self.api.ask("GET", f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
        return bool(found.ok and found.body.get("status", {}).get("readyReplicas"))

    def answer(self, version, plural, one, status):
        """Write a status, as the kind's controller would."""
        space, name = one["metadata"].get("namespace"), one["metadata"]["name"]
        within = f"/namespaces/{space}" if space else ""
        if self.api.ask("PATCH", f"{version}{within}/{plural}/{name}/status", {"status": status}, **MERGE).ok:
            self.played[f"status of {plural}"] += 1


def answered(one):
    """Whether its status says something."""
    status = one.get("status") or {}
    return bool(status.get("conditions") or (status.get("loadBalancer") or {}).get("ingress"))
