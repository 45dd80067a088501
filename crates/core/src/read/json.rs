//! JSON to cells with their place: a list of flat objects, one object, or one object per line.
//!
//! Here `serde_json` reads the syntax, elements first and their cells then; [`records`] reads plain objects in one pass and
//! leaves the rest to what is here. What comes out are slices of the text, so that numbers keep all their digits and every
//! value keeps its place.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Escapes, RawCell};

mod flat;
mod one_pass;
mod row;

pub use one_pass::{Element, records};
pub use row::{Keys, Row};

/// The deepest nesting that is looked into.
pub const DEPTH_LIMIT: usize = 32;

/// Why reading stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: u64,
    /// The character in the line, from 1.
    pub character: u64,
    /// What was expected.
    pub message: String,
}

/// What stands where a flat object should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Something else than an object: what it is.
    NotAnObject(&'static str),
    /// A key for the second time: its column and where its value is.
    DuplicateKey {
        /// The index of its column.
        column: usize,
        /// Where its value is in the text.
        byte: usize,
    },
    /// A list or object as value.
    Nested {
        /// The index of its column.
        column: usize,
        /// Where it is in the text.
        byte: usize,
    },
    /// More different keys than there may be columns.
    TooManyKeys,
    /// Nested deeper than [`DEPTH_LIMIT`].
    TooDeep,
    /// A text with half of a surrogate pair, or a key with one.
    BadEscape {
        /// Where it is in the text.
        byte: usize,
    },
}

/// Reads every element of the text, in order, as the slice it stands in.
///
/// # Errors
/// The first error of syntax; elements before it have been visited.
pub fn elements(text: &str, visit: &mut dyn FnMut(usize, &str)) -> Result<(), SyntaxError> {
    let offset = |raw: &RawValue| raw.get().as_ptr() as usize - text.as_ptr() as usize;
    let is_list = text.trim_start().starts_with('[');
    let outcome = if is_list {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        Elements {
            visit: &mut |raw| visit(offset(raw), raw.get()),
        }
        .deserialize(&mut deserializer)
        .and_then(|()| deserializer.end())
    } else {
        serde_json::Deserializer::from_str(text)
            .into_iter::<&RawValue>()
            .try_for_each(|raw| raw.map(|raw| visit(offset(raw), raw.get())))
    };
    outcome.map_err(|error| {
        let (line, column) = (error.line().max(1), error.column());
        let line_text = text.split('\n').nth(line - 1).unwrap_or_default();
        let before = line_text.get(..column.saturating_sub(1).min(line_text.len()));
        let character = before.map_or(column, |before| before.chars().count() + 1);
        let message = error.to_string();
        let message = in_words(message.split(" at line ").next().unwrap_or_default(), text);
        SyntaxError {
            line: line as u64,
            character: character.max(1) as u64,
            message,
        }
    })
}

/// The parser's message as people say it.
fn in_words(message: &str, text: &str) -> String {
    if !text.trim_start().starts_with(['[', '{', '"']) {
        return "a list of objects begins with [ or {; this looks like other text, such as CSV".to_owned();
    }
    match message {
        "EOF while parsing a list" => "the body ends before the list is closed",
        "EOF while parsing an object" => "the body ends before the object is closed",
        "EOF while parsing a string" => "the body ends within a text",
        "EOF while parsing a value" => "the body ends where a value should stand",
        "trailing comma" => "a comma stands before the closing bracket",
        "trailing characters" => "the list has ended, and more text follows",
        "key must be a string" => "a key in double quotes should stand here",
        "expected value" => "a value should stand here: text in double quotes, a number, true, false or null",
        "invalid number" => {
            "a number that JSON doesn't have; write numbers with leading zeros as text, in double quotes"
        }
        "expected `,` or `]`" => "a comma or the end of the list should stand here",
        "expected `,` or `}`" => "a comma or the end of the object should stand here",
        "expected `:`" => "a colon should stand behind the key",
        "invalid escape" => "a backslash that begins no escape; write two for one",
        _ if message.starts_with("control character") => {
            "a line break or another control character stands within a text; write it as an escape such as \\n"
        }
        other => other,
    }
    .to_owned()
}

struct Elements<'v, 'de> {
    visit: &'v mut dyn FnMut(&'de RawValue),
}

impl<'de> DeserializeSeed<'de> for Elements<'_, 'de> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(raw) = list.next_element::<&'de RawValue>()? {
            (self.visit)(raw);
        }
        Ok(())
    }
}

/// Cuts one element into cells, by the index of their column; `start` is where it stands in the text.
///
/// # Errors
/// The first fault; the element has no cells then.
pub fn cells(element: &str, start: usize, keys: &mut Keys, row: &mut Row) -> Result<(), Fault> {
    row.clear();
    match element.as_bytes().first() {
        Some(b'{') => {}
        Some(b'[') if depth(element) > DEPTH_LIMIT => return Err(Fault::TooDeep),
        first => return Err(Fault::NotAnObject(type_name(first))),
    }
    let mut fault = None;
    let base = element.as_ptr() as usize;
    let pairs = Pairs {
        visit: &mut |key, raw| {
            let text = raw.get();
            let byte = start + (text.as_ptr() as usize - base);
            let Some(column) = keys.of(key) else {
                fault.get_or_insert(Fault::TooManyKeys);
                return;
            };
            if row.has(column) {
                fault.get_or_insert(Fault::DuplicateKey { column, byte });
            }
            let is_half = || memchr::memmem::find(text.as_bytes(), b"\\u").is_some() && !is_text(text);
            let found = match text.as_bytes().first() {
                Some(b'{' | b'[') if depth(text) >= DEPTH_LIMIT => Some(Fault::TooDeep),
                Some(b'{' | b'[') => Some(Fault::Nested { column, byte }),
                Some(b'"') if is_half() => Some(Fault::BadEscape { byte }),
                _ => None,
            };
            match found {
                Some(found) => fault = fault.or(Some(found)),
                None => row.set(column, scalar(text, byte)),
            }
        },
    };
    let read = serde_json::Deserializer::from_str(element).deserialize_map(pairs);
    match (fault, read) {
        (Some(fault), _) => Err(fault),
        (None, Err(_)) => Err(Fault::BadEscape { byte: start }),
        (None, Ok(())) => Ok(()),
    }
}

/// The cell of one key of the object that begins at `start`.
pub fn find(text: &str, start: usize, key: &str) -> Option<RawCell> {
    let raw: &RawValue = serde_json::Deserializer::from_str(text.get(start..)?)
        .into_iter()
        .next()?
        .ok()?;
    let mut keys = Keys::default();
    let column = keys.of(key)?;
    let mut row = Row::default();
    let _ = cells(raw.get(), start, &mut keys, &mut row);
    row.cells.get(column).copied().filter(|cell| *cell != RawCell::ABSENT)
}

/// Reads all cells of the object that begins at `start`, in the order of `columns`; absent ones where it has no such key.
pub fn find_all(text: &str, start: usize, columns: &[String]) -> Vec<RawCell> {
    let mut keys = Keys::default();
    for column in columns {
        keys.of(column);
    }
    let mut row = Row::default();
    let object = text.get(start..).map(serde_json::Deserializer::from_str);
    if let Some(Ok(raw)) = object.and_then(|object| object.into_iter::<&RawValue>().next()) {
        let _ = cells(raw.get(), start, &mut keys, &mut row);
    }
    row.cells.resize(columns.len(), RawCell::ABSENT);
    row.cells
}

fn scalar(text: &str, start: usize) -> RawCell {
    match text.as_bytes().first() {
        Some(b'"') => {
            let inner = &text[1..text.len().max(2) - 1];
            let escapes = if memchr::memchr(b'\\', inner.as_bytes()).is_some() {
                Escapes::Backslashes
            } else {
                Escapes::None
            };
            RawCell {
                start: start + 1,
                end: start + 1 + inner.len(),
                escapes,
            }
        }
        Some(b'n') => RawCell {
            start,
            end: start,
            escapes: Escapes::None,
        },
        _ => RawCell {
            start,
            end: start + text.len(),
            escapes: Escapes::None,
        },
    }
}

/// Whether a JSON string is text: whole characters, no half of a surrogate pair.
fn is_text(quoted: &str) -> bool {
    serde_json::from_str::<String>(quoted).is_ok()
}

/// Undoes the escapes of the inside of a JSON string that [`is_text`].
pub(super) fn unescape(raw: &str) -> String {
    serde_json::from_str(&format!("\"{raw}\"")).unwrap_or_else(|_| raw.to_owned())
}

struct Pairs<'v, 'de> {
    visit: &'v mut dyn FnMut(&str, &'de RawValue),
}

impl<'de> Visitor<'de> for Pairs<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            (self.visit)(&key.0, value);
        }
        Ok(())
    }
}

/// A key, borrowed where it has no escapes.
struct Key<'de>(std::borrow::Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(text.into()))
            }
            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(text.to_owned().into()))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// How deep a value, or the beginning of one, is nested; `1` is depth 0.
pub fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

fn type_name(first: Option<&u8>) -> &'static str {
    match first {
        Some(b'[') => "a list",
        Some(b'"') => "a string",
        Some(b't') => "true",
        Some(b'f') => "false",
        Some(b'n') => "null",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Vec<String>>, Option<SyntaxError>) {
        let (mut keys, mut row, mut rows) = (Keys::default(), Row::default(), Vec::new());
        let error = elements(text, &mut |start, element| {
            if cells(element, start, &mut keys, &mut row).is_ok() {
                rows.push(row.cells.iter().map(|cell| cell.text(text).into_owned()).collect());
            }
        })
        .err();
        (rows, error)
    }

    #[test]
    fn lists_objects_and_lines_of_objects_are_read() {
        let expected = vec![vec!["1".to_owned()], vec!["2".to_owned()]];
        assert_eq!(read(r#"[{"a":1},{"a":"2"}]"#).0, expected);
        assert_eq!(read("{\"a\":1}\n{\"a\":\"2\"}\n").0, expected);
        assert_eq!(read(r#" {"a":9007199254740993} "#).0, [["9007199254740993"]]);
    }

    #[test]
    fn a_syntax_error_has_line_and_character() {
        let (rows, error) = read("[{\"a\":1},\n{\"é\" 2}]");
        assert_eq!(rows.len(), 1);
        let error = error.expect("no colon");
        assert_eq!((error.line, error.character), (2, 6));
    }

    #[test]
    fn depth_is_bounded_without_recursion() {
        let deep = format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000));
        let mut faults = Vec::new();
        let read = elements(&deep, &mut |start, element| {
            faults.push(cells(element, start, &mut Keys::default(), &mut Row::default()));
        });
        assert_eq!(read, Ok(()));
        assert_eq!(faults, [Err(Fault::TooDeep)]);
    }

    #[test]
    fn half_a_character_is_no_text() {
        let fault = |text: &str| cells(text, 0, &mut Keys::default(), &mut Row::default());
        assert_eq!(fault(r#"{"a":"\ud83d\ude00"}"#), Ok(()));
        assert_eq!(fault(r#"{"a":"\ud800"}"#), Err(Fault::BadEscape { byte: 5 }));
        assert_eq!(fault(r#"{"\ud800":"x"}"#), Err(Fault::BadEscape { byte: 0 }));
    }
}
