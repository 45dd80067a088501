//! One user: what is known, where it came from, and changing it; their history, and who reports to them.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};
use passmuster_core::{taken_back::taken_back, user::User as Person, wire::directory::UserEdit};
use wasm_bindgen_futures::spawn_local;

use super::people::{
    act::Act,
    entries::History,
    planning::{PlanDialog, Planner, PlannerSays},
    user_cards::UserCards,
    user_form::{ALL, Cards, forget_saved},
    user_table::{Column, UserTable, status_badge},
};
use crate::{
    api,
    components::{
        badge::{Badge, Tone},
        empty_state::EmptyState,
        icon::Icon,
        loaded::Loaded,
        page_head::PageHead,
        pager::{Pager, size_of},
        tabs::Tabs,
    },
    page::Page,
    query::{Query, use_query},
    text,
};

/// The page; the user and the tab are in the address.
#[component]
pub(crate) fn User() -> impl IntoView {
    let params = use_params_map();
    let email = Memo::new(move |_| params.with(|params| params.get("email").unwrap_or_default()));
    let user = api::Resource::new(move || {
        let email = email.get();
        async move { api::user(&email).await }
    });
    let catalog = api::Resource::new(api::catalog);
    let is_missing = move || matches!(user.get(), Some(Err(_)));
    view! {
        {move || is_missing().then(|| {
            let above = vec![(Page::Users.title().to_owned(), Page::Users.path())];
            view! { <PageHead title=email.get() above=above /> }
        })}
        <Loaded
            resource=user
            what="the user"
            draw=move |user| view! { <OneUser user=user catalog=catalog /> }
        />
    }
}

const KEYS: [&str; 3] = ["tab", "cursor", "size"];

#[component]
fn OneUser(user: Person, catalog: api::Resource<passmuster_core::wire::directory::Catalog>) -> impl IntoView {
    let query = use_query(&KEYS);
    let tab = Memo::new(move |_| query.with(|query| query.get("tab").to_owned()));
    let address = Page::User(user.email.clone()).path();
    let email = StoredValue::new(user.email.clone());
    let user = RwSignal::new(user);
    let origins = RwSignal::new(Default::default());
    let (saving, saved) = (RwSignal::new(""), RwSignal::new((0, "")));
    let load_origins = move || {
        spawn_local(async move {
            // Where values came from is only told where it is known.
            if let Ok(found) = api::origins(&email.get_value()).await {
                origins.try_set(found);
            }
        });
    };
    load_origins();
    let navigate = StoredValue::new_local(use_navigate());
    let history = RwSignal::new(0_u32);
    let typed = RwSignal::new(BTreeMap::new());
    let planner = Planner::new(move |now| {
        forget_saved(typed, saving.get_untracked());
        let now = now.unwrap_or_else(|| email.get_value());
        if now != email.get_value() {
            let options = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate.with_value(|navigate| navigate(&Page::User(now).path(), options));
            return;
        }
        spawn_local(async move {
            if let Ok(found) = api::user(&now).await {
                user.try_set(found);
                saved.try_update(|(count, card)| {
                    *count += 1;
                    *card = saving.get_untracked();
                });
                history.try_update(|count| *count += 1);
                load_origins();
            }
        });
    });
    let cards = Cards {
        user,
        origins,
        planner,
        typed,
        saving,
        saved,
    };
    let name = Memo::new(move |_| user.with(|user| format!("{} {}", user.first_name, user.last_name)));
    let activate = move |is_active: bool| {
        saving.set("");
        let edit = UserEdit {
            is_active: Some(is_active),
            ..UserEdit::default()
        };
        let verb = if is_active { "Reactivate" } else { "Deactivate" };
        let act = Act::Edit(email.get_value(), Box::new(edit));
        planner.look(
            act,
            format!("{verb} {}?", name.get_untracked()),
            format!("{verb} {}", name.get_untracked()),
        );
    };
    let of_tab = |tab: &'static str| Query::default().with("tab", tab).at(&address);
    let none = Signal::derive(|| 0_u64);
    let tabs = vec![
        ("Values", address.clone(), none),
        ("History", of_tab("history"), none),
        ("Reports", of_tab("reports"), none),
    ];
    let open = Signal::derive(move || match tab.get().as_str() {
        "history" => "History",
        "reports" => "Reports",
        _ => "Values",
    });
    let above = vec![(Page::Users.title().to_owned(), Page::Users.path())];
    view! {
        {move || {
            view! {
                <PageHead title=name.get() above=above.clone()>
                    {move || {
                        let is_active = user.with(|user| user.is_active);
                        if is_active {
                            view! { <button type="button" class="button" data-test="deactivate" on:click=move |_| activate(false)>"Deactivate…"</button> }.into_any()
                        } else {
                            view! { <button type="button" class="button" data-test="reactivate" on:click=move |_| activate(true)>"Reactivate"</button> }.into_any()
                        }
                    }}
                </PageHead>
            }
        }}
        <div class="user-facts">
            <span class="cell-text">{move || user.with(|user| user.email.clone())}</span>
            {move || user.with(|user| view! {
                {status_badge(user.is_active)}
                {user.is_admin.then(|| view! { <Badge tone=Tone::Accent text="Is Admin" /> })}
                {user.is_manager.then(|| view! { <Badge tone=Tone::Neutral text="Is Manager" /> })}
            })}
        </div>
        <Tabs label="About this user" tabs=tabs open=open />
        {move || (["", ALL].contains(&saving.get())).then(|| view! { <div class="said"><PlannerSays planner=planner /></div> })}
        {move || match tab.get().as_str() {
            "history" => view! { <HistoryTab email=email.get_value() query=query count=history cards=cards /> }.into_any(),
            "reports" => view! { <ReportsTab email=email.get_value() /> }.into_any(),
            _ => ().into_any(),
        }}
        // Only hidden behind the other tabs: what was typed stays.
        <div hidden=move || !tab.get().is_empty()>
            <Loaded
                resource=catalog
                what="groups"
                draw=move |catalog| view! { <UserCards cards=cards catalog=catalog /> }
            />
        </div>
        <PlanDialog planner=planner />
    }
}

#[component]
fn HistoryTab(email: String, query: Memo<Query>, count: RwSignal<u32>, cards: Cards) -> impl IntoView {
    let address = Page::User(email.clone()).path();
    let email = StoredValue::new(email);
    let history = api::Resource::new(move || {
        count.track();
        let query = query.get();
        async move {
            let size = size_of(query.get("size")).to_string();
            api::user_history(&email.get_value(), query.get("cursor"), &size).await
        }
    });
    let on_undo = Callback::new(move |entry: passmuster_core::wire::audit::AuditEntry| {
        cards.saving.set("");
        if let Some(edit) = taken_back(&entry.edits) {
            let title = format!("Take back the change of {}?", text::time(&entry.at));
            cards
                .planner
                .look(Act::Edit(email.get_value(), Box::new(edit)), title, "Take back");
        }
    });
    let navigate = StoredValue::new_local(use_navigate());
    view! {
        <Loaded
            resource=history
            what="the history"
            draw=move |list| {
                let query = query.get_untracked();
                let next = list.next_cursor.map(|cursor| query.clone().with("cursor", cursor).at(&address));
                let first = query.clone().without(&["cursor"]).at(&address);
                let previous = (!query.get("cursor").is_empty()).then_some(first);
                let shown = text::count(list.entries.len() as u64, "change", "changes");
                let (of_size, path) = (query.clone(), address.clone());
                let on_size = Callback::new(move |size: u32| {
                    let to = of_size.clone().without(&["cursor"]).with("size", size.to_string()).at(&path);
                    navigate.with_value(|navigate| navigate(&to, NavigateOptions::default()));
                });
                view! {
                    <History entries=list.entries on_undo=on_undo />
                    <Pager
                        previous=previous
                        back="Newest"
                        next=next
                        size=size_of(query.get("size"))
                        on_size=on_size
                        shown=shown
                    />
                }
            }
        />
    }
}

#[component]
fn ReportsTab(email: String) -> impl IntoView {
    let list = |key: &'static str, filter: &'static str, title: &'static str, none: &'static str| {
        let of = StoredValue::new(email.clone());
        let users = api::Resource::new(move || async move {
            let email = of.get_value();
            api::users(&[(key, &email), ("limit", "50"), ("last_change", "true")]).await
        });
        let counts = api::Resource::new(move || async move { api::user_counts(&[(key, &of.get_value())]).await });
        let all = Query::default()
            .with("status", "all")
            .with(filter, email.clone())
            .at(&Page::Users.path());
        view! {
            <section class="section stack-small reports">
                <div class="list-head">
                    <h2>{title}</h2>
                    <p class="shown">
                        {move || counts.get().and_then(Result::ok).map(|counts| text::count(counts.active + counts.deactivated, "user", "users"))}
                    </p>
                </div>
                <Loaded
                    resource=users
                    what="reports"
                    draw=move |list| {
                        if list.users.is_empty() {
                            return view! { <EmptyState with=Icon::Users title=none text="Uploads and the card Manager of a user say who reports to whom." /> }.into_any();
                        }
                        let more = list.next_cursor.is_some().then(|| view! { <p class="hint">"The first 50 are shown. " <a href=all.clone()>"Show all"</a></p> });
                        view! {
                            <UserTable users=list.users last_changes=list.last_changes columns=vec![Column::Manager, Column::Rights, Column::LastChange] />
                            {more}
                        }.into_any()
                    }
                />
            </section>
        }
    };
    view! {
        {list("manager", "manager", "Direct reports", "Nobody has this user as their manager")}
        {list("group_manager", "through", "Through groups", "This user manages no group with members")}
    }
}
