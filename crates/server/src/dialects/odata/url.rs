//! How addresses are taken apart and put together: segments and options are cut first and decoded then, so that an
//! encoded `/` or `&` within a text stays what it is.

use std::fmt::Write;

use super::errors::Refusal;

/// Decodes `%xx` in a segment of a path.
///
/// # Errors
/// What is not UTF-8.
pub(super) fn decode(text: &str) -> Result<String, Refusal> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        rest = behind;
        let hex = (first == b'%').then(|| behind.get(..2)).flatten();
        let byte = hex.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(first));
        if byte.is_some() {
            rest = &behind[2..];
        }
    }
    String::from_utf8(bytes).map_err(|_| {
        let message = format!("{text:?} is not UTF-8 once it is decoded.");
        Refusal::bad(message, "Encode addresses as UTF-8 with %xx.")
    })
}

/// The options of a query: each name with its value as sent.
pub(super) fn options(query: &str) -> Result<Vec<(String, &str)>, Refusal> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Ok((decode(name)?, value))
        })
        .collect()
}

/// Decodes the value of an option, where `+` is a space for those who encode forms, and itself for those who don't.
///
/// Whoever writes spaces as `%20` means a plus. Outside of a text there is none, so it is a space there, and then
/// everywhere. Within texts alone, it is a space in a form, which leaves none of these signs as they are.
pub(super) fn decode_option(raw: &str) -> Result<String, Refusal> {
    let is_space = raw.contains('+')
        && !raw.contains("%20")
        && !raw.contains(' ')
        && (has_plus_outside_texts(raw) || !raw.contains(['\'', '(', ')', ',', '/', ':', '@', ';']));
    if is_space {
        decode(&raw.replace('+', "%20"))
    } else {
        decode(raw)
    }
}

fn has_plus_outside_texts(raw: &str) -> bool {
    let quotes = |text: &str| text.matches('\'').count() + text.matches("%27").count();
    raw.match_indices('+')
        .any(|(at, _)| quotes(&raw[..at]).is_multiple_of(2))
}

/// Encodes all but what means nothing in an address.
pub(super) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(raw: &str) -> String {
        decode_option(raw).unwrap_or_else(|_| panic!("{raw} is UTF-8"))
    }

    #[test]
    fn a_plus_is_a_space_for_those_who_write_spaces_so() {
        for (raw, meant) in [
            ("firstName+eq+%27Ann+Marie%27", "firstName eq 'Ann Marie'"),
            ("firstName+eq+'Ann+Marie'", "firstName eq 'Ann Marie'"),
            ("firstName%20eq%20'a+b'", "firstName eq 'a+b'"),
            ("emailAddress%20eq%20%27a%2Bb@c.co%27", "emailAddress eq 'a+b@c.co'"),
            ("emailAddress+eq+%27a%2Bb@c.co%27", "emailAddress eq 'a+b@c.co'"),
            ("contains(emailAddress,'a+b')", "contains(emailAddress,'a+b')"),
            ("contains(emailAddress,%27a+b%27)", "contains(emailAddress,'a+b')"),
            ("contains%28firstName%2C%27a+b%27%29", "contains(firstName,'a b')"),
            (
                "createdAt%20gt%202026-01-01T00:00:00+02:00",
                "createdAt gt 2026-01-01T00:00:00+02:00",
            ),
            ("lastName%20eq%20'O''Neil%26%C3%A9'", "lastName eq 'O''Neil&é'"),
            ("100%", "100%"),
            ("%", "%"),
            ("%é", "%é"),
        ] {
            assert_eq!(decoded(raw), meant);
        }
        assert!(decode_option("%ff").is_err());
    }

    #[test]
    fn what_is_encoded_is_decoded_again() {
        for text in ["", "a b+c&d=é/'%20", "{\"T\":\"x\"}"] {
            assert_eq!(decoded(&encode(text)), text);
        }
    }
}
