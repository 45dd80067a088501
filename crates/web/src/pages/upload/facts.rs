//! What is known of an upload at a glance: when, by whom, how much, and what a person decided.

use leptos::prelude::*;
use passmuster_core::{
    plan::Counts,
    wire::integration::{Outcome, Upload, UploadMode},
};

use crate::{components::time::Time, pages::tabs::data_explorer::sender, text};

/// The facts.
#[component]
pub(super) fn Facts(
    /// The upload.
    upload: Upload,
) -> impl IntoView {
    let decided = upload
        .decided_at
        .clone()
        .zip(upload.decided_by.clone())
        .map(|(at, by)| {
            let word = if upload.outcome == Outcome::Rejected {
                "Rejected"
            } else {
                "Allowed"
            };
            view! { <div><dt>{word}" by"</dt><dd class="cell-text">{by}", " <Time at=at /></dd></div> }
        });
    let undone =
        upload.undone_at.clone().zip(upload.undone_by.clone()).map(
            |(at, by)| view! { <div><dt>"Undone by"</dt><dd class="cell-text">{by}", " <Time at=at /></dd></div> },
        );
    let is_applied = matches!(upload.outcome, Outcome::Applied | Outcome::Undone);
    view! {
        <dl class="facts" data-test="facts">
            <div><dt>"Received"</dt><dd>{text::exact_time(&upload.received_at)}</dd></div>
            <div><dt>"By"</dt><dd class="cell-text">{sender(&upload)}</dd></div>
            <div><dt>"Size"</dt><dd>{text::bytes(upload.bytes)}</dd></div>
            <div><dt>"Records"</dt><dd>{text::number(upload.records)}</dd></div>
            {(upload.upload_mode == UploadMode::Snapshot).then(|| view! { <div><dt>"Mode"</dt><dd>"Full snapshot"</dd></div> })}
            {decided}
            {undone}
        </dl>
        // Of an upload that waits, or was rejected, nothing has changed.
        {upload.counts.filter(|_| is_applied).map(|counts| view! { <CountList counts=counts /> })}
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
