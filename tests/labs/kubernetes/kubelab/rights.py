"""What members of a tenant, Argo CD in their place, default service accounts and strangers may do."""

# (verb, group, resource, subresource) in the tenant's own namespaces.
ALLOWED = [
    ("create", "", "pods", ""), ("delete", "", "pods", ""), ("get", "", "pods", "log"), ("create", "", "pods", "exec"),
    ("get", "", "pods", "exec"), ("create", "", "pods", "portforward"), ("create", "", "pods", "eviction"),
    ("patch", "", "pods", "ephemeralcontainers"), ("create", "apps", "deployments", ""), ("patch", "apps", "deployments", "scale"),
    ("update", "apps", "statefulsets", ""), ("create", "batch", "jobs", ""), ("create", "batch", "cronjobs", ""),
    ("create", "", "services", ""), ("update", "", "configmaps", ""), ("get", "", "secrets", ""), ("list", "", "secrets", ""),
    ("create", "", "persistentvolumeclaims", ""), ("create", "networking.k8s.io", "ingresses", ""),
    ("create", "autoscaling", "horizontalpodautoscalers", ""), ("create", "policy", "poddisruptionbudgets", ""),
    ("create", "", "serviceaccounts", ""), ("list", "", "events", ""), ("get", "", "resourcequotas", ""),
    ("get", "", "limitranges", ""), ("list", "networking.k8s.io", "networkpolicies", ""), ("get", "", "namespaces", ""),
]  # fmt: skip

# There as well, what isolates them or what is not theirs.
DENIED = [
    ("create", "rbac.authorization.k8s.io", "roles", ""), ("create", "rbac.authorization.k8s.io", "rolebindings", ""),
    ("delete", "rbac.authorization.k8s.io", "rolebindings", ""), ("bind", "rbac.authorization.k8s.io", "clusterroles", ""),
    ("update", "", "resourcequotas", ""), ("delete", "", "resourcequotas", ""), ("patch", "", "limitranges", ""),
    ("create", "networking.k8s.io", "networkpolicies", ""), ("delete", "networking.k8s.io", "networkpolicies", ""),
    ("patch", "networking.k8s.io", "networkpolicies", ""), ("create", "", "serviceaccounts", "token"),
    ("impersonate", "", "serviceaccounts", ""), ("create", "", "endpoints", ""), ("update", "discovery.k8s.io", "endpointslices", ""),
    ("patch", "", "namespaces", ""), ("delete", "", "namespaces", ""), ("update", "", "namespaces", "finalize"),
    ("create", "argoproj.io", "applications", ""), ("create", "helm.cattle.io", "helmcharts", ""),
    ("create", "crd.projectcalico.org", "networkpolicies", ""), ("create", "policies.kyverno.io", "policyexceptions", ""),
    ("create", "", "pods", "binding"), ("patch", "", "pods", "status"),
]  # fmt: skip

# In namespaces of others, and of the system.
FOREIGN = [
    ("get", "", "secrets", ""), ("list", "", "pods", ""), ("create", "", "pods", ""), ("create", "", "pods", "exec"), ("get", "", "pods", "log"),
    ("list", "", "configmaps", ""), ("create", "apps", "deployments", ""), ("get", "", "namespaces", ""), ("list", "", "events", ""),
    ("create", "argoproj.io", "applications", ""), ("patch", "argoproj.io", "appprojects", ""),
]  # fmt: skip

# Of the whole cluster.
CLUSTER = [
    ("list", "", "nodes", ""), ("get", "", "nodes", "proxy"), ("list", "", "namespaces", ""), ("create", "", "namespaces", ""),
    ("list", "", "secrets", ""), ("list", "", "pods", ""), ("create", "", "persistentvolumes", ""),
    ("create", "rbac.authorization.k8s.io", "clusterroles", ""), ("create", "rbac.authorization.k8s.io", "clusterrolebindings", ""),
    ("escalate", "rbac.authorization.k8s.io", "clusterroles", ""), ("impersonate", "", "users", ""), ("impersonate", "", "groups", ""),
    ("create", "admissionregistration.k8s.io", "validatingwebhookconfigurations", ""), ("create", "certificates.k8s.io", "certificatesigningrequests", ""),
    ("create", "storage.k8s.io", "storageclasses", ""), ("create", "apiextensions.k8s.io", "customresourcedefinitions", ""),
    ("create", "crd.projectcalico.org", "globalnetworkpolicies", ""),
]  # fmt: skip

SYSTEM = ["kube-system", "argocd", "default"]
# What everybody with an account may do: ask about himself.
HARMLESS = {"selfsubjectaccessreviews", "selfsubjectrulesreviews", "selfsubjectreviews"}


def prove(report, api, name, tenants):
    """Everybody, everywhere."""
    every = {namespace.name for tenant in tenants for namespace in tenant.namespaces}
    for tenant in tenants:
        own = {namespace.name for namespace in tenant.namespaces}
        first = tenant.namespaces[0]
        members = [(f"a member of {group}", {"Impersonate_User": "u", "Impersonate_Group": group}) for group in first.subjects("Group")]
        accounts = [(f"Argo CD as {each}", account(*each.split(":"))) for each in first.subjects("ServiceAccount")]
        if not members + accounts:
            report.skip(f"{name}: nobody is bound in the namespaces of {tenant.name}")
        for who, headers in members + accounts:
            for namespace in sorted(own):
                ask(report, api, name, who, headers, namespace, ALLOWED, True)
                ask(report, api, name, who, headers, namespace, DENIED, False)
            for namespace in sorted(every - own) + SYSTEM:
                ask(report, api, name, who, headers, namespace, FOREIGN, False)
            ask(report, api, name, who, headers, "", CLUSTER, False)
        for who, headers in members[:1]:
            act(report, api, f"{name}: {who}", headers, first.name, sorted(every - own)[:1] + SYSTEM)
        for group in first.subjects("Group"):
            bare = group.split(":", 1)[-1]
            nothing(report, api, f"{name}: a member of {bare}, a group without the prefix", {"Impersonate_User": "u", "Impersonate_Group": bare}, first.name)
        for namespace in sorted(own):
            nothing(report, api, f"{name}: the default service account of {namespace}", account(namespace, "default"), namespace)
        nothing(report, api, f"{name}: a member of no group", {"Impersonate_User": "u"}, first.name)


def account(namespace, name):
    """A service account; the server adds its groups."""
    return {"Impersonate_User": f"system:serviceaccount:{namespace}:{name}"}


def ask(report, api, name, who, headers, namespace, questions, expected):
    """`kubectl auth can-i`, many times. A question may end with the name of the object."""
    for verb, group, resource, part, *named in questions:
        attributes = {"namespace": namespace, "verb": verb, "group": group, "resource": resource, "subresource": part, "name": "".join(named)}
        if resource == "namespaces" and namespace:
            attributes["name"] = namespace
        body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview", "spec": {"resourceAttributes": attributes}}
        answer = api.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body, **headers)
        allowed = answer.body.get("status", {}).get("allowed")
        what = f"{verb} {resource}{'/' + part if part else ''}{'.' + group if group else ''} in {namespace or 'the whole cluster'}"
        report.check(f"{name}: {who}: {'may' if expected else 'may not'} {what}", None if allowed is expected else f"{answer.status} {answer.body}"[:300])


def nothing(report, api, what, headers, namespace):
    """Somebody who may only ask about himself."""
    body = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": namespace}}
    answer = api.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", body, **headers)
    rules = answer.body.get("status", {}).get("resourceRules")
    wrong = [rule for rule in rules or [] if set(rule["resources"]) - HARMLESS]
    report.check(f"{what}: may do nothing", wrong or (None if rules is not None else f"{answer.status} {answer.message}"))


def act(report, api, what, headers, own, foreign):
    """The same by deed: answers of the server, not of its opinion."""
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"}
    group = {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": "system:authenticated"}
    head = {"metadata": {"name": "strata-sample"}}
    config = {"apiVersion": "v1", "kind": "ConfigMap", **head}
    binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding", "roleRef": role, "subjects": [group], **head}
    opened = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": {"podSelector": {}, "ingress": [{}]}, **head}
    quota = {"spec": {"hard": {"pods": "10000"}}}
    level = {"metadata": {"labels": {"pod-security.kubernetes.io/enforce": "privileged"}}}
    patch = {"Content_Type": "application/merge-patch+json"} | headers
    core, rbac = f"/api/v1/namespaces/{own}", f"/apis/rbac.authorization.k8s.io/v1/namespaces/{own}"
    report.status(f"{what}: makes a ConfigMap", 201, api.ask("POST", f"{core}/configmaps?dryRun=All", config, **headers))
    report.status(f"{what}: binds cluster-admin", 403, api.ask("POST", f"{rbac}/rolebindings", binding, **headers))
    report.status(f"{what}: opens its namespace", 403, api.ask("POST", f"/apis/networking.k8s.io/v1/namespaces/{own}/networkpolicies", opened, **headers))
    report.status(f"{what}: raises its quota", 403, api.ask("PATCH", f"{core}/resourcequotas/quota", quota, **patch))
    report.status(f"{what}: relaxes Pod Security", 403, api.ask("PATCH", core, level, **patch))
    report.status(f"{what}: takes a token of an account", 403, api.ask("POST", f"{core}/serviceaccounts/default/token", {}, **headers))
    for namespace in foreign:
        report.status(f"{what}: reads the Secrets of {namespace}", 403, api.ask("GET", f"/api/v1/namespaces/{namespace}/secrets", **headers))
