"""What dry-run and hardened share: where a lab is, its API, and a reader of YAML."""
import dataclasses
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CACHE = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
LAB = os.path.abspath(os.environ.get("KUBERNETES_LAB_DIR") or f"{CACHE}/strata-kubernetes-lab")
HARDENED = f"{LAB}-hardened"  # the folder of the lab that hardened starts
YAML_READ = (os.environ.get("STRATA_JUDGES") or f"{CACHE}/strata-judges") + "/bin/yaml-read"


def read_yaml(paths):
    """The documents of each file, as kubectl and Argo CD read them: one list a file, or why it is refused."""
    if not os.path.exists(YAML_READ):
        sys.exit("no reader of YAML here: tests/labs/judges/install yaml-read")
    found = []
    for start in range(0, len(paths), 500):
        done = subprocess.run(
            [YAML_READ, "kubernetes", *paths[start : start + 500]], capture_output=True, encoding="utf-8", check=True
        )
        # Not splitlines(): U+2028 stands in strings as it is.
        found += [json.loads(line) for line in done.stdout.split("\n") if line]
    return [each.get("documents", each.get("error")) for each in found]


@dataclasses.dataclass
class Answer:
    """What the API server said."""

    status: int
    body: dict
    warnings: list

    @property
    def ok(self):
        """Whether it did what it was asked."""
        return self.status < 300

    @property
    def message(self):
        """Its words, in one line; an object is none."""
        return " ".join(str(self.body.get("message", self.body.get("kind", ""))).split())


class Api:
    """The API server of a running lab, on one kept connection."""

    def __init__(self, lab=LAB, certificate="admin", token=None):
        """As the user of a certificate in pki/, of a bearer token, or (certificate=None) as nobody."""
        with open(f"{lab}/kubeconfig", encoding="utf-8") as file:
            host, port = re.search(r"https://([^:]+):(\d+)", file.read()).groups()
        tls = ssl.create_default_context(cafile=f"{lab}/pki/ca.crt")
        if certificate:
            tls.load_cert_chain(f"{lab}/pki/{certificate}.crt", f"{lab}/pki/{certificate}.key")
        self.connection = http.client.HTTPSConnection(host, int(port), context=tls, timeout=60)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(self, method, path, body=None, **headers):
        """One request; a body is JSON, and of the type that the header Content_Type says."""
        headers = {"Accept": "application/json", "Content-Type": "application/json"} | self.headers | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        if self.connection.sock is None:
            self.connection.connect()
            self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        try:
            parsed = json.loads(text)
        except ValueError:
            parsed = {"message": text}
        # RFC 7234: CODE AGENT "TEXT".
        warnings = [re.sub(r'^\d+ \S+ "(.*)"$', r"\1", each) for each in answer.headers.get_all("Warning") or []]
        return Answer(answer.status, parsed if isinstance(parsed, dict) else {"message": text}, warnings)

    def apply(self, path, body, dry_run=False, manager="strata"):
        """Server-side apply, strictly."""
        query = f"?fieldManager={manager}&fieldValidation=Strict&force=true" + ("&dryRun=All" if dry_run else "")
        return self.ask("PATCH", path + query, body, Content_Type="application/apply-patch+yaml")

    def resources(self):
        """Every kind that is served: (apiVersion, kind) to (path of its version, plural, whether in a namespace)."""
        kinds = {}
        accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
        for root in "/api", "/apis":
            for group in self.ask("GET", root, Accept=accept).body["items"]:
                name = group["metadata"].get("name", "")
                for version in group["versions"]:
                    written = f"{name}/{version['version']}" if name else version["version"]
                    for each in version.get("resources", []):
                        key = written, each["responseKind"]["kind"]
                        kinds[key] = f"{root}/{written}", each["resource"], each["scope"] == "Namespaced"
        return kinds


class Report:
    """One line for each check, and the sum at the end."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def status(self, what, expected, answer):
        """A check of an answer's status."""
        self.check(f"{what}: {expected}", None if answer.status == expected else f"{answer.status} {answer.message}"[:400])

    def skip(self, what):
        """What could not be judged."""
        self.skipped += 1
        print(f"SKIP  not judged: {what}", flush=True)

    def check(self, what, wrong=None):
        """A check passed, unless something is wrong."""
        if wrong:
            self.failed += 1
            print(f"FAIL  {what}\n        {wrong}", flush=True)
        else:
            self.passed += 1
            print(f"ok    {what}", flush=True)

    def close(self):
        """The last line, and the exit code."""
        print(f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else ""))
        return 1 if self.failed or not self.passed else 0
