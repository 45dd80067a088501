//! The edits of one user: a list, or all of them written into one text.
//!
//! An upload may create a whole directory. Lists of a dozen edits for each of its users, with a text of its own in each
//! edit, would take ten times the room of the body, and most of the time of deciding; they are written out only where
//! somebody asks for them. Which of the two forms it is never shows in a document.

use std::borrow::Cow;
use std::sync::Arc;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Edit, Value};
use crate::field::Target;
use packing::{Packed, read_text};

mod packing;

pub(crate) use packing::Packing;

/// The edits of one user, in the order of [`crate::field::FIELDS`].
#[derive(Debug, Clone)]
pub struct Edits(Kept);

#[derive(Debug, Clone)]
enum Kept {
    List(Vec<Edit>),
    Packed {
        /// What the text names by number; most users of a plan share it.
        fields: Arc<[Target]>,
        text: Box<str>,
    },
}

impl Edits {
    /// Each edit; written out where it has to be. [`Edits::refs`] is quicker.
    pub fn iter(&self) -> Written<'_> {
        Written(self.refs())
    }

    /// What each edit says, without writing it out.
    pub fn refs(&self) -> EditRefs<'_> {
        EditRefs(match &self.0 {
            Kept::List(edits) => Walk::List(edits.iter()),
            Kept::Packed { fields, text } => Walk::Packed(Packed::new(fields, text)),
        })
    }

    /// The edits as a list, which those of users whom a plan doesn't create are; otherwise `None`.
    pub fn as_list(&self) -> Option<&[Edit]> {
        match &self.0 {
            Kept::List(edits) => Some(edits),
            Kept::Packed { .. } => None,
        }
    }

    /// The edits as a list that can be changed.
    pub fn make_list(&mut self) -> &mut Vec<Edit> {
        if let Kept::Packed { .. } = self.0 {
            self.0 = Kept::List(self.iter().map(Cow::into_owned).collect());
        }
        match &mut self.0 {
            Kept::List(edits) => edits,
            Kept::Packed { .. } => unreachable!("it was made a list above"),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::List(edits) => edits.len(),
            Kept::Packed { .. } => self.refs().count(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.refs().next().is_none()
    }
}

impl<'e> IntoIterator for &'e Edits {
    type Item = Cow<'e, Edit>;
    type IntoIter = Written<'e>;

    fn into_iter(self) -> Written<'e> {
        self.iter()
    }
}

impl From<Vec<Edit>> for Edits {
    fn from(edits: Vec<Edit>) -> Self {
        Self(Kept::List(edits))
    }
}

impl FromIterator<Edit> for Edits {
    fn from_iter<I: IntoIterator<Item = Edit>>(edits: I) -> Self {
        Self(Kept::List(edits.into_iter().collect()))
    }
}

impl PartialEq for Edits {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Serialize for Edits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.refs())
    }
}

impl<'de> Deserialize<'de> for Edits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from)
    }
}

/// As a list of [`Edit`].
#[cfg(feature = "schema")]
impl schemars::JsonSchema for Edits {
    fn schema_name() -> Cow<'static, str> {
        "Edits".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        <Vec<Edit>>::json_schema(generator)
    }
}

/// What one [`Edit`] says.
#[derive(Debug, Clone, Copy)]
pub struct EditRef<'e> {
    /// Which field.
    pub field: &'e Target,
    /// What the directory has.
    pub before: ValueRef<'e>,
    /// What it would have.
    pub after: ValueRef<'e>,
    /// Why, when the cell alone doesn't say it.
    pub reason: Option<&'e str>,
}

impl EditRef<'_> {
    fn to_edit(self) -> Edit {
        Edit {
            field: self.field.clone(),
            before: self.before.to_value(),
            after: self.after.to_value(),
            reason: self.reason.map(str::to_owned),
        }
    }
}

/// As [`Edit`] is.
impl Serialize for EditRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut edit = serializer.serialize_struct("Edit", 4)?;
        edit.serialize_field("field", self.field)?;
        edit.serialize_field("before", &self.before)?;
        edit.serialize_field("after", &self.after)?;
        match self.reason {
            Some(reason) => edit.serialize_field("reason", reason)?,
            None => edit.skip_field("reason")?,
        }
        edit.end()
    }
}

/// What a [`Value`] says.
#[derive(Debug, Clone, Copy)]
pub enum ValueRef<'e> {
    /// It is one.
    Of(&'e Value),
    /// Text.
    Text(&'e str),
    /// Words or names of groups, sorted.
    Words(Words<'e>),
    /// A custom attribute's value, as JSON.
    Json(&'e str),
}

impl<'e> From<Option<&'e str>> for ValueRef<'e> {
    fn from(text: Option<&'e str>) -> Self {
        text.map_or(Self::Of(&Value::Null), Self::Text)
    }
}

impl<'e> ValueRef<'e> {
    /// The text, if it is text.
    pub fn as_text(self) -> Option<&'e str> {
        match self {
            Self::Of(value) => value.as_text(),
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The words, if it is a list; none for nothing.
    pub fn words(self) -> Words<'e> {
        match self {
            Self::Of(value) => Words(Listed::Words(value.as_list())),
            Self::Words(words) => words,
            _ => Words(Listed::Words(&[])),
        }
    }

    /// `true` only for True.
    pub fn is_true(self) -> bool {
        matches!(self, Self::Of(Value::Bool(true)))
    }

    /// Whether it is nothing.
    pub fn is_null(self) -> bool {
        matches!(self, Self::Of(Value::Null))
    }

    /// The value.
    pub fn to_value(self) -> Value {
        match self {
            Self::Of(value) => value.clone(),
            Self::Text(text) => Value::Text(text.to_owned()),
            Self::Words(words) => Value::List(words.map(str::to_owned).collect()),
            // Nothing but a JSON value's own text is ever written.
            Self::Json(text) => serde_json::from_str(text).map_or(Value::Null, Value::Json),
        }
    }
}

/// As [`Value`] is.
impl Serialize for ValueRef<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Of(value) => value.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Words(words) => serializer.collect_seq(*words),
            Self::Json(_) => self.to_value().serialize(serializer),
        }
    }
}

/// The words of a list.
#[derive(Debug, Clone, Copy)]
pub struct Words<'e>(Listed<'e>);

#[derive(Debug, Clone, Copy)]
enum Listed<'e> {
    Words(&'e [String]),
    /// So many, and what they are written in.
    Packed(usize, &'e str),
}

impl<'e> Iterator for Words<'e> {
    type Item = &'e str;

    fn next(&mut self) -> Option<&'e str> {
        match &mut self.0 {
            Listed::Words(words) => {
                let (first, rest) = words.split_first()?;
                *words = rest;
                Some(first)
            }
            Listed::Packed(count, rest) => {
                *count = count.checked_sub(1)?;
                Some(read_text(rest))
            }
        }
    }
}

/// The edits of [`Edits::refs`].
#[derive(Debug, Clone)]
pub struct EditRefs<'e>(Walk<'e>);

#[derive(Debug, Clone)]
enum Walk<'e> {
    List(std::slice::Iter<'e, Edit>),
    Packed(Packed<'e>),
}

impl<'e> Iterator for EditRefs<'e> {
    type Item = EditRef<'e>;

    fn next(&mut self) -> Option<EditRef<'e>> {
        match &mut self.0 {
            Walk::List(edits) => edits.next().map(|edit| EditRef {
                field: &edit.field,
                before: ValueRef::Of(&edit.before),
                after: ValueRef::Of(&edit.after),
                reason: edit.reason.as_deref(),
            }),
            Walk::Packed(packed) => packed.next(),
        }
    }
}

/// The edits of [`Edits::iter`].
#[derive(Debug, Clone)]
pub struct Written<'e>(EditRefs<'e>);

impl<'e> Iterator for Written<'e> {
    type Item = Cow<'e, Edit>;

    fn next(&mut self) -> Option<Cow<'e, Edit>> {
        match &mut self.0.0 {
            Walk::List(edits) => edits.next().map(Cow::Borrowed),
            Walk::Packed(packed) => packed.next().map(|edit| Cow::Owned(edit.to_edit())),
        }
    }
}
