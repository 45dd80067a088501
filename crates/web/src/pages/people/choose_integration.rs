//! Which integration's columns a file has: for uploading users, and for exporting them.

use leptos::{prelude::*, wasm_split::wasm_split};

use crate::{
    api,
    components::{dialog::Dialog, loaded::Loaded},
    page::{Page, Tab},
    parts::{Part, later},
    query::Query,
};

/// What the file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pages) enum Purpose {
    /// It is uploaded.
    Upload,
    /// It is exported.
    Export,
}

/// The dialog, open while there is a purpose.
#[component]
pub(in crate::pages) fn ChooseIntegration(
    /// What for.
    purpose: RwSignal<Option<Purpose>>,
    /// The words of the list that is exported.
    #[prop(into)]
    asked: Signal<Vec<(&'static str, String)>>,
) -> impl IntoView {
    let open = Signal::derive(move || purpose.with(Option::is_some));
    let close = Callback::new(move |()| purpose.set(None));
    view! {
        <Dialog open=open on_close=close title="Choose the columns">
            {move || purpose.get().map(|purpose| later(move || Box::pin(choices(purpose, asked))))}
        </Dialog>
    }
}

#[wasm_split(choosing, wasm_split_path = leptos::wasm_split, fallible)]
fn choices(purpose: Purpose, asked: Signal<Vec<(&'static str, String)>>) -> Part {
    Ok(view! { <Choices purpose=purpose asked=asked /> }.into_any())
}

#[component]
fn Choices(purpose: Purpose, asked: Signal<Vec<(&'static str, String)>>) -> impl IntoView {
    let integrations = api::Resource::new(api::integrations);
    let hint = match purpose {
        Purpose::Upload => "A file is read by the field mappings of an integration. Choose the one that it belongs to.",
        Purpose::Export => {
            "The file has the headers of an integration\u{2019}s field mappings. Uploaded there unchanged, it changes nothing."
        }
    };
    let address = move |integration: Option<&str>| {
        let query = asked
            .get_untracked()
            .into_iter()
            .fold(Query::default(), |query, (key, value)| query.with(key, value));
        query
            .with("integration", integration.unwrap_or_default())
            .at("/api/admin/users/export/")
    };
    view! {
        <p class="hint">{hint}</p>
        <Loaded
            resource=integrations
            what="integrations"
            draw=move |list| {
                let links = list
                    .integrations
                    .into_iter()
                    .map(|integration| {
                        let format = integration.mapping.file_format.as_str().to_ascii_uppercase();
                        match purpose {
                            Purpose::Upload => {
                                let to = Page::Integration(integration.id, Tab::CheckUpload).path();
                                view! { <li><a class="choice" href=to><span class="strong">{integration.name}</span><span class="hint">{format}</span></a></li> }.into_any()
                            }
                            Purpose::Export => {
                                let to = address(Some(&integration.id));
                                view! { <li><a class="choice" href=to rel="external" download data-test="export"><span class="strong">{integration.name}</span><span class="hint">"its headers, as CSV"</span></a></li> }.into_any()
                            }
                        }
                    })
                    .collect_view();
                let everything = (purpose == Purpose::Export).then(|| {
                    let to = address(None);
                    view! { <li><a class="choice" href=to rel="external" download data-test="export-all"><span class="strong">"All values"</span><span class="hint">"under the labels of this page"</span></a></li> }
                });
                view! { <ul class="choices">{links}{everything}</ul> }
            }
        />
    }
}
