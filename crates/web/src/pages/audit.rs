//! The audit: who changed what, when, through what; newest first, with every value before and after.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use passmuster_core::wire::audit::{AuditCount, AuditEntry, AuditList};
use wasm_bindgen_futures::spawn_local;

use super::people::{
    audit_filters::{AuditFilters, KEYS, PLACE, asked, chips, cleared, is_narrowed},
    entries::{upload, values, who},
    words,
};
use crate::{
    api,
    components::{
        card_table::CardTable,
        empty_state::EmptyState,
        filters::FilterChips,
        icon::{Icon, icon},
        loaded::Loaded,
        menu::{Act as MenuAct, Menu},
        page_head::PageHead,
        pager::{Pager, size_of},
        time::Time,
    },
    page::Page,
    query::{Query, use_query},
    text,
};

/// The page; filters and place are in the address.
#[component]
pub(crate) fn Audit() -> impl IntoView {
    let query = use_query(&KEYS);
    let list = api::Resource::new(move || {
        let query = query.get();
        async move {
            let size = size_of(query.get("size")).to_string();
            let words = asked(&query);
            let mut words: Vec<(&str, &str)> = words.iter().map(|(key, value)| (*key, value.as_str())).collect();
            words.extend([("limit", size.as_str()), ("cursor", query.get("cursor"))]);
            api::audit(&words).await
        }
    });
    let asked_for = Memo::new(move |_| query.with(asked));
    let count = api::Resource::new(move || {
        let words = asked_for.get();
        async move {
            let words: Vec<(&str, &str)> = words.iter().map(|(key, value)| (*key, value.as_str())).collect();
            api::audit_count(&words).await
        }
    });
    let total = Signal::derive(move || count.get().and_then(Result::ok).map(|count| entries_of(&count)));
    let export = move |format: &'static str| {
        let words = query.with_untracked(asked);
        let all = words
            .into_iter()
            .fold(Query::default(), |all, (key, value)| all.with(key, value));
        all.with("format", format).at("/api/admin/audit/export/")
    };
    view! {
        <PageHead title=Page::Audit.title() lead="Who changed what, when and through what. Entries are kept for good: nobody can edit or remove one.".to_owned()>
            {move || {
                query.track();
                let all = total.get().unwrap_or_else(|| "all entries".to_owned());
                let acts = vec![
                    MenuAct::download(format!("CSV of {all}"), "audit-csv", export("csv"))
                        .with_hint("A row for each value that changed"),
                    MenuAct::download(format!("JSON of {all}"), "audit-json", export("json")),
                ];
                view! { <Menu id="export-audit" name="Export" acts=acts /> }
            }}
        </PageHead>
        <div class="stack list-page">
            {move || {
                let query = query.get();
                view! {
                    <div class="list-tools">
                        <TargetSearch query=query.clone() />
                        <button type="button" class="button menu-opener" popovertarget="audit-filters" data-test="open-filters">
                            "Filter"
                            {icon(Icon::Chevron)}
                        </button>
                        <div id="audit-filters" class="menu menu-form" popover="auto"><AuditFilters query=query.clone() /></div>
                        <NewEntries query=query.clone() list=list count=count />
                    </div>
                    <FilterChips chips=chips(&query) clear=cleared(&query) />
                }
            }}
            <Loaded resource=list what="the audit" draw=move |list| entries(list, query.get_untracked(), total) />
        </div>
    }
}

#[component]
fn TargetSearch(query: Query) -> impl IntoView {
    let navigate = use_navigate();
    let typed = RwSignal::new(query.get("target").to_owned());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let address = query
            .clone()
            .without(&PLACE)
            .with("target", typed.get_untracked().trim());
        navigate(&address.at(&Page::Audit.path()), NavigateOptions::default());
    };
    view! {
        <form class="search" role="search" on:submit=submit>
            <label class="visually-hidden" for="audit-target">"Whom or what it was done to"</label>
            {icon(Icon::Search)}
            <input
                id="audit-target"
                type="search"
                placeholder="Whole e-mail or name that was changed"
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <button class="button" type="submit">"Search"</button>
        </form>
    }
}

/// How many there are: `1 entry`, `1,204 entries`, `more than 10,000 entries`.
fn entries_of(count: &AuditCount) -> String {
    let entries = text::count(count.entries, "entry", "entries");
    if count.is_capped {
        format!("more than {entries}")
    } else {
        entries
    }
}

/// The most new entries that are counted.
const NEW: usize = 200;

/// Looks for entries that came since, when asked to.
#[component]
fn NewEntries(query: Query, list: api::Resource<AuditList>, count: api::Resource<AuditCount>) -> impl IntoView {
    let found = RwSignal::new(None::<usize>);
    let is_first = query.get("cursor").is_empty();
    let look = move |_| {
        let query = query.clone();
        let newest = list
            .get_untracked()
            .and_then(Result::ok)
            .and_then(|list| list.entries.first().map(|entry| entry.id.clone()));
        spawn_local(async move {
            let words = asked(&query);
            let mut words: Vec<(&str, &str)> = words.iter().map(|(key, value)| (*key, value.as_str())).collect();
            words.push(("limit", "200"));
            if let Ok(now) = api::audit(&words).await {
                let newest = newest.unwrap_or_default();
                found.try_set(Some(now.entries.iter().filter(|entry| entry.id > newest).count()));
            }
        });
    };
    is_first.then(|| {
        view! {
            <button type="button" class="button" data-test="look-for-new" on:click=look>"Check for new"</button>
            {move || {
                found
                    .get()
                    .map(|found_now| match found_now {
                        0 => view! { <span class="hint" role="status" data-test="new">"Nothing new"</span> }.into_any(),
                        some => {
                            let more = if some == NEW { " or more" } else { "" };
                            view! {
                                <button
                                    type="button"
                                    class="button small accent-text"
                                    data-test="new"
                                    on:click=move |_| {
                                        found.set(None);
                                        list.refetch();
                                        count.refetch();
                                    }
                                >
                                    {text::number(some as u64)} {more} " new: show"
                                </button>
                            }
                                .into_any()
                        }
                    })
            }}
        }
    })
}

fn entries(list: AuditList, query: Query, total: Signal<Option<String>>) -> AnyView {
    let path = Page::Audit.path();
    if list.entries.is_empty() {
        let clear = cleared(&query);
        return if is_narrowed(&query) {
            view! {
                <EmptyState with=Icon::Search title="No entry matches these filters" text="Who and what are compared as a whole, in any case for what was changed.">
                    <a class="button" href=clear>"Clear filters"</a>
                </EmptyState>
            }
            .into_any()
        } else {
            view! { <EmptyState with=Icon::Audit title="Nothing happened yet" text="Every change leaves an entry here: who, when, through what, before and after." /> }.into_any()
        };
    }
    let navigate = use_navigate();
    let next = list
        .next_cursor
        .map(|cursor| query.clone().with("cursor", cursor).at(&path));
    let first = (!query.get("cursor").is_empty()).then(|| query.clone().without(&PLACE).at(&path));
    let size = size_of(query.get("size"));
    let shown = list.entries.len() as u64;
    let shown = Signal::derive(move || match total.get() {
        Some(total) => format!("{} of {total}", text::number(shown)),
        None => format!("{} shown", text::number(shown)),
    });
    let rows = list.entries.into_iter().map(row).collect_view();
    let on_size = Callback::new(move |size: u32| {
        let to = query
            .clone()
            .without(&PLACE)
            .with("size", size.to_string())
            .at(&Page::Audit.path());
        navigate(&to, NavigateOptions::default());
    });
    view! {
        <CardTable
            class="audit"
            test="audit"
            headings=vec!["Time", "Who", "What: before → after", "Through", "Request"]
        >
            {rows}
        </CardTable>
        <Pager previous=first back="Newest" next=next size=size on_size=on_size shown=shown />
    }
    .into_any()
}

fn row(entry: AuditEntry) -> impl IntoView {
    let is_new = entry.action == "user_created";
    let through = upload(&entry).unwrap_or_else(|| words::via(&entry.via).to_owned().into_any());
    let request = match (&entry.request_id, &entry.address) {
        (None, None) => view! { <span class="nothing">"–"</span> }.into_any(),
        (id, address) => {
            let id = id.clone().map(|id| {
                let end = id.chars().skip(id.len().saturating_sub(8)).collect::<String>();
                view! { <code title=id class="key">{"…"}{end}</code> }
            });
            view! { <div class="two-lines">{id}<span class="hint">{address.clone()}</span></div> }.into_any()
        }
    };
    view! {
        <tr>
            <td data-label="Time"><Time at=entry.at.clone() /></td>
            <td data-label="Who">{who(&entry)}</td>
            <td data-label="What" class="audit-what">
                <div class="stack-small">
                    <span><span class="strong">{words::action(&entry.action)}</span> " " {target(&entry)}</span>
                    {values(entry.edits, is_new)}
                </div>
            </td>
            <td data-label="Through"><span class="cell-text">{through}</span></td>
            <td data-label="Request">{request}</td>
        </tr>
    }
}

/// Whom or what it was done to, as a link where there is a page of it.
fn target(entry: &AuditEntry) -> AnyView {
    let target = entry.target.clone();
    let address = if entry.user_id.is_some() {
        Some(Page::User(target.clone()).path())
    } else if let (true, Some((of_type, group))) = (entry.action.starts_with("group_"), target.split_once(": ")) {
        Some(
            Query::default()
                .with("type", of_type)
                .with("group", group)
                .at(&Page::Groups.path()),
        )
    } else {
        None
    };
    match address {
        Some(address) => view! { <a class="cell-text" href=address>{target}</a> }.into_any(),
        None => view! { <span class="cell-text">{target}</span> }.into_any(),
    }
}
