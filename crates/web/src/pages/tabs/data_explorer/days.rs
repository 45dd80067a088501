//! Days in the viewer's zone, and how many uploads each had.

use js_sys::Date;
use leptos::prelude::*;
use passmuster_core::wire::integration::UploadDays;
use wasm_bindgen::JsValue;

use crate::{
    components::{
        badge::Tone,
        chart::{Bar, Bars},
    },
    text,
};

/// How many days are shown.
pub(super) const SHOWN: u32 = 30;

/// Milliseconds of a day.
const DAY: f64 = 24.0 * 3600.0 * 1000.0;

/// How many minutes the viewer's clock is ahead of UTC.
pub(super) fn minutes_ahead() -> i32 {
    -(Date::new_0().get_timezone_offset() as i32)
}

/// When a day such as `2026-11-21` begins for the viewer, RFC 3339; `None` for no day.
pub(super) fn start_of(day: &str) -> Option<String> {
    let date = Date::new(&JsValue::from_str(&format!("{day}T00:00:00")));
    (!day.is_empty() && !date.get_time().is_nan()).then(|| String::from(date.to_iso_string()))
}

/// When the day behind it begins.
pub(super) fn end_of(day: &str) -> Option<String> {
    let date = Date::new(&JsValue::from_str(&format!("{day}T00:00:00")));
    date.set_date(date.get_date() + 1);
    (!day.is_empty() && !date.get_time().is_nan()).then(|| String::from(date.to_iso_string()))
}

/// Uploads per day as bars.
#[component]
pub(super) fn PerDay(
    /// How many there were.
    days: UploadDays,
) -> impl IntoView {
    // At noon, so that the hour that clocks are put forward by makes no other day of it.
    let today = Date::new_0();
    today.set_hours(12);
    let noon = today.get_time();
    let bars = (0..days.days)
        .rev()
        .map(|ago| {
            let date = Date::new(&JsValue::from_f64(noon - ago as f64 * DAY));
            let found = days.counts.iter().find(|day| day.days_ago == ago).copied();
            let day = found.unwrap_or_default();
            Bar {
                label: text::day(&date),
                counts: vec![day.applied, day.undone, day.held, day.rejected],
            }
        })
        .collect();
    let parts = vec![
        ("Applied", Tone::Accent),
        ("Undone", Tone::Neutral),
        ("Held", Tone::Notice),
        ("Rejected", Tone::Bad),
    ];
    view! {
        <Bars
            title=format!("Uploads per day, {} days", days.days)
            unit=("upload", "uploads")
            parts=parts
            bars=bars
        />
    }
}
