//! Matching the columns of the file.

use leptos::prelude::*;
use passmuster_core::field::Target;

use super::{
    download::save_text,
    draft::Draft,
    mapping_file::MappingFile,
    save_mapping::SaveMapping,
    state::{Flow, Thing},
    traces::Traces,
    view::StepHead,
};
use crate::{
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        icon::{Icon, icon},
        match_table::{MatchTable, label, offers},
    },
    text,
};

/// The step.
#[component]
pub(super) fn MatchStep(flow: Flow) -> impl IntoView {
    let columns = Memo::new(move |_| {
        flow.draft
            .with(|draft| draft.as_ref().map(|draft| draft.columns.clone()).unwrap_or_default())
    });
    let missing = Memo::new(move |_| {
        let salesforce = flow.catalog.with(|catalog| catalog.salesforce);
        flow.draft.with(|draft| {
            draft
                .as_ref()
                .map(|draft| draft.missing(salesforce))
                .unwrap_or_default()
        })
    });
    let faults = Memo::new(move |_| {
        flow.draft.with(|draft| match draft {
            // Missing targets have a banner of their own.
            Some(draft) => draft
                .mapping()
                .faults()
                .into_iter()
                .filter(|fault| fault.field.is_some())
                .map(|fault| fault.message)
                .collect::<Vec<_>>(),
            None => Vec::new(),
        })
    });
    let waiting = Memo::new(move |_| flow.draft.with(|draft| draft.as_ref().map_or(0, Draft::waiting)));
    let kept = Memo::new(move |_| {
        flow.draft.with(|draft| {
            draft
                .as_ref()
                .map(|draft| draft.kept().map(|field| field.api_field.clone()).collect::<Vec<_>>())
                .unwrap_or_default()
        })
    });
    let used: Memo<Vec<Target>> = Memo::new(move |_| {
        flow.saved.with(|saved| {
            saved
                .as_ref()
                .map(|mapping| mapping.fields.iter().map(|field| field.target.clone()).collect())
                .unwrap_or_default()
        })
    });
    let records = move || {
        flow.preview
            .with(|preview| preview.as_ref().map_or(0, |preview| preview.records))
    };
    let saved_names = move || {
        flow.saved.with(|saved| {
            let fields = saved.iter().flat_map(|mapping| &mapping.fields);
            fields.map(|field| field.api_field.clone()).collect::<Vec<_>>()
        })
    };
    // The worker is asked, and answers into the table.
    Effect::new(move || flow.ask_for_known_values());
    let stopped = move || !missing.with(Vec::is_empty) || !faults.with(Vec::is_empty);
    view! {
        <section class="stack">
            <StepHead
                title="Match columns"
                lead="Say what each column of the file means. Columns that are not used change nothing."
            >
                <Button on_press=Callback::new(move |()| flow.reset_draft())>
                    {if flow.is_local() { "Start over" } else { "Reset to saved mapping" }}
                </Button>
                <Show when=move || { waiting.get() > 0 }>
                    <Button on_press=Callback::new(move |()| flow.accept_all()) test="accept-all">
                        {move || match waiting.get() {
                            1 => "Accept the suggestion".to_owned(),
                            count => format!("Accept all {count} suggestions"),
                        }}
                    </Button>
                </Show>
            </StepHead>
            <Traces flow=flow />
            {move || {
                let missing = missing.get();
                (!missing.is_empty())
                    .then(|| {
                        let names = flow.catalog.with_untracked(|catalog| {
                            missing.iter().map(|target| label(target, catalog)).collect::<Vec<_>>()
                        });
                        view! {
                            <Banner tone=Tone::Bad title="Required fields are not matched">
                                <p>{format!("Choose the column for {}.", text::list(&names))}</p>
                            </Banner>
                        }
                    })
            }}
            {move || {
                let faults = faults.get();
                (!faults.is_empty())
                    .then(|| {
                        let lines = faults.into_iter().map(|fault| view! { <li>{fault}</li> }).collect_view();
                        view! { <Banner tone=Tone::Bad title="These columns can't be mapped as they are"><ul>{lines}</ul></Banner> }
                    })
            }}
            {move || flow.noted.get().map(|words| view! { <p class="noted">{icon(Icon::Info)} {words}</p> })}
            {move || {
                let offers = flow.catalog.with(|catalog| offers(catalog, &used.get()));
                view! {
                    <MatchTable
                        columns=columns
                        offers=offers
                        on_choose=move |(index, target)| flow.choose(index, target)
                        on_policy=move |(index, field)| flow.set_policies(index, field)
                        catalog=flow.catalog
                        saved_names=saved_names()
                        values=flow.values
                        members=flow.members
                        on_values=move |index| flow.ask_for_values(index)
                    />
                }
            }}
            {move || {
                let kept = kept.get();
                (!kept.is_empty())
                    .then(|| {
                        view! {
                            <p class="hint">
                                {format!(
                                    "The saved mapping also has {}, which this file does not; nothing changes there.",
                                    text::list(&kept),
                                )}
                            </p>
                        }
                    })
            }}
            {flow.is_local().then(|| view! { <MoreFields flow=flow /> })}
            <div class="step-foot">
                <Button
                    weight=Weight::Primary
                    disabled=Signal::derive(stopped)
                    on_press=Callback::new(move |()| flow.check())
                    test="check"
                >
                    {move || format!("Check {}", text::count(records(), "row", "rows"))}
                    {icon(Icon::Arrow)}
                </Button>
                {(!flow.is_local()).then(|| view! { <SaveMapping flow=flow disabled=Signal::derive(stopped) /> })}
                {flow
                    .is_local()
                    .then(|| {
                        view! {
                            <Button
                                disabled=Signal::derive(stopped)
                                on_press=Callback::new(move |()| save_mapping(flow))
                                test="save-mapping"
                            >
                                "Save as a mapping file"
                            </Button>
                            <MappingFile flow=flow />
                        }
                    })}
                <Show when=stopped><p class="hint">"Match the required fields first."</p></Show>
            </div>
        </section>
    }
}

/// Names the group types, IDs and attributes of a workspace that this page can't ask.
#[component]
fn MoreFields(flow: Flow) -> impl IntoView {
    let name = RwSignal::new(String::new());
    let thing = RwSignal::new(Thing::GroupType);
    let choices = [
        ("Group type, such as Team", Thing::GroupType),
        ("Integration ID, such as Phone Extension", Thing::IntegrationId),
        ("Attribute", Thing::Attribute),
    ];
    let options = choices
        .iter()
        .enumerate()
        .map(|(index, (label, _))| view! { <option value=index.to_string()>{*label}</option> })
        .collect_view();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        name.with_untracked(|name| flow.define(thing.get_untracked(), name));
        name.set(String::new());
    };
    view! {
        <details class="fold">
            <summary>{icon(Icon::Chevron)} "A field is missing?"</summary>
            <form class="more-fields" on:submit=submit>
                <p class="hint">
                    "This page knows no workspace. Name a group type, an ID in another system or an attribute that yours has, and match a column to it."
                </p>
                <label class="choice">
                    <span>"Kind"</span>
                    <select
                        data-test="define-kind"
                        on:change=move |event| {
                            let index: usize = event_target_value(&event).parse().unwrap_or(0);
                            if let Some((_, chosen)) = choices.get(index) {
                                thing.set(*chosen);
                            }
                        }
                    >
                        {options}
                    </select>
                </label>
                <label class="choice">
                    <span>"Name"</span>
                    <input
                        type="text"
                        data-test="define-name"
                        autocomplete="off"
                        prop:value=move || name.get()
                        on:input=move |event| name.set(event_target_value(&event))
                    />
                </label>
                <Button submit=true>"Add the field"</Button>
            </form>
        </details>
    }
}

/// Hands the mapping to the person as a file.
pub(super) fn save_mapping(flow: Flow) {
    if let Some(mapping) = flow.mapping() {
        save_text("mapping.json", "application/json", &mapping.to_json());
    }
}
