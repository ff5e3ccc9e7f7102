//! Every pair of places, and the ports that are open between them. Places that are alike share a row: a cluster with a hundred
//! tenants has a table that one can read.

use std::collections::BTreeSet;

use super::Reach;
use super::place::{Place, Side};
use super::route::Standing;
use super::workloads::WORKLOADS;

/// Who reaches whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    /// What the columns behind the first two are.
    pub columns: Vec<String>,
    /// One for each place, or each group of places that are alike.
    pub rows: Vec<Row>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Who connects.
    pub from: String,
    /// To pods of its own namespace.
    pub own: String,
    /// To each column.
    pub cells: Vec<String>,
}

/// A namespace that nobody declared.
pub const UNDECLARED: &str = "undeclared-namespace";

/// One end of pairs.
struct End {
    name: String,
    namespace: Option<String>,
    /// Where packets to it go.
    places: Vec<Place>,
    /// Where its packets come from.
    sources: Vec<Place>,
}

impl Reach {
    /// The table for these namespaces, for what is not declared, for nodes and the outside.
    pub fn matrix<'a>(&self, namespaces: impl IntoIterator<Item = &'a str>) -> Matrix {
        let ends = self.ends(namespaces);
        let sources: Vec<Vec<Standing>> = ends.iter().map(|end| self.standings(&end.sources)).collect();
        let places: Vec<Vec<Standing>> = ends.iter().map(|end| self.standings(&end.places)).collect();
        let cells: Vec<Vec<String>> = sources.iter().map(|from| places.iter().map(|to| self.cell(from, to)).collect()).collect();
        let groups = groups(&cells, &ends);
        let name = |group: &Vec<usize>| group.iter().map(|at| ends[*at].name.as_str()).collect::<Vec<_>>().join(", ");
        let rows = groups.iter().filter(|group| !ends[group[0]].sources.is_empty()).map(|group| {
            let from = group[0];
            // Between two of a group: with one member alone there is no such pair.
            let cell = |to: &Vec<usize>| to.iter().find(|to| **to != from).map_or_else(|| "·".to_owned(), |to| cells[from][*to].clone());
            let own = if ends[from].namespace.is_some() { cells[from][from].clone() } else { "·".to_owned() };
            Row { from: name(group), own, cells: groups.iter().map(cell).collect() }
        });
        Matrix { rows: rows.collect(), columns: groups.iter().map(name).collect() }
    }

    fn ends<'a>(&self, namespaces: impl IntoIterator<Item = &'a str>) -> Vec<End> {
        let mut ends = Vec::new();
        let mut push = |name: String, namespace: Option<&str>, side: &Side| {
            let end = |places, sources| End { name, namespace: namespace.map(str::to_owned), places, sources };
            ends.push(end(self.places(side).unwrap_or_default(), self.sources(side)));
        };
        for namespace in namespaces.into_iter().chain([UNDECLARED]) {
            push(namespace.to_owned(), Some(namespace), &Side::Pod(namespace.to_owned(), std::collections::BTreeMap::new()));
            for known in WORKLOADS.iter().filter(|known| known.namespace == namespace && self.cluster.runs(known)) {
                push(format!("{namespace}/{}", known.name), Some(namespace), &Side::Workload(known));
            }
        }
        for (name, side) in
            [("servers", Side::Servers), ("agents", Side::Agents), ("internet", Side::Internet), ("metadata", Side::Metadata)]
        {
            push(name.to_owned(), None, &side);
        }
        ends
    }

    fn standings<'a, 'p>(&'a self, places: &'p [Place]) -> Vec<Standing<'a, 'p>> {
        places.iter().map(|place| self.standing(place.peer())).collect()
    }

    /// Open ports between two ends, in words.
    fn cell(&self, from: &[Standing], to: &[Standing]) -> String {
        let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from, to)));
        let open: BTreeSet<_> = pairs.map(|(from, to)| self.between(from, to).open()).collect();
        open.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
    }
}

/// Ends that nothing tells apart: as sources, as destinations, and between each other.
fn groups(cells: &[Vec<String>], ends: &[End]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for at in 0..ends.len() {
        let alike = |other: usize| {
            let others = (0..ends.len()).filter(|third| *third != at && *third != other);
            ends[at].namespace.is_some() == ends[other].namespace.is_some()
                && cells[at][at] == cells[other][other]
                && cells[at][other] == cells[other][at]
                && others.clone().all(|third| cells[at][third] == cells[other][third] && cells[third][at] == cells[third][other])
        };
        match groups.iter_mut().find(|group| alike(group[0])) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}
