//! What runs in the cluster, and its tenants.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Making;

impl Making<'_> {
    pub(super) fn platform(&mut self) {
        if self.dice.chance() {
            let key = self.secret("ca");
            self.put("certificates", json!({ "issuer": { "ca": { "certificate": "files/ca.pem", "key": key } } }));
        }
        if self.dice.chance() {
            let credentials = self.secret("harbor");
            let mut harbor = json!({ "url": "https://harbor.example.org", "proxies": { "docker.io": "dockerhub", "ghcr.io": "ghcr", "quay.io": "quay", "registry.k8s.io": "k8s" }, "credentials": credentials });
            if self.dice.chance() {
                harbor["fallback"] = self.dice.chance().into();
            }
            self.put("registry", json!({ "harbor": harbor }));
        }
        let mut storage = json!({ "cinder": { "classes": [{ "name": "ssd", "type": "ssd", "default": true }] } });
        // A volume of Cinder stays in its zone.
        if self.dice.chance() || !self.zones.is_empty() {
            let key = self.secret("ceph-csi");
            storage = json!({ "cephfs": { "clusterId": "7f1c0b52-6f1e-4b8e-9d0c-2f6c1b9b7a41", "monitors": ["10.1.0.1:6789"], "filesystem": "k8s",
                "credentials": { "userId": "k8s-x", "key": key },
                "classes": [{ "name": "cephfs", "default": true }, { "name": "kept", "reclaim": "Retain" }] } });
        }
        self.put("storage", storage);
        let mut policies = json!({});
        if self.dice.once_in(3) {
            policies["newNamespaces"] = json!({ "quota": { "requests": { "cpu": 4, "memory": "8Gi" }, "storage": "100Gi" } });
        }
        if self.dice.once_in(3) {
            policies["containers"] = json!({ "max": { "cpu": 16, "memory": "64Gi" } });
        }
        self.put("policies", policies);
        // Tenants' Applications need it.
        let (git, client) = (self.secret("git"), self.secret("argocd-oidc"));
        let mut argocd = json!({ "host": "argocd.example.org",
            "repository": { "url": "https://git.example.org/dare/platform.git", "credentials": git },
            "oidc": { "issuer": "https://iam.example.org/", "clientId": "argocd", "clientSecret": client, "administrators": ["dare/admins"] } });
        if self.dice.chance() {
            argocd["terminal"] = true.into();
        }
        self.put("argocd", argocd);
    }

    /// Some tenants in the environment's own file, others each in one of its own.
    pub(super) fn tenants(&mut self) -> BTreeMap<String, Value> {
        let (mut inside, mut files) = (Vec::new(), BTreeMap::new());
        let mut namespaces: Vec<String> = Vec::new();
        for name in self.names(4) {
            let tenant = self.tenant(&name);
            let own = tenant["namespaces"].as_array().unwrap();
            namespaces.extend(own.iter().map(|namespace| namespace["name"].as_str().unwrap().to_owned()));
            if self.dice.chance() {
                files.insert(name, tenant);
            } else {
                inside.push(tenant);
            }
        }
        self.put("tenants", inside.into());
        if let (Some(from), true) = (namespaces.first(), self.dice.chance()) {
            let outside = json!({ "from": from, "toCidr": "198.51.100.0/28", "port": 5432, "reason": "their database: on" });
            let inside = namespaces.last().filter(|to| *to != from);
            let inside =
                inside.map(|to| json!({ "from": from, "to": to, "port": 8080, "protocol": self.dice.of(&["TCP", "UDP"]), "reason": "'" }));
            let flows: Vec<Value> = inside.into_iter().chain([outside]).collect();
            self.environment["policies"]["flows"] = flows.into();
        }
        files
    }

    pub(super) fn tenant(&mut self, name: &str) -> Value {
        let count = self.dice.between(1, 3);
        let namespaces: Vec<Value> = (0..count).map(|at| self.namespace(&format!("t-{name}-{at}"))).collect();
        let first = namespaces[0]["name"].clone();
        let mut tenant = json!({ "name": format!("t-{name}"), "groups": [format!("dare/{name}")], "namespaces": namespaces });
        if self.dice.chance() {
            tenant["applications"] = json!([{ "name": "web", "repository": format!("https://git.example.org/dare/{name}.git"), "path": "deploy",
                "revision": self.dice.of(&["main", "v1.0", "1e3"]), "namespace": first }]);
        }
        if self.dice.once_in(3) {
            tenant["containers"] = json!({ "requests": { "cpu": "50m", "memory": "64Mi" }, "limits": { "cpu": 1, "memory": "1Gi" } });
        }
        tenant
    }

    fn namespace(&mut self, name: &str) -> Value {
        let mut quota = json!({ "requests": { "cpu": self.dice.of(&[1, 2]), "memory": self.dice.of(&["2Gi", "3Gi"]) } });
        if self.dice.chance() {
            quota["storage"] = self.dice.of(&["100Gi", "1Ti"]).into();
        }
        if self.dice.once_in(3) {
            quota["pods"] = self.dice.between(5, 50).into();
        }
        let mut namespace = json!({ "name": name, "quota": quota });
        if self.dice.once_in(3) {
            namespace["labels"] = json!({ "example.org/team": self.dice.of(&["x", "on", "0755"]) });
        }
        if self.dice.once_in(4) {
            namespace["podSecurity"] = "baseline".into();
        }
        namespace
    }

    pub(super) fn operations(&mut self) {
        if self.dice.chance() {
            let mut monitoring = json!({ "prometheus": { "retention": "15d", "size": "50Gi" } });
            if self.dice.chance() {
                monitoring["grafana"] = json!({ "host": "grafana.example.org" });
                let webhook = self.secret("slack");
                monitoring["alerts"] = json!({ "slack": { "channel": "#dare", "webhook": webhook } });
            }
            self.put("monitoring", monitoring);
            self.environment["argocd"]["metrics"] = self.dice.chance().into();
        }
        if self.dice.once_in(3) {
            let keep = self.dice.between(1, 9);
            self.put("backup", json!({ "etcd": { "schedule": "15 3 * * *", "keep": keep } }));
        }
        if self.dice.once_in(3) {
            self.put("configuration", json!({ "puppet": { "server": "puppet.example.org" } }));
        }
        if self.dice.once_in(3) {
            self.put(
                "maintenance",
                json!({ "windows": [{ "days": ["Sat", "Sun"], "start": "02:00", "duration": "4h", "timeZone": "Europe/Rome" }] }),
            );
        }
    }
}
