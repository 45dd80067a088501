//! The settings of the workspace.

use leptos::prelude::*;

use crate::{components::page_head::PageHead, page::Page};

/// The page.
#[component]
pub(crate) fn WorkspaceSettings() -> impl IntoView {
    view! { <PageHead title=Page::Settings.title() lead="Of the whole workspace.".to_owned() /> }
}
