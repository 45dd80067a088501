//! The third pane of the groups editor: who manages a group, and who is in it.

use leptos::prelude::*;
use passmuster_core::user::User;

use super::{ask_name::Ask, user_table::status_badge};
use crate::{
    api,
    components::{
        address::address,
        icon::{Icon, icon},
        loaded::Loaded,
        menu::{Act as MenuAct, Menu},
    },
    page::Page,
    query::Query,
    text,
};

/// Members of a page.
const SIZE: &str = "50";

/// Managers and members of one group.
#[component]
pub(in crate::pages) fn GroupPeople(
    /// Its group type.
    group_type: String,
    /// Its name.
    group: String,
    /// What the address says.
    query: Query,
    /// Counts what was done: then everything is asked for again.
    done: RwSignal<u32>,
    /// Asks for a name.
    ask: RwSignal<Option<Ask>>,
    /// Whoever is being dragged to another group.
    dragged: RwSignal<Option<String>>,
    /// Takes a user out of the group.
    #[prop(into)]
    on_take_out: Callback<String>,
    /// Takes the group from a manager.
    #[prop(into)]
    on_dismiss: Callback<User>,
) -> impl IntoView {
    let of = StoredValue::new((group_type, group.clone()));
    let place = StoredValue::new((query.get("cursor").to_owned(), query.get("before").to_owned()));
    let members = api::Resource::new(move || {
        done.track();
        let ((group_type, group), (cursor, before)) = (of.get_value(), place.get_value());
        async move {
            let words = [
                ("group_type", group_type.as_str()),
                ("group", &group),
                ("limit", SIZE),
                ("cursor", &cursor),
                ("before", &before),
            ];
            api::users(&words).await
        }
    });
    let managers = api::Resource::new(move || {
        done.track();
        let (group_type, group) = of.get_value();
        async move { api::users(&[("group_type", &group_type), ("manages", &group), ("limit", "200")]).await }
    });
    let counts = api::Resource::new(move || {
        done.track();
        let (group_type, group) = of.get_value();
        async move { api::user_counts(&[("group_type", &group_type), ("group", &group)]).await }
    });
    let acts = vec![
        MenuAct::run("Rename…", "rename-group", move || ask.set(Some(Ask::Rename))),
        MenuAct::run("Merge into another group…", "merge-group", move || {
            ask.set(Some(Ask::Merge))
        })
        .with_hint("The remedy for a misspelt one"),
    ];
    let total = move || {
        counts.get().and_then(Result::ok).map(|counts| {
            let members = text::count(counts.active + counts.deactivated, "member", "members");
            match counts.deactivated {
                0 => members,
                off => format!("{members}, {} deactivated", text::number(off)),
            }
        })
    };
    let all = of.with_value(|(group_type, group)| {
        let query = Query::default()
            .with("type", group_type.as_str())
            .with("group", group.as_str());
        query.with("status", "all").at(&Page::Users.path())
    });
    view! {
        <div class="pane-head">
            <h2 class="cell-text">{group}</h2>
            <Menu id="group-acts" name="Actions" acts=acts small=true />
        </div>
        <section class="stack-small">
            <div class="list-head">
                <h3>"Managers"</h3>
                <span class="actions">
                    <button type="button" class="button small" data-test="add-manager" on:click=move |_| ask.set(Some(Ask::NewManager))>
                        {icon(Icon::Plus)}
                        "Add"
                    </button>
                </span>
            </div>
            <Loaded
                resource=managers
                what="managers"
                draw=move |list| {
                    if list.users.is_empty() {
                        return view! { <p class="hint">"Nobody manages this group."</p> }.into_any();
                    }
                    let lines = list
                        .users
                        .into_iter()
                        .map(|user| {
                            let (address, name) = (Page::User(user.email.clone()).path(), full_name(&user));
                            let whom = name.clone();
                            view! {
                                <li class="person-line">
                                    <a class="row-link strong" href=address>{name}</a>
                                    <button type="button" class="button small" on:click=move |_| on_dismiss.run(user.clone())>
                                        "Remove…"
                                        <span class="visually-hidden">" " {whom}</span>
                                    </button>
                                </li>
                            }
                        })
                        .collect_view();
                    view! { <ul class="person-lines-list" data-test="managers">{lines}</ul> }.into_any()
                }
            />
        </section>
        <section class="stack-small">
            <div class="list-head">
                <h3>"Members"</h3>
                <p class="shown">{total}</p>
            </div>
            <Loaded
                resource=members
                what="members"
                draw=move |list| {
                    if list.users.is_empty() {
                        return view! { <p class="hint">"Nobody is in this group. Uploads put people in, and a user\u{2019}s own page does."</p> }.into_any();
                    }
                    let lines = list.users.into_iter().enumerate().map(|(at, user)| member(at, user, ask, dragged, on_take_out)).collect_view();
                    let to = |key: &'static str, cursor: Option<String>| {
                        let query = query.clone().without(&["cursor", "before"]);
                        cursor.map(|cursor| query.with(key, cursor).at(&Page::Groups.path()))
                    };
                    let (previous, next) = (to("before", list.previous_cursor), to("cursor", list.next_cursor));
                    view! {
                        <ul class="person-lines-list" data-test="members">{lines}</ul>
                        <div class="actions">
                            {previous.map(|to| view! { <a class="button small" href=to>"Previous"</a> })}
                            {next.map(|to| view! { <a class="button small" href=to>"Next"</a> })}
                            <a class="plain" href=all.clone()>"Show in Users"</a>
                        </div>
                    }
                        .into_any()
                }
            />
        </section>
    }
}

fn full_name(user: &User) -> String {
    format!("{} {}", user.first_name, user.last_name)
}

fn member(
    at: usize,
    user: User,
    ask: RwSignal<Option<Ask>>,
    dragged: RwSignal<Option<String>>,
    on_take_out: Callback<String>,
) -> impl IntoView {
    let name = full_name(&user);
    let page = Page::User(user.email.clone()).path();
    let (to_move, to_take) = (user.email.clone(), user.email.clone());
    let acts = vec![
        MenuAct::run("Move to…", "move-member", move || {
            ask.set(Some(Ask::Move(to_move.clone())))
        }),
        MenuAct::run("Take out of the group", "take-out", move || {
            on_take_out.run(to_take.clone())
        }),
        MenuAct::go("Show user", "show-user", page.clone()),
    ];
    let to_drag = user.email.clone();
    view! {
        // The menu does the same, by keyboard too.
        <li
            class="person-line draggable"
            draggable="true"
            on:dragstart=move |event| {
                if let Some(data) = event.data_transfer() {
                    // Some browsers drag nothing that has no data; it fails only for a drag that is over.
                    let _ = data.set_data("text/plain", &to_drag);
                }
                dragged.set(Some(to_drag.clone()));
            }
            on:dragend=move |_| dragged.set(None)
        >
            <div class="two-lines">
                <span class="inline">
                    <a class="row-link strong" href=page draggable="false">{name.clone()}</a>
                    {(!user.is_active).then(|| status_badge(false))}
                </span>
                <span class="hint">{address(&user.email)}</span>
            </div>
            <Menu id=format!("member-{at}") name="Move" spoken=format!("Move or take out {name}") acts=acts small=true />
        </li>
    }
}
