//! Tabs that are links: the one that is open is in the address.

use leptos::prelude::*;

/// A row of tabs, each a name and an address.
#[component]
pub(crate) fn Tabs(
    /// What they are the tabs of.
    label: &'static str,
    /// Names and addresses.
    tabs: Vec<(&'static str, String)>,
    /// The name of the open one.
    #[prop(into)]
    open: Signal<&'static str>,
) -> impl IntoView {
    let links = tabs
        .into_iter()
        .map(|(name, address)| {
            view! {
                <li>
                    <a href=address aria-current=move || (open.get() == name).then_some("page")>{name}</a>
                </li>
            }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label=label><ul>{links}</ul></nav> }
}
