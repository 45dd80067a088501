//! Excel workbooks (.xlsx, .xls) to one sheet's displayed texts, for the core to read like CSV.
//!
//! Decides nothing about users. A crate of its own, so that what only checks text doesn't carry it. A workbook may be
//! made to harm: everything that is read is counted against [`bounds`] first, and nothing is allocated because a file
//! claims to need it.

mod bounds;
mod filled;
mod format;
mod xls;
mod xlsx;
mod xml;
mod zip;

use passmuster_core::mapping::FileFormat;
use passmuster_core::read::sheet::{Opened, Refusal, SheetName};
use passmuster_core::read::sniff;

/// The workbook that a body is; `None`: it is none, or JSON is expected. `sheet` names the sheet to read, otherwise it
/// is the first visible one.
pub fn open(body: &[u8], format: FileFormat, sheet: Option<&str>) -> Option<Opened> {
    (format == FileFormat::Csv && sniff::is_workbook(body)).then(|| read(body, sheet))
}

/// Reads a sheet of a body that [`sniff::is_workbook`] takes for a workbook.
pub fn read(body: &[u8], sheet: Option<&str>) -> Opened {
    if body.starts_with(b"PK") {
        xlsx::read(body, sheet)
    } else {
        xls::read(body, sheet)
    }
}

/// Which sheet is read: the one of this name, or else the first visible one. Excel tells names apart whatever their
/// case.
fn choose(sheets: &[SheetName], asked: Option<&str>) -> Result<usize, Refusal> {
    let Some(asked) = asked else {
        let visible = sheets.iter().position(|sheet| sheet.is_visible);
        return visible
            .or(if sheets.is_empty() { None } else { Some(0) })
            .ok_or_else(|| bounds::damaged("it has no sheet with cells"));
    };
    let exact = sheets.iter().position(|sheet| sheet.name == asked);
    let lower = asked.to_lowercase();
    exact
        .or_else(|| sheets.iter().position(|sheet| sheet.name.to_lowercase() == lower))
        .ok_or_else(|| Refusal::UnknownSheet(asked.to_owned()))
}
