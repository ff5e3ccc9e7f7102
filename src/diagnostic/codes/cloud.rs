//! Findings about quota and public addresses.

codes! {
    QUOTA_EXCEEDED = Error "quota-exceeded": "more than the project's quota",
        "The sum over the whole environment is more than the project may have. OpenStack says so only when the last server, port or balancer is made, and leaves the rest standing. strata counts servers, cores, memory, groups and their members, volumes, ports, floating addresses, rules, balancers and stacks.",
        "gardener/gardener-extension-provider-openstack docs/operations/operations.md (traps 15 and 42)";
    PUBLIC_ADDRESS_BUDGET = Error "public-address-budget": "more public addresses than may be taken",
        "Public IPv4 addresses are few, and often counted by the site rather than by quota. Bastion, API, public balancers and each public Ingress of octavia-ingress-controller take one each.",
        "kubernetes/cloud-provider-openstack docs/octavia-ingress-controller/using-octavia-ingress-controller.md (trap 42)";
    PUBLIC_ADDRESS_UNUSED = Error "public-address-unused": "a public address for something private",
        "A floating address is given to what is private. One of the two is not meant: either it would be exposed, or the address is held for nothing.",
        "design.md section 3";
    CLOUD_CONF_INCOMPLETE = Error "cloud-conf-incomplete": "a program in the cluster that does not find its cloud",
        "The cloud controller and the driver of Cinder log in by a file of their own, cloud.conf. Without Keystone's address they stop when they start. With a wrong region they keep running and do nothing, and without one they take whichever the catalog has first, so that it is always said.",
        "kubernetes/cloud-provider-openstack docs/openstack-cloud-controller-manager/using-openstack-cloud-controller-manager.md, facts/octavia.md sections 3 and 5 (trap 118)";
    CLOUD_CONTROLLER_UNDELIVERED = Error "cloud-controller-undelivered": "nodes that nobody initialises",
        "With `cloudProvider: openstack` each node joins with the taint `node.cloudprovider.kubernetes.io/uninitialized`, which only the cloud controller takes away. It is a chart among the platform's components, and these are delivered with Argo CD: without it no pod would ever start.",
        "https://kubernetes.io/docs/tasks/administer-cluster/running-cloud-controller/";
    SERVICES_WITHOUT_CONTROLLER = Warning "load-balancer-services": "balancers of Services that nobody makes",
        "A Service of type LoadBalancer gets its balancer from the cloud controller. Without one it waits for its address for ever, while the quota says that it may have one. `kubernetes.cloudProvider` is chosen when a cluster is made and never changes; on a cluster without it, declared balancers (`loadBalancers`) and Ingresses lead in.",
        "https://kubernetes.io/docs/concepts/services-networking/service/#loadbalancer";
}
