//! Text to value, one file a kind. Pure functions of one text; they know no row and no directory.

pub mod attribute;
pub mod boolean;
pub mod email;
pub mod role;
mod shape;
pub mod text;
pub mod time_zone;

/// The cell that always clears.
pub const CLEAR: &str = "<clear>";

/// A text without the apostrophe that guards it in spreadsheets, if it has one.
///
/// The export puts an apostrophe before texts that a spreadsheet would run; [`guard`] is its inverse.
pub fn unguard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => text,
    }
}

/// A text that no spreadsheet runs: with an apostrophe before it where that is needed.
// source: OWASP, "CSV Injection"
pub fn guard(text: &str) -> std::borrow::Cow<'_, str> {
    if needs_guard(text) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

fn needs_guard(text: &str) -> bool {
    text.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// Without the space around it, zero-width space and byte order marks included.
pub fn trim(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_edge = |byte: Option<&u8>| byte.is_some_and(|byte| *byte <= b' ' || *byte >= 0x80);
    if is_edge(bytes.first()) || is_edge(bytes.last()) {
        text.trim_matches(|character: char| character.is_whitespace() || matches!(character, '\u{FEFF}' | '\u{200B}'))
    } else {
        text
    }
}

/// The words of a list, trimmed, without blanks and repeats, in order of appearance.
pub fn words(text: &str, separator: char) -> Vec<&str> {
    let mut seen = hashbrown::HashSet::new();
    text.split(separator)
        .map(trim)
        .filter(|word| !word.is_empty() && seen.insert(*word))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::group::{AttributeKind, AttributeType};

    /// What the kinds of values are written with, and characters of more bytes than one that come in their place.
    const WRITTEN: [char; 24] = [
        '0', '1', '2', '9', '+', '-', '−', ':', '.', '/', 'T', 'Z', 'e', 'G', 'M', 'U', 'C', '@', '|', '"', '{', 'é',
        '\u{202E}', '😀',
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn any_text_is_a_value_or_none(
            begin in select(&["", "", "UTC", "GMT", "2026-11-21T08:30:00", "mailto:", "a@b", "<a@b.co"][..]),
            rest in vec(select(&WRITTEN[..]), 0..7),
        ) {
            let text = begin.chars().chain(rest).collect::<String>();
            let trimmed = trim(&text);
            prop_assert!(text.contains(trimmed));
            let guarded = guard(&text);
            prop_assert_eq!(unguard(&guarded), text.as_str());
            prop_assert!(time_zone::parse(&text).is_none_or(|zone| time_zone::parse(&zone) == Some(zone)));
            prop_assert!(time_zone::candidates(&text).iter().all(|zone| time_zone::parse(zone).is_some()));
            let address = email::clean(&text);
            if email::check(address).is_ok() {
                prop_assert!(address.contains('@'));
            }
            prop_assert!(email::ascii_twin(&text).is_none_or(|twin| twin.is_ascii()));
            email::lookalike(&text);
            email::skeleton(&text);
            text::oddity(&text);
            prop_assert!(!text::is_scientific(&text) || text.contains(['e', 'E']));
            prop_assert!(role::parse(&text).is_none_or(|role| role::parse(role) == Some(role)));
            for kind in AttributeKind::ALL {
                let attribute = AttributeType { name: "Desk".to_owned(), kind, options: vec!["1".to_owned()] };
                match attribute::parse(&text, &attribute) {
                    Some(value) => {
                        let printed = attribute::print(&value, kind);
                        prop_assert_eq!(attribute::parse(&printed, &attribute), Some(value));
                    }
                    None => prop_assert!(!attribute::mismatch(&text, &attribute).hint.is_empty()),
                }
            }
        }
    }

    #[test]
    fn guarding_and_unguarding_are_inverse() {
        for text in ["=1+1", "'=1", "''@x", "plain", "'quoted", "-", "+4233", "O'Neil", ""] {
            assert_eq!(unguard(&guard(text)), text);
        }
        assert_eq!(guard("=cmd|x"), "'=cmd|x");
    }
}
