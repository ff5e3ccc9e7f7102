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
}
