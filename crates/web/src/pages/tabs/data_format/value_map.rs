//! The value map of an API field: which text in a file means which other.

use leptos::prelude::*;
use passmuster_core::{
    field::{Kind, ROLES},
    mapping::ApiField,
};

use crate::components::{
    button::{Button, Weight},
    icon::{Icon, icon},
    unique::unique,
};

/// What a field's texts can mean, where they can mean only some.
fn meanings(field: &ApiField) -> Option<&'static [&'static str]> {
    match field.target.field().kind {
        Kind::Boolean => Some(&["True", "False"]),
        Kind::Role => Some(&ROLES),
        _ => None,
    }
}

/// The editor.
#[component]
pub(super) fn ValueMap(
    /// The API field.
    field: ApiField,
    /// Takes its place.
    on_change: Callback<ApiField>,
) -> impl IntoView {
    let meanings = meanings(&field);
    let from = RwSignal::new(String::new());
    let to = RwSignal::new(
        meanings
            .and_then(|words| words.first())
            .map(|word| (*word).to_owned())
            .unwrap_or_default(),
    );
    let name = field.api_field.clone();
    let rows = field
        .value_map
        .iter()
        .map(|(text, meaning)| {
            let (base, text_key) = (field.clone(), text.clone());
            let remove = Callback::new(move |()| {
                let mut field = base.clone();
                field.value_map.remove(&text_key);
                on_change.run(field);
            });
            let shown = if text.is_empty() {
                view! { <span class="nothing">"a blank cell"</span> }.into_any()
            } else {
                view! { <q class="cell-text">{text.clone()}</q> }.into_any()
            };
            let spoken = text.clone();
            view! {
                <li>
                    {shown}
                    {icon(Icon::Arrow)}
                    <strong class="cell-text">{meaning.clone()}</strong>
                    <Button small=true weight=Weight::Quiet on_press=remove>
                        {icon(Icon::Cross)}
                        <span class="visually-hidden">"Take \u{201c}"{spoken}"\u{201d} out of the value map"</span>
                    </Button>
                </li>
            }
        })
        .collect_view();
    let is_empty = field.value_map.is_empty();
    let base = StoredValue::new(field);
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        event.stop_propagation();
        let mut field = base.get_value();
        field.value_map.insert(
            from.get_untracked().trim().to_owned(),
            to.get_untracked().trim().to_owned(),
        );
        on_change.run(field);
    };
    let (from_id, to_id) = (unique("from"), unique("to"));
    let (from_input, to_input) = (from_id.clone(), to_id.clone());
    let meaning = match meanings {
        Some(words) => {
            let options = words
                .iter()
                .map(|word| view! { <option value=*word selected=to.with_untracked(|to| to == word)>{*word}</option> })
                .collect_view();
            view! { <select id=to_input on:change=move |event| to.set(event_target_value(&event))>{options}</select> }
                .into_any()
        }
        None => view! {
            <input
                id=to_input
                type="text"
                autocomplete="off"
                prop:value=move || to.get()
                on:input=move |event| to.set(event_target_value(&event))
            />
        }
        .into_any(),
    };
    view! {
        <div class="value-map">
            <p class="hint">
                {if is_empty {
                    format!("No text of {name} means another one yet. Texts are compared to the letter, without space around them.")
                } else {
                    format!("What a text in {name} means. Texts are compared to the letter, without space around them.")
                }}
            </p>
            <ul class="value-pairs">{rows}</ul>
            <form class="filter-line" on:submit=add>
                <label for=from_id>
                    <span>"Text in the file"</span>
                    <input
                        id=from_input
                        type="text"
                        autocomplete="off"
                        placeholder="Empty: a blank cell"
                        data-test="value-from"
                        prop:value=move || from.get()
                        on:input=move |event| from.set(event_target_value(&event))
                    />
                </label>
                <label for=to_id><span>"means"</span>{meaning}</label>
                <Button submit=true test="add-value">"Add to the value map"</Button>
            </form>
        </div>
    }
}
