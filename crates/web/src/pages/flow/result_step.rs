//! What was loaded.

use leptos::prelude::*;
use passmuster_core::{plan::Counts, wire::UploadAnswer};

use super::{review_step::uploads_address, state::Flow, view::StepHead};
use crate::{
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
    },
    page::Page,
    pages::upload::CountList,
    text,
};

/// The step.
#[component]
pub(super) fn ResultStep(flow: Flow) -> impl IntoView {
    move || {
        flow.result
            .get()
            .map(|answer| view! { <Loaded flow=flow answer=answer /> })
    }
}

#[component]
fn Loaded(flow: Flow, answer: UploadAnswer) -> impl IntoView {
    let UploadAnswer {
        upload_id,
        records,
        counts,
        ..
    } = answer;
    let again = Callback::new(move |()| flow.close());
    let address = flow.integration().map(|id| Page::Upload(id, upload_id.clone()).path());
    view! {
        <section class="stack" data-test="result">
            <StepHead title="Loaded" lead=sentence(&counts, records) />
            {move || {
                flow.kept_columns
                    .get()
                    .map(|kept| match kept {
                        Ok(()) => {
                            view! { <Banner tone=Tone::Good title="The columns are saved as the integration's mapping" /> }
                                .into_any()
                        }
                        Err(reason) => {
                            view! {
                                <Banner tone=Tone::Notice title="The file is loaded, but its columns were not saved as the mapping">
                                    <p>{reason}</p>
                                </Banner>
                            }
                                .into_any()
                        }
                    })
            }}
            <CountList counts=counts />
            <p class="hint">"Upload " <code data-test="upload-id">{upload_id}</code></p>
            <div class="step-foot">
                {address.map(|address| view! { <a class="button primary" href=address>"Look at the upload"</a> })}
                {uploads_address(flow).map(|address| view! { <a class="button" href=address>"All uploads"</a> })}
                <Button weight=Weight::Secondary on_press=again>"Check another file"</Button>
            </div>
        </section>
    }
}

/// `Created 12, updated 340, unchanged 9,648. 3 groups made.`
fn sentence(counts: &Counts, records: u64) -> String {
    let parts: Vec<String> = [
        ("created", counts.created),
        ("updated", counts.updated),
        ("deactivated", counts.deactivated),
        ("reactivated", counts.reactivated),
        ("unchanged", counts.unchanged),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .map(|(word, count)| format!("{} {word}", text::number(count)))
    .collect();
    let groups = match counts.groups_created {
        0 => String::new(),
        made => format!(" {} made.", text::count(made, "group", "groups")),
    };
    format!(
        "From {}: {}.{groups}",
        text::count(records, "row", "rows"),
        text::list(&parts)
    )
}
