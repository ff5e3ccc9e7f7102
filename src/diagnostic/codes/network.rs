//! Findings about the network, addresses and security-group rules.

codes! {
    IPV6 = Error "ipv6-not-supported": "an IPv6 address or network",
        "`strata/v1alpha1` builds IPv4 clusters: RKE2's ranges, Calico's pools, Octavia's VIPs and every security-group rule are derived for IPv4. A cluster cannot be turned into a dual-stack one later, since `cluster-cidr` and `service-cidr` are fixed at its birth, so strata says so instead of dropping the value.",
        "https://docs.rke2.io/networking/basic_network_options#dual-stack-configuration";
    NETWORK_SIZE = Error "network-size": "a subnet too small or too large",
        "The subnet is divided into sixteen blocks: gateway, bastion and VIPs in the first, one block for each pool, Neutron's allocation pool in the last quarter. Below /24 a block has no room for a pool, above /16 the environment would take a whole site's share.",
        "design.md section 4";
    CIDR_OVERLAP = Error "cidr-overlap": "two ranges of the environment share addresses",
        "Subnet, pods, Services, further networks and reserved ranges are all routed on every node. Where two share an address, packets for one go to the other: Services that cannot be reached, pods that answer for storage. It is seen only when that one address is used. The ranges of pods and Services cannot change on a living cluster.",
        "kubernetes-sigs/cluster-api-provider-openstack docs/book/src/clusteropenstack/configuration.md (trap 32)";
    SITE_OVERLAP = Error "site-overlap": "two environments of one site share addresses",
        "Environments with the same `network.site` are routed to each other. If the subnet of one overlaps with the subnet, pods or Services of the other, hosts of one cannot reach the other, and monitoring or backup silently talks to the wrong machine. `strata check` without names compares every environment of the repository.",
        "kubernetes-sigs/cluster-api-provider-openstack docs/book/src/clusteropenstack/configuration.md (trap 32)";
    DYNAMIC_OUTSIDE = Error "dynamic-outside": "Neutron's allocation pool is not inside the subnet",
        "`network.dynamic` becomes the subnet's allocation pool: amphorae and ports without a fixed address come from it. Neutron refuses a pool outside the subnet, and one as large as the subnet leaves no fixed address for nodes.",
        "https://docs.openstack.org/api-ref/network/v2/index.html#subnets";
    GATEWAY_UNUSABLE = Error "gateway-unusable": "a gateway that no host can have",
        "The gateway is the router's address in the subnet. Outside of it, or on the network's first or last address, Neutron refuses the subnet.",
        "https://docs.openstack.org/api-ref/network/v2/index.html#subnets";
    ADDRESS_OUTSIDE = Error "address-outside": "a fixed address that is not in the subnet",
        "Nodes, VIPs and the bastion have fixed addresses in the cluster's subnet. Neutron refuses a port whose address is not in it, when half of the environment already stands.",
        "https://docs.openstack.org/api-ref/network/v2/index.html#ports";
    ADDRESS_IN_DYNAMIC = Error "address-in-dynamic": "a fixed address inside Neutron's allocation pool",
        "Neutron hands out addresses of the allocation pool to whoever asks: amphorae, DHCP ports, a colleague's test server. A node or VIP with a fixed address there works until one of them was faster, and then its stack fails, perhaps on the day it must be replaced.",
        "https://docs.openstack.org/api-ref/network/v2/index.html#subnets";
    ADDRESS_CONFLICT = Error "address-conflict": "two things claim one address",
        "Addresses of nodes follow from their pool's block and their number, so that an edit moves nobody else. Two pools that share a block, or a VIP inside a block, collide as soon as a pool grows.",
        "design.md section 4";
    BLOCK_TOO_SMALL = Error "block-too-small": "more nodes than their block has addresses",
        "A pool's block is recorded when it is first seen and does not grow: a node's address is its block's plus its number. Moving a pool to another block replaces all of its nodes.",
        "design.md section 4";
    NO_ROOM = Error "no-room": "no free address or block is left",
        "What has no address written takes the first free one. Here none is left: the subnet is full, or what is written lies so that no whole block is free.",
        "design.md section 4";
    POD_RANGE_SIZE = Error "pod-range-too-small": "fewer /24 in the pods' range than nodes",
        "kube-controller-manager gives every node a /24 of `pods`. When none is left, further nodes register and stay NotReady for want of a range. The range cannot be changed on a living cluster.",
        "https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/ (node-cidr-mask-size)";
    SERVICE_RANGE_SIZE = Error "service-range-too-large": "more Services than kube-apiserver takes",
        "kube-apiserver refuses to start with a Service range of more than 20 address bits: it keeps one bit for each possible address. A /16 is more than any cluster needs.",
        "kubernetes/kubernetes cmd/kube-apiserver/app/options/validation.go";
    MTU_RANGE = Error "mtu-out-of-range": "an MTU that no network has",
        "The MTU is what a node's interface carries. Pods get less by the overlay's header: 50 bytes for VXLAN, 20 for IP-in-IP; strata derives that. Below 1280 nothing works well, above 9216 no switch carries it.",
        "https://docs.tigera.io/calico/latest/networking/configuring/mtu";
    MTU_MISMATCH = Error "mtu-mismatch": "an MTU larger than the network's own",
        "Packets larger than the network's MTU are dropped without a word: small requests work, large answers hang. Inside an OpenStack network over VXLAN the MTU is 1450, and Calico's packets must fit in it with their header.",
        "projectcalico/calico#988, projectcalico/calicoctl#2136 (trap 30)";
    EXISTING_INCOMPLETE = Error "existing-incomplete": "an existing subnet without its network",
        "Ports are made in a network and take an address of one of its subnets. strata cannot make a network of its own around a subnet that is another network's.",
        "https://docs.openstack.org/api-ref/network/v2/index.html#subnets";
    EXISTING_SUBNET_DIFFERS = Error "existing-subnet-differs": "an existing subnet that is not as described",
        "Node addresses, security-group rules, proxy exceptions and allowed CIDRs are derived from `network.cidr` and `network.dynamic`. If the subnet in the cloud has other addresses, or gives away addresses that nodes will have, the first stack fails or, worse, a later one.",
        "design.md section 4";
    OPEN_ADMINISTRATION = Error "open-administration": "administration is open to the whole Internet",
        "0.0.0.0/0 on SSH, etcd, the Kubernetes API or kubelet invites everybody to try. Nobody means it for a platform with medical data; where it is meant (a bastion behind a firewall of the site), write why, and the reason stands in the flow table for reviewers.",
        "kubernetes-sigs/kubespray contrib/terraform/openstack (trap 48)";
    RULE_PORTS = Error "rule-ports": "a rule with ports that make no sense",
        "A security-group rule without ports opens all of them, ICMP has none, and a range runs from the lower to the higher port. Neutron refuses some of these when the network stack is half made, and takes the first one as an open host.",
        "https://docs.openstack.org/api-ref/network/v2/index.html#security-group-rules";
}
