//! Schedules, maintenance windows and time servers.

use std::net::IpAddr;

use super::Input;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::host::{NO_TIME, TIME_SERVER};
use crate::diagnostic::codes::platform::{SCHEDULE, SNAPSHOTS_KEPT, TIME_ZONE, WINDOW};
use crate::source::At;
use crate::source::environment::{ArtifactSource, Window};
use crate::source::suggest::nearest;
use crate::source::values::HostName;

/// Names of IANA's database, one a line.
const ZONES: &str = include_str!("time_zones.txt");

/// Name, first and last value, and names of the values of each field.
const FIELDS: [(&str, u8, u8, &[&str]); 5] = [
    ("minute", 0, 59, &[]),
    ("hour", 0, 23, &[]),
    ("day of month", 1, 31, &[]),
    ("month", 1, 12, &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
    ("day of week", 0, 6, &["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
];

pub(super) fn times(input: &Input, findings: &mut Vec<Diagnostic>) {
    let environment = input.environment;
    schedule(&environment.backup.etcd.schedule, findings);
    let keep = environment.backup.etcd.keep;
    if keep.value == 0 {
        findings.push(
            Diagnostic::new(&SNAPSHOTS_KEPT, "no snapshot of etcd is kept").at(keep.span, "").help("write 1 or more; 5 is the default"),
        );
    }
    for window in &environment.maintenance.windows {
        self::window(window, findings);
    }
    time_servers(input, findings);
}

fn schedule(written: &At<String>, findings: &mut Vec<Diagnostic>) {
    let fields: Vec<&str> = written.split_ascii_whitespace().collect();
    let why = match fields.as_slice() {
        _ if written.starts_with('@') => Some("a word in place of the five fields".to_owned()),
        five if five.len() == FIELDS.len() => five.iter().zip(FIELDS).find_map(|(text, field)| wrong_field(text, field)),
        others => Some(format!("{} field{}, five are wanted", others.len(), if others.len() == 1 { "" } else { "s" })),
    };
    if let Some(why) = why {
        findings.push(
            Diagnostic::new(&SCHEDULE, format!("`{}` is no schedule: {why}", crate::source::suggest::short(written)))
                .at(written.span, "")
                .help("write minute, hour, day of month, month and day of week, such as `0 */6 * * *` for every six hours"),
        );
    }
}

/// Why a field is none: it is a list of `*`, values and ranges, each perhaps with a step.
fn wrong_field(text: &str, (name, first, last, words): (&str, u8, u8, &[&str])) -> Option<String> {
    let value = |word: &str| {
        let named = words.iter().position(|known| known.eq_ignore_ascii_case(word)).and_then(|at| u8::try_from(at).ok());
        named.map(|at| at + first).or_else(|| word.parse().ok()).filter(|value| (first..=last).contains(value))
    };
    let part = |part: &str| {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let steps = step.is_none_or(|step| step.parse::<u8>().is_ok_and(|step| step > 0 && step <= last));
        let whole = matches!(range, "*" | "?");
        let range = range
            .split_once('-')
            .map_or_else(|| value(range).is_some(), |(from, to)| value(from).zip(value(to)).is_some_and(|(from, to)| from <= to));
        steps && (whole || range)
    };
    (!text.split(',').all(part)).then(|| format!("the {name} is `{text}`, it goes from {first} to {last}"))
}

fn window(window: &Window, findings: &mut Vec<Diagnostic>) {
    const DAY: u64 = 24 * 3_600_000;
    let duration = window.duration;
    if duration.milliseconds() == 0 || duration.milliseconds() >= DAY {
        let why = if duration.milliseconds() == 0 { "never opens" } else { "is still open when the next one begins" };
        findings.push(
            Diagnostic::new(&WINDOW, format!("a window of {} {why}", duration.value))
                .at(duration.span, "")
                .help("write more than nothing and less than a day, such as `4h`; more days make more windows"),
        );
    }
    if window.days.is_empty() {
        findings.push(Diagnostic::new(&WINDOW, "a window without days never opens").at(window.start.span, "").help("write `days: [Sat]`"));
    }
    if !ZONES.lines().any(|zone| zone == window.time_zone.value) {
        // Three letters are an abbreviation, and near to every short name.
        let near = nearest(&window.time_zone, ZONES.lines()).or_else(|| {
            let city = Some(place_of(&window.time_zone)).filter(|word| word.len() > 3)?;
            let city = nearest(city, ZONES.lines().map(place_of))?;
            ZONES.lines().find(|zone| place_of(zone) == city)
        });
        let help = near.map_or_else(|| "write `UTC`, or a name such as `Europe/Rome`".to_owned(), |near| format!("did you mean `{near}`?"));
        findings.push(
            Diagnostic::new(&TIME_ZONE, format!("there is no time zone `{}`", window.time_zone.value))
                .at(window.time_zone.span, "")
                .help(help),
        );
    }
}

fn place_of(zone: &str) -> &str {
    zone.rsplit('/').next().unwrap_or(zone)
}

/// Nodes without time servers ask those of their image: a pool on the Internet, which works at most sites. So it is a warning.
fn time_servers(input: &Input, findings: &mut Vec<Diagnostic>) {
    let network = &input.environment.network;
    for server in &network.ntp {
        if let Some(help) = wrong_server(server) {
            findings.push(Diagnostic::new(&TIME_SERVER, format!("`{}` is no time server", server.value)).at(server.span, "").help(help));
        }
    }
    if !network.ntp.is_empty() {
        return;
    }
    let artifacts = &input.environment.kubernetes.artifacts.source;
    let finding = Diagnostic::new(&NO_TIME, "no time servers: nodes ask the Internet, where they reach it")
        .at(network.cidr.span, "nodes of this network");
    let help = "write `ntp: [10.0.0.1]` with those of your site, three of them if there are; routers and domain controllers often are";
    findings.push(match &network.proxy {
        _ if artifacts.value == ArtifactSource::Airgap => finding.at(artifacts.span, "an air gap: they do not reach it").help(help),
        Some(proxy) => finding.at(proxy.https.span, "a proxy carries no NTP").help(help),
        None => finding.help(help),
    });
}

fn wrong_server(server: &str) -> Option<&'static str> {
    if server.parse::<IpAddr>().is_ok() {
        return None;
    }
    let host = server.to_ascii_lowercase().parse::<HostName>().is_ok();
    // Something such as `10.0.0.300` is made of labels too.
    let numeric = server.chars().all(|c| c.is_ascii_digit() || c == '.');
    match server {
        _ if host && !numeric => None,
        _ if server.contains("://") => Some("write the host alone: NTP has no URL"),
        _ if server.contains([' ', ',']) => Some("write one server for each item of the list; options of chrony are strata's"),
        _ if server.contains(':') => Some("write the host alone: NTP has one port, 123"),
        _ => Some("write a host name or an address, such as `10.0.0.1`"),
    }
}
