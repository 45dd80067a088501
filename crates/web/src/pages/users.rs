//! The users of the workspace: search and page through.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use passmuster_core::user::User;

use crate::{
    api,
    components::{
        badge::{Badge, Tone},
        empty_state::EmptyState,
        icon::{Icon, icon},
        loaded::Loaded,
        page_head::PageHead,
    },
    page::Page,
};

/// The page; the search and the place in the list are in the address.
#[component]
pub(crate) fn Users() -> impl IntoView {
    let query = use_query_map();
    let search = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let cursor = Memo::new(move |_| query.with(|query| query.get("cursor").unwrap_or_default()));
    let list = LocalResource::new(move || {
        let (search, cursor) = (search.get(), cursor.get());
        async move { api::users(&search, &cursor).await }
    });
    let navigate = use_navigate();
    let typed = RwSignal::new(search.get_untracked());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        navigate(&address(&typed.get_untracked(), ""), NavigateOptions::default());
    };
    view! {
        <PageHead title=Page::Users.title() lead="Everyone in the directory, by e-mail address.".to_owned() />
        <form class="search" role="search" on:submit=submit>
            <label class="visually-hidden" for="q">"Search users"</label>
            {icon(Icon::Search)}
            <input
                id="q"
                type="search"
                placeholder="Name or e-mail"
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            />
            <button class="button" type="submit">"Search"</button>
        </form>
        <Loaded
            resource=list
            what="users"
            draw=move |list| {
                let sought = search.get_untracked();
                if list.users.is_empty() {
                    return if sought.is_empty() {
                        view! {
                            <EmptyState
                                with=Icon::Users
                                title="No users yet"
                                text="Users come in through an integration: check a file, look at the plan, load it."
                            >
                                <a class="button primary" href=Page::Integrations.path()>"Integrations"</a>
                            </EmptyState>
                        }
                            .into_any()
                    } else {
                        view! {
                            <EmptyState
                                with=Icon::Search
                                title=format!("No user matches \u{201c}{sought}\u{201d}")
                                text="Names and e-mail addresses are searched, in any case."
                            >
                                <a class="button" href=Page::Users.path()>"Clear the search"</a>
                            </EmptyState>
                        }
                            .into_any()
                    };
                }
                let rows = list.users.into_iter().map(row).collect_view();
                let first = cursor.with_untracked(String::is_empty);
                let next = list.next_cursor.map(|next| address(&sought, &next));
                view! {
                    <div class="table-box">
                        <table class="cards" data-test="users">
                            <thead>
                                <tr>
                                    <th scope="col">"Person"</th>
                                    <th scope="col">"State"</th>
                                    <th scope="col">"Manager"</th>
                                    <th scope="col">"Groups"</th>
                                    <th scope="col">"Time zone"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <nav class="pager" aria-label="Pages of the list">
                        {(!first).then(|| view! { <a class="button" href=address(&sought, "")>"First page"</a> })}
                        {next.map(|next| view! { <a class="button" href=next>"Next page"</a> })}
                    </nav>
                }
                    .into_any()
            }
        />
    }
}

fn address(search: &str, cursor: &str) -> String {
    let mut address = Page::Users.path();
    let mut sign = '?';
    for (key, value) in [("q", search.trim()), ("cursor", cursor)] {
        if !value.is_empty() {
            address.push(sign);
            address.push_str(key);
            address.push('=');
            address.push_str(&String::from(js_sys::encode_uri_component(value)));
            sign = '&';
        }
    }
    address
}

fn row(user: User) -> impl IntoView {
    let groups = user
        .groups
        .into_iter()
        .map(|(kind, name)| {
            let spoken = format!("{kind}: ");
            view! { <li class="chip" title=kind><span class="visually-hidden">{spoken}</span>{name}</li> }
        })
        .collect_view();
    view! {
        <tr>
            <td data-label="Person" class="person-lines">
                <div>
                    <span class="strong">{format!("{} {}", user.first_name, user.last_name)}</span>
                    <span class="hint cell-text">{user.email}</span>
                </div>
            </td>
            <td data-label="State">
                <span class="inline">
                    {if user.is_active {
                        view! { <Badge tone=Tone::Good with=Icon::Tick text="Active" /> }
                    } else {
                        view! { <Badge tone=Tone::Neutral with=Icon::Off text="Deactivated" /> }
                    }}
                    {user.is_admin.then(|| view! { <Badge tone=Tone::Accent text="Admin" /> })}
                    {user.is_manager.then(|| view! { <Badge tone=Tone::Neutral text="Manager" /> })}
                </span>
            </td>
            <td data-label="Manager" class="cell-text">{user.manager.unwrap_or_else(|| "–".to_owned())}</td>
            <td data-label="Groups"><ul class="chips">{groups}</ul></td>
            <td data-label="Time zone">{user.time_zone.unwrap_or_else(|| "–".to_owned())}</td>
        </tr>
    }
}
