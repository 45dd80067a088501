//! Groups: types, the groups of one, the people of one. Three panes side by side, each in the address.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use passmuster_core::{
    permission::Permission,
    user::User,
    wire::{
        directory::{UserEdit, WantedGroup},
        people::{GroupCounts, GroupTypeCounts, Trace},
    },
};
use wasm_bindgen_futures::spawn_local;

use super::people::{
    act::Act,
    ask_name::{Ask, AskName},
    group_people::GroupPeople,
    planning::{PlanDialog, Planner, PlannerSays},
};
use crate::{
    api,
    components::{
        badge::{Badge, Tone},
        empty_state::EmptyState,
        icon::{Icon, icon},
        loaded::Loaded,
        page_head::PageHead,
        time::recent,
    },
    page::Page,
    query::{Query, use_query},
    session::Shell,
    text,
};

const KEYS: [&str; 8] = ["type", "group", "q", "empty", "from", "cursor", "before", "tab"];
/// Groups of a page.
const SIZE: &str = "100";

/// The page.
#[component]
pub(crate) fn Groups() -> impl IntoView {
    let query = use_query(&KEYS);
    let shell = Shell::here();
    let may_edit = shell.person().is_some_and(|person| {
        person.permissions.contains(&Permission::GroupsEdit) && person.permissions.contains(&Permission::UsersEdit)
    });
    let done = RwSignal::new(0_u32);
    let navigate = StoredValue::new_local(use_navigate());
    let go = move |query: Query| {
        navigate.with_value(|navigate| navigate(&query.at(&Page::Groups.path()), NavigateOptions::default()));
    };
    // Where a group is under another name, or in another group, the editor goes with it.
    let follow = RwSignal::new(None::<String>);
    let planner = Planner::new(move |_| {
        done.update(|count| *count += 1);
        if let Some(group) = follow.get_untracked() {
            follow.set(None);
            go(query
                .get_untracked()
                .without(&["cursor", "before", "from"])
                .with("group", group));
        }
    });
    let types = api::Resource::new(move || {
        done.track();
        api::group_types()
    });
    let ask = RwSignal::new(None::<Ask>);
    let of_type = Memo::new(move |_| {
        let chosen = query.with(|query| query.get("type").to_owned());
        if !chosen.is_empty() {
            return chosen;
        }
        let types = types.get().and_then(Result::ok).unwrap_or_default();
        types
            .group_types
            .into_iter()
            .next()
            .map(|first| first.name)
            .unwrap_or_default()
    });
    let group = Memo::new(move |_| query.with(|query| query.get("group").to_owned()));
    let all_groups = api::Resource::new(move || {
        done.track();
        let of_type = of_type.get();
        async move {
            if of_type.is_empty() {
                return Ok(Default::default());
            }
            api::groups(&of_type, &[("limit", "1000")]).await
        }
    });
    let proposals = Signal::derive(move || {
        let groups = all_groups.get().and_then(Result::ok).unwrap_or_default();
        groups.groups.into_iter().map(|group| group.name).collect::<Vec<_>>()
    });
    let wanted = move |name: String| WantedGroup {
        group_type: of_type.get_untracked(),
        name,
    };
    let move_user = move |email: String, to: Option<String>| {
        follow.set(None);
        let verb = if to.is_some() { "Move" } else { "Take out" };
        let title = match &to {
            Some(to) => format!("Move {email} to {to}?"),
            None => format!("Take {email} out of {}?", group.get_untracked()),
        };
        let edit = UserEdit {
            groups: [(of_type.get_untracked(), to)].into(),
            ..UserEdit::default()
        };
        planner.look(Act::Edit(email, Box::new(edit)), title, verb);
    };
    // The list that a manager is to have says all their groups of the type: those they have now are asked for first.
    let manage = move |user: User, is_manager: bool| {
        follow.set(None);
        let (of_type, group) = (of_type.get_untracked(), group.get_untracked());
        let mut groups = user.manages.get(&of_type).cloned().unwrap_or_default();
        groups.retain(|known| *known != group);
        let (title, verb) = if is_manager {
            groups.push(group.clone());
            (format!("Make {} a manager of {group}?", user.email), "Add manager")
        } else {
            (format!("Take {group} from {}?", user.email), "Remove manager")
        };
        let edit = UserEdit {
            manages: [(of_type, groups)].into(),
            ..UserEdit::default()
        };
        planner.look(Act::Edit(user.email, Box::new(edit)), title, verb);
    };
    let on_name = Callback::new(move |(asked, name): (Ask, String)| match asked {
        Ask::NewType => spawn_local(async move {
            match api::new_group_type(&name).await {
                Ok(made) => {
                    done.update(|count| *count += 1);
                    planner.said.set(Some(format!("Created the group type {}.", made.name)));
                    go(Query::default().with("type", made.name));
                }
                Err(fault) => planner.errors.set(vec![(String::new(), fault.message())]),
            }
        }),
        Ask::NewGroup => {
            follow.set(Some(name.clone()));
            planner.look(
                Act::CreateGroup(wanted(name.clone())),
                format!("Add the group {name}?"),
                "Add group",
            );
        }
        Ask::Rename => {
            let old = group.get_untracked();
            follow.set(Some(name.clone()));
            let title = format!("Rename {old} to {name}? Everybody in it is named, for their group is another one.");
            planner.look(Act::RenameGroup(wanted(old), name), title, "Rename group");
        }
        Ask::Merge => {
            let old = group.get_untracked();
            follow.set(Some(name.clone()));
            let title = format!("Merge {old} into {name}? {old} is removed.");
            planner.look(Act::MergeGroups(wanted(old), name), title, "Merge groups");
        }
        Ask::Move(email) => move_user(email, Some(name)),
        Ask::NewManager => spawn_local(async move {
            match api::user(&name).await {
                Ok(user) => manage(user, true),
                Err(fault) => planner.errors.set(vec![(String::new(), fault.message())]),
            }
        }),
    });
    // Whoever is being dragged from the members to another group.
    let dragged = RwSignal::new(None::<String>);
    let on_drop = Callback::new(move |name: String| {
        if let Some(email) = dragged.get_untracked() {
            dragged.set(None);
            move_user(email, Some(name));
        }
    });
    let on_take_out = Callback::new(move |email: String| move_user(email, None));
    let on_dismiss = Callback::new(move |user: User| manage(user, false));
    view! {
        <PageHead
            title=Page::Groups.title()
            lead="Group types, their groups, and who is in them. A user is in one group of each type and manages any number.".to_owned()
        />
        <div class="said"><PlannerSays planner=planner /></div>
        {if may_edit {
            view! {
                <Loaded
                    resource=types
                    what="group types"
                    draw=move |list| {
                        if list.group_types.is_empty() {
                            return view! {
                                <EmptyState
                                    with=Icon::Groups
                                    title="No group types yet"
                                    text="A group type is a way in which people are grouped, such as Team, Role or Office. Uploads make groups, never types."
                                >
                                    <button type="button" class="button primary" data-test="add-type" on:click=move |_| ask.set(Some(Ask::NewType))>
                                        "Add group type"
                                    </button>
                                </EmptyState>
                            }
                                .into_any();
                        }
                        view! {
                            <div class="panes">
                                <section class="pane" aria-label="Group types">
                                    <div class="pane-head">
                                        <h2>"Group types"</h2>
                                        <button type="button" class="button small" data-test="add-type" on:click=move |_| ask.set(Some(Ask::NewType))>
                                            {icon(Icon::Plus)}
                                            "Add"
                                        </button>
                                    </div>
                                    <ul class="pane-list">
                                        {list.group_types.into_iter().map(|of| type_line(of, of_type)).collect_view()}
                                    </ul>
                                </section>
                                <section class="pane" aria-label="Groups">
                                    {move || {
                                        // First what the others are made of: else its change may be missed.
                                        let query = query.get();
                                        view! { <GroupsPane of_type=of_type.get() query=query done=done ask=ask dragged=dragged on_drop=on_drop /> }
                                    }}
                                </section>
                                <section class="pane" aria-label="People of the group">
                                    {move || {
                                        let query = query.get();
                                        let chosen = group.get();
                                        if chosen.is_empty() {
                                            return view! { <p class="hint pane-hint">"Choose a group to see its members and managers."</p> }.into_any();
                                        }
                                        view! {
                                            <GroupPeople
                                                group_type=of_type.get()
                                                group=chosen
                                                query=query
                                                done=done
                                                ask=ask
                                                dragged=dragged
                                                on_take_out=on_take_out
                                                on_dismiss=on_dismiss
                                            />
                                        }
                                            .into_any()
                                    }}
                                </section>
                            </div>
                        }
                            .into_any()
                    }
                />
            }
                .into_any()
        } else {
            view! {
                <EmptyState
                    with=Icon::Lock
                    title="You may not edit groups"
                    text="It takes the permissions \u{201c}Groups: Edit\u{201d} and \u{201c}Users: Edit\u{201d}. A full admin can give them to you."
                />
            }
                .into_any()
        }}
        <AskName ask=ask group=Signal::derive(move || group.get()) proposals=proposals on_name=on_name />
        <PlanDialog planner=planner />
    }
}

fn type_line(of: GroupTypeCounts, open: Memo<String>) -> impl IntoView {
    let address = Query::default().with("type", of.name.as_str()).at(&Page::Groups.path());
    let own = of.name.clone();
    view! {
        <li>
            <a class="pane-link" href=address aria-current=move || (open.get() == own).then_some("true")>
                <span class="strong cell-text">{of.name}</span>
                <span class="hint">{text::count(of.groups, "group", "groups")}</span>
            </a>
        </li>
    }
}

/// What made a group that nobody used before, such as `Created by the upload of NA Sales 2 hours ago, not used before`.
fn made_by(made: &Trace) -> String {
    let by = match &made.integration {
        Some((_, name)) => format!("the upload of {name}"),
        None => made.actor.clone(),
    };
    format!("Created by {by} {}, not used before", recent(&made.at))
}

/// The groups of a type.
#[component]
fn GroupsPane(
    of_type: String,
    query: Query,
    done: RwSignal<u32>,
    ask: RwSignal<Option<Ask>>,
    /// Whoever is being dragged.
    dragged: RwSignal<Option<String>>,
    /// Called with the group on which they are dropped.
    on_drop: Callback<String>,
) -> impl IntoView {
    let navigate = use_navigate();
    let path = Page::Groups.path();
    let base = query
        .clone()
        .with("type", of_type.as_str())
        .without(&["cursor", "before"]);
    let typed = RwSignal::new(query.get("q").to_owned());
    let of_search = base.clone().without(&["from"]);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let to = of_search
            .clone()
            .with("q", typed.get_untracked().trim())
            .at(&Page::Groups.path());
        navigate(&to, NavigateOptions::default());
    };
    let only_empty = !query.get("empty").is_empty();
    let toggle = base
        .clone()
        .without(&["from"])
        .with("empty", if only_empty { "" } else { "1" })
        .at(&path);
    let wanted = StoredValue::new((of_type.clone(), query.clone()));
    let groups = api::Resource::new(move || {
        done.track();
        let (of_type, query) = wanted.get_value();
        async move {
            let empty = if query.get("empty").is_empty() { "" } else { "true" };
            let words = [
                ("search", query.get("q")),
                ("empty", empty),
                ("cursor", query.get("from")),
                ("limit", SIZE),
            ];
            api::groups(&of_type, &words).await
        }
    });
    view! {
        <div class="pane-head">
            <h2 class="cell-text">{of_type}</h2>
            <button type="button" class="button small" data-test="add-group" on:click=move |_| ask.set(Some(Ask::NewGroup))>
                {icon(Icon::Plus)}
                "Add group"
            </button>
        </div>
        <form class="search" role="search" on:submit=submit>
            <label class="visually-hidden" for="group-search">"Search groups"</label>
            {icon(Icon::Search)}
            <input
                id="group-search"
                type="search"
                placeholder="Name of a group"
                prop:value=move || typed.get()
                on:input=move |event| typed.set(event_target_value(&event))
            />
        </form>
        <p class="pane-filter">
            <a class="filter-chip" href=toggle aria-current=only_empty.then_some("true")>
                {if only_empty { "Empty groups only ×" } else { "Empty groups only" }}
            </a>
        </p>
        <Loaded
            resource=groups
            what="groups"
            draw=move |list| {
                let open = query.get("group").to_owned();
                if list.groups.is_empty() {
                    let is_narrowed = !query.lacks_all(&["q", "empty"]);
                    let clear = base.clone().without(&["q", "empty", "from"]).at(&path);
                    return if is_narrowed {
                        view! { <p class="hint pane-hint">"No group matches. " <a href=clear>"Clear filters"</a></p> }.into_any()
                    } else {
                        view! { <p class="hint pane-hint">"No groups yet. Uploads make them, or you add one."</p> }.into_any()
                    };
                }
                let shown = list.groups.len() as u64;
                let next = list.next_cursor.map(|from| base.clone().with("from", from).at(&path));
                let first = (!query.get("from").is_empty()).then(|| base.clone().without(&["from"]).at(&path));
                let total = format!("{} of {}", text::number(shown), text::count(list.total, "group", "groups"));
                let lines = list.groups.into_iter().map(|group| group_line(group, &base, &open, dragged, on_drop)).collect_view();
                view! {
                    <ul class="pane-list" data-test="groups">{lines}</ul>
                    <div class="actions pane-foot">
                        <span class="shown">{total}</span>
                        {first.map(|to| view! { <a class="button small" href=to>"First"</a> })}
                        {next.map(|to| view! { <a class="button small" href=to>"Next"</a> })}
                    </div>
                }
                    .into_any()
            }
        />
    }
}

fn group_line(
    group: GroupCounts,
    base: &Query,
    open: &str,
    dragged: RwSignal<Option<String>>,
    on_drop: Callback<String>,
) -> impl IntoView + use<> {
    let address = base.clone().with("group", group.name.as_str()).at(&Page::Groups.path());
    let is_open = group.name == open;
    let counts = format!(
        "{}, {}",
        text::count(group.members, "member", "members"),
        text::count(group.managers, "manager", "managers")
    );
    let made = group.made.as_ref().map(made_by);
    let is_over = RwSignal::new(false);
    let takes = move || !is_open && dragged.with(Option::is_some);
    let name = group.name.clone();
    view! {
        <li
            class="pane-line"
            class:over=move || is_over.get() && takes()
            on:dragover=move |event| {
                if takes() {
                    event.prevent_default();
                    is_over.set(true);
                }
            }
            on:dragleave=move |_| is_over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                is_over.set(false);
                on_drop.run(name.clone());
            }
        >
            <a class="pane-link" href=address draggable="false" aria-current=is_open.then_some("true")>
                <span class="strong cell-text">{group.name}</span>
                <span class="inline">
                    {made.is_some().then(|| view! { <Badge tone=Tone::Accent text="New" /> })}
                    {(group.members == 0).then(|| view! { <Badge tone=Tone::Notice text="Empty" /> })}
                </span>
                <span class="hint">{counts}</span>
                {made.map(|made| view! { <span class="hint pane-made">{made}</span> })}
            </a>
        </li>
    }
}
