//! How much of a workbook is read at most. Whatever a file claims of itself, nothing is allocated by a claim.

use passmuster_core::read::sheet::Refusal;

/// Members of the archive.
pub(crate) const MEMBERS: usize = 10_000;
/// Bytes that the members that are read unpack to, together.
pub(crate) const UNPACKED: u64 = 192 << 20;
/// From here on, what unpacks to far more than its size is refused.
pub(crate) const SUSPICIOUS: u64 = 16 << 20;
/// How far more.
pub(crate) const RATIO: u64 = 200;
/// Bytes of one tag or one text between two tags; Excel's longest text has 32,767 characters.
pub(crate) const TOKEN: usize = 1 << 20;
/// How deep elements are nested.
pub(crate) const DEPTH: u32 = 64;
/// Sheets.
pub(crate) const SHEETS: usize = 4_096;
/// Cell styles; Excel has no more.
pub(crate) const STYLES: usize = 65_536;
/// Bytes of all number formats; Excel has some 250 at most, of at most 255 characters.
pub(crate) const FORMATS: usize = 512 << 10;
/// Bytes of a number format; a longer one is taken for General.
pub(crate) const FORMAT: usize = 1_024;
/// Different texts.
pub(crate) const STRINGS: usize = 2 << 20;
/// Bytes of all texts.
pub(crate) const TEXT: usize = 48 << 20;
/// Filled cells.
pub(crate) const CELLS: u32 = 5 << 20;
/// Rows of a sheet.
pub(crate) const ROWS: u32 = 1 << 20;
/// Columns of a sheet.
pub(crate) const COLUMNS: u32 = 1 << 14;
/// Filled rows times columns with a header.
pub(crate) const AREA: u64 = 32 << 20;

/// That a bound was crossed: what, how many at most.
pub(crate) fn crossed(what: &str, most: u64) -> Refusal {
    Refusal::TooLarge(format!("more than {} {what}", grouped(most)))
}

/// That the file itself claims more than is read.
pub(crate) fn claimed(what: &str, claim: u64, most: u64) -> Refusal {
    Refusal::TooLarge(format!(
        "it claims {} {what}, and at most {} are read",
        grouped(claim),
        grouped(most)
    ))
}

/// Damage, in words that fit behind "The Excel workbook can't be read:".
pub(crate) fn damaged(fault: impl Into<String>) -> Refusal {
    Refusal::Damaged(fault.into())
}

/// 4294967295 as 4,294,967,295.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
