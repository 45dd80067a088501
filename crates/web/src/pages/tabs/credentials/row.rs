//! A token in the list: what is known of it, and how long it is good.

use std::time::Duration;

use js_sys::Date;
use leptos::prelude::*;
use passmuster_core::wire::integration::{Token, TokenState};
use wasm_bindgen::JsValue;

use crate::{
    components::{
        badge::{Badge, Tone},
        button::{Button, Weight},
        icon::Icon,
        time::Time,
    },
    text,
};

/// How often what is left is counted anew.
const TICK: Duration = Duration::from_secs(10);

/// A token.
#[component]
pub(super) fn TokenRow(
    /// The token.
    token: Token,
    /// All of the integration, to name the one that took its place.
    all: Vec<Token>,
    /// Asks for a new token in its place.
    #[prop(into)]
    on_rotate: Callback<Token>,
    /// Asks for its end.
    #[prop(into)]
    on_revoke: Callback<Token>,
) -> impl IntoView {
    let state = match token.state {
        TokenState::Active => view! { <Badge tone=Tone::Good with=Icon::Tick text="Active" /> },
        TokenState::Ending => view! { <Badge tone=Tone::Notice with=Icon::Warning text="Ending" /> },
        TokenState::Expired => view! { <Badge tone=Tone::Neutral with=Icon::Off text="Expired" /> },
        TokenState::Revoked => view! { <Badge tone=Tone::Neutral with=Icon::Off text="Revoked" /> },
    };
    let named = |found: Option<&Token>| found.map(|token| token.starts_with.clone());
    let successor = named(all.iter().find(|other| Some(&other.id) == token.replaced_by.as_ref()));
    let predecessor = named(all.iter().find(|other| other.replaced_by.as_ref() == Some(&token.id)));
    let by = token
        .created_by
        .clone()
        .map(|by| view! { <span class="hint cell-text">"by "{by}</span> });
    let ends = match token.ends_at.clone() {
        None => view! { <span class="nothing">"No end"</span> }.into_any(),
        Some(at) if token.state.is_good() => {
            let until = at.clone();
            view! { <div class="two-lines"><Time at=at /><Left until=until /></div> }.into_any()
        }
        Some(at) => view! { <Time at=at /> }.into_any(),
    };
    let is_good = token.state.is_good();
    let is_ending = token.state == TokenState::Ending;
    let (rotate, revoke) = (token.clone(), token.clone());
    let name = token.starts_with.clone();
    let (spoken, row_name) = (name.clone(), name.clone());
    view! {
        <tr data-token=row_name class:past=!is_good>
            <td data-label="AUTH_TOKEN">
                <div class="two-lines">
                    <code class="strong">{name}"…"</code>
                    {successor.map(|other| view! { <span class="hint">"replaced by "<code>{other}"…"</code></span> })}
                    {predecessor.map(|other| view! { <span class="hint">"takes the place of "<code>{other}"…"</code></span> })}
                </div>
            </td>
            <td data-label="State">{state}</td>
            <td data-label="Made"><div class="two-lines"><Time at=token.created_at />{by}</div></td>
            <td data-label="Last used">
                {match token.last_used_at {
                    Some(at) => view! { <Time at=at /> }.into_any(),
                    None => view! { <span class="nothing">"Never"</span> }.into_any(),
                }}
            </td>
            <td data-label="Ends">{ends}</td>
            <td data-label="" class="row-acts">
                {is_good
                    .then(|| {
                        view! {
                            <span class="actions">
                                {(!is_ending)
                                    .then(|| {
                                        let spoken = spoken.clone();
                                        view! {
                                            <Button
                                                small=true
                                                on_press=Callback::new(move |()| on_rotate.run(rotate.clone()))
                                                test="rotate"
                                            >
                                                "Rotate…"
                                                <span class="visually-hidden">" "{spoken}</span>
                                            </Button>
                                        }
                                    })}
                                <Button
                                    small=true
                                    weight=Weight::Quiet
                                    on_press=Callback::new(move |()| on_revoke.run(revoke.clone()))
                                    test="revoke"
                                >
                                    {if is_ending { "End now…" } else { "Revoke…" }}
                                    <span class="visually-hidden">" "{spoken}</span>
                                </Button>
                            </span>
                        }
                    })}
            </td>
        </tr>
    }
}

/// How long it is until then, counted down.
#[component]
fn Left(until: String) -> impl IntoView {
    let ends = Date::new(&JsValue::from_str(&until)).get_time();
    let left = move || (ends - Date::now()).max(0.0);
    let shown = RwSignal::new(left());
    if let Ok(ticking) = set_interval_with_handle(move || shown.set(left()), TICK) {
        on_cleanup(move || ticking.clear());
    }
    view! { <span class="hint" data-test="left">{move || words(shown.get())}</span> }
}

/// `in 6 days`, `in 23 h 59 min`, `in 40 s`
fn words(milliseconds: f64) -> String {
    let seconds = (milliseconds / 1000.0) as u64;
    let (days, hours, minutes) = (seconds / 86_400, seconds % 86_400 / 3600, seconds % 3600 / 60);
    match (days, hours, minutes) {
        _ if seconds == 0 => "over now".to_owned(),
        (2.., ..) => format!("in {}", text::count(days, "day", "days")),
        (1, ..) => format!("in 1 day {hours} h"),
        (0, 1.., _) => format!("in {hours} h {minutes} min"),
        (0, 0, 1..) => format!("in {minutes} min"),
        _ => format!("in {seconds} s"),
    }
}
