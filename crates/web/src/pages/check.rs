//! Checking a file without signing in: the same flow, which here sends nothing at all.

use leptos::prelude::*;
use passmuster_core::wire::directory::Catalog;

use super::flow::{leaving::LeaveGuard, state::Flow, view::FlowView};
use crate::{components::page_head::PageHead, page::Page};

/// The page.
#[component]
pub(crate) fn Check() -> impl IntoView {
    let flow = Flow::new(None);
    view! {
        <PageHead
            title=Page::Check.title()
            lead="Does your user file pass muster? It is read and checked in this browser, and never sent.".to_owned()
        />
        <LeaveGuard flow=flow />
        <FlowView flow=flow integration=None catalog=Catalog::default() />
    }
}
