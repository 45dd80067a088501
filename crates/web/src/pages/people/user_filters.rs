//! What a list of users can be narrowed to: the form, and a chip for each filter in force.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use passmuster_core::wire::directory::Catalog;

use super::person_search::PersonSearch;
use crate::{
    components::{
        filters::Chip,
        proposals::{Proposals, name_of},
    },
    page::Page,
    query::Query,
};

/// What the address of the list may say.
pub(in crate::pages) const KEYS: [&str; 14] = [
    "q", "status", "type", "group", "manages", "manager", "through", "upload", "rights", "size", "cursor", "before",
    "cols", "sort",
];

/// Those that narrow the list.
const FILTERS: [&str; 9] = [
    "q", "status", "type", "group", "manages", "manager", "through", "upload", "rights",
];

/// Those that say where in the list one is.
pub(in crate::pages) const PLACE: [&str; 2] = ["cursor", "before"];

/// The address without any filter.
pub(in crate::pages) fn cleared(query: &Query) -> String {
    query.clone().without(&FILTERS).without(&PLACE).at(&Page::Users.path())
}

/// Whether the list is narrowed, other than to those who are active.
pub(in crate::pages) fn is_narrowed(query: &Query) -> bool {
    !query.lacks_all(&FILTERS)
}

/// Keys and values as the server knows them; without a status only active users are meant.
pub(in crate::pages) fn asked(query: &Query) -> Vec<(&'static str, String)> {
    let mut asked: Vec<(&'static str, String)> = Vec::new();
    for (key, value) in query.pairs() {
        let (key, value) = match (key, value) {
            ("q", text) => ("search", text),
            ("type", text) => ("group_type", text),
            ("through", text) => ("group_manager", text),
            ("rights", _) => ("administers", "true"),
            ("status" | "group" | "manages" | "manager" | "upload", text) => (key, text),
            _ => continue,
        };
        asked.push((key, value.to_owned()));
    }
    if query.get("status").is_empty() {
        asked.push(("status", "active".to_owned()));
    }
    asked
}

/// A chip for each filter in force.
pub(in crate::pages) fn chips(query: &Query) -> Vec<Chip> {
    let chip = |key: &'static str, name: &'static str, value: String| {
        (!query.get(key).is_empty()).then(|| Chip {
            name,
            value,
            without: query.clone().without(&[key]).without(&PLACE).at(&Page::Users.path()),
        })
    };
    let of = |key: &str| query.get(key).to_owned();
    let group = |key: &str| format!("{}: {}", query.get("type"), query.get(key));
    let status = match query.get("status") {
        "all" => "Active and deactivated",
        "deactivated" => "Deactivated",
        _ => "Active",
    };
    let chips = [
        chip("q", "Search", of("q")),
        chip("status", "Status", status.to_owned()),
        chip("group", "Member of", group("group")),
        chip("manages", "Manages", group("manages")),
        chip("manager", "Manager", of("manager")),
        chip("through", "In a group managed by", of("through")),
        chip("rights", "Rights", "Administer something".to_owned()),
        chip("upload", "Changed by upload", of("upload")),
    ];
    chips.into_iter().flatten().collect()
}

/// The form behind *Filter*.
#[component]
pub(in crate::pages) fn UserFilters(
    /// What is in force.
    query: Query,
    /// The groups that can be chosen.
    catalog: Catalog,
) -> impl IntoView {
    let navigate = use_navigate();
    let field = |key: &str| RwSignal::new(query.get(key).to_owned());
    let (status, group_type, group, manager) = (field("status"), field("type"), field("group"), field("manager"));
    let search = PersonSearch::new();
    let rights = RwSignal::new(!query.get("rights").is_empty());
    let types: Vec<String> = catalog.group_types.iter().map(|of_type| of_type.name.clone()).collect();
    let catalog = StoredValue::new(catalog);
    let groups = move || {
        let of_type = group_type.get();
        catalog.with_value(|catalog| {
            let found = catalog.group_types.iter().find(|known| known.name == of_type);
            found.map(|known| known.groups.clone()).unwrap_or_default()
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let in_group = !group.get_untracked().trim().is_empty();
        let address = query
            .clone()
            .without(&PLACE)
            .with("status", status.get_untracked())
            .with(
                "type",
                if in_group {
                    group_type.get_untracked()
                } else {
                    String::new()
                },
            )
            .with("group", group.get_untracked().trim())
            .with("manager", manager.get_untracked().trim())
            .with("rights", if rights.get_untracked() { "admin" } else { "" })
            .at(&Page::Users.path());
        navigate(&address, NavigateOptions::default());
    };
    let options = types.into_iter().map(|name| {
        let value = name.clone();
        view! { <option value=value.clone() selected=move || group_type.get_untracked() == value>{name}</option> }
    });
    view! {
        <form class="form filter-form" on:submit=submit>
            <div class="field">
                <label for="filter-status">"Status"</label>
                <select id="filter-status" prop:value=move || status.get() on:change=move |event| status.set(event_target_value(&event))>
                    <option value="">"Active"</option>
                    <option value="deactivated">"Deactivated"</option>
                    <option value="all">"Active and deactivated"</option>
                </select>
            </div>
            <div class="two">
                <div class="field">
                    <label for="filter-type">"Group type"</label>
                    <select
                        id="filter-type"
                        on:change=move |event| {
                            group_type.set(event_target_value(&event));
                            group.set(String::new());
                        }
                    >
                        <option value="">"Any"</option>
                        {options.collect_view()}
                    </select>
                </div>
                <div class="field">
                    <label for="filter-group">"Group"</label>
                    <input
                        id="filter-group"
                        list="filter-groups"
                        autocomplete="off"
                        disabled=move || group_type.get().is_empty()
                        prop:value=move || group.get()
                        on:input=move |event| group.set(event_target_value(&event))
                    />
                    <datalist id="filter-groups">
                        {move || groups().into_iter().map(|name| view! { <option value=name></option> }).collect_view()}
                    </datalist>
                </div>
            </div>
            <div class="field">
                <label for="filter-manager">"Manager"</label>
                <input
                    id="filter-manager"
                    list="filter-managers"
                    autocomplete="off"
                    placeholder="Name or e-mail"
                    aria-describedby="filter-manager-name"
                    prop:value=move || manager.get()
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        search.seek(text.clone());
                        manager.set(text);
                    }
                />
                <Proposals id="filter-managers" people=search.found />
                <p class="hint" id="filter-manager-name" aria-live="polite">
                    {move || search.found.with(|people| name_of(people, &manager.get()))}
                </p>
            </div>
            <label class="option">
                <input type="checkbox" prop:checked=move || rights.get() on:change=move |event| rights.set(event_target_checked(&event)) />
                <span>"Only those who administer something"</span>
            </label>
            <div class="actions"><button class="button primary" type="submit" data-test="apply-filters">"Apply"</button></div>
        </form>
    }
}
