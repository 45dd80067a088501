//! The path of a request behind `/app/OData/`: segments with their keys, such as `User('0193…')/memberships/$count`.

use passmuster_core::filter::{self, Expression, Literal, Value};

use super::errors::Refusal;
use super::model::{Edm, Set};
use super::rows::{Row, compare};
use super::url;

/// One segment.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) name: String,
    /// What stands in parentheses.
    key: Option<String>,
}

/// The values of a set's key properties, in their order.
#[derive(Debug)]
pub(super) struct Key(Vec<Value<'static>>);

/// Cuts a path, which is encoded still.
///
/// # Errors
/// What is not UTF-8, and what is no segment.
pub(super) fn segments(path: &str) -> Result<Vec<Segment>, Refusal> {
    let parts = path.trim_matches('/').split('/').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let part = url::decode(part)?;
            let Some((name, key)) = part.split_once('(') else {
                return Ok(Segment { name: part, key: None });
            };
            let key = key.strip_suffix(')').ok_or_else(|| {
                Refusal::bad(
                    format!("{part:?} does not end in \")\"."),
                    "Write a key like User('0193…').",
                )
            })?;
            Ok(Segment {
                name: name.to_owned(),
                key: Some(key.to_owned()),
            })
        })
        .collect()
}

impl Segment {
    /// The key, for an entity of a set; `None` where there is none.
    ///
    /// # Errors
    /// A key that is not one of the set.
    pub(super) fn key(&self, set: &'static Set) -> Result<Option<Key>, Refusal> {
        self.key.as_deref().map(|text| read_key(text, set)).transpose()
    }

    pub(super) fn has_key(&self) -> bool {
        self.key.is_some()
    }
}

impl Key {
    /// The text of the first key property.
    pub(super) fn first(&self) -> &str {
        match self.0.first() {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    pub(super) fn is_of(&self, row: &Row) -> bool {
        compare(&self.0, &row.key()).is_eq()
    }
}

fn read_key(text: &str, set: &'static Set) -> Result<Key, Refusal> {
    let refused = || {
        let written: Vec<String> = set.key.iter().map(|name| example(set, name)).collect();
        let written = match set.key {
            [_] => written[0]
                .split_once('=')
                .map(|(_, value)| value.to_owned())
                .unwrap_or_default(),
            _ => written.join(","),
        };
        let message = format!("{text:?} is no key of {}.", set.name);
        Refusal::bad(message, format!("It is written like {}({written}).", set.name))
    };
    let mut values: Vec<Option<Value<'static>>> = vec![None; set.key.len()];
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let named = set.key.iter().position(|name| {
            let behind = rest.strip_prefix(name).map(str::trim_start);
            behind.is_some_and(|behind| behind.starts_with('='))
        });
        let at = match named {
            Some(at) => {
                rest = rest.split_once('=').map(|(_, behind)| behind).unwrap_or_default();
                at
            }
            None if set.key.len() == 1 => 0,
            None => return Err(refused()),
        };
        let (value, behind) = filter::parse_operand(rest).map_err(|_| refused())?;
        let is_text = is_text(set, set.key[at]);
        let value = match value {
            Expression::Literal(Literal::Text(value)) if is_text => Value::Text(value.into()),
            Expression::Literal(Literal::Integer(value)) if !is_text => Value::Integer(value),
            _ => return Err(refused()),
        };
        if values[at].replace(value).is_some() {
            return Err(refused());
        }
        match behind.trim_start().strip_prefix(',') {
            Some(behind) => rest = behind,
            None if behind.trim().is_empty() => break,
            None => return Err(refused()),
        }
    }
    let values: Option<Vec<_>> = values.into_iter().collect();
    values.map(Key).ok_or_else(refused)
}

fn is_text(set: &Set, property: &str) -> bool {
    set.place(property)
        .is_some_and(|place| set.properties[place].edm == Edm::Text)
}

fn example(set: &Set, name: &str) -> String {
    if is_text(set, name) {
        format!("{name}='…'")
    } else {
        format!("{name}=0")
    }
}

/// A row's address behind the feed's, such as `User('0193…')`.
pub(super) fn address(row: &Row) -> String {
    let written = |value: &Value<'_>| match value {
        Value::Text(text) => format!("'{}'", url::encode(&text.replace('\'', "''"))),
        other => format!("{other:?}"),
    };
    let values = row.key();
    let key = match values.as_slice() {
        [only] => written(only),
        _ => {
            let named = row.set.key.iter().zip(&values);
            let named: Vec<String> = named
                .map(|(name, value)| format!("{name}={}", written(value)))
                .collect();
            named.join(",")
        }
    };
    format!("{}({key})", row.set.name)
}
