"""What the cloud has, against what the tree says: servers, volumes, ports, networks, security groups."""
import base64

from . import template
from .report import Wrong, none_of
from .tree import Flow


def either(*values):
    """A thing that may be called by any of these: its name or its id."""
    return {value for value in values if value}


class Seen:
    """The project's objects by id, read once; servers a second time by an administrator, who sees their user data."""

    def __init__(self, cloud, admin):
        connection = cloud.connection
        network = connection.network
        self.types = {
            "OS::Nova::Server": {each["id"]: each for each in servers(cloud)},
            "OS::Nova::ServerGroup": listed(cloud.compute, "/os-server-groups", "server_groups"),
            "OS::Cinder::Volume": listed(connection.block_storage, "/volumes/detail", "volumes"),
            "OS::Neutron::Net": listed(network, "/networks", "networks"),
            "OS::Neutron::Subnet": listed(network, "/subnets", "subnets"),
            "OS::Neutron::Router": listed(network, "/routers", "routers"),
            "OS::Neutron::Port": listed(network, "/ports", "ports"),
            "OS::Neutron::FloatingIP": listed(network, "/floatingips", "floatingips"),
            "OS::Neutron::SecurityGroup": listed(network, "/security-groups", "security_groups"),
        }
        # An association is called by its address.
        addresses = self.types["OS::Neutron::FloatingIP"]
        self.types["OS::Neutron::FloatingIPAssociation"] = {id: each for id, each in addresses.items() if each["port_id"]}
        self.user_data = {each["id"]: each.get("OS-EXT-SRV-ATTR:user_data") for each in servers(admin, all_tenants=1)} if admin else {}

    def networks(self, id):
        """A network by its id or its name."""
        return either(id, self.types["OS::Neutron::Net"].get(id, {}).get("name"))

    def left(self, physical):
        """Of these (type, id) pairs the ones that are still there."""
        return {(kind, id) for kind, id in physical if id in self.types.get(kind, {})}


def listed(service, path, key):
    response = service.get(path)
    if response.status_code != 200:
        raise Wrong(f"{path}: {response.status_code}: {response.text}")
    return {each["id"]: each for each in response.json()[key]}


def servers(cloud, **query):
    return cloud.compute.get("/servers/detail", params=query, microversion="2.60").json()["servers"]


# --- how each property is read back ------------------------------------------------------------------------
# property -> a function of (what is seen, the object); a set is a choice of names for the same thing.

SERVER = {
    "name": lambda seen, server: server["name"],
    "flavor": lambda seen, server: server["flavor"]["original_name"],
    "availability_zone": lambda seen, server: server["OS-EXT-AZ:availability_zone"],
    "metadata": lambda seen, server: server["metadata"],
    "key_name": lambda seen, server: server["key_name"],
    "config_drive": lambda seen, server: server["config_drive"] in ("True", True),
    "user_data": lambda seen, server: base64.b64decode(seen.user_data[server["id"]] or "").decode(),
    "block_device_mapping_v2": lambda seen, server: sorted(each["id"] for each in server["os-extended-volumes:volumes_attached"]),
    "networks": lambda seen, server: sorted(id for id, port in seen.types["OS::Neutron::Port"].items() if port["device_id"] == server["id"]),
    "scheduler_hints": lambda seen, server: sorted(
        id for id, group in seen.types["OS::Nova::ServerGroup"].items() if server["id"] in group["members"]),
}
VOLUME = {
    "name": lambda seen, volume: volume["name"],
    "size": lambda seen, volume: volume["size"],
    "volume_type": lambda seen, volume: volume["volume_type"],
    "availability_zone": lambda seen, volume: volume["availability_zone"],
    "image": lambda seen, volume: either(*map((volume.get("volume_image_metadata") or {}).get, ("image_id", "image_name"))),
    "metadata": lambda seen, volume: {key: value for key, value in volume["metadata"].items() if key not in ("readonly", "attached_mode")},
}
PORT = {
    "name": lambda seen, port: port["name"],
    "network": lambda seen, port: seen.networks(port["network_id"]),
    "fixed_ips": lambda seen, port: sorted(ip["ip_address"] for ip in port["fixed_ips"]),
    "security_groups": lambda seen, port: sorted(port["security_groups"]),
    "allowed_address_pairs": lambda seen, port: sorted(pair["ip_address"] for pair in port["allowed_address_pairs"]),
    "port_security_enabled": lambda seen, port: port["port_security_enabled"],
}
NETWORK = {
    "name": lambda seen, network: network["name"],
    "value_specs": lambda seen, network: {"mtu": network["mtu"]},
}
SUBNET = {
    "name": lambda seen, subnet: subnet["name"],
    "cidr": lambda seen, subnet: subnet["cidr"],
    "gateway_ip": lambda seen, subnet: subnet["gateway_ip"],
    "enable_dhcp": lambda seen, subnet: subnet["enable_dhcp"],
    "dns_nameservers": lambda seen, subnet: subnet["dns_nameservers"],
    "allocation_pools": lambda seen, subnet: subnet["allocation_pools"],
    "network": lambda seen, subnet: seen.networks(subnet["network_id"]),
}
GROUP = {
    "name": lambda seen, group: group["name"],
    "policies": lambda seen, group: [group["policy"]] if "policy" in group else group["policies"],
}
ADDRESS = {
    "port_id": lambda seen, address: address["port_id"],
    "floating_network": lambda seen, address: seen.networks(address["floating_network_id"]),
    "floating_ip_address": lambda seen, address: address["floating_ip_address"],
}
NAMED = {"name": lambda seen, each: each["name"]}
ASSOCIATION = {"port_id": ADDRESS["port_id"]}
DESCRIBED = {**NAMED, "description": lambda seen, each: each["description"]}
PROPERTIES = {
    "OS::Nova::Server": SERVER,
    "OS::Nova::ServerGroup": GROUP,
    "OS::Cinder::Volume": VOLUME,
    "OS::Neutron::Net": NETWORK,
    "OS::Neutron::Subnet": SUBNET,
    "OS::Neutron::Router": NAMED,
    "OS::Neutron::Port": PORT,
    "OS::Neutron::FloatingIP": ADDRESS,
    "OS::Neutron::SecurityGroup": DESCRIBED,
    "OS::Neutron::FloatingIPAssociation": ASSOCIATION,
}

# What the template says in another shape than the cloud.
SHAPES = {
    "networks": lambda value: sorted(each["port"] for each in value),
    "fixed_ips": lambda value: sorted(each["ip_address"] for each in value),
    "allowed_address_pairs": lambda value: sorted(each["ip_address"] for each in value),
    "block_device_mapping_v2": lambda value: sorted(each["volume_id"] for each in value),
    "scheduler_hints": lambda value: [value["group"]],
    "security_groups": sorted,
    "size": int,
}


def stack(cloud, seen, stack):
    """Each property of each resource that can be read back; gives how many were compared."""
    resources = cloud.resources(stack.name)
    physical = {name: resource["physical_resource_id"] for name, resource in resources.items()}
    wanted = template.expected(stack, cloud.inputs(stack), physical)
    if set(wanted) != set(resources):
        raise Wrong(f"{stack.name}: Heat has other resources than the template: {sorted(set(wanted) ^ set(resources))}")
    attach(wanted, physical)
    wrong, count = [], 0
    for name, (kind, properties) in wanted.items():
        # Heat gives an association an id of its own; what it changes is the address.
        id = properties.get("floatingip_id", physical[name])
        found = seen.types.get(kind, {}).get(id)
        if kind in PROPERTIES and found is None:
            wrong.append(f"{stack.name}.{name}: {kind} {id} is not there")
            continue
        for key in properties.keys() & PROPERTIES.get(kind, {}).keys():
            count += 1
            wrong += different(f"{stack.name}.{name}.{key}", SHAPES.get(key, same)(properties[key]), PROPERTIES[kind][key](seen, found))
        if kind == "OS::Nova::Server" and found["status"] != "ACTIVE":
            wrong.append(f"{stack.name}.{name}: {found['status']}")
    none_of(wrong)
    return count


def attach(wanted, physical):
    """A server also has the volumes that the stack's attachments give it."""
    attachments = [properties for kind, properties in wanted.values() if kind == "OS::Cinder::VolumeAttachment"]
    for name, (kind, properties) in wanted.items():
        more = [{"volume_id": each["volume_id"]} for each in attachments if each["instance_uuid"] == physical[name]]
        if kind == "OS::Nova::Server" and more:
            properties["block_device_mapping_v2"] = properties.get("block_device_mapping_v2", []) + more


def same(value):
    return value


def different(what, expected, actual):
    agree = expected in actual if isinstance(actual, set) else expected == actual
    if not agree:
        yield f"{what}: expected {expected!r}, found {actual!r}"


# --- what no single stack shows ------------------------------------------------------------------------------


def spread(seen):
    """Members of a strict group are on hosts of their own; gives how many."""
    hosts = {id: server["hostId"] for id, server in seen.types["OS::Nova::Server"].items()}
    count = 0
    for group in seen.types["OS::Nova::ServerGroup"].values():
        if GROUP["policies"](seen, group) == ["anti-affinity"]:
            on = [hosts[id] for id in group["members"] if id in hosts]
            count += len(on)
            if len(set(on)) != len(on):
                raise Wrong(f"{group['name']}: {len(on)} members on {len(set(on))} hosts")
    if not count:
        raise Wrong("no strict group has a member")
    return count


def rules(cloud, seen, tree):
    """The rules of all security groups that the tree makes and its flow table are the same set; gives its size."""
    resources = [resource for stack in tree.stacks() for resource in cloud.resources(stack.name).values()]
    made = {each["physical_resource_id"] for each in resources if each["resource_type"] == "OS::Neutron::SecurityGroup"}
    groups = seen.types["OS::Neutron::SecurityGroup"]
    names = {id: group["name"] for id, group in groups.items()}
    flows, found = tree.flows, {flow(names, rule) for id in made for rule in groups[id]["security_group_rules"]}
    none_of([f"no rule for {each}" for each in sorted(flows - found, key=repr)] + [f"no flow for {each}" for each in sorted(found - flows, key=repr)])
    return len(flows)


def flow(names, rule):
    remote = rule["remote_ip_prefix"] or names.get(rule["remote_group_id"], rule["remote_group_id"])
    ports = (rule["port_range_min"], rule["port_range_max"])
    return Flow(names[rule["security_group_id"]], rule["direction"], rule["ethertype"], rule["protocol"], ports, remote)
