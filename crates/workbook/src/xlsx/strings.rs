//! Texts: the shared ones, and those that stand in their cell. Formatting within them and readings above them go.
// source: ECMA-376 part 1, 18.4 (shared strings), 22.9.2.19 (ST_Xstring)

use passmuster_core::read::sheet::{Builder, Refusal, Span};

use crate::bounds::{self, claimed, crossed, damaged};
use crate::xml::{Piece, Xml, unescape};
use crate::zip::Archive;

pub(super) fn read(archive: &mut Archive<'_>, name: &str, builder: &mut Builder) -> Result<Vec<Span>, Refusal> {
    let mut strings = Vec::new();
    let Some(part) = archive.unpack(name)? else {
        return Ok(strings);
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Piece::Start {
                name: b"sst",
                attributes,
                ..
            } => {
                for count in [b"count".as_slice(), b"uniqueCount"] {
                    let claim = attributes.number(count).unwrap_or(0);
                    // "count" counts the cells that show them
                    let most = if count == b"count" {
                        u64::from(bounds::CELLS)
                    } else {
                        bounds::STRINGS as u64
                    };
                    if claim > most {
                        return Err(claimed("texts", claim, most));
                    }
                }
            }
            Piece::Start {
                name: b"si", is_empty, ..
            } => {
                if strings.len() >= bounds::STRINGS {
                    return Err(crossed("different texts", bounds::STRINGS as u64));
                }
                let start = builder.text().len();
                if !is_empty {
                    read_item(&mut xml, b"si", builder.text())?;
                }
                strings.push(builder.since(start));
            }
            Piece::Eof => return Ok(strings),
            _ => {}
        }
    }
}

/// The text of an item, whose start was read, up to its end.
pub(super) fn read_item(xml: &mut Xml<'_, '_>, item: &[u8], into: &mut String) -> Result<(), Refusal> {
    let start = into.len();
    let (mut is_text, mut is_reading) = (false, false);
    loop {
        match xml.next()? {
            Piece::Start {
                name: b"t", is_empty, ..
            } => is_text = !is_empty && !is_reading,
            Piece::End(b"t") => is_text = false,
            Piece::Start {
                name: b"rPh", is_empty, ..
            } => is_reading = !is_empty,
            Piece::End(b"rPh") => is_reading = false,
            Piece::Text(text) if is_text => add(text, into)?,
            Piece::Verbatim(text) if is_text => {
                into.push_str(std::str::from_utf8(text).map_err(|_| not_text())?);
            }
            Piece::End(name) if name == item => break,
            Piece::Eof => break,
            _ => {}
        }
        if into.len() > bounds::TEXT {
            return Err(crossed("bytes of text", bounds::TEXT as u64));
        }
    }
    decode(start, into);
    Ok(())
}

/// Adds text with its character references replaced.
pub(super) fn add(raw: &[u8], into: &mut String) -> Result<(), Refusal> {
    if unescape(raw, into) { Ok(()) } else { Err(not_text()) }
}

fn not_text() -> Refusal {
    damaged("it has a text that is not UTF-8 or has unknown entities")
}

/// Replaces `_x000D_` and the like, which stand for what XML can't hold, behind `start`.
pub(super) fn decode(start: usize, text: &mut String) {
    if !text[start..].contains("_x") {
        return;
    }
    let raw = text.split_off(start);
    let mut units = Vec::new();
    let mut rest = raw.as_str();
    let flush = |units: &mut Vec<u16>, text: &mut String| {
        text.extend(char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
    };
    while let Some(at) = rest.find("_x") {
        let code = rest
            .get(at + 2..at + 6)
            .filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let unit = code
            .filter(|code| code.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|code| u16::from_str_radix(code, 16).ok());
        let plain = if unit.is_some() { at } else { at + 2 };
        if plain > 0 {
            flush(&mut units, text);
            text.push_str(&rest[..plain]);
        }
        match unit {
            Some(unit) => {
                units.push(unit);
                rest = &rest[at + 7..];
            }
            None => rest = &rest[plain..],
        }
    }
    flush(&mut units, text);
    text.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_code_units_are_decoded() {
        for (raw, text) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_", "😀"),
            ("_xD83D_", "\u{FFFD}"),
            ("a_x00", "a_x00"),
            ("_x00ZZ_", "_x00ZZ_"),
            ("_xé000_", "_xé000_"),
        ] {
            let mut decoded = "before ".to_owned() + raw;
            decode(7, &mut decoded);
            assert_eq!(decoded, "before ".to_owned() + text);
        }
    }
}
