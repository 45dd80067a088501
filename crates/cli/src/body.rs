//! The file that is to be sent: its bytes, what it is called, and the `Content-Type` that goes with it.
//!
//! Looks no further into it than telling CSV, JSON and workbooks apart; the server judges.

use std::io::{Read, Write};
use std::path::Path;

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const OLD_WORKBOOK: &str = "application/vnd.ms-excel";
const JSON: &str = "application/json";
const CSV: &str = "text/csv";

/// A file of users.
#[derive(Debug)]
pub(crate) struct Body {
    /// As the person named it.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// A media type.
    pub(crate) media: &'static str,
}

impl Body {
    /// Reads a file, or standard input for `-`.
    ///
    /// # Errors
    /// A file that can't be read, in words.
    pub(crate) fn read(file: &Path) -> Result<Self, String> {
        let (name, bytes) = if file == Path::new("-") {
            let mut bytes = Vec::new();
            let read = std::io::stdin().lock().read_to_end(&mut bytes);
            read.map_err(|error| format!("standard input can't be read: {error}"))?;
            ("(standard input)".to_owned(), bytes)
        } else {
            let name = file.display().to_string();
            let bytes = std::fs::read(file).map_err(|error| format!("{name} can't be read: {error}"))?;
            (name, bytes)
        };
        let media = media(file, &bytes);
        Ok(Self { name, bytes, media })
    }

    /// Packed with gzip.
    ///
    /// # Errors
    /// Those of the packer, in words.
    pub(crate) fn gzip(&self) -> Result<Vec<u8>, String> {
        let mut pack = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        let packed = pack.write_all(&self.bytes).and_then(|()| pack.finish());
        packed.map_err(|error| format!("{} can't be packed: {error}", self.name))
    }
}

/// What a workbook is shows in its first bytes, whatever its name; what text is, in its name or its first letter.
fn media(file: &Path, bytes: &[u8]) -> &'static str {
    let ending = file
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return WORKBOOK;
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return OLD_WORKBOOK;
    }
    match ending.as_str() {
        "json" | "jsonl" | "ndjson" => JSON,
        "csv" | "tsv" | "txt" => CSV,
        "xlsx" | "xlsm" => WORKBOOK,
        "xls" => OLD_WORKBOOK,
        _ => match first_letter(bytes) {
            Some(b'[' | b'{') => JSON,
            _ => CSV,
        },
    }
}

/// Behind byte order marks, space and the zero bytes of UTF-16.
fn first_letter(bytes: &[u8]) -> Option<u8> {
    const PASSED_OVER: [u8; 11] = [0xEF, 0xBB, 0xBF, 0xFE, 0xFF, 0, b' ', b'\t', b'\r', b'\n', 0x0C];
    bytes.iter().copied().find(|byte| !PASSED_OVER.contains(byte))
}
