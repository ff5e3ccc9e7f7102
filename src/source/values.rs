//! The typed values of the language: made only by parsing, printed as they are written.
//!
//! Each has its JSON Schema (pattern, unit, example) beside its parser, so that the editor refuses what
//! the compiler refuses.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Gives a type that has `FromStr` and `Display` its serde and schema forms: a YAML string.
macro_rules! text_value {
    ($type:ident, $schema:literal, $description:literal, { $($key:literal: $value:tt),* $(,)? }) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as serde::Deserialize>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $schema.into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $description, $($key: $value),* })
            }
        }
    };
}
pub(super) use text_value;

/// What a parser says: what is wrong, and on the next line what to write.
pub(super) fn wrong(text: &str, what: &str, help: &str) -> String {
    format!("`{}` is not {what}\n{help}", super::suggest::short(text))
}

/// A name as DNS and Kubernetes take it: lower-case letters, digits and `-`, at most 63 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Name(String);

impl Name {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Name {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let edges = text.starts_with(|c: char| c.is_ascii_lowercase()) && !text.ends_with('-');
        if text.len() <= 63 && edges && text.chars().all(inner) {
            return Ok(Name(text.into()));
        }
        Err(wrong(text, "a name", "write a lower-case letter, then lower-case letters, digits and `-`, at most 63 characters"))
    }
}
text_value!(Name, "Name", "A DNS label: lower-case letters, digits and `-`, at most 63 characters.", {
    "pattern": "^[a-z]([-a-z0-9]*[a-z0-9])?$", "maxLength": 63
});

/// A host name with its domain: `api.example.org`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostName(String);

impl HostName {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HostName {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let label = |part: &str| {
            !part.is_empty()
                && part.len() <= 63
                && !part.starts_with('-')
                && !part.ends_with('-')
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        if text.len() <= 253 && text.split('.').all(label) && text.parse::<IpAddr>().is_err() {
            return Ok(HostName(text.into()));
        }
        Err(wrong(text, "a host name", "write a name with its domain in lower case, such as `api.example.org`; an address is none"))
    }
}
text_value!(HostName, "HostName", "A host name in lower case: `api.example.org`.", {
    "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", "maxLength": 253
});

/// A network in CIDR notation, host bits zero. IPv6 parses; the model says that it cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr(pub IpNet);

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Cidr {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let net: IpNet = text.parse().map_err(|_| {
            wrong(text, "a network in CIDR notation", "write an address and the length of its prefix, such as `10.20.0.0/22`")
        })?;
        if net.trunc() == net {
            return Ok(Cidr(net));
        }
        Err(format!("`{text}` is an address inside a network\nwrite the network, `{}`", net.trunc()))
    }
}
text_value!(Cidr, "Cidr", "A network in CIDR notation with zero host bits: `10.20.0.0/22`.", {
    "pattern": "^[0-9a-fA-F.:]+/[0-9]{1,3}$"
});

/// One address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub IpAddr);

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Address {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Address).map_err(|_| wrong(text, "an address", "write one address without a prefix, such as `10.20.0.10`"))
    }
}
text_value!(Address, "Address", "One IP address: `10.20.0.10`.", { "pattern": "^[0-9a-fA-F.:]+$" });

/// A span of time with its unit, kept in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

/// Units of a [`Duration`], largest first.
const DURATIONS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl Duration {
    /// A number of seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Duration(seconds * 1000)
    }

    /// In milliseconds, as Octavia's timeouts are.
    #[must_use]
    pub fn milliseconds(self) -> u64 {
        self.0
    }

    /// In whole seconds where it is that, as Octavia's health monitors need.
    #[must_use]
    pub fn whole_seconds(self) -> Option<u64> {
        self.0.is_multiple_of(1000).then_some(self.0 / 1000)
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (unit, size) = DURATIONS.iter().find(|(_, size)| self.0 >= *size && self.0.is_multiple_of(*size)).unwrap_or(&DURATIONS[3]);
        write!(f, "{}{unit}", self.0 / size)
    }
}

impl FromStr for Duration {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let size = DURATIONS.iter().find(|(name, _)| *name == unit).map(|(_, size)| *size);
        let value = number.parse::<u64>().ok().zip(size).and_then(|(number, size)| number.checked_mul(size));
        value.map(Duration).ok_or_else(|| wrong(text, "a duration", "write a whole number and one of ms, s, m, h, d, such as `50s`"))
    }
}
text_value!(Duration, "Duration", "A span of time: a whole number and a unit, one of ms, s, m, h, d.", {
    "pattern": "^[0-9]+(ms|s|m|h|d)$", "examples": ["50s", "15m", "1h"]
});

/// An amount of storage or memory with its binary unit, kept in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Size(u64);

/// Units of a [`Size`], largest first.
const SIZES: [(&str, u64); 4] = [("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];

impl Size {
    /// A number of GiB.
    #[must_use]
    pub const fn gib(count: u64) -> Self {
        Size(count << 30)
    }

    /// In bytes.
    #[must_use]
    pub fn bytes(self) -> u64 {
        self.0
    }

    /// In whole GiB where it is that, as Cinder's volumes are.
    #[must_use]
    pub fn whole_gib(self) -> Option<u64> {
        self.0.is_multiple_of(1 << 30).then_some(self.0 >> 30)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (unit, size) = SIZES.iter().find(|(_, size)| self.0 >= *size && self.0.is_multiple_of(*size)).unwrap_or(&SIZES[3]);
        write!(f, "{}{unit}", self.0 / size)
    }
}

impl FromStr for Size {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let size = SIZES.iter().find(|(name, _)| *name == unit).map(|(_, size)| *size);
        let value = number.parse::<u64>().ok().zip(size).and_then(|(number, size)| number.checked_mul(size));
        value.map(Size).ok_or_else(|| wrong(text, "a size", "write a whole number and one of Ki, Mi, Gi, Ti, such as `100Gi`"))
    }
}
text_value!(Size, "Size", "An amount of storage or memory: a whole number and a unit, one of Ki, Mi, Gi, Ti.", {
    "pattern": "^[0-9]+(Ki|Mi|Gi|Ti)$", "examples": ["100Gi", "1Ti"]
});

/// An RKE2 release: `v1.35.7+rke2r1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rke2Version {
    /// Kubernetes minor version; the major one is 1.
    pub minor: u16,
    /// Kubernetes patch version.
    pub patch: u16,
    /// RKE2's own revision.
    pub revision: u16,
}

impl fmt::Display for Rke2Version {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "v1.{}.{}+rke2r{}", self.minor, self.patch, self.revision)
    }
}

impl FromStr for Rke2Version {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.strip_prefix("v1.").and_then(|rest| rest.split_once("+rke2r")).and_then(|(version, revision)| {
            let (minor, patch) = version.split_once('.')?;
            Some(Rke2Version { minor: minor.parse().ok()?, patch: patch.parse().ok()?, revision: revision.parse().ok()? })
        });
        parts
            .filter(|version| version.to_string() == text)
            .ok_or_else(|| wrong(text, "a release of RKE2", "write the whole version, such as `v1.35.7+rke2r1`"))
    }
}
text_value!(Rke2Version, "Rke2Version", "A release of RKE2: Kubernetes version and RKE2 revision.", {
    "pattern": "^v1\\.[0-9]+\\.[0-9]+\\+rke2r[0-9]+$", "examples": ["v1.35.7+rke2r1"]
});

/// An OpenSSH public key on one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey(String);

/// Key types that OpenSSH 9 takes without further options.
const KEY_TYPES: [&str; 7] = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
];

impl PublicKey {
    /// The line as `authorized_keys` takes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PublicKey {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.contains("PRIVATE KEY") {
            return Err("this is a private key\nremove it, count it as known to others, and write the line of the `.pub` file".into());
        }
        let mut words = text.split(' ');
        let (kind, body) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
        let printable = text.chars().all(|c| !c.is_control());
        if KEY_TYPES.contains(&kind) && body.starts_with("AAAA") && body.len() >= 40 && body.chars().all(base64) && printable {
            return Ok(PublicKey(text.into()));
        }
        let help = format!("write one line, `TYPE BASE64 COMMENT`, the type one of {}", KEY_TYPES.join(", "));
        Err(wrong(&format!("{kind} …"), "an OpenSSH public key", &help))
    }
}
text_value!(PublicKey, "PublicKey", "One line of an OpenSSH `.pub` file.", {
    "pattern": "^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\\.com|sk-ecdsa-sha2-nistp256@openssh\\.com|ssh-rsa) AAAA[A-Za-z0-9+/=]+( .*)?$"
});

/// An absolute URL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Url(url::Url, String);

impl Url {
    /// Its host, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Its port, written or the scheme's own.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.0.port_or_known_default()
    }

    /// Whether a user stands in front of the host.
    #[must_use]
    pub fn has_user(&self) -> bool {
        !self.0.username().is_empty()
    }

    /// `https` and so on.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.0.scheme()
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.1
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.1)
    }
}

impl FromStr for Url {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        // Not quoted: there may be a password in it.
        let wrong = || "this is not an absolute URL\nwrite it with its scheme and host, such as `https://harbor.example.org`".to_owned();
        let url = url::Url::parse(text).map_err(|_| wrong())?;
        if !matches!(url.scheme(), "http" | "https" | "ws" | "wss" | "ssh" | "oci" | "file")
            || (url.scheme() != "file" && url.host_str().is_none())
        {
            return Err(wrong());
        }
        if url.password().is_some() {
            return Err("a URL with a password in it\nname a secret instead, and count this password as known to others".into());
        }
        Ok(Url(url, text.to_owned()))
    }
}
text_value!(Url, "Url", "An absolute URL, without a password.", { "pattern": "^(https?|wss?|ssh|oci|file)://" });

/// CPU as Kubernetes counts it: cores, or thousandths with `m`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cpu(u64);

impl Cpu {
    /// In thousandths of a core.
    #[must_use]
    pub fn millis(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Cpu {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if self.0.is_multiple_of(1000) { write!(f, "{}", self.0 / 1000) } else { write!(f, "{}m", self.0) }
    }
}

impl Serialize for Cpu {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cpu {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Cpu;
            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("cores as a whole number, or thousandths such as `250m`")
            }
            fn visit_u64<E: serde::de::Error>(self, cores: u64) -> Result<Cpu, E> {
                cores.checked_mul(1000).map(Cpu).ok_or_else(|| E::custom("more cores than any machine has\nwrite the number of cores"))
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Cpu, E> {
                let millis = text.strip_suffix('m').filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
                millis.and_then(|digits| digits.parse().ok()).map(Cpu).ok_or_else(|| {
                    E::custom(wrong(text, "an amount of CPU", "write cores as a whole number, or thousandths such as `250m`"))
                })
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl schemars::JsonSchema for Cpu {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Cpu".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "CPU: cores as a whole number, or thousandths such as `250m`.",
            "oneOf": [{ "type": "integer", "minimum": 0 }, { "type": "string", "pattern": "^[0-9]+m$" }]
        })
    }
}

/// A day of the calendar: `2026-11-25`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The days of a month.
    fn days(year: u16, month: u8) -> u8 {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        match month {
            2 => 28 + u8::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().and_then(|part| part.parse::<u16>().ok());
        let date = next().zip(next()).zip(next()).and_then(|((year, month), day)| {
            let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
            let exists = (1..=12).contains(&month) && (1..=Date::days(year, month)).contains(&day);
            exists.then_some(Date { year, month, day })
        });
        // One way to write each day: `2026-3-1` and `+2026-03-01` would sort and read otherwise.
        date.filter(|date| date.to_string() == text)
            .ok_or_else(|| wrong(text, "a day", "write year, month and day with all their digits, such as `2026-11-25`"))
    }
}
text_value!(Date, "Date", "A day of the calendar: year, month, day.", {
    "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples": ["2026-11-25"]
});
