//! What was received through the integration: per day, and one by one, newest first.

mod days;
mod filters;
mod list;

pub(crate) use self::list::sender;

use leptos::prelude::*;
use passmuster_core::wire::integration::Outcome;

use self::{days::PerDay, filters::Filters, list::UploadsTable};
use super::opened::Opened;
use crate::{
    api,
    components::{empty_state::EmptyState, icon::Icon, loaded::Loaded},
    page::{Page, Tab},
    query::{Query, use_query},
    text,
};

/// What the address asks for; blank: everything.
#[derive(Debug, Clone, PartialEq, Default)]
struct Asked {
    /// How uploads ended.
    result: String,
    /// The first and the last day, as `2026-11-21`.
    from: String,
    to: String,
    /// What the sender's address or token has in it.
    by: String,
    /// Where the page begins.
    cursor: String,
}

impl Asked {
    fn is_filtered(&self) -> bool {
        let said = [&self.result, &self.from, &self.to, &self.by];
        said.into_iter().any(|word| !word.is_empty())
    }

    /// The address of the same from another place in the list.
    fn at(&self, here: &str, cursor: &str) -> String {
        Query::default()
            .with("result", self.result.as_str())
            .with("from", self.from.as_str())
            .with("to", self.to.as_str())
            .with("by", self.by.as_str())
            .with("cursor", cursor)
            .at(here)
    }
}

/// The tab; filters and the place in the list are in the address.
#[component]
pub(crate) fn DataExplorer(
    /// The integration.
    opened: Opened,
) -> impl IntoView {
    let query = use_query(&["result", "from", "to", "by", "cursor"]);
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let get = |key: &str| query.get(key).to_owned();
            Asked {
                result: get("result"),
                from: get("from"),
                to: get("to"),
                by: get("by"),
                cursor: get("cursor"),
            }
        })
    });
    let id = opened.id();
    let here = Page::Integration(id.clone(), Tab::DataExplorer).path();
    let flow = Page::Integration(id.clone(), Tab::CheckUpload).path();
    let list_id = id.clone();
    let list = api::Resource::new(move || {
        let (id, asked) = (list_id.clone(), asked.get());
        async move {
            let sought = api::SoughtUploads {
                outcome: Outcome::of_str(&asked.result),
                since: days::start_of(&asked.from),
                until: days::end_of(&asked.to),
                by: asked.by,
                cursor: asked.cursor,
            };
            api::uploads(&id, &sought).await
        }
    });
    let per_day = api::Resource::new(move || {
        let id = id.clone();
        async move { api::uploads_per_day(&id, days::SHOWN, days::minutes_ahead()).await }
    });
    let filters_here = here.clone();
    view! {
        <section class="stack" aria-labelledby="uploads-heading">
            <div class="list-head">
                <h2 id="uploads-heading">"1. Uploads"</h2>
                <p class="hint">{move || list.get().and_then(Result::ok).map(|list| kept(list.kept_days))}</p>
            </div>
            {move || per_day.get().and_then(Result::ok).map(|days| view! { <PerDay days=days /> })}
            <Filters here=filters_here asked=asked />
            <Loaded
                resource=list
                what="uploads"
                draw=move |list| {
                    let asked = asked.get_untracked();
                    if list.uploads.is_empty() {
                        return if asked.is_filtered() || !asked.cursor.is_empty() {
                            let all = here.clone();
                            view! {
                                <EmptyState with=Icon::Search title="No upload is like that" text="No upload of this integration fits all the filters above.">
                                    <a class="button" href=all>"Clear filters"</a>
                                </EmptyState>
                            }
                                .into_any()
                        } else {
                            let flow = flow.clone();
                            view! {
                                <EmptyState
                                    with=Icon::Upload
                                    title="Nothing was uploaded yet"
                                    text="Every body that this integration receives is listed here, also those that were rejected."
                                >
                                    <a class="button primary" href=flow>"Check & upload a file"</a>
                                </EmptyState>
                            }
                                .into_any()
                        };
                    }
                    let next = list.next_cursor.as_deref().map(|next| asked.at(&here, next));
                    let newest = (!asked.cursor.is_empty()).then(|| asked.at(&here, ""));
                    view! {
                        <UploadsTable uploads=list.uploads />
                        <nav class="pager" aria-label="Pages of the list">
                            {newest.map(|newest| view! { <a class="button" href=newest data-test="newest">"Newest"</a> })}
                            {next.map(|next| view! { <a class="button" href=next data-test="older">"Older"</a> })}
                        </nav>
                    }
                        .into_any()
                }
            />
        </section>
    }
}

/// How long bodies are kept, as a sentence.
fn kept(days: u64) -> String {
    if days == 0 {
        "Bodies are not kept here, but for those that wait for approval; what each upload changed is.".to_owned()
    } else {
        format!(
            "Bodies are kept for {}, and as long as they wait for approval. What each upload changed is kept for good.",
            text::count(days, "day", "days")
        )
    }
}
