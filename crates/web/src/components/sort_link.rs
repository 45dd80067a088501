//! What leads to a list in another order: a word in the heading of a column, with an arrow where it is in force.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// In which direction a list is sorted by something, as `aria-sort` has it; `None`: it isn't.
pub(crate) fn direction(now: &str, by: &str) -> Option<&'static str> {
    match now.strip_prefix('-') {
        Some(falling) => (falling == by).then_some("descending"),
        None => (now == by).then_some("ascending"),
    }
}

/// The order that a press on a heading leads to: the other way round where it is in force, else as it `begins`.
pub(crate) fn other(now: &str, by: &str, begins_falling: bool) -> String {
    let falls = match direction(now, by) {
        Some(direction) => direction == "ascending",
        None => begins_falling,
    };
    format!("{}{by}", if falls { "-" } else { "" })
}

/// The link.
#[component]
pub(crate) fn SortLink(
    /// What is sorted by, as people read it.
    #[prop(into)]
    name: String,
    /// Its name for tests.
    by: &'static str,
    /// The list's address in the order that a press leads to.
    address: String,
    /// In which direction the list is sorted by it now.
    direction: Option<&'static str>,
) -> impl IntoView {
    let test = format!("sort-{by}");
    view! {
        <a class="sort" class:falls={direction == Some("descending")} href=address data-test=test>
            {name}
            {direction.map(|direction| view! {
                {icon(Icon::Chevron)}
                <span class="visually-hidden">", sorted " {direction}</span>
            })}
        </a>
    }
}
