//! Styles, as far as they say how numbers are shown.
// source: ECMA-376 part 1, 18.8.10 (cellXfs), 18.8.30 (numFmt)

use std::collections::HashMap;

use passmuster_core::read::sheet::Refusal;

use crate::bounds::{self, crossed};
use crate::format::{Format, built_in};
use crate::xml::{Piece, Xml};
use crate::zip::Archive;

/// The number format of each cell style.
#[derive(Debug, Default)]
pub(super) struct Styles {
    formats: Vec<Format>,
    /// By style: which of the formats.
    by_style: Vec<u32>,
    general: Format,
}

impl Styles {
    /// The number format of a cell with this style.
    pub(super) fn format(&self, style: usize) -> &Format {
        let format = self
            .by_style
            .get(style)
            .and_then(|format| self.formats.get(*format as usize));
        format.unwrap_or(&self.general)
    }
}

pub(super) fn read(archive: &mut Archive<'_>, name: &str) -> Result<Styles, Refusal> {
    let mut styles = Styles::default();
    let Some(part) = archive.unpack(name)? else {
        return Ok(styles);
    };
    let mut xml = Xml::new(part);
    let mut codes: HashMap<u64, String> = HashMap::new();
    // number of a format to its place
    let mut known: HashMap<u64, u32> = HashMap::new();
    let mut bytes = 0;
    let mut is_in_cells = false;
    loop {
        match xml.next()? {
            Piece::Start {
                name: b"numFmt",
                attributes,
                ..
            } if !is_in_cells => {
                let code = attributes
                    .text(b"formatCode")
                    .filter(|code| code.len() <= bounds::FORMAT);
                bytes += code.as_ref().map_or(0, |code| code.len() + 16);
                if bytes > bounds::FORMATS {
                    return Err(crossed("bytes of number formats", bounds::FORMATS as u64));
                }
                if let (Some(id), Some(code)) = (attributes.number(b"numFmtId"), code) {
                    codes.insert(id, code);
                }
            }
            Piece::Start {
                name: b"cellXfs",
                is_empty,
                ..
            } => is_in_cells = !is_empty,
            Piece::End(b"cellXfs") => is_in_cells = false,
            Piece::Start {
                name: b"xf",
                attributes,
                ..
            } if is_in_cells => {
                if styles.by_style.len() >= bounds::STYLES {
                    return Err(crossed("cell styles", bounds::STYLES as u64));
                }
                let id = attributes.number(b"numFmtId").unwrap_or(0);
                let format = *known.entry(id).or_insert_with(|| {
                    let built_in = || u32::try_from(id).ok().and_then(built_in);
                    let code = codes
                        .get(&id)
                        .map(String::as_str)
                        .or_else(built_in)
                        .unwrap_or("General");
                    styles.formats.push(Format::parse(code));
                    styles.formats.len() as u32 - 1
                });
                styles.by_style.push(format);
            }
            Piece::Eof => return Ok(styles),
            _ => {}
        }
    }
}
