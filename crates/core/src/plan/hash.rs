//! The hash of a plan: SHA-256 of its JSON, written past the serializer.
//!
//! A hundred thousand new users are a hundred megabytes of JSON, most of them the names of keys; nobody but the hash asks
//! for all of it. What is written here is, to the byte, what `serde_json` writes.

use std::io::Write;

use sha2::{Digest, Sha256};

use super::{Change, ChangeKind, EditRef, Plan, Value, ValueRef};

/// Bytes that are hashed at a time.
const PART: usize = 1 << 14;

/// SHA-256 of version, counts, groups created and changes, with the groups removed behind them when there are some.
pub(super) fn of(plan: &Plan) -> String {
    let mut out = Writing {
        hasher: Sha256::new(),
        part: Vec::with_capacity(2 * PART),
    };
    out.bytes(b"[");
    out.json(&plan.version);
    out.bytes(b",");
    out.json(&plan.counts);
    out.bytes(b",");
    out.json(&plan.groups_created);
    out.bytes(b",[");
    for (at, change) in plan.changes.iter().enumerate() {
        if at > 0 {
            out.bytes(b",");
        }
        out.change(change);
    }
    out.bytes(b"]]");
    if !plan.groups_removed.is_empty() {
        out.json(&plan.groups_removed);
    }
    out.hasher.update(&out.part);
    let digest = out.hasher.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Writing {
    hasher: Sha256,
    /// What is not hashed yet.
    part: Vec<u8>,
}

impl Writing {
    fn bytes(&mut self, bytes: &[u8]) {
        self.part.extend_from_slice(bytes);
    }

    fn json(&mut self, document: &impl serde::Serialize) {
        let written = serde_json::to_writer(&mut self.part, document);
        debug_assert!(written.is_ok(), "a plan is always JSON");
    }

    fn change(&mut self, change: &Change) {
        match change.row {
            Some(row) => {
                let written = write!(self.part, "{{\"row\":{row},\"email\":");
                debug_assert!(written.is_ok(), "memory takes every byte");
            }
            None => self.bytes(b"{\"row\":null,\"email\":"),
        }
        self.text("", &change.email);
        self.bytes(match change.kind {
            ChangeKind::Created => b",\"kind\":\"created\",\"edits\":[",
            ChangeKind::Updated => b",\"kind\":\"updated\",\"edits\":[",
            ChangeKind::Deactivated => b",\"kind\":\"deactivated\",\"edits\":[",
            ChangeKind::Reactivated => b",\"kind\":\"reactivated\",\"edits\":[",
            ChangeKind::Removed => b",\"kind\":\"removed\",\"edits\":[",
        });
        for (at, edit) in change.edits.refs().enumerate() {
            self.bytes(if at > 0 { b",{\"field\":" } else { b"{\"field\":" });
            self.edit(edit);
        }
        self.bytes(b"]}");
        if self.part.len() >= PART {
            self.hasher.update(&self.part);
            self.part.clear();
        }
    }

    fn edit(&mut self, edit: EditRef<'_>) {
        self.text(edit.field.field().code, edit.field.name().unwrap_or_default());
        self.bytes(b",\"before\":");
        self.value(edit.before);
        self.bytes(b",\"after\":");
        self.value(edit.after);
        if let Some(reason) = edit.reason {
            self.bytes(b",\"reason\":");
            self.text("", reason);
        }
        self.bytes(b"}");
    }

    fn value(&mut self, value: ValueRef<'_>) {
        match value {
            ValueRef::Of(Value::Null) => self.bytes(b"null"),
            ValueRef::Of(Value::Bool(true)) => self.bytes(b"true"),
            ValueRef::Of(Value::Bool(false)) => self.bytes(b"false"),
            ValueRef::Of(Value::Text(text)) => self.text("", text),
            ValueRef::Text(text) => self.text("", text),
            other => self.json(&other),
        }
    }

    /// A text, with something before it that needs no escape.
    fn text(&mut self, before: &str, text: &str) {
        let is_plain = |byte: &u8| *byte >= 0x20 && *byte != b'"' && *byte != b'\\';
        // No early end: so it is looked at many bytes at a time.
        if text.as_bytes().iter().fold(true, |all, byte| all & is_plain(byte)) {
            for part in ["\"", before, text, "\""] {
                self.bytes(part.as_bytes());
            }
        } else if before.is_empty() {
            self.json(&text);
        } else {
            self.json(&format!("{before}{text}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Target;
    use crate::plan::{Edit, NewGroup};

    #[test]
    fn it_is_of_what_the_serializer_writes() {
        let odd = ["", "Jo", "\"J\\o\"\n", "Zoë \u{7f}\u{1f}", "a/b"];
        let values = odd.iter().flat_map(|text| {
            [
                Value::Text((*text).to_owned()),
                Value::List(vec![(*text).to_owned(), "b".to_owned()]),
                Value::Json(serde_json::json!({ *text: [1.5, null, text] })),
            ]
        });
        let mut values: Vec<Value> = values.collect();
        values.extend([
            Value::Null,
            Value::Bool(true),
            Value::Bool(false),
            Value::List(Vec::new()),
        ]);
        let changes = ChangeKind::ALL
            .iter()
            .zip(odd)
            .enumerate()
            .map(|(at, (kind, text))| Change {
                row: (at > 0).then_some(at as u64 * 1000),
                email: text.to_owned(),
                kind: *kind,
                edits: (values.iter().zip(values.iter().rev()))
                    .map(|(before, after)| Edit {
                        field: Target::GroupMembership(text.to_owned()),
                        before: before.clone(),
                        after: after.clone(),
                        reason: (at > 1).then(|| text.to_owned()),
                    })
                    .collect(),
                user_id: Some("1".to_owned()),
            });
        let group = NewGroup {
            group_type: "Team".to_owned(),
            name: "\"A\"".to_owned(),
        };
        let removed = [Vec::new(), vec![group.clone()]];
        for groups_removed in removed {
            let plan = Plan::with_removals(changes.clone().collect(), vec![group.clone()], groups_removed, 7);
            let whole = (plan.version, &plan.counts, &plan.groups_created, &plan.changes);
            let mut json = serde_json::to_vec(&whole).expect("JSON");
            if !plan.groups_removed.is_empty() {
                serde_json::to_writer(&mut json, &plan.groups_removed).expect("JSON");
            }
            let digest = Sha256::digest(&json);
            let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(plan.hash, hash);
        }
    }
}
