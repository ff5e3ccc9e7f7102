# shellcheck shell=bash disable=SC2034
# Shared by up, down and smoke: places, ports, and how daemons are recorded,
# checked and stopped.  Sourced, never run.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
HOME_LAB=${XDG_CACHE_HOME:-$HOME/.cache}/strata-kubernetes-lab
LAB=${KUBERNETES_LAB_DIR:-$HOME_LAB}
case $LAB in /*) ;; *) LAB=$PWD/$LAB ;; esac
# The programs take half an hour to build: all labs of a user share them.
BIN=$HOME_LAB/bin
PKI=$LAB/pki RUN=$LAB/run LOG=$LAB/log

# Below the range from which the kernel takes outgoing ports, and none's usual.
PORT=${KUBERNETES_LAB_PORT:-26443}
P_API=$PORT P_ETCD=$((PORT + 1)) P_PEER=$((PORT + 2)) P_KCM=$((PORT + 3)) P_SCHED=$((PORT + 4))

DAEMONS=(etcd kube-apiserver kube-controller-manager kube-scheduler kwok)

# RKE2's networks.
POD_CIDR=10.42.0.0/16 SERVICE_CIDR=10.43.0.0/16

ADMIN=$LAB/kubeconfig
kc() { "$BIN/kubectl" --kubeconfig="$ADMIN" --cache-dir="$LAB/kubectl-cache" "$@"; }

say() { printf '%s\n' "kubernetes-lab: $*" >&2; }
die() {
    say "$*"
    exit 1
}

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }

# A pid file holds "PID STARTTIME".  The start time (field 22 of
# /proc/PID/stat) tells our process from a later one that got the same number.
proc_start() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    stat=${stat##*) }
    # shellcheck disable=SC2086
    set -- $stat
    [ "$1" != Z ] || return 1
    printf '%s\n' "${20}"
}

alive() { # NAME
    local pid start
    [ -f "$RUN/$1.pid" ] || return 1
    read -r pid start <"$RUN/$1.pid" || return 1
    [ "$(proc_start "$pid")" = "$start" ]
}

# start NAME ARGUMENTS...: $BIN/NAME in a session of its own, unless it runs.
start() {
    local name=$1 pid
    shift
    ! alive "$name" || return 0
    # 9 is up's lock; a daemon must not hold it on.
    env -i PATH="$PATH" HOME="$LAB" setsid "$BIN/$name" "$@" \
        </dev/null >>"$LOG/$name.log" 2>&1 9>&- &
    pid=$!
    printf '%s %s\n' "$pid" "$(proc_start "$pid")" >"$RUN/$name.pid"
}

stop_one() { # NAME
    local pid start i
    [ -f "$RUN/$1.pid" ] || return 0
    read -r pid start <"$RUN/$1.pid" || true
    if alive "$1"; then
        kill -TERM "$pid" 2>/dev/null || true
        for ((i = 0; i < 100; i++)); do
            alive "$1" || break
            sleep 0.1
        done
        ! alive "$1" || kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -f "$RUN/$1.pid"
}

# Wait until a command succeeds: wait_for SECONDS WHAT COMMAND...
wait_for() {
    local limit=$1 what=$2 end=$((SECONDS + $1))
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || die "$what: not ready in $limit s (logs: $LOG)"
        sleep 0.1
    done
}
