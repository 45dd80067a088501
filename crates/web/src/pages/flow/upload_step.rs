//! Choosing a file.

use leptos::prelude::*;
use passmuster_core::problem::Report;

use super::{
    again::Again,
    mapping_file::MappingFile,
    starting::Starting,
    state::{Flow, Reading},
    wrong_format::WrongFormat,
};
use crate::{
    components::{
        badge::Tone,
        banner::Banner,
        drop_zone::DropZone,
        icon::{Icon, icon},
        problems::Problems,
        progress::Progress,
    },
    text,
};

/// The step.
#[component]
pub(super) fn UploadStep(flow: Flow) -> impl IntoView {
    let label = Memo::new(move |_| match flow.reading.get() {
        Some(Reading::Bytes(read, total)) => format!("Reading {} of {}", text::bytes(read), text::bytes(total)),
        _ => "Finding rows and columns…".to_owned(),
    });
    let done = Memo::new(move |_| match flow.reading.get() {
        Some(Reading::Bytes(read, total)) => Some((read, total)),
        Some(Reading::Looking(done, total)) if total > 0 => Some((done, total)),
        _ => None,
    });
    let is_reading = Memo::new(move |_| flow.reading.with(Option::is_some));
    move || {
        if is_reading.get() {
            view! {
                <div class="card">
                    <Progress label=label done=done on_cancel=Callback::new(move |()| flow.close()) />
                </div>
            }
            .into_any()
        } else {
            view! {
                <Again flow=flow />
                {move || flow.failed.get().map(|message| {
                    view! { <Banner tone=Tone::Bad title="The file could not be read"><p>{message}</p></Banner> }
                })}
                {move || flow.wrong_format.get().map(|found| view! { <WrongFormat flow=flow found=found /> })}
                {move || unreadable(flow)}
                <DropZone takes=takes(flow) on_file=move |file| flow.open(file) />
                <p class="privacy">
                    {icon(Icon::Lock)}
                    {if flow.is_local() {
                        "The file never leaves this browser: this page sends nothing at all."
                    } else {
                        "The file stays in this browser until you ask for the plan. To match it, this page has fetched the mapping and the names of your fields and groups with their sizes, and no users."
                    }}
                </p>
                <Starting flow=flow />
                {flow.is_local().then(|| view! { <MappingFile flow=flow /> })}
            }
            .into_any()
        }
    }
}

fn takes(flow: Flow) -> String {
    let format = flow.saved.with_untracked(|saved| {
        saved
            .as_ref()
            .map(|mapping| mapping.file_format.as_str().to_ascii_uppercase())
    });
    let format = match format {
        Some(format) if !flow.is_local() && format == "CSV" => "CSV or Excel".to_owned(),
        Some(format) if !flow.is_local() => format,
        _ => "CSV, Excel or JSON".to_owned(),
    };
    format!("{format}, up to 15 MB. Or copy rows in a spreadsheet and paste them here: Ctrl+V.")
}

/// What keeps the file from being used, when something does.
fn unreadable(flow: Flow) -> Option<AnyView> {
    let preview = flow.preview.get()?;
    if flow.draft.with(Option::is_some) || flow.wrong_format.with(Option::is_some) {
        return None;
    }
    let problems = preview.problems.clone();
    let mut report = Report {
        version: 1,
        file: preview.file,
        records: preview.records,
        blank_rows: 0,
        collapsed_rows: 0,
        error_count: 0,
        warning_count: 0,
        info_count: 0,
        problem_limit: problems.len() as u64,
        problems_capped: false,
        summary: Vec::new(),
        problems: Vec::new(),
    };
    super::check_step::tally(&mut report, problems);
    Some(
        view! {
            <Banner tone=Tone::Bad title="The file can't be used as it is">
                <p>"Mend what is listed below, then choose the file again. Nothing was sent."</p>
            </Banner>
            <Problems report=report />
        }
        .into_any(),
    )
}
