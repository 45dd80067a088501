//! What was loaded.

use leptos::prelude::*;
use passmuster_core::{plan::Counts, wire::UploadAnswer};

use super::{download::save_text, review_step::uploads_address, state::Flow, view::StepHead};
use crate::{
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        curl::{Call, CopyAs, Mode, Sent},
        icon::{Icon, icon},
    },
    page::Page,
    pages::{deciding::UndoUpload, upload::CountList},
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
    let document = serde_json::to_string_pretty(&answer).unwrap_or_default();
    let UploadAnswer {
        upload_id,
        records,
        counts,
        ..
    } = answer;
    let took = flow.took.get_untracked();
    let undone = RwSignal::new(false);
    let undo_id = upload_id.clone();
    let name = format!("upload-{upload_id}.json");
    let download = Callback::new(move |()| save_text(&name, "application/json", &document));
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
            <p class="hint">
                "Upload " <code data-test="upload-id">{upload_id.clone()}</code>
                {took.map(|took| format!(", loaded in {}", text::duration(took)))}
                ". It can be undone here, and on the upload's own page."
            </p>
            {move || if undone.get() {
                view! {
                    <Banner tone=Tone::Good title="Undone">
                        <p>"The directory is as it was before this upload, as far as the plan of the undo said."</p>
                    </Banner>
                }.into_any()
            } else {
                view! { <UndoUpload id=undo_id.clone() on_end=Callback::new(move |()| undone.set(true)) /> }.into_any()
            }}
            {again_by_token(flow)
                .map(|call| view! {
                    <details class="fold">
                        <summary>{icon(Icon::Chevron)} "The same from a script"</summary>
                        <div class="script">
                            <p class="hint">"Read by the integration's saved mapping. It works with a token from Credentials in TOKEN."</p>
                            <CopyAs label="Upload this file" call=Signal::stored(call) />
                        </div>
                    </details>
                })}
            <div class="step-foot">
                {address.map(|address| view! { <a class="button primary" href=address>"Look at the upload"</a> })}
                {uploads_address(flow).map(|address| view! { <a class="button" href=address>"All uploads"</a> })}
                <Button weight=Weight::Secondary on_press=download test="download-result">"Download result"</Button>
                <Button weight=Weight::Secondary on_press=again>"Check another file"</Button>
            </div>
        </section>
    }
}

/// How a script sends the file that was loaded.
fn again_by_token(flow: Flow) -> Option<Call> {
    let about = flow.about.get_untracked()?;
    let name = flow
        .chosen
        .with_untracked(|file| file.as_ref().map(|file| file.name.clone()))?;
    Some(Call {
        endpoint: about.endpoint,
        mode: Mode::Apply,
        format: flow
            .saved
            .with_untracked(|saved| saved.as_ref().map(|mapping| mapping.file_format))?,
        body: Sent::File(name),
    })
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
