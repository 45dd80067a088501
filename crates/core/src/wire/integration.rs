//! Integrations, their credentials and their uploads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::directory::present;

use crate::limits::{Crossed, Limit, LimitKind, Limits};
use crate::mapping::{FileFormat, Mapping};
use crate::permission::Permission;
use crate::plan::{Counts, Plan};
use crate::problem::{Problem, Report};
use crate::undo::Left;

/// What a user missing in a body means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum UploadMode {
    /// Nothing.
    #[default]
    Changes,
    /// That they left: they are deactivated, if the integration manages them.
    Snapshot,
}

impl UploadMode {
    /// `changes` or `snapshot`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Snapshot => "snapshot",
        }
    }
}

/// One enabled User API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Integration {
    /// A UUIDv7.
    pub id: String,
    /// Such as `EMEA User API`.
    pub name: String,
    /// The last part of the endpoint.
    pub route: String,
    /// The whole address to post to, with its trailing `/`.
    pub endpoint: String,
    /// Who is told when uploads fail.
    pub admin_email: Option<String>,
    /// A disabled integration refuses uploads.
    pub enabled: bool,
    /// Its uploads are marked sandbox; they change users all the same.
    pub sandbox: bool,
    /// Whether its bodies name everybody.
    pub upload_mode: UploadMode,
    /// How much one upload may change before a person has to look at it.
    pub limits: Limits,
    /// The saved mapping, file format included.
    pub mapping: Mapping,
    /// Counts up with every saved mapping, from 1.
    pub mapping_version: u64,
    /// Its tokens, newest first, without their secrets.
    pub tokens: Vec<Token>,
    /// The newest upload.
    pub last_upload: Option<Upload>,
    /// How many of its uploads wait for a person.
    #[serde(default)]
    pub held_uploads: u64,
}

/// One version of an integration's mapping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MappingVersion {
    /// From 1.
    pub version: u64,
    /// When it was saved, RFC 3339, UTC.
    pub saved_at: String,
    /// By whom; empty where that was not kept.
    pub saved_by: String,
}

/// `GET /api/admin/integrations/{id}/mapping/versions/`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MappingVersionList {
    /// All of them, newest first.
    pub versions: Vec<MappingVersion>,
}

/// `GET /api/admin/integrations/{id}/mapping/versions/{n}/`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SavedMapping {
    /// Which one.
    #[serde(flatten)]
    pub version: MappingVersion,
    /// The document.
    pub mapping: Mapping,
}

/// `GET /api/admin/integrations/`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct IntegrationList {
    /// All of the workspace.
    pub integrations: Vec<Integration>,
    /// How many the workspace may have.
    pub limit: u64,
}

/// `POST /api/admin/integrations/`: enables one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnableIntegration {
    /// The name; blank: `User API Integration`.
    pub name: String,
    /// CSV or JSON.
    pub file_format: FileFormat,
    /// The last part of the endpoint; `None`: made from the name.
    #[serde(default)]
    pub route: Option<String>,
    /// The mapping to begin with; `None`: the required fields.
    #[serde(default)]
    pub mapping: Option<Mapping>,
    /// Who is told when uploads fail.
    #[serde(default)]
    pub admin_email: Option<String>,
}

/// `PATCH /api/admin/integrations/{id}`; what is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct IntegrationEdit {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Who is told when uploads fail; `null` or blank: nobody.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub admin_email: Option<Option<String>>,
    /// Whether it takes uploads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whether its uploads are marked sandbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<bool>,
    /// What a user missing in a body means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upload_mode: Option<UploadMode>,
    /// Limits to set, or `null` to lift.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub limits: BTreeMap<LimitKind, Option<Limit>>,
}

/// What enabling answers, and `passmuster integration create --output json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EnabledIntegration {
    /// The integration's id.
    pub integration_id: String,
    /// The last part of the endpoint.
    pub route: String,
    /// The whole address, with its trailing `/`.
    pub endpoint: String,
    /// The token; shown this once, kept only as a digest.
    pub auth_token: String,
}

/// A token of an integration, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Token {
    /// A UUIDv7.
    pub id: String,
    /// Its first characters, to tell it from others.
    pub starts_with: String,
    /// Whether it can be used.
    pub state: TokenState,
    /// When it was made, RFC 3339, UTC.
    pub created_at: String,
    /// By whom.
    pub created_by: Option<String>,
    /// When an upload last came with it.
    pub last_used_at: Option<String>,
    /// When it ends, or ended.
    pub ends_at: Option<String>,
    /// The token that took its place, if one did.
    #[serde(default)]
    pub replaced_by: Option<String>,
}

/// Whether a token can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum TokenState {
    /// Yes.
    Active,
    /// Yes, until `ends_at`; another one took its place.
    Ending,
    /// No, its time is over.
    Expired,
    /// No, somebody ended it.
    Revoked,
}

impl TokenState {
    /// Whether a sender may still use it.
    pub fn is_good(self) -> bool {
        matches!(self, Self::Active | Self::Ending)
    }
}

/// `POST /api/admin/integrations/{id}/tokens/`; the document may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct WantedToken {
    /// How long it is good; `None`: until it is rotated or revoked.
    pub expires_in_days: Option<u64>,
}

/// A new token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewToken {
    /// A UUIDv7, by which it is rotated or revoked.
    pub token_id: String,
    /// The token; shown this once.
    pub auth_token: String,
    /// When it ends, if it does.
    pub expires_at: Option<String>,
}

/// `POST /api/admin/integrations/{id}/tokens/{token_id}/rotate/`; the document may be left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Rotation {
    /// How long the old token is good still; a day unless told otherwise, 0 ends it at once.
    pub overlap_seconds: Option<u64>,
}

/// A token that took another one's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RotatedToken {
    /// The new one.
    #[serde(flatten)]
    pub token: NewToken,
    /// The one whose place it took.
    pub old_token_id: String,
    /// When that one ends.
    pub old_ends_at: String,
}

/// A key of the admin API, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApiKey {
    /// A UUIDv7.
    pub id: String,
    /// What the audit calls whoever uses it.
    pub name: String,
    /// Its first characters, to tell it from others.
    pub starts_with: String,
    /// What may be done with it.
    pub permissions: Vec<Permission>,
    /// When it was made, RFC 3339, UTC.
    pub created_at: String,
    /// By whom.
    pub created_by: Option<String>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<String>,
}

/// How an upload ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Everything in it was applied.
    Applied,
    /// Nothing in it was applied.
    Rejected,
    /// Nothing in it was applied yet: it crosses a limit and waits for a person.
    Held,
    /// It was applied, and undone as far as that could be.
    Undone,
}

impl Outcome {
    /// `applied`, `rejected`, `held` or `undone`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Rejected => "rejected",
            Self::Held => "held",
            Self::Undone => "undone",
        }
    }

    /// The outcome that [`Self::as_str`] calls so.
    pub fn of_str(word: &str) -> Option<Self> {
        [Self::Applied, Self::Rejected, Self::Held, Self::Undone]
            .into_iter()
            .find(|outcome| outcome.as_str() == word)
    }
}

/// One received body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Upload {
    /// A UUIDv7.
    pub id: String,
    /// The integration it came through.
    pub integration_id: String,
    /// When, RFC 3339, UTC.
    pub received_at: String,
    /// By whom: a token's first characters, or a person's address.
    pub received_by: String,
    /// Bytes, as received.
    pub bytes: u64,
    /// Records read.
    pub records: u64,
    /// How it ended.
    pub outcome: Outcome,
    /// What changed, or would change while it is held; `None` when its report has errors.
    pub counts: Option<Counts>,
    /// `data` or `page`.
    pub via: String,
    /// Whether its integration was in sandbox mode.
    pub sandbox: bool,
    /// Whether it was taken as a full snapshot.
    pub upload_mode: UploadMode,
    /// The hash of its plan.
    pub plan_hash: Option<String>,
    /// The limits that it crosses or crossed.
    pub crossed: Vec<Crossed>,
    /// When a person allowed or rejected it, RFC 3339, UTC.
    pub decided_at: Option<String>,
    /// Who did.
    pub decided_by: Option<String>,
    /// When it was undone, RFC 3339, UTC.
    pub undone_at: Option<String>,
    /// Who did.
    pub undone_by: Option<String>,
    /// Whether the body is still kept: its records can be shown, and, while it is held, it can be allowed.
    pub has_body: bool,
    /// All errors, counted.
    pub error_count: u64,
    /// All warnings, counted.
    pub warning_count: u64,
}

/// `GET /api/admin/integrations/{id}/uploads/`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadList {
    /// One page, newest first.
    pub uploads: Vec<Upload>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
    /// For how many days bodies are kept, where they can be looked at; 0: they are not.
    #[serde(default)]
    pub kept_days: u64,
}

/// The uploads of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadDay {
    /// How many days ago; 0: today.
    pub days_ago: u64,
    /// Applied, and not undone since.
    pub applied: u64,
    /// Waiting for a person.
    pub held: u64,
    /// Rejected.
    pub rejected: u64,
    /// Undone.
    pub undone: u64,
}

/// `GET /api/admin/integrations/{id}/uploads/per-day/`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadDays {
    /// How many days were looked at, today among them.
    pub days: u64,
    /// Those with uploads, the latest first.
    pub counts: Vec<UploadDay>,
}

/// `GET /api/admin/uploads/{id}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadDetail {
    /// The upload.
    #[serde(flatten)]
    pub upload: Upload,
    /// The version of the mapping that it was read with; `None`: one that came with it.
    #[serde(default)]
    pub mapping_version: Option<u64>,
    /// The encoding that was chosen for reading it; `None`: found in the body.
    #[serde(default)]
    pub encoding: Option<String>,
    /// The sheet of a workbook that was chosen; `None`: the first visible one.
    #[serde(default)]
    pub sheet: Option<String>,
    /// The digest of the body, SHA-256 in hexadecimal digits.
    #[serde(default)]
    pub body_sha256: String,
    /// What checking found.
    pub report: Report,
}

/// What a record of an upload came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum RecordOutcome {
    /// It made a user.
    Created,
    /// It changed a user.
    Updated,
    /// It deactivated a user.
    Deactivated,
    /// It reactivated a user.
    Reactivated,
    /// It changed nothing: the user was like that, or the record repeats an earlier one.
    Unchanged,
    /// It was not applied, because this record or another one has errors, or a person rejected the upload.
    Rejected,
    /// It waits, with its upload, for a person.
    Held,
}

/// A record of an upload as it was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UploadRecord {
    /// The record, from 1.
    pub row: u64,
    /// The physical line, from 1.
    pub line: u64,
    /// Its cells in the order of the columns; `null` where it has none.
    pub cells: Vec<Option<String>>,
    /// The address that it is about.
    pub email: Option<String>,
    /// What it came to.
    pub outcome: RecordOutcome,
    /// Its problems, as far as the report holds them in full.
    pub problems: Vec<Problem>,
}

/// `GET /api/admin/uploads/{id}/records/`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RecordList {
    /// The columns or keys of the body.
    pub columns: Vec<String>,
    /// One page.
    pub records: Vec<UploadRecord>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}

/// `GET /api/admin/uploads/{id}/changes/`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeList {
    /// One page of what was applied.
    pub changes: Vec<crate::plan::Change>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}

/// `POST /api/admin/uploads/{id}/undo/`: what undoing did, or, with `mode=plan`, would do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UndoAnswer {
    /// The upload.
    pub upload_id: String,
    /// Whether it was done.
    pub applied: bool,
    /// How much is put back.
    pub counts: Counts,
    /// What is put back; its first changes.
    pub plan: Plan,
    /// How many things stay because they were changed since.
    pub kept_count: u64,
    /// The first of them.
    pub kept: Vec<Left>,
    /// How many things can't be put back.
    pub cannot_count: u64,
    /// The first of them.
    pub cannot: Vec<Left>,
}
