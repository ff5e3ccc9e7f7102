//! Secrets that ingress and certificates need: what octavia-ingress-controller is told late, and the key of the site's CA.

use std::collections::BTreeMap;

use crate::model::Input;
use crate::model::cluster_secrets::{ClusterSecret, Late, Part};

/// The consumer of the application credential.
const CONSUMER: &str = "octavia-ingress";

pub(in crate::model) fn secrets(input: &Input) -> Vec<ClusterSecret> {
    [octavia(input), ca(input)].into_iter().flatten().collect()
}

fn octavia(input: &Input) -> Option<ClusterSecret> {
    let octavia = input.environment.ingress.octavia.as_ref()?;
    let late = |key: &str, late| (key.to_owned(), vec![Part::Late(late)]);
    let mut data = vec![
        late("application-credential-id", Late::CredentialId(CONSUMER)),
        late("application-credential-secret", Late::CredentialSecret(CONSUMER)),
        late("subnet-id", Late::Subnet),
    ];
    data.extend((!octavia.internal.value).then(|| late("floating-network-id", Late::ExternalNetwork)));
    Some(ClusterSecret {
        namespace: "octavia-ingress",
        name: "octavia-ingress".into(),
        labels: BTreeMap::new(),
        data,
        purpose: "octavia-ingress-controller logs in to OpenStack, and makes balancers in the cluster's subnet".into(),
    })
}

fn ca(input: &Input) -> Option<ClusterSecret> {
    let ca = input.environment.certificates.as_ref()?.issuer.ca.as_ref()?;
    let certificate = input.texts.issuer_ca.as_ref().map(|text| text.text.clone()).unwrap_or_default();
    Some(ClusterSecret {
        namespace: "cert-manager",
        name: "strata-ca".into(),
        labels: BTreeMap::new(),
        data: vec![("tls.crt".into(), vec![Part::Text(certificate)]), ("tls.key".into(), vec![Part::Secret(ca.key.secret.value.clone())])],
        purpose: "cert-manager signs certificates with the site's CA".into(),
    })
}
