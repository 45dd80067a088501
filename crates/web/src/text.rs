//! Numbers, sizes and times as people read them.

use js_sys::{Array, Date, Intl, Object, Reflect};
use wasm_bindgen::JsValue;

/// `1204` → `1,204`
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `duplicate email` → `Duplicate email`; what begins with another letter than those of ASCII stays.
pub(crate) fn capitalised(mut sentence: String) -> String {
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// `1 user`, `1,204 users`
pub(crate) fn count(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// `412 bytes`, `3.4 KB`, `12 MB`
pub(crate) fn bytes(bytes: u64) -> String {
    const KB: f64 = 1024.0;
    let size = bytes as f64;
    if size < KB {
        count(bytes, "byte", "bytes")
    } else if size < KB * KB {
        format!("{} KB", one_decimal(size / KB))
    } else {
        format!("{} MB", one_decimal(size / KB / KB))
    }
}

fn one_decimal(size: f64) -> String {
    if size < 10.0 {
        format!("{size:.1}")
    } else {
        format!("{size:.0}")
    }
}

/// Milliseconds: `0.4 seconds`, `12 seconds`, `3.5 minutes`
pub(crate) fn duration(milliseconds: f64) -> String {
    let seconds = milliseconds / 1000.0;
    if seconds < 60.0 {
        format!("{} seconds", one_decimal(seconds))
    } else {
        format!("{} minutes", one_decimal(seconds / 60.0))
    }
}

/// A list as in a sentence: `a, b and c`.
pub(crate) fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// The delimiter's name.
pub(crate) fn delimiter(delimiter: char) -> String {
    match delimiter {
        ',' => "Comma".to_owned(),
        ';' => "Semicolon".to_owned(),
        '\t' => "Tab".to_owned(),
        '|' => "Pipe".to_owned(),
        other => other.to_string(),
    }
}

/// An RFC 3339 time in the viewer's own zone and way of writing, such as `21 Nov 2026, 08:30`.
pub(crate) fn time(rfc3339: &str) -> String {
    format_time(rfc3339, &[("dateStyle", "medium"), ("timeStyle", "short")])
}

/// As [`time`] has it, with seconds and zone.
pub(crate) fn exact_time(rfc3339: &str) -> String {
    format_time(rfc3339, &[("dateStyle", "long"), ("timeStyle", "long")])
}

/// As [`time`] has it, with seconds.
pub(crate) fn time_to_second(rfc3339: &str) -> String {
    format_time(rfc3339, &[("dateStyle", "medium"), ("timeStyle", "medium")])
}

/// A day in the viewer's way of writing, such as `21 Nov`.
pub(crate) fn day(date: &Date) -> String {
    format_date(date, &[("month", "short"), ("day", "numeric")]).unwrap_or_default()
}

fn format_time(rfc3339: &str, style: &[(&str, &str)]) -> String {
    let date = Date::new(&JsValue::from_str(rfc3339));
    if date.get_time().is_nan() {
        return rfc3339.to_owned();
    }
    format_date(&date, style).unwrap_or_else(|| rfc3339.to_owned())
}

fn format_date(date: &Date, style: &[(&str, &str)]) -> Option<String> {
    let options = Object::new();
    for (key, value) in style {
        // Setting a property of a fresh object can't fail.
        let _ = Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value));
    }
    Intl::DateTimeFormat::new(&Array::new(), &options)
        .format()
        .call1(&JsValue::UNDEFINED, date)
        .ok()
        .and_then(|text| text.as_string())
}

/// Whether an actor is a token, told by its first characters, and no person or key.
pub(crate) fn is_token(actor: &str) -> bool {
    actor.len() == 8 && actor.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether an upload was a file: what came through the API of another system is none, though it is recorded as one.
pub(crate) fn is_file(via: &str) -> bool {
    matches!(via, "data" | "page" | "api")
}
