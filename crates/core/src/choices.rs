//! What a person may choose when a file is read, each with what the file would then look like.
//!
//! Looks at the beginning of the file only; what is right is not decided here.

use serde::{Deserialize, Serialize};

use crate::read::csv::Rows;
use crate::read::decode::{Encoding, decode};
use crate::read::dialect::DELIMITERS;

/// One way to read the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is chosen: the label of an encoding, or a delimiter.
    pub value: String,
    /// What a piece of the file would be, such as `Zoë` or `Name · E-mail · Team`.
    pub sample: String,
    /// Into how many columns the header falls, of a delimiter.
    pub columns: u64,
}

/// All ways to read a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choices {
    /// Encodings; none where the file itself says which it is.
    pub encodings: Vec<Choice>,
    /// Delimiters of CSV.
    pub delimiters: Vec<Choice>,
}

/// How far the file is looked into, in bytes.
const LOOKED_AT: usize = 1 << 20;

/// The most bytes that a sample is made of.
const SAMPLE_BYTES: usize = 48;

/// How many headers a sample of a delimiter names.
const HEADERS_NAMED: usize = 4;

/// The encodings that a person may choose, by the labels that browsers know.
const ENCODINGS: [(&str, Encoding); 4] = [
    ("utf-8", Encoding::Utf8),
    ("windows-1252", Encoding::Windows1252),
    ("utf-16le", Encoding::Utf16Le),
    ("utf-16be", Encoding::Utf16Be),
];

/// What may be chosen for a body that is no workbook; `encoding` is the one that is chosen now.
pub fn choices(body: &[u8], encoding: Option<Encoding>) -> Choices {
    let head = &body[..body.len().min(LOOKED_AT)];
    let says_itself = [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"];
    let encodings = if says_itself.iter().any(|mark| head.starts_with(mark)) {
        Vec::new()
    } else {
        let piece = telling_piece(head);
        let wide = &head[..head.len().min(2 * SAMPLE_BYTES) & !1];
        ENCODINGS
            .iter()
            .map(|(label, encoding)| {
                let is_wide = matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be);
                Choice {
                    value: (*label).to_owned(),
                    sample: shown(&decode(if is_wide { wide } else { piece }, Some(*encoding)).text),
                    columns: 0,
                }
            })
            .collect()
    };
    let text = decode(head, encoding).text;
    let delimiters = DELIMITERS.iter().map(|delimiter| by_delimiter(&text, *delimiter));
    Choices {
        encodings,
        delimiters: delimiters.collect(),
    }
}

/// The first piece that tells encodings apart: a cell beyond ASCII. Without one, the beginning.
fn telling_piece(head: &[u8]) -> &[u8] {
    let at = head.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r' | b',' | b';' | b'\t' | b'|' | b'"');
    let from = at.saturating_sub(SAMPLE_BYTES / 2);
    let start = head[from..at]
        .iter()
        .rposition(is_end)
        .map_or(from, |found| from + found + 1);
    let end = (at + SAMPLE_BYTES / 2).min(head.len());
    let end = head[at..end].iter().position(is_end).map_or(end, |found| at + found);
    // not in the middle of a letter of several bytes
    let cut = head[start..end].iter().rposition(u8::is_ascii);
    match cut {
        Some(cut) if start + cut > at && end - start >= SAMPLE_BYTES / 2 => &head[start..=start + cut],
        _ => &head[start..end],
    }
}

fn by_delimiter(text: &str, delimiter: u8) -> Choice {
    let rows = Rows::new(delimiter);
    let (mut at, mut cells) = (0, Vec::new());
    let mut columns = 0;
    let mut named: Vec<String> = Vec::new();
    while let Some(end) = rows.read(text, at, HEADERS_NAMED, &mut cells) {
        at = end.next;
        let texts = cells.iter().map(|cell| cell.text(text).trim().to_owned());
        named = texts.take(HEADERS_NAMED).collect();
        if named.iter().any(|name| !name.is_empty()) {
            columns = end.cells as u64;
            break;
        }
    }
    Choice {
        value: char::from(delimiter).to_string(),
        sample: shown(&named.join(" · ")),
        columns,
    }
}

/// In one line, cut where it is long.
fn shown(text: &str) -> String {
    let one_line = text.split(|character: char| character.is_control()).collect::<Vec<_>>();
    let one_line = one_line.join(" ");
    let mut letters = one_line.trim().chars();
    let shown: String = letters.by_ref().take(SAMPLE_BYTES).collect();
    if letters.next().is_some() {
        format!("{shown}…")
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_shows_what_it_would_make_of_the_file() {
        let body = b"Name,City\nZo\xEB,M\xFCnchen\n";
        let samples: Vec<_> = choices(body, None)
            .encodings
            .into_iter()
            .map(|choice| choice.sample)
            .collect();
        assert_eq!(samples[..2], ["Zo\u{FFFD}", "Zoë"]);
        assert!(choices("\u{FEFF}Name\n".as_bytes(), None).encodings.is_empty());
    }

    #[test]
    fn each_delimiter_shows_the_columns_it_would_make() {
        let found = choices(b"\n\na;b;c,d\n1;2;3,4\n", None).delimiters;
        let found: Vec<_> = found
            .iter()
            .map(|choice| (choice.value.as_str(), choice.columns))
            .collect();
        assert_eq!(found, [(",", 2), (";", 3), ("\t", 1), ("|", 1)]);
        assert_eq!(choices(b"", None).delimiters[0].columns, 0);
    }
}
