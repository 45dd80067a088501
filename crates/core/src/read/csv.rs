//! Delimited text to cells with their place, without copying: RFC 4180, read leniently and
//! reported strictly.
//!
//! The same rows and cells as the `csv` crate gives (which the tests hold it against), and besides
//! what that crate passes over in silence: an unclosed quote, text behind a closing quote, a quote
//! within an unquoted cell.

use super::{Escapes, RawCell};

/// Undoubles quotes; text behind a closing quote joins the cell, as the `csv` crate has it.
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut quoted = true;
    let mut rest = raw;
    let next = |rest: &str| match rest.as_bytes().first() {
        Some(b'"') => Some(0),
        _ => memchr::memchr(b'"', rest.as_bytes()),
    };
    while let Some(at) = next(rest) {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if quoted && rest.starts_with('"') {
            text.push('"');
            rest = &rest[1..];
        } else if quoted {
            quoted = false;
        } else {
            text.push('"');
        }
    }
    text.push_str(rest);
    text
}

/// What is wrong with the quotes of a row; the index is the cell's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteFault {
    /// A quote opens this cell and nothing closes it.
    Unclosed(usize),
    /// Text stands between this cell's closing quote and the next delimiter.
    TextBehind(usize),
    /// A quote stands within this unquoted cell.
    Stray(usize),
}

/// Where a row ends and what was seen on the way.
#[derive(Debug, Clone, Copy)]
pub struct RowEnd {
    /// Where the next row begins.
    pub next: usize,
    /// Cells in the row, also those that were not collected.
    pub cells: usize,
    /// Line ends within the row, the one that closes it included.
    pub lines: usize,
    /// The first fault of its quotes.
    pub fault: Option<QuoteFault>,
}

const PLAIN: u8 = 0;
const QUOTE: u8 = 1;
const END: u8 = 2;

/// Reads rows of one text.
#[derive(Debug, Clone)]
pub struct Rows {
    /// What each byte means in an unquoted cell.
    class: [u8; 256],
    delimiter: u8,
}

impl Rows {
    /// Rows of a text with this delimiter, an ASCII character.
    pub fn new(delimiter: u8) -> Self {
        let mut class = [PLAIN; 256];
        class[usize::from(b'"')] = QUOTE;
        for end in [delimiter, b'\n', b'\r'] {
            class[usize::from(end)] = END;
        }
        Self { class, delimiter }
    }

    /// Reads the row that begins at `start`, collecting at most `limit` cells; `None` at the end of the text.
    pub fn read(&self, text: &str, start: usize, limit: usize, cells: &mut Vec<RawCell>) -> Option<RowEnd> {
        let bytes = text.as_bytes();
        if start >= bytes.len() {
            return None;
        }
        cells.clear();
        let mut count = 0;
        let mut lines = 0;
        let mut fault = None;
        let mut at = start;
        loop {
            let cell = if bytes.get(at) == Some(&b'"') {
                let (cell, next) = self.quoted(bytes, at, count, &mut fault);
                lines += count_line_ends(&bytes[at..next]);
                at = next;
                cell
            } else {
                let begin = at;
                loop {
                    at = self.next_special(bytes, at);
                    if bytes.get(at) != Some(&b'"') {
                        break;
                    }
                    fault = fault.or(Some(QuoteFault::Stray(count)));
                    at += 1;
                }
                RawCell {
                    start: begin,
                    end: at,
                    escapes: Escapes::None,
                }
            };
            if count < limit {
                cells.push(cell);
            }
            count += 1;
            match bytes.get(at) {
                Some(byte) if *byte == self.delimiter => at += 1,
                Some(b'\r') if bytes.get(at + 1) == Some(&b'\n') => {
                    return Some(RowEnd {
                        next: at + 2,
                        cells: count,
                        lines: lines + 1,
                        fault,
                    });
                }
                Some(_) => {
                    return Some(RowEnd {
                        next: at + 1,
                        cells: count,
                        lines: lines + 1,
                        fault,
                    });
                }
                None => {
                    return Some(RowEnd {
                        next: at,
                        cells: count,
                        lines,
                        fault,
                    });
                }
            }
        }
    }

    /// Where the next delimiter, quote or line end is, eight bytes at a time; the end of the text if there is none.
    // source: "Bit Twiddling Hacks", "Determine if a word has a zero byte"; the lowest byte found is exact
    fn next_special(&self, bytes: &[u8], mut at: usize) -> usize {
        const ONES: u64 = 0x0101_0101_0101_0101;
        let has = |word: u64, byte: u8| {
            let zeros = word ^ (ONES * u64::from(byte));
            zeros.wrapping_sub(ONES) & !zeros & (ONES << 7)
        };
        while let Some(chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*chunk);
            let found = has(word, self.delimiter) | has(word, b'"') | has(word, b'\n') | has(word, b'\r');
            if found != 0 {
                return at + (found.trailing_zeros() / 8) as usize;
            }
            at += 8;
        }
        while bytes
            .get(at)
            .is_some_and(|byte| self.class[usize::from(*byte)] == PLAIN)
        {
            at += 1;
        }
        at
    }

    /// The cell whose opening quote is at `open`, and where the delimiter or line end behind it is.
    fn quoted(&self, bytes: &[u8], open: usize, index: usize, fault: &mut Option<QuoteFault>) -> (RawCell, usize) {
        let start = open + 1;
        let mut at = start;
        let mut escapes = Escapes::None;
        loop {
            match memchr::memchr(b'"', &bytes[at..]) {
                Some(found) if bytes.get(at + found + 1) == Some(&b'"') => {
                    escapes = Escapes::Quotes;
                    at += found + 2;
                }
                Some(found) => {
                    let close = at + found;
                    let mut next = close + 1;
                    while bytes
                        .get(next)
                        .is_some_and(|byte| self.class[usize::from(*byte)] != END)
                    {
                        next += 1;
                    }
                    if next == close + 1 {
                        return (
                            RawCell {
                                start,
                                end: close,
                                escapes,
                            },
                            next,
                        );
                    }
                    *fault = fault.or(Some(QuoteFault::TextBehind(index)));
                    return (
                        RawCell {
                            start,
                            end: next,
                            escapes: Escapes::Quotes,
                        },
                        next,
                    );
                }
                None => {
                    *fault = Some(QuoteFault::Unclosed(index));
                    return (
                        RawCell {
                            start,
                            end: bytes.len(),
                            escapes,
                        },
                        bytes.len(),
                    );
                }
            }
        }
    }
}

/// Lines at the beginning of a text that have nothing in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlankLines {
    pub(super) lines: usize,
    pub(super) bytes: usize,
}

/// The lines that a text begins with and that have nothing in them.
pub(super) fn blank_lines(text: &[u8]) -> BlankLines {
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    // many at a time, without a branch for each
    let (chunks, _) = text.as_chunks::<32>();
    let blank = |chunk: &&[u8; 32]| chunk.iter().fold(true, |blank, byte| blank & is_end(byte));
    let whole = 32 * chunks.iter().take_while(blank).count();
    let bytes = whole + text[whole..].iter().take_while(|byte| is_end(byte)).count();
    let lines = count_line_ends(&text[..bytes]);
    BlankLines { lines, bytes }
}

/// Line ends in a piece of text: LF, CRLF and CR count one each.
pub fn count_line_ends(bytes: &[u8]) -> usize {
    let feeds = memchr::memchr_iter(b'\n', bytes).count();
    if memchr::memchr(b'\r', bytes).is_none() {
        return feeds;
    }
    let returns = memchr::memchr_iter(b'\r', bytes).count();
    let pairs = bytes
        .iter()
        .zip(&bytes[1..])
        .map(|pair| u32::from(pair == (&b'\r', &b'\n')));
    feeds + returns - pairs.sum::<u32>() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let reader = Rows::new(b',');
        let (mut at, mut cells, mut rows) = (0, Vec::new(), Vec::new());
        while let Some(end) = reader.read(text, at, usize::MAX, &mut cells) {
            rows.push(cells.iter().map(|cell| cell.text(text).into_owned()).collect());
            at = end.next;
        }
        rows
    }

    /// Rows as the `csv` crate reads them; it skips empty lines, which we see as one empty cell.
    fn oracle(text: &str) -> Vec<Vec<String>> {
        csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes())
            .records()
            .map(|record| record.expect("text").iter().map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn the_same_cells_as_the_csv_crate_on_every_short_text() {
        let alphabet = ['a', ',', '"', '\n', '\r'];
        for length in 0..=6_u32 {
            for number in 0..5_usize.pow(length) {
                let text: String = (0..length)
                    .map(|place| alphabet[number / 5_usize.pow(place) % 5])
                    .collect();
                let ours: Vec<_> = rows(&text).into_iter().filter(|row| *row != [""]).collect();
                let theirs: Vec<_> = oracle(&text).into_iter().filter(|row| *row != [""]).collect();
                assert_eq!(ours, theirs, "{text:?}");
            }
        }
    }

    #[test]
    fn faults_of_quotes_are_seen() {
        let fault = |text: &str| {
            Rows::new(b',')
                .read(text, 0, 9, &mut Vec::new())
                .and_then(|end| end.fault)
        };
        assert_eq!(fault("a,\"b"), Some(QuoteFault::Unclosed(1)));
        assert_eq!(fault("\"a\"b,c"), Some(QuoteFault::TextBehind(0)));
        assert_eq!(fault("5\" pipe"), Some(QuoteFault::Stray(0)));
        assert_eq!(fault("\"a\"\"b\",c"), None);
    }

    #[test]
    fn lines_are_counted_in_every_convention() {
        assert_eq!(count_line_ends(b"a\nb\r\nc\rd"), 3);
    }
}
