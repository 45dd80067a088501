//! The last file that came: what stands in its columns, and what it would change if it were read as the mapping says now.

use std::collections::BTreeMap;

use leptos::{prelude::*, wasm_split::wasm_split};
use passmuster_core::wire::{
    PlanAnswer,
    integration::{RecordList, Upload},
};

use super::draft::Draft;
use crate::{
    api,
    components::{badge::Tone, banner::Banner, loaded::Loaded, plan::act},
    page::Page,
    parts::{Part, later},
    text,
};

/// The most characters of a sample.
const SAMPLE: usize = 60;

/// The first value of each column, `""` where all are blank; `None` as long as no file is known.
pub(super) type Samples = Option<BTreeMap<String, String>>;

/// The newest upload whose body is kept.
fn last_of(draft: Draft) -> Option<Upload> {
    let last = draft.opened.integration.with_untracked(|now| now.last_upload.clone());
    last.filter(|upload| upload.has_body && text::is_file(&upload.via))
}

/// The samples, once they are here.
pub(super) fn samples(draft: Draft) -> Memo<Samples> {
    let list = last_of(draft).map(|upload| {
        api::Resource::new(move || {
            let id = upload.id.clone();
            async move { api::records(&id, 0, false).await }
        })
    });
    Memo::new(move |_| list.and_then(|list| list.get()?.ok()).map(of_list))
}

fn of_list(list: RecordList) -> BTreeMap<String, String> {
    let sample = |column: usize| {
        let mut cells = list
            .records
            .iter()
            .filter_map(|record| record.cells.get(column)?.as_deref());
        let first = cells.find(|cell| !cell.trim().is_empty()).unwrap_or_default();
        match first.char_indices().nth(SAMPLE) {
            Some((end, _)) => format!("{}…", &first[..end]),
            None => first.to_owned(),
        }
    };
    let samples = (0..list.columns.len()).map(sample).collect::<Vec<_>>();
    list.columns.into_iter().zip(samples).collect()
}

/// What the last file would change with the mapping of the draft; nothing where none is kept.
#[component]
pub(super) fn LastFile(
    /// The mapping.
    draft: Draft,
) -> impl IntoView {
    last_of(draft).map(|upload| later(move || Box::pin(last_file(draft, upload.clone()))))
}

#[wasm_split(last_file, wasm_split_path = leptos::wasm_split, fallible)]
fn last_file(draft: Draft, upload: Upload) -> Part {
    Ok(view! { <Weighed draft=draft upload=upload /> }.into_any())
}

#[component]
fn Weighed(draft: Draft, upload: Upload) -> impl IntoView {
    let id = upload.id.clone();
    let answer = api::Resource::new(move || {
        let (id, mapping) = (id.clone(), draft.mapping());
        async move { api::plan_with(&id, &mapping).await }
    });
    let address = Page::Upload(upload.integration_id, upload.id).path();
    view! {
        <section class="stack-small" aria-labelledby="last-file" data-test="last-file">
            <h3 id="last-file">"With the last file this would change"</h3>
            <p class="hint">
                <a href=address>{format!("The upload of {}", text::time(&upload.received_at))}</a>
                ", read again with these API field mappings and held against the directory of now. Nothing is changed."
            </p>
            <Loaded resource=answer what="what would change" draw=sentence />
        </section>
    }
}

fn sentence(answer: PlanAnswer) -> AnyView {
    let Some(plan) = &answer.plan else {
        let lines = answer
            .report
            .errors()
            .take(3)
            .map(|problem| view! { <li>{format!("{} {}", problem.message, problem.hint)}</li> })
            .collect_view();
        let errors = text::count(answer.report.error_count, "error", "errors");
        return view! {
            <Banner tone=Tone::Bad title=format!("Nothing: it would be rejected for {errors}")><ul>{lines}</ul></Banner>
        }
        .into_any();
    };
    let what = act(plan).map_or_else(
        || "Nothing: everybody in it stands in the directory as it says.".to_owned(),
        |what| format!("{what}."),
    );
    let crossed = answer
        .limits
        .into_iter()
        .map(|crossed| view! { <li>{crossed.message}</li> });
    let crossed = crossed.collect::<Vec<_>>();
    view! {
        <p class="strong">{what}</p>
        {(!crossed.is_empty())
            .then(|| view! { <Banner tone=Tone::Notice title="It would wait for a person"><ul>{crossed}</ul></Banner> })}
    }
    .into_any()
}
