//! Findings about tenants: their namespaces, quotas, groups and Applications.

codes! {
    QUOTA_INCOMPLETE = Error "quota-incomplete": "a quota without CPU or memory",
        "What a quota does not name is not bounded: one namespace could take all of a cluster's memory, and pods of other tenants would be evicted. Zero would mean that no pod can start. Both are always said.",
        "https://kubernetes.io/docs/concepts/policy/resource-quotas/#compute-resource-quota";
    LIMITS_BELOW_REQUESTS = Error "limits-below-requests": "a quota whose limits are below its requests",
        "A container's limit is never below its request. Where the sum of limits is the smaller one, it stops pods long before the requests are used up, and the part of the cluster that the requests reserve lies idle. Left out, limits are twice the requests.",
        "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/";
    QUOTA_ABOVE_CAPACITY = Error "quota-above-capacity": "more promised to tenants than the agents have",
        "A quota is a promise: what one tenant uses is not there for the next one. If the sum of requests is more than the agents have, the last tenant's pods stay Pending although its quota says otherwise, and it looks like a fault of the scheduler. Each agent keeps half a core and 1 GiB for its own daemons. Flavors are those of lock.yaml; where one is unknown nothing is said.",
        "https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-and-cluster-capacity";
    LIMITS_OVERCOMMITTED = Warning "limits-overcommitted": "limits far above what the agents have",
        "Limits may add up to more than there is, since not everybody peaks at once. Beyond twice the agents' size a busy hour is enough: CPU becomes slow for all, and memory that is not there makes kubelet kill pods, also those of tenants who stayed within their requests.",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/";
    CONTAINER_ABOVE_AGENT = Warning "container-above-agent": "a container larger than every agent",
        "A container runs on one node. A maximum above the largest agent invites requests that no node can ever fulfil: the pod stays Pending and nothing says that waiting is in vain.",
        "https://kubernetes.io/docs/concepts/policy/limit-range/";
    DEFAULT_ABOVE_MAXIMUM = Error "default-above-maximum": "a default for containers that their maximum refuses",
        "The API server refuses a LimitRange whose default request is above the default limit, or a default above the maximum. The namespace would then have no limits at all, and every pod that names none would be refused by the quota.",
        "https://kubernetes.io/docs/concepts/policy/limit-range/";
    DEFAULT_ABOVE_QUOTA = Error "default-above-quota": "a default for containers that is more than the namespace has",
        "A container that names no requests gets the default. If one such container already exceeds the quota of its namespace, it can never start there, and the refusal talks about a number that the user never wrote. Defaults hold for all namespaces of a tenant, so the smallest quota decides.",
        "https://kubernetes.io/docs/concepts/policy/limit-range/";
    STORAGE_WITHOUT_CLASS = Warning "storage-without-class": "a quota of storage where nothing makes volumes",
        "Without a storage class every volume claim stays Pending. If a class comes from manifests of your own (`platform.extra`), all is well and nobody but you can know it.",
        "https://kubernetes.io/docs/concepts/storage/dynamic-provisioning/";
    SYSTEM_NAMESPACE = Error "system-namespace": "a namespace of the system in a tenant's hands",
        "Namespaces of Kubernetes and of the platform are left out of policies and isolation, so that a cluster can start and repair itself. A tenant in one of them would be left out too, beside the credentials of the platform. The names of components that are not enabled today are kept for the day on which they are.",
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces";
    NAMESPACE_TAKEN = Error "namespace-taken": "a namespace with two owners",
        "A namespace is the border between tenants: who may work in it may read its Secrets and its volumes. Two tenants in one namespace are not isolated from each other, and the second file would overwrite the quota of the first.",
        "https://kubernetes.io/docs/concepts/security/multi-tenancy/#namespaces";
    PRIVILEGED_TENANT = Error "privileged-tenant": "a tenant whose pods may do anything to their node",
        "A privileged pod reads the disks and the memory of all other pods on its node, and kubelet's credentials with them: there is no isolation of tenants left. The Pod Security Standard `privileged` is for the platform's own node agents.",
        "https://kubernetes.io/docs/concepts/security/pod-security-standards/";
    RESERVED_LABEL = Error "reserved-label": "a label that isolation follows",
        "Labels of a namespace decide which Pod Security Standard is enforced and which policies hold for it. `pod-security.kubernetes.io/enforce: privileged` among a tenant's own labels would undo both where no reviewer looks for it. strata sets these labels from what is declared.",
        "https://kubernetes.io/docs/concepts/security/pod-security-admission/";
    TENANT_WITHOUT_NAMESPACES = Error "tenant-without-namespaces": "a tenant with nothing of its own",
        "A tenant is what its namespaces are: quota, access and Applications all belong to one. Without any nothing is made, except a project of Argo CD that may go nowhere.",
        "design.md section 3";
    TENANT_NAME_RESERVED = Error "tenant-name-reserved": "a tenant with the name of another project",
        "A tenant's project in Argo CD has the tenant's name. `default` is Argo CD's own, in which everything may be synced everywhere, and `platform` is where the cluster's own parts are: a tenant of that name would take over their rights, or they would lose theirs.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/projects/#the-default-project";
    APPLICATION_OUTSIDE_TENANT = Error "application-outside-tenant": "an Application that goes to somebody else's namespace",
        "A tenant's Applications go to its own namespaces; Argo CD's project allows no others, so the sync would fail for good. If the namespace is meant to be the tenant's, declare it with its quota.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/projects/";
    APPLICATION_NAME_TAKEN = Error "application-name-taken": "two Applications with one name",
        "Applications of all tenants live in the namespace `argocd`, so strata calls them TENANT-APPLICATION. Two tenants whose names begin alike can still meet, and so can a tenant and a part of the platform. The one that is synced last would replace the other, with all that it deployed.",
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#applications";
    APPLICATION_PATH = Error "application-path": "a folder outside of its repository",
        "Argo CD reads one folder of a repository, named from the top. It refuses an absolute path and one that climbs out with `..`, and the Application would show nothing but that error.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/directory/";
    WILDCARD = Error "wildcard-in-tenant": "a pattern where a tenant's repositories are listed",
        "Argo CD reads `*` and its like in a project's repositories as patterns. Whoever can make a repository whose address fits can then deploy into the tenant's namespaces, without a review here. Namespaces cannot be patterns at all: each is named.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/projects/";
    REPOSITORY_SCHEME = Error "repository-scheme": "a repository read by a way that proves nothing",
        "What Argo CD reads from Git becomes what runs. By `http` anybody on the way can change it, `file` is a path inside Argo CD's own container, and `ws` is no way to read Git. `https`, `ssh` and `oci` check whom they talk to.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/private-repositories/";
    REPOSITORY_CREDENTIALS = Error "repository-credentials": "a repository with credentials in its address",
        "The address stands in generated files, in Argo CD's interface and in its logs. A user or token in it is known to everybody who sees one of them. Argo CD reads credentials from Secrets in its own namespace, by the prefix of the address.",
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/#repository-credentials";
    TENANT_WITHOUT_GROUPS = Warning "tenant-without-groups": "a tenant that nobody is a member of",
        "Roles are bound to groups of the identity provider. Without one nobody but the cluster's administrators can work in the tenant's namespaces, or see its Applications.",
        "https://kubernetes.io/docs/reference/access-authn-authz/rbac/";
    GROUP_NOT_GRANTED = Warning "group-not-granted": "groups that no identity provider brings",
        "Neither the Kubernetes API nor Argo CD has an OIDC issuer, so no token ever names a group: the tenant's roles hold for nobody. With an issuer at the API members use kubectl; with one at Argo CD alone they deploy from Git, and Argo CD acts for them.",
        "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens";
    GROUP_PREFIX_DOUBLED = Error "group-prefix-doubled": "a group with the API server's prefix",
        "The API server puts the prefix of `kubernetes.oidc.groups` before each group of a token, so that nobody can be called `system:masters`. strata adds it to the groups of tenants as well; written here it would stand there twice, and the role would hold for nobody. Argo CD knows groups without it.",
        "https://kubernetes.io/docs/reference/access-authn-authz/authentication/#configuring-the-api-server";
    GROUP_OF_SYSTEM = Error "group-of-system": "a group of Kubernetes itself as a tenant",
        "Groups that begin with `system:` are Kubernetes' own: `system:authenticated` is everybody with any account, `system:serviceaccounts` is every pod, `system:masters` is bound by no role at all. A tenant of such a group is open to all of them.",
        "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects";
    GROUP_FORM = Error "group-form": "a group that no token can name",
        "Groups are compared character by character with the token's claim. INDIGO IAM and others name nested groups `dare/analytics`, without a slash in front and without blanks around. A comma, a quotation mark or a `*` would mean something else to Argo CD's own rules.",
        "https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/ (facts/argocd.md section 6)";
}
