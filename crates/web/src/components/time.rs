//! A time in the viewer's zone: short to read, exact with its zone on hover, on focus and in copied text.

use js_sys::Date;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::text;

/// A time; within the last 24 hours it says how long ago.
#[component]
pub(crate) fn Time(
    /// When, as RFC 3339.
    #[prop(into)]
    at: String,
) -> impl IntoView {
    let shown = recent(&at);
    let exact = text::exact_time(&at);
    // What is shown can't be selected, and what is exact lies in the same place: a copy takes the exact one.
    view! {
        <time class="time" datetime=at tabindex="0">
            <span class="time-shown">{shown}</span>
            <span class="time-exact">{exact}</span>
        </time>
    }
}

/// How long ago within the last 24 hours, such as `5 minutes ago`; else as [`text::time`] has it.
pub(crate) fn recent(rfc3339: &str) -> String {
    const MINUTE: f64 = 60.0 * 1000.0;
    const DAY: f64 = 24.0 * 60.0 * MINUTE;
    let passed = Date::now() - Date::new(&JsValue::from_str(rfc3339)).get_time();
    let some = |span: f64, one: &str, many: &str| format!("{} ago", text::count((passed / span) as u64, one, many));
    if (-MINUTE..MINUTE).contains(&passed) {
        "just now".to_owned()
    } else if (MINUTE..60.0 * MINUTE).contains(&passed) {
        some(MINUTE, "minute", "minutes")
    } else if (60.0 * MINUTE..DAY).contains(&passed) {
        some(60.0 * MINUTE, "hour", "hours")
    } else {
        text::time(rfc3339)
    }
}
