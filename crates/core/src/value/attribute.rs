//! Values of custom attributes, by their type.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::group::{AttributeKind, AttributeType};

/// Why a text is no value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What it is not, such as `a whole number`.
    pub expected: String,
    /// What to do instead.
    pub hint: String,
}

/// The deepest nesting of a json attribute.
const DEPTH_LIMIT: usize = 32;

/// The value that a text is for an attribute; [`mismatch`] tells why it is none.
pub fn parse(text: &str, attribute: &AttributeType) -> Option<Value> {
    let as_text = |fits: bool| fits.then(|| Value::String(text.to_owned()));
    match attribute.kind {
        AttributeKind::String => as_text(true),
        AttributeKind::Integer => text.parse::<i64>().ok().map(Value::from),
        AttributeKind::Float => {
            let number = text.parse::<f64>().ok()?;
            serde_json::Number::from_f64(number).map(Value::Number)
        }
        AttributeKind::Boolean => super::boolean::parse(text).map(|(truth, _)| Value::Bool(truth)),
        AttributeKind::Date => as_text(is_date(text)),
        AttributeKind::Datetime => as_text(is_datetime(text)),
        AttributeKind::Fixed => as_text(attribute.options.iter().any(|option| option == text)),
        AttributeKind::Json if crate::read::json::depth(text) > DEPTH_LIMIT => None,
        AttributeKind::Json => serde_json::from_str::<Strict>(text).ok().map(|Strict(value)| value),
    }
}

/// Why a text is no value of an attribute: what is expected, and what to do.
pub fn mismatch(text: &str, attribute: &AttributeType) -> Mismatch {
    let (expected, hint) = match attribute.kind {
        // every text is a text
        AttributeKind::String => ("a text".to_owned(), "Write a text."),
        AttributeKind::Integer => ("a whole number".to_owned(), "Write digits only, such as 42."),
        AttributeKind::Float => ("a decimal number".to_owned(), "Write it with a point, such as 3.14."),
        AttributeKind::Boolean => (
            "True or False".to_owned(),
            "Write True or False, or map this value to one of them.",
        ),
        AttributeKind::Date => (
            "a day that exists".to_owned(),
            "Write year, month and day as 2026-11-21.",
        ),
        AttributeKind::Datetime => (
            "a time that exists".to_owned(),
            "Write day, time and zone as 2026-11-21T08:30:00Z.",
        ),
        AttributeKind::Fixed => return not_an_option(text, &attribute.options),
        AttributeKind::Json if crate::read::json::depth(text) > DEPTH_LIMIT => {
            ("JSON of at most 32 levels".to_owned(), "Nest it less.")
        }
        AttributeKind::Json => {
            let error = serde_json::from_str::<Strict>(text).err();
            let message = error.map(|error| error.to_string()).unwrap_or_default();
            let message = message.split(" at line ").next().unwrap_or_default();
            (
                format!("JSON ({})", crate::rules::shown(message)),
                "Write a JSON value; text stands in double quotes.",
            )
        }
    };
    Mismatch {
        expected,
        hint: hint.to_owned(),
    }
}

/// How many options a message names.
const OPTIONS_SHOWN: usize = 10;

fn not_an_option(text: &str, options: &[String]) -> Mismatch {
    let near = options
        .iter()
        .map(|option| {
            (
                strsim::jaro_winkler(&option.to_lowercase(), &text.to_lowercase()),
                option,
            )
        })
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let shown = options
        .iter()
        .take(OPTIONS_SHOWN)
        .map(|option| crate::rules::shown(option));
    let mut expected = format!("one of {}", shown.collect::<Vec<_>>().join(", "));
    if options.len() > OPTIONS_SHOWN {
        expected.push_str(&format!(" and {} more", options.len() - OPTIONS_SHOWN));
    }
    let hint = match near {
        Some((_, option)) => format!(
            "Did you mean {}? Write it so, or map this value.",
            crate::rules::shown(option)
        ),
        None => "Write one of them, or map this value to one.".to_owned(),
    };
    Mismatch { expected, hint }
}

/// A JSON value none of whose objects has a key twice.
struct Strict(Value);

impl<'de> serde::Deserialize<'de> for Strict {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> serde::de::Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Value::Null))
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Strict, E> {
        Ok(Strict(Value::Bool(truth)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Strict, E> {
        Ok(Strict(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Strict, E> {
        Ok(Strict(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Strict, E> {
        Ok(Strict(number.into()))
    }

    fn visit_str<E>(self, text: &str) -> Result<Strict, E> {
        Ok(Strict(Value::String(text.to_owned())))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Strict, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Strict(Value::Array(values)))
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Strict, A::Error> {
        let mut object = BTreeMap::new();
        while let Some((key, Strict(value))) = map.next_entry::<String, Strict>()? {
            if object.contains_key(&key) {
                return Err(serde::de::Error::custom(format!("the key {key:?} stands twice")));
            }
            object.insert(key, value);
        }
        Ok(Strict(Value::Object(object.into_iter().collect())))
    }
}

/// The same value, the keys of its objects in alphabetical order.
pub fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let sorted: BTreeMap<&String, Value> =
                object.iter().map(|(key, value)| (key, self::sorted(value))).collect();
            Value::Object(sorted.into_iter().map(|(key, value)| (key.clone(), value)).collect())
        }
        Value::Array(list) => Value::Array(list.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// The text that [`parse`] reads as this value of an attribute of this kind.
pub fn print(value: &Value, kind: AttributeKind) -> String {
    match value {
        // its texts stand in quotes, and its truths are true and false
        value if kind == AttributeKind::Json => sorted(value).to_string(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => sorted(other).to_string(),
    }
}

fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// `2026-11-21`, a day that exists.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (
        parts.next().and_then(|part| number(part, 4)),
        parts.next().and_then(|part| number(part, 2)),
        parts.next().and_then(|part| number(part, 2)),
    ) else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// RFC 3339: a date, a time with seconds, and `Z` or an offset.
fn is_datetime(text: &str) -> bool {
    let (Some(date), Some(rest)) = (text.get(..10), text.get(10..)) else {
        return false;
    };
    let Some(rest) = rest.strip_prefix(['T', 't', ' ']) else {
        return false;
    };
    let (Some(clock), Some(rest)) = (rest.get(..8), rest.get(8..)) else {
        return false;
    };
    let below = |text: Option<&str>, limit: u32| {
        text.and_then(|text| number(text, 2))
            .is_some_and(|number| number < limit)
    };
    let is_clock = below(clock.get(..2), 24)
        && clock.get(2..3) == Some(":")
        && below(clock.get(3..5), 60)
        && clock.get(5..6) == Some(":")
        && below(clock.get(6..8), 61);
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return false;
            }
            &fraction[digits..]
        }
        None => rest,
    };
    let is_zone = matches!(rest, "Z" | "z")
        || rest.strip_prefix(['+', '-']).is_some_and(|offset| {
            offset.len() == 5
                && below(offset.get(..2), 24)
                && offset.get(2..3) == Some(":")
                && below(offset.get(3..5), 60)
        });
    is_date(date) && is_clock && is_zone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_days_that_exist() {
        assert!(is_date("2024-02-29"));
        assert!(!is_date("2026-02-29"));
        assert!(!is_date("2026-2-9"));
        assert!(is_datetime("2026-11-21T08:30:00.5+02:00"));
        assert!(!is_datetime("2026-11-21T24:30:00Z"));
        assert!(!is_datetime("2026-11-21 08:30"));
    }
}
