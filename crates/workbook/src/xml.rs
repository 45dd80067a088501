//! XML as workbooks have it, piece by piece: tags with attributes, and text. Elements go by their local names.
//!
//! Made for untrusted files: a buffer that holds one token and grows to a bound, no document types and so no entities
//! of a file's own, and bounded depth. It checks that elements close in order, as far as their number goes.

use std::borrow::Cow;
use std::io::Read;

use memchr::{memchr, memchr3};
use passmuster_core::read::sheet::Refusal;

use crate::bounds::{self, crossed, damaged};
use crate::zip::Member;

/// Bytes to begin with.
const BUFFER: usize = 64 << 10;

/// One piece of XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece<'x> {
    /// An element begins; it also ends when `is_empty`.
    Start {
        name: &'x [u8],
        attributes: Attributes<'x>,
        is_empty: bool,
    },
    /// An element ends.
    End(&'x [u8]),
    /// Text, still with its character references.
    Text(&'x [u8]),
    /// Text of a CDATA section, as it is.
    Verbatim(&'x [u8]),
    /// The end of the part.
    Eof,
}

/// Reads one member of the archive.
pub(crate) struct Xml<'a, 't> {
    member: Member<'a, 't>,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    is_eof: bool,
    depth: u32,
}

impl<'a, 't> Xml<'a, 't> {
    pub(crate) fn new(member: Member<'a, 't>) -> Self {
        Self {
            member,
            buffer: vec![0; BUFFER],
            at: 0,
            end: 0,
            is_eof: false,
            depth: 0,
        }
    }

    /// Reads on; whether there was more. What is before `at` goes.
    fn fill(&mut self) -> Result<bool, Refusal> {
        if self.is_eof {
            return Ok(false);
        }
        self.buffer.copy_within(self.at..self.end, 0);
        self.end -= self.at;
        self.at = 0;
        if self.end == self.buffer.len() {
            if self.end >= bounds::TOKEN {
                return Err(crossed("bytes in a single text or tag", bounds::TOKEN as u64));
            }
            self.buffer.resize(self.end * 2, 0);
        }
        match self.member.read(&mut self.buffer[self.end..]) {
            Ok(0) => self.is_eof = true,
            Ok(read) => self.end += read,
            Err(_) => {
                return Err(self
                    .member
                    .refusal
                    .take()
                    .unwrap_or_else(|| damaged("a part of it is broken")));
            }
        }
        Ok(!self.is_eof)
    }

    /// Where `find` finds something behind the first `from` bytes, reading on until it does.
    fn seek(&mut self, mut from: usize, find: impl Fn(&[u8]) -> Option<usize>) -> Result<Option<usize>, Refusal> {
        loop {
            let text = &self.buffer[self.at..self.end];
            if let Some(found) = text.get(from..).and_then(&find) {
                return Ok(Some(from + found));
            }
            // what is sought may have begun
            from = text.len().saturating_sub(2).max(from.min(text.len()));
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// The next piece.
    pub(crate) fn next(&mut self) -> Result<Piece<'_>, Refusal> {
        let unclosed = || damaged("a part of it ends in the middle");
        loop {
            if self.at == self.end && !self.fill()? {
                return if self.depth == 0 {
                    Ok(Piece::Eof)
                } else {
                    Err(unclosed())
                };
            }
            if self.buffer[self.at] != b'<' {
                let len = match self.seek(0, |text| memchr(b'<', text))? {
                    Some(len) => len,
                    None => self.end - self.at,
                };
                if len == 0 {
                    continue;
                }
                let start = self.at;
                self.at += len;
                return Ok(Piece::Text(&self.buffer[start..self.at]));
            }
            while self.end - self.at < 9 && self.fill()? {}
            let head = &self.buffer[self.at..self.end];
            if head.starts_with(b"<!--") {
                let len = self
                    .seek(4, |text| memchr::memmem::find(text, b"-->"))?
                    .ok_or_else(unclosed)?;
                self.at += len + 3;
            } else if head.starts_with(b"<![CDATA[") {
                let len = self
                    .seek(9, |text| memchr::memmem::find(text, b"]]>"))?
                    .ok_or_else(unclosed)?;
                let start = self.at;
                self.at += len + 3;
                return Ok(Piece::Verbatim(&self.buffer[start + 9..start + len]));
            } else if head.starts_with(b"<?") {
                let len = self
                    .seek(2, |text| memchr::memmem::find(text, b"?>"))?
                    .ok_or_else(unclosed)?;
                self.at += len + 2;
            } else if head.starts_with(b"<!") {
                return Err(damaged("it declares XML entities, which no spreadsheet program writes"));
            } else {
                return self.tag();
            }
        }
    }

    fn tag(&mut self) -> Result<Piece<'_>, Refusal> {
        let broken = || damaged("a part of it is no XML");
        let mut len = 1;
        loop {
            let found = self
                .seek(len, |text| memchr3(b'>', b'"', b'\'', text))?
                .ok_or_else(broken)?;
            match self.buffer[self.at + found] {
                b'>' => {
                    len = found;
                    break;
                }
                quote => len = 1 + self.seek(found + 1, |text| memchr(quote, text))?.ok_or_else(broken)?,
            }
        }
        let start = self.at;
        self.at += len + 1;
        let tag = &self.buffer[start + 1..start + len];
        if let Some(name) = tag.strip_prefix(b"/") {
            self.depth = self.depth.checked_sub(1).ok_or_else(broken)?;
            return Ok(Piece::End(local(name.trim_ascii_end())));
        }
        let is_empty = tag.ends_with(b"/");
        let tag = if is_empty { &tag[..tag.len() - 1] } else { tag };
        if !is_empty {
            self.depth += 1;
            if self.depth > bounds::DEPTH {
                return Err(crossed("XML elements inside each other", u64::from(bounds::DEPTH)));
            }
        }
        let end = tag.iter().position(u8::is_ascii_whitespace).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(end);
        Ok(Piece::Start {
            name: local(name),
            attributes: Attributes(attributes),
            is_empty,
        })
    }
}

/// A name without its prefix.
fn local(name: &[u8]) -> &[u8] {
    match memchr(b':', name) {
        Some(at) => &name[at + 1..],
        None => name,
    }
}

/// The attributes of a tag; those that break the grammar end the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attributes<'x>(&'x [u8]);

impl<'x> Iterator for Attributes<'x> {
    type Item = (&'x [u8], &'x [u8]);

    /// A local name, and a value with its character references.
    fn next(&mut self) -> Option<Self::Item> {
        let text = self.0.trim_ascii_start();
        let equals = memchr(b'=', text)?;
        let name = text[..equals].trim_ascii_end();
        let rest = text[equals + 1..].trim_ascii_start();
        let (quote, rest) = rest.split_first().filter(|(quote, _)| matches!(quote, b'"' | b'\''))?;
        let end = memchr(*quote, rest)?;
        self.0 = &rest[end + 1..];
        Some((local(name), &rest[..end]))
    }
}

impl<'x> Attributes<'x> {
    /// The value of the attribute of this local name, with its character references.
    pub(crate) fn get(mut self, name: &[u8]) -> Option<&'x [u8]> {
        self.find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// The same, as text.
    pub(crate) fn text(self, name: &[u8]) -> Option<String> {
        let value = self.get(name)?;
        let mut text = String::new();
        unescape(value, &mut text).then_some(text)
    }

    /// The same, as a whole number.
    pub(crate) fn number(self, name: &[u8]) -> Option<u64> {
        self.get(name).and_then(parse)
    }

    /// Whether it says true.
    pub(crate) fn is_true(self, name: &[u8]) -> bool {
        matches!(self.get(name), Some(b"1" | b"true" | b"on"))
    }
}

/// A whole number without a sign.
pub(crate) fn parse(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0'))
    })
}

/// Adds text with its character references replaced; whether it is text in UTF-8 without unknown references.
// source: XML 1.0, sections 2.11 and 4.6
pub(crate) fn unescape(raw: &[u8], into: &mut String) -> bool {
    let Ok(raw) = std::str::from_utf8(raw) else {
        return false;
    };
    let raw: Cow<'_, str> = if memchr(b'\r', raw.as_bytes()).is_some() {
        raw.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        raw.into()
    };
    let mut rest: &str = &raw;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        into.push_str(&rest[..at]);
        let Some(end) = memchr(b';', &rest.as_bytes()[at..]) else {
            return false;
        };
        let name = &rest[at + 1..at + end];
        let character = match name {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            _ => name.strip_prefix('#').and_then(|digits| {
                let code = match digits.strip_prefix(['x', 'X']) {
                    Some(digits) => u32::from_str_radix(digits, 16),
                    None => digits.parse(),
                };
                code.ok().and_then(char::from_u32)
            }),
        };
        let Some(character) = character else {
            return false;
        };
        into.push(character);
        rest = &rest[at + end + 1..];
    }
    into.push_str(rest);
    true
}
