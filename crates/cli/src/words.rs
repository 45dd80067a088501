//! Numbers, counts and foreign text as a person at a terminal reads them.
//!
//! Knows nothing of files, servers or rules.

use std::borrow::Cow;
use std::fmt::Write as _;

/// `12,345`
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 record`, `12,345 records`
pub(crate) fn counted(count: u64, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {what}{ending}", number(count))
}

/// Text that came from elsewhere, on one line: what a terminal would obey, and what would turn the order of letters
/// around, is shown instead.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let turns =
        |letter: char| matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let is_plain = |letter: char| !letter.is_control() && !turns(letter);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        if is_plain(letter) {
            shown.push(letter);
        } else {
            // Writing to a string never fails.
            let _ = write!(shown, "{}", letter.escape_default());
        }
    }
    Cow::Owned(shown)
}

/// Columns of text, as wide as they have to be; those at the indices in `numbers` stand to the right, the last is not
/// padded.
pub(crate) fn table(text: &mut String, indent: &str, numbers: &[usize], rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    for row in rows {
        let mut line = indent.to_owned();
        for (at, (cell, width)) in row.iter().zip(&widths).enumerate() {
            // Writing to a string never fails.
            let _ = if numbers.contains(&at) {
                write!(line, "{cell:>width$}  ")
            } else {
                write!(line, "{cell:<width$}  ")
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}
