//! One's own account: password and sessions.

use leptos::prelude::*;

use crate::{components::page_head::PageHead, page::Page};

/// The page.
#[component]
pub(crate) fn Profile() -> impl IntoView {
    view! { <PageHead title=Page::Profile.title() lead="Your own account.".to_owned() /> }
}
