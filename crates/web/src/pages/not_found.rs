//! An address where nothing is.

use leptos::prelude::*;

use crate::{components::page_head::PageHead, page::Page};

/// Nothing is here, and the way back.
#[component]
pub(crate) fn NotFound() -> impl IntoView {
    view! {
        <PageHead
            title="There is no such page"
            lead="The address may be mistyped, or what it showed was taken away.".to_owned()
        />
        <p class="actions">
            <a class="button" href=Page::Integrations.path()>"Integrations"</a>
            <a class="button" href=Page::Check.path()>"Check a file"</a>
        </p>
    }
}
