//! The audit: who changed what.

use leptos::prelude::*;

use crate::{components::page_head::PageHead, page::Page};

/// The page.
#[component]
pub(crate) fn Audit() -> impl IntoView {
    view! { <PageHead title=Page::Audit.title() lead="Who changed what, newest first.".to_owned() /> }
}
