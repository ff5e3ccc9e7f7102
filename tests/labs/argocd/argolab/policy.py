"""RBAC: the policy that is generated, with what AppProjects add to it, and questions to it."""
import concurrent.futures
import itertools
import json
import os
import tempfile

from argolab import configuration, machine

# rbac validate counts fields and no more. As in Argo CD's util/rbac.
ACTIONS = {"get", "create", "update", "delete", "sync", "override", "action", "invoke", "rollback", "*"}
RESOURCES = {
    "clusters", "projects", "applications", "applicationsets", "repositories", "write-repositories", "certificates", "accounts",
    "gpgkeys", "logs", "exec", "extensions", "*",
}
BUILT_IN = {"role:admin", "role:readonly"}
LEAST = 30


def prove(report, tree, people, questions):
    """All of one tree."""
    maps = machine.config_maps(tree.settings)
    data = maps["argocd-rbac-cm"]["data"]
    lines = [line for key, text in sorted(data.items()) if key.endswith(".csv") for line in text.splitlines()]
    added = [line for project in tree.projects.values() for line in of_project(project)]
    with tempfile.TemporaryDirectory() as scratch:
        file = f"{scratch}/policy.csv"
        with open(file, "w", encoding="utf-8") as out:
            out.write("\n".join([*lines, *added]) + "\n")
        said = configuration.admin(scratch, "rbac", "validate", "--policy-file", file)
        report.check(f"{tree.name}: rbac validate", None if "Policy is valid" in said else said[:600])
        wrong = [problem for line in [*lines, *added] for problem in strange(line, [*lines, *added])]
        report.check(f"{tree.name}: the policy names resources, actions and roles that there are", "\n        ".join(wrong))
        default = data.get("policy.default", "")
        report.check(f"{tree.name}: without a group nobody may do anything", f"policy.default is {default}" if default else None)
        asked(report, tree, list(table(tree, people, questions)), scratch, file)


def of_project(project):
    """What Argo CD adds for a project's roles (AppProject.ProjectPoliciesString)."""
    name = project["metadata"]["name"]
    for role in project["spec"].get("roles") or []:
        subject = f"proj:{name}:{role['name']}"
        yield f"p, {subject}, projects, get, {name}, allow"
        yield from role.get("policies") or []
        yield from (f"g, {group}, {subject}" for group in role.get("groups") or [])


def strange(line, lines):
    """What rbac validate does not see."""
    fields = [field.strip() for field in line.split(",")]
    if not line.strip() or line.lstrip().startswith("#"):
        return
    if fields[0] == "p" and len(fields) == 6:
        _, _, resource, action, _, effect = fields
        if resource not in RESOURCES:
            yield f"{line}: there is no resource {resource}"
        if action.split("/")[0] not in ACTIONS:
            yield f"{line}: there is no action {action}"
        if effect not in ("allow", "deny"):
            yield f"{line}: {effect} is neither allow nor deny"
    elif fields[0] == "g" and len(fields) == 3:
        subjects = {other.split(",")[1].strip() for other in lines if other.startswith("p,")}
        if fields[2] not in BUILT_IN | subjects:
            yield f"{line}: nothing is allowed to {fields[2]}"
    else:
        yield f"{line}: neither a policy nor a group"


# --- questions ----------------------------------------------------------------------------------------------------


def table(tree, people, file):
    """Each question of the file, for each group and tenant that it is about: (subject, action, resource, object, answer)."""
    with open(file, encoding="utf-8") as lines:
        rows = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    names = sorted(people.tenants) or ["nobody"]
    for who, action, resource, target, answer, when in rows:
        if when != "-" and people.says(when.lstrip("!")) == when.startswith("!"):
            continue
        for own, subject in subjects(who, people, names):
            other = next((name for name in names if name != own), "another")
            yield subject, action, resource, target.format(own=own, other=other), answer


def subjects(who, people, names):
    """(tenant, group) that a row is about; who is no member of a tenant asks about the first one."""
    if who == "member":
        return [(tenant, group) for tenant, groups in sorted(people.tenants.items()) for group in groups]
    if who == "project-role":
        return [(tenant, f"proj:{tenant}:members") for tenant in sorted(people.tenants)]
    if who == "stranger":
        return [(names[0], "somebody/else")]
    return list(itertools.product(names[:1], people.groups[who]))


def asked(report, tree, questions, scratch, file):
    """`rbac can`, which says Yes or No, and whatever else where the question itself is wrong."""

    def ask(question):
        subject, action, resource, target, _ = question
        return configuration.admin(scratch, "rbac", "can", subject, action, resource, target, "--policy-file", file)

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = list(pool.map(ask, questions))
    for (subject, action, resource, target, answer), said in zip(questions, answers):
        # Beside the answer it warns of a built-in role that the policy gives to somebody without a rule of its own.
        words = [line for line in said.splitlines() if not line.startswith("{")]
        fine = words[-1:] == [answer.capitalize()]
        report.check(f"{tree.name}: {subject} {action} {resource} {target}: {answer}", None if fine else json.dumps(said[:300]))
    enough = len(questions) >= LEAST or not any(people for people in tree.projects if people not in ("default", "platform", "tenants", "extra"))
    report.check(f"{tree.name}: {len(questions)} questions were asked", None if enough else f"fewer than {LEAST}")
