//! Ports of the control plane, <https://docs.rke2.io/install/requirements>.

/// The Kubernetes API.
pub(super) const API_SERVER: u16 = 6443;
/// RKE2's supervisor, where nodes join.
pub(super) const SUPERVISOR: u16 = 9345;

/// SSH, etcd, API, supervisor, kubelet: not for everybody without a word. First and last port of each.
const ADMINISTRATION: [(u16, u16); 5] = [(22, 22), (2379, 2381), (API_SERVER, API_SERVER), (SUPERVISOR, SUPERVISOR), (10250, 10250)];

/// Whether a range of ports touches one of administration.
pub(super) fn is_administration((from, to): (u16, u16)) -> bool {
    ADMINISTRATION.iter().any(|(first, last)| from <= *last && *first <= to)
}
