//! What a list is narrowed to: a chip for each filter, which takes it away again.

use leptos::prelude::*;

/// One filter that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chip {
    /// What is filtered by, such as `Status`.
    pub(crate) name: &'static str,
    /// What is looked for, such as `Deactivated`.
    pub(crate) value: String,
    /// The list's address without this filter.
    pub(crate) without: String,
}

/// The filters in force; nothing when there are none.
#[component]
pub(crate) fn FilterChips(
    /// One for each.
    chips: Vec<Chip>,
    /// The list's address without any.
    clear: String,
) -> impl IntoView {
    (!chips.is_empty()).then(|| {
        let several = chips.len() > 1;
        let chips = chips
            .into_iter()
            .map(|Chip { name, value, without }| {
                view! {
                    <li>
                        <a class="filter-chip" href=without>
                            <span class="visually-hidden">"Remove the filter "</span>
                            <span class="filter-name">{name}": "</span>
                            <span class="filter-value">{value}</span>
                            <span aria-hidden="true">"×"</span>
                        </a>
                    </li>
                }
            })
            .collect_view();
        view! {
            <ul class="filter-chips" aria-label="Filters" data-test="filters">
                {chips}
                {several.then(|| view! { <li><a class="filter-clear" href=clear>"Clear filters"</a></li> })}
            </ul>
        }
    })
}
