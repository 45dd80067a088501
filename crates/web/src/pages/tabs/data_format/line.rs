//! One API field: its name, what it is mapped to, its policies, and what the core says of it.

use leptos::prelude::*;
use passmuster_core::{
    field::{API_FIELD_CHARACTERS, Target},
    mapping::{ApiField, ListPolicy, MappingFault, OnBlank, OnUnknown},
};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;

use super::{
    draft::{Draft, Line},
    last_file::Samples,
    making::{Making, What},
    value_map::ValueMap,
};
use crate::{
    components::{
        badge::{Badge, Tone},
        button::{Button, Weight},
        icon::{Icon, icon},
        match_table::Offer,
    },
    text,
};

const BLANKS: [(OnBlank, &str); 3] = [
    (OnBlank::Keep, "Keep"),
    (OnBlank::Clear, "Clear"),
    (OnBlank::Error, "Error"),
];
const UNKNOWNS: [(OnUnknown, &str); 4] = [
    (OnUnknown::Clear, "Clear"),
    (OnUnknown::Keep, "Keep"),
    (OnUnknown::Create, "Create"),
    (OnUnknown::Error, "Error"),
];
const LISTS: [(ListPolicy, &str); 3] = [
    (ListPolicy::Add, "Add"),
    (ListPolicy::Replace, "Replace"),
    (ListPolicy::Remove, "Remove"),
];

/// The line.
#[component]
pub(super) fn LineRow(
    /// Its number.
    number: u32,
    /// The draft that it is of.
    draft: Draft,
    /// All lines.
    lines: Memo<Vec<Line>>,
    /// What keeps the draft from being saved.
    faults: Memo<Vec<MappingFault>>,
    /// What of the draft is probably not meant.
    doubts: Memo<Vec<MappingFault>>,
    /// What can be mapped to.
    offered: Memo<Vec<Offer>>,
    /// What stands in the columns of the last file.
    samples: Memo<Samples>,
    /// Asks for something new to map to.
    #[prop(into)]
    on_new: Callback<Making>,
) -> impl IntoView {
    let place = Memo::new(move |_| lines.with(|lines| lines.iter().position(|line| line.number == number)));
    let field = Memo::new(move |_| {
        lines.with(|lines| {
            lines
                .iter()
                .find(|line| line.number == number)
                .map(|line| line.field.clone())
        })
    });
    let of_line = move |found: Memo<Vec<MappingFault>>| {
        Memo::new(move |_| {
            let place = place.get();
            found.with(|found| {
                let mut own = found.iter().filter(|fault| place.is_some() && fault.field == place);
                own.next().map(|fault| fault.message.clone())
            })
        })
    };
    let (fault, doubt) = (of_line(faults), of_line(doubts));
    let is_required =
        Memo::new(move |_| field.with(|field| field.as_ref().is_some_and(|field| field.target.field().required)));
    let name =
        Memo::new(move |_| field.with(|field| field.as_ref().map(|field| field.api_field.clone()).unwrap_or_default()));
    let target = Memo::new(move |_| field.with(|field| field.as_ref().map(|field| field.target.clone())));
    let shown_name = move || {
        let name = name.get();
        if name.is_empty() {
            "the new API field".to_owned()
        } else {
            name
        }
    };
    let change = Callback::new(move |to: ApiField| draft.set(number, to));
    let rename = move |event| {
        if let Some(field) = field.get_untracked() {
            change.run(ApiField {
                api_field: event_target_value(&event),
                ..field
            });
        }
    };
    let retarget = move |event: leptos::ev::Event| {
        let code = event_target_value(&event);
        if let Some(what) = What::of_code(&code) {
            // Until there is something new, the picker shows what is chosen still.
            let select = event
                .target()
                .and_then(|select| select.dyn_into::<HtmlSelectElement>().ok());
            if let (Some(select), Some(target)) = (select, target.get_untracked()) {
                select.set_value(&target.to_string());
            }
            on_new.run(Making { number, what });
        } else if let (Some(target), Some(field)) = (Target::parse(&code), field.get_untracked()) {
            change.run(ApiField::new(field.api_field, target));
        }
    };
    let sample = move || {
        let name = name.get();
        samples.with(|samples| {
            let column = samples.as_ref().filter(|_| !name.is_empty())?.get(&name);
            Some(match column.map(String::as_str) {
                Some("") => "Blank in the last file".to_owned(),
                Some(sample) => format!("Last file: {sample}"),
                None => "Not in the last file".to_owned(),
            })
        })
    };
    let open = RwSignal::new(false);
    let id = format!("api-field-{number}");
    let (input_id, message_id) = (id.clone(), format!("{id}-message"));
    let described = message_id.clone();
    let values_id = format!("values-{number}");
    let controls = values_id.clone();
    let count = move || match field.with(|field| field.as_ref().map_or(0, |field| field.value_map.len())) {
        0 => "None".to_owned(),
        count => text::count(count as u64, "value", "values"),
    };
    view! {
        <tbody data-test="mapping-line" data-field=move || name.get()>
            <tr>
                <td class="name-cell" data-label="API Field">
                    <label class="visually-hidden" for=id.clone()>{move || format!("Name of {}", shown_name())}</label>
                    <input
                        id=input_id
                        class="code-input"
                        type="text"
                        autocomplete="off"
                        autocapitalize="none"
                        spellcheck="false"
                        aria-describedby=described
                        aria-invalid=move || fault.with(Option::is_some).then_some("true")
                        prop:value=move || name.get()
                        on:input=rename
                    />
                    <div class="name-foot">
                        <p id=message_id class=move || if fault.with(Option::is_some) { "field-error" } else { "field-doubt" }>
                            {move || fault.get().or_else(|| doubt.get())}
                        </p>
                        <span class="counter" class:over=move || { name.with(|name| name.chars().count()) > API_FIELD_CHARACTERS }>
                            {move || format!("{}/{API_FIELD_CHARACTERS}", name.with(|name| name.chars().count()))}
                        </span>
                    </div>
                    {move || sample().map(|sample| view! { <p class="hint breaks" data-test="sample-of">{sample}</p> })}
                </td>
                <td data-label="Passmuster Field">
                    {move || if is_required.get() {
                        let label = target.with(|target| target.as_ref().map(Target::label));
                        view! { <span class="inline fixed-target">{label}<Badge tone=Tone::Neutral with=Icon::Lock text="Required" /></span> }
                            .into_any()
                    } else {
                        view! { <TargetPicker name=Signal::derive(shown_name) target=target offered=offered on_change=retarget /> }
                            .into_any()
                    }}
                </td>
                <td data-label="Blank cell">
                    {policy("Blank cell", shown_name, field, &BLANKS, |field| Some(field.on_blank), |field, policy| field.on_blank = policy, change)}
                </td>
                <td data-label="Unknown name">
                    {policy(
                        "Unknown name",
                        shown_name,
                        field,
                        &UNKNOWNS,
                        |field| field.on_unknown,
                        |field, policy| field.on_unknown = Some(policy),
                        change,
                    )}
                </td>
                <td data-label="List">
                    {policy("List", shown_name, field, &LISTS, |field| field.list, |field, policy| field.list = Some(policy), change)}
                </td>
                <td data-label="Value map">
                    <button
                        type="button"
                        class="button small"
                        aria-expanded=move || open.get().to_string()
                        aria-controls=controls
                        data-test="value-map"
                        on:click=move |_| open.update(|open| *open = !*open)
                    >
                        {count}
                        <span class="visually-hidden">{move || format!(" in the value map of {}", shown_name())}</span>
                    </button>
                </td>
                <td data-label="" class="row-acts">
                    <Show when=move || !is_required.get()>
                        <Button
                            small=true
                            weight=Weight::Quiet
                            on_press=Callback::new(move |()| draft.remove(number))
                            test="remove-field"
                        >
                            {icon(Icon::Cross)}
                            <span class="visually-hidden">{move || format!("Remove {}", shown_name())}</span>
                        </Button>
                    </Show>
                </td>
            </tr>
            {move || open
                .get()
                .then(|| field.get())
                .flatten()
                .map(|field| {
                    view! {
                        <tr class="values-line" id=values_id.clone()>
                            <td colspan="7"><ValueMap field=field on_change=change /></td>
                        </tr>
                    }
                })}
        </tbody>
    }
}

/// What an API field can be mapped to, under headings, with the ways to make something new.
#[component]
fn TargetPicker(
    name: Signal<String>,
    target: Memo<Option<Target>>,
    offered: Memo<Vec<Offer>>,
    on_change: impl Fn(leptos::ev::Event) + 'static,
) -> impl IntoView {
    let groups = move || {
        let chosen = target.get();
        offered.with(|offers| {
            offers
                .chunk_by(|a, b| a.section == b.section)
                .map(|group| {
                    let options = group
                        .iter()
                        .filter(|offer| !offer.target.field().required)
                        .map(|offer| {
                            let is_chosen = chosen.as_ref() == Some(&offer.target);
                            view! { <option value=offer.target.to_string() selected=is_chosen>{offer.label.clone()}</option> }
                        })
                        .collect_view();
                    view! { <optgroup label=group[0].section>{options}</optgroup> }
                })
                .collect_view()
        })
    };
    let news = What::ALL
        .into_iter()
        .map(|what| view! { <option value=what.code()>{what.offer()}</option> })
        .collect_view();
    view! {
        <select aria-label=move || format!("Passmuster Field of {}", name.get()) data-test="target" on:change=on_change>
            {groups}
            <optgroup label="Not there yet">{news}</optgroup>
        </select>
    }
}

/// A select over those policies that the core takes for the field; nothing where it has none.
fn policy<P: Copy + PartialEq + Send + Sync + 'static>(
    label: &'static str,
    name: impl Fn() -> String + Copy + Send + Sync + 'static,
    field: Memo<Option<ApiField>>,
    all: &'static [(P, &'static str)],
    of: fn(&ApiField) -> Option<P>,
    set: fn(&mut ApiField, P),
    change: Callback<ApiField>,
) -> impl IntoView {
    move || {
        let Some((field, chosen)) = field.get().and_then(|field| of(&field).map(|chosen| (field, chosen))) else {
            return view! { <span class="nothing" aria-label="none">"–"</span> }.into_any();
        };
        let with = move |field: &ApiField, policy: P| {
            let mut field = field.clone();
            set(&mut field, policy);
            field
        };
        let fitting: Vec<(P, &'static str)> = all
            .iter()
            .filter(|(policy, _)| with(&field, *policy).policy_faults().is_empty())
            .copied()
            .collect();
        let options = fitting
            .iter()
            .enumerate()
            .map(|(index, (policy, words))| {
                view! { <option value=index.to_string() selected=*policy == chosen>{*words}</option> }
            })
            .collect_view();
        let only = fitting.len() < 2;
        view! {
            <select
                class="short-select"
                aria-label=move || format!("{label} of {}", name())
                data-test=label
                disabled=only
                on:change=move |event| {
                    let index: usize = event_target_value(&event).parse().unwrap_or_default();
                    if let Some((policy, _)) = fitting.get(index) {
                        change.run(with(&field, *policy));
                    }
                }
            >
                {options}
            </select>
        }
        .into_any()
    }
}
