//! All integrations of the workspace.

use leptos::prelude::*;
use passmuster_core::wire::integration::{Integration, Outcome, Upload};

use crate::{
    api,
    components::{
        badge::{Badge, Tone},
        empty_state::EmptyState,
        icon::{Icon, icon},
        loaded::Loaded,
        page_head::PageHead,
    },
    page::{Page, Tab},
    text,
};

/// How an upload ended, as a badge.
pub(crate) fn outcome_badge(outcome: Outcome) -> impl IntoView {
    match outcome {
        Outcome::Applied => view! { <Badge tone=Tone::Good with=Icon::Tick text="Applied" /> },
        Outcome::Rejected => view! { <Badge tone=Tone::Bad with=Icon::Error text="Rejected" /> },
        Outcome::Held => view! { <Badge tone=Tone::Notice with=Icon::Off text="Waiting for approval" /> },
        Outcome::Undone => view! { <Badge tone=Tone::Neutral with=Icon::Back text="Undone" /> },
    }
}

/// The page.
#[component]
pub(crate) fn Integrations() -> impl IntoView {
    let list = LocalResource::new(api::integrations);
    let add = || {
        view! {
            <a class="button primary" href=Page::EnableIntegration.path() data-test="enable-integration">
                {icon(Icon::Plus)}
                "Enable Integration"
            </a>
        }
    };
    view! {
        <PageHead
            title=Page::Integrations.title()
            lead="Each one takes files of users, by this page or by its endpoint, and loads them all or nothing.".to_owned()
        >
            {add()}
        </PageHead>
        <Loaded
            resource=list
            what="integrations"
            draw=move |list| {
                if list.integrations.is_empty() {
                    return view! {
                        <EmptyState
                            with=Icon::Integrations
                            title="No integration yet"
                            text="Enable one, match the columns of your file once, and upload. Nothing changes before you have seen what would."
                        >
                            {add()}
                            <a class="button" href=Page::Check.path()>"Check a file first"</a>
                        </EmptyState>
                    }
                        .into_any();
                }
                let used = list.integrations.len();
                let rows = list.integrations.into_iter().map(row).collect_view();
                view! {
                    <div class="table-box">
                        <table class="cards">
                            <thead>
                                <tr>
                                    <th scope="col">"Name"</th>
                                    <th scope="col">"File Format"</th>
                                    <th scope="col">"State"</th>
                                    <th scope="col">"Last upload"</th>
                                    <th scope="col">"Admin e-mail"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <p class="hint">{format!("{used} of {} used.", text::count(list.limit, "integration", "integrations"))}</p>
                }
                    .into_any()
            }
        />
    }
}

fn row(integration: Integration) -> impl IntoView {
    let address = Page::Integration(integration.id.clone(), Tab::CheckUpload).path();
    view! {
        <tr>
            <td data-label="Name"><a class="strong" href=address>{integration.name}</a></td>
            <td data-label="File Format">{integration.mapping.file_format.as_str().to_uppercase()}</td>
            <td data-label="State">{state_badge(integration.enabled)}</td>
            <td data-label="Last upload">{last_upload(integration.last_upload)}</td>
            <td data-label="Admin e-mail" class="cell-text">
                {integration.admin_email.unwrap_or_else(|| "–".to_owned())}
            </td>
        </tr>
    }
}

/// Whether an integration takes uploads, as a badge.
pub(crate) fn state_badge(enabled: bool) -> impl IntoView {
    if enabled {
        view! { <Badge tone=Tone::Good with=Icon::Tick text="Enabled" /> }
    } else {
        view! { <Badge tone=Tone::Neutral with=Icon::Off text="Disabled" /> }
    }
}

fn last_upload(upload: Option<Upload>) -> impl IntoView {
    match upload {
        None => view! { <span class="nothing">"None yet"</span> }.into_any(),
        Some(upload) => view! {
            <span class="inline">
                {outcome_badge(upload.outcome)}
                <span title=text::exact_time(&upload.received_at)>{text::time(&upload.received_at)}</span>
            </span>
        }
        .into_any(),
    }
}
