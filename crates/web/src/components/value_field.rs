//! A field for one value of a user, which says where the value came from while it is looked at.

use leptos::prelude::*;

use super::proposals::{People, Proposals, name_of};

/// What a value is typed or chosen with.
#[derive(Clone)]
pub(crate) enum Entry {
    /// One line; `text` or `email`.
    Line(&'static str),
    /// A word a line.
    Words,
    /// One of these, each with its name; empty: nothing.
    Choice(Vec<(String, String)>),
    /// One line, with proposals.
    Proposed(Vec<String>),
    /// The address of a person: who is proposed, and what looks for a text.
    Person(RwSignal<People>, Callback<String>),
}

/// The field.
#[component]
pub(crate) fn ValueField(
    /// Its id, once on the page.
    #[prop(into)]
    id: String,
    /// Its label.
    #[prop(into)]
    label: String,
    /// Its text.
    #[prop(into)]
    value: Signal<String>,
    /// Called with another text.
    #[prop(into)]
    on_input: Callback<String>,
    /// How it is typed or chosen.
    entry: Entry,
    /// Where the value came from.
    #[prop(into)]
    origin: Signal<Option<String>>,
    /// What to know before changing it; empty: nothing.
    hint: &'static str,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let (hint_id, error_id, origin_id) = (format!("{id}-hint"), format!("{id}-error"), format!("{id}-origin"));
    let described = format!("{hint_id} {error_id} {origin_id}");
    let invalid = move || error.with(Option::is_some).then_some("true");
    let set = move |event: leptos::ev::Event| on_input.run(event_target_value(&event));
    let person = match &entry {
        Entry::Person(people, _) => Some(*people),
        _ => None,
    };
    let who = move || person.and_then(|people| people.with(|people| name_of(people, &value.get())));
    let input = match entry {
        Entry::Line(kind) => view! {
            <input
                id=id.clone()
                type=kind
                autocomplete="off"
                aria-describedby=described
                aria-invalid=invalid
                prop:value=move || value.get()
                on:input=set
            />
        }
        .into_any(),
        Entry::Words => view! {
            <textarea
                id=id.clone()
                rows="3"
                aria-describedby=described
                aria-invalid=invalid
                prop:value=move || value.get()
                on:input=set
            ></textarea>
        }
        .into_any(),
        Entry::Choice(options) => {
            let options = options
                .into_iter()
                .map(|(code, name)| {
                    let own = code.clone();
                    view! { <option value=code selected=move || value.get() == own>{name}</option> }
                })
                .collect_view();
            view! {
                <select id=id.clone() aria-describedby=described aria-invalid=invalid on:change=set>
                    {options}
                </select>
            }
            .into_any()
        }
        Entry::Person(people, seek) => {
            let list = format!("{id}-list");
            view! {
                <input
                    id=id.clone()
                    type="text"
                    autocapitalize="none"
                    list=list.clone()
                    autocomplete="off"
                    placeholder="Name or e-mail"
                    aria-describedby=described
                    aria-invalid=invalid
                    prop:value=value
                    on:input=move |event| {
                        seek.run(event_target_value(&event));
                        set(event);
                    }
                />
                <Proposals id=list people=people />
            }
            .into_any()
        }
        Entry::Proposed(words) => {
            let list = format!("{id}-list");
            let options = words
                .into_iter()
                .map(|word| view! { <option value=word></option> })
                .collect_view();
            view! {
                <input
                    id=id.clone()
                    list=list.clone()
                    autocomplete="off"
                    aria-describedby=described
                    aria-invalid=invalid
                    prop:value=move || value.get()
                    on:input=set
                />
                <datalist id=list>{options}</datalist>
            }
            .into_any()
        }
    };
    view! {
        <div class="field value-field">
            <label for=id>{label}</label>
            {input}
            {person.map(|_| view! { <p class="strong" aria-live="polite">{who}</p> })}
            <p class="field-error" id=error_id>{move || error.get()}</p>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <p class="origin" id=origin_id title=move || origin.get()>{move || origin.get()}</p>
        </div>
    }
}
