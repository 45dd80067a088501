//! Which delimiter a CSV body uses.

use super::csv::{Rows, blank_lines};

/// The delimiters that are read, in order of preference.
pub const DELIMITERS: [u8; 4] = *b",;\t|";

/// How many rows are tried.
const SAMPLE_ROWS: usize = 32;

/// No row that begins behind as many bytes is looked at: a file may be blank lines for long.
const SAMPLE_BYTES: usize = 1 << 20;

/// The delimiter of a `sep=;` line, and where the text behind that line begins.
pub fn separator_line(text: &str) -> Option<(u8, usize)> {
    let rest = text.strip_prefix("sep=").or_else(|| text.strip_prefix("\"sep="))?;
    let delimiter = *rest.as_bytes().first()?;
    if !DELIMITERS.contains(&delimiter) {
        return None;
    }
    let rest = &rest[1..];
    let rest = rest.strip_prefix('"').unwrap_or(rest);
    let behind = rest
        .strip_prefix("\r\n")
        .or_else(|| rest.strip_prefix('\n'))
        .or_else(|| rest.strip_prefix('\r'));
    match behind {
        Some(behind) => Some((delimiter, text.len() - behind.len())),
        None if rest.is_empty() => Some((delimiter, text.len())),
        None => None,
    }
}

/// Finds the delimiter: the one whose header holds most of the `expected` names, then the one that
/// cuts the first rows into equally many cells, then the first of [`DELIMITERS`].
pub fn detect(text: &str, expected: &[&str]) -> u8 {
    let mut best = (DELIMITERS[0], (0, 0, 0));
    for delimiter in DELIMITERS {
        let score = score(text, delimiter, expected);
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}

/// Whether [`detect`] finds the same in a text that begins with this one: no row that it looks at reaches its end.
pub fn is_settled(text: &str) -> bool {
    DELIMITERS.iter().all(|delimiter| {
        let rows = Rows::new(*delimiter);
        let (mut at, mut read, mut cells) = (0, 0, Vec::new());
        while read < SAMPLE_ROWS && at < SAMPLE_BYTES {
            match rows.read(text, at, 4096, &mut cells) {
                Some(end) if end.next < text.len() => at = end.next,
                _ => return false,
            }
            read += usize::from(!cells.iter().all(|cell| text[cell.start..cell.end].trim().is_empty()));
        }
        true
    })
}

fn score(text: &str, delimiter: u8, expected: &[&str]) -> (usize, usize, usize) {
    let rows = Rows::new(delimiter);
    let (mut at, mut cells, mut widths) = (0, Vec::new(), Vec::new());
    let mut known = 0;
    let sample = text.len().min(SAMPLE_BYTES);
    while widths.len() < SAMPLE_ROWS && at < sample {
        at += blank_lines(&text.as_bytes()[at..sample]).bytes;
        if at == sample {
            break;
        }
        let Some(end) = rows.read(text, at, 4096, &mut cells) else {
            break;
        };
        at = end.next;
        if cells.iter().all(|cell| text[cell.start..cell.end].trim().is_empty()) {
            continue;
        }
        if widths.is_empty() {
            known = cells
                .iter()
                .filter(|cell| {
                    expected
                        .iter()
                        .any(|name| cell.text(text).trim().eq_ignore_ascii_case(name))
                })
                .count();
        }
        widths.push(end.cells);
    }
    let header = widths.first().copied().unwrap_or(0);
    if header < 2 {
        return (known, 0, 0);
    }
    let alike = widths.iter().filter(|width| **width == header).count();
    (known, alike * 100 / widths.len().max(1), header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_found() {
        assert_eq!(detect("a;b;c\n1,5;2;3\n", &[]), b';');
        assert_eq!(detect("email\tname\nx,y\tz\n", &["email"]), b'\t');
        assert_eq!(detect("email\na@b.c\n", &["email"]), b',');
        assert_eq!(separator_line("sep=;\r\na;b"), Some((b';', 7)));
        assert_eq!(separator_line("sep=x\na"), None);
    }
}
