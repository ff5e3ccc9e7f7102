//! Expressions of CEL that hold values. Everything else of a policy stands in its template.

use std::fmt::Write as _;

/// Kubernetes' name of a resource, and a quantity.
pub(super) type Amounts = Vec<(&'static str, String)>;

/// A text of CEL. Names and quantities have none of these characters; it costs nothing to be sure.
fn text(value: &str) -> String {
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// `['a', 'b']`
pub(super) fn list<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    let values: Vec<String> = values.into_iter().map(text).collect();
    format!("[{}]", values.join(", "))
}

/// `{'cpu': '8'}`
pub(super) fn map(amounts: &Amounts) -> String {
    let entries: Vec<String> = amounts.iter().map(|(name, amount)| format!("{}: {}", text(name), text(amount))).collect();
    format!("{{{}}}", entries.join(", "))
}

/// The mutation that gives containers what they lack, and leaves what they say.
///
/// As Kubernetes does it: a request that is not said is the limit where that is said; and a limit by default is never
/// below the request.
pub(super) fn defaults(requests: &Amounts, limits: &Amounts) -> String {
    let mut out = String::from("Object{spec: Object.spec{\n");
    for (field, list) in [("containers", "object.spec.containers"), ("initContainers", "object.spec.?initContainers.orValue([])")] {
        let kind = format!("Object.spec.{field}");
        let _ = writeln!(out, "  {field}: {list}.map(c, {kind}{{\n    name: c.name,\n    resources: {kind}.resources{{");
        let _ = writeln!(out, "      requests: {{\n{}      }},", amounts(requests, request));
        let limit = |name: &str, amount: &str| limit(name, amount, requests);
        let _ = writeln!(out, "      limits: {{\n{}      }}}}}}),", amounts(limits, limit));
    }
    // The last comma is none.
    out.truncate(out.trim_end().trim_end_matches(',').len());
    out + "}}"
}

fn amounts(amounts: &Amounts, value: impl Fn(&str, &str) -> String) -> String {
    let lines: Vec<String> = amounts.iter().map(|(name, amount)| format!("        {}: {}", text(name), value(name, amount))).collect();
    lines.join(",\n") + "\n"
}

fn request(name: &str, amount: &str) -> String {
    let name = text(name);
    format!("c.?resources.?requests[?{name}].or(c.?resources.?limits[?{name}]).orValue({})", text(amount))
}

fn limit(name: &str, amount: &str, requests: &Amounts) -> String {
    let default = text(amount);
    let requested = requests.iter().find(|(known, _)| *known == name).map_or_else(|| default.clone(), |(_, amount)| text(amount));
    let name = text(name);
    let request = format!("c.?resources.?requests[?{name}].orValue({requested})");
    format!(
        "c.?resources.?limits[?{name}].orValue(\n          quantity(string({request})).isGreaterThan(quantity({default})) ? dyn({request}) : dyn({default}))"
    )
}
