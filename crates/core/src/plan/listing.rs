//! A plan as a table for people to keep: one line a field that changes. It is read by people, never by an upload.

use csv::WriterBuilder;

use super::{ChangeKind, Plan, Value};
use crate::field::Target;
use crate::value::guard;

/// The headers of the table.
const HEADERS: [&str; 7] = ["Row", "Person", "Change", "Field", "Before", "After", "Reason"];

/// The plan as CSV; `label` names a target as the page does. No cell is one that a spreadsheet would run.
pub fn to_csv(plan: &Plan, label: &dyn Fn(&Target) -> String) -> String {
    let mut writer = WriterBuilder::new().from_writer(Vec::new());
    let mut lines = vec![HEADERS.map(str::to_owned)];
    for (change, groups) in [
        ("create group", &plan.groups_created),
        ("remove group", &plan.groups_removed),
    ] {
        lines.extend(groups.iter().map(|group| {
            let (group_type, name) = (group.group_type.clone(), group.name.clone());
            let line = ["", "", change].map(str::to_owned);
            let [row, person, change] = line;
            [row, person, change, group_type, String::new(), name, String::new()]
        }));
    }
    for change in &plan.changes {
        let row = change.row.map(|row| row.to_string()).unwrap_or_default();
        let line = |field, before, after, reason| {
            let (person, kind) = (change.email.clone(), word(change.kind).to_owned());
            [row.clone(), person, kind, field, before, after, reason]
        };
        let mut edits = change.edits.iter().peekable();
        if edits.peek().is_none() {
            lines.push(line(String::new(), String::new(), String::new(), String::new()));
        }
        lines.extend(edits.map(|edit| {
            let reason = edit.reason.clone().unwrap_or_default();
            line(label(&edit.field), text(&edit.before), text(&edit.after), reason)
        }));
    }
    for line in lines {
        // Writing into memory fails only without memory.
        let _ = writer.write_record(line.iter().map(|cell| guard(cell).into_owned()));
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
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

/// A value as people read it; nothing is blank.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(is) => if *is { "True" } else { "False" }.to_owned(),
        Value::Text(text) => text.clone(),
        Value::List(words) => words.join("; "),
        Value::Json(json) => json.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Change, Edit, NewGroup};
    use super::*;

    #[test]
    fn every_field_is_a_line_and_nothing_runs_in_a_spreadsheet() {
        let edit = |field, before, after, reason: Option<&str>| Edit {
            field,
            before,
            after,
            reason: reason.map(str::to_owned),
        };
        let edits = [
            edit(
                Target::LastName,
                Value::Text("=1+1".into()),
                Value::Text("Hill, Jr.".into()),
                None,
            ),
            edit(
                Target::Manager,
                Value::Text("a@b.co".into()),
                Value::Null,
                Some("cleared because blank"),
            ),
        ];
        let change = Change {
            row: Some(7),
            email: "ann@b.co".to_owned(),
            kind: ChangeKind::Updated,
            edits: edits.into_iter().collect(),
            user_id: None,
        };
        let group = NewGroup {
            group_type: "Team".to_owned(),
            name: "Dogs".to_owned(),
        };
        let plan = Plan::new(vec![change], vec![group], 0);
        assert_eq!(
            to_csv(&plan, &Target::label),
            "Row,Person,Change,Field,Before,After,Reason\n,,create group,Team,,Dogs,\n\
             7,ann@b.co,update,User - Last Name,'=1+1,\"Hill, Jr.\",\n\
             7,ann@b.co,update,User - Manager,a@b.co,,cleared because blank\n"
        );
    }
}
