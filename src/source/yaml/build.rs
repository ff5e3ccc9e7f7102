//! Parser events to the tree.

use granit_parser::{Event, ScalarStyle, Span as Mark, StructureStyle};

use super::{Core, Key, MAX_DEPTH, MAX_NODES, Node, NodeValue, core, span};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::source as codes;
use crate::source::{FileId, Span};

/// A list or a mapping that is still open.
struct Frame {
    span: Span,
    flow: bool,
    kind: Kind,
}

enum Kind {
    List(Vec<Node>),
    Map { entries: Vec<(Key, Node)>, seen: std::collections::HashMap<String, Span>, key: Option<Key> },
}

/// Grows the tree, one event after the other; refuses what the language does not have.
pub(super) struct Builder<'a> {
    file: FileId,
    text: &'a str,
    open: Vec<Frame>,
    root: Option<Node>,
    documents: usize,
    nodes: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(file: FileId, text: &'a str) -> Self {
        Builder { file, text, open: Vec::new(), root: None, documents: 0, nodes: 0 }
    }

    /// Where the innermost bracket that is still open stands.
    pub(super) fn open_bracket(&self) -> Option<Span> {
        self.open.iter().rev().find(|frame| frame.flow).map(|frame| frame.span)
    }

    pub(super) fn finish(self) -> Node {
        self.root.unwrap_or(Node { span: Span { file: self.file, start: 0, end: 0 }, value: NodeValue::Empty })
    }

    pub(super) fn event(&mut self, event: Event<'_>, mark: Mark) -> Result<(), Diagnostic> {
        if let Event::Scalar(_, _, _, Some(_)) | Event::SequenceStart(_, _, Some(_)) | Event::MappingStart(_, _, Some(_)) = &event {
            return Err(self.tag(mark));
        }
        match event {
            Event::DocumentStart(..) => self.document(mark),
            Event::Anchor(..) | Event::Alias(_) | Event::UnresolvedAlias(_) => Err(alias(self.place(mark))),
            Event::Scalar(text, style, ..) => self.scalar(&text, style, mark),
            Event::SequenceStart(style, ..) => self.start(style, mark, Kind::List(Vec::new())),
            Event::MappingStart(style, ..) => {
                self.start(style, mark, Kind::Map { entries: Vec::new(), seen: std::collections::HashMap::new(), key: None })
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(mark),
            _ => Ok(()),
        }
    }

    fn place(&self, mark: Mark) -> Span {
        let (start, end) = (self.offset(mark.start), self.offset(mark.end));
        span(self.file, start, end.max(start))
    }

    fn offset(&self, marker: granit_parser::Marker) -> usize {
        super::syntax::offset(self.text, marker)
    }

    fn document(&mut self, mark: Mark) -> Result<(), Diagnostic> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        Err(Diagnostic::new(&codes::SEVERAL_DOCUMENTS, "a second document in one file")
            .at(self.place(mark), "begins here")
            .help("one file holds one document: remove the `---`, or move what follows to its own file"))
    }

    fn tag(&self, mark: Mark) -> Diagnostic {
        let place = self.place(mark.tag_span().unwrap_or(mark));
        Diagnostic::new(&codes::TAG, "a tag")
            .at(place, "tags are not part of the language")
            .help("remove it; quote the value to make it text")
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, mark: Mark) -> Result<(), Diagnostic> {
        let plain = style == ScalarStyle::Plain;
        let mut place = self.place(mark);
        if let Some(Frame { kind: Kind::Map { key: key @ None, seen, .. }, .. }) = self.open.last_mut() {
            let found = take_key(text, plain, place, seen)?;
            *key = Some(found);
            return Ok(());
        }
        let value = if plain && place.start == place.end {
            place = self.key_span().unwrap_or(place);
            NodeValue::Empty
        } else if plain && core(text) == Core::Null {
            NodeValue::Null
        } else {
            place.end = place.start + trimmed(self.text, place);
            NodeValue::Scalar { text: text.to_owned(), plain }
        };
        self.put(Node { span: place, value })
    }

    fn start(&mut self, style: StructureStyle, mark: Mark, kind: Kind) -> Result<(), Diagnostic> {
        let flow = style == StructureStyle::Flow;
        let place = self.place(mark);
        if let Some(Frame { kind: Kind::Map { key: None, .. }, .. }) = self.open.last() {
            return Err(not_text(place, "a key that is a list or a mapping").help("quote the value if it is text"));
        }
        if self.open.len() >= MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} levels of nesting");
            return Err(Diagnostic::new(&codes::TOO_LARGE, message)
                .at(place, "one level too many")
                .help("nothing in the language nests so deep; look for brackets that are not closed"));
        }
        let place = if flow { place } else { self.key_span().unwrap_or(place) };
        self.open.push(Frame { span: place, flow, kind });
        Ok(())
    }

    /// The key whose value is read now.
    fn key_span(&self) -> Option<Span> {
        match &self.open.last()?.kind {
            Kind::Map { key: Some(key), .. } => Some(key.span),
            _ => None,
        }
    }

    fn end(&mut self, mark: Mark) -> Result<(), Diagnostic> {
        let Some(frame) = self.open.pop() else { return Ok(()) };
        let mut place = frame.span;
        if frame.flow {
            place.end = self.place(mark).end.max(place.end);
        }
        let value = match frame.kind {
            Kind::List(items) => NodeValue::List(items),
            Kind::Map { entries, .. } => {
                // A block mapping without a key of its own (a list's item, the document): its first key.
                if !frame.flow && place.start == place.end {
                    place = entries.first().map_or(place, |(key, _)| key.span);
                }
                NodeValue::Map(entries)
            }
        };
        self.put(Node { span: place, value })
    }

    fn put(&mut self, node: Node) -> Result<(), Diagnostic> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let message = format!("more than {MAX_NODES} values in one file");
            return Err(Diagnostic::new(&codes::TOO_LARGE, message)
                .at(node.span, "one value too many")
                .help("split it into files: each tenant may have its own"));
        }
        match self.open.last_mut().map(|frame| &mut frame.kind) {
            None => self.root = Some(node),
            Some(Kind::List(items)) => items.push(node),
            Some(Kind::Map { entries, key, .. }) => {
                if let Some(key) = key.take() {
                    entries.push((key, node));
                }
            }
        }
        Ok(())
    }
}

/// A block text's span reaches to the next token: without the blank lines behind it.
fn trimmed(text: &str, place: Span) -> u32 {
    let covered = text.get(place.start as usize..place.end as usize).unwrap_or("");
    u32::try_from(covered.trim_end().len()).unwrap_or(u32::MAX).max(1)
}

fn take_key(text: &str, plain: bool, place: Span, seen: &mut std::collections::HashMap<String, Span>) -> Result<Key, Diagnostic> {
    if plain && text == "<<" {
        return Err(alias(place));
    }
    if plain && place.start == place.end {
        return Err(not_text(place, "a value without a key").help("write the key before the colon"));
    }
    if plain && core(text) != Core::Text {
        return Err(not_text(place, &format!("the key `{text}` is not text")).help(format!("quote it: `\"{text}\":`")));
    }
    if let Some(first) = seen.insert(text.to_owned(), place) {
        return Err(Diagnostic::new(&codes::DUPLICATE_KEY, format!("the key `{text}` stands twice in one mapping"))
            .at(place, "here again")
            .at(first, "first here")
            .help("keep one of them; YAML would silently take the last"));
    }
    Ok(Key { text: text.to_owned(), span: place })
}

fn not_text(place: Span, message: &str) -> Diagnostic {
    Diagnostic::new(&codes::KEY_NOT_TEXT, message).at(place, "a key must be text")
}

fn alias(place: Span) -> Diagnostic {
    Diagnostic::new(&codes::ALIAS, "anchors, aliases and merge keys are not part of the language")
        .at(place, "here")
        .help("write the value out, or put what several environments share into a file that they extend")
}
