//! Findings about what stands beside the nodes: registries, secrets, times, and secrets where none may be.

codes! {
    HARBOR_INSIDE = Error "harbor-in-cluster": "the registry runs in the cluster that needs it, and there is no way around it",
        "With `fallback: false` nodes ask Harbor alone. When the cluster starts, after a power cut or an upgrade of all nodes, the images of its network, of its ingress and of Harbor itself have to come from Harbor, which is not there yet: nothing starts any more. With `fallback: true` nodes ask the registry behind the proxy when Harbor does not answer.",
        "k3s-io/k3s#7007, https://docs.rke2.io/install/private_registry (trap 66)";
    MIRROR_SELF = Error "mirror-of-itself": "a registry that is its own mirror",
        "containerd leaves out an endpoint that is the registry itself, and with it the rewrite to the proxy project: pulls by Harbor's own name go to Harbor anyway, under the name that is written. The entry would have no effect, or a loop.",
        "rancher/rke2#6889, https://docs.rke2.io/install/private_registry (trap 64)";
    REGISTRY_NAME = Error "registry-name": "something that is no registry",
        "A registry is the first part of an image's name: a host, with a port where it has another than 443. No scheme, no path, no tag. `docker.io` stands for names without any. An entry with more matches no image, and nodes ask the registry itself without a word.",
        "https://docs.rke2.io/install/private_registry, distribution/reference";
    HARBOR_PROJECT = Error "harbor-project": "a name that Harbor refuses for a project",
        "Projects of Harbor have 1 to 255 lower-case letters and digits, with single `.`, `-` or `_` between them. Digits alone would be a project's number in Harbor's API. A longer path is a repository in a project, which a proxy project cannot be.",
        "goharbor/harbor src/controller/project and src/common/utils (project names)";
    HARBOR_URL = Error "harbor-url": "an address at which Harbor cannot be asked",
        "The address is `https://HOST` or `https://HOST:PORT`. A path would become a part of each image's name; another scheme is none that containerd speaks. `http:` sends the robot's password and the images in the clear.",
        "https://docs.rke2.io/install/private_registry";
    SECRET_SOURCE = Error "secret-source": "a secret that is read from nowhere, or from two places",
        "Each secret has exactly one source: `env`, a variable of who runs `apply`; `file`, a file outside the repository; or `barbican`, a secret of OpenStack. With none there is nothing to read, with two nobody knows which one holds.",
        "design.md section 3";
    SECRET_UNUSED = Warning "secret-unused": "a secret that nobody uses",
        "Nothing of the environment names it, so `apply` never reads it. Often the reference was removed or misspelt and the secret forgotten: it then stays valid, known to whoever could read it, and is left out when others are rotated. In a file that several environments extend, declare it in those that use it.",
        "design.md section 3 (trap 58)";
    TOKENS_EQUAL = Error "tokens-equal": "agents that could join as servers",
        "The server token lets a machine join etcd, decrypts its snapshots and so opens every Secret of the cluster. Agents have a token of their own, so that a taken-over agent has not the other one. Two names for one value, or one name for both, takes that away.",
        "https://docs.rke2.io/security/token (trap 60)";
    SCHEDULE = Error "schedule": "a time that is none",
        "A schedule has five fields: minute (0-59), hour (0-23), day of month (1-31), month (1-12), day of week (0-6, 0 is Sunday). Each is `*`, a number, a range, a list of these, with `/STEP`. RKE2 reads it when a server starts and stops at anything else, at the next restart and not when it is written.",
        "https://docs.rke2.io/datastore/backup_restore, robfig/cron v3 (ParseStandard)";
    SNAPSHOTS_KEPT = Error "snapshots-none-kept": "snapshots that are all thrown away",
        "`keep` is how many snapshots each server holds; the oldest goes when one more is made. With 0 there is nothing to restore from.",
        "https://docs.rke2.io/datastore/backup_restore";
    WINDOW = Error "maintenance-window": "a window that never opens or never closes",
        "A window opens on each of its days at `start` and stays open for `duration`, more than nothing and less than a day: the next one would begin before it ends. For more time name more days, or leave the windows out: then changes happen by hand, at any time.",
        "design.md section 6, rancher/system-upgrade-controller (window)";
    TIME_ZONE = Error "time-zone": "a time zone that does not exist",
        "Time zones have the names of IANA's database: `Europe/Rome`, `UTC`. An abbreviation such as `CET` has no summer time or means several places, and a name that no program knows would be taken for UTC: maintenance an hour or two away from when it was agreed.",
        "https://www.iana.org/time-zones";
    SECRET_IN_TEXT = Error "secret-in-text": "a secret where everybody can read it",
        "What is written in an environment is committed, reviewed and copied; what is generated from it lies beside it, on nodes and in the metadata service. The text has the form of a private key, a token or a password. Count it as known to others: make a new one, take the old one back, name it under `secrets`, and write `{secret: NAME}`. strata never shows the value, and compiles nothing while it is there.",
        "https://docs.openstack.org/nova/latest/user/metadata.html, Argo CD docs/user-guide/source-hydrator.md (traps 60 and 61)";
}
