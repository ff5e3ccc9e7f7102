"""Fill a bootstrapped cloud: accounts, catalogue, networks, flavors, images.

usage: seed.py identity | resources | zones | balancers

Idempotent: it creates only what is missing.  `identity` needs Keystone alone,
`resources` the APIs of Glance, Nova, Neutron and Cinder, `zones` compute hosts
that Nova knows, `balancers` Octavia.  Reads OSLAB_* variables set by up.
"""
import io
import json
import os
import sys

import openstack

PASS = os.environ['OSLAB_PASS']
REGION = os.environ['OSLAB_REGION']
STATE = os.environ['OSLAB_STATE']
KEYSTONE = os.environ['OSLAB_KEYSTONE']

SERVICES = {
    # name: (type, url, service user's extra roles)
    'glance': ('image', 'http://127.0.0.1:%s' % os.environ['P_GLANCE']),
    'placement': ('placement',
                  'http://127.0.0.1:%s' % os.environ['P_PLACEMENT']),
    'nova': ('compute', 'http://127.0.0.1:%s/v2.1' % os.environ['P_NOVA']),
    'neutron': ('network', 'http://127.0.0.1:%s' % os.environ['P_NEUTRON']),
    'cinder': ('volumev3', 'http://127.0.0.1:%s/v3/%%(project_id)s'
               % os.environ['P_CINDER']),
    'heat': ('orchestration', 'http://127.0.0.1:%s/v1/%%(project_id)s'
             % os.environ['P_HEAT']),
    'octavia': ('load-balancer',
                'http://127.0.0.1:%s' % os.environ['P_OCTAVIA']),
    'barbican': ('key-manager',
                 'http://127.0.0.1:%s' % os.environ['P_BARBICAN']),
}

FLAVORS = [  # name, vcpus, MiB, GiB of root disk
    ('m1.tiny', 1, 512, 1),
    ('m1.small', 1, 2048, 20),
    ('m1.medium', 2, 4096, 40),
    ('m1.large', 4, 8192, 80),
    ('m1.xlarge', 8, 16384, 160),
    ('m1.2xlarge', 16, 32768, 160),
    ('m1.4xlarge', 32, 65536, 160),
    # More memory than any host has: "No valid host was found".
    ('m1.unplaceable', 1, 921600, 1),
]

IMAGES = ['ubuntu-24.04', 'ubuntu-22.04', 'debian-12', 'rocky-9', 'almalinux-9']

ZONES = {'nova-a': ['cmp-1', 'cmp-2'], 'nova-b': ['cmp-3', 'cmp-4']}

BALANCER_FLAVORS = {'ha': 'ACTIVE_STANDBY', 'single': 'SINGLE'}

DEMO_ROLES = ['member', 'reader', 'heat_stack_owner', 'load-balancer_member',
              'creator']


def connect(project='admin', user='admin'):
    return openstack.connect(
        load_yaml_config=False, load_envvars=False,
        auth=dict(auth_url=KEYSTONE, username=user, password=PASS,
                  project_name=project, user_domain_name='Default',
                  project_domain_name='Default'),
        region_name=REGION, identity_api_version='3', interface='public')


def identity():
    c = connect()
    ident = c.identity
    domains = {d.name: d for d in ident.domains()}
    default = domains['Default']
    heat_domain = domains.get('heat') or ident.create_domain(name='heat')
    projects = {p.name: p for p in ident.projects(domain_id=default.id)}
    for name in ('service', 'lab', 'lab-other'):
        if name not in projects:
            projects[name] = ident.create_project(name=name,
                                                  domain_id=default.id)
    roles = {r.name: r for r in ident.roles()}
    for name in ('service', 'heat_stack_owner', 'heat_stack_user', 'creator',
                 'load-balancer_member', 'load-balancer_observer',
                 'load-balancer_admin'):
        if name not in roles:
            roles[name] = ident.create_role(name=name)
    users = {u.name: u for u in ident.users(domain_id=default.id)}

    def user(name, project, grants):
        if name not in users:
            users[name] = ident.create_user(
                name=name, password=PASS, domain_id=default.id,
                default_project_id=projects[project].id)
        for grant in grants:
            ident.assign_project_role_to_user(
                projects[project].id, users[name].id, roles[grant].id)

    for name in SERVICES:
        user(name, 'service', ['admin', 'service'])
    user('lab', 'lab', DEMO_ROLES)
    user('lab-other', 'lab-other', DEMO_ROLES)

    heat_users = {u.name: u for u in ident.users(domain_id=heat_domain.id)}
    if 'heat_domain_admin' not in heat_users:
        heat_users['heat_domain_admin'] = ident.create_user(
            name='heat_domain_admin', password=PASS,
            domain_id=heat_domain.id)
    ident.assign_domain_role_to_user(
        heat_domain.id, heat_users['heat_domain_admin'].id, roles['admin'].id)

    services = {s.type: s for s in ident.services()}
    have = {(e.service_id, e.interface) for e in ident.endpoints()}
    for name, (kind, url) in SERVICES.items():
        if kind not in services:
            services[kind] = ident.create_service(name=name, type=kind)
        for interface in ('public', 'internal', 'admin'):
            if (services[kind].id, interface) not in have:
                ident.create_endpoint(service_id=services[kind].id,
                                      interface=interface, url=url,
                                      region_id=REGION)


def resources():
    c = connect()
    svc = connect(project='service', user='octavia')

    flat_network(c, 'public', 'physnet1', '203.0.113.0/24',
                 ('203.0.113.10', '203.0.113.250'),
                 gateway_ip='203.0.113.1', is_router_external=True)
    # A site's storage network: every project may have ports in it, none
    # chooses their addresses.
    flat_network(c, 'ceph-public', 'physnet2', '10.1.0.0/24',
                 ('10.1.0.20', '10.1.0.250'), gateway_ip=None, is_shared=True)

    mgmt = next(iter(svc.network.networks(name='lb-mgmt')), None)
    if mgmt is None:
        mgmt = svc.network.create_network(name='lb-mgmt')
        svc.network.create_subnet(network_id=mgmt.id, name='lb-mgmt',
                                  ip_version=4, cidr='198.51.100.0/24',
                                  gateway_ip=None)
    project = svc.session.get_project_id()
    sg = next(iter(svc.network.security_groups(name='lb-mgmt',
                                               project_id=project)), None)
    if sg is None:
        sg = svc.network.create_security_group(name='lb-mgmt')

    flavors = {f.name: f for f in c.compute.flavors(is_public=None)}
    for name, vcpus, ram, disk in FLAVORS:
        if name not in flavors:
            c.compute.create_flavor(name=name, vcpus=vcpus, ram=ram,
                                    disk=disk)
    if 'amphora' not in flavors:
        flavors['amphora'] = c.compute.create_flavor(
            name='amphora', vcpus=1, ram=1024, disk=2, is_public=False)

    images = {i.name for i in c.image.images()}
    for name in IMAGES:
        if name not in images:
            image(c, name, visibility='public')
    if 'amphora' not in images:
        image(svc, 'amphora', visibility='private', tags=['amphora'])

    types = {t.name for t in c.block_storage.types()}
    for name in ('ssd', 'hdd'):
        if name not in types:
            c.block_storage.create_type(
                name=name, extra_specs={'volume_backend_name': name})

    with open(os.path.join(STATE, 'octavia.ids.new'), 'w') as f:
        f.write('mgmt_net=%s\nmgmt_sg=%s\namp_flavor=%s\namp_owner=%s\n'
                % (mgmt.id, sg.id, flavors['amphora'].id, project))
    os.rename(os.path.join(STATE, 'octavia.ids.new'),
              os.path.join(STATE, 'octavia.ids'))


def flat_network(c, name, physical, cidr, pool, gateway_ip, **kw):
    net = next(iter(c.network.networks(name=name)), None)
    if net is None:
        net = c.network.create_network(
            name=name, provider_network_type='flat',
            provider_physical_network=physical, **kw)
    if not list(c.network.subnets(network_id=net.id)):
        c.network.create_subnet(
            network_id=net.id, name=name + '-v4', ip_version=4, cidr=cidr,
            gateway_ip=gateway_ip, is_dhcp_enabled=False,
            allocation_pools=[{'start': pool[0], 'end': pool[1]}])


def zones():
    c = connect()
    have = {a.name: a for a in c.compute.aggregates()}
    for name, hosts in ZONES.items():
        aggregate = have.get(name) or c.compute.create_aggregate(
            name=name, availability_zone=name)
        for host in sorted(set(hosts) - set(aggregate.hosts or [])):
            c.compute.add_host_to_aggregate(aggregate.id, host)


def balancers():
    api = connect().load_balancer
    profiles = {p.name: p for p in api.flavor_profiles()}
    flavors = {f.name for f in api.flavors()}
    for name, topology in BALANCER_FLAVORS.items():
        profile = profiles.get(name) or api.create_flavor_profile(
            name=name, provider_name='amphora',
            flavor_data=json.dumps({'loadbalancer_topology': topology}))
        if name not in flavors:
            api.create_flavor(name=name, flavor_profile_id=profile.id,
                              is_enabled=True)


def image(c, name, tags=(), **kw):
    i = c.image.create_image(
        name=name, disk_format='raw', container_format='bare',
        data=io.BytesIO(b'\0' * 65536), validate_checksum=False, **kw)
    for tag in tags:
        c.image.add_tag(i, tag)


if __name__ == '__main__':
    {'identity': identity, 'resources': resources, 'zones': zones,
     'balancers': balancers}[sys.argv[1]]()
