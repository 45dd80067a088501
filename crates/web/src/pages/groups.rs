//! Groups: types, groups and members.

use leptos::prelude::*;

use crate::{components::page_head::PageHead, page::Page};

/// The page.
#[component]
pub(crate) fn Groups() -> impl IntoView {
    view! { <PageHead title=Page::Groups.title() lead="Group types, their groups, members and managers.".to_owned() /> }
}
