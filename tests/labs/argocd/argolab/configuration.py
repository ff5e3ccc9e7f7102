"""argocd-cm and its like, before Argo CD's own checks and against the keys that it documents."""
import glob
import json
import os
import re
import subprocess
import tempfile

from argolab import machine

SAMPLES = f"{machine.HERE}/samples/health"
HEALTH = "resource.customizations.health."
# Families of keys of argocd-cm, of which the documentation shows one member each.
FAMILIES = [
    r"resource\.customizations\.(health|actions|ignoreDifferences|ignoreResourceUpdates|knownTypeFields|useOpenLibs)\..+",
    r"accounts\.[^.]+(\.enabled)?",
    r"help\.download\..+",
    r"kustomize\.(buildOptions|path|version)\..+",
    r"extension\.config\..+",
]
# Documented elsewhere than in docs/operator-manual/argocd-cm.yaml.
FURTHER = {"application.sync.impersonation.enabled", "application.sync.impersonation.enforced", "timeout.hard.reconciliation", "ui.bannerpermanent", "ui.bannerposition"}
OFFLINE = {
    "apiVersion": "v1", "kind": "Config", "current-context": "none",
    "clusters": [{"name": "none", "cluster": {"server": "https://127.0.0.1:1"}}],
    "users": [{"name": "none", "user": {"token": "none"}}],
    "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}],
}


def admin(scratch, *arguments):
    """`argocd admin settings ...`; it wants a kubeconfig that loads, and connects to nothing."""
    file = f"{scratch}/kubeconfig"
    if not os.path.exists(file):
        with open(file, "w", encoding="utf-8") as out:
            json.dump(OFFLINE, out)
    environment = {"PATH": os.environ["PATH"], "HOME": scratch, "KUBECONFIG": file, "ARGOCD_CONFIG_DIR": scratch}
    done = subprocess.run(
        [f"{machine.BIN}/argocd", "admin", "settings", *arguments], env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return (done.stdout + done.stderr).strip()


def prove(report, tree):
    """All of it, for one tree."""
    maps = machine.config_maps(tree.settings)
    with tempfile.TemporaryDirectory() as scratch:
        file = f"{scratch}/argocd-cm.yaml"
        with open(file, "w", encoding="utf-8") as out:
            json.dump(maps["argocd-cm"], out)
        validated(report, tree, admin(scratch, "validate", "--argocd-cm-path", file, "--load-cluster-settings=false"))
        for name, body in maps.items():
            unknown = sorted(set(body["data"]) - documented(name) - further(name, body["data"]))
            report.check(f"{tree.name}: every key of {name} is one that Argo CD documents", ", ".join(unknown))
        healthy(report, tree, maps["argocd-cm"]["data"], lambda sample: admin(scratch, "resource-overrides", "health", sample, "--argocd-cm-path", file))


def validated(report, tree, said):
    """It exits with 0 whatever it finds: what it says counts."""
    for group in "accounts", "general", "kustomize", "resource-overrides":
        report.check(f"{tree.name}: settings validate: {group}", None if f"✅ {group}" in said else said[-1500:])
    wrong = [line for line in said.splitlines() if "❌" in line or "warn" in line.lower()]
    report.check(f"{tree.name}: settings validate says nothing else", "\n        ".join(wrong))


def documented(name):
    """Keys of a ConfigMap in Argo CD's own manual, those in comments too."""
    module = subprocess.run(["go", "list", "-m", "-f", "{{.Dir}}", "github.com/argoproj/argo-cd/v3"], cwd=machine.HERE, capture_output=True, text=True, check=True)
    with open(f"{module.stdout.strip()}/docs/operator-manual/{name}.yaml", encoding="utf-8") as file:
        return set(re.findall(r"^  (?:# ?)?([A-Za-z][\w./-]*): ?", file.read(), re.MULTILINE))


def further(name, data):
    """Keys that are known though the manual does not show them."""
    if name == "argocd-rbac-cm":
        return {key for key in data if re.fullmatch(r"policy\.[\w-]+\.csv", key)}
    return FURTHER | {key for key in data if any(re.fullmatch(family, key) for family in FAMILIES)}


def healthy(report, tree, data, ask):
    """Each script of ours on each sample of its kind: samples/health/GROUP_KIND/EXPECTED-WHAT.yaml."""
    scripts = sorted(key.removeprefix(HEALTH) for key in data if key.startswith(HEALTH))
    if not scripts:
        report.skip(f"{tree.name}: it has no health scripts")
    for kind in scripts:
        samples = sorted(glob.glob(f"{SAMPLES}/{kind}/*.yaml"))
        report.check(f"{tree.name}: there are samples for the health of {kind}", None if samples else f"none in samples/health/{kind}")
        for sample in samples:
            expected, _, what = os.path.basename(sample).removesuffix(".yaml").partition("-")
            said = ask(sample)
            fine = re.search(rf"^STATUS: {expected}$", said, re.MULTILINE)
            report.check(f"{tree.name}: health of {kind}: {what}: {expected}", None if fine else said[:400])
