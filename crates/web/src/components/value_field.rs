//! A field for one value of a user, which says where the value came from while it is looked at.

use leptos::prelude::*;

/// What a value is typed or chosen with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// One line; `text` or `email`.
    Line(&'static str),
    /// A word a line.
    Words,
    /// One of these, each with its name; empty: nothing.
    Choice(Vec<(String, String)>),
    /// One line, with proposals.
    Proposed(Vec<String>),
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
    value: RwSignal<String>,
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
    let set = move |event: leptos::ev::Event| value.set(event_target_value(&event));
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
            <p class="field-error" id=error_id>{move || error.get()}</p>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <p class="origin" id=origin_id title=move || origin.get()>{move || origin.get()}</p>
        </div>
    }
}
