//! Excel workbooks (.xlsx, .xls) to one sheet's displayed texts, for the core to read like CSV.
//!
//! Decides nothing about users. A crate of its own, so that what only checks text doesn't carry it.

use passmuster_core::mapping::FileFormat;
use passmuster_core::read::sheet::Opened;

/// The workbook that a body is; `None`: it is none, or the integration doesn't take any. `sheet` names the sheet to
/// read, otherwise it is the first visible one.
pub fn open(_body: &[u8], _format: FileFormat, _sheet: Option<&str>) -> Option<Opened> {
    None
}
