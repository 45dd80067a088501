//! Who may do what: the roles as a table, and everybody who has one of them.

use leptos::prelude::*;
use passmuster_core::{
    permission::{Permission, permissions_of},
    user::User,
};

use crate::{
    api,
    components::{
        badge::{Badge, Tone},
        card_table::CardTable,
        icon::{Icon, icon},
        loaded::Loaded,
    },
    page::Page,
    query::Query,
    text,
};

/// Admins that are listed.
const SHOWN: &str = "100";

/// The card.
#[component]
pub(in crate::pages) fn PeopleCard() -> impl IntoView {
    let asked = [("administers", "true"), ("status", "active"), ("limit", SHOWN)];
    let admins = api::Resource::new(move || async move { api::users(&asked).await });
    let counts = api::Resource::new(|| async { api::user_counts(&[("administers", "true")]).await });
    let all = Query::default().with("rights", "admin").at(&Page::Users.path());
    let roles = [
        ("Full admin", true, "Is Admin, or the role FullAdmin"),
        ("Limited admin", false, "The role LimitedAdmin"),
    ];
    let headings = std::iter::once("Role").chain(Permission::ALL.iter().map(|permission| permission.as_str()));
    let headings: Vec<&str> = headings.collect();
    let rows = roles
        .into_iter()
        .map(|(name, is_full, how)| {
            let held = permissions_of(is_full, (!is_full).then_some("LimitedAdmin"));
            let cells = Permission::ALL.iter().map(|permission| may(permission.as_str(), held.contains(permission))).collect_view();
            view! {
                <tr>
                    <th scope="row" data-label="Role"><div class="two-lines"><span>{name}</span><span class="hint">{how}</span></div></th>
                    {cells}
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card stack" data-test="card-people">
            <h2 id="people">"People and permissions"</h2>
            <CardTable class="matrix" headings=headings>{rows}</CardTable>
            <p class="hint">
                "Rights are given on a user\u{2019}s page, card Access. Nobody gives or takes a right that they lack, and the last active admin can\u{2019}t be removed: the server refuses it."
            </p>
            <div class="list-head">
                <h3>"Who administers"</h3>
                <p class="shown">
                    {move || counts.get().and_then(Result::ok).map(|counts| text::count(counts.active, "person", "people"))}
                </p>
            </div>
            <Loaded
                resource=admins
                what="admins"
                draw=move |list| {
                    let is_only = list.users.iter().filter(|user| user.is_admin || user.role.as_deref() == Some("FullAdmin")).count() == 1;
                    let has_more = list.next_cursor.is_some();
                    let lines = list.users.into_iter().map(|user| line(user, is_only)).collect_view();
                    view! {
                        <ul class="person-lines-list">{lines}</ul>
                        {has_more.then(|| view! { <p class="hint">"The first 100 are shown. " <a href=all.clone()>"Show all"</a></p> })}
                    }
                }
            />
        </section>
    }
}

fn may(name: &'static str, may: bool) -> AnyView {
    if may {
        view! { <td data-label=name><span class="inline good-text">{icon(Icon::Tick)} "Yes"</span></td> }.into_any()
    } else {
        view! { <td data-label=name><span class="nothing">"No"</span></td> }.into_any()
    }
}

fn line(user: User, is_only: bool) -> impl IntoView {
    let is_full = user.is_admin || user.role.as_deref() == Some("FullAdmin");
    let address = Page::User(user.email.clone()).path();
    view! {
        <li class="person-line">
            <div class="two-lines">
                <a class="row-link strong" href=address>{format!("{} {}", user.first_name, user.last_name)}</a>
                <span class="hint cell-text">{user.email}</span>
            </div>
            <span class="line-end inline">
                {(is_full && is_only).then(|| view! { <span class="hint">"The last one: stays an admin"</span> })}
                {if is_full {
                    view! { <Badge tone=Tone::Accent text="Full admin" /> }
                } else {
                    view! { <Badge tone=Tone::Neutral text="Limited admin" /> }
                }}
            </span>
        </li>
    }
}
