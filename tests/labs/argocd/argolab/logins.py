"""People log in with tokens of the OIDC issuer that the tree names, and ask argocd-server for what they may have."""
import http.client
import json
import os
import time
import urllib.parse

from argolab import machine, web
from argolab import tree as trees
from kubelab.issuer import base64url, openssl


class Issuer:
    """The tree's own issuer, as files of the gateway."""

    def __init__(self, url, client):
        self.url, self.client = url, client
        self.folder = f"{machine.ARGOCD}/work/issuer"
        os.makedirs(self.folder, exist_ok=True)
        for name in "signing", "other":
            openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", f"{self.folder}/{name}.key")
        modulus = openssl("rsa", "-noout", "-modulus", "-in", f"{self.folder}/signing.key").decode().strip().split("=")[1]
        key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "e": "AQAB", "n": base64url(bytes.fromhex(modulus))}
        base = url.rstrip("/")
        self.serve(f"{base}/.well-known/openid-configuration", {
            "issuer": url, "jwks_uri": f"{base}/keys", "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
            "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"],
        })  # fmt: skip
        self.serve(f"{base}/keys", {"keys": [key]})

    def serve(self, url, body):
        """A document under its real URL."""
        file = web.place(url)
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w", encoding="utf-8") as out:
            json.dump(body, out)

    def token(self, *groups, audience=None, key="signing"):
        """An ID token of somebody in these groups."""
        now = int(time.time())
        claims = {"iss": self.url, "sub": "0123", "aud": audience or self.client, "iat": now - 60, "exp": now + 3600, "groups": list(groups), "email": "lab@example.org"}
        signed = ".".join(base64url(json.dumps(part).encode()) for part in ({"alg": "RS256", "kid": "one", "typ": "JWT"}, claims))
        return f"{signed}.{base64url(openssl('dgst', '-sha256', '-sign', f'{self.folder}/{key}.key', text=signed.encode()))}"


def ask(token, method, path, body=None):
    """A request to argocd-server: status and JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", machine.PORT, timeout=30)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request(method, f"/api/v1/{path}", None if body is None else json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    try:
        return answer.status, json.loads(text)
    except ValueError:
        return answer.status, {"message": text.decode(errors="replace")[:300]}


def prove(report, tree, people):
    """Everybody whom the environment names, and some whom it does not."""
    settings = trees.text_documents(machine.config_maps(tree.settings)["argocd-cm"]["data"].get("oidc.config"))
    if not settings or people is None:
        report.skip(f"{tree.name}: nobody logs in: {'no OIDC' if people else 'no environment'} to learn it from")
        return
    issuer = Issuer(settings["issuer"], settings["clientID"])
    every = set(tree.applications)
    for who in "administrator", "reader":
        for group in people.groups[who]:
            sees(report, tree, f"{who} {group}", issuer.token(group), every)
    for group in people.groups["administrator"]:
        syncs(report, tree, f"administrator {group}", issuer.token(group), tree.root["metadata"]["name"], 200)
    for group in people.groups["reader"]:
        syncs(report, tree, f"reader {group}", issuer.token(group), tree.root["metadata"]["name"], 403)
    for tenant, groups in sorted(people.tenants.items()):
        own = {name for name, one in tree.applications.items() if one["spec"]["project"] == tenant}
        for group in groups:
            sees(report, tree, f"member {group}", issuer.token(group), own)
            for name in sorted(own)[:1]:
                syncs(report, tree, f"member {group}", issuer.token(group), name, 200)
            syncs(report, tree, f"member {group}", issuer.token(group), tree.root["metadata"]["name"], 403)
    sees(report, tree, "somebody of another group", issuer.token("somebody/else"), set())
    group = (people.groups["administrator"] or ["nobody"])[0]
    for what, token in {
        "for another client": issuer.token(group, audience="kubernetes"),
        "signed by another key": issuer.token(group, key="other"),
    }.items():
        status, body = ask(token, "GET", "applications")
        report.check(f"{tree.name}: a token of an administrator {what} is refused", None if status == 401 else f"{status} {body}"[:300])


def sees(report, tree, who, token, expected):
    """Exactly these Applications, of those of the tree."""
    status, body = ask(token, "GET", "applications?fields=items.metadata.name")
    found = {each["metadata"]["name"] for each in body.get("items") or []} & set(tree.applications)
    wrong = None if status == 200 and found == expected else f"{status} {body.get('message', '')}: {sorted(found ^ expected)}"
    report.check(f"{tree.name}: {who} logs in and sees {len(expected)} of {len(tree.applications)} Applications", wrong)


def syncs(report, tree, who, token, name, expected):
    """A sync by hand, with what the server says."""
    status, body = ask(token, "POST", f"applications/{urllib.parse.quote(name)}/sync", {"dryRun": True})
    verb = "may" if expected == 200 else "may not"
    report.check(f"{tree.name}: {who} {verb} sync {name}", None if status == expected else f"{status} {body.get('message', '')}"[:300])
