"""What a generated tree installs by Helm: Applications with charts, HelmChart and HelmChartConfig objects, those on servers too."""
import dataclasses
import glob
import os
import re
import tempfile

from kubelab import lab


@dataclasses.dataclass
class Release:
    """One chart with its values."""

    chart: str
    version: str | None  # None: RKE2 bundles it
    name: str
    namespace: str
    values: list  # documents, the last wins
    place: str
    missing: list = dataclasses.field(default_factory=list)  # values files that are not there


def read(tree):
    """All of them."""
    found = []
    for file, one in objects(tree):
        kind = one.get("kind")
        if kind == "Application":
            found += application(tree, file, one)
        elif kind == "HelmChart":
            spec = one["spec"]
            namespace = spec.get("targetNamespace") or one["metadata"]["namespace"]
            found.append(Release(spec["chart"], spec.get("version"), one["metadata"]["name"], namespace, written(file, one), file))
        elif kind == "HelmChartConfig":
            name, namespace = one["metadata"]["name"], one["metadata"]["namespace"]
            found.append(Release(name, None, name, namespace, written(file, one), file))
    return merged(found)


def merged(found):
    """A HelmChartConfig is laid over the HelmChart of its name."""
    by_name, out = {}, []
    for each in sorted(found, key=lambda each: each.version is None):
        if each.version is None and each.name in by_name:
            by_name[each.name].values += each.values
            continue
        by_name[each.name] = each
        out.append(each)
    return out


def objects(tree):
    """(file, object) of everything that is for the cluster."""
    # RKE2 applies what lies in a folder of its servers: the configuration of its network before anything runs.
    places = ("platform/**/*.yaml", "bootstrap/**/*.yaml", "rke2/pools/*/*.yaml")
    files = sorted(file for each in places for file in glob.glob(f"{tree}/{each}", recursive=True))
    for file, documents in zip(files, lab.read_yaml(files)):
        if isinstance(documents, str):
            raise SystemExit(f"{file}: {documents}")
        yield from ((file, one) for one in documents if isinstance(one, dict) and "kind" in one)


def namespaces(tree):
    """Name to labels."""
    made = {}
    for _, one in objects(tree):
        if one["kind"] == "Namespace":
            made[one["metadata"]["name"]] = one["metadata"].get("labels") or {}
    return made


def kube_version(tree):
    """The Kubernetes of the environment, as its servers' user data says."""
    for file in sorted(glob.glob(f"{tree}/openstack/user-data/*.yaml")):
        with open(file, encoding="utf-8") as text:
            version = re.search(r"v(\d+\.\d+\.\d+)(\+|%2B)rke2r\d+", text.read())
        if version:
            return version[1]
    raise SystemExit(f"{tree}: no version of RKE2 in its user data")


def written(file, one):
    """The values of a HelmChart or HelmChartConfig: structured ones, then the text."""
    spec, values = one["spec"], []
    if spec.get("values"):
        values.append(spec["values"])
    if spec.get("valuesContent"):
        values += text(file, spec["valuesContent"])
    return values


def text(file, content):
    """YAML in a string, by the same reader."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as out:
        out.write(content)
        out.flush()
        (documents,) = lab.read_yaml([out.name])
    if isinstance(documents, str):
        raise SystemExit(f"{file}: values: {documents}")
    return [each for each in documents if each is not None]


def application(tree, file, one):
    """The charts among an Application's sources."""
    spec = one["spec"]
    sources = spec.get("sources") or [spec.get("source") or {}]
    refs = {each["ref"]: each for each in sources if "ref" in each}
    found = []
    for source in sources:
        if "chart" not in source:
            continue
        helm, values, missing = source.get("helm") or {}, [], []
        for path in helm.get("valueFiles") or []:
            documents = from_git(tree, path, refs)
            values += [each for each in documents or [] if each]
            missing += [] if documents is not None else [path]
        if "values" in helm and "valuesObject" not in helm:
            values += text(file, helm["values"])
        if "valuesObject" in helm:
            values.append(helm["valuesObject"])
        name = helm.get("releaseName") or one["metadata"]["name"]
        chart = source["chart"].split("/")[-1]
        found.append(Release(chart, source["targetRevision"], name, spec["destination"].get("namespace", "default"), values, file, missing))
    return found


def from_git(tree, path, refs):
    """The documents of a values file `$REF/PATH`; None where there is no such file in the tree."""
    ref, _, within = path.partition("/")
    # The tree stands in the repository as PREFIX/ENV; only ENV and what follows is known here.
    file = f"{tree}/{f'/{within}'.partition(f'/{os.path.basename(tree)}/')[2]}"
    if ref.lstrip("$") not in refs or not os.path.isfile(file):
        return None
    (documents,) = lab.read_yaml([file])
    return documents if isinstance(documents, list) else None
