//! Users as a table: the columns that are wanted, a box for each to choose it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use passmuster_core::{user::User, wire::people::Trace};

use super::{selection::Selection, user_filters::PLACE};
use crate::{
    components::{
        address::address,
        badge::{Badge, Tone},
        icon::Icon,
        sort_link::{SortLink, direction, other},
        time::Time,
    },
    page::Page,
    query::Query,
};

/// A column that can be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::pages) enum Column {
    /// The username.
    Username,
    /// Is Admin and Is Manager.
    Rights,
    /// The direct manager.
    Manager,
    /// The group of a group type.
    Group(String),
    /// The time zone.
    TimeZone,
    /// Tags.
    Tags,
    /// What changed the user last.
    LastChange,
}

impl Column {
    /// Its name in the address.
    pub(in crate::pages) fn key(&self) -> String {
        match self {
            Self::Username => "username".to_owned(),
            Self::Rights => "rights".to_owned(),
            Self::Manager => "manager".to_owned(),
            Self::Group(of_type) => format!("group:{of_type}"),
            Self::TimeZone => "zone".to_owned(),
            Self::Tags => "tags".to_owned(),
            Self::LastChange => "change".to_owned(),
        }
    }

    /// Its heading.
    pub(in crate::pages) fn name(&self) -> String {
        match self {
            Self::Username => "Username".to_owned(),
            Self::Rights => "Rights".to_owned(),
            Self::Manager => "Manager".to_owned(),
            Self::Group(of_type) => of_type.clone(),
            Self::TimeZone => "Time Zone".to_owned(),
            Self::Tags => "Tags".to_owned(),
            Self::LastChange => "Last change".to_owned(),
        }
    }

    /// All that a workspace with these group types has.
    pub(in crate::pages) fn all(group_types: &[String]) -> Vec<Self> {
        let mut all = vec![Self::Username, Self::Rights, Self::Manager];
        all.extend(group_types.iter().cloned().map(Self::Group));
        all.extend([Self::TimeZone, Self::Tags, Self::LastChange]);
        all
    }

    /// Those that an address asks for; without a word those that fit beside each other.
    pub(in crate::pages) fn chosen(words: &str, group_types: &[String]) -> Vec<Self> {
        let mut all = Self::all(group_types);
        if words.is_empty() {
            let usual = group_types.first().cloned().map(Self::Group);
            all.retain(|column| match column {
                Self::Group(_) => Some(column) == usual.as_ref(),
                Self::Username | Self::TimeZone | Self::Tags => false,
                _ => true,
            });
        } else {
            all.retain(|column| words.split('|').any(|word| word == column.key()));
        }
        all
    }
}

/// Some users.
#[component]
pub(in crate::pages) fn UserTable(
    /// By address.
    users: Vec<User>,
    /// What changed them last, by id.
    last_changes: BTreeMap<String, Trace>,
    /// The columns beside the person and the status.
    columns: Vec<Column>,
    /// What the list's address says; `None`: it can't be sorted.
    #[prop(optional)]
    order: Option<Query>,
    /// Who is chosen; `None`: nobody can be.
    #[prop(optional)]
    selection: Option<Selection>,
) -> impl IntoView {
    let order = order.as_ref();
    let headings = columns.iter().map(|column| {
        let by = match column {
            Column::Username => Some("username"),
            Column::LastChange => Some("change"),
            _ => None,
        };
        heading(order, &[(column.name(), by)])
    });
    let headings = headings.collect_view();
    let person = heading(
        order,
        &[("Name".to_owned(), Some("name")), ("Email".to_owned(), Some("email"))],
    );
    let status = heading(order, &[("Status".to_owned(), Some("status"))]);
    let emails: Vec<String> = users.iter().map(|user| user.email.clone()).collect();
    let rows = users
        .into_iter()
        .map(|user| row(user, &last_changes, &columns, selection))
        .collect_view();
    let head = selection.map(|selection| {
        let own = StoredValue::new(emails);
        let all = Signal::derive(move || own.with_value(|own| own.iter().all(|email| selection.has(email))));
        view! {
            <th scope="col" class="choose">
                <input
                    type="checkbox"
                    aria-label="Choose everybody on this page"
                    data-test="choose-page"
                    prop:checked=all
                    on:change=move |event| own.with_value(|own| selection.set(own, event_target_checked(&event)))
                />
            </th>
        }
    });
    view! {
        <div class="table-box">
            <table class="cards users" data-test="users">
                <thead><tr>{head}{person}{status}{headings}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// The heading of a column: what it shows, each with the order that it leads to.
fn heading(order: Option<&Query>, parts: &[(String, Option<&'static str>)]) -> impl IntoView + use<> {
    let now = order.map(|query| match query.get("sort") {
        "" => "email",
        sort => sort,
    });
    let sorted = now.and_then(|now| parts.iter().find_map(|(_, by)| direction(now, (*by)?)));
    let words = parts.iter().map(|(name, by)| match (order, now, by) {
        (Some(query), Some(now), Some(by)) => {
            let address = query.clone().without(&PLACE).with("sort", other(now, by, *by == "change"));
            view! { <SortLink name=name.clone() by=by address=address.at(&Page::Users.path()) direction=direction(now, by) /> }
                .into_any()
        }
        _ => view! { <span>{name.clone()}</span> }.into_any(),
    });
    let words = words.collect_view();
    view! { <th scope="col" aria-sort=sorted><div class="headings">{words}</div></th> }
}

fn row(
    user: User,
    last_changes: &BTreeMap<String, Trace>,
    columns: &[Column],
    selection: Option<Selection>,
) -> impl IntoView + use<> {
    let name = format!("{} {}", user.first_name, user.last_name);
    let cells = columns
        .iter()
        .map(|column| cell(&user, column, last_changes))
        .collect_view();
    let choose = selection.map(|selection| {
        let email = user.email.clone();
        let own = email.clone();
        view! {
            <td class="choose" data-label="Choose">
                <input
                    type="checkbox"
                    aria-label=format!("Choose {name}")
                    prop:checked=move || selection.has(&email)
                    on:change=move |event| selection.set(std::slice::from_ref(&own), event_target_checked(&event))
                />
            </td>
        }
    });
    let page = Page::User(user.email.clone()).path();
    view! {
        <tr>
            {choose}
            <td data-label="Person" class="person-lines">
                <div>
                    <a class="strong row-link" href=page>{name}</a>
                    <span class="hint">{address(&user.email)}</span>
                </div>
            </td>
            <td data-label="Status">{status_badge(user.is_active)}</td>
            {cells}
        </tr>
    }
}

fn cell(user: &User, column: &Column, last_changes: &BTreeMap<String, Trace>) -> AnyView {
    let dash = || view! { <span class="nothing">"–"</span> }.into_any();
    let label = column.name();
    let content = match column {
        Column::Username => match &user.username {
            Some(username) => view! { <span class="cell-text">{username.clone()}</span> }.into_any(),
            None => dash(),
        },
        Column::Rights => {
            let badges = view! {
                <span class="inline">
                    {user.is_admin.then(|| view! { <Badge tone=Tone::Accent text="Is Admin" /> })}
                    {user.is_manager.then(|| view! { <Badge tone=Tone::Neutral text="Is Manager" /> })}
                </span>
            };
            if user.is_admin || user.is_manager {
                badges.into_any()
            } else {
                dash()
            }
        }
        Column::Manager => match &user.manager {
            Some(email) => {
                view! { <a class="plain" href=Page::User(email.clone()).path()>{address(email)}</a> }.into_any()
            }
            None => dash(),
        },
        Column::Group(of_type) => match user.groups.get(of_type) {
            Some(name) => view! { <span class="chip">{name.clone()}</span> }.into_any(),
            None => dash(),
        },
        Column::TimeZone => user.time_zone.clone().map_or_else(dash, IntoAny::into_any),
        Column::Tags if user.tags.is_empty() => dash(),
        Column::Tags => {
            let tags = user
                .tags
                .iter()
                .map(|tag| view! { <li class="chip">{tag.clone()}</li> })
                .collect_view();
            view! { <ul class="chips">{tags}</ul> }.into_any()
        }
        Column::LastChange => match last_changes.get(&user.id) {
            Some(trace) => {
                let by = match &trace.integration {
                    Some((_, name)) => format!("upload of {name}"),
                    None => trace.actor.clone(),
                };
                view! { <div class="two-lines"><Time at=trace.at.clone() /><span class="hint">{address(&by)}</span></div> }
                    .into_any()
            }
            None => dash(),
        },
    };
    view! { <td data-label=label>{content}</td> }.into_any()
}

/// Whether somebody is active, in a word with an icon.
pub(in crate::pages) fn status_badge(is_active: bool) -> impl IntoView {
    if is_active {
        view! { <Badge tone=Tone::Good with=Icon::Tick text="Active" /> }
    } else {
        view! { <Badge tone=Tone::Neutral with=Icon::Off text="Deactivated" /> }
    }
}
