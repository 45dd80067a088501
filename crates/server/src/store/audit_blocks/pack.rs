//! How the entries of a block are written as bytes: a table of fields, then row, address and edits of each user.
//!
//! Numbers are LEB128, texts have their length before them. Not self-describing: `VERSION` says which writing it is.

use passmuster_core::field::Target;
use passmuster_core::plan::{Change, Edit, Value, ValueRef};

use crate::store::{StoreError, Stored};

const VERSION: u8 = 1;

/// How a value is written: its first byte.
mod kind {
    pub(super) const NULL: u8 = 0;
    pub(super) const FALSE: u8 = 1;
    pub(super) const TRUE: u8 = 2;
    pub(super) const TEXT: u8 = 3;
    pub(super) const LIST: u8 = 4;
    pub(super) const JSON: u8 = 5;
    /// The text that is the user's address.
    pub(super) const ADDRESS: u8 = 6;
}

/// Set beside a kind of `after` when there is a reason.
const HAS_REASON: u8 = 0x80;

/// Entries as bytes.
#[derive(Debug, Default)]
pub(super) struct Packed {
    fields: Vec<Target>,
    bytes: Vec<u8>,
}

impl Packed {
    /// Adds an entry, that many steps behind the one before.
    pub(super) fn add(&mut self, steps: u64, change: &Change) -> Stored<()> {
        put_number(&mut self.bytes, steps);
        put_number(&mut self.bytes, change.row.unwrap_or_default());
        put_text(&mut self.bytes, &change.email);
        put_number(&mut self.bytes, change.edits.len() as u64);
        for (at, edit) in change.edits.refs().enumerate() {
            // Bodies of one mapping have their fields in one order: the place is guessed before it is looked for.
            let is_guess = self.fields.get(at).is_some_and(|field| field == edit.field);
            let field = if is_guess { at } else { self.place_of(edit.field) };
            put_number(&mut self.bytes, field as u64);
            let reason = if edit.reason.is_some() { HAS_REASON } else { 0 };
            put_value(&mut self.bytes, reason, edit.after, &change.email)?;
            put_value(&mut self.bytes, 0, edit.before, &change.email)?;
            if let Some(reason) = edit.reason {
                put_text(&mut self.bytes, reason);
            }
        }
        Ok(())
    }

    fn place_of(&mut self, field: &Target) -> usize {
        let place = self.fields.iter().position(|known| known == field);
        place.unwrap_or_else(|| {
            self.fields.push(field.clone());
            self.fields.len() - 1
        })
    }

    /// All of it, to be kept.
    pub(super) fn compressed(&self) -> Vec<u8> {
        let mut whole = vec![VERSION];
        put_number(&mut whole, self.fields.len() as u64);
        for field in &self.fields {
            put_text(&mut whole, &field.to_string());
        }
        whole.extend_from_slice(&self.bytes);
        lz4_flex::compress_prepend_size(&whole)
    }
}

fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_number(bytes, text.len() as u64);
    bytes.extend_from_slice(text.as_bytes());
}

fn put_value(bytes: &mut Vec<u8>, flag: u8, value: ValueRef<'_>, address: &str) -> Stored<()> {
    if let Some(text) = value.as_text() {
        if text == address {
            bytes.push(flag | kind::ADDRESS);
        } else {
            bytes.push(flag | kind::TEXT);
            put_text(bytes, text);
        }
        return Ok(());
    }
    match value {
        ValueRef::Of(Value::Bool(truth)) => bytes.push(flag | if *truth { kind::TRUE } else { kind::FALSE }),
        ValueRef::Of(Value::List(_)) | ValueRef::Words(_) => {
            bytes.push(flag | kind::LIST);
            put_number(bytes, value.words().count() as u64);
            for word in value.words() {
                put_text(bytes, word);
            }
        }
        ValueRef::Of(Value::Json(document)) => {
            let text = serde_json::to_string(document).map_err(|error| StoreError::Unexpected(error.to_string()))?;
            bytes.push(flag | kind::JSON);
            put_text(bytes, &text);
        }
        ValueRef::Json(text) => {
            bytes.push(flag | kind::JSON);
            put_text(bytes, text);
        }
        ValueRef::Of(Value::Null | Value::Text(_)) | ValueRef::Text(_) => bytes.push(flag | kind::NULL),
    }
    Ok(())
}

/// Reads what [`Packed`] wrote; `None` where it isn't that.
pub(super) struct Reader<'b> {
    fields: Vec<Target>,
    rest: &'b [u8],
}

/// An entry without its edits.
pub(super) struct Head<'b> {
    pub(super) steps: u64,
    /// 0 for none.
    pub(super) row: u64,
    pub(super) email: &'b str,
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Option<Self> {
        let (version, rest) = bytes.split_first()?;
        let mut reader = Self {
            fields: Vec::new(),
            rest,
        };
        if *version != VERSION {
            return None;
        }
        for _ in 0..reader.number()? {
            let code = reader.text()?;
            reader.fields.push(Target::parse(code)?);
        }
        Some(reader)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn head(&mut self) -> Option<Head<'b>> {
        Some(Head {
            steps: self.number()?,
            row: self.number()?,
            email: self.text()?,
        })
    }

    /// The edits behind a head; none when they are not wanted.
    pub(super) fn edits(&mut self, address: &str, is_wanted: bool) -> Option<Vec<Edit>> {
        let mut edits = Vec::new();
        for _ in 0..self.number()? {
            let field = usize::try_from(self.number()?).ok()?;
            let flag = *self.rest.first()? & HAS_REASON;
            let after = self.value(address, is_wanted)?;
            let before = self.value(address, is_wanted)?;
            let reason = if flag == 0 { None } else { Some(self.text()?) };
            if is_wanted {
                edits.push(Edit {
                    field: self.fields.get(field)?.clone(),
                    before,
                    after,
                    reason: reason.map(str::to_owned),
                });
            }
        }
        Some(edits)
    }

    fn value(&mut self, address: &str, is_wanted: bool) -> Option<Value> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(match *first & !HAS_REASON {
            kind::NULL => Value::Null,
            kind::FALSE => Value::Bool(false),
            kind::TRUE => Value::Bool(true),
            kind::ADDRESS => Value::from(is_wanted.then_some(address)),
            kind::TEXT => {
                let text = self.text()?;
                Value::from(is_wanted.then_some(text))
            }
            kind::LIST => {
                let count = self.number()?;
                let words: Option<Vec<String>> = (0..count).map(|_| self.text().map(str::to_owned)).collect();
                Value::List(words?)
            }
            kind::JSON => {
                let text = self.text()?;
                if is_wanted {
                    Value::Json(serde_json::from_str(text).ok()?)
                } else {
                    Value::Null
                }
            }
            _ => return None,
        })
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'b str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use passmuster_core::plan::ChangeKind;

    use super::*;

    fn change(row: Option<u64>, email: &str, edits: Vec<Edit>) -> Change {
        Change {
            row,
            email: email.to_owned(),
            kind: ChangeKind::Created,
            edits: edits.into(),
            user_id: None,
        }
    }

    fn edit(field: &str, before: Value, after: Value, reason: Option<&str>) -> Edit {
        Edit {
            field: Target::parse(field).expect("a target"),
            before,
            after,
            reason: reason.map(str::to_owned),
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let text = |text: &str| Value::from(Some(text));
        let none = || Value::Null;
        let words = ["a".to_owned(), "é".repeat(100)];
        let changes = [
            change(
                Some(1),
                "Ann@a.co",
                vec![
                    edit("user.email", none(), text("Ann@a.co"), None),
                    edit("user.username", none(), text("ann@a.co"), None),
                    edit("user.tags", Value::List(Vec::new()), words[..].into(), None),
                    edit(
                        "user.is_manager",
                        none(),
                        Value::Bool(true),
                        Some("granted because they manage groups"),
                    ),
                    edit("attribute:Size", none(), Value::Json(serde_json::json!("3")), None),
                ],
            ),
            change(None, "", Vec::new()),
            change(
                Some(300),
                "Bo@a.co",
                vec![
                    edit("user.is_active", none(), Value::Bool(false), None),
                    edit("group_membership:Team", none(), text(""), None),
                    edit("user.email", none(), text("Bo@a.co"), None),
                    edit(
                        "attribute:Size",
                        none(),
                        Value::Json(serde_json::json!({"b": [1.5, null]})),
                        None,
                    ),
                ],
            ),
        ];
        let mut packed = Packed::default();
        for (change, steps) in changes.iter().zip([0, 1, 1_000_000]) {
            packed.add(steps, change).expect("packed");
        }
        let bytes = lz4_flex::decompress_size_prepended(&packed.compressed()).expect("unpacked");
        let mut reader = Reader::new(&bytes).expect("a block");
        for (change, steps) in changes.iter().zip([0, 1, 1_000_000]) {
            let head = reader.head().expect("an entry");
            assert_eq!(
                (head.steps, head.row, head.email),
                (steps, change.row.unwrap_or(0), &*change.email)
            );
            assert_eq!(reader.edits(head.email, true).as_deref(), change.edits.as_list());
        }
        assert!(reader.is_at_end());
        for length in 0..bytes.len() {
            let Some(mut reader) = Reader::new(&bytes[..length]) else {
                continue;
            };
            while let Some(head) = reader.head() {
                if reader.edits(head.email, true).is_none() {
                    break;
                }
            }
        }
    }
}
