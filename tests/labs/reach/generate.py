#!/usr/bin/env python3
"""Random worlds: namespaces, pods, policies of every kind, and flows between them. The same seed gives the same bytes.

    generate.py SEED WORLDS FLOWS > cases.json
"""

import json
import random
import sys

LABELS = {"app": ["web", "db", "web-1"], "team": ["x", "y"], "empty": [""]}
NAMESPACES = {"a": {"team": "x"}, "b": {"team": "y", "tier": "gold"}, "c": {}, "kube-system": {}}
ACCOUNTS = {("a", "robot"): {"role": "ci"}, ("b", "robot"): {}}
NETS = ["0.0.0.0/0", "10.42.0.0/16", "10.42.1.0/24", "10.42.2.128/25", "10.20.0.0/22", "10.20.0.64/32", "203.0.113.9/32", "203.0.113.0/28",
        "128.0.0.0/1", "169.254.169.254/32"]
OUTSIDE = ["10.20.0.64", "10.20.0.128", "203.0.113.9", "203.0.113.200", "169.254.169.254", "10.42.255.7"]
PORTS = [1, 22, 53, 80, 81, 443, 8080, 9090, 65535]
NAMES = ["http", "dns", "metrics"]


class World:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.documents = []

    def some(self, chance):
        return self.r.random() < chance

    # --- selectors, as text -----------------------------------------------------------------------------

    def selector(self, labels, depth=0):
        r = self.r
        if depth < 3 and self.some(0.35):
            one, other = self.selector(labels, depth + 1), self.selector(labels, depth + 1)
            return r.choice([f"({one}) && ({other})", f"({one}) || ({other})", f"!({one})", f"{one} && {other}", f"{one} || {other}"])
        key = r.choice([*labels, *labels, "missing"])
        values = [*labels.get(key, ["v"]), "other"]
        value = r.choice(values)
        return r.choice([
            f"{key} == '{value}'", f'{key} != "{value}"', f"has({key})", f"!has({key})", "all()",
            f"{key} in {{'{value}', 'z'}}", f"{key} not in {{'{value}'}}", f"{key} in {{}}",
            f"{key} contains '{value[:2]}'", f"{key} starts with '{value[:1]}'", f"{key} ends with '{value[-1:]}'",
        ])

    def pods_selector(self):
        special = {"projectcalico.org/namespace": ["a", "b"], "projectcalico.org/orchestrator": ["k8s"]}
        return self.selector({**LABELS, **special} if self.some(0.2) else LABELS)

    def namespaces_selector(self):
        return self.selector({"kubernetes.io/metadata.name": list(NAMESPACES), "team": ["x", "y"], "tier": ["gold"], "projectcalico.org/name": ["a"]})

    # --- Calico -----------------------------------------------------------------------------------------

    def ports(self):
        def port():
            first = self.r.choice(PORTS)
            last = self.r.choice([p for p in PORTS if p >= first])
            return self.r.choice([first, f"{first}:{last}", self.r.choice(NAMES)])
        return [port() for _ in range(self.r.randint(1, 3))]

    def entity(self, with_ports, services):
        entity = {}
        if self.some(0.3):
            entity["nets"] = self.r.sample(NETS, self.r.randint(1, 3))
        if self.some(0.15):
            entity["notNets"] = self.r.sample(NETS[2:], self.r.randint(1, 2))
        if self.some(0.3):
            entity["selector"] = self.pods_selector()
        if self.some(0.15):
            entity["notSelector"] = self.pods_selector()
        if self.some(0.25):
            entity["namespaceSelector"] = self.namespaces_selector() if self.some(0.85) else "global()"
        if self.some(0.1):
            entity["serviceAccounts"] = self.r.choice([{"names": ["default", "robot"]}, {"names": ["robot"]}, {"selector": "has(role)"}])
        if services and not any(key in entity for key in ("selector", "namespaceSelector", "nets", "notNets", "notSelector", "serviceAccounts")) and self.some(0.15):
            return {"services": {"name": "api", "namespace": "default"}}
        if with_ports and self.some(0.5):
            entity["ports"] = self.ports()
        if with_ports and self.some(0.15):
            entity["notPorts"] = self.ports()
        return entity

    def rule(self, ingress):
        rule = {"action": self.r.choice(["Allow"] * 5 + ["Deny"] * 3 + ["Pass", "Log"])}
        protocol = self.r.choice([None, None, "TCP", "TCP", "UDP", "SCTP", "ICMP", 6, 17, 47])
        if protocol is not None:
            rule["protocol"] = protocol
        elif self.some(0.1):
            rule["notProtocol"] = self.r.choice(["TCP", "UDP", "ICMP"])
        if protocol == "ICMP" and self.some(0.6):
            icmp = {"type": self.r.choice([0, 3, 8])}
            if self.some(0.5):
                icmp["code"] = self.r.choice([0, 1])
            rule[self.r.choice(["icmp", "notICMP"])] = icmp
        if self.some(0.05):
            rule["ipVersion"] = 4
        with_ports = protocol in ("TCP", "UDP", "SCTP")
        source = self.entity(with_ports and self.some(0.3), ingress and not with_ports)
        destination = self.entity(with_ports, not ingress)
        if "services" in destination and with_ports:
            rule.pop("protocol")
            source.pop("ports", None), source.pop("notPorts", None)
        rule["source"], rule["destination"] = source, destination
        return {key: value for key, value in rule.items() if value != {}}

    def calico(self, number, tier):
        namespaced = self.some(0.25)
        types = self.r.choice([["Ingress"], ["Egress"], ["Ingress", "Egress"]])
        name = f"p{self.r.randint(0, 9)}x{number}"
        spec = {"tier": tier, "selector": self.r.choice(["all()", self.pods_selector()]), "types": types}
        if self.some(0.85):
            spec["order"] = self.r.choice([1, 500, 999.5, 1000.5, 2000, 2000])
        if "Ingress" in types:
            spec["ingress"] = [self.rule(True) for _ in range(self.r.randint(0, 4))]
        if "Egress" in types:
            spec["egress"] = [self.rule(False) for _ in range(self.r.randint(0, 4))]
        if self.some(0.15):
            spec["serviceAccountSelector"] = self.r.choice(["has(role)", "all()", "!has(role)"])
        if not namespaced and self.some(0.5):
            spec["namespaceSelector"] = self.namespaces_selector()
        metadata = {"name": name if tier == "default" else f"{tier}.{name}"}
        if namespaced:
            metadata["namespace"] = self.r.choice(list(NAMESPACES))
        kind = "NetworkPolicy" if namespaced else "GlobalNetworkPolicy"
        self.documents.append({"apiVersion": "crd.projectcalico.org/v1", "kind": kind, "metadata": metadata, "spec": spec})

    # --- Kubernetes -------------------------------------------------------------------------------------

    def labels(self, pool):
        selector = {}
        if self.some(0.5):
            key = self.r.choice(list(pool))
            selector["matchLabels"] = {key: self.r.choice([*pool[key], "other"])}
        if self.some(0.3):
            key = self.r.choice([*pool, "missing"])
            expression = {"key": key, "operator": self.r.choice(["In", "NotIn", "Exists", "DoesNotExist"])}
            if expression["operator"] in ("In", "NotIn"):
                expression["values"] = [self.r.choice([*pool.get(key, ["v"]), "other"])]
            selector["matchExpressions"] = [expression]
        return selector

    def peer(self):
        if self.some(0.3):
            block = {"cidr": self.r.choice(NETS)}
            if self.some(0.4):
                block["except"] = [self.r.choice(NETS[2:])]
            return {"ipBlock": block}
        namespaces = {"team": ["x", "y"], "kubernetes.io/metadata.name": list(NAMESPACES)}
        peer = {}
        which = self.r.choice(["pod", "namespace", "both"])
        if which != "namespace":
            peer["podSelector"] = self.labels(LABELS)
        if which != "pod":
            peer["namespaceSelector"] = self.labels(namespaces)
        return peer

    def opening(self, key):
        opening = {}
        if self.some(0.7):
            opening[key] = [self.peer() for _ in range(self.r.randint(1, 2))]
        if self.some(0.7):
            ports = []
            for _ in range(self.r.randint(1, 3)):
                port = {}
                if self.some(0.8):
                    port["protocol"] = self.r.choice(["TCP", "UDP", "SCTP"])
                first = self.r.choice(PORTS)
                kind = self.r.choice(["number", "range", "name", "none"])
                if kind == "name":
                    port["port"] = self.r.choice(NAMES)
                elif kind != "none":
                    port["port"] = first
                if kind == "range":
                    port["endPort"] = self.r.choice([p for p in PORTS if p >= first])
                ports.append(port)
            opening["ports"] = ports
        return opening

    def kubernetes(self, number):
        spec = {"podSelector": self.labels(LABELS)}
        if self.some(0.8):
            spec["policyTypes"] = self.r.choice([["Ingress"], ["Egress"], ["Ingress", "Egress"]])
        if self.some(0.7):
            spec["ingress"] = [self.opening("from") for _ in range(self.r.randint(0, 2))]
        if self.some(0.6) and ("policyTypes" not in spec or "Egress" in spec["policyTypes"]):
            spec["egress"] = [self.opening("to") for _ in range(self.r.randint(0, 2))]
        metadata = {"name": f"k{number}", "namespace": self.r.choice(list(NAMESPACES))}
        self.documents.append({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": metadata, "spec": spec})

    # --- the world --------------------------------------------------------------------------------------

    def make(self, flows):
        for name, labels in NAMESPACES.items():
            labels = {**labels, "kubernetes.io/metadata.name": name}
            self.documents.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
        for (namespace, name), labels in ACCOUNTS.items():
            self.documents.append({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace, "labels": labels}})
        tiers = ["default"]
        for name in self.r.sample(["early", "late", "last"], self.r.randint(0, 3)):
            spec = {"defaultAction": self.r.choice(["Deny", "Pass"])}
            if name != "last":
                spec["order"] = {"early": 100, "late": 2000000}[name]
            self.documents.append({"apiVersion": "crd.projectcalico.org/v1", "kind": "Tier", "metadata": {"name": name}, "spec": spec})
            tiers.append(name)
        for number in range(self.r.randint(1, 6)):
            self.calico(number, self.r.choice(tiers + ["default"]))
        for number in range(self.r.randint(0, 4)):
            self.kubernetes(number)
        pods = [self.pod(number) for number in range(10)]
        services = {"default/api": [["10.20.0.64", 6, 443], [pods[0]["address"], 6, 8080], [pods[1]["address"], 17, 53]]}
        return {"documents": self.documents, "pods": pods, "services": services, "flows": [self.flow(pods) for _ in range(flows)]}

    def pod(self, number):
        namespace = self.r.choice(list(NAMESPACES))
        labels = {key: self.r.choice(values) for key, values in LABELS.items() if self.some(0.5)}
        account = "robot" if (namespace, "robot") in ACCOUNTS and self.some(0.5) else "default"
        named = {"http": [6, 80], "dns": [17, 53], "metrics": [6, 9090]}
        ports = [[name, *named[name]] for name in NAMES if self.some(0.4)]
        address = f"10.42.{self.r.choice([1, 2])}.{self.r.randint(0, 12) * 20 + number}"
        return {"name": f"pod{number}", "namespace": namespace, "labels": labels, "account": account, "address": address, "ports": ports}

    def flow(self, pods):
        ends = [self.r.choice(pods)["name"], self.r.choice(pods)["name"]]
        if self.some(0.35):
            ends[self.r.randint(0, 1)] = self.r.choice(OUTSIDE)
        protocol = self.r.choice([6, 6, 6, 17, 17, 132, 1, 47])
        flow = {"from": ends[0], "to": ends[1], "protocol": protocol, "icmp": [self.r.choice([0, 3, 8]), self.r.choice([0, 1])]}
        flow["sourcePort"] = self.r.choice([*PORTS, 40000])
        flow["port"] = self.r.choice([*PORTS, 52, 54, 8079, 9999]) if protocol in (6, 17, 132) else None
        return flow


def main():
    seed, worlds, flows = (int(word) for word in sys.argv[1:4])
    json.dump([World(f"{seed}/{number}").make(flows) for number in range(worlds)], sys.stdout)


if __name__ == "__main__":
    main()
