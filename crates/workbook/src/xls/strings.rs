//! Texts of .xls: of one or two bytes a character, and shared ones that go on from record to record.
// source: [MS-XLS] 2.5.293 (XLUnicodeRichExtendedString), 2.5.294, 2.4.265 (SST)

use passmuster_core::read::decode::{Encoding, decode};
use passmuster_core::read::sheet::{Builder, Refusal, Span};

use super::compound::{u16_at, u32_at};
use super::cut;
use crate::bounds::{self, claimed, crossed};

/// How texts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// UTF-16, or its low bytes where the high ones are 0.
    Unicode,
    /// Windows-1252.
    Bytes,
}

/// A text of a 16-bit length, with its flags.
pub(super) fn long(data: &[u8]) -> Option<String> {
    units(usize::from(u16_at(data, 0)?), data.get(2..)?)
}

/// A text of an 8-bit length, with its flags.
pub(super) fn short(data: &[u8]) -> Option<String> {
    let (len, rest) = data.split_first()?;
    units(usize::from(*len), rest)
}

fn units(len: usize, data: &[u8]) -> Option<String> {
    let (flags, rest) = data.split_first()?;
    let mut text = String::new();
    if flags & 1 == 0 {
        text.extend(rest.get(..len)?.iter().map(|byte| char::from(*byte)));
    } else {
        let units = (0..len).map_while(|at| u16_at(rest, 2 * at));
        text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    Some(text)
}

/// A text of an 8-bit length in Windows-1252.
pub(super) fn bytes_short(data: &[u8]) -> Option<String> {
    let (len, rest) = data.split_first()?;
    rest.get(..usize::from(*len)).map(windows_1252)
}

/// A text of a 16-bit length in Windows-1252.
pub(super) fn bytes_long(data: &[u8]) -> Option<String> {
    data.get(2..2 + usize::from(u16_at(data, 0)?)).map(windows_1252)
}

fn windows_1252(bytes: &[u8]) -> String {
    decode(bytes, Some(Encoding::Windows1252)).text.into_owned()
}

/// Data that goes on from record to record.
pub(super) struct Pieces<'p, 's> {
    pieces: &'p [&'s [u8]],
    piece: usize,
    at: usize,
}

impl<'p, 's> Pieces<'p, 's> {
    pub(super) fn new(pieces: &'p [&'s [u8]]) -> Self {
        Self {
            pieces,
            piece: 0,
            at: 0,
        }
    }

    fn left(&self) -> &'s [u8] {
        let piece = self.pieces.get(self.piece).copied().unwrap_or_default();
        piece.get(self.at..).unwrap_or_default()
    }

    /// Goes to the next record if this one is used up; whether there was one.
    fn go_on(&mut self) -> bool {
        while self.left().is_empty() {
            if self.piece + 1 >= self.pieces.len() {
                return false;
            }
            self.piece += 1;
            self.at = 0;
        }
        true
    }

    fn byte(&mut self) -> Option<u8> {
        self.go_on();
        let byte = *self.left().first()?;
        self.at += 1;
        Some(byte)
    }

    fn number(&mut self, size: u32) -> Option<u32> {
        (0..size).try_fold(0, |number, place| Some(number | u32::from(self.byte()?) << (8 * place)))
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            if !self.go_on() {
                return None;
            }
            let step = bytes.min(self.left().len());
            self.at += step;
            bytes -= step;
        }
        Some(())
    }

    /// Adds one text.
    fn text(&mut self, units: &mut Vec<u16>, into: &mut String) -> Option<()> {
        let mut len = self.number(2)? as usize;
        let mut flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.number(2)? as usize } else { 0 };
        let extra = if flags & 4 != 0 { self.number(4)? as usize } else { 0 };
        units.clear();
        while len > 0 {
            if self.left().is_empty() {
                if !self.go_on() {
                    return None;
                }
                // a text that goes on says anew whether it has one or two bytes a character
                flags = self.byte()?;
            }
            let left = self.left();
            let taken = if flags & 1 == 0 {
                let taken = len.min(left.len());
                units.extend(left[..taken].iter().map(|byte| u16::from(*byte)));
                self.at += taken;
                taken
            } else {
                let taken = len.min(left.len() / 2);
                if taken == 0 {
                    return None;
                }
                units.extend((0..taken).filter_map(|at| u16_at(left, 2 * at)));
                self.at += 2 * taken;
                taken
            };
            len -= taken;
        }
        let text = char::decode_utf16(units.iter().copied());
        into.extend(text.map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        self.skip(4 * runs + extra)
    }
}

/// The shared texts.
pub(super) fn shared(mut pieces: Pieces<'_, '_>, builder: &mut Builder) -> Result<Vec<Span>, Refusal> {
    let head = pieces.left();
    let count = u32_at(head, 4).ok_or_else(cut)?;
    if count as usize > bounds::STRINGS {
        return Err(claimed("texts", u64::from(count), bounds::STRINGS as u64));
    }
    pieces.at += 8;
    let (mut spans, mut units) = (Vec::new(), Vec::new());
    for _ in 0..count {
        // a shorter list than it says is no fault as long as no cell misses a text
        if !pieces.go_on() {
            break;
        }
        let start = builder.text().len();
        pieces.text(&mut units, builder.text()).ok_or_else(cut)?;
        if builder.text().len() > bounds::TEXT {
            return Err(crossed("bytes of text", bounds::TEXT as u64));
        }
        spans.push(builder.since(start));
    }
    Ok(spans)
}
