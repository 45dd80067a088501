//! One upload: when, from whom, what it changed, what was wrong with it.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use passmuster_core::{plan::Counts, wire::integration::Outcome};

use super::{
    deciding::{HeldUpload, UndoUpload},
    integrations::outcome_badge,
};
use crate::{
    api,
    components::{loaded::Loaded, page_head::PageHead, problems::Problems, time::Time},
    page::{Page, Tab},
    text,
};

/// The page.
#[component]
pub(crate) fn UploadPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("upload").unwrap_or_default()));
    let integration = params.with_untracked(|params| params.get("id").unwrap_or_default());
    let upload = LocalResource::new(move || {
        let id = id.get();
        async move { api::upload(&id).await }
    });
    let on_end = Callback::new(move |()| upload.refetch());
    view! {
        <PageHead
            title=Page::Upload(String::new(), String::new()).title()
            above=vec![
                (Page::Integrations.title().to_owned(), Page::Integrations.path()),
                ("Uploads".to_owned(), Page::Integration(integration, Tab::DataExplorer).path()),
            ]
        />
        <Loaded
            resource=upload
            what="the upload"
            draw=move |detail| {
                let upload = detail.upload;
                let (id, outcome) = (upload.id.clone(), upload.outcome);
                view! {
                    <dl class="facts">
                        <div><dt>"Outcome"</dt><dd>{outcome_badge(upload.outcome)}</dd></div>
                        <div><dt>"Received"</dt><dd><Time at=upload.received_at.clone() /></dd></div>
                        <div><dt>"By"</dt><dd class="cell-text">{upload.received_by}</dd></div>
                        <div><dt>"Size"</dt><dd>{text::bytes(upload.bytes)}</dd></div>
                        <div><dt>"Records"</dt><dd>{text::number(upload.records)}</dd></div>
                        <div><dt>"Upload"</dt><dd><code>{upload.id}</code></dd></div>
                    </dl>
                    {upload.undone_by.as_ref().map(|by| view! { <p class="hint">{format!("Undone by {by}.")}</p> })}
                    // Of an upload that waits, or was rejected, nothing has changed.
                    {upload
                        .counts
                        .filter(|_| matches!(outcome, Outcome::Applied | Outcome::Undone))
                        .map(|counts| view! { <CountList counts=counts /> })}
                    {match outcome {
                        Outcome::Held => {
                            view! { <HeldUpload id=id crossed=upload.crossed on_end=on_end /> }.into_any()
                        }
                        Outcome::Applied => view! { <UndoUpload id=id on_end=on_end /> }.into_any(),
                        Outcome::Rejected | Outcome::Undone => ().into_any(),
                    }}
                    <section class="stack section">
                        <h2>"Problems"</h2>
                        {(detail.report.summary.is_empty())
                            .then(|| view! { <p class="hint">"None were found."</p> })}
                        <Problems report=detail.report />
                    </section>
                }
            }
        />
    }
}

/// How much changed, kind by kind; kinds with nothing are left out but for the first four.
#[component]
pub(crate) fn CountList(
    /// The counts.
    counts: Counts,
) -> impl IntoView {
    let items = [
        ("Created", counts.created, true),
        ("Updated", counts.updated, true),
        ("No change", counts.unchanged, true),
        ("Deactivated", counts.deactivated, true),
        ("Reactivated", counts.reactivated, false),
        ("Groups created", counts.groups_created, false),
        ("Managers set", counts.managers_set, false),
        ("Managers cleared", counts.managers_cleared, false),
        ("Memberships set", counts.memberships_set, false),
        ("Memberships removed", counts.memberships_removed, false),
        ("Group managers set", counts.group_managers_set, false),
        ("Group managers removed", counts.group_managers_removed, false),
        ("Rights granted", counts.rights_granted, false),
        ("Rights removed", counts.rights_removed, false),
    ]
    .into_iter()
    .filter(|(_, count, always)| *always || *count > 0)
    .map(|(name, count, _)| {
        view! {
            <li class="tile" class:zero=count == 0>
                <span class="tile-count">{text::number(count)}</span>
                <span class="tile-name">{name}</span>
            </li>
        }
    })
    .collect_view();
    view! { <ul class="tiles" aria-label="What changed">{items}</ul> }
}
