//! How an upload came: by whom, read with what, and the same call to be made again.

use leptos::prelude::*;
use passmuster_core::wire::integration::{Integration, UploadDetail};

use crate::{
    components::{
        copy_field::CopyField,
        curl::{Call, CopyAs, Mode, Sent},
        icon::{Icon, icon},
    },
    page::{Page, Tab},
    pages::{flow::AGAIN, tabs::data_explorer::sender},
    query::Query,
    text,
};

/// The tab.
#[component]
pub(super) fn RequestView(
    /// The upload.
    detail: UploadDetail,
    /// What it came through.
    integration: Integration,
) -> impl IntoView {
    let upload = detail.upload;
    let came = match upload.via.as_str() {
        "data" => "To the endpoint, with a token",
        "page" => "By the page",
        "account" => "By the User Provisioning API",
        "usercom" => "By the API of User.com users",
        _ => "By the admin API",
    };
    let by = sender(&upload);
    let format_page = Page::Integration(upload.integration_id.clone(), Tab::DataFormat).path();
    let again = (upload.has_body && text::is_file(&upload.via)).then(|| {
        let flow = Page::Integration(upload.integration_id, Tab::CheckUpload).path();
        let address = Query::default().with(AGAIN, upload.id.clone()).at(&flow);
        view! {
            <div class="stack-small">
                <div><a class="button" href=address data-test="check-again">{icon(Icon::Check)} "Check it again here"</a></div>
                <p class="hint">
                    "Opens the original in Check & Upload: read with the mapping of now, held against the directory of now, and loaded only if you say so."
                </p>
            </div>
        }
    });
    let mapping = match detail.mapping_version {
        Some(version) => {
            let is_now = version == integration.mapping_version;
            view! {
                <a href=format_page>"Version "{text::number(version)}</a>
                {if is_now { ", the one in force" } else { ", not the one in force any more" }}
            }
            .into_any()
        }
        None => "One that came with the file".into_any(),
    };
    let call = Call {
        endpoint: integration.endpoint,
        mode: Mode::Check,
        format: integration.mapping.file_format,
        body: Sent::File(format!("upload-{}", upload.id)),
    };
    view! {
        <section class="card stack">
            <dl class="facts">
                <div><dt>"Came"</dt><dd>{came}</dd></div>
                <div><dt>"By"</dt><dd class="cell-text">{by}</dd></div>
                <div><dt>"Mapping"</dt><dd>{mapping}</dd></div>
                <div><dt>"Encoding"</dt><dd>{detail.encoding.unwrap_or_else(|| "Found in the body".to_owned())}</dd></div>
                {detail.sheet.map(|sheet| view! { <div><dt>"Sheet"</dt><dd>{sheet}</dd></div> })}
                <div><dt>"Size"</dt><dd>{text::count(upload.bytes, "byte", "bytes")}</dd></div>
            </dl>
            <CopyField label="Upload" value=upload.id test="upload-id" />
            <CopyField label="SHA-256 of the body" value=detail.body_sha256 />
            {upload.plan_hash.map(|hash| view! { <CopyField label="Hash of the plan" value=hash /> })}
            <CopyAs label="Check the original again" call=call />
            {again}
        </section>
    }
}
