//! The limits that a plan crosses: by how much, who may allow it all the same, and the person's own word for it.

use leptos::prelude::*;
use passmuster_core::limits::Crossed;

use super::state::Flow;
use crate::components::{badge::Tone, banner::Banner};

/// The limits; draws nothing when none is crossed.
#[component]
pub(super) fn Limits(flow: Flow) -> impl IntoView {
    move || {
        let crossed = flow.crossed.get();
        let phrase = crossed.first().map(phrase)?;
        let wanted = phrase.clone();
        let typed = move |event: leptos::ev::Event| {
            let text = event_target_value(&event);
            flow.over_limits.set(text.trim().eq_ignore_ascii_case(&wanted));
        };
        let lines = crossed
            .into_iter()
            .map(|crossed| view! { <li>{crossed.message}</li> })
            .collect_view();
        Some(view! {
            <Banner tone=Tone::Notice title="This changes more than the integration's limits allow">
                <ul>{lines}</ul>
                <p>
                    "An upload by token would be held until somebody with the permission "
                    <strong>"Integrations: Edit"</strong>
                    " allows it. You have it: look at the changes below, then say so here."
                </p>
                <label class="choice typed">
                    <span>"To load it all the same, type " <code>{phrase.clone()}</code></span>
                    <input
                        type="text"
                        data-test="over-limits"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        on:input=typed
                    />
                </label>
            </Banner>
        })
    }
}

/// What has to be typed: the act and its number.
fn phrase(crossed: &Crossed) -> String {
    let verb = match crossed.limit.as_str() {
        "deactivations" => "deactivate",
        "managers_cleared" => "clear",
        "groups_created" => "create",
        "admins_granted" => "grant",
        _ => "load",
    };
    format!("{verb} {}", crossed.count)
}
