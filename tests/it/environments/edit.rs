//! One edit of one thing, and what it may change: the files of that thing, and inside of documents that list all things,
//! the parts that name it.

use serde_json::{Value, json};
use strata::render::read;
use strata::tree::{Tree, changes};

use super::dice::Dice;
use super::language::World;

/// An environment after one edit.
pub(super) struct Edit {
    pub(super) world: World,
    pub(super) what: &'static str,
    /// What was edited.
    pub(super) name: String,
    /// How the paths of its own files begin.
    pub(super) touched: Vec<String>,
}

/// Where each pool, node, balancer and tenant has files of its own: nobody else's may change.
const OWNED: [&str; 6] = ["openstack/nodes/", "openstack/user-data/", "octavia/", "rke2/nodes/", "rke2/pools/", "platform/tenant-"];

/// Documents that list all things of an environment, and are carried out: compared part by part. What else there is tells how
/// many there are, and for how many there is room.
const LISTS: [&str; 4] = ["openstack/index.yaml", "openstack/flows.yaml", "openstack/network.yaml", "openstack/network.env.yaml"];

pub(super) fn edit(dice: &mut Dice, before: &World) -> Edit {
    match dice.below(3) {
        0 => pool(dice, before),
        1 => listener(dice, before),
        _ => tenant(dice, before),
    }
}

fn list<'a>(world: &'a mut World, key: &str) -> &'a mut Vec<Value> {
    world.environment[key].as_array_mut().unwrap()
}

/// One of a list of named things, and its name.
fn chosen(dice: &mut Dice, things: &[Value]) -> Option<(usize, String)> {
    let at = usize::try_from(dice.below(things.len().max(1) as u64)).unwrap();
    things.get(at).map(|thing| (at, thing["name"].as_str().unwrap().to_owned()))
}

fn pool(dice: &mut Dice, before: &World) -> Edit {
    let mut world = before.clone();
    let pools = list(&mut world, "agents");
    let (what, name) = match dice.below(3) {
        0 => {
            let pool =
                json!({ "name": "added", "count": dice.between(1, 3), "flavor": "m1.large", "disk": { "type": "hdd", "size": "50Gi" } });
            let at = usize::try_from(dice.below(pools.len() as u64 + 1)).unwrap();
            pools.insert(at, pool);
            ("an added pool", "added".to_owned())
        }
        1 => {
            let (at, name) = chosen(dice, pools).unwrap();
            pools[at]["count"] = dice.between(1, 6).into();
            ("another count of the pool", name)
        }
        _ => {
            let (at, name) = chosen(dice, pools).unwrap();
            pools[at]["flavor"] = "m1.small".into();
            pools[at]["labels"] = json!({ "example.org/edited": "on" });
            ("another flavor and label of the pool", name)
        }
    };
    let node = format!("{}-{name}-", world.name);
    let touched = vec![
        format!("openstack/nodes/{name}.yaml"),
        format!("openstack/nodes/{name}-"),
        format!("openstack/user-data/{name}.yaml"),
        format!("rke2/pools/{name}/"),
        format!("rke2/nodes/{node}"),
        // Whose members are its nodes.
        "octavia/".to_owned(),
    ];
    Edit { world, what, name, touched }
}

fn listener(dice: &mut Dice, before: &World) -> Edit {
    let mut world = before.clone();
    let pool = world.environment["agents"][0]["name"].clone();
    let Some((at, balancer)) = chosen(dice, list(&mut world, "loadBalancers")) else { return self::pool(dice, before) };
    let listeners = world.environment["loadBalancers"][at]["listeners"].as_array_mut().unwrap();
    let (what, name) = match dice.below(3) {
        0 => {
            let place = usize::try_from(dice.below(listeners.len() as u64 + 1)).unwrap();
            // Traefik listens on one nodePort for all requests without TLS.
            let plain = listeners.iter().find(|listener| listener["poolProtocol"] == "PROXYV2" && listener["port"] != 443);
            let port = plain.map_or(json!(31_500), |listener| listener["members"][0]["nodePort"].clone());
            let members = json!([{ "agents": pool, "nodePort": port }]);
            let added = json!({ "name": "added", "port": 9999, "protocol": "TCP", "poolProtocol": "PROXYV2", "members": members, "allowedCidrs": ["192.0.2.0/24"] });
            listeners.insert(place, added);
            ("an added listener", "added".to_owned())
        }
        1 if listeners.len() > 1 => {
            let (at, name) = chosen(dice, &listeners[..1]).unwrap();
            listeners.remove(at);
            ("a removed listener", name)
        }
        _ => {
            let (at, name) = chosen(dice, &listeners[..1]).unwrap();
            listeners[at]["connectionLimit"] = 77.into();
            ("another limit of the listener", name)
        }
    };
    Edit { world, what, name, touched: vec![format!("octavia/{balancer}.yaml")] }
}

fn tenant(dice: &mut Dice, before: &World) -> Edit {
    let mut world = before.clone();
    let quota = json!({ "requests": { "cpu": 1, "memory": "1Gi" }, "storage": "10Gi" });
    let (what, name) = match dice.below(3) {
        1 if !list(&mut world, "tenants").is_empty() => {
            let tenants = list(&mut world, "tenants");
            let (at, name) = chosen(dice, tenants).unwrap();
            tenants[at]["namespaces"][0]["quota"] = quota;
            ("another quota of the tenant", name)
        }
        2 if !world.tenants.is_empty() => {
            let names: Vec<String> = world.tenants.keys().cloned().collect();
            let file = &names[usize::try_from(dice.below(names.len() as u64)).unwrap()];
            let tenant = world.tenants.get_mut(file).unwrap();
            tenant["groups"].as_array_mut().unwrap().push("dare/more".into());
            ("another group of the tenant", tenant["name"].as_str().unwrap().to_owned())
        }
        _ => {
            let tenants = list(&mut world, "tenants");
            let at = usize::try_from(dice.below(tenants.len() as u64 + 1)).unwrap();
            tenants
                .insert(at, json!({ "name": "added", "groups": ["dare/added"], "namespaces": [{ "name": "added-ns", "quota": quota }] }));
            ("an added tenant", "added".to_owned())
        }
    };
    let touched = vec![format!("platform/tenant-{name}/")];
    Edit { world, what, name, touched }
}

/// Whether an edit has changed more than it may.
pub(super) fn moved(before: &Tree, after: &Tree, name: &str, touched: &[String]) -> Result<(), String> {
    for change in changes(before, after) {
        let path = change.path();
        let is_own = touched.iter().any(|start| path.starts_with(start));
        if !is_own && OWNED.iter().any(|folder| path.starts_with(folder)) {
            return Err(format!("{path} has changed\n{}", difference(change.texts())));
        }
        if LISTS.contains(&path)
            && let (Some(old), Some(new)) = change.texts()
        {
            let (old, new) = (read::full(old).unwrap(), read::full(new).unwrap());
            same(&Value::Array(old), &Value::Array(new), name, false).map_err(|part| format!("{path} has changed at {part}"))?;
        }
    }
    Ok(())
}

/// Whether an item has no lists in it, so that it is about one thing.
fn is_flat(item: &Value) -> bool {
    item.as_object().is_none_or(|map| map.values().all(|value| !value.is_array() && !value.is_object()))
}

fn difference((before, after): (Option<&str>, Option<&str>)) -> String {
    format!("--- before\n{}\n--- after\n{}", before.unwrap_or_default(), after.unwrap_or_default())
}

/// Whether a text holds a name as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    let inside = |character: char| character.is_ascii_alphanumeric();
    text.match_indices(name).any(|(at, _)| !text[..at].ends_with(inside) && !text[at + name.len()..].starts_with(inside))
}

/// What is alike apart from what names the edited thing; else the first part that differs.
fn same(before: &Value, after: &Value, name: &str, named: bool) -> Result<(), String> {
    let about = |value: &Value| named || mentions(&value.to_string(), name);
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            // How a stage is carried out is about all of its stacks.
            for (key, value) in before.iter().chain(after).filter(|(key, _)| *key != "parallel") {
                let named = named || mentions(key, name);
                match (before.get(key), after.get(key)) {
                    (Some(old), Some(new)) => same(old, new, name, named).map_err(|part| format!("{key}.{part}"))?,
                    // A rule is named by its content: it comes and goes, and is never another one.
                    _ if named || about(value) || key.starts_with("rule_") => {}
                    _ => return Err(format!("{key}: {value}")),
                }
            }
            Ok(())
        }
        (Value::Array(before), Value::Array(after)) => {
            let kept = |of: &[Value], others: &[Value]| -> Vec<Value> { of.iter().filter(|item| others.contains(item)).cloned().collect() };
            if kept(before, after) != kept(after, before) {
                return Err(format!("another order: {after:?}"));
            }
            // What is in one list alone is about the thing, or is an item of the other one that only says more about it.
            let alone =
                |of: &[Value], others: &[Value]| -> Vec<Value> { of.iter().filter(|item| !others.contains(item)).cloned().collect() };
            let (gone, new) = (alone(before, after), alone(after, before));
            if let ([old], [new]) = (gone.as_slice(), new.as_slice())
                && !old["rule"].is_string()
            {
                return same(old, new, name, named || (about(old) && about(new) && is_flat(new)));
            }
            let explained =
                |item: &Value, others: &[Value]| about(item) || others.iter().any(|other| same(item, other, name, named).is_ok());
            let odd = gone.iter().filter(|item| !explained(item, &new)).chain(new.iter().filter(|item| !explained(item, &gone))).next();
            odd.map_or(Ok(()), |item| Err(item.to_string()))
        }
        _ if before == after || about(before) || about(after) => Ok(()),
        _ => Err(format!("{before}, now {after}")),
    }
}
