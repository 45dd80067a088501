//! What one column does beyond its target: blank cells, unknown names, lists.

use leptos::prelude::*;
use passmuster_core::{
    field::Kind,
    mapping::{ApiField, ListPolicy, OnBlank, OnUnknown},
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

/// The policies of one column, to be chosen.
#[component]
pub(crate) fn Policies(
    /// The column's API field; its target stays the same.
    #[prop(into)]
    field: Signal<ApiField>,
    /// Gets the API field with another policy.
    #[prop(into)]
    on_change: Callback<ApiField>,
) -> impl IntoView {
    let (line, name, has_unknown, has_list) = field.with_untracked(|field| {
        let (unknown, list) = (field.on_unknown.is_some(), field.list.is_some());
        (field.target.field(), field.api_field.clone(), unknown, list)
    });
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
    let change = move |change: &dyn Fn(&mut ApiField)| {
        let mut changed = field.get_untracked();
        change(&mut changed);
        on_change.run(changed);
    };
    view! {
        <div class="stack-small">
            <p class="hint">{line.help}</p>
            <div class="policy-row">
                <Choice
                    label="A blank cell"
                    column=name.clone()
                    options=blanks
                    chosen=Signal::derive(move || Some(field.with(|field| field.on_blank)))
                    on_choice=move |policy| change(&|field| field.on_blank = policy)
                />
                {has_unknown
                    .then(|| {
                        view! {
                            <Choice
                                label="An unknown name"
                                column=name.clone()
                                options=unknowns.to_vec()
                                chosen=Signal::derive(move || field.with(|field| field.on_unknown))
                                on_choice=move |policy| change(&|field| field.on_unknown = Some(policy))
                            />
                        }
                    })}
                {has_list
                    .then(|| {
                        view! {
                            <Choice
                                label="The list"
                                column=name.clone()
                                options=lists.to_vec()
                                chosen=Signal::derive(move || field.with(|field| field.list))
                                on_choice=move |policy| change(&|field| field.list = Some(policy))
                            />
                        }
                    })}
            </div>
        </div>
    }
}

/// A labelled select over a few policies.
#[component]
fn Choice<P>(
    label: &'static str,
    column: String,
    options: Vec<(&'static str, P)>,
    chosen: Signal<Option<P>>,
    on_choice: impl Fn(P) + 'static,
) -> impl IntoView
where
    P: Copy + PartialEq + Send + Sync + 'static,
{
    let words = options
        .iter()
        .enumerate()
        .map(|(index, (word, policy))| {
            let policy = *policy;
            let selected = move || chosen.get() == Some(policy);
            view! { <option value=index.to_string() prop:selected=selected>{*word}</option> }
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
