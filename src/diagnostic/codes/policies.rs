//! Findings about the rules for what runs in the cluster.

codes! {
    EXCEPTION_PAST = Error "exception-past": "an exception after its last day",
        "Whoever allowed it did so until that day. Kyverno ends the exception by its own clock, so what runs under it will be refused when it next starts; `strata check --today DATE` tells it before, in a pipeline for example. strata itself never asks the clock: the same text compiles to the same bytes on every day.",
        "https://kyverno.io/docs/policy-types/ (PolicyException, expiresAt), kyverno/kyverno pkg/cel/engine/exception.go";
    EXCEPTION_UNUSED = Warning "exception-unused": "an exception that changes nothing",
        "Its policy is off in this environment, or is never asked in that namespace. It does no harm today; but somebody believes that something is forbidden that is not, and the day the policy is turned on the hole is there.",
        "https://kyverno.io/docs/policy-types/ (PolicyException)";
    EXCEPTION_UNEXPLAINED = Error "exception-unexplained": "an exception without an owner or a reason",
        "An exception is a hole in what keeps medical data apart. Who reviews it, and who finds it a year later, has to know whom to ask and why it is there. Both stand in the cluster too, as annotations of the PolicyException.",
        "https://kyverno.io/docs/policy-types/ (PolicyException)";
    EXCEPTION_OPENS = Warning "exception-opens-isolation": "an exception that lets a tenant at others",
        "With volumes of the node's file system a pod reads the data of every other pod of its node, and kubelet's credentials. With images from anywhere, or a token of the service account `default`, others get in. Such an exception is a matter for all tenants, not for one alone.",
        "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath, https://kubernetes.io/docs/concepts/security/pod-security-standards/";
    WEAKER_THAN_PROFILE = Warning "policy-weaker-than-profile": "a rule that is off under the CIS profile",
        "The CIS benchmark asks for more than the flags that RKE2 sets: no volumes of the host's file system (5.2.12 and Pod Security), service accounts `default` that nobody uses (5.1.5, 5.1.6). An audit will find it. Turn the rule on, and declare an exception where one is needed.",
        "https://docs.rke2.io/security/cis_self_assessment, https://docs.rke2.io/security/hardening_guide";
    TENANT_ABOVE_CLUSTER = Error "tenant-above-cluster": "a tenant's maximum that the cluster refuses",
        "The LimitRange of the tenant's namespaces would let a container through that the policy `limit-containers` refuses. The tenant reads one number, and meets another when a pod does not start.",
        "https://kubernetes.io/docs/concepts/policy/limit-range/";
    REGISTRY_UNMIRRORED = Warning "registry-unmirrored": "an allowed registry that Harbor does not mirror",
        "Nodes will ask it themselves: through the proxy, with its limits, and without a copy when it is down. A project in Harbor mirrors it.",
        "https://docs.rke2.io/install/private_registry (trap 66)";
    REGISTRY_UNREACHABLE = Error "registry-unreachable": "an allowed registry that nodes cannot ask",
        "`registry.harbor.fallback: false` tells nodes to ask nobody but Harbor, and Harbor has no project for this registry. Pods with its images would be admitted, and wait for ever in ImagePullBackOff.",
        "https://docs.rke2.io/install/private_registry (disable-default-registry-endpoint, trap 66)";
}
