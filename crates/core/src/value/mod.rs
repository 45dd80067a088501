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
    use super::*;

    #[test]
    fn guarding_and_unguarding_are_inverse() {
        for text in ["=1+1", "'=1", "''@x", "plain", "'quoted", "-", "+4233", "O'Neil", ""] {
            assert_eq!(unguard(&guard(text)), text);
        }
        assert_eq!(guard("=cmd|x"), "'=cmd|x");
    }
}
