//! One entry of `clouds.yaml`, from where the `openstack` command reads it.
//!
//! osauth can read the file too, but not from the place that `OS_CLIENT_CONFIG_FILE` names, and its messages repeat
//! what stands in a file of the wrong shape. Nothing that is said here repeats a value.

use std::path::{Path, PathBuf};

use osauth::CloudConfig;
use serde_json::{Map, Value};
use url::Url;

use crate::diagnostic::{Diagnostic, codes::lock as codes};
use crate::source::{At, suggest};

/// How the cloud is reached, and as whom.
pub(super) struct Entry {
    /// For osauth, which makes a password or a token of it.
    pub(super) config: CloudConfig,
    /// How to sign in.
    pub(super) credentials: Credentials,
    /// Keystone, version 3, with a slash at the end.
    pub(super) keystone: Url,
    /// The region, if the entry names one.
    pub(super) region: Option<String>,
    /// `public`, `internal` or `admin`.
    pub(super) interface: String,
    /// Addresses that the entry puts in place of the catalog's, by service type.
    pub(super) overrides: Vec<(String, Url)>,
    /// The CA's certificates, a path.
    pub(super) authority: Option<String>,
    /// Values that may stand in no text.
    pub(super) secrets: Vec<String>,
}

/// What signs in. Only osauth sees a password or token; it takes application credentials from nobody's file but its own.
pub(super) enum Credentials {
    /// `password`.
    Password,
    /// `v3token`.
    Token,
    /// `v3applicationcredential`: by its id, or by its name and the user's id.
    Application { id: String, secret: String, user: Option<String> },
}

/// Reads the entry that the environment names.
pub(super) fn read(cloud: &At<String>, file: Option<&Path>) -> Result<Entry, Diagnostic> {
    let wrong = |(message, help): (String, &'static str)| Diagnostic::new(&codes::CLOUDS_FILE, message).at(cloud.span, "").help(help);
    let path = file.map(Path::to_path_buf).or_else(find).ok_or_else(|| wrong(nowhere()))?;
    let all = section(&path, "clouds").map_err(wrong)?.ok_or_else(|| wrong(absent(&path)))?;
    let Some(Value::Object(entry)) = all.get(&cloud.value) else { return Err(unknown(cloud, &path, &all)) };
    let entry = complete(entry.clone(), &cloud.value, &path, file.is_some()).map_err(wrong)?;
    parse(entry, &cloud.value).map_err(wrong)
}

/// What is wrong, and what to do.
type Wrong = (String, &'static str);

fn nowhere() -> Wrong {
    ("there is no `clouds.yaml`".into(), "set `OS_CLIENT_CONFIG_FILE`, or put the file at `~/.config/openstack/clouds.yaml`")
}

fn absent(path: &Path) -> Wrong {
    (format!("there is no `{}`", path.display()), "set `OS_CLIENT_CONFIG_FILE` to the file that your cloud's dashboard gives you")
}

fn unknown(cloud: &At<String>, path: &Path, all: &Map<String, Value>) -> Diagnostic {
    let names = all.keys().map(String::as_str);
    let near = suggest::nearest(&cloud.value, names.clone()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
    Diagnostic::new(&codes::UNKNOWN_CLOUD, format!("`{}` has no entry `{}`", path.display(), cloud.value))
        .at(cloud.span, "")
        .help(format!("{near}it has {}", suggest::list(names)))
}

/// The first of the places where the `openstack` command looks.
fn find() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("OS_CLIENT_CONFIG_FILE").filter(|named| !named.is_empty()) {
        return Some(named.into());
    }
    let home = std::env::home_dir().map(|home| home.join(".config/openstack"));
    let folders = [Some(PathBuf::from(".")), home, Some(PathBuf::from("/etc/openstack"))];
    let files = folders.into_iter().flatten().flat_map(|folder| ["clouds.yaml", "clouds.yml"].map(|name| folder.join(name)));
    files.into_iter().find(|path| path.is_file())
}

/// The mapping under `key` of a YAML file; `None` if there is no such file.
fn section(path: &Path, key: &str) -> Result<Option<Map<String, Value>>, Wrong> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err((format!("`{}` cannot be read: {error}", path.display()), "the file must be yours and readable")),
    };
    // Of the reader's own words only the line: they would show the text around it.
    let document: Value = serde_yaml::from_str(&text).map_err(|error| {
        let line = error.location().map(|location| format!(", line {}", location.line())).unwrap_or_default();
        (format!("`{}`{line} is not YAML", path.display()), "`openstack --os-cloud NAME token issue` reads the same file")
    })?;
    match document.get(key) {
        Some(Value::Object(map)) => Ok(Some(map.clone())),
        _ => {
            Err((format!("`{}` has no mapping `{key}:` at its top", path.display()), "take the file that your cloud's dashboard gives you"))
        }
    }
}

/// The entry with what `secure.yaml` adds and what its profile says.
fn complete(mut entry: Map<String, Value>, name: &str, path: &Path, is_given: bool) -> Result<Map<String, Value>, Wrong> {
    let named = std::env::var_os("OS_CLIENT_SECURE_FILE").filter(|_| !is_given).map(PathBuf::from);
    let secure = section(&named.unwrap_or_else(|| path.with_file_name("secure.yaml")), "clouds")?;
    if let Some(Value::Object(secret)) = secure.and_then(|mut all| all.remove(name)) {
        merge(&mut entry, secret, true);
    }
    if let Some(profile) = entry.get("profile").and_then(Value::as_str).map(str::to_owned) {
        let public = section(&path.with_file_name("clouds-public.yaml"), "public-clouds")?;
        if let Some(Value::Object(profile)) = public.and_then(|mut all| all.remove(&profile)) {
            merge(&mut entry, profile, false);
        }
    }
    Ok(entry)
}

fn merge(entry: &mut Map<String, Value>, other: Map<String, Value>, wins: bool) {
    for (key, value) in other {
        match (entry.get_mut(&key), value) {
            (Some(Value::Object(inner)), Value::Object(value)) => merge(inner, value, wins),
            (Some(_), _) if !wins => {}
            (_, value) => {
                entry.insert(key, value);
            }
        }
    }
}

fn parse(mut entry: Map<String, Value>, name: &str) -> Result<Entry, Wrong> {
    let wrong = |key: &str, why: &str, help| (format!("`clouds.{name}.{key}` in `clouds.yaml` {why}"), help);
    if entry.get("verify") == Some(&Value::Bool(false)) || entry.get("insecure") == Some(&Value::Bool(true)) {
        return Err(wrong("verify", "switches the check of certificates off", "name the cloud's CA as `cacert` in place of it"));
    }
    normalise(&mut entry).map_err(|(key, why)| wrong(key, why, "write it as text, in quotes; `OS_CLIENT_CONFIG_FILE` names the file"))?;
    let auth = |key: &str| entry.get("auth").and_then(|auth| auth.get(key)).and_then(Value::as_str);
    let secrets = ["password", "application_credential_secret", "token"].into_iter().filter_map(auth).map(str::to_owned).collect();
    let keystone = auth("auth_url").and_then(|url| Url::parse(url).ok()).and_then(version_3);
    let keystone = keystone.ok_or_else(|| {
        wrong("auth.auth_url", "is no absolute URL", "it is Keystone's address, such as `https://keystone.example.org:5000/v3`")
    })?;
    let credentials = credentials(&entry).map_err(|(key, why, help)| wrong(key, why, help))?;
    let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
    let interface = text("interface").or_else(|| text("endpoint_type")).unwrap_or_else(|| "public".into());
    let interface = interface.trim_end_matches("URL").to_owned();
    if !["public", "internal", "admin"].contains(&interface.as_str()) {
        return Err(wrong("interface", "is none that a catalog has", "it is `public`, `internal` or `admin`"));
    }
    Ok(Entry {
        credentials,
        interface,
        keystone,
        region: text("region_name"),
        overrides: overrides(&entry),
        authority: text("cacert"),
        secrets,
        config: serde_json::from_value(Value::Object(entry))
            .map_err(|_| wrong("auth", "has a shape that strata does not know", "compare it with openstacksdk's documentation"))?,
    })
}

/// How the entry signs in; else its key, what is wrong there, and what to do.
fn credentials(entry: &Map<String, Value>) -> Result<Credentials, (&'static str, &'static str, &'static str)> {
    let auth = |key: &str| entry.get("auth").and_then(|auth| auth.get(key)).and_then(Value::as_str).map(str::to_owned);
    match entry.get("auth_type").and_then(Value::as_str) {
        Some("password") => Ok(Credentials::Password),
        Some("v3token") => Ok(Credentials::Token),
        Some("v3applicationcredential") => {
            let secret = auth("application_credential_secret").ok_or((
                "auth.application_credential_secret",
                "is missing",
                "the dashboard shows it once, when the credential is made",
            ))?;
            let named = auth("application_credential_name").zip(auth("user_id")).map(|(name, user)| (name, Some(user)));
            let found = auth("application_credential_id").map(|id| (id, None)).or(named);
            let (id, user) = found.ok_or((
                "auth.application_credential_id",
                "is missing",
                "with `application_credential_name` strata needs `user_id` too",
            ))?;
            Ok(Credentials::Application { id, secret, user })
        }
        _ => {
            Err(("auth_type", "is one that strata does not know", "strata signs in by `password`, `v3applicationcredential` or `v3token`"))
        }
    }
}

/// Writes what people write in several ways in the one way that osauth knows.
fn normalise(entry: &mut Map<String, Value>) -> Result<(), (&'static str, &'static str)> {
    if let Some(path) = entry.get("cacert").and_then(Value::as_str).and_then(|path| path.strip_prefix("~/")) {
        let home = std::env::home_dir().unwrap_or_default().join(path);
        entry.insert("cacert".into(), home.display().to_string().into());
    }
    let has = |key: &str| entry.get("auth").is_some_and(|auth| auth.get(key).is_some_and(Value::is_string));
    let kind = match entry.get("auth_type").and_then(Value::as_str) {
        Some("v3password") => Some("password"),
        Some("token") => Some("v3token"),
        Some(_) => None,
        None if has("application_credential_secret") => Some("v3applicationcredential"),
        None if has("token") => Some("v3token"),
        None => Some("password"),
    };
    if let Some(kind) = kind {
        entry.insert("auth_type".into(), kind.into());
    }
    // Some files have a list here; osauth takes only a text.
    entry.retain(|key, value| key != "interface" || value.is_string());
    let Some(Value::Object(auth)) = entry.get_mut("auth") else { return Err(("auth", "is no mapping")) };
    auth.retain(|_, value| !value.is_null());
    if auth.values().any(|value| !value.is_string()) {
        return Err(("auth", "has a value that is not text"));
    }
    if let Some(domain) = auth.remove("user_domain_id").filter(|_| !auth.contains_key("user_domain_name")) {
        // The only domain whose name is known from its id.
        if domain != "default" {
            return Err(("auth.user_domain_id", "cannot be used by strata, `user_domain_name` can"));
        }
        auth.insert("user_domain_name".into(), "Default".into());
    }
    Ok(())
}

fn overrides(entry: &Map<String, Value>) -> Vec<(String, Url)> {
    let named = entry.iter().filter_map(|(key, value)| Some((key.strip_suffix("_endpoint_override")?, value.as_str()?)));
    named.filter_map(|(name, url)| Some((name.replace('_', "-"), Url::parse(url).ok()?))).collect()
}

/// Keystone's address with its version, as osauth derives it.
fn version_3(mut url: Url) -> Option<Url> {
    let is_3 = url.path().trim_end_matches('/').ends_with("/v3");
    url.path_segments_mut().ok()?.pop_if_empty().extend((!is_3).then_some("v3")).push("");
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::{At, read};
    use crate::source::Span;

    fn entry(text: &str) -> Result<super::Entry, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("clouds.yaml");
        std::fs::write(&path, text).expect("a file");
        let name = At::new("prod".to_owned(), Span::NOWHERE);
        read(&name, Some(&path)).map_err(|finding| format!("{}; {}", finding.message, finding.help.unwrap_or_default()))
    }

    #[test]
    fn an_entry_with_an_anchor_and_a_secret_file() {
        let text = "base: &base {region_name: one, interface: internalURL}\nclouds:\n  prod:\n    <<: *base\n    auth: {auth_url: 'https://k.example.org:5000', username: u, password: sesame, user_domain_id: default}\n";
        let entry = entry(text).expect("an entry");
        assert_eq!(entry.keystone.as_str(), "https://k.example.org:5000/v3/");
        assert_eq!((entry.region.as_deref(), entry.interface.as_str()), (Some("one"), "internal"));
        assert_eq!(entry.secrets, ["sesame"]);
    }

    #[test]
    fn nothing_that_is_said_about_a_file_repeats_a_value() {
        for (text, said) in [
            ("clouds: sesame", "no mapping `clouds:`"),
            ("clouds:\n  prod: {auth: {password: sesame", "line"),
            ("clouds:\n  prod: {auth: {auth_url: 'https://k', password: [sesame]}}", "not text"),
            ("clouds:\n  prod: {auth: sesame}", "`clouds.prod.auth`"),
            ("clouds:\n  prod: {auth: {auth_url: sesame}}", "absolute URL"),
            ("clouds:\n  prod: {verify: false, auth: {password: sesame}}", "cacert"),
            ("clouds:\n  prdo: {auth: {password: sesame}}", "did you mean `prdo`?"),
        ] {
            let error = entry(text).err().expect(said);
            assert!(error.contains(said) && !error.contains("sesame"), "{error}");
        }
    }
}
