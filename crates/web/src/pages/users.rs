//! The users of the workspace: search, narrow, page through, choose and change several at once.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use passmuster_core::wire::{
    directory::{Catalog, UserList},
    people::{BulkValues, UserCounts},
};

use super::people::{
    act::Act,
    add_tag::AddTag,
    add_user::AddUser,
    choose_integration::{ChooseIntegration, Purpose},
    planning::{PlanDialog, Planner, PlannerSays},
    selection::Selection,
    set_group::SetGroup,
    user_filters::{self, KEYS, PLACE, UserFilters},
    user_table::{Column, UserTable},
};
use crate::{
    api,
    components::{
        empty_state::EmptyState,
        filters::FilterChips,
        icon::{Icon, icon},
        loaded::Loaded,
        menu::{Act as MenuAct, Menu},
        page_head::PageHead,
        pager::{Pager, size_of},
    },
    page::Page,
    query::{Query, use_query},
    text,
};

/// The page; search, filters and place are in the address.
#[component]
pub(crate) fn Users() -> impl IntoView {
    let query = use_query(&KEYS);
    let asked = Memo::new(move |_| query.with(user_filters::asked));
    let list = api::Resource::new(move || {
        let query = query.get();
        let asked = user_filters::asked(&query);
        async move {
            let size = size_of(query.get("size")).to_string();
            let mut words: Vec<(&str, &str)> = asked.iter().map(|(key, value)| (*key, value.as_str())).collect();
            words.extend([("limit", size.as_str()), ("cursor", query.get("cursor"))]);
            words.extend([
                ("before", query.get("before")),
                ("sort", query.get("sort")),
                ("last_change", "true"),
            ]);
            api::users(&words).await
        }
    });
    let counts = api::Resource::new(move || {
        let asked = asked.get();
        async move {
            let words: Vec<(&str, &str)> = asked.iter().map(|(key, value)| (*key, value.as_str())).collect();
            api::user_counts(&words).await
        }
    });
    let catalog = api::Resource::new(api::catalog);
    let planner = Planner::new(move |_| {
        list.refetch();
        counts.refetch();
        catalog.refetch();
    });
    let adding = RwSignal::new(false);
    let planner_of_new = Planner::new(move |email| {
        adding.set(false);
        list.refetch();
        counts.refetch();
        planner.said.set(Some(match email {
            Some(email) => format!("Created {email}."),
            None => "Created 1 user.".to_owned(),
        }));
    });
    let purpose = RwSignal::new(None::<Purpose>);
    let selection = Selection::new(Memo::new(move |_| asked.with(|asked| format!("{asked:?}"))));
    let acts = vec![
        MenuAct::run("Export CSV", "export-csv", move || purpose.set(Some(Purpose::Export)))
            .with_hint("In an integration\u{2019}s headers"),
        MenuAct::run("Upload users…", "upload-users", move || {
            purpose.set(Some(Purpose::Upload))
        })
        .with_hint("Check & Upload of an integration"),
    ];
    view! {
        <PageHead title=Page::Users.title() lead="Everyone in the directory.".to_owned()>
            <Menu id="actions" name="Actions" acts=acts />
            <button
                type="button"
                class="button primary"
                data-test="open-add-user"
                on:click=move |_| adding.set(true)
            >
                {icon(Icon::Plus)}
                "Add user"
            </button>
        </PageHead>
        <div class="stack list-page">
            <PlannerSays planner=planner />
            {move || view! { <Tools query=query.get() catalog=catalog counts=counts /> }}
            <SelectionBar
                selection=selection
                total=Signal::derive(move || total_of(query, counts))
                catalog=catalog
                asked=asked
                planner=planner
            />
            <Loaded
                resource=list
                what="users"
                draw=move |list| {
                    let query = query.get_untracked();
                    if list.users.is_empty() {
                        nobody(&query, counts).into_any()
                    } else {
                        rows(list, query, catalog, counts, selection).into_any()
                    }
                }
            />
        </div>
        <PlanDialog planner=planner />
        <AddUser open=adding planner=planner_of_new />
        <PlanDialog planner=planner_of_new />
        <ChooseIntegration purpose=purpose asked=Signal::derive(move || asked.get()) />
    }
}

fn loaded<T: Clone + Default + Send + Sync + 'static>(resource: api::Resource<T>) -> Option<T> {
    resource.get().and_then(Result::ok)
}

/// How many match, as far as it is known yet.
fn total_of(query: Memo<Query>, counts: api::Resource<UserCounts>) -> u64 {
    let counts = loaded(counts).unwrap_or_default();
    query.with(|query| match query.get("status") {
        "all" => counts.active + counts.deactivated,
        "deactivated" => counts.deactivated,
        _ => counts.active,
    })
}

/// Search, filters, columns, and how many are hidden.
#[component]
fn Tools(query: Query, catalog: api::Resource<Catalog>, counts: api::Resource<UserCounts>) -> impl IntoView {
    let navigate = use_navigate();
    let typed = RwSignal::new(query.get("q").to_owned());
    let of_search = query.clone();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let address = of_search
            .clone()
            .without(&PLACE)
            .with("q", typed.get_untracked().trim());
        navigate(&address.at(&Page::Users.path()), NavigateOptions::default());
    };
    let is_of_active = query.get("status").is_empty();
    let show = query
        .clone()
        .without(&PLACE)
        .with("status", "all")
        .at(&Page::Users.path());
    let hidden = move || {
        let count = loaded(counts).map_or(0, |counts| counts.deactivated);
        (count > 0 && is_of_active).then(|| {
            view! {
                <p class="hint" data-test="hidden">
                    {text::number(count)} " deactivated, " <a href=show.clone()>"show"</a>
                </p>
            }
        })
    };
    let chips = user_filters::chips(&query);
    let clear = user_filters::cleared(&query);
    let of_columns = query.clone();
    view! {
        <div class="list-tools">
            <form class="search" role="search" on:submit=submit>
                <label class="visually-hidden" for="q">"Search users"</label>
                {icon(Icon::Search)}
                <input
                    id="q"
                    type="search"
                    placeholder="Name, e-mail or username"
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button class="button" type="submit">"Search"</button>
            </form>
            <button type="button" class="button menu-opener" popovertarget="user-filters" data-test="open-filters">
                "Filter"
                {icon(Icon::Chevron)}
            </button>
            <div id="user-filters" class="menu menu-form" popover="auto">
                {move || loaded(catalog).map(|catalog| view! { <UserFilters query=query.clone() catalog=catalog /> })}
            </div>
            <button type="button" class="button menu-opener" popovertarget="user-columns" data-test="open-columns">
                "Columns"
                {icon(Icon::Chevron)}
            </button>
            <div id="user-columns" class="menu menu-form" popover="auto">
                {move || {
                    let catalog = loaded(catalog).unwrap_or_default();
                    let group_types = catalog.group_types.into_iter().map(|of_type| of_type.name).collect();
                    view! { <ColumnChoice query=of_columns.clone() group_types=group_types /> }
                }}
            </div>
        </div>
        <div class="list-notes"><FilterChips chips=chips clear=clear />{hidden}</div>
    }
}

/// A box for each column.
#[component]
fn ColumnChoice(query: Query, group_types: Vec<String>) -> impl IntoView {
    let navigate = StoredValue::new_local(use_navigate());
    let chosen = Column::chosen(query.get("cols"), &group_types);
    let boxes = Column::all(&group_types)
        .into_iter()
        .map(|column| {
            let (query, chosen, own) = (query.clone(), chosen.clone(), column.clone());
            let is_in = chosen.contains(&column);
            let group_types = group_types.clone();
            let change = move |_| {
                let all = Column::all(&group_types);
                let keys = all
                    .iter()
                    .filter(|known| chosen.contains(known) != (**known == own))
                    .map(Column::key);
                let keys: Vec<String> = keys.collect();
                let address = query.clone().with(
                    "cols",
                    if keys.is_empty() {
                        "none".to_owned()
                    } else {
                        keys.join("|")
                    },
                );
                let options = NavigateOptions {
                    replace: true,
                    scroll: false,
                    ..NavigateOptions::default()
                };
                navigate.with_value(|navigate| navigate(&address.at(&Page::Users.path()), options));
            };
            view! {
                <label class="option">
                    <input type="checkbox" checked=is_in on:change=change />
                    <span>{column.name()}</span>
                </label>
            }
        })
        .collect_view();
    view! { <fieldset class="options-plain"><legend class="visually-hidden">"Columns"</legend>{boxes}</fieldset> }
}

/// What can be done with those who are chosen.
#[component]
fn SelectionBar(
    selection: Selection,
    total: Signal<u64>,
    catalog: api::Resource<Catalog>,
    asked: Memo<Vec<(&'static str, String)>>,
    planner: Planner,
) -> impl IntoView {
    let count = Signal::derive(move || selection.count(total.get()));
    let whose = Signal::derive(move || text::count(count.get(), "user", "users"));
    let (grouping, tagging) = (RwSignal::new(false), RwSignal::new(false));
    let look = move |verb: &'static str, set: BulkValues| {
        let whose = whose.get_untracked();
        let edit = selection.edit(&asked.get_untracked(), set);
        planner.look(
            Act::Several(Box::new(edit)),
            format!("{verb} {whose}, all or none of them?"),
            format!("{verb} {whose}"),
        );
    };
    let activate = move |is_active: bool| BulkValues {
        is_active: Some(is_active),
        ..BulkValues::default()
    };
    let on_choose = Callback::new(move |(group_type, group): (String, Option<String>)| {
        let set = BulkValues {
            groups: [(group_type, group)].into(),
            ..BulkValues::default()
        };
        look("Set the group of", set);
    });
    let on_tag = Callback::new(move |tag: String| {
        let set = BulkValues {
            add_tags: vec![tag],
            ..BulkValues::default()
        };
        look("Tag", set);
    });
    let more = move || {
        let (count, total) = (count.get(), total.get());
        (!selection.is_all() && count < total).then(|| {
            view! {
                <button type="button" class="button quiet small" data-test="choose-all" on:click=move |_| selection.take_all()>
                    "Select all " {text::number(total)} " that match"
                </button>
            }
        })
    };
    view! {
        <Show when=move || { count.get() > 0 }>
            <div class="selection-bar" role="region" aria-label="Chosen users" data-test="selection">
                <p class="strong" role="status">{move || text::number(count.get())} " selected"</p>
                {more}
                <span class="actions">
                    <button type="button" class="button small" data-test="deactivate" on:click=move |_| look("Deactivate", activate(false))>
                        "Deactivate…"
                    </button>
                    <button type="button" class="button small" data-test="reactivate" on:click=move |_| look("Reactivate", activate(true))>
                        "Reactivate"
                    </button>
                    <button type="button" class="button small" data-test="set-group" on:click=move |_| grouping.set(true)>
                        "Set group…"
                    </button>
                    <button type="button" class="button small" data-test="add-tag" on:click=move |_| tagging.set(true)>
                        "Add tag…"
                    </button>
                    <button type="button" class="button quiet small" on:click=move |_| selection.clear()>"Clear"</button>
                </span>
            </div>
        </Show>
        <AddTag open=tagging whose=whose on_choose=on_tag />
        {move || {
            let catalog = loaded(catalog)?;
            Some(view! { <SetGroup open=grouping catalog=catalog whose=whose on_choose=on_choose /> })
        }}
    }
}

fn rows(
    list: UserList,
    query: Query,
    catalog: api::Resource<Catalog>,
    counts: api::Resource<UserCounts>,
    selection: Selection,
) -> impl IntoView {
    let navigate = use_navigate();
    let path = Page::Users.path();
    let place = |key: &'static str, cursor: Option<String>| {
        cursor.map(|cursor| query.clone().without(&PLACE).with(key, cursor).at(&path))
    };
    let (previous, next) = (place("before", list.previous_cursor), place("cursor", list.next_cursor));
    let size = size_of(query.get("size"));
    let of_size = query.clone();
    let on_size = Callback::new(move |size: u32| {
        let address = of_size.clone().without(&PLACE).with("size", size.to_string());
        navigate(&address.at(&Page::Users.path()), NavigateOptions::default());
    });
    let shown = list.users.len() as u64;
    let status = query.get("status").to_owned();
    let summary = Signal::derive(move || {
        let Some(counts) = loaded(counts) else {
            return format!("{} shown", text::number(shown));
        };
        let total = match status.as_str() {
            "all" => counts.active + counts.deactivated,
            "deactivated" => counts.deactivated,
            _ => counts.active,
        };
        format!("{} of {}", text::number(shown), text::count(total, "user", "users"))
    });
    let (users, last_changes) = (StoredValue::new(list.users), StoredValue::new(list.last_changes));
    let columns = query.get("cols").to_owned();
    let order = query.clone();
    let table = move || {
        let catalog = loaded(catalog).unwrap_or_default();
        let group_types: Vec<String> = catalog.group_types.into_iter().map(|of_type| of_type.name).collect();
        view! {
            <UserTable
                users=users.get_value()
                last_changes=last_changes.get_value()
                columns=Column::chosen(&columns, &group_types)
                order=order.clone()
                selection=selection
            />
        }
    };
    view! {
        {table}
        <Pager previous=previous next=next size=size on_size=on_size shown=summary />
    }
}

fn nobody(query: &Query, counts: api::Resource<UserCounts>) -> impl IntoView {
    let clear = user_filters::cleared(query);
    if user_filters::is_narrowed(query) {
        let sought = query.get("q");
        let title = if sought.is_empty() {
            "No user matches these filters".to_owned()
        } else {
            format!("No user matches \u{201c}{sought}\u{201d}")
        };
        let text = "Names, e-mail addresses and usernames are searched, in any case. Deactivated users are found with the filter Status.";
        return view! {
            <EmptyState with=Icon::Search title=title text=text>
                <a class="button" href=clear>"Clear filters"</a>
            </EmptyState>
        }
        .into_any();
    }
    let only_deactivated = Signal::derive(move || loaded(counts).map_or(0, |counts| counts.deactivated));
    view! {
        <EmptyState
            with=Icon::Users
            title="No users yet"
            text="Users come in through an integration: check a file, look at the plan, load it."
        >
            <a class="button primary" href=Page::Integrations.path()>"Integrations"</a>
            {move || {
                (only_deactivated.get() > 0)
                    .then(|| {
                        let show = format!("{}?status=deactivated", Page::Users.path());
                        view! { <a class="button" href=show>"Show deactivated users"</a> }
                    })
            }}
        </EmptyState>
    }
    .into_any()
}
