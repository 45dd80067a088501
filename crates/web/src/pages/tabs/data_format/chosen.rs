//! The file that a person chooses in a file input.

use wasm_bindgen::JsCast;
use web_sys::{Event, File, HtmlInputElement};

/// The file; the same one can be chosen again.
pub(super) fn file_of(event: &Event) -> Option<File> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0);
    input.set_value("");
    file
}
