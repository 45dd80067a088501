//! Tabs that are links: the one that is open is in the address.

use leptos::prelude::*;

use crate::text;

/// A tab: its name, its address, and how many open problems there are behind it.
pub(crate) type Tab = (&'static str, String, Signal<u64>);

/// A row of tabs.
#[component]
pub(crate) fn Tabs(
    /// What they are the tabs of.
    label: &'static str,
    /// The tabs.
    tabs: Vec<Tab>,
    /// The name of the open one.
    #[prop(into)]
    open: Signal<&'static str>,
    /// What the numbers count.
    #[prop(default = "waiting")]
    of_what: &'static str,
) -> impl IntoView {
    let links = tabs
        .into_iter()
        .map(|(name, address, problems)| {
            let count = move || {
                let problems = problems.get();
                (problems > 0).then(|| {
                    view! {
                        <span class="tab-count">
                            {text::number(problems)}
                            <span class="visually-hidden">" "{of_what}</span>
                        </span>
                    }
                })
            };
            view! {
                <li>
                    <a href=address aria-current=move || (open.get() == name).then_some("page")>{name}{count}</a>
                </li>
            }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label=label><ul>{links}</ul></nav> }
}
