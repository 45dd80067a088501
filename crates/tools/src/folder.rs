//! Where the parts of a page lie.

/// The folder of all parts, in the folder that `wasm-bindgen` writes to, and in the page.
pub(crate) const PARTS: &str = "parts";
