//! Entries of the audit, each with who, what, through what, and every value before and after.

use leptos::prelude::*;
use passmuster_core::{taken_back::taken_back, wire::audit::AuditEntry};

use super::words;
use crate::{
    components::{edits::Edits, time::Time},
    page::Page,
    text,
};

/// Who is meant by whom: a person's address leads to them.
pub(in crate::pages) fn who(actor: &str) -> AnyView {
    if actor.contains('@') {
        view! { <a class="plain cell-text" href=Page::User(actor.to_owned()).path()>{actor.to_owned()}</a> }.into_any()
    } else {
        view! { <span class="cell-text">{actor.to_owned()}</span> }.into_any()
    }
}

/// The upload that did it, with its row.
pub(in crate::pages) fn upload(entry: &AuditEntry) -> Option<AnyView> {
    let id = entry.upload_id.clone()?;
    let (integration, name) = entry.integration.clone()?;
    let row = entry.row.map(|row| format!(", row {}", text::number(row)));
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
                view! { <span>"by " {who(&entry.actor)} " " {words::via(&entry.via).to_owned()}</span> }.into_any()
            });
            view! {
                <li class="history-entry">
                    <div class="history-head">
                        <span class="strong">{words::action(&entry.action)}</span>
                        <span class="hint"><Time at=entry.at.clone() /></span>
                        <span class="hint">{by}</span>
                        {undo}
                    </div>
                    {(!entry.edits.is_empty()).then(|| view! { <Edits edits=entry.edits is_new=is_new /> })}
                </li>
            }
        })
        .collect_view();
    view! { <ol class="history" data-test="history">{lines}</ol> }
}
