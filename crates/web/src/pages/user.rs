//! One user: what is known, where it came from, and changing it.

use leptos::prelude::*;

use crate::{components::page_head::PageHead, page::Page};

/// The page.
#[component]
pub(crate) fn User() -> impl IntoView {
    view! { <PageHead title=Page::User(String::new()).title() lead="One user of the directory.".to_owned() /> }
}
