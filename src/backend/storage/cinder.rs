//! Cinder: values of the driver, its classes.

use serde::Serialize;

use super::{ClassView, replicas};
use crate::backend::helm;
use crate::model::Model;
use crate::model::storage::{CINDER_SECRET, Cinder, CinderClass, Topology};
use crate::render::Page;

/// The component, and its namespace.
const COMPONENT: &str = "cinder-csi";
/// One is leader, another takes over.
const REPLICAS: usize = 2;

#[derive(Serialize)]
struct Values<'a> {
    environment: &'a str,
    secret: &'static str,
    topology: bool,
    trust: bool,
    replicas: usize,
    scraped: bool,
}

#[derive(Serialize)]
struct Classes<'a> {
    environment: &'a str,
    classes: Vec<View<'a>>,
}

#[derive(Serialize)]
struct View<'a> {
    #[serde(flatten)]
    class: ClassView<'a>,
    volume_type: &'a str,
    volume_zone: Option<&'a str>,
    compute_zone: Option<&'a str>,
}

impl<'a> View<'a> {
    fn of(class: &'a CinderClass) -> Self {
        View {
            class: ClassView::of(&class.class),
            volume_type: &class.volume_type,
            volume_zone: class.volume_zone.as_deref(),
            compute_zone: class.compute_zone.as_deref(),
        }
    }
}

pub(super) fn pages(model: &Model, cinder: &Cinder) -> Vec<Page> {
    let values = Values {
        environment: model.name.as_str(),
        secret: CINDER_SECRET,
        topology: cinder.topology != Topology::Off,
        trust: !model.host.certificates.is_empty(),
        replicas: replicas(model, REPLICAS),
        scraped: model.kubernetes.scraped,
    };
    let classes = || Classes { environment: model.name.as_str(), classes: cinder.classes.iter().map(View::of).collect() };
    let mut pages = vec![
        Page::new(format!("platform/{COMPONENT}/storage-classes.yaml"), "storage/cinder-classes.yaml.j2", classes()),
        Page::new(format!("platform/{COMPONENT}/snapshot-class.yaml"), "storage/cinder-snapshot-class.yaml.j2", classes()),
    ];
    pages.extend(helm::values(model, COMPONENT, "storage/cinder-values.yaml.j2", values));
    pages
}
