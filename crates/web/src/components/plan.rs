//! What a plan changes: tiles that count and filter, then person by person, field by field.

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    plan::{Change, ChangeKind, Edit, NewGroup, Plan, Value},
    wire::directory::Catalog,
};

use super::{
    badge::{Badge, Tone},
    button::Button,
    icon::{Icon, icon},
    match_table::label,
};
use crate::text;

/// How many people are drawn at a time.
const SHOWN_AT_ONCE: usize = 100;

/// What a tile counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tile {
    Kind(ChangeKind),
    ManagersSet,
    ManagersCleared,
    Memberships,
    GroupManagers,
    Rights,
}

impl Tile {
    fn takes(self, change: &Change) -> bool {
        match self {
            Self::Kind(kind) => change.kind == kind,
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
            Self::Rights => change
                .edits
                .iter()
                .any(|edit| matches!(edit.field, Target::IsAdmin | Target::IsManager) && is_right(&edit)),
        }
    }
}

fn is_right(edit: &Edit) -> bool {
    edit.after.is_true() || edit.before.is_true()
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
    Some(capitalised(&sentence))
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A plan.
#[component]
pub(crate) fn PlanView(
    /// The plan.
    plan: Plan,
    /// What the workspace calls its targets.
    catalog: Catalog,
) -> impl IntoView {
    let counts = plan.counts;
    let chosen = RwSignal::new(None::<Tile>);
    let limit = RwSignal::new(SHOWN_AT_ONCE);
    let changes = StoredValue::new(plan.changes);
    let catalog = StoredValue::new(catalog);
    let found = Memo::new(move |_| {
        let tile = chosen.get();
        changes.with_value(|changes| {
            changes
                .iter()
                .filter(|change| tile.is_none_or(|tile| tile.takes(change)))
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
                {fact("Groups to create", counts.groups_created, false)}
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
                {tile("Rights changed", counts.rights_granted + counts.rights_removed, Tile::Rights, false)}
            </ul>
            {new_groups(plan.groups_created)}
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
                            <div class="table-box">
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
                                                        .map(|change| change_row(change, catalog))
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

fn new_groups(groups: Vec<NewGroup>) -> impl IntoView {
    (!groups.is_empty()).then(|| {
        let lines = groups
            .chunk_by(|a, b| a.group_type == b.group_type)
            .map(|of_type| {
                let names =
                    of_type.iter().map(|group| view! { <li class="chip">{group.name.clone()}</li> }).collect_view();
                view! {
                    <div class="group-line">
                        <dt>{of_type[0].group_type.clone()}</dt>
                        <dd><ul class="chips">{names}</ul></dd>
                    </div>
                }
            })
            .collect_view();
        let open = groups.len() <= 12;
        view! {
            <details class="new-groups" open=open>
                <summary>{icon(Icon::Chevron)} {text::count(groups.len() as u64, "group", "groups")} " will be created"</summary>
                <dl>{lines}</dl>
            </details>
        }
    })
}

/// What happens to a user, as a badge.
pub(crate) fn kind_badge(kind: ChangeKind) -> impl IntoView {
    match kind {
        ChangeKind::Created => view! { <Badge tone=Tone::Good with=Icon::Plus text="Create" /> },
        ChangeKind::Updated => view! { <Badge tone=Tone::Accent with=Icon::Arrow text="Update" /> },
        ChangeKind::Deactivated => view! { <Badge tone=Tone::Bad with=Icon::Off text="Deactivate" /> },
        ChangeKind::Reactivated => view! { <Badge tone=Tone::Good with=Icon::Back text="Reactivate" /> },
        ChangeKind::Removed => view! { <Badge tone=Tone::Bad with=Icon::Off text="Remove" /> },
    }
}

fn change_row(change: &Change, catalog: &Catalog) -> impl IntoView + use<> {
    let created = change.kind == ChangeKind::Created;
    let edits = change
        .edits
        .iter()
        .filter(|edit| edit.field != Target::Email)
        .map(|edit| edit_line(&edit, created, catalog))
        .collect_view();
    view! {
        <tr>
            <td data-label="Row" class="number">{change.row.map_or_else(|| "–".to_owned(), text::number)}</td>
            <td data-label="Person" class="person-cell">{change.email.clone()}</td>
            <td data-label="Change">{kind_badge(change.kind)}</td>
            <td data-label="Fields"><dl class="edits" class:created=created>{edits}</dl></td>
        </tr>
    }
}

/// A field of a user, before and after.
pub(crate) fn edit_line(edit: &Edit, created: bool, catalog: &Catalog) -> impl IntoView + use<> {
    let label = label(&edit.field, catalog);
    let label = label.strip_prefix("User - ").unwrap_or(&label).to_owned();
    let before = (!created).then(|| {
        view! {
            <del><span class="visually-hidden">"before: "</span>{value(&edit.before)}</del>
            {icon(Icon::Arrow)}
        }
    });
    view! {
        <div class="edit">
            <dt>{label}</dt>
            <dd>
                {before}
                <ins><span class="visually-hidden">"after: "</span>{value(&edit.after)}</ins>
                {edit.reason.clone().map(|reason| view! { <span class="reason">{reason}</span> })}
            </dd>
        </div>
    }
}

fn value(value: &Value) -> AnyView {
    match value {
        Value::Null => view! { <span class="nothing">"empty"</span> }.into_any(),
        Value::Bool(true) => "True".into_any(),
        Value::Bool(false) => "False".into_any(),
        Value::Text(text) => text.clone().into_any(),
        Value::List(words) if words.is_empty() => view! { <span class="nothing">"none"</span> }.into_any(),
        Value::List(words) => words.join(", ").into_any(),
        Value::Json(json) => json.to_string().into_any(),
    }
}
