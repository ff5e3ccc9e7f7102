//! Findings about Ingresses: the default controller, octavia-ingress-controller, hosts of the platform and their certificates.

codes! {
    // The default ingress.
    INGRESS_ENTRY = Error "ingress-entry": "a second nodePort for one entry point",
        "The default ingress has two entry points: requests without TLS, to which listeners of HTTP, of TERMINATED_HTTPS and of TCP on any other port lead, and TLS, to which listeners of HTTPS, and of TCP on 443 and 8443, lead. Each is one port of one Service, so it has one nodePort; behind another one nobody would listen, and its members stay down. Several listeners may lead to the same nodePort.",
        "traefik/traefik-helm-chart, values.yaml: ports.NAME.nodePort";
    HOST_UNSERVED = Warning "host-unserved": "a host name for which nothing answers",
        "Argo CD and Grafana are reached through the default ingress, by their names. Without `ingress.default` no Ingress is made for them: the name leads nowhere, and logins by OIDC, which come back to it, cannot end. `kubectl port-forward` still works.",
        "Argo CD docs/operator-manual/ingress";
    CERTIFICATE_UNDECLARED = Warning "certificate-undeclared": "a host whose certificate comes from nowhere",
        "TLS for this host ends at the default ingress, which answers with a certificate that it made itself where it has no other: browsers warn, people learn to click it away, and command lines refuse. Declare who signs, under `certificates.issuer`; the certificate is then made and renewed by cert-manager.",
        "https://cert-manager.io/docs/usage/ingress";
    ISSUER = Error "certificate-issuer": "an issuer that is none, or two",
        "Certificates are signed by an ACME service or by a CA of the site: exactly one of `acme` and `ca` stands under `certificates.issuer`. Both would make two issuers, and nobody says which one signs for what.",
        "https://cert-manager.io/docs/configuration";
    ACME_UNREACHABLE = Error "acme-unreachable": "an ACME service that cannot reach the hosts it shall sign for",
        "The service proves by HTTP-01 that a host is ours: it asks for a file at port 80, and follows what it is told from there. strata answers through the default ingress, so its balancer needs a listener on port 80. Without one no certificate is ever made, and each renewal fails in silence until the old one is over.",
        "RFC 8555 section 8.3, https://cert-manager.io/docs/configuration/acme/http01";
    // octavia-ingress-controller itself.
    KEYSTONE_UNKNOWN = Error "keystone-unknown": "a program in the cluster that cannot know where Keystone is",
        "Programs in pods log in to OpenStack by an address that is reached from there; `clouds.yaml`, which only `lock` and `apply` read, may name another one. octavia-ingress-controller stops at an empty address. Write `openstack.authUrl`.",
        "kubernetes/cloud-provider-openstack, pkg/client; facts/octavia.md section 5";
    INGRESS_INTERNAL = Error "ingress-internal": "public Ingresses where all of them are internal",
        "With `internal: true` octavia-ingress-controller knows no network for floating addresses, so an Ingress that asks for one gets the address in the subnet, without a word. With `internal: false` an Ingress gets a floating address where its annotation `octavia.ingress.kubernetes.io/internal` says \"false\", and `public` counts them against quota and `openstack.publicAddresses`.",
        "kubernetes/cloud-provider-openstack, docs/octavia-ingress-controller";
    INGRESS_FLAVOR = Warning "ingress-flavor-unpinned": "balancers of Ingresses without their flavor",
        "octavia-ingress-controller takes a flavor by its id, which lock.yaml pins. Without it each balancer of an Ingress is of the cloud's default flavor, mostly one amphora without a backup, and the flavor of a balancer cannot change later: only a new Ingress brings a new one.",
        "kubernetes/cloud-provider-openstack, docs/octavia-ingress-controller: flavor-id";
    // Ingresses of its class in own manifests.
    INGRESS_FATAL = Error "ingress-fatal": "an Ingress that stops octavia-ingress-controller",
        "A rule without `http`, and a backend that is no Service, are valid to the Kubernetes API and end the controller by a nil pointer: at once, and again after each restart. All Ingresses of its class in the whole cluster stand still until this one is gone. Give each rule its paths, and each path a Service.",
        "kubernetes/cloud-provider-openstack, pkg/ingress/controller/controller.go: ensureIngress (trap 112)";
    INGRESS_IGNORED = Error "ingress-ignored": "an Ingress, or a part of it, that octavia-ingress-controller does not look at",
        "The controller knows its Ingresses by the annotation `kubernetes.io/ingress.class: openstack` alone; by `ingressClassName` it ignores them. Annotations that it does not know, timeouts that are no whole numbers of milliseconds and `pathType: Exact` have no effect either, and nobody says so.",
        "kubernetes/cloud-provider-openstack, docs/octavia-ingress-controller (traps 39, 40 and 116)";
    INGRESS_REFUSED = Error "ingress-refused": "an Ingress that octavia-ingress-controller or Octavia refuses half-way",
        "Wildcard hosts, empty paths, blanks in `whitelist-source-range`, booleans other than \"true\" and \"false\": the balancer is made first, then a part of it is refused, one event says `Failed`, and nothing is tried again. A path that begins another one hides it, since all are prefixes and the older one wins. TLS fails with the application credential that the controller logs in with, and a renewed certificate never reaches Octavia: end TLS at the default ingress, or at a balancer under `loadBalancers`.",
        "kubernetes/cloud-provider-openstack, pkg/ingress; facts/octavia.md section 5 (traps 113 to 116)";
    INGRESS_BACKEND = Warning "ingress-backend": "a backend of an Ingress that balancers do not reach",
        "Amphorae are no part of the cluster's network: they reach a Service by its port of the nodes, so it is of type NodePort, and it is there before its Ingress, since nothing is retried. These manifests have no such Service with that port.",
        "kubernetes/cloud-provider-openstack, docs/octavia-ingress-controller (traps 39 and 113)";
    INGRESS_UNCOUNTED = Error "ingress-uncounted": "more Ingresses than balancers or public addresses are counted for",
        "Each Ingress of the class is a balancer of its own, and a public one takes a floating address. `ingress.octavia.expected` and `public` are what quota and `openstack.publicAddresses` are checked against; beyond them the quota ends during a sync, and the Ingress is not tried again.",
        "kubernetes/cloud-provider-openstack, docs/octavia-ingress-controller (trap 42)";
}
