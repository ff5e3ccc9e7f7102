//! Findings of `strata lock`: what the cloud or the release of RKE2 answered.

codes! {
    CLOUDS_FILE = Error "clouds-file": "a `clouds.yaml` that cannot be used",
        "`strata lock` and `strata apply` sign in with an entry of `clouds.yaml`, as the `openstack` command does: the file that `OS_CLIENT_CONFIG_FILE` names, else `./clouds.yaml`, `~/.config/openstack/clouds.yaml` or `/etc/openstack/clouds.yaml`, with `secure.yaml` beside it. strata never repeats what stands in it, because passwords stand in it. Machines without access to the cloud can still lock the release: `strata lock NAME --only rke2`.",
        "openstack/openstacksdk, doc/source/user/config/configuration.rst";
    UNKNOWN_CLOUD = Error "unknown-cloud": "`clouds.yaml` has no such entry",
        "`openstack.cloud` is the name of an entry under `clouds:` in `clouds.yaml`. The file is each person's own, so agree on the name of the entry in the team, or name it in the site file that environments extend.",
        "openstack/openstacksdk, doc/source/user/config/configuration.rst";
    CLOUD_UNREACHABLE = Error "cloud-unreachable": "the cloud does not answer",
        "No connection to the API came about, or none that lasted. Usual causes: the VPN is down, a proxy stands between (`HTTPS_PROXY`, `NO_PROXY`), `auth_url` in `clouds.yaml` is wrong, or the cloud's certificate comes from a CA that this machine does not know (`cacert` in `clouds.yaml`). Nothing was changed in `lock.yaml`.",
        "openstack/openstacksdk, doc/source/user/config/configuration.rst";
    CLOUD_LOGIN = Error "cloud-login": "the cloud refuses the credentials",
        "Keystone answered and did not let you in: user, password, domain or project of the `clouds.yaml` entry are wrong, an application credential has expired, or the account is locked. Try `openstack --os-cloud NAME token issue`. strata understands `password` and `v3applicationcredential`, and tokens.",
        "openstack/keystone, api-ref/source/v3/authenticate-v3.inc";
    UNKNOWN_REGION = Error "unknown-region": "the cloud has no such region",
        "`openstack.region`, or else `region_name` in `clouds.yaml`, chooses among the endpoints of the cloud's catalog. A region that is in no endpoint would look like a cloud without any service. `openstack catalog list` shows regions.",
        "openstack/keystone, api-ref/source/v3/service-catalog.inc";
    MISSING_SERVICE = Error "missing-service": "the cloud lacks a service that strata needs",
        "strata needs Keystone, Nova, Neutron, Cinder, Glance, Heat and Octavia. The cloud's catalog has no endpoint for this one in the region and for the interface that `clouds.yaml` asks for. Ask who runs the cloud whether it is offered elsewhere, or under another region.",
        "openstack/service-types-authority, service-types.yaml";
    FORBIDDEN_CALL = Error "forbidden-call": "the cloud forbids a call",
        "You are signed in, and the cloud's policy does not let your roles make this call. Heat needs `heat_stack_owner` in many clouds, Octavia `load-balancer_member`; both come from who runs the cloud. `openstack role assignment list --user YOU --project PROJECT --names` shows what you have.",
        "openstack/octavia, doc/source/configuration/policy.rst";
    CLOUD_ANSWER = Error "cloud-answer": "the cloud answers something unexpected",
        "A service answered with an error of its own, or with something that is not its API, such as the page of a proxy. The text that it sent is shown. Nothing was changed in `lock.yaml`; try again, and if it stays, tell who runs the cloud.",
        "https://docs.openstack.org/api-guide/compute/faults.html";
    IMAGE_NOT_IN_CLOUD = Error "image-not-in-cloud": "an image that the cloud lacks",
        "Nodes boot from this image; its name is pinned to an id in `lock.yaml`. Your project sees public images, its own, shared ones that it has accepted, and community images. `openstack image list` shows them.",
        "openstack/glance, doc/source/user/statuses.rst";
    AMBIGUOUS_NAME = Error "ambiguous-name": "several things of one name",
        "Names are not unique in OpenStack, and Heat refuses one that is not. Which of them is meant would change from one day to the next. Rename one, or hide an old image (`openstack image set --hidden ID`); networks, subnets and routers may be named by their id in the environment.",
        "openstack/heat, heat/engine/clients/os/neutron.py";
    PINNED_IMAGE_GONE = Error "pinned-image-gone": "the pinned image is no longer in the cloud",
        "`lock.yaml` pins the image's name to an id, so that a newer image of the same name changes nothing until somebody asks. The pinned one was deleted or deactivated: running nodes go on (their volumes are copies), and no node can be made or replaced. `strata lock NAME --upgrade` pins the image that has the name now; with boot volumes that is a replacement of each node, one at a time: `strata plan` shows it.",
        "openstack/glance, doc/source/user/statuses.rst";
    NEWER_IMAGE = Warning "newer-image": "the name now stands for another image",
        "The cloud has an image of this name that is not the pinned one, usually a newer build. The pinned one is still there and stays in use. `strata lock NAME --upgrade` takes the newer one; each node is then replaced, one at a time: `strata plan` shows it.",
        "openstack/glance, doc/source/user/identifiers.rst";
    FLAVOR_NOT_IN_CLOUD = Error "flavor-not-in-cloud": "a flavor that the cloud lacks",
        "A server of a flavor that your project cannot see fails when Heat makes it, minutes into an apply. `openstack flavor list` shows the flavors of your project.",
        "openstack/nova, api-ref/source/flavors.inc";
    VOLUME_TYPE_NOT_IN_CLOUD = Error "volume-type-not-in-cloud": "a volume type that the cloud lacks",
        "A volume of this type fails when Heat makes it. `openstack volume type list` shows the types of your project.",
        "openstack/cinder, api-ref/source/v3/volumes-v3-types.inc";
    NETWORK_NOT_IN_CLOUD = Error "network-not-in-cloud": "a network, subnet or router that the cloud lacks",
        "What is named here is used and not made, so it has to be there, visible to your project. `openstack network list`, `openstack subnet list` and `openstack router list` show what your project sees; `externalNetwork` is one of `openstack network list --external`.",
        "openstack/neutron, doc/source/admin/config-rbac.rst";
    ADDRESS_NOT_IN_CLOUD = Error "address-not-in-cloud": "a floating address that the project lacks",
        "`publicAddress.ip` takes over an address that exists already, so that DNS records and other people's firewalls go on; it must belong to your project. Leave it out for a new one. `openstack floating ip list` shows what the project has.",
        "openstack/neutron-lib, api-ref/source/v2/floatingips.inc";
    ZONE_NOT_IN_CLOUD = Error "zone-not-in-cloud": "an availability zone that the cloud lacks",
        "Compute, volumes and balancers have zones of their own, which may have different names: `zones` maps a name of yours to one of each. `openstack availability zone list --compute`, `--volume`, and `openstack loadbalancer availabilityzone list` show them. A zone that is down counts as not there.",
        "openstack/nova, doc/source/admin/availability-zones.rst";
    PROVIDER_NOT_IN_CLOUD = Error "provider-not-in-cloud": "an Octavia provider that the cloud lacks",
        "Octavia makes balancers with one of the drivers that who runs the cloud has enabled. `openstack loadbalancer provider list` shows them.",
        "openstack/octavia, api-ref/source/v2/provider.inc";
    BALANCER_FLAVOR_NOT_IN_CLOUD = Error "balancer-flavor-not-in-cloud": "an Octavia flavor that the cloud lacks",
        "Octavia's flavors are made by who runs the cloud; the one that gives two amphorae has `loadbalancer_topology: ACTIVE_STANDBY` in its profile. `openstack loadbalancer flavor list` shows them. PREREQUISITES.md has the text to send.",
        "openstack/octavia, doc/source/admin/flavors.rst";
    HEAT_RESOURCE_MISSING = Error "heat-resource-missing": "Heat lacks a resource type that strata writes",
        "The templates use resource types that every Heat has unless its service is not in the cloud or who runs the cloud has disabled the type. `openstack orchestration resource type list` shows them.",
        "openstack/heat, doc/source/template_guide/openstack.rst";
    QUOTA_UNREAD = Warning "quota-unread": "a quota that cannot be read",
        "The cloud does not tell your project this part of its quota. strata then checks without it, and an apply may meet the limit half-way. Ask who runs the cloud, and write the numbers under `openstack.quota`.",
        "openstack/octavia, doc/source/configuration/policy.rst";
    RELEASE_UNREACHABLE = Error "release-unreachable": "the folder of the RKE2 release cannot be read",
        "`strata lock` reads the checksum file of the release, so that every node can check what it downloads. Behind a proxy set `HTTPS_PROXY`; without Internet set `kubernetes.artifacts.url` to a mirror or to a `file:///` folder with the release's files. A machine that cannot reach it can still lock the cloud: `strata lock NAME --only cloud`.",
        "rancher/rke2-docs, docs/install/airgap.md";
    RELEASE_NOT_FOUND = Error "release-not-found": "there is no such RKE2 release",
        "The server has no checksum file for this version: the version does not exist, or the mirror does not hold it yet. Releases are listed on https://github.com/rancher/rke2/releases. A mirror's URL is the folder that holds the files of this one release.",
        "rancher/rke2, install.sh";
    CHECKSUM_FILE = Error "checksum-file": "a checksum file that is none",
        "`sha256sum-amd64.txt` has lines of 64 hexadecimal digits, two characters and a file name. What came is something else: the page of a proxy, of a login, or an incomplete copy. strata takes nothing from it, because nodes trust what it pins.",
        "rancher/rke2, scripts/checksum";
    RELEASE_FILE_MISSING = Error "release-file-missing": "the release lacks a file that nodes need",
        "Every node needs the archive; with `artifacts.source: airgap` the images too. The checksum file does not list it, so no node could check it. Copy the whole release to the mirror.",
        "rancher/rke2-docs, docs/install/airgap.md";
    RELEASE_CHANGED = Error "release-changed": "the same release now has another checksum",
        "`lock.yaml` holds the checksum of a file of this version, and the server now says another one. A release never changes: either the mirror was filled wrongly, or somebody has put other files there. Do not go on before you know which. To take the new checksum after all, remove `rke2` from `lock.yaml` in a commit that says why, and lock again.",
        "https://slsa.dev/spec/v1.0/threats";
    CHART_UNREACHABLE = Error "chart-unreachable": "the repository of a chart does not answer",
        "`strata lock` downloads each chart once, to record its digest and the keys of its values. No connection came about, or the answer was an error. Charts come from their projects' own repositories unless `platform.chartRepository` or `platform.charts.NAME.repository` names a mirror of the site, `https://HOST/PATH` or `oci://HOST/PATH`. strata asks without an account. The old pin is kept.",
        "https://helm.sh/docs/topics/chart_repository/, https://helm.sh/docs/topics/registries/";
    CHART_NOT_FOUND = Error "chart-not-found": "a repository without that chart or version",
        "The repository answers, and has no chart of that name and version. Mirrors often hold a part of what their projects publish; some charts have a `v` before their version, others have none.",
        "https://helm.sh/docs/topics/chart_repository/";
    CHART_ARCHIVE = Error "chart-archive": "something that is no chart",
        "What came is no index, no manifest or no archive of a chart: a login page, another chart, a file that is far too large, or an archive with paths outside of its folder. Nothing of it was written anywhere, and the old pin is kept.",
        "https://helm.sh/docs/topics/charts/#the-chart-file-structure";
    CHART_DIGEST = Error "chart-digest": "an archive that is not the one that its repository names",
        "An index and a manifest name the SHA-256 of each archive. This one has another: it was cut off, changed on the way, or replaced by somebody who could not change the index.",
        "https://helm.sh/docs/topics/chart_repository/#the-index-file";
    CHART_CHANGED = Error "chart-changed": "a pinned chart that is another one today",
        "A version of a chart never changes; lock.yaml holds the SHA-256 of the archive that was reviewed. Today the repository gives another one under the same version. Find out who changed it before Argo CD installs it with full rights in the cluster.",
        "https://helm.sh/docs/topics/provenance/ (trap 83)";
}
