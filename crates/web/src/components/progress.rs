//! How far a long act has come, in a bar and in words, and how quickly; those who listen to the page hear every quarter.

use js_sys::Date;
use leptos::prelude::*;

use super::button::Button;
use crate::{session::Shell, text};

/// How long something goes on before it is told how quickly, in milliseconds.
const RATE_AFTER: f64 = 1000.0;

/// A progress bar; without `done` it only says that something goes on.
#[component]
pub(crate) fn Progress(
    /// What goes on.
    #[prop(into)]
    label: Signal<String>,
    /// Done and whole, in bytes.
    #[prop(optional, into)]
    done: Signal<Option<(u64, u64)>>,
    /// Ends it.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    let begun = Date::now();
    let shell = Shell::here();
    let quarter = Memo::new(move |_| {
        done.get()
            .map(|(value, max)| (value * 4).checked_div(max).unwrap_or(0).min(4))
    });
    Effect::new(move || {
        let label = label.get_untracked();
        shell.say(match quarter.get() {
            Some(quarter) => format!("{label} {} %", quarter * 25),
            None => label,
        });
    });
    let rate = move || {
        let (value, _) = done.get()?;
        let passed = Date::now() - begun;
        (passed > RATE_AFTER && value > 0).then(|| {
            let rate = text::bytes((value as f64 * 1000.0 / passed) as u64);
            view! { <span class="hint rate">{rate} " a second"</span> }
        })
    };
    view! {
        <div class="progress" data-test="progress">
            <div class="progress-text">
                <span>{label}</span>
                {rate}
                {on_cancel.map(|cancel| view! { <Button on_press=cancel>"Cancel"</Button> })}
            </div>
            {move || match done.get() {
                Some((value, max)) => {
                    view! {
                        <progress value=value.to_string() max=max.max(1).to_string() aria-label=label></progress>
                    }
                        .into_any()
                }
                None => view! { <progress aria-label=label></progress> }.into_any(),
            }}
        </div>
    }
}
