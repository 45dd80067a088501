//! A place with nothing in it yet: what it is for, and the one next act.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// An empty state; its children are the next act.
#[component]
pub(crate) fn EmptyState(
    /// Its icon.
    with: Icon,
    /// What is not there.
    #[prop(into)]
    title: String,
    /// What the place is for, in one sentence.
    #[prop(into)]
    text: String,
    /// The next act.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty-sign">{icon(with)}</span>
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}
