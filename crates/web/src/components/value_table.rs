//! The values of a column whose field takes only certain words, and a rule for those that it wouldn't take.

use std::collections::BTreeMap;

use leptos::prelude::*;
use passmuster_core::{
    field::{Kind, Target},
    mapping::ApiField,
    values::{Closed, ValueUse, Values},
};

use super::{
    badge::{Badge, Tone},
    icon::Icon,
};
use crate::text;

/// How many members groups have, by type and name.
pub(crate) type Members = BTreeMap<String, BTreeMap<String, u64>>;

/// `41 members`, as far as it is known.
pub(crate) fn members_of(members: &Members, group_type: &str, group: &str) -> Option<String> {
    let count = members.get(group_type)?.get(group)?;
    Some(text::count(*count, "member", "members"))
}

/// More words than this are not listed in a select; they are typed, with suggestions.
const LISTED: usize = 200;

/// How many values still need somebody's word: they mean nothing to the field, and no rule speaks of them.
pub(crate) fn unclear(field: &ApiField, values: &Values) -> usize {
    let open = values.uses.iter().filter(|found| is_open(field, found));
    match field.target.field().kind {
        // A new group is no mistake, unless it is almost one that there is.
        Kind::Group | Kind::GroupList => open.filter(|found| !found.near.is_empty()).count(),
        _ => open.count(),
    }
}

fn is_open(field: &ApiField, found: &ValueUse) -> bool {
    found.means.is_none() && !field.value_map.contains_key(&found.value)
}

/// The values, each with what it means.
#[component]
pub(crate) fn ValueTable(
    /// The column's API field; its target stays the same.
    #[prop(into)]
    field: Signal<ApiField>,
    /// What it takes.
    closed: Closed,
    /// The values.
    values: Values,
    /// How many members groups have.
    #[prop(into)]
    members: Signal<Members>,
    /// Gets the API field with another rule.
    #[prop(into)]
    on_change: Callback<ApiField>,
) -> impl IntoView {
    let words = StoredValue::new(closed.words());
    let is_group = matches!(closed, Closed::Group(_) | Closed::GroupList(_));
    let is_typed = matches!(closed, Closed::TimeZone | Closed::GroupList(_)) || words.with_value(Vec::len) > LISTED;
    let (shown, different) = (values.uses.len() as u64, values.different);
    let capped = match (values.capped, shown < different) {
        (true, _) => Some(format!(
            "The first {} of more than {} values are listed.",
            text::number(shown),
            text::number(different)
        )),
        (false, true) => Some(format!(
            "The first {} of {} values are listed.",
            text::number(shown),
            text::number(different)
        )),
        (false, false) => None,
    };
    let list = field.with_untracked(|field| format!("words-{}", field.target));
    let suggestions = (is_typed && !matches!(closed, Closed::TimeZone)).then(|| {
        let options = words.with_value(|words| {
            words
                .iter()
                .map(|word| view! { <option value=word.clone()></option> })
                .collect_view()
        });
        view! { <datalist id=list.clone()>{options}</datalist> }
    });
    let rows = values
        .uses
        .into_iter()
        .map(|found| {
            let input = Input {
                words,
                is_typed,
                list: list.clone(),
                members,
            };
            row(field, found, is_group, input, on_change)
        })
        .collect_view();
    view! {
        <div class="table-box values">
            <table>
                <caption>
                    "What the values mean"
                    <span class="hint">"Each choice is a rule of the mapping; the file stays as it is."</span>
                </caption>
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
        {suggestions}
        {capped.map(|words| view! { <p class="hint">{words}</p> })}
    }
}

/// The group type that a field's cells name one group of.
fn group_type(field: &ApiField) -> Option<String> {
    match &field.target {
        Target::GroupMembership(group_type) => Some(group_type.clone()),
        _ => None,
    }
}

/// How a meaning is given.
struct Input {
    words: StoredValue<Vec<String>>,
    is_typed: bool,
    list: String,
    members: Signal<Members>,
}

fn row(
    field: Signal<ApiField>,
    found: ValueUse,
    is_group: bool,
    input: Input,
    on_change: Callback<ApiField>,
) -> impl IntoView + use<> {
    let judged = found.clone();
    let open = Memo::new(move |_| field.with(|field| is_open(field, &judged)));
    let ValueUse {
        value,
        count,
        means,
        near,
    } = found;
    let key = value.clone();
    let mapped = Memo::new(move |_| field.with(|field| field.value_map.get(&key).cloned().unwrap_or_default()));
    let key = value.clone();
    let choose = Callback::new(move |word: String| {
        let mut field = field.get_untracked();
        let word = word.trim().to_owned();
        if word.is_empty() {
            field.value_map.remove(&key);
        } else {
            field.value_map.insert(key.clone(), word);
        }
        on_change.run(field);
    });
    let as_it_is = match &means {
        Some(word) if *word == value => "As it is".to_owned(),
        Some(word) => format!("As it is: {word}"),
        None if is_group => "As it is: a new group".to_owned(),
        None => "Choose a meaning…".to_owned(),
    };
    let label = field.with_untracked(|field| format!("Meaning of {value} in column {}", field.api_field));
    let (members, of_type) = (input.members, field.with_untracked(group_type));
    let control = if input.is_typed {
        view! {
            <input
                type="text"
                aria-label=label
                data-value=value.clone()
                list=input.list
                placeholder=as_it_is
                autocomplete="off"
                prop:value=mapped
                on:change=move |event| choose.run(event_target_value(&event))
            />
        }
        .into_any()
    } else {
        let options = input.words.with_value(|words| {
            words
                .iter()
                .map(|word| {
                    let this = word.clone();
                    let selected = move || mapped.with(|mapped| *mapped == this);
                    view! { <option value=word.clone() prop:selected=selected>{word.clone()}</option> }
                })
                .collect_view()
        });
        view! {
            <select
                aria-label=label
                data-value=value.clone()
                on:change=move |event| choose.run(event_target_value(&event))
            >
                <option value="" prop:selected=move || mapped.with(String::is_empty)>{as_it_is}</option>
                {options}
            </select>
        }
        .into_any()
    };
    let badge = match (is_group, near.is_empty()) {
        (true, true) => None,
        (true, false) => Some("Almost a group there is"),
        (false, _) => Some("Needs a meaning"),
    };
    let near = StoredValue::new(near);
    let size = move |word: &str| {
        let of_type = of_type.as_ref()?;
        members
            .with(|members| members_of(members, of_type, word))
            .map(|size| format!(", {size}"))
    };
    let offers = move || {
        near.with_value(|near| {
            (!near.is_empty()).then(|| {
                let offers = near.iter().cloned().map(|word| {
                    let (use_it, size) = (word.clone(), size(&word));
                    view! {
                        <button type="button" class="button small" on:click=move |_| choose.run(use_it.clone())>
                            "Use " {word} {size}
                        </button>
                    }
                });
                view! { <span class="offers">"Did you mean: " {offers.collect_view()}</span> }
            })
        })
    };
    view! {
        <tr>
            <td><q class="cell-text">{value}</q></td>
            <td class="number">{text::number(count)}</td>
            <td>
                {control}
                {move || {
                    open.get()
                        .then(|| {
                            view! {
                                {badge.map(|words| view! { <Badge tone=Tone::Notice with=Icon::Warning text=words /> })}
                                {offers()}
                            }
                        })
                }}
            </td>
        </tr>
    }
}
