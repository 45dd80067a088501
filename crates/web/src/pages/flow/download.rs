//! Hands a text to the person as a file, without a request.

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// Saves a text under a name.
pub(crate) fn save_text(name: &str, media_type: &str, text: &str) {
    // Each step fails only where the browser has no files at all.
    let _ = try_save(name, media_type, text);
}

/// Saves bytes under a name.
pub(crate) fn save_blob(name: &str, blob: &Blob) {
    // As above.
    let _ = try_save_blob(name, blob);
}

fn try_save(name: &str, media_type: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), &options)?;
    try_save_blob(name, &blob)
}

fn try_save_blob(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let address = Url::create_object_url_with_blob(blob)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&address);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&address)
}
