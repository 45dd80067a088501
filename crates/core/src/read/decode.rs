//! Bytes to text: UTF-8 with or without BOM, UTF-16, Windows-1252, by choice or by detection.
//!
//! Text that cannot be decoded is kept with U+FFFD in its place and a note of where, so that the
//! reader can name the row; nothing is dropped.

use std::borrow::Cow;

/// The encodings that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// With or without BOM.
    Utf8,
    /// Low byte first.
    Utf16Le,
    /// High byte first.
    Utf16Be,
    /// Western European, as Excel on Windows writes "CSV".
    Windows1252,
}

impl Encoding {
    /// The encoding of a `charset`, by the labels that browsers know; `None` for one that is not read.
    // source: WHATWG Encoding, "Names and labels"
    pub fn for_label(label: &str) -> Option<Self> {
        match label.trim().trim_matches('"').to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "unicode-1-1-utf-8" | "unicode11utf8" | "unicode20utf8" | "x-unicode20utf8"
            | "utf-8-sig" => Some(Self::Utf8),
            "utf-16" | "utf-16le" | "utf16" | "utf16le" | "unicode" | "ucs-2" | "iso-10646-ucs-2" | "csunicode" => {
                Some(Self::Utf16Le)
            }
            "utf-16be" | "utf16be" | "unicodefffe" => Some(Self::Utf16Be),
            "windows-1252" | "cp1252" | "x-cp1252" | "iso-8859-1" | "iso8859-1" | "iso88591" | "iso_8859-1"
            | "latin1" | "l1" | "us-ascii" | "ascii" | "ansi_x3.4-1968" | "cp819" | "ibm819" => Some(Self::Windows1252),
            _ => None,
        }
    }

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// A decoded body.
#[derive(Debug)]
pub struct Decoded<'a> {
    /// The text, without BOM; borrowed when the body is UTF-8.
    pub text: Cow<'a, str>,
    /// What it was decoded from.
    pub encoding: Encoding,
    /// Whether the encoding was guessed from the bytes, not chosen and not plain UTF-8.
    pub guessed: bool,
    /// Byte offsets into `text` of what could not be decoded, the first 1,000.
    pub undecodable: Vec<usize>,
}

const UNDECODABLE_LIMIT: usize = 1_000;

/// Decodes a body. A BOM wins over the choice, the choice over detection.
pub fn decode(body: &[u8], choice: Option<Encoding>) -> Decoded<'_> {
    if let Some(rest) = body.strip_prefix(b"\xEF\xBB\xBF") {
        return decode_utf8(rest);
    }
    if let Some(rest) = body.strip_prefix(b"\xFF\xFE") {
        return decode_utf16(rest, Encoding::Utf16Le, false);
    }
    if let Some(rest) = body.strip_prefix(b"\xFE\xFF") {
        return decode_utf16(rest, Encoding::Utf16Be, false);
    }
    match choice {
        Some(Encoding::Utf8) => decode_utf8(body),
        Some(Encoding::Windows1252) => decode_windows_1252(body, false),
        Some(encoding) => decode_utf16(body, encoding, false),
        None => detect(body),
    }
}

fn detect(body: &[u8]) -> Decoded<'_> {
    if let Some(encoding) = zero_byte_pattern(body) {
        return decode_utf16(body, encoding, true);
    }
    match std::str::from_utf8(body) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            encoding: Encoding::Utf8,
            guessed: false,
            undecodable: Vec::new(),
        },
        Err(_) if looks_like_windows_1252(body) => decode_windows_1252(body, true),
        Err(_) => decode_utf8(body),
    }
}

/// UTF-16 without a BOM: in text with Latin letters every other byte is zero.
fn zero_byte_pattern(body: &[u8]) -> Option<Encoding> {
    let sample = &body[..body.len().min(1024) & !1];
    let pairs = sample.len() / 2;
    if pairs == 0 {
        return None;
    }
    let zeros = |offset: usize| sample.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if even * 10 >= pairs * 7 && odd * 10 < pairs {
        Some(Encoding::Utf16Be)
    } else if odd * 10 >= pairs * 7 && even * 10 < pairs {
        Some(Encoding::Utf16Le)
    } else {
        None
    }
}

/// Not UTF-8, yet no multi-byte UTF-8 sequence either, and none of the five bytes that Windows-1252
/// leaves undefined. A body with good UTF-8 sequences and a bad one is damaged UTF-8, not Windows-1252.
fn looks_like_windows_1252(body: &[u8]) -> bool {
    if body
        .iter()
        .any(|byte| matches!(byte, 0 | 0x81 | 0x8D | 0x8F | 0x90 | 0x9D))
    {
        return false;
    }
    body.utf8_chunks().all(|chunk| chunk.valid().is_ascii())
}

fn decode_utf8(body: &[u8]) -> Decoded<'_> {
    let (encoding, guessed) = (Encoding::Utf8, false);
    match std::str::from_utf8(body) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            encoding,
            guessed,
            undecodable: Vec::new(),
        },
        Err(_) => {
            let mut text = String::with_capacity(body.len());
            let mut undecodable = Vec::new();
            for chunk in body.utf8_chunks() {
                text.push_str(chunk.valid());
                if !chunk.invalid().is_empty() {
                    if undecodable.len() < UNDECODABLE_LIMIT {
                        undecodable.push(text.len());
                    }
                    text.push(char::REPLACEMENT_CHARACTER);
                }
            }
            Decoded {
                text: Cow::Owned(text),
                encoding,
                guessed,
                undecodable,
            }
        }
    }
}

fn decode_utf16(body: &[u8], encoding: Encoding, guessed: bool) -> Decoded<'_> {
    let (pairs, rest) = body.as_chunks::<2>();
    let units = pairs.iter().map(|pair| match encoding {
        Encoding::Utf16Be => u16::from_be_bytes(*pair),
        _ => u16::from_le_bytes(*pair),
    });
    let mut text = String::with_capacity(body.len() / 2 + 16);
    let mut undecodable = Vec::new();
    let mut note = |at: usize| {
        if undecodable.len() < UNDECODABLE_LIMIT {
            undecodable.push(at);
        }
    };
    for unit in char::decode_utf16(units) {
        match unit {
            Ok(character) => text.push(character),
            Err(_) => {
                note(text.len());
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
    if !rest.is_empty() {
        note(text.len());
        text.push(char::REPLACEMENT_CHARACTER);
    }
    Decoded {
        text: Cow::Owned(text),
        encoding,
        guessed,
        undecodable,
    }
}

/// Bytes 0x80 to 0x9F; U+FFFD for the five that are undefined.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž', '\u{FFFD}', '\u{FFFD}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}', 'ž', 'Ÿ',
];

fn decode_windows_1252(body: &[u8], guessed: bool) -> Decoded<'_> {
    let encoding = Encoding::Windows1252;
    if body.is_ascii()
        && let Ok(text) = std::str::from_utf8(body)
    {
        return Decoded {
            text: Cow::Borrowed(text),
            encoding,
            guessed,
            undecodable: Vec::new(),
        };
    }
    let mut text = String::with_capacity(body.len() + body.len() / 8);
    let mut undecodable = Vec::new();
    for &byte in body {
        let character = match byte {
            0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
            _ => char::from(byte),
        };
        if character == char::REPLACEMENT_CHARACTER && undecodable.len() < UNDECODABLE_LIMIT {
            undecodable.push(text.len());
        }
        text.push(character);
    }
    Decoded {
        text: Cow::Owned(text),
        encoding,
        guessed,
        undecodable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damaged_utf8_is_not_taken_for_windows_1252() {
        let decoded = decode("Zoë,\u{e9}".as_bytes().split_last().expect("bytes").1, None);
        assert_eq!(decoded.encoding, Encoding::Utf8);
        assert_eq!(decoded.undecodable, [5]);
        let decoded = decode(b"Zo\xEB", None);
        assert_eq!(
            (decoded.text.as_ref(), decoded.encoding, decoded.guessed),
            ("Zoë", Encoding::Windows1252, true)
        );
    }

    #[test]
    fn utf16_is_found_with_and_without_a_bom() {
        let bytes: Vec<u8> = "email,name\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&bytes, None).text, "email,name\n");
        let mut bytes = vec![0xFF, 0xFE];
        bytes.extend("Zoë".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(decode(&bytes, None).text, "Zoë");
    }
}
