"""The cluster and the Argo CD that a tree is tried on: labs of their own beside the usual ones."""
import json
import os
import shutil
import subprocess

from argolab import tree as trees
from kubelab import lab

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KUBERNETES = os.path.normpath(f"{HERE}/../kubernetes")
CLUSTER = f"{lab.LAB}-argocd"
CLUSTER_PORT = int(os.environ.get("KUBERNETES_LAB_PORT") or 26443) + 30
HOME = f"{lab.CACHE}/strata-argocd-lab"
ARGOCD = os.path.abspath(os.environ.get("ARGOCD_LAB_DIR") or HOME)
PORT = int(os.environ.get("ARGOCD_LAB_PORT") or 27080)
WEB = f"{ARGOCD}/web"
BIN = f"{HOME}/bin"
CONFIGS = "argocd-cm", "argocd-rbac-cm", "argocd-cmd-params-cm"
ENVIRONMENT = os.environ | {
    "KUBERNETES_LAB_DIR": CLUSTER,
    "KUBERNETES_LAB_PORT": str(CLUSTER_PORT),
    "KUBECONFIG": f"{CLUSTER}/kubeconfig",
    "ARGOCD_LAB_DIR": ARGOCD,
}


def program(*command):
    """One of the labs' programs; what it printed if it failed."""
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stdout[-2000:] + done.stderr[-2000:]).strip() or "it failed"


def empty_cluster():
    """A bare Kubernetes: it has none of the platform's definitions, so that what needs them cannot come first."""
    wrong = program(f"{HERE}/down", "--purge") or program(f"{KUBERNETES}/down") or program(f"{KUBERNETES}/up", "--definitions")
    shutil.rmtree(f"{CLUSTER}/etcd", ignore_errors=True)
    if os.path.exists(f"{CLUSTER}/crds.done"):  # It would say that they are loaded.
        os.remove(f"{CLUSTER}/crds.done")
    return wrong or program(f"{KUBERNETES}/up", "--without-crds")


def start_argocd(settings):
    """Argo CD with the settings that the tree's chart values make."""
    folder = f"{ARGOCD}/config"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name, body in config_maps(settings).items():
        without_ca(body["data"])
        with open(f"{folder}/{name}.yaml", "w", encoding="utf-8") as file:
            json.dump(body, file, indent=1)
    return program(f"{HERE}/up", "--config", folder)


def without_ca(data):
    """The gateway has a CA of its own, which the daemons trust; one of the settings would take its place."""
    oidc = trees.text_documents(data.get("oidc.config"))
    if oidc and "rootCA" in oidc:
        data["oidc.config"] = json.dumps({key: value for key, value in oidc.items() if key != "rootCA"})


def config_maps(settings):
    """The ConfigMaps that the chart makes of configs.cm, configs.rbac and configs.params."""
    configs = settings.get("configs") or {}
    domain = (settings.get("global") or {}).get("domain")
    main = ({"url": f"https://{domain}"} if domain else {}) | plain(configs.get("cm"))
    data = {
        "argocd-cm": main,
        "argocd-rbac-cm": plain(configs.get("rbac")),
        "argocd-cmd-params-cm": plain(configs.get("params")),
    }
    return {
        name: {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": "argocd", "labels": {"app.kubernetes.io/part-of": "argocd", "app.kubernetes.io/name": name}},
            "data": data[name],
        }
        for name in CONFIGS
    }


def plain(values):
    """Values as the chart writes them: toString, and what is for the chart itself left out."""
    def text(value):
        if isinstance(value, bool):
            return str(value).lower()
        return value if isinstance(value, str) else json.dumps(value)

    return {key: text(value) for key, value in (values or {}).items() if key not in ("create", "annotations")}


def stop():
    """Both, and what they held; the built programs stay."""
    program(f"{HERE}/down", "--purge")
    program(f"{KUBERNETES}/down")
