//! `strata reach`: one flow, asked of the tree that is on disk.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value, json};

use super::output::Output;
use super::repository;
use crate::compile::Asked;
use crate::diagnostic::Diagnostic;
use crate::exit::Exit;
use crate::reach::{By, Judgement, Packet, Place, Side, Verdict, parse_packet, parse_side, protocol_name};
use crate::tree::read_directory;

/// What is asked.
#[derive(Debug, clap::Args)]
pub(super) struct Question {
    /// Who connects: NAMESPACE, NAMESPACE/WORKLOAD, NAMESPACE/KEY=VALUE,..., `node`, `server`, `agent` or addresses.
    #[arg(long, value_name = "WHO")]
    from: String,
    /// Who answers, and at which port: the same, or `internet` or `metadata`, then `:PORT/PROTOCOL` or `:ICMP`.
    #[arg(long, value_name = "WHO:PORT/PROTOCOL")]
    to: String,
    /// Exit with 3 if any part of it is denied.
    #[arg(long)]
    exit_code: bool,
}

pub(super) fn run(directory: &Path, environment: &str, question: &Question, output: &Output) -> Exit {
    let (repository, names) = match repository::open(directory, &[environment.to_owned()], output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let mut sources = repository.sources();
    let mut findings = Vec::new();
    let mut exit = Exit::Fine;
    for name in &names {
        let tree = match read_directory(&repository.generated(name)) {
            Ok(found) => found.tree,
            Err(finding) => return output.findings(&[finding], &sources),
        };
        if tree.is_empty() {
            return output.failure(&format!("there is no `generated/{name}`: `strata compile {name}` writes it"));
        }
        let checked = repository.reach(name, &tree, &mut sources);
        findings.extend(checked.findings);
        let Some(asked) = checked.value.filter(|_| !findings.iter().any(Diagnostic::is_error)) else { continue };
        match answers(&asked, question) {
            Ok(answers) => {
                for answer in &answers {
                    output.answer(&text(answer), &answer.json());
                }
                if question.exit_code && answers.iter().any(|answer| !answer.judged.allowed()) {
                    exit = Exit::Changes;
                }
            }
            Err(message) => return output.failure(&message),
        }
    }
    // Errors come before a flow that is denied.
    match if findings.is_empty() { Exit::Fine } else { output.findings(&findings, &sources) } {
        Exit::Fine => exit,
        found => found,
    }
}

/// The places that have one answer.
struct Answer<'a> {
    from: Vec<String>,
    to: Vec<String>,
    packet: Packet,
    judged: Judgement<'a>,
    notes: Vec<String>,
}

fn answers<'a>(asked: &'a Asked, question: &Question) -> Result<Vec<Answer<'a>>, String> {
    let reach = &asked.reach;
    if let Some(trouble) = reach.troubles.first() {
        return Err(format!("{} in `{}`: {}", trouble.what, trouble.path, trouble.why));
    }
    let (to, packet) = question.to.rsplit_once(':').ok_or_else(|| format!("`{}` names no port: write WHO:443/TCP", question.to))?;
    let (from, to, packet) = (parse_side(&question.from)?, parse_side(to)?, parse_packet(packet)?);
    let sources = reach.sources(&from);
    if sources.is_empty() {
        return Err(format!("nothing comes from `{}` but through nodes: ask for `node`", question.from));
    }
    let places = reach.places(&to)?;
    let mut notes: Vec<String> = [&from, &to].into_iter().filter_map(|side| undeclared(asked, side)).collect();
    notes.sort();
    let mut answers: Vec<Answer> = Vec::new();
    for (source, place) in sources.iter().flat_map(|source| places.iter().map(move |place| (source, place))) {
        let route = reach.route(source.peer(), place.peer());
        let judged = route.judge(&packet);
        if let Some(same) = answers.iter_mut().find(|answer| answer.judged == judged) {
            same.joins(source, place);
            continue;
        }
        let notes = notes.iter().chain(&route.notes).cloned().collect();
        answers.push(Answer { from: vec![source.label.clone()], to: vec![place.label.clone()], packet, judged, notes });
    }
    Ok(answers)
}

/// A namespace that the environment does not know has no policy of its own in the tree.
fn undeclared(asked: &Asked, side: &Side) -> Option<String> {
    let namespace = side.namespace()?;
    let known = asked.model.namespaces.iter().any(|known| known.name == namespace);
    (!known).then(|| {
        format!("nobody declares the namespace `{namespace}`: Kyverno gives it policies when it is made, which are not in the tree")
    })
}

impl Answer<'_> {
    fn joins(&mut self, source: &Place, place: &Place) {
        for (names, label) in [(&mut self.from, &source.label), (&mut self.to, &place.label)] {
            if !names.contains(label) {
                names.push(label.clone());
            }
        }
    }

    fn json(&self) -> Value {
        json!({
            "from": self.from,
            "to": self.to,
            "protocol": protocol_name(self.packet.protocol),
            "port": self.packet.port,
            "allowed": self.judged.allowed(),
            "egress": verdict_json(&self.judged.egress),
            "ingress": verdict_json(&self.judged.ingress),
            "notes": self.notes,
        })
    }
}

fn verdict_json(verdict: &Verdict) -> Value {
    let (by, tier, policy, rule) = match verdict.by {
        By::Rule(policy, number) => ("rule", Some(policy.tier.as_str()), Some(policy), Some(number)),
        By::EndOfTier(tier, policy) => ("end-of-tier", Some(tier.name.as_str()), Some(policy), None),
        By::NoPolicy => ("no-policy", None, None, None),
        By::NoEndpoint => ("no-endpoint", None, None, None),
    };
    json!({
        "allowed": verdict.allowed,
        "by": by,
        "tier": tier,
        "kind": policy.map(|policy| policy.kind),
        "namespace": policy.and_then(|policy| policy.namespace.as_deref()),
        "policy": policy.map(|policy| policy.name.as_str()),
        "rule": rule,
        "file": policy.map(|policy| policy.path.as_str()),
    })
}

fn text(answer: &Answer) -> String {
    let verb = |allowed| if allowed { "allowed" } else { "denied" };
    let port = answer.packet.port.map_or_else(String::new, |port| format!("{port}/"));
    let mut text = format!(
        "{} -> {} {port}{}: {}\n",
        answer.from.join(", "),
        answer.to.join(", "),
        protocol_name(answer.packet.protocol),
        verb(answer.judged.allowed())
    );
    for (end, verdict) in [("egress ", &answer.judged.egress), ("ingress", &answer.judged.ingress)] {
        let _ = writeln!(text, "  {end}  {} {}", verb(verdict.allowed), words(verdict, end.trim()));
    }
    for note in &answer.notes {
        let _ = writeln!(text, "  note: {note}");
    }
    text
}

fn words(verdict: &Verdict, end: &str) -> String {
    match verdict.by {
        By::Rule(policy, number) => format!("by {end} rule {number} of {}, {}", named(policy), policy.path),
        By::EndOfTier(tier, policy) => {
            format!("at the end of tier {}: no rule matches, and {} selects the pod, {}", tier.name, named(policy), policy.path)
        }
        By::NoPolicy => "by the namespace's profile: no policy has the last word".into(),
        By::NoEndpoint => "as far as policies go: it is no pod, and nodes have none".into(),
    }
}

fn named(policy: &crate::reach::Policy) -> String {
    let namespace = policy.namespace.as_ref().map_or_else(String::new, |namespace| format!("{namespace}/"));
    format!("{} {namespace}{} in tier {}", policy.kind, policy.name, policy.tier)
}
