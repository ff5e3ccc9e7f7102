//! Calico's selectors, <https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy#selectors>:
//! expressions over labels. `||` binds weakest, then `&&`, then `!`; a label that is missing makes `!=` and `not in` true.

/// An expression over labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// `all()`, and the empty selector.
    All,
    /// `global()`: what is in no namespace. No pod is.
    Global,
    /// `has(key)`.
    Has(String),
    /// `key == 'value'`.
    Equal(String, String),
    /// `key in {'a', 'b'}`.
    In(String, Vec<String>),
    /// `key contains 'text'`.
    Contains(String, String),
    /// `key starts with 'text'`.
    StartsWith(String, String),
    /// `key ends with 'text'`.
    EndsWith(String, String),
    /// `!`, and with it `!=` and `not in`.
    Not(Box<Selector>),
    /// `&&`, all of them.
    And(Vec<Selector>),
    /// `||`, one of them.
    Or(Vec<Selector>),
}

impl Selector {
    /// Reads a selector, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Selector, String> {
        let mut parser = Parser { rest: text };
        if parser.peek().is_none() {
            return Ok(Selector::All);
        }
        let selector = parser.or()?;
        match parser.peek() {
            None => Ok(selector),
            Some(_) => Err(format!("nothing should follow at `{}`", parser.rest)),
        }
    }

    /// Whether labels are such; `label` gives the value of a key.
    pub fn matches<'a>(&self, label: &impl Fn(&str) -> Option<&'a str>) -> bool {
        match self {
            Selector::All => true,
            Selector::Global => false,
            Selector::Has(key) => label(key).is_some(),
            Selector::Equal(key, value) => label(key) == Some(value),
            Selector::In(key, values) => label(key).is_some_and(|found| values.iter().any(|value| value == found)),
            Selector::Contains(key, part) => label(key).is_some_and(|found| found.contains(part.as_str())),
            Selector::StartsWith(key, part) => label(key).is_some_and(|found| found.starts_with(part.as_str())),
            Selector::EndsWith(key, part) => label(key).is_some_and(|found| found.ends_with(part.as_str())),
            Selector::Not(inner) => !inner.matches(label),
            Selector::And(parts) => parts.iter().all(|part| part.matches(label)),
            Selector::Or(parts) => parts.iter().any(|part| part.matches(label)),
        }
    }

    /// This one and another.
    #[must_use]
    pub fn and(self, other: Selector) -> Selector {
        match (self, other) {
            (Selector::All, only) | (only, Selector::All) => only,
            (one, other) => Selector::And(vec![one, other]),
        }
    }
}

/// What is still to read.
struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.rest.chars().next()
    }

    /// Takes that text, if it comes next.
    fn takes(&mut self, text: &str) -> bool {
        self.peek();
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, text: &str) -> Result<(), String> {
        if self.takes(text) { Ok(()) } else { Err(format!("`{text}` should come at `{}`", self.rest)) }
    }

    fn or(&mut self) -> Result<Selector, String> {
        let mut parts = vec![self.and()?];
        while self.takes("||") {
            parts.push(self.and()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Selector::Or(parts) })
    }

    fn and(&mut self) -> Result<Selector, String> {
        let mut parts = vec![self.operation()?];
        while self.takes("&&") {
            parts.push(self.operation()?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Selector::And(parts) })
    }

    fn operation(&mut self) -> Result<Selector, String> {
        let mut negated = false;
        while self.takes("!") {
            negated = !negated;
        }
        let inner = self.term()?;
        Ok(if negated { Selector::Not(Box::new(inner)) } else { inner })
    }

    fn term(&mut self) -> Result<Selector, String> {
        if self.takes("(") {
            let inner = self.or()?;
            self.expect(")")?;
            return Ok(inner);
        }
        let key = self.key()?;
        match key {
            "has" | "all" | "global" if self.rest.starts_with('(') => self.function(key),
            key => self.comparison(key.to_owned()),
        }
    }

    /// `has(key)`, `all()`, `global()`: the name is read, and `(` follows at once.
    fn function(&mut self, name: &str) -> Result<Selector, String> {
        self.expect("(")?;
        let selector = match name {
            "has" => Selector::Has(self.key()?.to_owned()),
            "all" => Selector::All,
            _ => Selector::Global,
        };
        self.expect(")")?;
        Ok(selector)
    }

    fn comparison(&mut self, key: String) -> Result<Selector, String> {
        let not = |inner| Selector::Not(Box::new(inner));
        if self.takes("==") {
            return Ok(Selector::Equal(key, self.text()?));
        }
        if self.takes("!=") {
            return Ok(not(Selector::Equal(key, self.text()?)));
        }
        match self.word() {
            "contains" => Ok(Selector::Contains(key, self.text()?)),
            "in" => Ok(Selector::In(key, self.set()?)),
            // Calico's reader takes two words without a blank too.
            "notin" => Ok(not(Selector::In(key, self.set()?))),
            "startswith" => Ok(Selector::StartsWith(key, self.text()?)),
            "endswith" => Ok(Selector::EndsWith(key, self.text()?)),
            first @ ("not" | "starts" | "ends") => match (first, self.word()) {
                ("not", "in") => Ok(not(Selector::In(key, self.set()?))),
                ("starts", "with") => Ok(Selector::StartsWith(key, self.text()?)),
                ("ends", "with") => Ok(Selector::EndsWith(key, self.text()?)),
                _ => Err(format!("no operator `{first}` behind the label `{key}`")),
            },
            _ => Err(format!("an operator should follow the label `{key}`, at `{}`", self.rest)),
        }
    }

    /// Small letters.
    fn word(&mut self) -> &'a str {
        self.peek();
        let end = self.rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    /// A label's key, which is not quoted.
    fn key(&mut self) -> Result<&'a str, String> {
        self.peek();
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-');
        let end = self.rest.find(|c: char| !inside(c)).unwrap_or(self.rest.len());
        if end == 0 {
            return Err(if self.rest.is_empty() { "it ends too early".into() } else { format!("no label begins at `{}`", self.rest) });
        }
        let (key, rest) = self.rest.split_at(end);
        self.rest = rest;
        Ok(key)
    }

    /// A text in single or double quotes; nothing is escaped inside.
    fn text(&mut self) -> Result<String, String> {
        let quote = self.peek().filter(|quote| matches!(quote, '\'' | '"'));
        let quote = quote.ok_or_else(|| format!("a quoted value should come at `{}`", self.rest))?;
        let (text, rest) = self.rest[1..].split_once(quote).ok_or_else(|| format!("a quote has no end: {}", self.rest))?;
        self.rest = rest;
        Ok(text.to_owned())
    }

    /// `{'a', 'b'}`; a comma may stand behind the last one.
    fn set(&mut self) -> Result<Vec<String>, String> {
        self.expect("{")?;
        let mut values = Vec::new();
        while self.peek() != Some('}') {
            values.push(self.text()?);
            if !self.takes(",") {
                break;
            }
        }
        self.expect("}")?;
        Ok(values)
    }
}
