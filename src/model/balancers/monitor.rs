//! Health monitors. Within a whole balancer Octavia checks little of this, so it is checked here.

use super::draft::{Draft, is_datagram};
use super::{Scope, a, also, word, wrong};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::{
    MONITOR_HTTP, MONITOR_PING, MONITOR_RETRIES, MONITOR_TIME, MONITOR_TYPE, MONITOR_WITHOUT_HOST, OVN_UNSUPPORTED,
};
use crate::model::{HttpProbe, Monitor};
use crate::source::environment::{self as written, HttpMethod, HttpVersion, MonitorType, PoolProtocol};
use crate::source::values::Duration;
use crate::source::{At, Span};

/// What Octavia's own setting wants of UDP-CONNECT, seconds.
const SHORTEST_UDP: u64 = 3;

pub(super) fn monitor(scope: &Scope, draft: &Draft, findings: &mut Vec<Diagnostic>) -> Monitor {
    let default = written::Monitor::default();
    let written = draft.monitor.unwrap_or(&default);
    let kind = kind(draft, written);
    if written.kind.span != Span::NOWHERE {
        fits(draft, kind, findings);
    }
    if scope.is_ovn() && !matches!(kind.value, MonitorType::Tcp | MonitorType::UdpConnect) {
        let finding = wrong(&OVN_UNSUPPORTED, format!("the provider ovn has no {} monitors", word(kind.value)), kind.span.or(draft.place));
        findings.push(also(finding, scope.choice.span, "this provider").help("use TCP or UDP-CONNECT"));
    }
    let (delay, timeout) = times(written, kind, findings);
    Monitor {
        kind: kind.value,
        delay,
        timeout,
        max_retries: retries("maxRetries", written.max_retries, findings),
        max_retries_down: retries("maxRetriesDown", written.max_retries_down, findings),
        http: probe(written, kind, findings),
    }
}

/// The type, its default by what the pool speaks: a TCP probe of a UDP port finds nobody.
fn kind(draft: &Draft, written: &written::Monitor) -> At<MonitorType> {
    if written.kind.span != Span::NOWHERE {
        return written.kind;
    }
    At::unwritten(match draft.protocol.value {
        PoolProtocol::Udp => MonitorType::UdpConnect,
        PoolProtocol::Sctp => MonitorType::Sctp,
        _ => MonitorType::Tcp,
    })
}

fn fits(draft: &Draft, kind: At<MonitorType>, findings: &mut Vec<Diagnostic>) {
    let datagram = matches!(kind.value, MonitorType::UdpConnect | MonitorType::Sctp);
    let both = matches!(kind.value, MonitorType::Tcp | MonitorType::Http);
    if !both && datagram != is_datagram(draft.protocol.value) {
        let help = if datagram { "use TCP, HTTP, HTTPS or TLS-HELLO" } else { "use UDP-CONNECT, SCTP, TCP or HTTP" };
        let message = format!("{} monitor cannot probe {} pool", a(kind.value), a(draft.protocol.value));
        let finding = Diagnostic::new(&MONITOR_TYPE, message).at(kind.span, "").at(draft.place, "the pool");
        findings.push(finding.help(help));
    }
    if kind.value == MonitorType::Ping {
        let message = "PING sees the machine, not the service";
        findings.push(wrong(&MONITOR_PING, message, kind.span).help("use TCP, or HTTP where the service has a path that tells its health"));
    }
}

/// `delay` and `timeout` in seconds.
fn times(written: &written::Monitor, kind: At<MonitorType>, findings: &mut Vec<Diagnostic>) -> (u64, u64) {
    let (delay, timeout) = (written.delay, written.timeout);
    let seconds = |key: &str, at: At<Duration>, findings: &mut Vec<Diagnostic>| {
        let whole = at.value.whole_seconds().filter(|seconds| (1..=i32::MAX.unsigned_abs().into()).contains(seconds));
        if whole.is_none() {
            let message = format!("`{key}` is {}, Octavia counts whole seconds from 1", at.value);
            findings.push(wrong(&MONITOR_TIME, message, at.span).help("write whole seconds, such as `5s`"));
        }
        whole.unwrap_or(1)
    };
    let pair = (seconds("delay", delay, findings), seconds("timeout", timeout, findings));
    if timeout.value >= delay.value {
        let message = format!("a probe may take {}, and the next one begins after {}", timeout.value, delay.value);
        let first = if timeout.span == Span::NOWHERE { (delay.span, "`delay`") } else { (timeout.span, "`timeout`") };
        let finding = Diagnostic::new(&MONITOR_TIME, message).at(first.0, first.1);
        findings.push(also(finding, delay.span, "`delay`").help("`timeout` must be less than `delay`"));
    }
    if kind.value == MonitorType::UdpConnect && pair.0 < SHORTEST_UDP {
        let message = format!("UDP-CONNECT every {} is too often for Octavia", delay.value);
        findings.push(wrong(&MONITOR_TIME, message, delay.span).help(format!("write `{SHORTEST_UDP}s` or more")));
    }
    pair
}

fn retries(key: &str, written: At<u8>, findings: &mut Vec<Diagnostic>) -> u8 {
    if !(1..=10).contains(&written.value) {
        findings.push(wrong(&MONITOR_RETRIES, format!("`{key}` is {}", written.value), written.span).help("write 1 to 10"));
    }
    written.value.clamp(1, 10)
}

fn probe(written: &written::Monitor, kind: At<MonitorType>, findings: &mut Vec<Diagnostic>) -> Option<HttpProbe> {
    if !matches!(kind.value, MonitorType::Http | MonitorType::Https) {
        no_request(written, kind, findings);
        return None;
    }
    let version = written.http_version.map_or(HttpVersion::V10, |at| at.value);
    host(written, version, findings);
    let path = written.path.as_ref();
    if let Some(path) = path.filter(|path| !is_path(path)) {
        findings.push(
            wrong(&MONITOR_HTTP, format!("`{}` is no path", path.value), path.span).help("a path begins with `/`, without host and blanks"),
        );
    }
    let codes = written.codes.as_ref();
    if let Some(codes) = codes.filter(|codes| !are_codes(codes)) {
        findings.push(
            wrong(&MONITOR_HTTP, format!("`{}` are no statuses", codes.value), codes.span).help("write `200`, `200,202` or `200-204`"),
        );
    }
    Some(HttpProbe {
        method: written.method.map_or(HttpMethod::Get, |at| at.value),
        path: path.map_or_else(|| "/".to_owned(), |at| at.value.clone()),
        codes: codes.map_or_else(|| "200".to_owned(), |at| at.value.clone()),
        version,
        domain: written.domain.as_ref().map(|at| at.value.clone()),
    })
}

/// Fields of a request, at a monitor that sends none.
fn no_request(written: &written::Monitor, kind: At<MonitorType>, findings: &mut Vec<Diagnostic>) {
    let fields = [
        ("method", written.method.map(|at| at.span)),
        ("path", written.path.as_ref().map(|at| at.span)),
        ("codes", written.codes.as_ref().map(|at| at.span)),
        ("httpVersion", written.http_version.map(|at| at.span)),
        ("domain", written.domain.as_ref().map(|at| at.span)),
    ];
    for (key, span) in fields {
        let Some(span) = span else { continue };
        let message = format!("{} monitor sends no request, so it has no `{key}`", a(kind.value));
        let finding = also(wrong(&MONITOR_HTTP, message, span), kind.span, "this type");
        findings.push(finding.help(format!("write `type: HTTP` or `HTTPS`, or remove `{key}`")));
    }
}

/// HTTP/1.1 and the Host header need each other.
fn host(written: &written::Monitor, version: HttpVersion, findings: &mut Vec<Diagnostic>) {
    match (&written.domain, version) {
        (Some(domain), HttpVersion::V10) => {
            let place = written.http_version.map_or(Span::NOWHERE, |at| at.span);
            let finding = also(wrong(&MONITOR_HTTP, "`domain` needs HTTP/1.1, the default is 1.0", domain.span), place, "HTTP/1.0");
            findings.push(finding.help("add `httpVersion: \"1.1\"`"));
        }
        (None, HttpVersion::V11) => {
            let place = written.http_version.map_or(written.kind.span, |at| at.span);
            findings.push(
                wrong(&MONITOR_WITHOUT_HOST, "an HTTP/1.1 probe without a Host header", place)
                    .help("add `domain`, or remove `httpVersion`"),
            );
        }
        _ => {}
    }
}

/// What Octavia takes for a path: no scheme, host or blank.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// `200`, `200,202` or `200-204`.
fn are_codes(text: &str) -> bool {
    let code = |part: &str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let range = text.split_once('-').is_some_and(|(from, to)| code(from) && code(to));
    range || text.split(',').all(|part| code(part.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_one_some_or_a_range() {
        for good in ["200", "200,202", "200, 202", "200-204"] {
            assert!(are_codes(good), "{good}");
        }
        for bad in ["", "2xx", "200-", "200;202", "20", "200-204,301"] {
            assert!(!are_codes(bad), "{bad}");
        }
    }

    #[test]
    fn a_path_is_no_url() {
        assert!(is_path("/readyz?verbose"));
        for bad in ["readyz", "http://x/readyz", "//x/readyz", "/a b", ""] {
            assert!(!is_path(bad), "{bad}");
        }
    }
}
