# shellcheck shell=bash disable=SC2034
# Shared by up, down and smoke: places, counting, roots and containers. Sourced, never run.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$HERE/../../.." && pwd)
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/strata-first-boot
LAB=${FIRST_BOOT_LAB_DIR:-/var/tmp/strata-first-boot}
SUITE=bookworm
# As in Debian's cloud images, as far as first boot meets it. python3-cffi-backend: debootstrap does not see through what
# cloud-init asks for.
PACKAGES=systemd,systemd-sysv,dbus,curl,ca-certificates,openssl,procps,kmod,iproute2,e2fsprogs,xfsprogs,systemd-timesyncd,python3-cffi-backend,cloud-init
BASE=$LAB/base
TARBALL=$CACHE/$SUITE-$(printf '%s' "$PACKAGES" | sha256sum | cut -c 1-12).tar.gz

say() { printf '%s\n' "first-boot: $*" >&2; }
die() {
    say "$*"
    exit 1
}

# --- counting ---------------------------------------------------------------------------------------------

passed=0 failed=0

# check WHAT COMMAND...: the command has to succeed.
check() {
    local what=$1
    shift
    if "$@" >"$LAB/check.log" 2>&1; then
        passed=$((passed + 1))
        printf "ok   %s\n" "$what"
    else
        failed=$((failed + 1))
        printf 'FAIL %s\n' "$what"
        sed 's/^/     | /' "$LAB/check.log" | tail -n 5
        printf '     | %s\n' "$*"
    fi
}
not() { ! "$@"; }
says() { grep -qF -- "$2" "$1"; } # FILE TEXT

# --- roots ------------------------------------------------------------------------------------------------

# root NAME: a fresh root over the common one, mounted at $ROOT. Its user data is given with `seed`.
root() {
    local case=$LAB/cases/$1
    ROOT=$case/root
    OUT=$case/out
    unmount "$ROOT"
    rm -rf "$case"
    mkdir -p "$ROOT" "$case/upper" "$case/work"
    mount -t overlay overlay -o "lowerdir=$BASE,upperdir=$case/upper,workdir=$case/work" "$ROOT"
}

unmount() {
    ! mountpoint -q "$1" || umount -R "$1"
}

# seed USER-DATA: cloud-init finds it as it finds Nova's, through its data source NoCloud.
seed() {
    mkdir -p "$ROOT/var/lib/cloud/seed/nocloud"
    cp "$1" "$ROOT/var/lib/cloud/seed/nocloud/user-data"
    printf 'instance-id: lab\nlocal-hostname: lab\n' >"$ROOT/var/lib/cloud/seed/nocloud/meta-data"
}

NSPAWN=(systemd-nspawn --quiet --register=no --keep-unit --resolv-conf=off --timezone=off --link-journal=no)

# without_systemd: no unit runs in a root that is not booted; apart from that systemctl does as in a chroot, where it enables
# units and starts none. (There it says of every unit that it is active.)
without_systemd() {
    cat >"$ROOT/usr/local/bin/systemctl" <<'END'
#!/bin/sh
[ "$1" != is-active ] || exit 3
for word; do
    shift
    [ "$word" = --now ] || set -- "$@" "$word"
done
SYSTEMD_OFFLINE=1 exec /usr/bin/systemctl "$@"
END
    chmod 755 "$ROOT/usr/local/bin/systemctl"
}

# inside [NSPAWN-OPTION...] -- COMMAND...: in the root, without a systemd; what it says is in $OUT.
inside() {
    local options=()
    while [ "$1" != -- ]; do
        options+=("$1")
        shift
    done
    shift
    "${NSPAWN[@]}" --pipe "${options[@]}" --directory="$ROOT" "$@" </dev/null >"$OUT" 2>&1
}

# first_boot USER-DATA: cloud-init itself lays down the files and runs the commands.
first_boot() {
    seed "$1"
    without_systemd
    # Time servers are for a booted host: there is no service to restart.
    inside --private-network -- /bin/sh -ec \
        'cloud-init init; cloud-init single --name runcmd; cloud-init modules --mode=final' || {
        tail -n 20 "$OUT"
        return 1
    }
}

prepare() { inside "$@" -- /usr/local/sbin/strata-prepare; }

# state: every file of the root with its checksum, mode, owner and time.
state() {
    (
        cd "$ROOT" || return
        find . -xdev -type f -printf '%P %m %u %T@\n' | grep -vE '^(run|tmp)/' | sort
        find . -xdev -type f -print0 | xargs -0 sha256sum | grep -vE '  \./(run|tmp)/' | sort -k 2
    )
}

# --- containers with a systemd of their own ---------------------------------------------------------------

# boot: boots the root without any network. LEADER is its process 1.
boot() {
    local nspawn
    "${NSPAWN[@]}" --boot --private-network --bind-ro="$RELEASE:/srv/release" --directory="$ROOT" \
        </dev/null >"$LAB/cases/console.log" 2>&1 8>&- &
    nspawn=$!
    printf '%s\n' "$nspawn" >"$LAB/nspawn.pid"
    LEADER=''
    await 30 leader "$nspawn"
    await 60 in_container systemctl is-system-running --wait
}
leader() {
    LEADER=$(pgrep -P "$1" -x systemd || pgrep -P "$1" -x init)
    [ -n "$LEADER" ]
}

in_container() { nsenter --target "$LEADER" --mount --uts --ipc --net --pid --root --wd "$@"; }

# shut: powers off, as an operator would.
shut() {
    local nspawn
    nspawn=$(cat "$LAB/nspawn.pid" 2>/dev/null) || return 0
    in_container systemctl poweroff >/dev/null 2>&1
    await 30 gone "$nspawn" || kill "$nspawn" 2>/dev/null
    rm -f "$LAB/nspawn.pid"
}
gone() { ! kill -0 "$1" 2>/dev/null; }

# await SECONDS COMMAND...: until it succeeds.
await() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.2
    done
}

journal() { # UNIT
    in_container journalctl --no-pager --output=cat --unit="$1"
}
