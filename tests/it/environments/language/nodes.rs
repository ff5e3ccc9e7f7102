//! Kubernetes, its servers and its pools of agents.

use serde_json::{Map, Value, json};

use super::Making;

impl Making<'_> {
    pub(super) fn kubernetes(&mut self) {
        let mut kubernetes = json!({ "version": "v1.35.7+rke2r1", "api": { "name": "api.example.org" } });
        if self.dice.chance() {
            kubernetes["profile"] = self.dice.of(&["cis", "etcd", "none"]).into();
            kubernetes["audit"] = self.dice.of(&["Metadata", "Request", "RequestResponse"]).into();
        }
        if self.dice.once_in(4) {
            kubernetes["encapsulation"] = "IPIP".into();
        }
        if self.dice.once_in(4) {
            kubernetes["nodePorts"] = "30000-32000".into();
        }
        if self.dice.once_in(3) {
            kubernetes["api"]["exposure"] = "public".into();
            kubernetes["api"]["allowedCidrs"] = json!(["198.51.100.0/24"]);
        }
        if self.dice.once_in(3) {
            kubernetes["api"]["extraNames"] = json!(["kubernetes.example.org"]);
            kubernetes["api"]["idle"] = "2h".into();
        }
        if self.dice.chance() {
            let prefix = self.dice.of(&["iam:", "oidc:"]);
            kubernetes["oidc"] = json!({ "issuer": "https://iam.example.org/", "clientId": "kubernetes", "groups": { "claim": "groups", "prefix": prefix } });
        }
        if self.dice.once_in(4) {
            kubernetes["token"] = self.secret("servers");
            kubernetes["agentToken"] = self.secret("agents");
        }
        self.put("kubernetes", kubernetes);
    }

    pub(super) fn nodes(&mut self) {
        let mut servers = json!({ "flavor": "m1.large", "disk": { "type": "ssd", "size": "100Gi" } });
        servers["count"] = match self.dice.below(4) {
            2 => 5.into(),
            3 => {
                servers["acceptSingle"] = true.into();
                1.into()
            }
            _ => 3.into(),
        };
        if self.dice.once_in(3) {
            servers["disk"] = json!({ "type": "hdd", "size": "60Gi" });
            servers["etcdDisk"] = json!({ "type": "ssd", "size": "20Gi" });
        }
        self.options(&mut servers);
        self.put("servers", servers);
        let mut agents = Vec::new();
        self.pools = self.names(4);
        if self.pools.is_empty() {
            self.pools.push("only".into());
        }
        for name in self.pools.clone() {
            let mut pool = self.pool(&name);
            // The first takes every pod, for the platform.
            if !agents.is_empty() && self.dice.once_in(3) {
                pool["taints"] = json!([{ "key": "example.org/only", "value": "on", "effect": "NoSchedule" }]);
            }
            agents.push(pool);
        }
        self.put("agents", agents.into());
    }

    pub(super) fn pool(&mut self, name: &str) -> Value {
        let disk =
            if self.dice.once_in(4) { json!({ "local": true }) } else { json!({ "type": self.dice.of(&["hdd", "ssd"]), "size": "100Gi" }) };
        let mut pool = json!({ "name": name, "count": self.dice.between(1, 4), "flavor": "m1.large", "disk": disk });
        if self.dice.chance() {
            pool["placement"] = self.dice.of(&["soft-anti-affinity", "anti-affinity", "any"]).into();
        }
        if self.dice.once_in(3) {
            pool["update"] = json!({ "atOnce": 2, "drain": "5m", "onTimeout": "force" });
        }
        self.options(&mut pool);
        pool
    }

    /// What servers and agents have in common.
    fn options(&mut self, pool: &mut Value) {
        if self.dice.chance() && !self.zones.is_empty() {
            let count = self.dice.between(1, self.zones.len() as u64);
            pool["zones"] = self.zones[..usize::try_from(count).unwrap()].to_vec().into();
        }
        if self.dice.once_in(3) {
            let value = self.dice.of(&["fast", "on", "1e3", "0644"]);
            pool["labels"] = json!({ "example.org/disk": value, "no": value });
        }
        if self.dice.once_in(4) {
            pool["metadata"] = json!({ "purpose": self.dice.of(&["batch", "yes: no", "#", "'", "é\"x"]) });
        }
        if self.dice.once_in(4) {
            pool["kubeletArguments"] = Value::Object(Map::from_iter([("max-pods".to_owned(), "60".into())]));
        }
        if self.dice.once_in(4) {
            let port = self.dice.between(8000, 9000);
            pool["extraRules"] = json!([{ "protocol": self.dice.of(&["tcp", "udp"]), "port": port, "from": "192.0.2.0/24", "reason": "a console: of theirs" }]);
        }
    }
}
