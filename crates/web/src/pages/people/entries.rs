//! Entries of the audit, each with who, what, through what, and every value before and after.

use leptos::prelude::*;
use passmuster_core::{
    taken_back::taken_back,
    wire::audit::{AuditEntry, FieldEdit},
};

use super::words;
use crate::{
    components::{address::address, edits::Edits, time::Time},
    page::Page,
    text,
};

/// Who it was: a person's address leads to them, a token has only its first characters.
pub(in crate::pages) fn who(entry: &AuditEntry) -> AnyView {
    let actor = entry.actor.as_str();
    if text::is_token(actor) {
        view! { <span>"token " <code class="key">{actor.to_owned()} "…"</code></span> }.into_any()
    } else if actor.contains('@') {
        view! { <a class="plain" href=Page::User(actor.to_owned()).path()>{address(actor)}</a> }.into_any()
    } else {
        view! { <span class="cell-text">{actor.to_owned()}</span> }.into_any()
    }
}

/// The upload that did it, with its row.
pub(in crate::pages) fn upload(entry: &AuditEntry) -> Option<AnyView> {
    let id = entry.upload_id.clone()?;
    let (integration, name) = entry.integration.clone()?;
    let row = entry.row.map(|row| format!(", row\u{a0}{}", text::number(row)));
    Some(view! { <a class="plain" href=Page::Upload(integration, id).path()>"upload of " {name} {row}</a> }.into_any())
}

/// The history of one user.
#[component]
pub(in crate::pages) fn History(
    /// Newest first.
    entries: Vec<AuditEntry>,
    /// Takes an entry back.
    #[prop(into)]
    on_undo: Callback<AuditEntry>,
) -> impl IntoView {
    let lines = entries
        .into_iter()
        .map(|entry| {
            let is_new = entry.action == "user_created";
            let can_undo = entry.action.starts_with("user_") && taken_back(&entry.edits).is_some() && !is_new;
            let undo = can_undo.then(|| {
                let entry = entry.clone();
                view! {
                    <button type="button" class="button small" data-test="undo-this" on:click=move |_| on_undo.run(entry.clone())>
                        "Undo this…"
                    </button>
                }
            });
            let by = upload(&entry).unwrap_or_else(|| {
                let via = words::via(&entry.via).to_owned();
                if entry.via == "cli" {
                    return via.into_any();
                }
                view! { <span>"by " {who(&entry)} " " {via}</span> }.into_any()
            });
            view! {
                <li class="history-entry">
                    <div class="history-head">
                        <span class="strong">{words::action(&entry.action)}</span>
                        <span class="hint"><Time at=entry.at.clone() /></span>
                        <span class="hint">{by}</span>
                        {undo}
                    </div>
                    {values(entry.edits, is_new)}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="history" data-test="history">{lines}</ol> }
}

/// Values before and after; those of somebody new only when they are asked for.
pub(in crate::pages) fn values(edits: Vec<FieldEdit>, is_new: bool) -> Option<AnyView> {
    if edits.is_empty() {
        return None;
    }
    if !is_new {
        return Some(view! { <Edits edits=edits /> }.into_any());
    }
    let count = text::count(edits.len() as u64, "value", "values");
    let edits = view! { <Edits edits=edits is_new=true /> };
    Some(view! { <details class="more-values"><summary>"With " {count}</summary>{edits}</details> }.into_any())
}
