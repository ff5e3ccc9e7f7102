# shellcheck shell=bash
# Cases of the start condition, with a real systemd: the root is booted as a container without network, cloud-init applies the
# user data at its boot as on a server, and its units install RKE2 from a folder. Sourced by smoke.

RKE2_SEEN=var/log/stand-in
TOKEN='K10strata-marker-of-a-secret::server:token'

# deliver: what the node channel puts on the host before the list, as root's, a secret with mode 600.
deliver() {
    local file
    mkdir -p "$ROOT/etc/strata" "$ROOT/etc/rancher/rke2/config.yaml.d"
    rm -f "$ROOT/etc/rancher/rke2/token"
    (
        umask 077
        printf '%s\n' "$TOKEN" >"$ROOT/etc/rancher/rke2/token"
    )
    printf 'token-file: /etc/rancher/rke2/token\n' >"$ROOT/etc/rancher/rke2/config.yaml.d/10-pool.yaml"
    printf 'node-name: lab\n' >"$ROOT/etc/rancher/rke2/config.yaml.d/20-node.yaml"
    printf 'server: https://10.20.0.8:9345\n' >"$ROOT/etc/strata/join.yaml"
    for file in config.yaml.d/10-pool.yaml config.yaml.d/20-node.yaml; do chmod 600 "$ROOT/etc/rancher/rke2/$file"; done
}

# list: the list of it all, beside its place; `mv` puts it there in one piece.
list() {
    {
        printf -- '-  /etc/rancher/rke2/token\n'
        (cd "$ROOT" && sha256sum etc/rancher/rke2/config.yaml.d/{10-pool,20-node}.yaml etc/strata/join.yaml | sed 's|  |  /|')
    } >"$ROOT/etc/strata/delivered.new"
}
put_list() { mv "$ROOT/etc/strata/delivered.new" "$ROOT/etc/strata/delivered"; }

# answered BEFORE: strata-start has run once more.
runs() { in_container systemctl show --property=InvocationID --value strata-start.service; }
answered() { [ "$(runs)" != "$1" ] && in_container systemctl show --property=ActiveState --value strata-start.service | grep -qE '^(failed|inactive)$'; }
# redeliver: the list again; waits until strata-start has judged it.
redeliver() {
    local before
    before=$(runs)
    list
    put_list
    await 15 answered "$before"
}

starts() { find "$ROOT/$RKE2_SEEN" -mindepth 1 -maxdepth 1 2>/dev/null | wc -l; }
ready() { [ -e "$ROOT/$RKE2_SEEN/$1/ready" ] && in_container systemctl is-active --quiet "$2"; } # START UNIT
joined() { grep -qrs '^server: https://10.20.0.8:9345$' "$ROOT/$RKE2_SEEN/$1/config/config.yaml.d"; }
begun() { [ -d "$ROOT/$RKE2_SEEN/$1" ] && ! grep -qrs '^server:' "$ROOT/$RKE2_SEEN/$1/config"; }
started_nothing() { [ "$(starts)" = 0 ] && ! enabled "$1"; } # UNIT
order() { in_container sh -c 'mkdir -p /run/strata && : >/run/strata/initialise'; }
ordered() { in_container test -e /run/strata/initialise; }
said() { journal "$1" | grep -qF -- "$2"; } # UNIT TEXT
rule() { grep -q '^server:' "$ROOT/etc/rancher/rke2/config.yaml.d/30-join.yaml"; }
main_pid() { in_container systemctl show --property=MainPID --value "$1"; }

# node NAME POOL: a host that has booted and is prepared.
node() {
    root "$1"
    seed "$(user_data airgap "$2")"
    check "the host boots" boot
    check "it prepares itself" await 60 test -e "$ROOT/var/lib/strata/prepared"
}

case_start_only_when_all_is_delivered() {
    node conditions server
    check "the journal says what was done" said strata-prepare 'Prepared: RKE2 v1.35.7+rke2r1 is installed and verified, and not started.'
    check "cloud-init sets the time servers" grep -q 10.0.0.1 "$ROOT/etc/systemd/timesyncd.conf.d/cloud-init.conf"
    check "RKE2 is not started" started_nothing rke2-server.service
    redeliver_then "a missing file" rm "$ROOT/etc/strata/join.yaml" -- '/etc/strata/join.yaml is not there.'
    redeliver_then "another file" sed -i 's/lab/lob/' "$ROOT/etc/rancher/rke2/config.yaml.d/20-node.yaml" -- '20-node.yaml is not the file that was delivered'
    redeliver_then "an empty secret" truncate -s 0 "$ROOT/etc/rancher/rke2/token" -- '/etc/rancher/rke2/token is empty.'
    redeliver_then "a secret that others may read" chmod 644 "$ROOT/etc/rancher/rke2/token" -- "must be root's with mode 600, but is: root 644."
    redeliver_then "a secret of another user" chown 1000 "$ROOT/etc/rancher/rke2/token" -- "must be root's with mode 600, but is:"
    half_list
    deliver
    redeliver
    check "when all is there, RKE2 is started" await 15 ready 0 rke2-server.service
    check "and enabled" enabled rke2-server.service
    check "without an order it joins" joined 0
    check "with what was delivered" grep -q "$TOKEN" "$ROOT/$RKE2_SEEN/0/config/token"
    check "as a server" grep -qx server "$ROOT/$RKE2_SEEN/0/arguments"
    check "with the boot hash" grep -q "boot-hash=$(sha256sum <"$(user_data airgap)" | cut -c 1-16)" "$ROOT/$RKE2_SEEN/0/config/config.yaml.d/40-boot.yaml"
    changed_delivery
}

# redeliver_then WHAT COMMAND... -- TEXT: all is delivered and listed, then spoilt before the list says so: not started.
redeliver_then() {
    local what=$1 spoil=() before
    shift
    while [ "$1" != -- ]; do
        spoil+=("$1")
        shift
    done
    deliver
    before=$(runs)
    # The list is made of what is right, and put there after the damage.
    list
    "${spoil[@]}"
    put_list
    check "$what is noticed" await 15 answered "$before"
    check "the journal names it" said strata-start "$2"
    check "RKE2 is not started" started_nothing rke2-server.service
}

# A list that was cut off.
half_list() {
    local before
    deliver
    before=$(runs)
    printf -- '-  /etc/rancher/rke2/token\n' >"$ROOT/etc/strata/delivered"
    check "half a list is noticed" await 15 answered "$before"
    check "the journal says so" said strata-start '/etc/strata/delivered does not name /etc/strata/join.yaml.'
    check "RKE2 is not started" started_nothing rke2-server.service
}

# What is delivered later does not restart RKE2.
changed_delivery() {
    local pid
    pid=$(main_pid rke2-server)
    printf 'node-name: other\n' >"$ROOT/etc/rancher/rke2/config.yaml.d/20-node.yaml"
    redeliver
    check "a changed file restarts nothing" test "$(main_pid rke2-server) $(starts)" = "$pid 1"
    check "the journal says so" said strata-start 'RKE2 has been started before; it is left alone.'
    in_container systemctl stop rke2-server
    redeliver
    check "what an operator stopped is left alone" not in_container systemctl is-active --quiet rke2-server
}

case_first_server() {
    node first server
    in_container touch /run/stand-in-fails
    deliver
    order
    redeliver
    check "the first start is without a cluster to join" await 15 begun 0
    check "it fails, and is tried again" await 20 test -d "$ROOT/$RKE2_SEEN/1"
    check "as a first start" begun 1
    check "the order is still there" ordered
    in_container rm /run/stand-in-fails
    check "then it is ready" await 20 in_container systemctl is-active --quiet rke2-server
    last=$(($(starts) - 1))
    check "again as a first start" begun "$last"
    check "the order was there until it was ready" test -e "$ROOT/$RKE2_SEEN/$last/ordered"
    check "then the order is used up" await 5 not ordered
    check "and the rule to join is in place" rule
    check "the journal says so" said rke2-server 'The cluster has begun'
    later_starts
}

# last: set by the case above, the newest start.
later_starts() {
    in_container systemctl restart rke2-server
    check "a restart joins" joined $((last + 1))
    order
    in_container systemctl restart rke2-server
    check "an order on a server with data is refused" said rke2-server 'REFUSED: the order to begin a cluster, because /var/lib/rancher/rke2/server/db/etcd holds the data of one.'
    check "and taken away" not ordered
    check "then it starts as ever" await 20 ready $((last + 2)) rke2-server
    check "joining" joined $((last + 2))
    check "the host is shut down" shut
    check "and boots" boot
    check "RKE2 starts at boot" await 20 ready $((last + 3)) rke2-server
    check "joining" joined $((last + 3))
    in_container systemctl start strata-start
    check "once" test "$(starts)" = $((last + 4))
}

case_other_nodes() {
    node agent general
    in_container systemctl start --no-block rke2-agent
    check "an agent without a cluster to join refuses" await 15 said rke2-agent 'REFUSED: there is no /etc/strata/join.yaml'
    check "RKE2 did not run" started_nothing rke2-agent.service
    in_container systemctl stop rke2-agent
    deliver
    redeliver
    check "when all is there, it is started" await 15 ready 0 rke2-agent
    check "joining" joined 0
    check "as an agent" grep -qx agent "$ROOT/$RKE2_SEEN/0/arguments"
    check "the host is shut down" shut
    unmount "$ROOT"
    node other server
    in_container systemctl start --no-block rke2-server
    check "a server with neither refuses" await 15 said rke2-server 'REFUSED: there is no /etc/strata/join.yaml: neither an order'
    check "RKE2 did not run" started_nothing rke2-server.service
}

# Delivered before the host is prepared: the end of preparing is noticed too.
case_early_delivery() {
    root early
    seed "$(user_data airgap)"
    deliver
    list
    put_list
    check "the host boots" boot
    check "RKE2 is started when the host is prepared" await 60 ready 0 rke2-server
    check "joining" joined 0
}
