//! The plain case of JSON in one pass: an object of texts, numbers, `true`, `false` and `null`, as programs write them.
//!
//! Each byte is looked at once, and a key costs a comparison with the one that stood there in the object before. It has
//! no opinion of faults: what isn't plain (something nested, a key for the second time, half of a character, an error of
//! syntax) is left to `serde_json`, whose verdict and words are the only ones. The tests hold the two against each other.

use hashbrown::HashMap;
use wide::u8x16;

use super::{Keys, Row};
use crate::read::{Escapes, RawCell};

/// The most ways of writing keys that are remembered: escapes allow many more than there are keys.
const SPELLINGS: usize = 1 << 14;

/// A way of writing a key.
struct Spelling<'t> {
    /// With its quotes and escapes.
    quoted: &'t [u8],
    column: usize,
    /// Which one followed it last.
    next: usize,
}

/// Reads plain objects of one text.
pub(super) struct Objects<'t> {
    text: &'t str,
    /// The first is none: what stands before the first key of an object.
    spellings: Vec<Spelling<'t>>,
    known: HashMap<&'t [u8], usize>,
    /// Line ends in all blanks passed so far.
    pub lines: usize,
}

impl<'t> Objects<'t> {
    pub fn of(text: &'t str) -> Self {
        let before = Spelling {
            quoted: b"",
            column: 0,
            next: 0,
        };
        Self {
            text,
            spellings: vec![before],
            known: HashMap::new(),
            lines: 0,
        }
    }

    /// The first byte from `at` that isn't blank, or the end of the text. Line ends are counted: nowhere else than in
    /// blanks can they stand.
    #[inline]
    pub fn skip_blanks(&mut self, at: usize) -> usize {
        match self.text.as_bytes().get(at) {
            Some(b'!'..) => at,
            _ => self.skip_some_blanks(at),
        }
    }

    fn skip_some_blanks(&mut self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(at) {
                Some(b' ' | b'\t') => {}
                Some(b'\r') => self.lines += 1,
                Some(b'\n') => self.lines += usize::from(at == 0 || bytes[at - 1] != b'\r'),
                _ => return at,
            }
            at += 1;
        }
    }

    /// Reads the object that begins at `start` and returns where it ends; `None` when it isn't plain: `row` holds
    /// anything then, and `keys` may have those of its keys that were read.
    pub fn read(&mut self, start: usize, keys: &mut Keys, row: &mut Row) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut filling = row.fill();
        let mut at = self.skip_blanks(start + 1);
        if bytes.get(at) == Some(&b'}') {
            filling.finish();
            return Some(at + 1);
        }
        let mut before = 0;
        loop {
            let expected = self.spellings[before].next;
            let spelling = &self.spellings[expected];
            let (length, column) = (spelling.quoted.len(), spelling.column);
            let column = if length > 0 && begins(bytes, at, spelling.quoted) {
                at += length;
                before = expected;
                column
            } else {
                let found = self.spelling(at, keys)?;
                self.spellings[before].next = found;
                before = found;
                at += self.spellings[found].quoted.len();
                self.spellings[found].column
            };
            if bytes.get(at) != Some(&b':') {
                at = self.skip_blanks(at);
                if bytes.get(at) != Some(&b':') {
                    return None;
                }
            }
            at = self.skip_blanks(at + 1);
            let (cell, end) = scalar(bytes, at)?;
            if !filling.put(column, cell) {
                return None;
            }
            at = self.skip_blanks(end);
            match bytes.get(at) {
                Some(b',') => at = self.skip_blanks(at + 1),
                Some(b'}') => {
                    filling.finish();
                    return Some(at + 1);
                }
                _ => return None,
            }
        }
    }

    /// The spelling of the key that begins at `at`.
    #[inline(never)]
    fn spelling(&mut self, at: usize, keys: &mut Keys) -> Option<usize> {
        let bytes = self.text.as_bytes();
        if bytes.get(at) != Some(&b'"') {
            return None;
        }
        let (end, has_escapes) = text_end(bytes, at + 1)?;
        let quoted = &bytes[at..=end];
        if let Some(known) = self.known.get(quoted) {
            return Some(*known);
        }
        if self.spellings.len() == SPELLINGS {
            return None;
        }
        let column = if has_escapes {
            keys.of(&serde_json::from_str::<String>(&self.text[at..=end]).ok()?)?
        } else {
            keys.of(&self.text[at + 1..end])?
        };
        let next = 0;
        self.spellings.push(Spelling { quoted, column, next });
        self.known.insert(quoted, self.spellings.len() - 1);
        Some(self.spellings.len() - 1)
    }
}

/// Whether this stands at `at`. Of the length that most keys have it is compared as two words that may overlap.
#[inline]
fn begins(bytes: &[u8], at: usize, what: &[u8]) -> bool {
    let Some(here) = bytes.get(at..at + what.len()) else {
        return false;
    };
    match what.len() {
        8..=16 => here.first_chunk::<8>() == what.first_chunk() && here.last_chunk::<8>() == what.last_chunk(),
        _ => here == what,
    }
}

/// The cell of the value that begins at `at`, and where the value ends.
#[inline]
fn scalar(bytes: &[u8], at: usize) -> Option<(RawCell, usize)> {
    let plain = |start, end| RawCell {
        start,
        end,
        escapes: Escapes::None,
    };
    let word = |word: &[u8]| begins(bytes, at, word).then(|| (plain(at, at + word.len()), at + word.len()));
    match bytes.get(at)? {
        b'"' => {
            let (end, has_escapes) = text_end(bytes, at + 1)?;
            let escapes = if has_escapes {
                Escapes::Backslashes
            } else {
                Escapes::None
            };
            let cell = RawCell {
                start: at + 1,
                end,
                escapes,
            };
            Some((cell, end + 1))
        }
        b't' => word(b"true"),
        b'f' => word(b"false"),
        b'n' => word(b"null").map(|(_, end)| (plain(at, at), end)),
        _ => number_end(bytes, at).map(|end| (plain(at, end), end)),
    }
}

/// How many bytes of a text are looked at together.
const WINDOW: usize = if HAS_VECTORS { 16 } else { 8 };

/// Whether the machine compares sixteen bytes at once; WebAssembly without its extension doesn't.
const HAS_VECTORS: bool = cfg!(any(
    target_feature = "sse2",
    target_feature = "simd128",
    all(target_feature = "neon", target_arch = "aarch64")
));

/// Where in a window the first quote, backslash or control character is; at least [`WINDOW`] if there is none.
#[inline]
fn first_special(window: &[u8; WINDOW]) -> usize {
    if HAS_VECTORS && let Some(bytes) = window.first_chunk::<16>() {
        let bytes = u8x16::new(*bytes);
        let is_control = bytes.min(u8x16::splat(0x1F)).simd_eq(bytes);
        let found = is_control | bytes.simd_eq(u8x16::splat(b'"')) | bytes.simd_eq(u8x16::splat(b'\\'));
        return (found.to_bitmask() | 1 << 16).trailing_zeros() as usize;
    }
    // the lowest byte found is exact
    const ONES: u64 = u64::MAX / 255;
    let word = window.first_chunk().map_or(0, |word| u64::from_le_bytes(*word));
    let equal = |byte: u8| {
        let other = word ^ (ONES * u64::from(byte));
        other.wrapping_sub(ONES) & !other
    };
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    let found = (control | equal(b'"') | equal(b'\\')) & (ONES << 7);
    (found.trailing_zeros() / 8) as usize
}

/// The closing quote of the text whose inside begins at `at`, and whether there are escapes in it; `None` when it isn't
/// closed, or isn't whole characters.
#[inline]
fn text_end(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    while let Some(window) = window(bytes, at) {
        let found = first_special(window);
        at += found;
        if found < WINDOW {
            if bytes[at] == b'"' {
                return Some((at, false));
            }
            break;
        }
    }
    text_end_from(bytes, at)
}

/// As [`text_end`], with escapes or near the end of the whole.
#[inline(never)]
fn text_end_from(bytes: &[u8], mut at: usize) -> Option<(usize, bool)> {
    let (mut has_escapes, mut is_long) = (false, false);
    loop {
        if is_long && let Some(window) = window(bytes, at) {
            let found = first_special(window);
            at += found;
            if found == WINDOW {
                continue;
            }
        }
        match bytes.get(at)? {
            b'"' => return Some((at, has_escapes)),
            b'\\' => {
                has_escapes = true;
                at = escape_end(bytes, at)?;
                // escapes come in runs
                is_long = bytes.get(at) != Some(&b'\\');
            }
            ..b' ' => return None,
            _ => at += 1,
        }
    }
}

#[inline]
fn window(bytes: &[u8], at: usize) -> Option<&[u8; WINDOW]> {
    bytes.get(at..)?.first_chunk()
}

/// Where the escape that begins at `at` ends, both halves of a character together.
#[inline]
fn escape_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 2),
        b'u' => match code_unit(bytes, at)? {
            0xD800..0xDC00 => match code_unit(bytes, at + 6)? {
                0xDC00..0xE000 => Some(at + 12),
                _ => None,
            },
            0xDC00..0xE000 => None,
            _ => Some(at + 6),
        },
        _ => None,
    }
}

/// The number that an escape of the form `\u0000` stands for.
#[inline]
fn code_unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits
        .iter()
        .try_fold(0, |number, digit| Some(number * 16 + char::from(*digit).to_digit(16)?))
}

/// Where the number that begins at `at` ends, by the grammar of RFC 8259.
fn number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| {
        let count = bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count > 0).then_some(from + count)
    };
    let first = at + usize::from(bytes.get(at) == Some(&b'-'));
    let mut end = match bytes.get(first)? {
        b'0' => first + 1,
        b'1'..=b'9' => digits(first)?,
        _ => return None,
    };
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1)?;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let is_signed = matches!(bytes.get(end + 1), Some(b'+' | b'-'));
        end = digits(end + 1 + usize::from(is_signed))?;
    }
    Some(end)
}
