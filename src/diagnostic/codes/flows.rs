//! Findings about traffic between namespaces: flows that are declared, and what policies make of them.

codes! {
    FLOW_UNKNOWN_NAMESPACE = Error "flow-unknown-namespace": "a flow of a namespace that nobody declares",
        "A flow is opened by a network policy in the namespace at each end. Argo CD cannot apply a policy to a namespace that is not there, and whoever makes one of that name later would get the flow with it. Name a namespace of a tenant, of the platform, of own manifests or of the system.",
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/";
    FLOW_DESTINATION = Error "flow-destination": "a flow with no destination, or with two",
        "`to` names a namespace of the cluster, `toCidr` addresses outside of it. They become different policies, so a flow has one of them.",
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors";
    FLOW_PORT = Error "flow-port": "a flow to port 0",
        "No program listens on port 0. The API server refuses the policy when Argo CD applies it, and the whole Application stays out of sync.",
        "https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/";
    FLOW_CIDR = Error "flow-cidr": "a flow by address to what has no fixed address, or to what nobody may reach",
        "Pods and Services get their addresses when they start: a flow to such an address reaches another pod tomorrow, perhaps another tenant's. Policies do not see a Service's address at all. The metadata service hands out the node's user data, and an own tier denies it to every pod, whatever else allows it.",
        "https://docs.tigera.io/calico/latest/network-policy/services/services-cluster-ips";
    FLOW_EVERYWHERE = Error "flow-everywhere": "a flow to everywhere without a reason",
        "`0.0.0.0/0` is the whole Internet and every network of the site: data can leave to anybody. strata leaves out pods, Services, nodes and the metadata service, and nothing else. Where it is meant, the reason stands in the policy for reviewers.",
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/";
    FLOW_CUT = Error "flow-cut": "a declared flow that policies would cut",
        "strata evaluates the policies that it made, and those of `platform.extra`, as Calico does: tiers by order, policies by order, the first rule that matches. The flow is opened at both ends, and something before them denies it, or nothing at one end allows it. It would be noticed when the program waits for an answer.",
        "https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy";
    ISOLATION_BROKEN = Error "isolation-broken": "an isolation that policies would break",
        "`policies.isolateNamespaces` says that a namespace talks to itself and to what the platform needs. Network policies only add: one policy that allows too much, in a folder of own manifests or in an overridden template, opens a namespace for others, and nothing in the cluster says so.",
        "https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation";
    POLICY_NOT_EVALUATED = Error "policy-not-evaluated": "a policy that strata cannot evaluate",
        "What it allows or denies is not known, so nothing can be said about any flow. The API server takes `crd.projectcalico.org/v1` with every mistake in it; Calico then drops the policy with a line in its log, and what it denied is open.",
        "https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy";
    MANIFESTS_NOT_EVALUATED = Warning "manifests-not-evaluated": "own manifests whose policies are not evaluated",
        "Helm and Kustomize make manifests when Argo CD syncs them, so strata does not see the network policies among them. They may open what isolation shuts, or cut a flow that is declared. Keep policies in plain YAML in a folder of their own.",
        "https://argo-cd.readthedocs.io/en/stable/user-guide/tool_detection/";
}
