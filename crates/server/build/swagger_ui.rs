//! Swagger UI's script and style, taken out of the archive of a crate as they are packed there.
//!
//! An entry of a ZIP archive is packed like gzip and only wrapped otherwise, so nothing is unpacked here.

use std::{fs, io, path::Path};

use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;

/// What the pages need of it.
const WANTED: [(&str, &str); 2] = [
    ("dist/swagger-ui-bundle.js", "swagger-ui-bundle.js.gz"),
    ("dist/swagger-ui.css", "swagger-ui.css.gz"),
];

/// Writes each file into `folder`, as gzip.
pub(crate) fn write(folder: &Path) -> io::Result<()> {
    for (path, name) in WANTED {
        let found = entries().find(|entry| entry.name.ends_with(path.as_bytes()) && entry.is_in(path));
        let packed = found.and_then(Entry::as_gzip);
        let packed = packed.ok_or_else(|| io::Error::other(format!("Swagger UI's archive has no {path}")))?;
        fs::write(folder.join(name), packed)?;
    }
    Ok(())
}

/// A line of the archive's table of contents.
#[derive(Clone, Copy)]
struct Entry {
    /// From its signature on.
    line: &'static [u8],
    name: &'static [u8],
}

/// All lines that the archive's table of contents has.
fn entries() -> impl Iterator<Item = Entry> {
    const SIGNATURE: &[u8] = b"PK\x01\x02";
    const END: &[u8] = b"PK\x05\x06";
    let end = SWAGGER_UI_VENDORED.windows(4).rposition(|window| window == END);
    let begin = end.and_then(|at| number(SWAGGER_UI_VENDORED, at + 16));
    let mut rest = begin.and_then(|at| SWAGGER_UI_VENDORED.get(at..)).unwrap_or_default();
    std::iter::from_fn(move || {
        let line = rest.strip_prefix(SIGNATURE).map(|_| rest)?;
        let [name, extra, comment] = [28, 30, 32].map(|at| short(line, at).unwrap_or_default());
        rest = line.get(46 + name + extra + comment..)?;
        let name = line.get(46..46 + name)?;
        Some(Entry { line, name })
    })
}

impl Entry {
    /// Whether it is the file of this path below the archive's one folder, and not of a flavour with a `dist` of its own.
    fn is_in(&self, path: &str) -> bool {
        let folder = &self.name[..self.name.len() - path.len()];
        folder.iter().filter(|byte| **byte == b'/').count() == 1
    }

    /// Its bytes, wrapped as gzip; `None` when they are packed otherwise.
    // https://www.rfc-editor.org/rfc/rfc1952
    fn as_gzip(self) -> Option<Vec<u8>> {
        const DEFLATED: usize = 8;
        const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
        let (checksum, length) = (self.line.get(16..20)?, self.line.get(24..28)?);
        let (packed, place) = (number(self.line, 20)?, number(self.line, 42)?);
        let begin = place + 30 + short(SWAGGER_UI_VENDORED, place + 26)? + short(SWAGGER_UI_VENDORED, place + 28)?;
        let packed = SWAGGER_UI_VENDORED.get(begin..begin + packed)?;
        (short(self.line, 10)? == DEFLATED).then(|| [&HEADER, packed, checksum, length].concat())
    }
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_le_bytes(bytes).into())
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(bytes)).ok()
}
