"""What Octavia has, against a specification: every field of every object below a balancer."""
from .report import Wrong, none_of

# Lists whose order means nothing to Octavia.
UNORDERED = {"allowed_cidrs", "tags", "sni_container_refs", "tls_versions"}


def compare(cloud, specification):
    """Each field of the specification; gives how many were compared. Octavia may add defaults, but no objects."""
    found = cloud.balancers().get(specification["name"])
    if found is None:
        raise Wrong(f"there is no balancer {specification['name']}")
    walk = Walk(cloud, found["id"])
    walk.fields(specification["name"], specification, found, children={"listeners", "pools"})
    walk.named("listener", specification.get("listeners") or [], walk.listeners, walk.listener)
    walk.named("pool", specification.get("pools") or [], walk.pools, walk.pool)
    none_of(walk.wrong)
    return walk.count


def ids(cloud, specification):
    """The identifiers of all objects, by what they are called."""
    walk = Walk(cloud, cloud.balancers()[specification["name"]]["id"])
    named = {f"listener {name}": each["id"] for name, each in walk.listeners.items()}
    for name, pool in walk.pools.items():
        named[f"pool {name}"] = pool["id"]
        for member in cloud.lbaas(f"pools/{pool['id']}/members"):
            named[member_name(name, member)] = member["id"]
    return named


def member_name(pool, member):
    return f"pool {pool} member {member['address']}:{member['protocol_port']}"


class Walk:
    def __init__(self, cloud, balancer):
        self.cloud, self.wrong, self.count = cloud, [], 0
        self.listeners = by_name(cloud.lbaas("listeners", loadbalancer_id=balancer))
        self.pools = by_name(cloud.lbaas("pools", loadbalancer_id=balancer))

    def fields(self, what, wanted, found, children=()):
        """Compares plain fields; a reference by name is compared with the id that the name has."""
        if found.get("provisioning_status", "ACTIVE") != "ACTIVE":
            self.wrong.append(f"{what}: {found['provisioning_status']}")
        for key in wanted.keys() - set(children):
            self.count += 1
            expected, actual = wanted[key], found.get(key)
            if key in ("default_pool", "redirect_pool"):
                expected, actual = self.pools.get(expected["name"], {}).get("id"), found[f"{key}_id"]
            if key in UNORDERED:
                expected, actual = sorted(expected), sorted(actual or [])
            if expected != actual:
                self.wrong.append(f"{what}.{key}: expected {expected!r}, found {actual!r}")

    def named(self, kind, wanted, found, compare):
        """Compares lists of objects that have names: the same names, and each with its like."""
        if {each["name"] for each in wanted} != set(found) or len(wanted) != len(found):
            self.wrong.append(f"{kind}s: expected {sorted(each['name'] for each in wanted)}, found {sorted(found)}")
        for each in wanted:
            if each["name"] in found:
                compare(f"{kind} {each['name']}", each, found[each["name"]])

    def listener(self, what, wanted, found):
        self.fields(what, wanted, found, children={"l7policies"})
        policies = self.cloud.lbaas("l7policies", listener_id=found["id"])
        self.named("l7policy", wanted.get("l7policies") or [], by_name(policies), self.policy)

    def policy(self, what, wanted, found):
        self.fields(what, wanted, found, children={"rules"})
        rules = self.cloud.lbaas(f"l7policies/{found['id']}/rules")
        self.alike(f"{what} rules", wanted.get("rules") or [], rules, lambda rule: (rule["type"], rule["compare_type"], rule["value"], rule.get("key")))

    def pool(self, what, wanted, found):
        self.fields(what, wanted, found, children={"members", "healthmonitor", "session_persistence"})
        members = self.cloud.lbaas(f"pools/{found['id']}/members")
        self.alike(f"{what} members", wanted.get("members") or [], members, lambda member: (member["address"], member["protocol_port"]))
        monitors = {each["id"]: each for each in self.cloud.lbaas("healthmonitors")}
        children = {"healthmonitor": monitors.get(found.get("healthmonitor_id")), "session_persistence": found["session_persistence"]}
        for key, actual in children.items():
            if bool(wanted.get(key)) != bool(actual):
                self.wrong.append(f"{what}.{key}: expected {wanted.get(key)!r}, found {actual!r}")
            elif actual:
                self.fields(f"{what}.{key}", wanted[key], actual)

    def alike(self, what, wanted, found, key):
        """Compares lists of objects that are known by some of their fields."""
        there = {key(each): each for each in found}
        if {key(each) for each in wanted} != set(there) or len(wanted) != len(found):
            self.wrong.append(f"{what}: expected {sorted(map(key, wanted), key=repr)}, found {sorted(there, key=repr)}")
        for each in wanted:
            if key(each) in there:
                self.fields(f"{what} {key(each)}", each, there[key(each)])


def by_name(objects):
    return {each["name"]: each for each in objects}
