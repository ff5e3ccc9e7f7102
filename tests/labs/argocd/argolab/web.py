"""What the gateway serves under real URLs: Git repositories, and charts that stand for the real ones."""
import datetime
import json
import os
import shutil
import subprocess
import urllib.parse

from argolab import machine
from argolab import tree as trees
from kubelab import lab

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: "{{ .Release.Name }}-stand-in"}
spec:
  selector: {matchLabels: {app: "{{ .Release.Name }}-stand-in"}}
  template:
    metadata: {labels: {app: "{{ .Release.Name }}-stand-in"}}
    spec:
      securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: stand-in
          image: registry.example.org/stand-in:1
          resources: {requests: {cpu: 10m, memory: 16Mi}, limits: {cpu: 10m, memory: 16Mi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"""

VALUES = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: "{{ .Release.Name }}-stand-in"}
data:
  chart: "{{ .Chart.Name }}-{{ .Chart.Version }}"
  values: {{ .Values | toJson | quote }}
"""


def git(*command, folder=None):
    """git, without the user's settings."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ["-c", "user.name=lab", "-c", "user.email=lab@example.org", "-c", "safe.directory=*"]
    done = subprocess.run(["git", *identity, *command], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"git {' '.join(command)}: {done.stderr}")
    return done.stdout.strip()


def place(url):
    """Where the gateway looks for a URL."""
    parts = urllib.parse.urlsplit(url if "://" in url else f"https://{url}")
    if parts.scheme == "ssh" or "@" in url.split("/")[0]:
        raise SystemExit(f"{url}: the gateway serves no SSH")
    return f"{machine.WEB}/{parts.hostname}/{parts.path.strip('/')}"


class Repository:
    """A bare repository at the place of its URL, and a working copy."""

    def __init__(self, url, branch):
        self.url, self.branch = url, branch
        bare = place(url)
        if not bare.endswith(".git"):
            bare += ".git"  # The gateway knows repositories by it, Argo CD's own URLs go without too.
        self.work = f"{machine.ARGOCD}/work/{bare.removeprefix(machine.WEB).strip('/')}"
        for folder in bare, self.work:
            shutil.rmtree(folder, ignore_errors=True)
        git("init", "-q", "--bare", "-b", branch, bare)
        git("init", "-q", "-b", branch, self.work)
        git("remote", "add", "origin", bare, folder=self.work)

    def write(self, path, *objects):
        """A file of YAML documents; JSON is YAML."""
        file = f"{self.work}/{path}"
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w", encoding="utf-8") as out:
            out.write("\n---\n".join(json.dumps(one, indent=1) for one in objects) + "\n")

    def read(self, path):
        """The documents of a file."""
        (documents,) = lab.read_yaml([f"{self.work}/{path}"])
        return documents

    def commit(self, message):
        """Commit all of it, or an empty one, and push; the new revision."""
        git("add", "-A", folder=self.work)
        git("commit", "-q", "--allow-empty", "-m", message, folder=self.work)
        git("push", "-q", "--force", "origin", self.branch, folder=self.work)
        return git("rev-parse", "HEAD", folder=self.work)


def platform(tree):
    """The repository with the tree in its place."""
    repository = Repository(tree.repository, tree.revision)
    shutil.copytree(tree.folder, f"{repository.work}/{tree.prefix}")
    for application in tree.applications.values():
        for path in (one.get("path", tree.prefix) for one in trees.sources(application) if tree.ours(one)):
            if not f"{path}/".startswith(f"{tree.prefix}/"):  # The user's own manifests, beside generated/.
                shutil.copytree(tree.local(path), f"{repository.work}/{path}", dirs_exist_ok=True)
    for file in {each.file for each in tree.platform if each.body["spec" if "spec" in each.body else "metadata"].get("syncWindows")}:
        path = f"{tree.prefix}/{os.path.relpath(file, tree.folder)}"
        repository.write(path, *(elsewhen(one) for one in repository.read(path)))
    repository.commit(f"the tree of {tree.name}")
    return repository


def elsewhen(one):
    """A project whose windows are three days from now: the lab does not wait for a maintenance to end."""
    spec = one.get("spec") or {}
    if not spec.get("syncWindows"):
        return one
    day = str((datetime.date.today().isoweekday() + 3) % 7)
    windows = [each | {"schedule": " ".join([*each["schedule"].split()[:4], day])} for each in spec["syncWindows"]]
    return one | {"spec": spec | {"syncWindows": windows}}


def helm(*command):
    """Argo CD's Helm, behind the gateway."""
    proxy = f"http://127.0.0.1:{machine.PORT + 8}"
    environment = {
        "PATH": os.environ["PATH"], "HOME": f"{machine.ARGOCD}/home", "HTTPS_PROXY": proxy,
        "SSL_CERT_FILE": f"{machine.ARGOCD}/etc/ca.crt",
    }
    done = subprocess.run([f"{machine.BIN}/helm", *command], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"helm {' '.join(command)}: {done.stderr}")


# Where nobody answers: webhooks of a real chart would refuse every object of their kinds.
WITHOUT = {"cert-manager": ["templates/webhook-mutating-webhook.yaml", "templates/webhook-validating-webhook.yaml"]}


def real_chart(name, version, url, folder):
    """The real chart, from a folder of them, without its webhooks; whether it is there in that version."""
    if not os.path.isfile(f"{folder}/{name}/Chart.yaml"):
        return False
    ((about,),) = lab.read_yaml([f"{folder}/{name}/Chart.yaml"])
    if about["version"].lstrip("v") != version.lstrip("v"):
        return False
    base = f"{machine.ARGOCD}/work/charts/{name}"
    shutil.rmtree(base, ignore_errors=True)
    shutil.copytree(f"{folder}/{name}", base)
    for path in WITHOUT.get(name, []):
        os.remove(f"{base}/{path}")
    serve(base, name, about["version"], url)
    return True


def stand_in(name, version, url, definitions):
    """A chart of the real name and version at the real URL, which brings the real definitions and shows its values."""
    base = f"{machine.ARGOCD}/work/charts/{name}"
    shutil.rmtree(base, ignore_errors=True)
    os.makedirs(f"{base}/templates")
    os.makedirs(f"{base}/crds")
    files = {
        "Chart.yaml": json.dumps({"apiVersion": "v2", "name": name, "version": version}),
        "templates/values.yaml": VALUES,
        "templates/deployment.yaml": DEPLOYMENT,
    } | {f"crds/{one['metadata']['name']}.yaml": json.dumps(one) for one in definitions}
    for path, text in files.items():
        with open(f"{base}/{path}", "w", encoding="utf-8") as file:
            file.write(text)
    serve(base, name, version, url)


def serve(base, name, version, url):
    """A chart, in a registry or in an index of charts."""
    if url.startswith("oci://") or "://" not in url:
        helm("package", base, "-d", f"{machine.ARGOCD}/work")
        helm("push", f"{machine.ARGOCD}/work/{name}-{version}.tgz", "oci://" + url.removeprefix("oci://"))
        return
    folder = place(url)
    os.makedirs(folder, exist_ok=True)
    helm("package", base, "-d", folder)
    helm("repo", "index", folder, "--url", url.rstrip("/"))


def clear():
    """Nothing of an earlier tree is served."""
    for folder in machine.WEB, f"{machine.ARGOCD}/work":
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
