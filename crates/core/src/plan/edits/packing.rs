//! How the edits of one user are written into one text, and read again.
//!
//! Only ever in memory: nothing that is kept or sent is written so.

use std::sync::Arc;

use super::{EditRef, Edits, Kept, Listed, ValueRef, Words};
use crate::field::Target;
use crate::plan::Value;

/// How a value is written: its first byte. Every byte that is no part of a text is ASCII, so that all of it is a text.
mod kind {
    pub(super) const NULL: u8 = 0;
    pub(super) const FALSE: u8 = 1;
    pub(super) const TRUE: u8 = 2;
    pub(super) const TEXT: u8 = 3;
    pub(super) const LIST: u8 = 4;
    pub(super) const JSON: u8 = 5;
    /// The first text again: the username that is the address.
    pub(super) const FIRST: u8 = 6;
    /// Set beside the kind of `after` when there is a reason.
    pub(super) const HAS_REASON: u8 = 0x40;
}

/// Writes the edits of one user after another, all fields by number.
#[derive(Debug)]
pub(crate) struct Packing {
    fields: Arc<[Target]>,
    /// Where the field of the next edit is looked for first: most users have the same fields in the same order.
    guess: usize,
    text: String,
    /// Where the first text is.
    first: Option<std::ops::Range<usize>>,
}

impl Default for Packing {
    fn default() -> Self {
        Self {
            fields: Arc::new([]),
            guess: 0,
            text: String::new(),
            first: None,
        }
    }
}

impl Packing {
    /// Adds an edit of the user.
    pub(crate) fn push(&mut self, field: &Target, before: ValueRef<'_>, after: ValueRef<'_>, reason: Option<&str>) {
        let number = self.number_of(field);
        write_number(&mut self.text, number);
        self.value(after, if reason.is_some() { kind::HAS_REASON } else { 0 });
        self.value(before, 0);
        if let Some(reason) = reason {
            write_text(&mut self.text, reason);
        }
    }

    /// The edits since the last user's.
    pub(crate) fn take(&mut self) -> Edits {
        let text = Box::from(self.text.as_str());
        self.text.clear();
        (self.first, self.guess) = (None, 0);
        Edits(Kept::Packed {
            fields: Arc::clone(&self.fields),
            text,
        })
    }

    fn number_of(&mut self, field: &Target) -> usize {
        let behind = self.fields.iter().enumerate().skip(self.guess);
        let mut all = behind.chain(self.fields.iter().enumerate().take(self.guess));
        let number = all.find(|(_, known)| *known == field).map(|(number, _)| number);
        let number = number.unwrap_or_else(|| {
            // The users before keep the shorter table, which this one begins with.
            self.fields = self.fields.iter().chain([field]).cloned().collect();
            self.fields.len() - 1
        });
        self.guess = number + 1;
        number
    }

    fn value(&mut self, value: ValueRef<'_>, flag: u8) {
        let mut kind = |kind: u8| self.text.push(char::from(kind | flag));
        match value {
            ValueRef::Of(Value::Null) => kind(kind::NULL),
            ValueRef::Of(Value::Bool(false)) => kind(kind::FALSE),
            ValueRef::Of(Value::Bool(true)) => kind(kind::TRUE),
            ValueRef::Of(Value::Text(text)) => self.text(text, flag),
            ValueRef::Text(text) => self.text(text, flag),
            ValueRef::Of(Value::List(_)) | ValueRef::Words(_) => {
                kind(kind::LIST);
                let words = value.words();
                write_number(&mut self.text, words.count());
                words.for_each(|word| write_text(&mut self.text, word));
            }
            ValueRef::Of(Value::Json(document)) => {
                kind(kind::JSON);
                write_text(&mut self.text, &document.to_string());
            }
            ValueRef::Json(document) => {
                kind(kind::JSON);
                write_text(&mut self.text, document);
            }
        }
    }

    fn text(&mut self, text: &str, flag: u8) {
        let first = self.first.clone().and_then(|first| self.text.get(first));
        if first == Some(text) {
            self.text.push(char::from(kind::FIRST | flag));
            return;
        }
        self.text.push(char::from(kind::TEXT | flag));
        write_text(&mut self.text, text);
        if self.first.is_none() {
            self.first = Some(self.text.len() - text.len()..self.text.len());
        }
    }
}

/// Six bits a byte, the lowest first, so that each is ASCII.
fn write_number(out: &mut String, mut number: usize) {
    while number >= 0x40 {
        out.push(char::from(number as u8 & 0x3F | 0x40));
        number >>= 6;
    }
    out.push(char::from(number as u8));
}

fn write_text(out: &mut String, text: &str) {
    write_number(out, text.len());
    out.push_str(text);
}

/// Reads what [`Packing`] wrote.
#[derive(Debug, Clone)]
pub(super) struct Packed<'e> {
    fields: &'e [Target],
    rest: &'e str,
    first: Option<&'e str>,
}

impl<'e> Packed<'e> {
    pub(super) fn new(fields: &'e [Target], text: &'e str) -> Self {
        Self {
            fields,
            rest: text,
            first: None,
        }
    }

    pub(super) fn next(&mut self) -> Option<EditRef<'e>> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.fields.get(read_number(&mut self.rest))?;
        let (after, has_reason) = self.value();
        let (before, _) = self.value();
        let reason = has_reason.then(|| read_text(&mut self.rest));
        Some(EditRef {
            field,
            before,
            after,
            reason,
        })
    }

    fn value(&mut self) -> (ValueRef<'e>, bool) {
        let byte = read_byte(&mut self.rest);
        let value = match byte & !kind::HAS_REASON {
            kind::FALSE => ValueRef::Of(&Value::Bool(false)),
            kind::TRUE => ValueRef::Of(&Value::Bool(true)),
            kind::TEXT => {
                let text = read_text(&mut self.rest);
                self.first.get_or_insert(text);
                ValueRef::Text(text)
            }
            kind::FIRST => ValueRef::Text(self.first.unwrap_or_default()),
            kind::LIST => {
                let words = Words(Listed::Packed(read_number(&mut self.rest), self.rest));
                let mut rest = words;
                rest.by_ref().for_each(drop);
                if let Listed::Packed(_, behind) = rest.0 {
                    self.rest = behind;
                }
                ValueRef::Words(words)
            }
            kind::JSON => ValueRef::Json(read_text(&mut self.rest)),
            _ => ValueRef::Of(&Value::Null),
        };
        (value, byte & kind::HAS_REASON != 0)
    }
}

fn read_byte(rest: &mut &str) -> u8 {
    let (first, behind) = rest.split_at_checked(1).unwrap_or_default();
    *rest = behind;
    first.as_bytes().first().copied().unwrap_or_default()
}

fn read_number(rest: &mut &str) -> usize {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = read_byte(rest);
        number |= usize::from(byte & 0x3F) << shift;
        shift += 6;
        if byte & 0x40 == 0 || shift >= usize::BITS {
            return number;
        }
    }
}

pub(super) fn read_text<'e>(rest: &mut &'e str) -> &'e str {
    let length = read_number(rest);
    let (text, behind) = rest.split_at_checked(length).unwrap_or_default();
    *rest = behind;
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Edit;

    fn edit(field: &str, before: Value, after: Value, reason: Option<&str>) -> Edit {
        Edit {
            field: Target::parse(field).expect("a target"),
            before,
            after,
            reason: reason.map(str::to_owned),
        }
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn packed(packing: &mut Packing, edits: &[Edit]) -> Edits {
        for edit in edits {
            let (before, after) = (ValueRef::Of(&edit.before), ValueRef::Of(&edit.after));
            packing.push(&edit.field, before, after, edit.reason.as_deref());
        }
        packing.take()
    }

    #[test]
    fn packed_edits_are_the_same_edits() {
        let long = "é\u{1}\"".repeat(70_000);
        let users = [
            vec![
                edit("user.email", Value::Null, text("Ann@a.co"), None),
                edit("user.first_name", Value::Null, text(""), None),
                edit("user.username", Value::Null, text("Ann@a.co"), Some("")),
                edit(
                    "user.tags",
                    Value::List(Vec::new()),
                    Value::List(vec!["a".into(), String::new()]),
                    None,
                ),
                edit(
                    "group_manager:Team",
                    text("Ann@a.co"),
                    Value::List(Vec::new()),
                    Some("Ann@a.co"),
                ),
            ],
            Vec::new(),
            vec![
                edit("user.email", Value::Null, text(&long), None),
                edit("user.is_active", Value::Bool(true), Value::Bool(false), Some("missing")),
                edit("attribute:Size", Value::Json(serde_json::json!("é")), Value::Null, None),
                edit(
                    "attribute:Size",
                    Value::Null,
                    Value::Json(serde_json::json!({"b": [1.5e300, null]})),
                    None,
                ),
                edit("user.first_name", text(&long), text(&long), Some(&long)),
            ],
            (0..100)
                .map(|at| edit(&format!("attribute:{at}"), Value::Null, text("x"), None))
                .collect(),
        ];
        let mut packing = Packing::default();
        let all: Vec<Edits> = users.iter().map(|edits| packed(&mut packing, edits)).collect();
        for (edits, packed) in users.into_iter().zip(all) {
            assert!(packed.as_list().is_none());
            assert_eq!((packed.len(), packed.is_empty()), (edits.len(), edits.is_empty()));
            let written = serde_json::to_string(&edits).expect("JSON");
            assert_eq!(serde_json::to_string(&packed).expect("JSON"), written);
            let list = Edits::from(edits.clone());
            assert_eq!(packed, list);
            assert_eq!(serde_json::to_string(&list).expect("JSON"), written);
            for (a, b) in packed.refs().zip(list.refs()) {
                assert_eq!(a.after.as_text(), b.after.as_text());
                assert!(a.after.words().eq(b.after.words()));
                assert_eq!(
                    (a.after.is_true(), a.after.is_null()),
                    (b.after.is_true(), b.after.is_null())
                );
            }
            assert_eq!(packed.clone().make_list(), &edits);
        }
    }
}
