//! All integrations of the workspace.

use leptos::prelude::*;
use passmuster_core::{
    permission::Permission,
    wire::integration::{Integration, IntegrationList, Outcome, Upload},
};

use crate::{
    api,
    components::{
        badge::{Badge, Tone},
        button::{Button, Weight},
        icon::{Icon, icon},
        loaded::Loaded,
        page_head::PageHead,
        time::Time,
    },
    page::{Page, Tab},
    pages::flow::download::save_text,
    session::Shell,
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

/// A small file to try the checker with.
const SAMPLE: &str = include_str!("../../../../examples/users.csv");

/// The page.
#[component]
pub(crate) fn Integrations() -> impl IntoView {
    let shell = Shell::here();
    let may_edit = untrack(|| shell.may(Permission::IntegrationsEdit));
    let list = api::Resource::new(api::integrations);
    let add = move || {
        may_edit.then(|| {
            view! {
                <a class="button primary" href=Page::EnableIntegration.path() data-test="enable-integration">
                    {icon(Icon::Plus)}
                    "Enable Integration"
                </a>
            }
        })
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
                    return empty(add).into_any();
                }
                let used = used(&list);
                let mut integrations = list.integrations;
                integrations.sort_by_key(trouble);
                let rows = integrations.into_iter().map(|integration| row(integration, may_edit)).collect_view();
                view! {
                    <div class="table-box">
                        <table class="cards" data-test="integrations">
                            <thead>
                                <tr>
                                    <th scope="col">"Name"</th>
                                    <th scope="col">"Type"</th>
                                    <th scope="col">"File Format"</th>
                                    <th scope="col">"Last upload"</th>
                                    <th scope="col">"State"</th>
                                    <th scope="col">"Admin Email Address"</th>
                                    <th scope="col"><span class="visually-hidden">"Edit"</span></th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <p class="hint list-foot" data-test="used">{used}</p>
                }
                    .into_any()
            }
        />
    }
}

/// How many of the integrations that a workspace may have are used, and whom to ask for more.
pub(crate) fn used(list: &IntegrationList) -> String {
    let enabled = list
        .integrations
        .iter()
        .filter(|integration| integration.enabled)
        .count() as u64;
    let words = format!("{} of {} used.", text::number(enabled), text::number(list.limit));
    if enabled >= list.limit {
        format!("{words} To enable another one, disable one of these, or ask whoever runs this server to allow more.")
    } else {
        words
    }
}

/// Those that need somebody first: an upload that waits, then one that was rejected, then the others, then the disabled.
fn trouble(integration: &Integration) -> u8 {
    let last = integration.last_upload.as_ref().map(|upload| upload.outcome);
    match (integration.enabled, integration.held_uploads, last) {
        (_, 1.., _) => 0,
        (true, _, Some(Outcome::Rejected)) => 1,
        (true, ..) => 2,
        (false, ..) => 3,
    }
}

fn empty<V: IntoView + 'static>(add: impl Fn() -> V) -> impl IntoView {
    let sample = Callback::new(|()| save_text("users.csv", "text/csv", SAMPLE));
    view! {
        <div class="empty" data-test="no-integrations">
            <span class="empty-sign">{icon(Icon::Integrations)}</span>
            <h2>"No integration yet"</h2>
            <ol class="steps-lines">
                <li><span><strong>"Enable"</strong>" an integration. It gets an endpoint and a token."</span></li>
                <li><span><strong>"Map"</strong>" the columns of your file once."</span></li>
                <li><span><strong>"Upload"</strong>". Nothing changes before you have seen what would."</span></li>
            </ol>
            <div class="actions">
                {add()}
                <a class="button" href=Page::Check.path()>"Check a file first"</a>
                <Button weight=Weight::Quiet on_press=sample test="sample">"Download a sample file"</Button>
            </div>
        </div>
    }
}

fn row(integration: Integration, may_edit: bool) -> impl IntoView {
    let tab = |tab: Tab| Page::Integration(integration.id.clone(), tab).path();
    let (flow, settings) = (tab(Tab::CheckUpload), tab(Tab::Settings));
    let held = (integration.held_uploads > 0).then(|| {
        let place = tab(Tab::DataExplorer);
        let words = format!("{} waiting", text::count(integration.held_uploads, "upload", "uploads"));
        view! { <a href=place>{words}</a> }
    });
    let spoken = integration.name.clone();
    view! {
        <tr>
            <td data-label="Name"><a class="strong" href=flow>{integration.name}</a></td>
            <td data-label="Type">"User API"</td>
            <td data-label="File Format">{integration.mapping.file_format.as_str().to_ascii_uppercase()}</td>
            <td data-label="Last upload"><div class="upload-lines">{last_upload(integration.last_upload)}{held}</div></td>
            <td data-label="State">
                <span class="inline">{state_badge(integration.enabled)}{integration.sandbox.then(sandbox_badge)}</span>
            </td>
            <td data-label="Admin Email" class="cell-text">
                {integration.admin_email.unwrap_or_else(|| "–".to_owned())}
            </td>
            <td data-label="">
                <a class="button small" href=settings>
                    {if may_edit { "Edit" } else { "View" }}
                    <span class="visually-hidden">" "{spoken}</span>
                </a>
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

/// That an integration's uploads are marked sandbox, as a badge.
pub(crate) fn sandbox_badge() -> impl IntoView {
    view! { <Badge tone=Tone::Notice with=Icon::Info text="Sandbox" /> }
}

fn last_upload(upload: Option<Upload>) -> impl IntoView {
    let Some(upload) = upload else {
        return view! { <span class="nothing">"None yet"</span> }.into_any();
    };
    let words = match &upload.counts {
        Some(counts) => {
            let kinds = [
                ("created", counts.created),
                ("updated", counts.updated),
                ("deactivated", counts.deactivated),
            ];
            let some: Vec<String> = kinds
                .into_iter()
                .filter(|(_, count)| *count > 0)
                .map(|(word, count)| format!("{} {word}", text::number(count)))
                .collect();
            if some.is_empty() {
                "No change".to_owned()
            } else {
                some.join(" · ")
            }
        }
        None => text::count(upload.error_count, "error", "errors"),
    };
    let place = Page::Upload(upload.integration_id, upload.id).path();
    view! {
        <span class="inline">{outcome_badge(upload.outcome)}<a href=place><Time at=upload.received_at /></a></span>
        <span class="hint">{words}</span>
    }
    .into_any()
}
