//! The Excel reader for JavaScript, a WebAssembly file of its own: only who meets a workbook loads it.
//!
//! Turns a workbook into the bytes of one sheet, which the other functions of this package take for a file when they
//! are told so. No logic.

use passmuster_workbook::read;
use wasm_bindgen::prelude::wasm_bindgen;

/// Reads a sheet of a workbook: of this name, or else the first visible one. Why it can't be read is in the answer, too.
#[wasm_bindgen(js_name = readSheet)]
#[expect(clippy::needless_pass_by_value, reason = "JavaScript hands the text over")]
pub fn read_sheet(input: &[u8], sheet: Option<String>) -> Vec<u8> {
    read(input, sheet.as_deref()).to_bytes()
}

fn main() {}
