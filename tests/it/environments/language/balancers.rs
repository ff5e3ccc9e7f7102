//! Load balancers: listeners with members of their own, and pools that listeners share.

use serde_json::{Value, json};

use super::Making;

impl Making<'_> {
    pub(super) fn balancers(&mut self) {
        let names = self.names(3);
        let balancers: Vec<Value> = names.iter().map(|name| self.balancer(name)).collect();
        if let Some(balancer) = balancers.iter().find(|balancer| has_ingress(balancer)) {
            let name = balancer["name"].clone();
            self.put("ingress", json!({ "default": { "balancer": name, "proxyProtocol": true } }));
        }
        self.put("loadBalancers", balancers.into());
    }

    fn balancer(&mut self, name: &str) -> Value {
        let mut balancer = json!({ "name": name, "exposure": self.dice.of(&["private", "public"]) });
        let count = self.dice.between(1, 4);
        let mut listeners: Vec<Value> = (0..count).map(|at| self.listener(at)).collect();
        if self.dice.once_in(3) {
            let members = self.members(30_900);
            balancer["pools"] = json!([{ "name": "shared", "protocol": "HTTP", "members": members }]);
            listeners.push(
                json!({ "name": "shared-http", "port": 8088, "protocol": "HTTP", "pool": "shared", "allowedCidrs": ["192.0.2.0/24"] }),
            );
        }
        balancer["listeners"] = listeners.into();
        balancer
    }

    /// A listener with a port, a name and a node port of its own.
    pub(super) fn listener(&mut self, at: u64) -> Value {
        let (protocol, pool, monitor) = self.dice.of(&[
            ("TCP", "TCP", "TCP"),
            ("TCP", "PROXYV2", "TCP"),
            ("HTTP", "HTTP", "HTTP"),
            ("UDP", "UDP", "UDP-CONNECT"),
            ("HTTPS", "HTTPS", "TLS-HELLO"),
        ]);
        let members = self.members(30_443 + at);
        let mut listener =
            json!({ "name": format!("l{at}"), "port": 443 + at, "protocol": protocol, "poolProtocol": pool, "members": members });
        if self.dice.chance() {
            listener["allowedCidrs"] = self.dice.of(&[&["0.0.0.0/0"][..], &["192.0.2.0/24", "198.51.100.7/32"]]).to_vec().into();
        } else {
            listener["allowedCidrs"] = json!(["192.0.2.0/24"]);
        }
        if self.dice.chance() {
            listener["monitor"] = json!({ "type": monitor, "delay": "10s", "timeout": "4s", "maxRetries": self.dice.between(1, 4) });
        }
        if self.dice.once_in(3) {
            listener["algorithm"] = self.dice.of(&["ROUND_ROBIN", "LEAST_CONNECTIONS", "SOURCE_IP"]).into();
        }
        if self.dice.once_in(3) {
            listener["connectionLimit"] = self.dice.between(100, 5000).into();
            if protocol != "UDP" {
                listener["timeouts"] = json!({ "clientData": "1m", "memberConnect": "5s", "memberData": "1m" });
            }
        }
        if protocol == "HTTP" && self.dice.chance() {
            listener["policies"] = json!([{ "name": "no", "action": "REJECT",
                "rules": [{ "type": "PATH", "compare": "STARTS_WITH", "value": "/admin" }] }]);
        }
        listener
    }

    fn members(&mut self, port: u64) -> Value {
        let count = self.dice.between(1, self.pools.len() as u64);
        let pools = self.pools[..usize::try_from(count).unwrap()].to_vec();
        pools.into_iter().map(|pool| json!({ "agents": pool, "nodePort": port })).collect::<Vec<_>>().into()
    }
}

/// Whether Traefik could listen behind it: on one nodePort for requests with TLS, and on one for those without.
fn has_ingress(balancer: &Value) -> bool {
    let proxied = |listener: &Value| listener["poolProtocol"] == "PROXYV2";
    balancer["listeners"].as_array().is_some_and(|listeners| listeners.len() < 3 && listeners.iter().all(proxied))
}
