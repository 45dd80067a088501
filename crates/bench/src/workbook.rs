//! A table as a workbook of Excel's, packed as Excel packs it.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::{Compression, Crc, write::DeflateEncoder};

/// The same table as Excel would save it: shared texts, each cell with its reference.
///
/// # Panics
/// At what is no CSV.
pub fn workbook(csv: &[u8]) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv);
    let mut known = std::collections::HashMap::new();
    let (mut strings, mut rows) = (String::new(), String::new());
    for (row, record) in (1..).zip(reader.records()) {
        let _ = write!(rows, r#"<row r="{row}" spans="1:13">"#);
        for (column, text) in record
            .expect("CSV")
            .iter()
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
        {
            let next = known.len();
            let index = *known.entry(text.to_owned()).or_insert_with(|| {
                let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
                let _ = write!(strings, "<si><t>{escaped}</t></si>");
                next
            });
            let letter = char::from(b'A' + column as u8);
            let _ = write!(rows, r#"<c r="{letter}{row}" s="1" t="s"><v>{index}</v></c>"#);
        }
        rows.push_str("</row>");
    }
    let kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{kinds}/{kind}" Target="{target}"/>"#)
    };
    let relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    archive(&[
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{relations}">{}</Relationships>"#,
                relation("rId1", "officeDocument", "xl/workbook.xml")
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{relations}">{}{}{}</Relationships>"#,
                relation("rId1", "worksheet", "worksheets/sheet1.xml"),
                relation("rId2", "sharedStrings", "sharedStrings.xml"),
                relation("rId3", "styles", "styles.xml")
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets><sheet name="Users" sheetId="1" r:id="rId1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="49"/></cellXfs></styleSheet>"#
            ),
        ),
        (
            "xl/sharedStrings.xml",
            format!(r#"<sst xmlns="{main}">{strings}</sst>"#),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#),
        ),
    ])
}

fn archive(parts: &[(&str, String)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::default());
        packer.write_all(text.as_bytes()).expect("memory");
        let packed = packer.finish().expect("memory");
        let mut crc = Crc::new();
        crc.update(text.as_bytes());
        let mut about = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
        for number in [crc.sum(), packed.len() as u32, text.len() as u32, name.len() as u32] {
            about.extend(number.to_le_bytes());
        }
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&about);
        directory.extend([0; 10]);
        directory.extend((bytes.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&about);
        bytes.extend(name.as_bytes());
        bytes.extend(&packed);
    }
    let (start, count) = (bytes.len() as u32, (parts.len() as u16).to_le_bytes());
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count);
    bytes.extend(count);
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}
