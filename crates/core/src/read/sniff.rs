//! What a body really is, whatever its name or `Content-Type` says.

/// Whether a body has the container of an Excel workbook: a ZIP archive with a workbook in it, or an old Office document.
pub fn is_workbook(body: &[u8]) -> bool {
    body.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") || foreign_type(body) == Some(XLSX)
}

/// How people call a workbook of today.
const XLSX: &str = "an Excel workbook (.xlsx)";

/// The kind of file that a body is, when it is not text of users; how people call it.
///
/// `None` for text, which may still turn out not to be CSV or JSON.
pub fn foreign_type(body: &[u8]) -> Option<&'static str> {
    const MAGIC: [(&[u8], &str); 17] = [
        (b"%PDF-", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\xFF\xD8\xFF", "a JPEG image"),
        (b"GIF87a", "a GIF image"),
        (b"GIF89a", "a GIF image"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
        (b"Rar!\x1A\x07", "a RAR archive"),
        (b"BZh", "a bzip2 archive"),
        (b"\x28\xB5\x2F\xFD", "a Zstandard archive"),
        (b"\xFD7zXZ\x00", "an XZ archive"),
        (
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            "an Excel workbook (.xls) or another old Office document",
        ),
        (b"{\\rtf", "a rich text document (RTF)"),
        (b"SQLite format 3\x00", "an SQLite database"),
        (b"PAR1", "a Parquet file"),
        (b"\x7FELF", "a program"),
        (b"MZ\x90\x00", "a program"),
    ];
    if body.starts_with(b"PK\x03\x04") || body.starts_with(b"PK\x05\x06") {
        return Some(zip_type(body));
    }
    let encrypted: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if body.starts_with(b"\xD0\xCF\x11\xE0") && memchr::memmem::find(body, &encrypted).is_some() {
        return Some("an Office document with a password, such as an encrypted Excel workbook");
    }
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| body.starts_with(magic)) {
        return Some(name);
    }
    if body.starts_with(b"\xFF\xFE\x00\x00") || body.starts_with(b"\x00\x00\xFE\xFF") {
        return Some("text in UTF-32");
    }
    if is_binary(body) {
        return Some("binary data");
    }
    let head = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body).trim_ascii_start();
    let head = head[..head.len().min(64)].to_ascii_lowercase();
    if [&b"<!doctype html"[..], b"<html", b"<head", b"<body", b"<script"]
        .iter()
        .any(|tag| head.starts_with(tag))
    {
        return Some("an HTML page (often a sign-in page saved instead of the file)");
    }
    if head.starts_with(b"<?xml") || head.starts_with(b"<workbook") {
        return Some("an XML document");
    }
    None
}

/// Whether NUL bytes stand where neither UTF-8 nor UTF-16 text with Latin letters has so many.
fn is_binary(body: &[u8]) -> bool {
    let (pairs, _) = body[..body.len().min(1024)].as_chunks::<2>();
    let even = pairs.iter().filter(|pair| pair[0] == 0).count();
    let odd = pairs.iter().filter(|pair| pair[1] == 0).count();
    even.min(odd) * 10 > pairs.len().max(1)
}

fn zip_type(body: &[u8]) -> &'static str {
    let head = &body[..body.len().min(1 << 16)];
    let holds = |name: &[u8]| memchr::memmem::find(head, name).is_some() || memchr::memmem::rfind(body, name).is_some();
    if holds(b"xl/workbook.bin") {
        "a binary Excel workbook (.xlsb)"
    } else if holds(b"xl/") {
        XLSX
    } else if holds(b"word/") {
        "a Word document"
    } else if holds(b"ppt/") {
        "a PowerPoint document"
    } else if holds(b"opendocument") {
        "an OpenDocument file"
    } else {
        "a ZIP archive"
    }
}

/// Whether text begins as a JSON list or object does.
pub fn begins_as_json(text: &str) -> bool {
    let text = text.trim_start();
    match text.as_bytes().first() {
        Some(b'{') => matches!(text[1..].trim_start().as_bytes().first(), Some(b'"' | b'}')),
        Some(b'[') => {
            matches!(
                text[1..].trim_start().as_bytes().first(),
                Some(b'{' | b'[' | b']' | b'"' | b'-' | b'0'..=b'9')
            )
        }
        _ => false,
    }
}
