//! The groups that a plan would create, one by one, and a way to take one that exists instead.

use std::collections::HashMap;

use leptos::prelude::*;
use passmuster_core::{
    decide::groups::nearest,
    field::Target,
    plan::{Change, NewGroup, Value},
    wire::directory::Catalog,
};

use super::{
    badge::{Badge, Tone},
    button::{Button, Weight},
    dialog::Dialog,
    icon::{Icon, icon},
    value_table::{Members, members_of},
};
use crate::text;

/// How many groups are drawn at a time.
const SHOWN_AT_ONCE: usize = 50;

/// With more groups than this the list begins closed.
const OPEN_UP_TO: usize = 12;

/// How many people a new group would have.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    members: u64,
    managers: u64,
}

/// The new groups; draws nothing when there are none.
#[component]
pub(crate) fn NewGroups(
    /// The groups, by type and name.
    groups: Vec<NewGroup>,
    /// The changes of the plan.
    changes: StoredValue<Vec<Change>>,
    /// Whether those are all of its changes.
    complete: bool,
    /// The groups that there are.
    catalog: StoredValue<Catalog>,
    /// How many members those have.
    members: Members,
    /// Takes a group that exists in the place of a new one.
    on_use_existing: Option<Callback<(NewGroup, String)>>,
) -> impl IntoView {
    if groups.is_empty() {
        return ().into_any();
    }
    let count = groups.len();
    let sizes = StoredValue::new(changes.with_value(|changes| sizes(changes)));
    let groups = StoredValue::new(groups);
    let limit = RwSignal::new(SHOWN_AT_ONCE);
    let asked = RwSignal::new(None::<NewGroup>);
    let row = move |group: &NewGroup| {
        let size = sizes.with_value(|sizes| sizes.get(group).copied().unwrap_or_default());
        let number = move |count: u64| {
            let at_least = if complete { "" } else { " or more" };
            format!("{}{at_least}", text::number(count))
        };
        let existing = catalog.with_value(|catalog| existing(group, catalog));
        let near = nearest(&group.name, existing.iter().map(String::as_str)).map(str::to_owned);
        let near_size = near
            .as_ref()
            .and_then(|near| members_of(&members, &group.group_type, near));
        let acts = on_use_existing.filter(|_| !existing.is_empty()).map(|_| {
            let group = group.clone();
            view! {
                <button type="button" class="button small" on:click=move |_| asked.set(Some(group.clone()))>
                    "Use existing…"
                    <span class="visually-hidden">{format!(" instead of {}", group.name)}</span>
                </button>
            }
        });
        view! {
            <tr>
                <td data-label="Group" class="cell-text">
                    <strong>{group.name.clone()}</strong>
                    {near
                        .map(|near| view! {
                            <p class="near">
                                <Badge tone=Tone::Notice with=Icon::Warning text="Almost a group there is" />
                                <span>
                                    "Did you mean " <em>{near}</em> {near_size.map(|members| format!(", {members}"))} "?"
                                </span>
                            </p>
                        })}
                </td>
                <td data-label="Group type">{group.group_type.clone()}</td>
                <td data-label="Members" class="number">{number(size.members)}</td>
                <td data-label="Managers" class="number">{number(size.managers)}</td>
                <td class="row-acts">{acts}</td>
            </tr>
        }
    };
    view! {
        <details class="fold" open=count <= OPEN_UP_TO data-test="new-groups">
            <summary>{icon(Icon::Chevron)} {text::count(count as u64, "group", "groups")} " will be created"</summary>
            <div class="table-box" tabindex="0" role="region" aria-label="Groups that will be created">
                <table class="cards">
                    <thead>
                        <tr>
                            <th scope="col">"Group"</th>
                            <th scope="col">"Group type"</th>
                            <th scope="col" class="number">"Members"</th>
                            <th scope="col" class="number">"Managers"</th>
                            <th scope="col"><span class="visually-hidden">"Acts"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || groups.with_value(|groups| groups.iter().take(limit.get()).map(&row).collect_view())}
                    </tbody>
                </table>
            </div>
            <Show when=move || { limit.get() < count }>
                <div class="actions">
                    <Button on_press=Callback::new(move |()| limit.update(|limit| *limit += SHOWN_AT_ONCE))>
                        "Show more groups"
                    </Button>
                    <span class="hint">
                        {move || format!("First {} of {} shown", text::number(limit.get() as u64), text::number(count as u64))}
                    </span>
                </div>
            </Show>
        </details>
        {on_use_existing.map(|act| view! { <UseExisting asked=asked catalog=catalog on_use=act /> })}
    }
    .into_any()
}

/// Asks which of the groups that exist is meant.
#[component]
fn UseExisting(
    asked: RwSignal<Option<NewGroup>>,
    catalog: StoredValue<Catalog>,
    on_use: Callback<(NewGroup, String)>,
) -> impl IntoView {
    let body = move || {
        asked.get().map(|group| {
            let names = catalog.with_value(|catalog| existing(&group, catalog));
            let near = nearest(&group.name, names.iter().map(String::as_str)).map(str::to_owned);
            let chosen = RwSignal::new(near.clone().or_else(|| names.first().cloned()).unwrap_or_default());
            let options = names
                .into_iter()
                .map(|name| {
                    let selected = chosen.with_untracked(|chosen| *chosen == name);
                    view! { <option value=name.clone() prop:selected=selected>{name.clone()}</option> }
                })
                .collect_view();
            let name = group.name.clone();
            let submit = move |event: leptos::ev::SubmitEvent| {
                event.prevent_default();
                asked.set(None);
                on_use.run((group.clone(), chosen.get_untracked()));
            };
            view! {
                <form class="stack" on:submit=submit>
                    <p>
                        "The file says " <strong class="cell-text">{name.clone()}</strong>
                        ". Say which group is meant; the file stays as it is, and the plan is made anew."
                    </p>
                    {near
                        .map(|near| view! { <p class="hint">{format!("{name} is almost {near}.")}</p> })}
                    <label class="choice">
                        <span>"Group there is"</span>
                        <select
                            data-test="existing-group"
                            on:change=move |event| chosen.set(event_target_value(&event))
                        >
                            {options}
                        </select>
                    </label>
                    <div class="actions">
                        <Button weight=Weight::Primary submit=true test="use-group">
                            {move || format!("Use {}", chosen.get())}
                        </Button>
                        <Button on_press=Callback::new(move |()| asked.set(None))>"Cancel"</Button>
                    </div>
                </form>
            }
        })
    };
    view! {
        <Dialog
            open=Signal::derive(move || asked.with(Option::is_some))
            on_close=move |()| asked.set(None)
            title="Use a group that exists"
        >
            {body}
        </Dialog>
    }
}

/// The groups of the same type that there are.
fn existing(group: &NewGroup, catalog: &Catalog) -> Vec<String> {
    let of_type = catalog.group_types.iter().find(|known| known.name == group.group_type);
    of_type.map(|known| known.groups.clone()).unwrap_or_default()
}

/// How many people each group would get by these changes.
fn sizes(changes: &[Change]) -> HashMap<NewGroup, Size> {
    let mut sizes: HashMap<NewGroup, Size> = HashMap::new();
    for edit in changes.iter().flat_map(|change| change.edits.iter()) {
        match (&edit.field, &edit.after) {
            (Target::GroupMembership(group_type), Value::Text(name)) => {
                let group = NewGroup {
                    group_type: group_type.clone(),
                    name: name.clone(),
                };
                sizes.entry(group).or_default().members += 1;
            }
            (Target::GroupManager(group_type), Value::List(names)) => {
                for name in names {
                    let group = NewGroup {
                        group_type: group_type.clone(),
                        name: name.clone(),
                    };
                    sizes.entry(group).or_default().managers += 1;
                }
            }
            _ => {}
        }
    }
    sizes
}
