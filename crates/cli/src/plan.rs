//! A plan for people: who changes, field by field, before → after, and how much that is in all.
//!
//! Shows what it is given; what a change is, the core decides.

use std::fmt::Write as _;

use passmuster_core::field::Target;
use passmuster_core::plan::{Change, ChangeKind, Counts, Edit, NewGroup, Plan, Value};
use passmuster_core::wire::Difference;

use crate::words::{counted, number, table, visible};

/// The people, the groups, the counts; `elsewhere` says how those are seen that the plan was cut by.
pub(crate) fn write_plan(text: &mut String, plan: &Plan, elsewhere: &str) {
    if !plan.changes.is_empty() {
        write_changes(text, &plan.changes);
        text.push('\n');
    }
    if plan.changes_shown < plan.changes_total {
        let _ = writeln!(
            text,
            "… and {} more; {elsewhere}.\n",
            counted(plan.changes_total - plan.changes_shown, "change")
        );
    }
    write_groups(text, "New groups", &plan.groups_created);
    write_groups(text, "Groups removed", &plan.groups_removed);
    write_counts(text, &plan.counts);
}

/// A table of who changes how; a person is named once.
fn write_changes(text: &mut String, changes: &[Change]) {
    let mut rows = vec![
        ["row", "", "person", "field", "before → after"]
            .map(str::to_owned)
            .to_vec(),
    ];
    for change in changes {
        let is_new = change.kind == ChangeKind::Created;
        // A new user's address is in the column of the person.
        let edits = change
            .edits
            .iter()
            .filter(|edit| !is_new || edit.field != Target::Email);
        let mut person = [
            change.row.map(|row| row.to_string()).unwrap_or_else(|| "–".to_owned()),
            word(change.kind).to_owned(),
            visible(&change.email).into_owned(),
        ];
        let mut is_first = true;
        for edit in edits {
            let mut row = person.to_vec();
            row.extend([visible(&short_label(&edit.field)).into_owned(), becomes(&edit, is_new)]);
            rows.push(row);
            person = Default::default();
            is_first = false;
        }
        if is_first {
            rows.push(person.to_vec());
        }
    }
    if changes.iter().all(|change| change.row.is_none()) {
        // Nothing here comes from a record.
        rows.iter_mut().for_each(|row| drop(row.remove(0)));
        table(text, "  ", &[], &rows);
    } else {
        table(text, "  ", &[0], &rows);
    }
}

/// For whom a plan is no longer the one that was agreed to.
pub(crate) fn write_difference(text: &mut String, difference: &Difference) {
    let changes: Vec<Change> = difference.users.iter().filter_map(|user| user.change.clone()).collect();
    if !changes.is_empty() {
        text.push_str("Would change now, otherwise than in the plan that was agreed to:\n");
        write_changes(text, &changes);
    }
    for user in difference.users.iter().filter(|user| user.change.is_none()) {
        // Writing to a string never fails.
        let _ = writeln!(text, "Would not change any more: {}", visible(&user.email));
    }
    let shown = difference.users.len() as u64;
    if shown < difference.total {
        let _ = writeln!(text, "… and {} more.", counted(difference.total - shown, "user"));
    }
}

fn write_groups(text: &mut String, title: &str, groups: &[NewGroup]) {
    if groups.is_empty() {
        return;
    }
    let rows: Vec<_> = groups
        .chunk_by(|a, b| a.group_type == b.group_type)
        .map(|of_type| {
            let names: Vec<_> = of_type.iter().map(|group| visible(&group.name)).collect();
            vec![visible(&of_type[0].group_type).into_owned(), names.join(", ")]
        })
        .collect();
    // Writing to a string never fails.
    let _ = writeln!(text, "{title}:");
    table(text, "  ", &[], &rows);
    text.push('\n');
}

/// How much changes, by what; kinds of which there is nothing are left out.
pub(crate) fn write_counts(text: &mut String, counts: &Counts) {
    let lines = [
        (
            "users",
            vec![
                (counts.created, "created"),
                (counts.updated, "updated"),
                (counts.deactivated, "deactivated"),
                (counts.reactivated, "reactivated"),
                (counts.removed, "removed"),
                (counts.unchanged, "unchanged"),
            ],
        ),
        (
            "groups",
            vec![(counts.groups_created, "created"), (counts.groups_removed, "removed")],
        ),
        (
            "memberships",
            vec![(counts.memberships_set, "set"), (counts.memberships_removed, "removed")],
        ),
        (
            "managers",
            vec![(counts.managers_set, "set"), (counts.managers_cleared, "cleared")],
        ),
        (
            "group managers",
            vec![
                (counts.group_managers_set, "set"),
                (counts.group_managers_removed, "removed"),
            ],
        ),
        (
            "rights",
            vec![(counts.rights_granted, "granted"), (counts.rights_removed, "removed")],
        ),
    ];
    for (what, counts) in lines {
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts
            .map(|(count, word)| format!("{} {word}", number(count)))
            .collect();
        if !counts.is_empty() {
            // Writing to a string never fails.
            let _ = writeln!(text, "  {:<16}{}", format!("{what}:"), counts.join(", "));
        }
    }
}

fn word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Created => "create",
        ChangeKind::Updated => "update",
        ChangeKind::Deactivated => "deactivate",
        ChangeKind::Reactivated => "reactivate",
        ChangeKind::Removed => "remove",
    }
}

/// `Time Zone` of `User - Time Zone`.
pub(crate) fn short_label(field: &Target) -> String {
    let label = field.label();
    label.strip_prefix("User - ").unwrap_or(&label).to_owned()
}

fn becomes(edit: &Edit, is_new: bool) -> String {
    let mut text = if is_new {
        printed(&edit.after)
    } else {
        format!("{} → {}", printed(&edit.before), printed(&edit.after))
    };
    if let Some(reason) = &edit.reason {
        let _ = write!(text, "  ({})", visible(reason));
    }
    text
}

/// A value as a person reads it.
pub(crate) fn printed(value: &Value) -> String {
    match value {
        Value::Null => "(empty)".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Text(text) => visible(text).into_owned(),
        Value::List(words) if words.is_empty() => "(none)".to_owned(),
        Value::List(words) => visible(&words.join(", ")).into_owned(),
        Value::Json(json) => visible(&json.to_string()).into_owned(),
    }
}
