//! One integration: its head, its tabs, and the flow, which outlives a look at another tab.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use passmuster_core::{
    permission::Permission,
    wire::{directory::Catalog, integration::Integration},
};

use super::{
    flow::kept::Kept,
    integrations::{outcome_badge, sandbox_badge, state_badge},
    tabs::{self, opened::Opened},
};
use crate::{
    api,
    components::{badge::Tone, banner::Banner, loaded::Loaded, page_head::PageHead, tabs::Tabs, time::Time},
    page::{Page, Tab},
    parts,
    session::Shell,
};

/// The page, for whichever integration the address names.
#[component]
pub(crate) fn IntegrationPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let tab = Memo::new(move |_| {
        params.with(|params| {
            params
                .get("tab")
                .as_deref()
                .and_then(Tab::parse)
                .unwrap_or(Tab::CheckUpload)
        })
    });
    move || view! { <One id=id.get() tab=tab /> }
}

#[component]
fn One(id: String, tab: Memo<Tab>) -> impl IntoView {
    let asked = id.clone();
    let resource = api::Resource::new(move || {
        let id = asked.clone();
        async move {
            let integration = api::integration(&id).await?;
            let catalog = api::catalog().await?;
            Ok((integration, catalog))
        }
    });
    let kept = Kept::new();
    view! {
        {kept.guard()}
        <Loaded
            resource=resource
            what="the integration"
            draw=move |(integration, catalog)| view! { <Open integration=integration catalog=catalog tab=tab kept=kept /> }
        />
    }
}

/// The integration, once it is known.
#[component]
fn Open(integration: Integration, catalog: Catalog, tab: Memo<Tab>, kept: Kept) -> impl IntoView {
    let id = integration.id.clone();
    let shell = Shell::here();
    let opened = Opened {
        integration: RwSignal::new(integration),
        catalog: RwSignal::new(catalog),
        may_edit: untrack(|| shell.may(Permission::IntegrationsEdit)),
    };
    let integration = opened.integration;
    // What the flow saved and uploaded shows in the head and in the other tabs, from when it is left.
    Effect::new(move |before: Option<Tab>| {
        let now = tab.get();
        if before.is_some_and(|before| before == Tab::CheckUpload && before != now) {
            if let Some(mapping) = kept.saved() {
                integration.update(|integration| integration.mapping = mapping);
            }
            opened.refresh();
        }
        now
    });
    // What was just loaded is the last upload.
    Effect::new(move || {
        if kept.has_loaded() {
            opened.refresh();
        }
    });
    let held = Signal::derive(move || integration.with(|now| now.held_uploads));
    let none = Signal::derive(|| 0);
    let links = Tab::ALL
        .into_iter()
        .map(|tab| {
            let waiting = if tab == Tab::DataExplorer { held } else { none };
            (tab.label(), Page::Integration(id.clone(), tab).path(), waiting)
        })
        .collect::<Vec<_>>();
    let name = Memo::new(move |_| integration.with(|now| now.name.clone()));
    view! {
        {move || view! {
            <PageHead title=name.get() above=vec![(Page::Integrations.title().to_owned(), Page::Integrations.path())]>
                {move || integration.with(|now| view! { {now.sandbox.then(sandbox_badge)} {state_badge(now.enabled)} })}
            </PageHead>
        }}
        <p class="integration-facts" data-test="last-upload">{move || last_upload(&integration.get())}</p>
        {(!opened.may_edit).then(read_only)}
        <Tabs label="Integration" tabs=links open=Signal::derive(move || tab.get().label()) />
        {move || match tab.get() {
            Tab::CheckUpload => {
                parts::flow_view(kept, integration.get_untracked(), opened.catalog.get_untracked())
            }
            Tab::DataExplorer => tabs::data_explorer(opened),
            Tab::DataFormat => tabs::data_format(opened),
            Tab::Credentials => tabs::credentials(opened),
            Tab::ApiSandbox => tabs::api_sandbox(opened),
            Tab::Settings => tabs::settings(opened),
        }}
    }
}

/// What those are told who may look only.
fn read_only() -> impl IntoView {
    view! {
        <div class="read-only" data-test="read-only">
            <Banner tone=Tone::Accent title="You can look, but not change anything">
                <p>
                    {format!(
                        "To change an integration or to upload through it you need the permission \u{201c}{}\u{201d}. A full admin can give it to you.",
                        Permission::IntegrationsEdit,
                    )}
                </p>
            </Banner>
        </div>
    }
}

fn last_upload(integration: &Integration) -> AnyView {
    match integration.last_upload.clone() {
        None => view! { <span class="hint">"Nothing was uploaded yet."</span> }.into_any(),
        Some(upload) => {
            let address = Page::Upload(upload.integration_id, upload.id).path();
            view! {
                <span class="hint">"Last upload"</span>
                <a href=address><Time at=upload.received_at /></a>
                {outcome_badge(upload.outcome)}
            }
            .into_any()
        }
    }
}
