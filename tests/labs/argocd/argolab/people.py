"""Who is who in an environment, as its authors wrote it: environments/ENV, not what is generated from it."""
import glob
import os

from argolab.tree import overlaid
from kubelab import lab


class People:
    """Groups by what they are, and the environment's own words."""

    def __init__(self, written, tenants):
        self.written = written
        oidc = (written.get("argocd") or {}).get("oidc") or {}
        self.groups = {"administrator": oidc.get("administrators") or [], "reader": oidc.get("readers") or []}
        self.tenants = {each["name"]: each.get("groups") or [] for each in tenants}

    def says(self, field):
        """Whether a field, such as argocd.terminal, is true."""
        value = self.written
        for key in field.split("."):
            value = (value or {}).get(key) if isinstance(value, dict) else None
        return bool(value)


def find(folder, tree):
    """Of a tree generated/ENV, in environments/ENV unless a folder is named; nothing where there is none."""
    folder = folder or f"{os.path.dirname(os.path.dirname(tree.folder))}/environments"
    return read(folder, tree.name) if os.path.exists(f"{folder}/{tree.name}/environment.yaml") else None


def read(folder, name):
    """environments/NAME, with what it extends and the tenants beside it."""
    written = document(f"{folder}/{name}/environment.yaml")
    tenants = (written.get("tenants") or []) + [document(each) for each in sorted(glob.glob(f"{folder}/{name}/tenants/*.yaml"))]
    return People(written, tenants)


def document(file):
    """A file laid over what it extends."""
    ((found,),) = lab.read_yaml([file])
    for each in reversed([found["extends"]] if isinstance(found.get("extends"), str) else found.get("extends") or []):
        found = overlaid(document(os.path.normpath(f"{os.path.dirname(file)}/{each}")), found)
    return found
