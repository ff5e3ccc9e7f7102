"""Tokens before the API server: whom a right one makes, and that wrong ones are refused."""
import json
import time

from kubelab import lab

REVIEW = "/apis/authentication.k8s.io/v1/selfsubjectreviews"


def with_test_issuers(authentication, issuer):
    """The same configuration, but of a test issuer for each issuer."""
    copy = json.loads(json.dumps(authentication))
    with open(issuer.certificate, encoding="utf-8") as file:
        certificate = file.read()
    for number, entry in enumerate(copy.get("jwt") or []):
        entry["issuer"] |= {"url": issuer.url(number), "certificateAuthority": certificate}
        if "discoveryURL" in entry["issuer"]:
            entry["issuer"]["discoveryURL"] = f"{issuer.url(number)}/discovery"
    return copy


def judge(report, authentication, issuer):
    """Right and wrong tokens of each issuer; gives (token, the user's name, groups) of the right ones."""
    right = []
    for number, entry in enumerate(authentication.get("jwt") or []):
        mappings, url = entry["claimMappings"], entry["issuer"]["url"]
        user, groups = mappings["username"], mappings.get("groups") or {}
        if "expression" in user or "expression" in groups:
            report.skip(f"tokens of {url}: claims are mapped by an expression")
            continue
        claims = good_claims(entry)
        name = user.get("prefix", "") + claims[user["claim"]]
        names = [groups.get("prefix", "") + each for each in claims[groups["claim"]]] if groups else []
        token = issuer.token(number, claims)
        report.check(f"a token of {url} is {name} of {', '.join(names) or 'no group'}", whoami(token, name, names))
        wrong_tokens(report, issuer, number, entry, claims)
        right.append((token, name, (*names, "system:authenticated")))
    return right


def good_claims(entry):
    """What a token must say to be taken."""
    mappings = entry["claimMappings"]
    claims = {"aud": entry["issuer"]["audiences"][0], "email_verified": True}
    claims |= {rule["claim"]: rule["requiredValue"] for rule in entry.get("claimValidationRules") or [] if "claim" in rule}
    claims[mappings["username"]["claim"]] = "alice@example.org"
    if mappings.get("groups"):
        claims[mappings["groups"]["claim"]] = ["operators", "developers"]
    return claims


def review(token):
    """Who the API server says that a token is."""
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    return lab.Api(lab.HARDENED, certificate=None, token=token).ask("POST", REVIEW, body)


def whoami(token, name, groups):
    """What is wrong with the user of a token; a server that has just started has yet to ask the issuer for its keys."""
    end = time.monotonic() + 30
    while (answer := review(token)).status == 401 and time.monotonic() < end:
        time.sleep(0.5)
    if not answer.ok:
        return f"{answer.status} {answer.message}"
    found = answer.body["status"]["userInfo"]
    if (found["username"], {*found["groups"]}) != (name, {*groups, "system:authenticated"}):
        return f"it is {found['username']} of {', '.join(found['groups'])}"
    return None


def wrong_tokens(report, issuer, number, entry, claims):
    """Tokens that must be refused, and claims that must give no power."""
    url = entry["issuer"]["url"]
    refused = {
        "another audience": issuer.token(number, claims | {"aud": "another"}),
        "expired": issuer.token(number, claims, lifetime=-30),
        "signed by another key": issuer.token(number, claims, key="other"),
        "not signed": issuer.token(number, claims, key=None),
        "of another issuer": issuer.token(number, claims | {"iss": "https://issuer.example.org"}),
    }
    for rule in entry.get("claimValidationRules") or []:
        if "claim" in rule:
            refused[f"another {rule['claim']}"] = issuer.token(number, claims | {rule["claim"]: "another"})
    for what, token in refused.items():
        report.status(f"a token of {url}, {what}", 401, review(token))
    powerful = {entry["claimMappings"]["username"]["claim"]: "system:admin"}
    if entry["claimMappings"].get("groups"):
        powerful[entry["claimMappings"]["groups"]["claim"]] = ["system:masters"]
    api = lab.Api(lab.HARDENED, certificate=None, token=issuer.token(number, claims | powerful))
    report.status(f"a token of {url} that claims system:masters reads Secrets", 403, api.ask("GET", "/api/v1/secrets"))
