//! The list of what a person changed, the last change first.

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
        let lines = steps.into_iter().enumerate().map(|(index, words)| {
            view! {
                <li>
                    <span class="cell-text">{words}</span>
                    {(index == 0).then(|| view! {
                        <button type="button" class="button quiet" data-test="undo-last" on:click=move |_| flow.undo()>"Undo"</button>
                    })}
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
