//! The key of Ceph's user, as the driver reads it since 3.14: `userID`, `userKey`.

use std::collections::BTreeMap;

use super::CEPH_SECRET;
use crate::model::Input;
use crate::model::cluster_secrets::{ClusterSecret, Part};

/// Ceph's user, where there is CephFS.
pub(in crate::model) fn secrets(input: &Input) -> Vec<ClusterSecret> {
    let secret = input.environment.storage.cephfs.as_ref().map(|cephfs| ClusterSecret {
        namespace: "ceph-csi",
        name: CEPH_SECRET.to_owned(),
        labels: BTreeMap::new(),
        data: vec![
            ("userID".to_owned(), vec![Part::text(cephfs.credentials.user_id.as_str())]),
            ("userKey".to_owned(), vec![Part::Secret(cephfs.credentials.key.secret.value.clone())]),
        ],
        purpose: "the driver of CephFS: makes volumes, and mounts them on nodes".to_owned(),
    });
    secret.into_iter().collect()
}
