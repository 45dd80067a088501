//! What the audit can be narrowed to: the form, and a chip for each filter in force.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::words::{self, ACTIONS};
use crate::{components::filters::Chip, page::Page, query::Query};

/// What the address may say.
pub(in crate::pages) const KEYS: [&str; 8] = [
    "actor", "action", "target", "upload", "since", "until", "cursor", "size",
];

const FILTERS: [&str; 6] = ["actor", "action", "target", "upload", "since", "until"];

/// Those that say where in the list one is.
pub(in crate::pages) const PLACE: [&str; 1] = ["cursor"];

/// The address without any filter.
pub(in crate::pages) fn cleared(query: &Query) -> String {
    query.clone().without(&FILTERS).without(&PLACE).at(&Page::Audit.path())
}

/// Whether the list is narrowed.
pub(in crate::pages) fn is_narrowed(query: &Query) -> bool {
    !query.lacks_all(&FILTERS)
}

/// Keys and values as the server knows them.
pub(in crate::pages) fn asked(query: &Query) -> Vec<(&'static str, String)> {
    let known = query.pairs().filter(|(key, _)| FILTERS.contains(key));
    known
        .map(|(key, value)| (if key == "upload" { "upload_id" } else { key }, value.to_owned()))
        .collect()
}

/// A chip for each filter in force.
pub(in crate::pages) fn chips(query: &Query) -> Vec<Chip> {
    let chip = |key: &'static str, name: &'static str| {
        let value = query.get(key);
        (!value.is_empty()).then(|| Chip {
            name,
            value: if key == "action" {
                words::action(value)
            } else {
                value.to_owned()
            },
            without: query.clone().without(&[key]).without(&PLACE).at(&Page::Audit.path()),
        })
    };
    let chips = [
        chip("actor", "Who"),
        chip("action", "What"),
        chip("target", "Of"),
        chip("upload", "Upload"),
        chip("since", "From"),
        chip("until", "Before"),
    ];
    chips.into_iter().flatten().collect()
}

/// The form behind *Filter*.
#[component]
pub(in crate::pages) fn AuditFilters(
    /// What is in force.
    query: Query,
) -> impl IntoView {
    let navigate = use_navigate();
    let field = |key: &str| RwSignal::new(query.get(key).to_owned());
    let (actor, action, since, until) = (field("actor"), field("action"), field("since"), field("until"));
    let options = ACTIONS
        .iter()
        .map(|(code, name)| view! { <option value=*code selected=move || action.get_untracked() == *code>{*name}</option> })
        .collect_view();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let address = query
            .clone()
            .without(&PLACE)
            .with("actor", actor.get_untracked().trim())
            .with("action", action.get_untracked())
            .with("since", since.get_untracked())
            .with("until", until.get_untracked());
        navigate(&address.at(&Page::Audit.path()), NavigateOptions::default());
    };
    let day = |id: &'static str, label: &'static str, value: RwSignal<String>| {
        view! {
            <div class="field">
                <label for=id>{label}</label>
                <input id=id type="date" prop:value=move || value.get() on:input=move |event| value.set(event_target_value(&event)) />
            </div>
        }
    };
    view! {
        <form class="form filter-form" on:submit=submit>
            <div class="field">
                <label for="filter-actor">"Who"</label>
                <input
                    id="filter-actor"
                    autocomplete="off"
                    placeholder="ann@example.com, or API key NAME"
                    prop:value=move || actor.get()
                    on:input=move |event| actor.set(event_target_value(&event))
                />
            </div>
            <div class="field">
                <label for="filter-action">"What"</label>
                <select id="filter-action" on:change=move |event| action.set(event_target_value(&event))>
                    <option value="">"Anything"</option>
                    {options}
                </select>
            </div>
            <div class="two">{day("filter-since", "From (UTC)", since)} {day("filter-until", "Before (UTC)", until)}</div>
            <div class="actions"><button class="button primary" type="submit" data-test="apply-filters">"Apply"</button></div>
        </form>
    }
}
