//! Uploads, one a row.

use leptos::prelude::*;
use passmuster_core::wire::integration::Upload;

use crate::{
    page::Page,
    pages::integrations::{outcome_badge, sandbox_badge},
    text,
};

/// The table.
#[component]
pub(super) fn UploadsTable(
    /// The uploads of this page.
    uploads: Vec<Upload>,
) -> impl IntoView {
    let rows = uploads.into_iter().map(row).collect_view();
    view! {
        <div class="table-box">
            <table class="cards uploads" data-test="uploads">
                <thead>
                    <tr>
                        <th scope="col">"Received"</th>
                        <th scope="col">"Result"</th>
                        <th scope="col" class="number">"Records"</th>
                        <th scope="col" class="number">"Created"</th>
                        <th scope="col" class="number">"Updated"</th>
                        <th scope="col" class="number">"Unchanged"</th>
                        <th scope="col" class="number">"Deactivated"</th>
                        <th scope="col"><span class="visually-hidden">"View"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// Who sent an upload: a person's address, or a token by its first characters.
pub(crate) fn sender(upload: &Upload) -> String {
    if text::is_token(&upload.received_by) {
        format!("Token {}…", upload.received_by)
    } else {
        upload.received_by.clone()
    }
}

fn row(upload: Upload) -> impl IntoView {
    let address = Page::Upload(upload.integration_id.clone(), upload.id.clone()).path();
    let view_address = address.clone();
    let received = text::time_to_second(&upload.received_at);
    let spoken = received.clone();
    let count = |of: fn(&passmuster_core::plan::Counts) -> u64, name: &'static str| {
        let words = upload
            .counts
            .as_ref()
            .map_or_else(|| "–".to_owned(), |counts| text::number(of(counts)));
        view! { <td data-label=name class="number">{words}</td> }
    };
    view! {
        <tr>
            <td data-label="Received">
                <a class="nowrap" href=address title=text::exact_time(&upload.received_at)>{received}</a>
                <div class="hint cell-text">"by "{sender(&upload)}</div>
            </td>
            <td data-label="Result">
                <span class="inline">
                    {outcome_badge(upload.outcome)}
                    {upload.sandbox.then(sandbox_badge)}
                    {(upload.error_count > 0)
                        .then(|| view! { <span class="hint">{text::count(upload.error_count, "error", "errors")}</span> })}
                </span>
            </td>
            <td data-label="Records" class="number">{text::number(upload.records)}</td>
            {count(|counts| counts.created, "Created")}
            {count(|counts| counts.updated, "Updated")}
            {count(|counts| counts.unchanged, "Unchanged")}
            {count(|counts| counts.deactivated, "Deactivated")}
            <td data-label="">
                <a class="button small" href=view_address>"View"<span class="visually-hidden">" the upload of "{spoken}</span></a>
            </td>
        </tr>
    }
}
