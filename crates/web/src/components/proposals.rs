//! Proposals below a field while a person is sought: each a value to take, with the name that tells who it is.

use leptos::prelude::*;

/// People who are proposed: address and name.
pub(crate) type People = Vec<(String, String)>;

/// The browser's own list of proposals; the field names it by `list`.
#[component]
pub(crate) fn Proposals(
    /// Its id, once on the page.
    #[prop(into)]
    id: String,
    /// Who is proposed.
    #[prop(into)]
    people: Signal<People>,
) -> impl IntoView {
    let options = move || {
        let people = people.get().into_iter();
        people
            .map(|(address, name)| view! { <option value=address>{name}</option> })
            .collect_view()
    };
    view! { <datalist id=id>{options}</datalist> }
}

/// The name of whoever has this address, if they are proposed.
pub(crate) fn name_of(people: &People, address: &str) -> Option<String> {
    let found = people
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(address.trim()));
    found.map(|(_, name)| name.clone())
}
