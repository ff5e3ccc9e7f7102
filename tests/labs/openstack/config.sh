# shellcheck shell=bash
# Writes every configuration file of the lab below $ETC.  Sourced by up.

# The section by which a service checks the tokens of its callers.
authtoken() { # SERVICE-USER
    cat <<X

[keystone_authtoken]
www_authenticate_uri = http://127.0.0.1:$P_KEYSTONE
$(account "$1")
memcached_servers = 127.0.0.1:$P_MEMCACHED
service_token_roles = service
service_token_roles_required = true
X
}

# The options by which a service signs in as itself.
account() { # SERVICE-USER
    cat <<X
auth_url = http://127.0.0.1:$P_KEYSTONE/v3
auth_type = password
username = $1
password = $PASS
project_name = service
user_domain_name = Default
project_domain_name = Default
region_name = $REGION
X
}

messaging() {
    cat <<X

[oslo_messaging_notifications]
driver = noop

[oslo_messaging_rabbit]
heartbeat_in_pthread = false
kombu_reconnect_delay = 0.5
rabbit_retry_interval = 1

[oslo_concurrency]
lock_path = $STATE/locks

[oslo_policy]
enforce_scope = false
enforce_new_defaults = false
X
}

db() { # DATABASE
    cat <<X
connection = mysql+pymysql://openstack:$PASS@localhost/$1?unix_socket=$SOCK&charset=utf8
max_pool_size = 5
max_overflow = 100
X
}

# Answers to calls may take rpc_response_timeout (usual: 60): a machine that does much else needs it.
RABBIT_URL="rabbit://openstack:$PASS@127.0.0.1:$P_RABBIT/"

write_config() {
    mkdir -p "$ETC"/{keystone,glance,placement,nova,neutron,cinder,heat,octavia,barbican,rabbitmq}

    cat >"$ETC/my.cnf" <<X
[mariadbd]
user = root
datadir = $LAB/mariadb
socket = $SOCK
pid-file = $RUN/mariadbd.own.pid
log-error = $LOG/mariadb.log
skip-networking
skip-name-resolve
character-set-server = utf8mb3
collation-server = utf8mb3_general_ci
max_connections = 800
performance_schema = OFF
innodb_buffer_pool_size = 256M
innodb_log_file_size = 64M
# A lab's data may be lost in a power cut; speed matters more.
innodb_flush_log_at_trx_commit = 0
innodb_doublewrite = 0
innodb_flush_method = nosync
innodb_stats_persistent = OFF
skip-log-bin
X

    cat >"$ETC/rabbitmq/rabbitmq.conf" <<X
listeners.tcp.1 = 127.0.0.1:$P_RABBIT
default_user = openstack
default_pass = $PASS
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
log.file.level = warning
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.absolute = 1GB
X
    printf '[].\n' >"$ETC/rabbitmq/enabled_plugins"

    cat >"$ETC/keystone/keystone.conf" <<X
[DEFAULT]
use_stderr = true

[database]
$(db keystone)

[token]
provider = fernet
expiration = 86400

[fernet_tokens]
key_repository = $STATE/keystone/fernet-keys

[fernet_receipts]
key_repository = $STATE/keystone/fernet-keys

[credential]
key_repository = $STATE/keystone/credential-keys

[cache]
enabled = true
backend = oslo_cache.memcache_pool
memcache_servers = 127.0.0.1:$P_MEMCACHED

[identity]
password_hash_rounds = 4

[security_compliance]
# Heat makes a trust for every stack.  A patched Keystone lets no application
# credential do that, so such a stack create fails; 1 here opens it again.
allow_insecure_application_credential_trust_escalation = $([ "${OPENSTACK_LAB_APPCRED_TRUSTS:-0}" = 1 ] && echo true || echo false)
$(messaging)
X

    cat >"$ETC/glance/glance-api.conf" <<X
[DEFAULT]
use_stderr = true
bind_host = 127.0.0.1
bind_port = $P_GLANCE
workers = 0
enabled_backends = file:file
transport_url = $RABBIT_URL
enabled_import_methods = []

[glance_store]
default_backend = file

[file]
filesystem_store_datadir = $STATE/glance/images

[os_glance_staging_store]
filesystem_store_datadir = $STATE/glance/staging

[os_glance_tasks_store]
filesystem_store_datadir = $STATE/glance/tasks

[database]
$(db glance)

[paste_deploy]
flavor = keystone
config_file = $ETC/glance/api-paste.ini
$(authtoken glance)
$(messaging)
X
    cat >"$ETC/glance/api-paste.ini" <<X
[pipeline:glance-api-keystone]
pipeline = http_proxy_to_wsgi versionnegotiation authtoken context rootapp

[composite:rootapp]
paste.composite_factory = glance.api:root_app_factory
/: apiversions
/v2: apiv2app

[app:apiversions]
paste.app_factory = glance.api.versions:create_resource

[app:apiv2app]
paste.app_factory = glance.api.v2.router:API.factory

[filter:versionnegotiation]
paste.filter_factory = glance.api.middleware.version_negotiation:VersionNegotiationFilter.factory

[filter:context]
paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory

[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
delay_auth_decision = true

[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware:HTTPProxyToWSGI.factory
X

    cat >"$ETC/placement/placement.conf" <<X
[DEFAULT]
use_stderr = true

[api]
auth_strategy = keystone

[placement_database]
$(db placement)
$(authtoken placement)
$(messaging)
X

    nova_conf
    cat >"$ETC/nova/api-paste.ini" <<X
[composite:osapi_compute]
use = call:nova.api.openstack.urlmap:urlmap_factory
/: oscomputeversions
/v2.1: oscomputeversion_v2
/v2.1/+: openstack_compute_api_v21

[composite:openstack_compute_api_v21]
use = call:nova.api.auth:pipeline_factory_v21
keystone = cors http_proxy_to_wsgi compute_req_id faultwrap request_log sizelimit authtoken keystonecontext osapi_compute_app_v21

[filter:request_log]
paste.filter_factory = nova.api.openstack.requestlog:RequestLog.factory

[filter:compute_req_id]
paste.filter_factory = nova.api.compute_req_id:ComputeReqIdMiddleware.factory

[filter:faultwrap]
paste.filter_factory = nova.api.openstack:FaultWrapper.factory

[filter:sizelimit]
paste.filter_factory = oslo_middleware:RequestBodySizeLimiter.factory

[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware.http_proxy_to_wsgi:HTTPProxyToWSGI.factory

[app:osapi_compute_app_v21]
paste.app_factory = nova.api.openstack.compute:APIRouterV21.factory

[pipeline:oscomputeversions]
pipeline = cors faultwrap request_log http_proxy_to_wsgi oscomputeversionapp

[pipeline:oscomputeversion_v2]
pipeline = cors compute_req_id faultwrap request_log http_proxy_to_wsgi oscomputeversionapp_v2

[app:oscomputeversionapp]
paste.app_factory = nova.api.openstack.compute.versions:Versions.factory

[app:oscomputeversionapp_v2]
paste.app_factory = nova.api.openstack.compute.versions:VersionsV2.factory

[filter:cors]
paste.filter_factory = oslo_middleware.cors:filter_factory
oslo_config_project = nova

[filter:keystonecontext]
paste.filter_factory = nova.api.auth:NovaKeystoneContext.factory

[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
X

    cat >"$ETC/neutron/neutron.conf" <<X
[DEFAULT]
use_stderr = true
auth_strategy = keystone
bind_host = 127.0.0.1
bind_port = $P_NEUTRON
state_path = $STATE/neutron
transport_url = $RABBIT_URL
api_paste_config = $ETC/neutron/api-paste.ini
core_plugin = ml2
service_plugins = oslab_router
# One process serves the API and another the (silent) agents' calls.
api_workers = 1
rpc_workers = 1
rpc_state_report_workers = 0
# There are no DHCP and L3 agents to hand anything to.
dhcp_agent_notification = false
network_auto_schedule = false
router_auto_schedule = false
allow_automatic_dhcp_failover = false
enable_dvr = false
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
send_events_interval = 1
max_allowed_address_pair = 50

[database]
$(db neutron)

[nova]
$(account nova)

[quotas]
quota_network = 100
quota_subnet = 100
quota_port = 500
quota_router = 50
quota_floatingip = 50
quota_security_group = 100
quota_security_group_rule = 1000
$(authtoken neutron)
$(messaging)
X
    cat >"$ETC/neutron/ml2.ini" <<X
[ml2]
type_drivers = flat,vxlan
tenant_network_types = vxlan
mechanism_drivers = oslab
extension_drivers = port_security

[ml2_type_flat]
flat_networks = physnet1,physnet2

[ml2_type_vxlan]
vni_ranges = 1:1000

[securitygroup]
enable_security_group = true
X
    cat >"$ETC/neutron/api-paste.ini" <<X
[composite:neutron]
use = egg:Paste#urlmap
/: neutronversions_composite
/v2.0: neutronapi_v2_0

[composite:neutronapi_v2_0]
use = call:neutron.auth:pipeline_factory
keystone = http_proxy_to_wsgi request_id catch_errors authtoken keystonecontext extensions neutronapiapp_v2_0

[composite:neutronversions_composite]
use = call:neutron.auth:pipeline_factory
keystone = http_proxy_to_wsgi neutronversions

[filter:request_id]
paste.filter_factory = oslo_middleware:RequestId.factory

[filter:catch_errors]
paste.filter_factory = oslo_middleware:CatchErrors.factory

[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware.http_proxy_to_wsgi:HTTPProxyToWSGI.factory

[filter:keystonecontext]
paste.filter_factory = neutron.auth:NeutronKeystoneContext.factory

[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory

[filter:extensions]
paste.filter_factory = neutron.api.extensions:plugin_aware_extension_middleware_factory

[app:neutronversions]
paste.app_factory = neutron.pecan_wsgi.app:versions_factory

[app:neutronapiapp_v2_0]
paste.app_factory = neutron.api.v2.router:APIRouter.factory
X

    cat >"$ETC/cinder/cinder.conf" <<X
[DEFAULT]
use_stderr = true
auth_strategy = keystone
host = vol-1
my_ip = 127.0.0.1
state_path = $STATE/cinder
transport_url = $RABBIT_URL
rpc_response_timeout = 300
api_paste_config = $ETC/cinder/api-paste.ini
resource_query_filters_file = $ETC/cinder/resource_filters.json
osapi_volume_listen = 127.0.0.1
osapi_volume_listen_port = $P_CINDER
osapi_volume_workers = 1
report_interval = 3
enabled_backends = ssd-a,hdd-a,ssd-b,hdd-b
# Where a volume goes that asks for no zone.
default_availability_zone = cinder-a
default_volume_type = hdd
glance_api_servers = http://127.0.0.1:$P_GLANCE
quota_volumes = 100
quota_gigabytes = 10000
quota_snapshots = 100

$(cinder_backends)

[database]
$(db cinder)

[nova]
$(account nova)
interface = internal

[service_user]
send_service_user_token = true
$(account cinder)
$(authtoken cinder)
$(messaging)
X
    printf '{}\n' >"$ETC/cinder/resource_filters.json"
    cat >"$ETC/cinder/api-paste.ini" <<X
[composite:osapi_volume]
use = call:cinder.api:root_app_factory
/: apiversions
/v3: openstack_volume_api_v3

[composite:openstack_volume_api_v3]
use = call:cinder.api.middleware.auth:pipeline_factory
keystone = request_id http_proxy_to_wsgi faultwrap sizelimit authtoken keystonecontext apiv3
keystone_nolimit = request_id http_proxy_to_wsgi faultwrap sizelimit authtoken keystonecontext apiv3

[filter:request_id]
paste.filter_factory = cinder.api.middleware.request_id:RequestId.factory

[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware.http_proxy_to_wsgi:HTTPProxyToWSGI.factory

[filter:faultwrap]
paste.filter_factory = cinder.api.middleware.fault:FaultWrapper.factory

[filter:sizelimit]
paste.filter_factory = oslo_middleware.sizelimit:RequestBodySizeLimiter.factory

[app:apiv3]
paste.app_factory = cinder.api.v3.router:APIRouter.factory

[pipeline:apiversions]
pipeline = request_id http_proxy_to_wsgi faultwrap osvolumeversionapp

[app:osvolumeversionapp]
paste.app_factory = cinder.api.versions:Versions.factory

[filter:keystonecontext]
paste.filter_factory = cinder.api.middleware.auth:CinderKeystoneContext.factory

[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
X

    cat >"$ETC/heat/heat.conf" <<X
[DEFAULT]
use_stderr = true
transport_url = $RABBIT_URL
rpc_response_timeout = 300
environment_dir = $ETC/heat/environment.d
template_dir = $ETC/heat/templates
plugin_dirs =
num_engine_workers = 1
region_name_for_services = $REGION
auth_encryption_key = 0123456789abcdef0123456789abcdef
heat_metadata_server_url = http://127.0.0.1:8000
heat_waitcondition_server_url = http://127.0.0.1:8000/v1/waitcondition
stack_domain_admin = heat_domain_admin
stack_domain_admin_password = $PASS
stack_user_domain_name = heat
deferred_auth_method = trusts
trusts_delegated_roles =
max_stacks_per_tenant = 100
# Heat makes a resource that failed to build again, by default five times with
# growing pauses: a server that fits no host would fail only after 90 s.
action_retry_limit = 1

[database]
$(db heat)

[paste_deploy]
api_paste_config = $ETC/heat/api-paste.ini

[heat_api]
bind_host = 127.0.0.1
bind_port = $P_HEAT
workers = 1

[clients]
endpoint_type = internalURL

[clients_keystone]
auth_uri = http://127.0.0.1:$P_KEYSTONE

# No project here: Heat adds the trust, and Keystone takes only one scope.
[trustee]
auth_url = http://127.0.0.1:$P_KEYSTONE/v3
auth_type = password
username = heat
password = $PASS
user_domain_name = Default
$(authtoken heat)
$(messaging)
X
    mkdir -p "$ETC/heat/environment.d" "$ETC/heat/templates"
    cat >"$ETC/heat/api-paste.ini" <<X
[pipeline:heat-api]
pipeline = request_id faultwrap http_proxy_to_wsgi versionnegotiation authurl authtoken context apiv1app

[app:apiv1app]
paste.app_factory = heat.common.wsgi:app_factory
heat.app_factory = heat.api.openstack.v1:API

[filter:versionnegotiation]
paste.filter_factory = heat.common.wsgi:filter_factory
heat.filter_factory = heat.api.openstack:version_negotiation_filter

[filter:faultwrap]
paste.filter_factory = heat.common.wsgi:filter_factory
heat.filter_factory = heat.api.openstack:faultwrap_filter

[filter:context]
paste.filter_factory = heat.common.context:ContextMiddleware_filter_factory

[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware:HTTPProxyToWSGI.factory

[filter:authurl]
paste.filter_factory = heat.common.auth_url:filter_factory

[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory

[filter:request_id]
paste.filter_factory = oslo_middleware.request_id:RequestId.factory
X

    # The ids that Octavia needs (its management network, security group,
    # flavor) exist only after the seed; it leaves them in $STATE/octavia.ids.
    octavia_conf

    cat >"$ETC/barbican/barbican.conf" <<X
[DEFAULT]
use_stderr = true
host_href = http://127.0.0.1:$P_BARBICAN
db_auto_create = false
sql_connection = mysql+pymysql://openstack:$PASS@localhost/barbican?unix_socket=$SOCK&charset=utf8
transport_url = $RABBIT_URL

[secretstore]
enabled_secretstore_plugins = store_crypto

[crypto]
enabled_crypto_plugins = simple_crypto

[simple_crypto_plugin]
kek = dGhpcnR5X3R3b19ieXRlX2tleWJsYWhibGFoYmxhaGg=
$(authtoken barbican)
$(messaging)
X
    cat >"$ETC/barbican/api-paste.ini" <<X
[composite:main]
use = egg:Paste#urlmap
/: barbican_version
/v1: barbican-api-keystone

[pipeline:barbican_version]
pipeline = http_proxy_to_wsgi microversion versionapp

[pipeline:barbican-api-keystone]
pipeline = http_proxy_to_wsgi authtoken context microversion apiapp

[app:apiapp]
paste.app_factory = barbican.api.app:create_main_app

[app:versionapp]
paste.app_factory = barbican.api.app:create_version_app

[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory

[filter:context]
paste.filter_factory = barbican.api.middleware.context:ContextMiddleware.factory

[filter:microversion]
paste.filter_factory = barbican.api.middleware.microversion:MicroversionMiddleware.factory

[filter:http_proxy_to_wsgi]
paste.filter_factory = oslo_middleware:HTTPProxyToWSGI.factory
X

    write_clouds
}

cinder_backends() { # one for each type and zone
    local type zone
    for zone in a b; do
        for type in ssd hdd; do
            cat <<X
[$type-$zone]
volume_driver = oslab.volume.LabVolumeDriver
volume_backend_name = $type
backend_availability_zone = cinder-$zone

X
        done
    done
}

nova_conf() {
    local host
    cat >"$ETC/nova/nova.conf" <<X
[DEFAULT]
use_stderr = true
my_ip = 127.0.0.1
state_path = $STATE/nova
instances_path = $STATE/nova/instances
transport_url = $RABBIT_URL
rpc_response_timeout = 180
enabled_apis = osapi_compute
osapi_compute_listen = 127.0.0.1
osapi_compute_listen_port = $P_NOVA
osapi_compute_workers = 1
compute_driver = fake.FakeDriver
allow_resize_to_same_host = true
# The fake driver forgets its instances when it restarts; without these, Nova
# would then mark every server SHUTOFF.
sync_power_state_interval = -1
running_deleted_instance_action = noop
resume_guests_state_on_host_boot = false
reclaim_instance_interval = 0
# A resized server is confirmed by whoever asked for the resize (Heat does).
resize_confirm_window = 0
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
report_interval = 3
service_down_time = 120
max_concurrent_builds = 20

[api]
auth_strategy = keystone

[wsgi]
api_paste_config = $ETC/nova/api-paste.ini

[api_database]
$(db nova_api)

[database]
$(db nova)

[scheduler]
workers = 1
# New hosts are found by nova-manage when up creates the lab.
discover_hosts_in_cells_interval = -1

[conductor]
workers = 1

[filter_scheduler]
track_instance_changes = false

[glance]
api_servers = http://127.0.0.1:$P_GLANCE

[placement]
$(account placement)

[neutron]
$(account neutron)
service_metadata_proxy = false

[cinder]
catalog_info = volumev3::internalURL
os_region_name = $REGION
# Cinder lets nobody but a service detach a volume that a server uses.
$(account cinder)

[service_user]
send_service_user_token = true
$(account nova)

[barbican]
auth_endpoint = http://127.0.0.1:$P_KEYSTONE/v3
barbican_endpoint = http://127.0.0.1:$P_BARBICAN

[key_manager]
backend = barbican

[quota]
instances = 50
cores = 1000
ram = 4194304
key_pairs = 100
server_groups = 50
server_group_members = 50

[vnc]
enabled = false

[compute]
max_disk_devices_to_attach = -1
$(authtoken nova)
$(messaging)
X
    for host in $COMPUTE_HOSTS; do
        printf '[DEFAULT]\nhost = %s\n' "$host" >"$ETC/nova/$host.conf"
    done
}

octavia_conf() {
    local mgmt_net='' mgmt_sg='' amp_flavor='' amp_owner=''
    # shellcheck disable=SC1091
    [ ! -f "$STATE/octavia.ids" ] || . "$STATE/octavia.ids"
    cat >"$ETC/octavia/octavia.conf" <<X
[DEFAULT]
use_stderr = true
transport_url = $RABBIT_URL

[api_settings]
bind_host = 127.0.0.1
bind_port = $P_OCTAVIA
auth_strategy = keystone
enabled_provider_drivers = amphora: Amphora back end, octavia: Alias of amphora
default_provider_driver = amphora
allow_tls_terminated_listeners = true
healthcheck_enabled = false

[database]
$(db octavia)

[oslo_messaging]
topic = octavia_prov

[controller_worker]
workers = 1
# Nothing runs inside an amphora, so no one talks to it.  Its server (on the
# fake hypervisor) and its ports are real.
amphora_driver = amphora_noop_driver
compute_driver = compute_nova_driver
network_driver = allowed_address_pairs_driver
volume_driver = volume_noop_driver
image_driver = image_glance_driver
loadbalancer_topology = SINGLE
amp_image_tag = amphora
amp_image_owner_id = $amp_owner
amp_flavor_id = $amp_flavor
amp_boot_network_list = $mgmt_net
amp_secgroup_list = $mgmt_sg
# A busy machine takes its time to start an amphora, even a fake one: these are
# times twenty (balancer_worker.py).
amp_active_retries = 15
amp_active_wait_sec = 1
client_ca = $ETC/octavia/ca.crt

[compute]
max_retries = 15
retry_interval = 1
retry_backoff = 0

[networking]
max_retries = 15
retry_interval = 1
retry_backoff = 0
# After a restart the fake driver no longer knows an amphora's port, and Octavia
# waits this long in vain before it deletes the port itself (usual: 300).
port_detach_timeout = 10

[nova]
enable_anti_affinity = false

[certificates]
cert_generator = local_cert_generator
cert_manager = barbican_cert_manager
ca_certificate = $ETC/octavia/ca.crt
ca_private_key = $ETC/octavia/ca.key
ca_private_key_passphrase = $PASS
server_certs_key_passphrase = insecure-key-do-not-use-this-key

[haproxy_amphora]
client_cert = $ETC/octavia/ca.crt
server_ca = $ETC/octavia/ca.crt

[health_manager]
heartbeat_key = $PASS
controller_ip_port_list = 127.0.0.1:5555

[service_auth]
$(account octavia)
$(authtoken octavia)
$(messaging)
X
}

write_clouds() {
    local name user project
    {
        echo 'clouds:'
        while read -r name user project; do
            cat <<X
  $name:
    region_name: $REGION
    interface: public
    identity_api_version: 3
    auth:
      auth_url: http://127.0.0.1:$P_KEYSTONE/v3
      username: $user
      password: $PASS
      project_name: $project
      user_domain_name: Default
      project_domain_name: Default
X
        done
    } >"$LAB/clouds.yaml" <<X
lab lab lab
lab-other lab-other lab-other
lab-admin admin admin
X
}
