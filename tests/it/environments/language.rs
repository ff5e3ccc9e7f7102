//! Environments that are right, made by decisions: what there is, how much of it, and which options it has.

mod balancers;
mod nodes;
mod platform;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use strata::source::load::Memory;

use super::dice::Dice;

/// Names as people choose them, and as awkward ones as the language takes.
const NAMES: [&str; 12] = ["a", "general", "b2", "x-1", "on", "no", "null", "true", "e1", "y", "gpu-large", "zz9"];

/// A repository with one environment.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) name: String,
    /// environment.yaml.
    pub(super) environment: Value,
    /// Each tenant that has a file of its own, by name.
    pub(super) tenants: BTreeMap<String, Value>,
    /// lock.yaml as text, where there is one.
    pub(super) lock: Option<String>,
}

impl World {
    /// Path and text of each of its files.
    pub(super) fn files(&self) -> BTreeMap<String, String> {
        let folder = format!("environments/{}", self.name);
        let tenants = self.tenants.iter().map(|(name, tenant)| (format!("{folder}/tenants/{name}.yaml"), strata::render::write(tenant)));
        let own = (format!("{folder}/environment.yaml"), strata::render::write(&self.environment));
        let lock = self.lock.iter().map(|text| (format!("{folder}/lock.yaml"), text.clone()));
        let authority = (format!("{folder}/files/ca.pem"), include_str!("../../../environments/sites/files/site-ca.pem").to_owned());
        tenants.chain([own, authority]).chain(lock).collect()
    }

    pub(super) fn memory(&self) -> Memory {
        self.files().into_iter().fold(Memory::default(), |memory, (path, text)| memory.with(path, text))
    }
}

/// An environment from decisions.
pub(super) fn world(dice: &mut Dice) -> World {
    let name = format!("{}{}", dice.of(&["env", "on", "prod-eu", "e"]), dice.of(&["", "1", "-no"]));
    let mut making = Making { dice, environment: Map::new(), pools: Vec::new(), zones: Vec::new(), secrets: Vec::new() };
    making.cloud();
    making.network();
    making.access();
    making.nodes();
    making.kubernetes();
    making.balancers();
    making.platform();
    let tenants = making.tenants();
    making.operations();
    making.secrets();
    let Making { mut environment, .. } = making;
    environment.insert("apiVersion".into(), "strata/v1alpha1".into());
    environment.insert("kind".into(), "Environment".into());
    environment.insert("name".into(), name.clone().into());
    // Large nodes: quotas are promises.
    let large =
        |lock: &str| lock.replace("vcpus: 4, ram: 8192", "vcpus: 64, ram: 524288").replace("vcpus: 1, ram: 2048", "vcpus: 48, ram: 393216");
    let lock = dice.chance().then(|| large(include_str!("../../diagnostics/lock.yaml")));
    World { name, environment: Value::Object(environment), tenants, lock }
}

/// What is known of an environment while it is made.
struct Making<'a> {
    dice: &'a mut Dice,
    environment: Map<String, Value>,
    pools: Vec<String>,
    zones: Vec<String>,
    /// Secrets that something names.
    secrets: Vec<String>,
}

impl Making<'_> {
    fn put(&mut self, key: &str, value: Value) {
        self.environment.insert(key.to_owned(), value);
    }

    /// A reference to a secret, which will be declared.
    fn secret(&mut self, name: &str) -> Value {
        self.secrets.push(name.to_owned());
        json!({ "secret": name })
    }

    /// That many different names.
    fn names(&mut self, most: u64) -> Vec<String> {
        let count = self.dice.below(most + 1);
        let mut names: Vec<String> = (0..count).map(|_| self.dice.of(&NAMES).to_owned()).collect();
        names.sort();
        names.dedup();
        // In an order of their own: they are read in the one in which they are written.
        if self.dice.chance() {
            names.reverse();
        }
        names
    }

    fn cloud(&mut self) {
        let mut openstack = json!({
            "cloud": self.dice.of(&["lab", "on", "1e3"]), "externalNetwork": "public", "image": "almalinux-9",
            "authUrl": "https://keystone.example.org:5000/v3", "volumeTypes": { "ssd": { "class": "ssd" }, "hdd": { "class": "hdd" } }, "balancers": { "flavor": "ha" },
        });
        openstack["region"] = self.dice.of(&["one", "no", "0x1f"]).into();
        if self.dice.once_in(4) {
            openstack["balancers"] = json!({ "acceptSingle": true });
        }
        self.put("openstack", openstack);
        let names: Vec<&str> = ["a", "b", "on"][..usize::try_from(self.dice.below(4)).unwrap()].to_vec();
        let zones: Map<String, Value> = names
            .iter()
            .map(|zone| {
                let which = if *zone == "a" { "a" } else { "b" };
                ((*zone).to_owned(), json!({ "compute": format!("nova-{which}"), "volume": format!("cinder-{which}") }))
            })
            .collect();
        self.zones = names.into_iter().map(str::to_owned).collect();
        self.put("zones", Value::Object(zones));
    }

    fn network(&mut self) {
        let prefix = self.dice.of(&[22, 21, 20]);
        let first = self.dice.of(&["10.20", "172.20", "192.168"]);
        let mut network =
            json!({ "cidr": format!("{first}.0.0/{prefix}"), "dns": ["10.0.0.53"], "ntp": ["10.0.0.1"], "reserved": ["10.9.0.0/16"] });
        if self.dice.chance() {
            network["site"] = "lab".into();
        }
        if self.dice.chance() {
            network["mtu"] = self.dice.of(&[1450, 1500, 8950]).into();
        }
        if self.dice.once_in(4) {
            network["pods"] = "10.128.0.0/14".into();
            network["services"] = "10.96.0.0/16".into();
        }
        if self.dice.once_in(3) {
            network["dns"] = json!(["10.0.0.53", "10.0.0.54"]);
            network["ntp"] = json!(["ntp.example.org", "10.0.0.1"]);
        }
        if self.dice.once_in(3) {
            network["proxy"] = json!({ "https": "http://proxy.example.org:3128", "except": [".example.org"] });
        }
        if self.dice.once_in(4) {
            network["existing"] = json!({ "network": "old", "subnet": "old-v4", "router": "old" });
        }
        self.put("network", network);
        if self.dice.chance() {
            self.put("trust", json!({ "certificates": ["files/ca.pem"] }));
        }
    }

    fn access(&mut self) {
        const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL5O7LqFzsLO10n6Ga/WzNfdESkL6ajGuAIB+8tf497F";
        let mut administrators = vec![json!({ "name": "alice", "keys": [format!("{KEY} alice@example.org")] })];
        if self.dice.chance() {
            administrators.push(json!({ "name": "bruno", "keys": [KEY] }));
        }
        let from = if self.dice.chance() { json!(["192.0.2.0/24", "198.51.100.7/32"]) } else { json!(["192.0.2.0/24"]) };
        self.put("access", json!({ "from": from, "administrators": administrators }));
        let mut bastion = json!({ "flavor": "m1.small", "data": { "type": "hdd", "size": "50Gi" } });
        if self.dice.chance() {
            bastion["tools"] = json!(["kubectl", "helm", "k9s"]);
        }
        if self.dice.once_in(3) {
            bastion["publicAddress"] = json!({ "ip": "203.0.113.10", "onDestroy": "keep" });
        }
        if let (Some(zone), true) = (self.zones.first().cloned(), self.dice.chance()) {
            bastion["zone"] = zone.into();
        }
        self.put("bastion", bastion);
    }

    /// Every secret that was named, and where it comes from.
    fn secrets(&mut self) {
        let mut secrets = Map::new();
        for name in std::mem::take(&mut self.secrets) {
            let source = match self.dice.below(3) {
                0 => json!({ "env": name.to_uppercase().replace('-', "_") }),
                1 => json!({ "file": format!("secrets/{name}") }),
                _ => json!({ "barbican": format!("strata-{name}") }),
            };
            secrets.insert(name, source);
        }
        self.put("secrets", Value::Object(secrets));
    }
}
