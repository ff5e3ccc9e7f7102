"""Definitions of the platform's kinds: who brings which into a cluster, and so what is not there before.

Only those that a tree uses are taken: with each further one the API server and Argo CD read all of them again, seconds of CPU.
"""
import time

from argolab import machine
from kubelab import lab

URL = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"

# RKE2's own charts, before Argo CD is there.
RKE2 = ("helm.cattle.io", "crd.projectcalico.org", "projectcalico.org", "snapshot.storage.k8s.io")
# Charts that Argo CD syncs.
CHARTS = {
    "kyverno": ("kyverno.io", "policies.kyverno.io", "reports.kyverno.io", "wgpolicyk8s.io"),
    "cert-manager": ("cert-manager.io", "acme.cert-manager.io"),
    "kube-prometheus-stack": ("monitoring.coreos.com",),
}
# Programs that make their own when they start: the namespace and name of their Deployment.
PROGRAMS = {("system-upgrade", "system-upgrade-controller"): ("upgrade.cattle.io",)}


class Definitions:
    """Those of the kinds that a tree has objects of."""

    def __init__(self, tree):
        used = {(one.body["apiVersion"].partition("/")[0], one.body["kind"]) for one in [*tree.bootstrap, *tree.platform]}
        (every,) = lab.read_yaml([f"{machine.CLUSTER}/crds.yaml"])
        if not isinstance(every, list):
            raise SystemExit(f"{machine.CLUSTER}/crds.yaml: {every}")
        self.used = [one for one in every if one and (one["spec"]["group"], one["spec"]["names"]["kind"]) in used]

    def of(self, groups):
        """Those of some groups."""
        return [one for one in self.used if one["spec"]["group"] in groups]

    def brought(self, chart):
        """What comes with a chart."""
        return self.of(CHARTS.get(chart, ()))


def load(api, definitions):
    """Put definitions into the cluster, and wait until their kinds are served; what is wrong."""
    for one in definitions:
        answer = api.apply(f"{URL}/{one['metadata']['name']}", one, manager="strata-lab")
        if not answer.ok:
            return f"{one['metadata']['name']}: {answer.status} {answer.message}"
    for _ in range(300):
        waiting = [name for one in definitions if not served(api, name := one["metadata"]["name"])]
        if not waiting:
            return None
        time.sleep(0.1)
    return f"not established: {', '.join(waiting)}"


def served(api, name):
    """Whether the API server has taken a definition up."""
    conditions = api.ask("GET", f"{URL}/{name}").body.get("status", {}).get("conditions") or []
    return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)
