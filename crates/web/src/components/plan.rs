//! What a plan changes: tiles that count and filter, then person by person, field by field.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    plan::{Change, ChangeKind, Edit, NewGroup, Plan, Value},
    wire::directory::Catalog,
};

use super::{button::Button, plan_change::change_row, plan_groups::NewGroups, value_table::Members};
use crate::text;

/// How many people are drawn at a time.
const SHOWN_AT_ONCE: usize = 100;

/// What a tile counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tile {
    Kind(ChangeKind),
    NewGroups,
    ManagersSet,
    ManagersCleared,
    Memberships,
    GroupManagers,
    RightsGranted,
    RightsRemoved,
}

impl Tile {
    fn takes(self, change: &Change) -> bool {
        match self {
            Self::Kind(kind) => change.kind == kind,
            // It takes the groups to tell.
            Self::NewGroups => false,
            Self::ManagersSet => change
                .edits
                .iter()
                .any(|edit| edit.field == Target::Manager && edit.after != Value::Null),
            Self::ManagersCleared => change
                .edits
                .iter()
                .any(|edit| edit.field == Target::Manager && edit.after == Value::Null),
            Self::Memberships => change
                .edits
                .iter()
                .any(|edit| matches!(edit.field, Target::GroupMembership(_))),
            Self::GroupManagers => change
                .edits
                .iter()
                .any(|edit| matches!(edit.field, Target::GroupManager(_))),
            Self::RightsGranted => change.edits.iter().any(|edit| is_right(&edit) && edit.after.is_true()),
            Self::RightsRemoved => change
                .edits
                .iter()
                .any(|edit| is_right(&edit) && edit.before.is_true() && !edit.after.is_true()),
        }
    }
}

/// Whether a change puts somebody into one of these groups, as a member or as who manages it.
fn joins(change: &Change, groups: &BTreeSet<NewGroup>) -> bool {
    change.edits.iter().any(|edit| {
        let (Target::GroupMembership(group_type) | Target::GroupManager(group_type)) = &edit.field else {
            return false;
        };
        let is_new = |name: &str| {
            groups.contains(&NewGroup {
                group_type: group_type.clone(),
                name: name.to_owned(),
            })
        };
        match &edit.after {
            Value::Text(name) => is_new(name),
            Value::List(names) => names.iter().any(|name| is_new(name)),
            _ => false,
        }
    })
}

fn is_right(edit: &Edit) -> bool {
    matches!(edit.field, Target::IsAdmin | Target::IsManager)
}

/// What the one button says it does, such as `Create 12 and update 340 users`; `None`: nothing would change.
pub(crate) fn act(plan: &Plan) -> Option<String> {
    if plan.is_empty() {
        return None;
    }
    let counts = plan.counts;
    let parts: Vec<(&str, u64)> = [
        ("create", counts.created),
        ("update", counts.updated),
        ("deactivate", counts.deactivated),
        ("reactivate", counts.reactivated),
    ]
    .into_iter()
    .filter(|(_, count)| *count > 0)
    .collect();
    let words: Vec<String> = parts
        .iter()
        .map(|(verb, count)| format!("{verb} {}", text::number(*count)))
        .collect();
    let mut sentence = match parts.as_slice() {
        [] => text::count(counts.groups_created, "group", "groups"),
        [.., (_, 1)] => format!("{} user", text::list(&words)),
        _ => format!("{} users", text::list(&words)),
    };
    if parts.is_empty() {
        sentence.insert_str(0, "Create ");
    }
    Some(text::capitalised(sentence))
}

/// A plan.
#[component]
pub(crate) fn PlanView(
    /// The plan.
    plan: Plan,
    /// What the workspace calls its targets, and which groups it has.
    catalog: Catalog,
    /// How many members its groups have, as far as it is known.
    #[prop(optional)]
    members: Members,
    /// What is to be said of rows besides, by their number.
    #[prop(optional)]
    notes: BTreeMap<u64, String>,
    /// Takes a group that exists in the place of one that would be new.
    #[prop(optional)]
    on_use_existing: Option<Callback<(NewGroup, String)>>,
) -> impl IntoView {
    let counts = plan.counts;
    let chosen = RwSignal::new(None::<Tile>);
    let limit = RwSignal::new(SHOWN_AT_ONCE);
    let complete = plan.changes_shown >= plan.changes_total;
    let new_groups = StoredValue::new(plan.groups_created.iter().cloned().collect::<BTreeSet<_>>());
    let changes = StoredValue::new(plan.changes);
    let catalog = StoredValue::new(catalog);
    let notes = StoredValue::new(notes);
    let found = Memo::new(move |_| {
        let tile = chosen.get();
        changes.with_value(|changes| {
            changes
                .iter()
                .filter(|change| match tile {
                    None => true,
                    Some(Tile::NewGroups) => new_groups.with_value(|groups| joins(change, groups)),
                    Some(tile) => tile.takes(change),
                })
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let tile = move |name: &'static str, count: u64, tile: Tile, always: bool| {
        (always || count > 0).then(|| {
            let pressed = Signal::derive(move || chosen.get() == Some(tile));
            view! {
                <li>
                    <button
                        type="button"
                        class="tile"
                        class:zero=count == 0
                        aria-pressed=move || pressed.get().to_string()
                        on:click=move |_| {
                            chosen.set(if pressed.get_untracked() { None } else { Some(tile) });
                            limit.set(SHOWN_AT_ONCE);
                        }
                    >
                        <span class="tile-count">{text::number(count)}</span>
                        <span class="tile-name">{name}</span>
                    </button>
                </li>
            }
        })
    };
    let fact = |name: &'static str, count: u64, always: bool| {
        (always || count > 0).then(|| {
            view! {
                <li class="tile" class:zero=count == 0>
                    <span class="tile-count">{text::number(count)}</span>
                    <span class="tile-name">{name}</span>
                </li>
            }
        })
    };
    let (total, shown_by_server) = (plan.changes_total, plan.changes_shown);
    let summary = move || {
        let (shown, filtered) = (found.with(Vec::len).min(limit.get()) as u64, chosen.get().is_some());
        if !filtered && shown < total {
            format!(
                "First {} of {} shown",
                text::number(shown),
                text::count(total, "person", "people")
            )
        } else if filtered && shown_by_server < total {
            format!(
                "{} among the first {} of {} changes",
                text::number(shown),
                text::number(shown_by_server),
                text::number(total)
            )
        } else {
            text::count(found.with(Vec::len) as u64, "person", "people")
        }
    };
    view! {
        <div class="plan" data-test="plan">
            <ul class="tiles" aria-label="What changes; choose one to filter">
                {tile("Create", counts.created, Tile::Kind(ChangeKind::Created), true)}
                {tile("Update", counts.updated, Tile::Kind(ChangeKind::Updated), true)}
                {fact("No change", counts.unchanged, true)}
                {tile("Deactivate", counts.deactivated, Tile::Kind(ChangeKind::Deactivated), true)}
                {tile("Reactivate", counts.reactivated, Tile::Kind(ChangeKind::Reactivated), false)}
                {tile("Remove", counts.removed, Tile::Kind(ChangeKind::Removed), false)}
                {tile("Groups to create", counts.groups_created, Tile::NewGroups, false)}
                {fact("Groups to remove", counts.groups_removed, false)}
                {tile("Managers set", counts.managers_set, Tile::ManagersSet, false)}
                {tile("Managers cleared", counts.managers_cleared, Tile::ManagersCleared, false)}
                {tile(
                    "Memberships",
                    counts.memberships_set + counts.memberships_removed,
                    Tile::Memberships,
                    false,
                )}
                {tile(
                    "Group managers",
                    counts.group_managers_set + counts.group_managers_removed,
                    Tile::GroupManagers,
                    false,
                )}
                {tile("Admin or Is Manager granted", counts.rights_granted, Tile::RightsGranted, false)}
                {tile("Admin or Is Manager taken", counts.rights_removed, Tile::RightsRemoved, false)}
            </ul>
            <NewGroups
                groups=plan.groups_created
                changes=changes
                complete=complete
                catalog=catalog
                members=members
                on_use_existing=on_use_existing
            />
            {(total > 0)
                .then(|| {
                    view! {
                        <section class="stack-small">
                            <div class="list-head">
                                <h3>"People"</h3>
                                <p class="shown" role="status">{summary}</p>
                                <Show when=move || chosen.get().is_some()>
                                    <button type="button" class="button small" on:click=move |_| chosen.set(None)>
                                        "Show all"
                                    </button>
                                </Show>
                            </div>
                            <div class="table-box" tabindex="0" role="region" aria-label="People who change">
                                <table class="changes cards">
                                    <thead>
                                        <tr>
                                            <th scope="col" class="number">"Row"</th>
                                            <th scope="col">"Person"</th>
                                            <th scope="col">"Change"</th>
                                            <th scope="col">"Field by field: before → after"</th>
                                        </tr>
                                    </thead>
                                    <tbody>
                                        {move || {
                                            catalog.with_value(|catalog| {
                                                found.with(|found| {
                                                    found
                                                        .iter()
                                                        .take(limit.get())
                                                        .map(|change| {
                                                            let note = change.row.and_then(|row| {
                                                                notes.with_value(|notes| notes.get(&row).cloned())
                                                            });
                                                            change_row(change, catalog, note)
                                                        })
                                                        .collect_view()
                                                })
                                            })
                                        }}
                                    </tbody>
                                </table>
                            </div>
                            {move || {
                                (found.with(Vec::len) > limit.get())
                                    .then(|| view! {
                                        <Button on_press=Callback::new(move |()| {
                                            limit.update(|limit| *limit += SHOWN_AT_ONCE);
                                        })>"Show more"</Button>
                                    })
                            }}
                        </section>
                    }
                })}
        </div>
    }
}
