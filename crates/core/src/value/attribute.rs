//! Values of custom attributes, by their type.

use serde_json::Value;

use crate::group::{AttributeKind, AttributeType};

/// The value that a text is for an attribute.
///
/// # Errors
/// What is expected, such as `a whole number`.
pub fn parse(text: &str, attribute: &AttributeType) -> Result<Value, String> {
    match attribute.kind {
        AttributeKind::String => Ok(Value::String(text.to_owned())),
        AttributeKind::Integer => match text.parse::<i64>() {
            Ok(number) => Ok(number.into()),
            Err(_) => Err("a whole number".to_owned()),
        },
        AttributeKind::Float => text
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .and_then(serde_json::Number::from_f64)
            .map(Value::Number)
            .ok_or_else(|| "a decimal number".to_owned()),
        AttributeKind::Boolean => super::boolean::parse(text)
            .map(|(truth, _)| Value::Bool(truth))
            .ok_or_else(|| "True or False".to_owned()),
        AttributeKind::Date if is_date(text) => Ok(Value::String(text.to_owned())),
        AttributeKind::Date => Err("a date such as 2026-11-21".to_owned()),
        AttributeKind::Datetime if is_datetime(text) => Ok(Value::String(text.to_owned())),
        AttributeKind::Datetime => Err("a date and time such as 2026-11-21T08:30:00Z".to_owned()),
        AttributeKind::Fixed if attribute.options.iter().any(|option| option == text) => {
            Ok(Value::String(text.to_owned()))
        }
        AttributeKind::Fixed => Err(format!("one of {}", attribute.options.join(", "))),
        AttributeKind::Json => serde_json::from_str(text).map_err(|error| format!("JSON ({error})")),
    }
}

/// The text that [`parse`] reads as this value.
pub fn print(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
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
