//! One integration: its head, its tabs, and the flow, which outlives a look at another tab.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    flow::state::Flow,
    integrations::state_badge,
    tabs::{
        api_sandbox::ApiSandbox, credentials::Credentials, data_explorer::DataExplorer, data_format::DataFormat,
        settings::Settings,
    },
};
use crate::{
    api,
    components::{loaded::Loaded, page_head::PageHead, tabs::Tabs},
    page::{Page, Tab},
    parts,
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
    let resource = LocalResource::new(move || {
        let id = asked.clone();
        async move {
            let integration = api::integration(&id).await?;
            let catalog = api::catalog().await?;
            Ok((integration, catalog))
        }
    });
    let flow = Flow::new(Some(id));
    let refresh = Callback::new(move |()| resource.refetch());
    // A mapping that was saved in the flow shows in the other tabs. Not before the flow is left: while somebody chooses the
    // next file, nothing may be drawn anew under their hands.
    Effect::new(move |before: Option<Tab>| {
        let now = tab.get();
        if before == Some(Tab::CheckUpload) && now != Tab::CheckUpload {
            let mapping = flow.saved.get_untracked();
            let is_new = resource.with_untracked(|known| match known {
                Some(Ok((integration, _))) => mapping.is_some_and(|mapping| mapping != integration.mapping),
                _ => false,
            });
            if is_new {
                resource.refetch();
            }
        }
        now
    });
    view! {
        <Loaded
            resource=resource
            what="the integration"
            draw=move |(integration, catalog)| {
                let id = integration.id.clone();
                let links = Tab::ALL
                    .into_iter()
                    .map(|tab| (tab.label(), Page::Integration(id.clone(), tab).path()))
                    .collect::<Vec<_>>();
                let name = integration.name.clone();
                view! {
                    <PageHead
                        title=name
                        above=vec![(Page::Integrations.title().to_owned(), Page::Integrations.path())]
                    >
                        {state_badge(integration.enabled)}
                    </PageHead>
                    <Tabs label="Integration" tabs=links open=Signal::derive(move || tab.get().label()) />
                    {move || {
                        let integration = integration.clone();
                        let catalog = catalog.clone();
                        match tab.get() {
                            Tab::CheckUpload => parts::flow_view(flow, Some(integration.mapping), catalog),
                            Tab::DataExplorer => view! { <DataExplorer id=integration.id /> }.into_any(),
                            Tab::DataFormat => {
                                view! { <DataFormat integration=integration catalog=catalog /> }.into_any()
                            }
                            Tab::Credentials => {
                                view! { <Credentials integration=integration on_made=refresh /> }.into_any()
                            }
                            Tab::ApiSandbox => view! { <ApiSandbox integration=integration /> }.into_any(),
                            Tab::Settings => view! { <Settings integration=integration on_saved=refresh /> }.into_any(),
                        }
                    }}
                }
            }
        />
    }
}
