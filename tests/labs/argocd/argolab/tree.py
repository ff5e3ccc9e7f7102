"""A generated environment, as far as Argo CD has to do with it."""
import collections
import functools
import glob
import os
import tempfile

from kubelab import lab

WAVE = "argocd.argoproj.io/sync-wave"
OPTIONS = "argocd.argoproj.io/sync-options"

# A document of a file: which file, which document of it, and what it says.
Written = collections.namedtuple("Written", "file number body")


class Tree:
    """generated/ENV."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.name = os.path.basename(self.folder)
        self.bootstrap = read(f"{self.folder}/bootstrap")
        self.platform = read(f"{self.folder}/platform")
        applications = [each.body for each in self.platform if each.body["kind"] == "Application"]
        roots = [each.body for each in self.bootstrap if each.body["kind"] == "Application"]
        if len(roots) != 1:
            raise SystemExit(f"{self.folder}/bootstrap has {len(roots)} Applications: the lab needs the root one")
        self.root = roots[0]
        self.applications = {each["metadata"]["name"]: each for each in [self.root, *applications]}

    @property
    def repository(self):
        """The URL that the tree says it is in."""
        return source(self.root)["repoURL"]

    @property
    def revision(self):
        """The branch that Argo CD follows."""
        return source(self.root)["targetRevision"]

    @property
    def prefix(self):
        """Where in its repository the tree stands: generated/ENV."""
        return source(self.root)["path"].partition("/platform/")[0]

    @functools.cached_property
    def projects(self):
        """AppProjects by name."""
        return {one["metadata"]["name"]: one for one in self.every("AppProject")}

    def every(self, kind):
        """All objects of a kind."""
        return [each.body for each in [*self.bootstrap, *self.platform] if each.body["kind"] == kind]

    def within(self, application):
        """The documents that an Application brings from this tree."""
        found = []
        for one in sources(application):
            if self.ours(one) and "path" in one:
                folder, deep = self.local(one["path"]), (one.get("directory") or {}).get("recurse")
                found += [each for each in self.platform if os.path.dirname(each.file) == folder or (deep and each.file.startswith(f"{folder}/"))]
        return found

    def ours(self, one):
        """Whether a source is this tree."""
        return one["repoURL"] == self.repository and "chart" not in one

    def local(self, path):
        """A path of the repository, in the folder that the lab was given."""
        return os.path.normpath(f"{self.folder}/{os.path.relpath(path, self.prefix)}")

    @functools.cached_property
    def settings(self):
        """The values of the chart that installs Argo CD: the last one wins where there are several documents."""
        found = {}
        for one in self.every("HelmChart"):
            if one["spec"].get("chart") == "argo-cd":
                found = overlaid(found, values_of(one))
        if not found:
            raise SystemExit(f"{self.folder} has no HelmChart of argo-cd")
        return found


def values_of(one):
    """Values of a HelmChart, structured and as text."""
    found = dict(one["spec"].get("values") or {})
    return overlaid(found, text_documents(one["spec"].get("valuesContent")) or {})


def text_documents(text):
    """The mapping that a string of YAML holds; nothing where there is none."""
    if not text:
        return None
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        (documents,) = lab.read_yaml([file.name])
    return documents[0] if isinstance(documents, list) and documents and isinstance(documents[0], dict) else None


def overlaid(below, above):
    """As Helm merges values: mappings by key, anything else whole."""
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return below | {key: overlaid(below[key], value) if key in below else value for key, value in above.items()}


def read(folder):
    """The objects of all files of a folder, in the order of their names."""
    files = sorted(glob.glob(f"{folder}/**/*.yaml", recursive=True))
    found = []
    for file, documents in zip(files, lab.read_yaml(files)):
        if isinstance(documents, str):
            raise SystemExit(f"{file}: {documents}")
        found += [
            Written(file, number, one)
            for number, one in enumerate(documents)
            if isinstance(one, dict) and "kind" in one and "apiVersion" in one and "metadata" in one
        ]
    return found


def sources(application):
    """All sources of an Application."""
    spec = application["spec"]
    return spec.get("sources") or [spec["source"]]


def source(application):
    """The only source of an Application."""
    (only,) = sources(application)
    return only


def annotations(one):
    """Annotations, perhaps none."""
    return one["metadata"].get("annotations") or {}


def wave(one):
    """The wave of an object in its Application."""
    return int(annotations(one).get(WAVE, "0"))


def options(one):
    """Sync options that an object asks for itself."""
    return {each.strip() for each in annotations(one).get(OPTIONS, "").split(",") if each.strip()}
