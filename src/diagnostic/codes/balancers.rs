//! Findings about load balancers: what Octavia refuses, what it takes and nobody meant, what locks a cluster out.

codes! {
    // Providers and flavors.
    NO_HA_FLAVOR = Error "no-ha-flavor": "a balancer without a flavor for master and backup",
        "Octavia's own default is SINGLE: one amphora per balancer, and with its hypervisor goes the only way to the API or to the applications until somebody notices. An administrator of the cloud makes a flavor whose profile says `loadbalancer_topology: ACTIVE_STANDBY`; its name belongs under `openstack.balancers.flavor`. A balancer's flavor can never be changed, so a balancer made without one has to be made again. Where an outage is acceptable, `acceptSingle: true` says so.",
        "openstack/octavia, octavia/common/config.py: loadbalancer_topology; doc/source/admin/flavors.rst";
    SINGLE_FLAVOR = Error "single-flavor": "a flavor whose topology is SINGLE",
        "`strata lock` read the flavor's profile: it makes one amphora, without a backup. The name of a flavor promises nothing, the profile decides. Choose a flavor with `loadbalancer_topology: ACTIVE_STANDBY`, or say `acceptSingle: true` where an outage at the loss of one hypervisor is acceptable.",
        "openstack/octavia, doc/source/admin/flavors.rst";
    UNKNOWN_BALANCER_FLAVOR = Error "unknown-balancer-flavor": "a flavor that Octavia does not have",
        "lock.yaml lists the flavors that Octavia showed, and this one is not among them. Octavia would answer `Invalid flavor_id` in the middle of an apply, after the network was made. Correct the name, or run `strata lock` again if the flavor is new. Octavia's flavors are not Nova's.",
        "openstack/octavia, octavia/api/v2/controllers/load_balancer.py: _validate_flavor";
    UNKNOWN_PROVIDER = Error "unknown-provider": "a provider that this Octavia does not have",
        "lock.yaml lists the providers that the cloud enables, and this one is not among them. Octavia would refuse the balancer in the middle of an apply. Choose another, or run `strata lock` again if the provider is new.",
        "openstack/octavia, octavia/api/drivers/driver_factory.py";
    OVN_FLAVOR = Error "ovn-flavor": "a flavor or availability zone with the provider ovn",
        "The ovn provider makes no service machines: its flows are on every hypervisor, so it is highly available by itself and knows neither flavors nor Octavia's availability zones. Octavia refuses a balancer that names one. Remove the key.",
        "openstack/ovn-octavia-provider, doc/source/admin/driver.rst, Limitations";
    OVN_UNSUPPORTED = Error "ovn-unsupported": "something that the provider ovn cannot do",
        "The ovn provider is OpenFlow, not a proxy: TCP, UDP and SCTP only, the same protocol on both sides, algorithm SOURCE_IP_PORT, monitors TCP and UDP-CONNECT on the member's own port, members in a subnet that it knows. L7 policies, TLS, inserted headers, cookies and the PROXY protocol do not exist there; timeouts, connection limits, weights and backup members are taken and have no effect. Use the provider amphora for this balancer, or do without.",
        "openstack/ovn-octavia-provider, ovn_octavia_provider/driver.py and doc/source/admin/driver.rst";
    OCTAVIA_TOO_OLD = Error "octavia-too-old": "a field that this Octavia does not know",
        "lock.yaml records the highest version of the load-balancer API, and it is older than the field. Old releases refuse unknown fields, and `allowedCidrs` (2.12) is the only thing that keeps strangers off a listener. Have the cloud upgraded, or do without the field where that is possible.",
        "openstack/octavia, octavia/api/root_controller.py: the list of versions; kubernetes-sigs/cluster-api-provider-openstack, docs/book/src/clusteropenstack/configuration.md";
    // The API's balancer.
    API_PORT = Error "api-port": "the Kubernetes API on other ports than 6443 and 9345",
        "An agent is told one address, `https://HOST:9345`, and derives the API's from it: same host, port 6443. With other ports, or the two on different balancers, nodes register and then never become Ready. Leave both ports as they are; clients that need another port can have a listener of their own elsewhere.",
        "rancher/rke2#1187, rancher/rke2#7736";
    RESERVED_BALANCER = Error "reserved-balancer": "a load balancer called `api`",
        "`api` is the balancer that strata makes from `kubernetes.api`: its names in the cloud, its VIP and its outputs carry that key. A second one would overwrite it. Choose another name; what belongs to the Kubernetes API is set under `kubernetes.api`.",
        "design.md section 4";
    SECOND_API_BALANCER = Error "second-api-balancer": "a second balancer for the ports of the control plane",
        "6443 and 9345 of the servers are behind the balancer that strata makes from `kubernetes.api`, with its own monitors, timeouts and clients. A second way past it has none of these, and a node that joins through it looks for both ports there. Give further clients access under `kubernetes.api.allowedCidrs`, and further names under `kubernetes.api.extraNames`.",
        "rancher/rke2#1187";
    API_LOCKED_OUT = Error "api-locked-out": "clients of the API that leave out the cluster itself",
        "Nodes reach the API and the registration port through the balancer. As soon as `allowed_cidrs` is set, Octavia drops everybody else: without the cluster's own network no kubelet can report, and the whole cluster turns NotReady at once. For `kubernetes.api` strata adds what the cluster needs by itself; a listener of your own must name it.",
        "kubernetes-sigs/cluster-api-provider-openstack, docs/book/src/clusteropenstack/configuration.md: Restrict Access to the API server";
    OPEN_API = Error "open-api": "the control plane open to everybody",
        "`0.0.0.0/0` lets the whole Internet try credentials and unpatched holes of the API server, etcd, kubelet or SSH, and scanners find such a port within minutes. Name the networks of those who need it. Where the API must really be open, `kubernetes.api.openReason` says why, in the words that a reviewer will read.",
        "Kubernetes hardening guidance of NSA and CISA; CIS Kubernetes Benchmark section 1.2";
    EXISTING_ROUTER_ADDRESS = Warning "existing-router-address": "the outer address of an existing router is not among the API's clients",
        "Nodes that resolve the API's name to its public address leave through the router and come back with the router's outer address. strata knows that address only of a router that it makes. With an existing router, and without that address among the clients, nodes may be dropped by their own API. Add it to `kubernetes.api.allowedCidrs` as a /32.",
        "kubernetes-sigs/cluster-api-provider-openstack, docs/book/src/clusteropenstack/configuration.md";
    SHORT_IDLE = Warning "short-idle": "connections to the API are cut while they are silent",
        "Watches, `kubectl exec` and `kubectl logs -f` may be silent for many minutes; the balancer closes them after the shorter one of its two data timeouts, and every client reconnects at once. Below ten minutes this is seen as flapping controllers and sessions that hang. An hour costs nothing.",
        "kubernetes/kubernetes, kube-apiserver --min-request-timeout (30 minutes); openstack/octavia timeout_client_data (50 seconds)";
    // Listeners.
    PORT_UNUSABLE = Error "port-unusable": "a port that cannot be listened on",
        "Ports are 1 to 65535, and 1025 is taken on amphorae: master and backup tell each other there who sticks to which member. A listener on it keeps HAProxy from starting. Choose another port.",
        "openstack/octavia, octavia/common/constants.py: MIN_PORT_NUMBER, HAPROXY_BASE_PEER_PORT";
    PORT_TAKEN = Error "port-taken": "two listeners on one port",
        "TCP, HTTP, HTTPS, TERMINATED_HTTPS and PROMETHEUS are all TCP to Octavia, and one port has one TCP listener; UDP and SCTP count for themselves. Octavia answers 409 for the second one. Use another port, or one listener with L7 policies.",
        "openstack/octavia, octavia/common/constants.py: L4_PROTOCOL_MAP";
    PROTOCOL_PAIR = Error "protocol-pair": "a listener and a pool that do not speak to each other",
        "Octavia knows which pool protocols may stand behind which listener: TCP takes all but UDP and SCTP; HTTP and TERMINATED_HTTPS take HTTP, PROXY and PROXYV2; HTTPS takes HTTPS, TCP, PROXY and PROXYV2; UDP and SCTP only themselves; PROMETHEUS has no pool. Other pairs are refused with 400. TLS that passes through to members is HTTPS or TCP, not HTTP.",
        "openstack/octavia, octavia/common/constants.py: VALID_LISTENER_POOL_PROTOCOL_MAP";
    ALGORITHM_UNSUPPORTED = Error "algorithm-unsupported": "an algorithm that the provider does not have",
        "amphora takes ROUND_ROBIN, LEAST_CONNECTIONS and SOURCE_IP; ovn takes SOURCE_IP_PORT (its newest release SOURCE_IP too, released ones refuse it). The API accepts all four words, the driver then refuses, and the balancer is left half made. Leave `algorithm` away to get the provider's own.",
        "openstack/octavia, octavia/api/drivers/amphora_driver/v2/driver.py: AMPHORA_SUPPORTED_LB_ALGORITHMS; openstack/ovn-octavia-provider, common/constants.py";
    MEMBERS_OR_POOL = Error "members-or-pool": "a listener needs either members or a pool",
        "Who answers is written once: as `members` of the listener, or as the name of a `pool`. With neither, clients connect and get nothing; with both, one of them would be ignored in silence. A PROMETHEUS listener answers by itself and has neither.",
        "openstack/octavia, octavia/api/v2/controllers/load_balancer.py: _graph_create";
    POOL_SETTING_ON_LISTENER = Error "pool-setting-on-listener": "a setting of the pool, at a listener that shares one",
        "`algorithm`, `poolProtocol`, `persistence` and `monitor` describe the pool that a listener makes from its `members`. A listener that names a `pool` uses that one as it is, and several listeners may share it. Write the setting at the pool.",
        "design.md section 3: no key that means two things";
    UNUSED_POOL = Warning "unused-pool": "a pool that nothing leads to",
        "No listener and no L7 policy of this balancer names the pool, so its members are probed and get no traffic. It still counts against the quota of pools and monitors. Remove it, or name it.",
        "design.md section 4";
    POOL_NAME_TAKEN = Error "pool-name-taken": "a pool and a listener's own pool have one name",
        "The pool that a listener makes from its `members` carries the listener's name in the cloud. A pool of the same name under `pools` would be the same object twice, and Octavia refuses a balancer whose pool names repeat. Rename one of them.",
        "openstack/octavia, octavia/api/v2/controllers/load_balancer.py: Pool names must be unique";
    CONNECTION_LIMIT = Error "connection-limit": "a connection limit that cannot be meant",
        "0 would admit nobody, and Octavia keeps the number in 31 bits. Leave `connectionLimit` away for no limit.",
        "openstack/octavia, octavia/common/constants.py: MIN_CONNECTION_LIMIT";
    TIMEOUT_TOO_LONG = Error "timeout-too-long": "a timeout of more than 24 days",
        "Octavia takes 0 to 2,073,600,000 milliseconds, because HAProxy counts milliseconds in 31 bits, and refuses more. Nothing silent for so long is alive: choose hours.",
        "openstack/octavia, octavia/common/constants.py: MAX_TIMEOUT";
    HEADER_PROTOCOL = Error "header-protocol": "headers on a protocol that has none",
        "The balancer can add headers only where it reads HTTP: in HTTP and TERMINATED_HTTPS listeners, and `X-SSL-…` only in TERMINATED_HTTPS. Octavia refuses others. Where TLS passes through, the client's address reaches members by the PROXY protocol instead.",
        "openstack/octavia, octavia/api/v2/controllers/listener.py: _validate_insert_headers";
    SSL_HEADER_UNVERIFIED = Error "ssl-header-unverified": "headers about client certificates, without asking for one",
        "Without client authentication no certificate is asked for, and HAProxy still fills the header: `X-SSL-Client-Verify: 0` is its word for success. A member that trusts it takes every client for a verified one. Set `tls.clientAuthentication` and `tls.clientCa`, or remove the header.",
        "HAProxy configuration manual, ssl_c_verify; openstack/octavia, api-ref: insert_headers";
    TLS_MISMATCH = Error "tls-mismatch": "a certificate and a protocol that do not belong together",
        "TERMINATED_HTTPS ends TLS at the balancer and cannot without a certificate. The other protocols end none (PROMETHEUS may), and Octavia refuses a certificate there. To pass TLS through to the members use HTTPS, or TCP, and no `tls`.",
        "openstack/octavia, octavia/api/v2/controllers/listener.py: _validate_create_listener";
    CLIENT_CA = Error "client-ca": "client authentication that is half set up",
        "Asking clients for a certificate needs the CA that signs them, `clientCa`; a revocation list, `clientCrl`, needs it too. And a CA without `clientAuthentication` is never used: everybody is let in although the file reads as if not. Set both or neither.",
        "openstack/octavia, octavia/api/v2/controllers/listener.py: requires a client CA container reference";
    // Who may connect.
    PUBLIC_CLIENTS = Error "public-clients": "a public listener that does not say who may connect",
        "A listener without `allowed_cidrs` answers everybody, and nobody reviewed that word. A public listener says it: `allowedCidrs: [0.0.0.0/0]` for a service of the whole Internet, or the networks that it is for.",
        "openstack/octavia, api-ref: allowed_cidrs";
    EMPTY_CLIENTS = Error "empty-clients": "an empty list of clients means everybody",
        "It reads as nobody, and Octavia takes an empty `allowed_cidrs` for no restriction at all. Name the networks; for nobody, remove the listener; for everybody write `0.0.0.0/0`.",
        "openstack/octavia, octavia/api/v2/controllers/listener.py: allowed_cidrs or []";
    // Members.
    MEMBER_SOURCE = Error "member-source": "members come from exactly one place",
        "An entry of `members` is all nodes of an agent pool (`agents`), all servers (`servers: true`) or one machine outside (`address`). None is nobody, two would hide one of them. Write one entry for each.",
        "design.md section 3: no key that means two things";
    MEMBER_PORT = Error "member-port": "members need exactly one port, of the right kind",
        "`nodePort` is a port of a Kubernetes Service, which every node forwards; `port` is a port of the machine itself. One of them is needed, both contradict each other, and a machine outside of the cluster has no nodePorts. Port 0 does not exist.",
        "Kubernetes documentation, Service type NodePort; openstack/octavia, api-ref: protocol_port";
    NODE_PORT_RANGE = Error "node-port-range": "a nodePort outside of the cluster's range",
        "kube-apiserver gives nodePorts only from `kubernetes.nodePorts`, and refuses a Service that asks for another. The balancer would probe a port that can never be open. For a port of the machine itself use `port`.",
        "Kubernetes documentation, kube-apiserver --service-node-port-range";
    NO_MEMBERS = Warning "no-members": "a pool without a member",
        "The agent pool has no nodes, so clients connect to the balancer and get nothing. That is right while a pool is being emptied, and a surprise at any other time.",
        "openstack/octavia, doc/source/user/guides/basic-cookbook.rst";
    NO_ACTIVE_MEMBER = Warning "no-active-member": "a pool in which nobody takes connections",
        "Weight 0 drains a member, and a backup works only when all others are down. When every member is one or the other, clients get nothing, or all traffic goes where it was meant to go in an emergency. Give at least one member a weight and no `backup`.",
        "openstack/octavia, api-ref: weight, backup";
    MEMBER_WEIGHT = Error "member-weight": "a weight above 256",
        "Weights are 0 to 256, the share of one member among all. Octavia refuses more.",
        "openstack/octavia, octavia/common/constants.py: MAX_WEIGHT";
    DUPLICATE_MEMBER = Error "duplicate-member": "a member that stands twice in its pool",
        "Address and port name a member, and Octavia refuses the second one of a pool. Remove one of the two entries; a larger share is a `weight`.",
        "openstack/octavia, octavia/db/models.py: uq_member_pool_id_address_protocol_port";
    NODE_PORT_UNSERVED = Warning "node-port-unserved": "a nodePort on which nothing in this environment listens",
        "Only the controller of `ingress.default` is put on nodePorts by strata: those of the balancer that it names. Behind another nodePort there must be a Service that somebody applies, with this very nodePort written in it; until then every member is down. Name this balancer in `ingress.default.balancer`, or make sure of the Service.",
        "Kubernetes documentation, Service type NodePort; facts/rke2.md, Traefik";
    // Persistence and monitors.
    PERSISTENCE = Error "persistence": "session persistence that the pool cannot do",
        "Cookies need a pool in which the balancer reads HTTP. `cookieName` belongs to APP_COOKIE, which needs it, and to nothing else. `timeout` and `granularity` belong to SOURCE_IP of UDP and SCTP pools. Octavia refuses other mixtures when a pool is made alone, but takes some of them within a whole balancer, where they then do nothing.",
        "openstack/octavia, octavia/api/v2/controllers/pool.py: _validate_pool_request_for_udp_sctp; octavia/common/validate.py: check_session_persistence";
    MONITOR_TYPE = Error "monitor-type": "a monitor that does not fit the pool",
        "UDP and SCTP pools take UDP-CONNECT, SCTP, HTTP and TCP monitors; all other pools take HTTP, HTTPS, PING, TCP and TLS-HELLO. Within a whole balancer Octavia does not check this, and the members then stay down or in no known state.",
        "openstack/octavia, octavia/api/v2/controllers/health_monitor.py: _validate_healthmonitor_request_for_udp_sctp";
    MONITOR_TIME = Error "monitor-time": "times of a monitor that do not work",
        "Octavia counts `delay` and `timeout` in whole seconds from 1, and a probe must end before the next one begins: `timeout` is less than `delay`. UDP-CONNECT needs a delay of 3 seconds or more. Otherwise probes pile up, and members change between up and down without a cause.",
        "openstack/octavia, api-ref: healthmonitor delay, timeout; octavia/common/config.py: udp_connect_min_interval_health_monitor";
    MONITOR_RETRIES = Error "monitor-retries": "retries of a monitor outside of 1 to 10",
        "`maxRetries` successes bring a member up, `maxRetriesDown` failures take it down. Octavia takes 1 to 10 of each.",
        "openstack/octavia, octavia/common/constants.py: MIN_HM_RETRIES, MAX_HM_RETRIES";
    MONITOR_HTTP = Error "monitor-http": "a request that the monitor cannot send",
        "`method`, `path`, `codes`, `httpVersion` and `domain` describe a request, so they belong to monitors of type HTTP and HTTPS. A path begins with `/` and is no URL. Codes are `200`, `200,202` or `200-204`. A `domain` is sent as Host header, which needs `httpVersion: \"1.1\"`.",
        "openstack/octavia, octavia/api/v2/types/health_monitor.py; octavia/api/v2/controllers/health_monitor.py: _validate_create_hm";
    MONITOR_WITHOUT_HOST = Warning "monitor-without-host": "an HTTP/1.1 probe without a Host header",
        "HTTP/1.1 demands a Host header and servers answer 400 without one, Go's among them: every member is then down although it works. Name the `domain`, or leave `httpVersion` at 1.0.",
        "RFC 9112 section 3.2; openstack/octavia, macros.j2 of the HAProxy templates";
    MONITOR_PING = Warning "monitor-ping": "a monitor that sees the machine, not the service",
        "A machine answers ICMP while its service is stopped, hung or never started, so clients are sent to a member that cannot answer. Some clouds forbid PING monitors altogether. A TCP monitor costs the same and sees the port.",
        "openstack/octavia, doc/source/user/guides/basic-cookbook.rst: PING; octavia/common/config.py: allow_ping_health_monitors";
    // L7 policies.
    POLICY_PROTOCOL = Error "policy-protocol": "L7 policies where no HTTP is read",
        "A policy looks at requests, so it belongs to listeners of HTTP and TERMINATED_HTTPS. In TCP and HTTPS the balancer sees bytes: the policy would never match anything.",
        "openstack/octavia, doc/source/user/guides/l7.rst";
    POLICY_FIELD = Error "policy-field": "a policy whose fields do not fit its action",
        "REDIRECT_TO_POOL needs `pool`, REDIRECT_TO_URL needs `url`, REDIRECT_PREFIX needs `prefix`, REJECT needs none, and `code` belongs to the two redirects that answer the client. Octavia lets a field that does not belong change the action: a REJECT with a `url` becomes a redirect.",
        "openstack/octavia, octavia/common/validate.py: sanitize_l7policy_api_args";
    REDIRECT_CODE = Error "redirect-code": "a status that is no redirect",
        "Octavia answers redirects with 301, 302, 303, 307 or 308. 308 and 307 keep the method, 301 and 308 are remembered by browsers.",
        "openstack/octavia, octavia/common/constants.py: SUPPORTED_L7POLICY_REDIRECT_HTTP_CODES";
    POLICY_RULES = Error "policy-rules": "a policy without rules, or with more than 50",
        "All rules of a policy must match. A policy without a rule never matches, and Octavia takes 50 at most. Several values of one kind are one rule of type REGEX, or one policy each.",
        "openstack/octavia, octavia/common/constants.py: MAX_L7RULES_PER_L7POLICY";
    RULE_FIELD = Error "rule-field": "a rule whose fields do not fit its type",
        "HEADER, COOKIE and SSL_DN_FIELD look at something that has a name, so they need a `key`; the others have none. FILE_TYPE compares by EQUAL_TO or REGEX, SSL_CONN_HAS_CERT (value `true`) and SSL_VERIFY_RESULT (a number) by EQUAL_TO. SSL rules need a listener that asks for client certificates. Octavia refuses the whole balancer for one such rule.",
        "openstack/octavia, octavia/common/validate.py: l7rule_data";
    RULE_VALUE = Error "rule-value": "a value that a rule cannot compare with",
        "Values have 1 to 255 characters, printable ASCII, and no blanks unless the whole value stands in double quotes; names of headers and cookies are tokens of HTTP. Everything else is refused by Octavia, because it would be written into HAProxy's configuration.",
        "openstack/octavia, octavia/common/constants.py: HTTP_HEADER_VALUE_REGEX, HTTP_HEADER_NAME_REGEX";
    // The default ingress.
    PROXY_MISMATCH = Error "proxy-mismatch": "one side speaks the PROXY protocol and the other does not",
        "With PROXY, each connection begins with a line that names the client. A controller that does not expect it answers 400 to every request; one that expects it and gets none drops the connection. `ingress.default.proxyProtocol: true` and a pool protocol of PROXY or PROXYV2 go together. Leave `poolProtocol` away, and it follows.",
        "Traefik documentation, entryPoints proxyProtocol; openstack/octavia, api-ref: pool protocol PROXY";
    INGRESS_OVN = Error "ingress-ovn": "octavia-ingress-controller with the provider ovn",
        "The controller makes HTTP or TERMINATED_HTTPS listeners with L7 policies for each Ingress, and ovn has neither. Every Ingress would fail with one event and never be tried again. Use the provider amphora, or only `ingress.default`.",
        "kubernetes/cloud-provider-openstack, docs/octavia-ingress-controller; openstack/ovn-octavia-provider, doc/source/admin/driver.rst";
}
