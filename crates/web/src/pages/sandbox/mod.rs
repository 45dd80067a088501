//! The API Sandbox: every operation of the server, filled in, rehearsed and really sent by a person with their own rights.
//!
//! What there is comes from the OpenAPI document; a key of the person's own, good for minutes, goes with each request.

use leptos::prelude::*;
use passmuster_core::permission::Permission;

use crate::{
    api,
    components::{
        badge::{Badge, Tone},
        empty_state::EmptyState,
        icon::Icon,
        loaded::Loaded,
        page_head::PageHead,
    },
    page::{OPENAPI, Page},
    query::use_query,
    session::Shell,
};

mod builder;
mod operations;

use builder::Builder;
use operations::{Operation, operations};

/// The page.
#[component]
pub(crate) fn Sandbox() -> impl IntoView {
    let document = api::Resource::new(api::openapi);
    view! {
        <PageHead title=Page::Sandbox.title() lead="Every operation of this server, filled in and sent with your own rights. Nothing changes before you say so.".to_owned()>
            <a class="button" href="/docs/" target="_blank" rel="noopener">"Reference"</a>
            <a class="button" href=OPENAPI target="_blank" rel="noopener">"openapi.json"</a>
            <a class="button" href="/app/OData/$metadata" target="_blank" rel="noopener">"$metadata"</a>
        </PageHead>
        <Loaded
            resource=document
            what="the operations"
            draw=move |document| {
                let all = StoredValue::new(operations(&document));
                view! { <Choosing all=all /> }
            }
        />
    }
}

/// The list of operations beside the one that is chosen.
#[component]
fn Choosing(all: StoredValue<Vec<Operation>>) -> impl IntoView {
    let shell = Shell::here();
    let query = use_query(&["op"]);
    let chosen = Memo::new(move |_| query.with(|query| query.get("op").to_owned()));
    let search = RwSignal::new(String::new());
    let may_send = Permission::ALL.iter().all(|permission| {
        shell
            .person()
            .is_some_and(|person| person.permissions.contains(permission))
    });
    let found = Memo::new(move |_| {
        let wanted = search.get().trim().to_lowercase();
        all.with_value(|all| {
            let fits = |operation: &&Operation| {
                let words = format!(
                    "{} {} {} {}",
                    operation.method, operation.path, operation.summary, operation.tag
                );
                words.to_lowercase().contains(&wanted)
            };
            all.iter()
                .filter(fits)
                .map(|operation| operation.id.clone())
                .collect::<Vec<_>>()
        })
    });
    let groups = move || {
        let found = found.get();
        all.with_value(|all| {
            let shown: Vec<&Operation> = all.iter().filter(|operation| found.contains(&operation.id)).collect();
            let of_tag = |tag: &str| {
                let lines = shown.iter().filter(|operation| operation.tag == tag);
                lines.map(|operation| line(operation, chosen)).collect_view()
            };
            let mut tags: Vec<&str> = shown.iter().map(|operation| operation.tag.as_str()).collect();
            tags.dedup();
            tags.into_iter()
                .map(|tag| {
                    let is_open =
                        tags_open(tag, all, &chosen.get_untracked()) || !search.get_untracked().trim().is_empty();
                    view! {
                        <details class="operation-group" open=is_open>
                            <summary>{tag.to_owned()}</summary>
                            <ul>{of_tag(tag)}</ul>
                        </details>
                    }
                })
                .collect_view()
        })
    };
    let built = move || {
        let id = chosen.get();
        let operation = all.with_value(|all| all.iter().find(|operation| operation.id == id).cloned());
        match operation {
            Some(operation) => view! { <Builder operation=operation may_send=may_send /> }.into_any(),
            None => view! {
                <EmptyState with=Icon::Integrations title="Choose an operation" text="Its parameters and an example of its body come here." />
            }
            .into_any(),
        }
    };
    view! {
        <div class="operations-page">
            <nav class="card stack operations" aria-label="Operations">
                <div class="field">
                    <label for="find-operation">"Find an operation"</label>
                    <input
                        id="find-operation"
                        type="search"
                        autocomplete="off"
                        prop:value=move || search.get()
                        on:input=move |event| search.set(event_target_value(&event))
                    />
                </div>
                <p class="visually-hidden" role="status">{move || format!("{} operations", found.with(Vec::len))}</p>
                <div class="operation-groups" data-test="operations">{groups}</div>
            </nav>
            <div class="stack">{built}</div>
        </div>
    }
}

/// Whether a group is open from the start: the one of the chosen operation, or the first.
fn tags_open(tag: &str, all: &[Operation], chosen: &str) -> bool {
    let of_chosen = all.iter().find(|operation| operation.id == chosen);
    let open = of_chosen.or(all.first()).map(|operation| operation.tag.as_str());
    open == Some(tag)
}

fn line(operation: &Operation, chosen: Memo<String>) -> impl IntoView {
    let id = operation.id.clone();
    let address = format!("{}?op={}", Page::Sandbox.path(), operation.id);
    let tone = match operation.method.as_str() {
        "GET" => Tone::Neutral,
        "DELETE" => Tone::Bad,
        _ => Tone::Good,
    };
    view! {
        <li>
            <a
                class="operation"
                href=address
                title=operation.path.clone()
                aria-current=move || chosen.with(|chosen| *chosen == id).then_some("true")
            >
                <Badge tone=tone text=operation.method.clone() />
                <span>{operation.summary.clone()}</span>
            </a>
        </li>
    }
}
