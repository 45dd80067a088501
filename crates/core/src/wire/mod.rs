//! The JSON that server and page exchange, written once for both.
//!
//! Shapes only: no rule, no default that decides anything.

use serde::{Deserialize, Serialize};

use crate::limits::Crossed;
use crate::plan::{Change, Counts, Plan};
use crate::problem::{Column, Report};

pub mod audit;
pub mod directory;
pub mod integration;
pub mod people;
pub mod reading;
pub mod session;
pub mod worker;
pub mod workspace;

/// One reason why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ErrorItem {
    /// `import_parse_json`, `import_parse_csv`, `import_transform_data`, or one of `authentication`, `permission`,
    /// `not_found`, `conflict`, `limit_exceeded`, `too_large`, `unsupported_type`, `idempotency`, `rate_limited`,
    /// `unavailable`, `invalid_request`, `internal`.
    pub id: String,
    /// What was found, and what was expected.
    pub description: String,
    /// The rule's stable name, for problems of a body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The record, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// The physical line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The API field, or the character of a syntax error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<Column>,
    /// The offending text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What to do instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

/// The body of every refusal, on every endpoint of ours.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct ErrorBody {
    /// The first reasons, in full.
    pub errors: Vec<ErrorItem>,
    /// All reasons, counted.
    pub error_count: u64,
    /// Whether `errors` was cut; then `error_count` is larger than its length.
    pub errors_capped: bool,
    /// The upload that was recorded, when one was.
    pub upload_id: Option<String>,
    /// The request's id, the same as in the server's log.
    pub request_id: String,
    /// The hash of the plan that would be applied now, when a plan is what stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_hash: Option<String>,
    /// What that plan would change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<Box<Counts>>,
    /// How that plan differs from the one that was agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<Box<Difference>>,
}

/// How a plan differs from an earlier one of the same body.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Difference {
    /// How many users it concerns.
    pub total: u64,
    /// The first of them.
    pub users: Vec<Differing>,
}

/// A user for whom a plan differs from an earlier one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Differing {
    /// The address.
    pub email: String,
    /// Whether the earlier plan changed the user.
    pub was_in_plan: bool,
    /// What would happen to the user now; `None`: nothing.
    pub change: Option<Change>,
}

/// `201 Created`: the body was applied and is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadAnswer {
    /// The upload's id.
    pub upload_id: String,
    /// Records in the body.
    pub records: u64,
    /// What changed.
    #[serde(flatten)]
    pub counts: Counts,
    /// Warnings in the report, which `GET /api/admin/uploads/{id}` shows.
    pub warning_count: u64,
    /// The hash of the plan that was applied.
    pub plan_hash: String,
}

/// `200 OK` of `mode=check` and `mode=plan`: nothing was stored or changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlanAnswer {
    /// What checking found.
    pub report: Report,
    /// What would change; `None` with `mode=check`, or when the report has errors.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub plan: Option<Plan>,
    /// The limits that the plan crosses: applying it would hold the upload for a person.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub limits: Vec<Crossed>,
}
