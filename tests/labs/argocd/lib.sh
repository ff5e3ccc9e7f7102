# shellcheck shell=bash disable=SC2034
# Shared by up, down and smoke: places, ports, versions, and how daemons are
# recorded, checked and stopped.  Sourced, never run.

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
HOME_LAB=${XDG_CACHE_HOME:-$HOME/.cache}/strata-argocd-lab
LAB=${ARGOCD_LAB_DIR:-$HOME_LAB}
case $LAB in /*) ;; *) LAB=$PWD/$LAB ;; esac
# The programs take minutes to build: all labs of a user share them.
BIN=$HOME_LAB/bin
RUN=$LAB/run LOG=$LAB/log ETC=$LAB/etc WEB=$LAB/web
KUBERNETES=$HERE/../kubernetes
KUBERNETES_HOME=${KUBERNETES_LAB_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/strata-kubernetes-lab}
KUBECTL=${XDG_CACHE_HOME:-$HOME/.cache}/strata-kubernetes-lab/bin/kubectl
NAMESPACE=argocd
PASS=lab # admin's; nothing listens off loopback

# Argo CD's version stands in go.mod; helm and kustomize are those of its image
# (hack/tool-versions.sh of that version).
HELM=v4.2.1 KUSTOMIZE=v5.8.1

# Below the ephemeral ports, so that no client's socket sits on one.
PORT=${ARGOCD_LAB_PORT:-27080}
P_SERVER=$PORT P_REPO=$((PORT + 1)) P_GATEWAY=$((PORT + 8)) P_REDIS=$((PORT + 9))
M_CONTROLLER=$((PORT + 2)) M_SERVER=$((PORT + 3)) M_REPO=$((PORT + 4))
A_METRICS=$((PORT + 5)) A_PROBE=$((PORT + 6)) A_WEBHOOK=$((PORT + 7))

DAEMONS=(redis gateway repo controller server applicationset)

say() { printf '%s\n' "argocd-lab: $*" >&2; }
die() {
    say "$*"
    exit 1
}

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }'; }

# Argo CD's daemons and the tools they call see this environment and no other.
clean_exec() {
    exec env -i PATH="$BIN:/usr/local/bin:/usr/bin:/bin" HOME="$LAB/home" TMPDIR="$LAB/tmp" \
        LANG=C.UTF-8 KUBECONFIG="$KUBECONFIG" "$@"
}

# With these a client takes every host for one of the gateway's.
gateway_env() {
    printf '%s\n' https_proxy="http://127.0.0.1:$P_GATEWAY" HTTPS_PROXY="http://127.0.0.1:$P_GATEWAY" \
        http_proxy="http://127.0.0.1:$P_GATEWAY" no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost \
        SSL_CERT_FILE="$ETC/ca.crt" GIT_SSL_CAINFO="$ETC/ca.crt"
}

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

# start NAME COMMAND...: in a session of its own, recorded in $RUN/NAME.pid.
start() {
    local name=$1
    shift
    # 9 is the caller's lock; a daemon must not hold it on.
    (clean_exec setsid "$@") </dev/null >>"$LOG/$name.log" 2>&1 9>&- &
    printf '%s %s\n' $! "$(proc_start $!)" >"$RUN/$name.pid"
}

stop() { # NAME: its process group, TERM, then KILL
    local pid start i
    [ -f "$RUN/$1.pid" ] || return 0
    read -r pid start <"$RUN/$1.pid" || true
    if alive "$1"; then
        kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || true
        for ((i = 0; i < 50; i++)); do
            alive "$1" || break
            sleep 0.1
        done
        kill -KILL -- "-$pid" 2>/dev/null || true
    fi
    rm -f "$RUN/$1.pid"
}

# wait_for SECONDS WHAT COMMAND...
wait_for() {
    local what=$2 limit=$1 end=$((SECONDS + $1))
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || {
            say "$what: not within $limit s (logs: $LOG)"
            return 1
        }
        sleep 0.2
    done
}

tcp() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
http_ok() { curl -fsS -m 5 --noproxy '*' -o /dev/null "http://127.0.0.1:$1"; }
k() { "$KUBECTL" --kubeconfig "$KUBECONFIG" --cache-dir "$LAB/kubectl-cache" -n "$NAMESPACE" "$@"; }
