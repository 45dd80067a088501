//! The list of what a person changed, the last change first; each can be taken back by itself, the rules saved among them.

use leptos::prelude::*;
use passmuster_core::wire::worker::Given;

use super::super::state::Flow;
use crate::{
    components::icon::{Icon, icon},
    text,
};

/// The list; nothing as long as nothing is changed.
#[component]
pub(super) fn Changes(flow: Flow) -> impl IntoView {
    let mending = flow.mending;
    let is_any = Memo::new(move |_| mending.step_count.get() > 0);
    let lines = move || {
        let steps = mending.steps.get();
        let told = steps.len() as u64;
        let lines = steps.into_iter().map(|(step, words)| {
            view! {
                <li>
                    <span class="cell-text">{words.clone()}</span>
                    <button
                        type="button"
                        class="button quiet small"
                        data-test="undo-step"
                        on:click=move |_| flow.undo_step(Some(step))
                    >
                        "Undo"
                        <span class="visually-hidden">": " {words}</span>
                    </button>
                </li>
            }
        });
        let lines = lines.collect_view();
        let more = mending.step_count.get().saturating_sub(told);
        let capped = (more > 0).then(|| {
            view! { <li class="hint">{format!("and {} before", text::count(more, "change", "changes"))}</li> }
        });
        view! { {lines} {capped} }
    };
    move || {
        is_any.get().then(|| {
            view! {
                <details class="fold made-edits" data-test="changes">
                    <summary>
                        {icon(Icon::Chevron)}
                        {move || format!("Your {}", text::count(mending.step_count.get(), "change", "changes"))}
                    </summary>
                    <ol reversed>{lines}</ol>
                    <button type="button" class="button" on:click=move |_| flow.give(Given::Changes)>"Save this list as CSV"</button>
                </details>
            }
        })
    }
}
