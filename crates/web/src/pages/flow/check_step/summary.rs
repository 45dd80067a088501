//! How many rows are how, each count a button that shows just those rows.

use leptos::prelude::*;
use passmuster_core::{mend::listing::Show, wire::worker::Given};

use super::super::state::Flow;
use crate::{
    components::icon::{Icon, icon},
    text,
};

/// The bar.
#[component]
pub(super) fn Summary(flow: Flow) -> impl IntoView {
    let mending = flow.mending;
    let counts = mending.counts;
    let chip = move |show: Show, name: &'static str, sign: Icon, tone: &'static str, count: fn(&Flow) -> u64| {
        let count = Memo::new(move |_| count(&flow));
        let class = move || {
            let zero = if count.get() == 0 { " zero" } else { "" };
            format!("chip {tone}{zero}")
        };
        view! {
            <button
                type="button"
                class=class
                aria-pressed=move || (mending.show.get() == show).to_string()
                data-test=format!("show-{}", name.to_lowercase().replace(' ', "-"))
                on:click=move |_| flow.show(show)
            >
                {icon(sign)}
                <span>{name}</span>
                <span class="chip-count">{move || text::number(count.get())}</span>
            </button>
        }
    };
    let rest = move || {
        let counts = counts.get();
        let mut words = vec![format!("{} without errors or warnings", text::number(counts.sound))];
        if counts.left_out > 0 {
            words.push(format!("{} left out", text::number(counts.left_out)));
        }
        text::list(&words)
    };
    view! {
        <div class="mend-summary">
            <div class="chips" role="group" aria-label="Rows to show">
                {chip(Show::All, "All", Icon::File, "neutral", |flow| flow.mending.counts.get().rows)}
                {chip(Show::Errors, "Errors", Icon::Error, "bad", |flow| flow.mending.counts.get().errors)}
                {chip(Show::Warnings, "Warnings", Icon::Warning, "notice", |flow| flow.mending.counts.get().warnings)}
                {chip(Show::Changed, "Changed by me", Icon::Edit, "accent", |flow| {
                    let extent = flow.mending.extent.get();
                    extent.rows.max(flow.mending.counts.get().changed) + extent.left_out
                })}
            </div>
            <p class="hint" data-test="rows-rest">{rest}</p>
            {move || (counts.get().left_out > 0).then(|| view! {
                <button type="button" class="button quiet small" data-test="save-left-out" on:click=move |_| flow.give(Given::LeftOut)>
                    "Save those left out as a file"
                </button>
            })}
            <p class="again hint" aria-hidden="true">{move || mending.again.get().then_some("Checking again…")}</p>
        </div>
    }
}
