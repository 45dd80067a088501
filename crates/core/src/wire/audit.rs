//! The audit: who changed what, when, through what.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One thing before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FieldEdit {
    /// Which: a target such as `user.email`, or a setting such as `sandbox`.
    pub field: String,
    /// What it was.
    pub before: Value,
    /// What it is.
    pub after: Value,
    /// Why, when nobody asked for it in so many words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

impl FieldEdit {
    /// From one value to another.
    pub fn new(field: &str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        Self {
            field: field.to_owned(),
            before: before.into(),
            after: after.into(),
            reason: None,
        }
    }

    /// Those of some fields that differ.
    pub fn between(fields: &[(&str, Value, Value)]) -> Vec<Self> {
        let differing = fields.iter().filter(|(_, before, after)| before != after);
        differing
            .map(|(field, before, after)| Self::new(field, before.clone(), after.clone()))
            .collect()
    }
}

/// One entry: written once, never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditEntry {
    /// A UUIDv7; newer entries have larger ones.
    pub id: String,
    /// When, RFC 3339, UTC.
    pub at: String,
    /// By whom: an address, a token's first characters, `API key` and its name, or `command line`.
    pub actor: String,
    /// Through what: `page`, `api`, `data`, `cli` or `setup`.
    pub via: String,
    /// What was done, such as `user_updated` or `token_rotated`.
    pub action: String,
    /// To whom or what: an address, or a name.
    pub target: String,
    /// The user it was done to; stays the same when their address changes.
    pub user_id: Option<String>,
    /// The upload that did it.
    pub upload_id: Option<String>,
    /// The upload's integration: its id and its name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub integration: Option<(String, String)>,
    /// The upload's record that says so, from 1.
    pub row: Option<u64>,
    /// The request that did it, as its answer's `X-Request-Id` says.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub request_id: Option<String>,
    /// Where the request came from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub address: Option<String>,
    /// Before and after.
    pub edits: Vec<FieldEdit>,
}

/// `GET /api/admin/audit/count/` with the words of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditCount {
    /// How many entries match.
    pub entries: u64,
    /// Whether there are more: counting ends at so many.
    pub is_capped: bool,
}

/// `GET /api/admin/audit/?limit=&cursor=&actor=&action=&target=&user_id=&upload_id=&since=&until=`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditList {
    /// One page, newest first.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}
