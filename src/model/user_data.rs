//! User data: Nova takes 65,535 bytes of base64, so 49,151 bytes of text.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::nodes::{USER_DATA_LARGE, USER_DATA_TOO_LARGE};
use crate::source::environment::Environment;

/// The most that Nova takes, before encoding.
pub const LIMIT: usize = 65_535 / 4 * 3;
/// From here on a few more keys or certificates are too many.
const WARNING: usize = LIMIT / 4 * 3;

/// Judges the user data that was rendered: path and text of each. The rule is the model's, the size only rendering knows.
#[must_use]
pub fn size<'a>(environment: &Environment, rendered: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Diagnostic> {
    let administrators = &environment.access.administrators;
    let place = administrators.first().map_or(environment.name.span, |first| first.name.span);
    let judge = |(path, text): (&str, &str)| {
        let code = match text.len() {
            size if size > LIMIT => &USER_DATA_TOO_LARGE,
            size if size > WARNING => &USER_DATA_LARGE,
            _ => return None,
        };
        let keys: usize = administrators.iter().map(|administrator| administrator.keys.len()).sum();
        Some(
            Diagnostic::new(code, format!("`{path}` has {} bytes, Nova takes {LIMIT}", text.len()))
                .at(place, format!("{} administrators with {keys} keys", administrators.len()))
                .help("keep the keys of those who set up the cluster here; RSA keys are the long ones, ed25519 keys have 80 bytes"),
        )
    };
    rendered.filter_map(judge).collect()
}
