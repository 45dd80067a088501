//! What one column does beyond its target: blank cells, unknown names, lists, and words that mean True or False.

use std::collections::BTreeMap;

use leptos::prelude::*;
use passmuster_core::{
    field::{Kind, ROLES},
    mapping::{ApiField, ListPolicy, OnBlank, OnUnknown},
    preview::Distinct,
    value::{boolean, role},
};

use super::{
    badge::{Badge, Tone},
    icon::Icon,
};
use crate::text;

/// The policy in a few words.
pub(crate) fn summary(field: &ApiField) -> String {
    let mut words = vec![format!("Blank: {}", blank_word(field.on_blank))];
    if let Some(policy) = field.on_unknown {
        words.push(format!("Unknown: {}", unknown_word(policy)));
    }
    if let Some(policy) = field.list {
        words.push(format!("List: {}", list_word(policy)));
    }
    if !field.value_map.is_empty() {
        words.push(text::count(
            field.value_map.len() as u64,
            "value mapped",
            "values mapped",
        ));
    }
    words.join(" · ")
}

fn blank_word(policy: OnBlank) -> &'static str {
    match policy {
        OnBlank::Keep => "keep",
        OnBlank::Clear => "clear",
        OnBlank::Error => "error",
    }
}

fn unknown_word(policy: OnUnknown) -> &'static str {
    match policy {
        OnUnknown::Clear => "clear",
        OnUnknown::Keep => "keep",
        OnUnknown::Error => "error",
        OnUnknown::Create => "create",
    }
}

fn list_word(policy: ListPolicy) -> &'static str {
    match policy {
        ListPolicy::Add => "add",
        ListPolicy::Replace => "replace",
        ListPolicy::Remove => "remove",
    }
}

/// The values of a closed field that are not understood as they stand, without those that are mapped.
pub(crate) fn unclear<'a>(field: &ApiField, distinct: &'a [Distinct]) -> Vec<&'a Distinct> {
    distinct
        .iter()
        .filter(|distinct| !is_mapped(field, &distinct.value) && meaning(field, &distinct.value).is_none())
        .collect()
}

/// Whether the target takes only certain words, which other words can be mapped to.
pub(crate) fn is_closed(field: &ApiField) -> bool {
    matches!(field.target.field().kind, Kind::Boolean | Kind::Role)
}

fn is_mapped(field: &ApiField, value: &str) -> bool {
    field.value_map.keys().any(|key| key.eq_ignore_ascii_case(value))
}

/// What a closed field understands without a value map; open fields understand everything.
fn meaning(field: &ApiField, value: &str) -> Option<&'static str> {
    match field.target.field().kind {
        _ if value.is_empty() => Some(""),
        Kind::Boolean => boolean::parse(value).map(|(is, _)| if is { "True" } else { "False" }),
        Kind::Role => role::parse(value),
        _ => Some(""),
    }
}

/// The policies of one column, to be chosen.
#[component]
pub(crate) fn Policies(
    /// The column's API field.
    field: ApiField,
    /// Its different values with their counts.
    distinct: Vec<Distinct>,
    /// Whether there are more than those.
    distinct_capped: bool,
    /// Gets the API field with another policy.
    #[prop(into)]
    on_change: Callback<ApiField>,
) -> impl IntoView {
    let line = field.target.field();
    let closed = is_closed(&field);
    let name = field.api_field.clone();
    let blanks: Vec<(&'static str, OnBlank)> = [
        ("Keep what is there", OnBlank::Keep),
        ("Clear it", OnBlank::Clear),
        ("Report an error", OnBlank::Error),
    ]
    .into_iter()
    .filter(|(_, policy)| match policy {
        OnBlank::Error => true,
        OnBlank::Keep => !line.required,
        OnBlank::Clear => !line.required && line.kind != Kind::Boolean,
    })
    .collect();
    let unknowns: &[(&'static str, OnUnknown)] = match line.kind {
        Kind::Manager => &[
            ("Clear the manager", OnUnknown::Clear),
            ("Keep the manager", OnUnknown::Keep),
            ("Report an error", OnUnknown::Error),
        ],
        Kind::Group | Kind::GroupList => &[
            ("Create the group", OnUnknown::Create),
            ("Report an error", OnUnknown::Error),
        ],
        _ => &[],
    };
    let lists = [
        ("Add to those there", ListPolicy::Add),
        ("Replace those there", ListPolicy::Replace),
        ("Take these away", ListPolicy::Remove),
    ];
    let (on_blank, on_unknown, on_list) = (field.clone(), field.clone(), field.clone());
    view! {
        <div class="policies">
            <p class="hint">{line.help}</p>
            <div class="policy-row">
                <Choice
                    label="A blank cell"
                    column=name.clone()
                    options=blanks
                    chosen=field.on_blank
                    on_choice=move |policy| {
                        on_change.run(ApiField { on_blank: policy, ..on_blank.clone() });
                    }
                />
                {field
                    .on_unknown
                    .map(|chosen| {
                        view! {
                            <Choice
                                label="An unknown name"
                                column=name.clone()
                                options=unknowns.to_vec()
                                chosen=chosen
                                on_choice=move |policy| {
                                    on_change.run(ApiField { on_unknown: Some(policy), ..on_unknown.clone() });
                                }
                            />
                        }
                    })}
                {field
                    .list
                    .map(|chosen| {
                        view! {
                            <Choice
                                label="The list"
                                column=name.clone()
                                options=lists.to_vec()
                                chosen=chosen
                                on_choice=move |policy| {
                                    on_change.run(ApiField { list: Some(policy), ..on_list.clone() });
                                }
                            />
                        }
                    })}
            </div>
            {closed.then(|| view! { <Values field=field distinct=distinct capped=distinct_capped on_change=on_change /> })}
        </div>
    }
}

/// A labelled select over a few policies.
#[component]
fn Choice<P>(
    label: &'static str,
    column: String,
    options: Vec<(&'static str, P)>,
    chosen: P,
    on_choice: impl Fn(P) + 'static,
) -> impl IntoView
where
    P: Copy + PartialEq + 'static,
{
    let words = options
        .iter()
        .enumerate()
        .map(|(index, (word, policy))| {
            view! { <option value=index.to_string() prop:selected=*policy == chosen>{*word}</option> }
        })
        .collect_view();
    view! {
        <label class="choice">
            <span>{label}<span class="visually-hidden">" in column " {column}</span></span>
            <select on:change=move |event| {
                let index = event_target_value(&event).parse().unwrap_or(0);
                if let Some((_, policy)) = options.get::<usize>(index) {
                    on_choice(*policy);
                }
            }>{words}</select>
        </label>
    }
}

/// What the words of a closed field mean.
#[component]
fn Values(field: ApiField, distinct: Vec<Distinct>, capped: bool, on_change: Callback<ApiField>) -> impl IntoView {
    let options: &'static [&'static str] = match field.target.field().kind {
        Kind::Role => &ROLES,
        _ => &["True", "False"],
    };
    let rows = distinct
        .into_iter()
        .filter(|distinct| !distinct.value.is_empty())
        .map(|Distinct { value, count }| {
            let key = field.value_map.keys().find(|key| key.eq_ignore_ascii_case(&value)).cloned();
            let mapped = key.as_ref().and_then(|key| field.value_map.get(key)).cloned();
            let own = meaning(&field, &value);
            let as_it_is = match own {
                Some(word) => format!("As it is: {word}"),
                None => "Choose a meaning…".to_owned(),
            };
            let words = options
                .iter()
                .map(|word| {
                    let selected = mapped.as_deref() == Some(*word);
                    view! { <option value=*word prop:selected=selected>{*word}</option> }
                })
                .collect_view();
            let base = field.clone();
            let shown = value.clone();
            let unclear = own.is_none() && mapped.is_none();
            let choose = move |event| {
                let mut field = base.clone();
                let mut map: BTreeMap<String, String> = std::mem::take(&mut field.value_map);
                if let Some(key) = &key {
                    map.remove(key);
                }
                let word = event_target_value(&event);
                if !word.is_empty() {
                    map.insert(value.clone(), word);
                }
                field.value_map = map;
                on_change.run(field);
            };
            view! {
                <tr>
                    <td><q class="cell-text">{shown.clone()}</q></td>
                    <td class="number">{text::number(count)}</td>
                    <td>
                        <select
                            aria-label=format!("Meaning of {shown} in column {}", field.api_field)
                            data-value=shown
                            on:change=choose
                        >
                            <option value="" prop:selected=mapped.is_none()>{as_it_is}</option>
                            {words}
                        </select>
                        {unclear.then(|| view! { <Badge tone=Tone::Notice with=Icon::Warning text="Needs a meaning" /> })}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-box values">
            <table>
                <caption>"What the values mean"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Value in the file"</th>
                        <th scope="col" class="number">"Rows"</th>
                        <th scope="col">"Means"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {capped.then(|| view! { <p class="hint">"The 50 most frequent values are listed; the file has more."</p> })}
    }
}
