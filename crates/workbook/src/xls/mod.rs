//! .xls, as Excel 97 to 2003 (BIFF8) and Excel 5 and 95 (BIFF5) write it: records of a stream.
// source: [MS-XLS] 2.3 (records), 2.4; OpenOffice.org's Documentation of the Excel File Format, 5 and 6, for BIFF5

use passmuster_core::read::sheet::{Builder, Container, Opened, Refusal, Sheet, SheetName, Span};

use crate::bounds::{self, crossed, damaged};
use crate::format::{Epoch, Format, built_in};

mod cells;
mod compound;
mod strings;

use compound::{Compound, u16_at, u32_at};
use strings::{Coding, Pieces};

/// Kinds of records.
mod kind {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const DATE_1904: u16 = 0x0022;
    pub(super) const FILE_PASS: u16 = 0x002F;
    pub(super) const CONTINUE: u16 = 0x003C;
    pub(super) const CODE_PAGE: u16 = 0x0042;
    pub(super) const COLUMN: u16 = 0x007D;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const NUMBERS: u16 = 0x00BD;
    pub(super) const RICH_TEXT: u16 = 0x00D6;
    pub(super) const STYLE: u16 = 0x00E0;
    pub(super) const MERGED: u16 = 0x00E5;
    pub(super) const SHARED_TEXTS: u16 = 0x00FC;
    pub(super) const SHARED_TEXT: u16 = 0x00FD;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const TEXT: u16 = 0x0204;
    pub(super) const BOOLEAN_OR_ERROR: u16 = 0x0205;
    pub(super) const RESULT: u16 = 0x0207;
    pub(super) const ROW: u16 = 0x0208;
    pub(super) const SMALL_NUMBER: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// A record: its kind, and where its data is.
#[derive(Debug, Clone, Copy)]
struct Record<'s> {
    kind: u16,
    data: &'s [u8],
    /// Where the next one begins.
    next: usize,
}

fn record(stream: &[u8], at: usize) -> Option<Record<'_>> {
    let (kind, len) = (u16_at(stream, at)?, usize::from(u16_at(stream, at + 2)?));
    Some(Record {
        kind,
        data: stream.get(at + 4..at + 4 + len)?,
        next: at + 4 + len,
    })
}

/// What the workbook says before its sheets.
struct Globals {
    coding: Coding,
    epoch: Epoch,
    /// Name, and where its records begin; of worksheets only.
    sheets: Vec<(SheetName, usize)>,
    codes: Vec<(u16, String)>,
    /// Numbers of formats by style.
    styles: Vec<u16>,
    strings: Vec<Span>,
}

/// The number format of each style.
struct Styles {
    formats: Vec<(u16, Format)>,
    by_style: Vec<u16>,
    general: Format,
}

impl Styles {
    fn of(globals: &Globals) -> Self {
        let mut ids = globals.styles.clone();
        ids.sort_unstable();
        ids.dedup();
        let code = |id: u16| globals.codes.iter().rev().find(|(known, _)| *known == id);
        let formats = ids.iter().map(|id| {
            let code = code(*id)
                .map(|(_, code)| code.as_str())
                .or_else(|| built_in(u32::from(*id)));
            (*id, Format::parse(code.unwrap_or("General")))
        });
        Self {
            formats: formats.collect(),
            by_style: globals.styles.clone(),
            general: Format::default(),
        }
    }

    fn format(&self, style: u16) -> Option<&Format> {
        let id = self.by_style.get(usize::from(style))?;
        let at = self.formats.binary_search_by_key(id, |(id, _)| *id).ok()?;
        Some(&self.formats[at].1)
    }
}

/// Reads a workbook's sheet.
pub(crate) fn read(body: &[u8], asked: Option<&str>) -> Opened {
    let mut sheets = Vec::new();
    let sheet = read_sheet(body, asked, &mut sheets);
    Opened {
        container: Container::Xls,
        bytes: body.len() as u64,
        sheets,
        sheet,
    }
}

fn read_sheet(body: &[u8], asked: Option<&str>, names: &mut Vec<SheetName>) -> Result<Sheet, Refusal> {
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if memchr::memmem::find(body, &locked).is_some() {
        return Err(Refusal::Encrypted);
    }
    let file = Compound::open(body)?;
    let stream = match file.stream("Workbook")? {
        Some(stream) => stream,
        None => match file.stream("Book")? {
            Some(stream) => stream,
            None if file.has("WordDocument") => return Err(foreign("an old Word document (.doc)")),
            None if file.has("PowerPoint Document") => return Err(foreign("an old PowerPoint document (.ppt)")),
            None => return Err(foreign("an old Office document or an installer, but no Excel workbook")),
        },
    };
    drop(file);
    let mut builder = Builder::default();
    let globals = read_globals(&stream, &mut builder)?;
    names.extend(globals.sheets.iter().map(|(name, _)| name.clone()));
    let at = crate::choose(names, asked)?;
    let (name, start) = &globals.sheets[at];
    let styles = Styles::of(&globals);
    let mut reader = cells::Reader::new(builder, &styles, &globals);
    reader.read(&stream, *start)?;
    reader.finish(name.name.clone())
}

fn foreign(name: &str) -> Refusal {
    Refusal::Foreign(name.to_owned())
}

fn cut() -> Refusal {
    damaged("its records end in the middle")
}

fn read_globals(stream: &[u8], builder: &mut Builder) -> Result<Globals, Refusal> {
    let first = record(stream, 0).filter(|record| record.kind == kind::BEGIN);
    let first = first.ok_or_else(|| damaged("it does not begin as one"))?;
    let coding = match u16_at(first.data, 0) {
        Some(0x0600) => Coding::Unicode,
        Some(0x0500) => Coding::Bytes,
        _ => return Err(damaged("it is of a version of Excel before 5.0")),
    };
    let mut globals = Globals {
        coding,
        epoch: Epoch::Of1900,
        sheets: Vec::new(),
        codes: Vec::new(),
        styles: Vec::new(),
        strings: Vec::new(),
    };
    let (mut at, mut bytes) = (first.next, 0);
    loop {
        let record = record(stream, at).ok_or_else(cut)?;
        at = record.next;
        let data = record.data;
        match record.kind {
            kind::EOF => return Ok(globals),
            kind::FILE_PASS => return Err(Refusal::Encrypted),
            kind::DATE_1904 if u16_at(data, 0) == Some(1) => globals.epoch = Epoch::Of1904,
            kind::CODE_PAGE if coding == Coding::Bytes => {
                let page = u16_at(data, 0).unwrap_or_default();
                if !matches!(page, 0x8001 | 1252 | 367 | 1200) {
                    return Err(damaged(format!(
                        "it is of Excel 5 or 95 and in the code page {page}, which is not read here"
                    )));
                }
            }
            kind::SHEET => globals.sheets.extend(read_sheet_name(data, coding)?),
            kind::FORMAT => {
                bytes += data.len() + 16;
                if bytes > bounds::FORMATS {
                    return Err(crossed("bytes of number formats", bounds::FORMATS as u64));
                }
                let id = u16_at(data, 0).ok_or_else(cut)?;
                let code = match coding {
                    Coding::Unicode => strings::long(&data[2..]),
                    Coding::Bytes => strings::bytes_short(&data[2..]),
                };
                if let Some(code) = code.filter(|code| code.len() <= bounds::FORMAT) {
                    globals.codes.push((id, code));
                }
            }
            kind::STYLE => {
                if globals.styles.len() >= bounds::STYLES {
                    return Err(crossed("cell styles", bounds::STYLES as u64));
                }
                globals.styles.push(u16_at(data, 2).ok_or_else(cut)?);
            }
            kind::SHARED_TEXTS => {
                let mut pieces = vec![data];
                while let Some(more) = self::record(stream, at).filter(|more| more.kind == kind::CONTINUE) {
                    pieces.push(more.data);
                    at = more.next;
                }
                globals.strings = strings::shared(Pieces::new(&pieces), builder)?;
            }
            _ => {}
        }
        if globals.sheets.len() > bounds::SHEETS {
            return Err(crossed("sheets", bounds::SHEETS as u64));
        }
    }
}

/// A sheet's name and place; `None` for charts and macros.
fn read_sheet_name(data: &[u8], coding: Coding) -> Result<Option<(SheetName, usize)>, Refusal> {
    let start = u32_at(data, 0).ok_or_else(cut)? as usize;
    let (state, kind) = match data.get(4..6) {
        Some([state, kind]) => (*state, *kind),
        _ => return Err(cut()),
    };
    let name = match coding {
        Coding::Unicode => strings::short(&data[6..]),
        Coding::Bytes => strings::bytes_short(&data[6..]),
    };
    let name = SheetName {
        name: name.ok_or_else(cut)?,
        is_visible: state & 3 == 0,
    };
    Ok((kind == 0).then_some((name, start)))
}
