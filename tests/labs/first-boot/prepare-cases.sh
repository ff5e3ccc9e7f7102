# shellcheck shell=bash
# Cases of strata-prepare: what it installs, refuses, takes up again and leaves alone. Sourced by smoke.

# fresh NAME ENVIRONMENT [POOL]: a root to which cloud-init has applied the user data.
fresh() {
    root "$1"
    check "cloud-init applies the user data of $2" first_boot "$(user_data "$2" "${3:-server}")"
}

requested() { grep -cE "$1" "$LAB/requests"; } # PATTERN
installed() { [ -x "$ROOT/usr/local/bin/rke2" ] && [ -e "$ROOT/usr/local/lib/systemd/system/rke2-server.service" ]; }
nothing_installed() {
    [ ! -e "$ROOT/var/lib/strata/prepared" ] && [ -z "$(find "$ROOT"/usr/local "$ROOT"/opt -name 'rke2*' 2>/dev/null)" ] &&
        [ -z "$(find "$ROOT/var/lib/strata/downloads" "$ROOT/var/lib/rancher" -name 'rke2*' 2>/dev/null)" ]
}
boot_hash() {
    grep -qF "strata/boot-hash=$(sha256sum <"$1" | cut -c 1-16)" "$ROOT/etc/rancher/rke2/config.yaml.d/40-boot.yaml"
}
enabled() { [ -L "$ROOT/etc/systemd/system/multi-user.target.wants/$1" ]; }
mode() { [ "$(stat -c '%a %u:%g' "$ROOT$2")" = "$1" ]; }

case_right_checksum() {
    fresh right_checksum good
    check "cloud-init enables strata-prepare" enabled strata-prepare.service
    check "cloud-init enables strata-start.path" enabled strata-start.path
    check "it succeeds" prepare
    check "it says what it did" says "$OUT" 'Prepared: RKE2 v1.35.7+rke2r1 is installed and verified, and not started.'
    check "RKE2 is installed" installed
    check "RKE2 is not enabled" not enabled rke2-server.service
    check "the boot hash is that of the tree's file" boot_hash "$(user_data good)"
    check "its file is root's alone" mode '600 0:0' /etc/rancher/rke2/config.yaml.d/40-boot.yaml
    check "etcd is a user without a shell" grep -qE '^etcd:x:[0-9]+:[0-9]+:etcd user:.*:/sbin/nologin$' "$ROOT/etc/passwd"
    check "etcd is a group" grep -q '^etcd:' "$ROOT/etc/group"
    check "kernel settings are there" grep -q '^kernel.panic_on_oops=1$' "$ROOT/etc/sysctl.d/60-rke2-cis.conf"
    check "the site's certificate is trusted" trusted
    check "nothing is left of the download" test ! -e "$ROOT/var/lib/strata/downloads"
    check "nothing secret is on the disk" nothing_secret
    second_run
}

trusted() {
    local body
    body=$(sed -n 2p "$TOP/environments/sites/files/site-ca.pem")
    grep -qF "$body" "$ROOT/etc/ssl/certs/ca-certificates.crt"
}
nothing_secret() { ! grep -rqF strata-marker-of-a-secret "$LAB/cases/right_checksum/upper"; }

unmarked() { grep -v var/lib/strata/prepared "$LAB/$1"; }

# A second run changes nothing: by the mark that all is done, and without it by what it finds.
second_run() {
    state >"$LAB/before"
    check "a second run succeeds" prepare
    state >"$LAB/after"
    check "it changes no file" diff "$LAB/before" "$LAB/after"
    rm "$ROOT/var/lib/strata/prepared"
    : >"$LAB/requests"
    check "a run without the mark succeeds" prepare
    state >"$LAB/after"
    check "it changes nothing but the mark" diff <(unmarked before) <(unmarked after)
    check "it fetches nothing" test ! -s "$LAB/requests"
}

case_agent() {
    fresh agent good general
    check "it succeeds" prepare
    check "RKE2 is installed" installed
    check "an agent has no etcd user" not grep -q '^etcd:' "$ROOT/etc/passwd"
}

case_wrong_checksum() {
    fresh wrong_checksum wrong
    check "it fails" not prepare
    check "it says what came" says "$OUT" 'is not the file of the release: its SHA-256 is'
    check "it says what was expected" says "$OUT" "expected was $(awk '/linux-amd64.tar.gz/ { print $1 }' "$RELEASE/sha256sum-amd64.txt")"
    check "it says from where" says "$OUT" "/wrong/rke2.linux-amd64.tar.gz"
    check "nothing is installed, the file is removed" nothing_installed
}

case_list_of_the_release() {
    fresh list unpinned
    check "it succeeds" prepare
    check "it says that the list is believed" says "$OUT" 'lock.yaml pins no checksum of rke2.linux-amd64.tar.gz: the list beside it is believed.'
    check "RKE2 is installed" installed
    fresh list_wrong unpinned-wrong
    check "a file that is not as listed is refused" not prepare
    check "nothing is installed" nothing_installed
}

case_other_version() {
    fresh other_version unpinned-other
    check "it fails" not prepare
    check "it names both versions" says "$OUT" 'holds RKE2 v1.35.7+rke2r1, but v1.35.6+rke2r1 is wanted. Nothing is installed.'
    check "no program is installed" test ! -e "$ROOT/usr/local/bin/rke2"
}

case_cut_download() {
    : >"$LAB/requests"
    fresh cut_download cut
    check "it succeeds" prepare
    check "it says that it goes on" says "$OUT" 'broke off'
    check "the server is asked for the rest alone" requested '^direct /cut/rke2.linux-amd64.tar.gz bytes=[1-9][0-9]*- 206$'
    check "RKE2 is installed" installed
    # What was cut off before this run, from a server that cannot go on.
    fresh cut_plain plain
    mkdir -p "$ROOT/var/lib/strata/downloads"
    head -c 1000 "$RELEASE/rke2.linux-amd64.tar.gz" >"$ROOT/var/lib/strata/downloads/rke2.linux-amd64.tar.gz.part"
    check "a server without ranges is asked from the beginning" prepare
    check "RKE2 is installed" installed
    # More is there than the file has.
    fresh cut_long good
    mkdir -p "$ROOT/var/lib/strata/downloads"
    head -c 9000000 /dev/zero >"$ROOT/var/lib/strata/downloads/rke2.linux-amd64.tar.gz.part"
    check "too much from before is thrown away" prepare
}

case_busy_server() {
    fresh busy busy
    check "a server that is busy at first is asked again" prepare
    check "it says why" says "$OUT" '503'
    fresh gone good
    sed -i 's|/good/rke2|/good/gone/rke2|' "$ROOT/usr/local/sbin/strata-prepare"
    check "a file that is not there is no reason to wait" not prepare
    check "it says so" says "$OUT" 'the server answers 404.'
}

case_proxy() {
    : >"$LAB/requests"
    fresh proxy proxied
    check "without a proxy the origin cannot be reached" not inside -- curl --noproxy '*' --silent http://release.invalid/rke2.linux-amd64.tar.gz
    check "it succeeds" prepare
    check "the proxy was asked" requested '^proxy http://release.invalid/rke2.linux-amd64.tar.gz - 200$'
    check "RKE2 is installed" installed
    check "RKE2 gets the proxy too" grep -q '^CONTAINERD_HTTPS_PROXY=http://127.0.0.1' "$ROOT/etc/default/rke2-server"
    check "the cluster's own ranges are excepted" grep -q '^NO_PROXY=.*10.42.0.0/16,10.43.0.0/16' "$ROOT/etc/default/rke2-server"
}

case_airgap() {
    fresh airgap airgap
    check "it needs no network" prepare --private-network --bind-ro="$RELEASE:/srv/release"
    check "RKE2 is installed" installed
    check "the images are there" test -s "$ROOT/var/lib/rancher/rke2/agent/images/rke2-images-core.linux-amd64.tar.zst"
    fresh airgap_empty airgap
    check "without the folder it fails" not prepare --private-network
    check "it says what cannot be read" says "$OUT" '/srv/release/rke2.linux-amd64.tar.gz cannot be read.'
}

case_image() {
    fresh image image
    check "an image without RKE2 is refused" not prepare --private-network
    check "it says so" says "$OUT" 'the image has no RKE2'
    printf '#!/bin/sh\necho "rke2 version v1.34.1+rke2r1 (other)"\n' >"$ROOT/usr/bin/rke2"
    chmod 755 "$ROOT/usr/bin/rke2"
    check "an image with another version is refused" not prepare --private-network
    check "it names both" says "$OUT" '/usr/bin/rke2 of the image is RKE2 v1.34.1+rke2r1, but v1.35.7+rke2r1 is wanted'
    sed -i 's/v1.34.1/v1.35.7/' "$ROOT/usr/bin/rke2"
    check "an image with the right one is taken" prepare --private-network
    check "nothing is installed beside it" test ! -e "$ROOT/usr/local/bin/rke2"
}

case_mounted_prefix() {
    fresh mounted good
    mkdir -p "$LAB/cases/mounted/local"
    cp -a "$ROOT/usr/local/." "$LAB/cases/mounted/local"
    check "it succeeds" prepare --bind="$LAB/cases/mounted/local:/usr/local"
    check "RKE2 is below /opt/rke2" test -x "$ROOT/opt/rke2/bin/rke2"
    check "its unit is where systemd looks, and knows the place" grep -q '^ExecStart=/opt/rke2/bin/rke2 server' "$ROOT/etc/systemd/system/rke2-server.service"
    check "nothing is below /usr/local" test ! -e "$LAB/cases/mounted/local/bin/rke2"
}

case_running_version() {
    fresh running good
    printf '#!/bin/sh\necho "rke2 version v1.36.0+rke2r1 (newer)"\n' >"$ROOT/usr/local/bin/rke2"
    chmod 755 "$ROOT/usr/local/bin/rke2"
    mkdir -p "$ROOT/etc/systemd/system/multi-user.target.wants"
    cp "$HERE/stand-in/rke2-server.service" "$ROOT/etc/systemd/system"
    ln -s ../rke2-server.service "$ROOT/etc/systemd/system/multi-user.target.wants/rke2-server.service"
    check "it succeeds" prepare
    check "an upgraded RKE2 is left alone" grep -q 'v1.36.0' "$ROOT/usr/local/bin/rke2"
}

# --- the volume of etcd, on loop devices ------------------------------------------------------------------

# disk NAME: an empty disk of 400 MB; $DISK is its device.
disk() {
    truncate -s 400M "$LAB/$1.disk"
    DISK=$(losetup --find --show "$LAB/$1.disk")
}
undisk() {
    local device file
    while read -r device file; do
        case $file in "$LAB"/*) losetup --detach "$device" ;; esac
    done < <(losetup --list --noheadings --output NAME,BACK-FILE)
    rm -f "$LAB"/*.disk
}

# The kernel calls these disks `loop`; a host's own disks must not be seen, and are not: only ours are listed.
with_disks() { # DEVICE...
    local options=() device
    printf '#!/bin/sh\ncase $* in *--nodeps*) printf "%%s disk\\n" %s ;; *) exec /usr/bin/lsblk "$@" ;; esac\n' "$*" >"$ROOT/usr/local/bin/lsblk"
    chmod 755 "$ROOT/usr/local/bin/lsblk"
    for device in "$@"; do options+=(--bind="$device"); done
    prepare --private-network --bind-ro="$RELEASE:/srv/release" "${options[@]}"
}

case_etcd_volume() {
    local first second
    if ! disk probe; then
        printf 'SKIPPED the volume of etcd: no loop device here\n'
        return
    fi
    undisk
    fresh volume volume
    check "without a disk it fails" not with_disks
    check "it says so" says "$OUT" 'no empty disk is attached for etcd'
    disk first
    first=$DISK
    disk second
    second=$DISK
    check "with two empty disks it fails" not with_disks "$first" "$second"
    check "it names both" says "$OUT" "several empty disks are attached ($first $second)"
    printf 'data' | dd of="$second" bs=1 seek=5000 conv=notrunc status=none
    check "a disk that holds anything is no choice: the other is taken" with_disks "$first" "$second"
    check "it has the label" test "$(blkid -p -s LABEL -o value "$first")" = strata-etcd
    check "the other is as it was" test "$(dd if="$second" bs=1 skip=5000 count=4 status=none)" = data
    check "it is mounted by its label at every boot" grep -q '^LABEL=strata-etcd /var/lib/rancher/rke2/server/db auto defaults,nofail' "$ROOT/etc/fstab"
    rm "$ROOT/var/lib/strata/prepared"
    cp "$ROOT/etc/fstab" "$LAB/fstab"
    check "a second run finds it" with_disks "$first" "$second"
    check "and formats nothing" not says "$OUT" 'becomes the volume'
    check "and adds nothing to fstab" cmp "$LAB/fstab" "$ROOT/etc/fstab"
    undisk
}
