//! The audit as CSV: a row for each value that changed, and one for an entry without values.
//!
//! Cells that a spreadsheet would run are guarded.

use std::io::{self, Write};

use csv::WriterBuilder;
use serde_json::Value as Json;

use crate::value::guard;
use crate::wire::audit::AuditEntry;

/// The columns.
pub const COLUMNS: [&str; 14] = [
    "time", "who", "through", "action", "target", "field", "before", "after", "reason", "upload", "row", "request",
    "address", "entry",
];

/// Writes the row of headers.
///
/// # Errors
/// Those of the writer.
pub fn write_header(out: &mut dyn Write) -> io::Result<()> {
    let mut writer = WriterBuilder::new().from_writer(out);
    writer.write_record(COLUMNS).map_err(io::Error::other)?;
    writer.flush()
}

/// Writes some entries.
///
/// # Errors
/// Those of the writer.
pub fn write_entries(entries: &[AuditEntry], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = WriterBuilder::new().from_writer(out);
    for entry in entries {
        let mut write = |field: &str, before: &str, after: &str, reason: &str| {
            let row = entry.row.map(|row| row.to_string()).unwrap_or_default();
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let (upload, request, address) = (text(&entry.upload_id), text(&entry.request_id), text(&entry.address));
            let cells = [
                &entry.at,
                &entry.actor,
                &entry.via,
                &entry.action,
                &entry.target,
                field,
                before,
                after,
                reason,
                &upload,
                &row,
                &request,
                &address,
                &entry.id,
            ];
            writer.write_record(cells.map(|cell| guard(cell).into_owned()))
        };
        if entry.edits.is_empty() {
            write("", "", "", "").map_err(io::Error::other)?;
        }
        for edit in &entry.edits {
            let reason = edit.reason.as_deref().unwrap_or_default();
            let written = write(&edit.field, &words(&edit.before), &words(&edit.after), reason);
            written.map_err(io::Error::other)?;
        }
    }
    writer.flush()
}

/// A value without the quotes of JSON; nothing for nothing.
fn words(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::audit::FieldEdit;

    #[test]
    fn each_value_that_changed_has_a_row_and_runs_nothing() {
        let entry = AuditEntry {
            id: "1".to_owned(),
            at: "2026-11-21T08:30:00Z".to_owned(),
            actor: "ann@a.co".to_owned(),
            via: "page".to_owned(),
            action: "user_updated".to_owned(),
            target: "bo@a.co".to_owned(),
            user_id: None,
            upload_id: None,
            integration: None,
            row: Some(812),
            request_id: None,
            address: None,
            edits: vec![
                FieldEdit::new("user.first_name", "=1+1", json!(null)),
                FieldEdit::new("user.tags", json!(["a"]), json!([])),
            ],
        };
        let mut out = Vec::new();
        write_header(&mut out).expect("memory takes it");
        write_entries(&[entry], &mut out).expect("memory takes it");
        let text = String::from_utf8(out).expect("UTF-8");
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows[0], COLUMNS.join(","));
        assert_eq!(
            rows[1],
            "2026-11-21T08:30:00Z,ann@a.co,page,user_updated,bo@a.co,user.first_name,'=1+1,,,,812,,,1"
        );
        assert_eq!(
            rows[2],
            "2026-11-21T08:30:00Z,ann@a.co,page,user_updated,bo@a.co,user.tags,\"[\"\"a\"\"]\",[],,,812,,,1"
        );
    }
}
