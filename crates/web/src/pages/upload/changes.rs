//! What an upload changed, person by person, before and after.

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    plan::{Change, ChangeKind},
    wire::{
        directory::Catalog,
        integration::{Outcome, Upload},
    },
};

use super::{Part, row_address};
use crate::{
    api,
    components::{
        badge::{Badge, Tone},
        icon::Icon,
        loaded::Loaded,
        plan_change::edit_line,
    },
    page::Page,
    query::{Query, use_query},
    text,
};

/// The tab; the place in the list is in the address.
#[component]
pub(super) fn Changes(
    /// The upload.
    upload: Upload,
) -> impl IntoView {
    let nothing = match upload.outcome {
        Outcome::Held => Some("It waits for approval: nothing has changed yet."),
        Outcome::Rejected => Some("It was rejected: nothing has changed."),
        Outcome::Applied | Outcome::Undone => None,
    };
    if let Some(words) = nothing {
        return view! { <p class="hint" data-test="no-changes">{words}</p> }.into_any();
    }
    let query = use_query(&["cursor"]);
    let cursor = Memo::new(move |_| query.with(|query| query.get("cursor").to_owned()));
    let id = upload.id.clone();
    let list = api::Resource::new(move || {
        let (id, cursor) = (id.clone(), cursor.get());
        async move {
            let changes = api::changes(&id, &cursor).await?;
            let catalog = api::catalog().await.unwrap_or_default();
            Ok((changes, catalog))
        }
    });
    let here = Page::Upload(upload.integration_id.clone(), upload.id.clone()).path();
    view! {
        <Loaded
            resource=list
            what="the changes"
            draw=move |(list, catalog)| {
                if list.changes.is_empty() {
                    return view! { <p class="hint" data-test="no-changes">"It changed nothing: every user was like that already."</p> }
                        .into_any();
                }
                let place = |cursor: &str| Query::default().with("show", Part::Changes.slug()).with("cursor", cursor).at(&here);
                let first = (!cursor.get_untracked().is_empty()).then(|| place(""));
                let next = list.next_cursor.as_deref().map(place);
                let rows = list.changes.iter().map(|change| row(change, &catalog, &here)).collect_view();
                view! {
                    <div class="table-box">
                        <table class="changes cards" data-test="changes">
                            <thead>
                                <tr>
                                    <th scope="col" class="number">"Row"</th>
                                    <th scope="col">"Person"</th>
                                    <th scope="col">"Change"</th>
                                    <th scope="col">"Field by field: before → after"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <nav class="pager" aria-label="Pages of the list">
                        {first.map(|first| view! { <a class="button" href=first>"First page"</a> })}
                        {next.map(|next| view! { <a class="button" href=next>"Next page"</a> })}
                    </nav>
                }
                    .into_any()
            }
        />
    }
    .into_any()
}

/// What happened to a user, as a badge.
fn done_badge(kind: ChangeKind) -> impl IntoView {
    match kind {
        ChangeKind::Created => view! { <Badge tone=Tone::Good with=Icon::Plus text="Created" /> },
        ChangeKind::Updated => view! { <Badge tone=Tone::Accent with=Icon::Arrow text="Updated" /> },
        ChangeKind::Deactivated => view! { <Badge tone=Tone::Bad with=Icon::Off text="Deactivated" /> },
        ChangeKind::Reactivated => view! { <Badge tone=Tone::Good with=Icon::Back text="Reactivated" /> },
        ChangeKind::Removed => view! { <Badge tone=Tone::Bad with=Icon::Off text="Removed" /> },
    }
}

fn row(change: &Change, catalog: &Catalog, here: &str) -> impl IntoView + use<> {
    let created = change.kind == ChangeKind::Created;
    let edits = change
        .edits
        .iter()
        .filter(|edit| edit.field != Target::Email || !created)
        .map(|edit| edit_line(&edit, created, catalog))
        .collect_view();
    let place = change.row.map(|row| {
        let place = row_address(here, row);
        view! { <a href=place>{text::number(row)}</a> }
    });
    let person = Page::User(change.email.clone()).path();
    view! {
        <tr>
            <td data-label="Row" class="number">{place}</td>
            <td data-label="Person" class="person-cell"><a href=person>{change.email.clone()}</a></td>
            <td data-label="Change">{done_badge(change.kind)}</td>
            <td data-label="Fields"><dl class="edits" class:created=created>{edits}</dl></td>
        </tr>
    }
}
