//! What was received through the integration, newest first.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use passmuster_core::wire::integration::Upload;

use crate::{
    api,
    components::{empty_state::EmptyState, icon::Icon, loaded::Loaded},
    page::{Page, Tab},
    pages::integrations::outcome_badge,
    text,
};

/// The tab; the place in the list is in the address.
#[component]
pub(crate) fn DataExplorer(
    /// The integration's id.
    id: String,
) -> impl IntoView {
    let query = use_query_map();
    let cursor = Memo::new(move |_| query.with(|query| query.get("cursor").unwrap_or_default()));
    let asked = id.clone();
    let list = LocalResource::new(move || {
        let (id, cursor) = (asked.clone(), cursor.get());
        async move { api::uploads(&id, &cursor).await }
    });
    let here = Page::Integration(id.clone(), Tab::DataExplorer).path();
    let flow = Page::Integration(id, Tab::CheckUpload).path();
    view! {
        <Loaded
            resource=list
            what="uploads"
            draw=move |list| {
                if list.uploads.is_empty() {
                    let flow = flow.clone();
                    return view! {
                        <EmptyState
                            with=Icon::Upload
                            title="Nothing was uploaded yet"
                            text="Every body that this integration receives is listed here, also those that were rejected."
                        >
                            <a class="button primary" href=flow>"Check & upload a file"</a>
                        </EmptyState>
                    }
                        .into_any();
                }
                let rows = list.uploads.into_iter().map(row).collect_view();
                let next = list.next_cursor.map(|next| format!("{here}?cursor={}", js_sys::encode_uri_component(&next)));
                let first = cursor.with_untracked(String::is_empty);
                view! {
                    <div class="table-box">
                        <table class="cards" data-test="uploads">
                            <thead>
                                <tr>
                                    <th scope="col">"Received"</th>
                                    <th scope="col">"Outcome"</th>
                                    <th scope="col" class="number">"Records"</th>
                                    <th scope="col">"Changes"</th>
                                    <th scope="col">"By"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <nav class="pager" aria-label="Pages of the list">
                        {(!first).then(|| view! { <a class="button" href=here.clone()>"Newest"</a> })}
                        {next.map(|next| view! { <a class="button" href=next>"Older"</a> })}
                    </nav>
                }
                    .into_any()
            }
        />
    }
}

fn row(upload: Upload) -> impl IntoView {
    let address = Page::Upload(upload.integration_id, upload.id).path();
    let changes = match upload.counts {
        Some(counts) => [
            ("created", counts.created),
            ("updated", counts.updated),
            ("deactivated", counts.deactivated),
            ("reactivated", counts.reactivated),
            ("unchanged", counts.unchanged),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(word, count)| format!("{} {word}", text::number(count)))
        .collect::<Vec<_>>()
        .join(" · "),
        None => text::count(upload.error_count, "error", "errors"),
    };
    view! {
        <tr>
            <td data-label="Received">
                <a class="strong nowrap" href=address title=text::exact_time(&upload.received_at)>
                    {text::time(&upload.received_at)}
                </a>
            </td>
            <td data-label="Outcome">{outcome_badge(upload.outcome)}</td>
            <td data-label="Records" class="number">{text::number(upload.records)}</td>
            <td data-label="Changes">{changes}</td>
            <td data-label="By" class="cell-text">{upload.received_by}</td>
        </tr>
    }
}
