//! Integrations, their credentials and their uploads.

use serde::{Deserialize, Serialize};

use crate::mapping::{FileFormat, Mapping};
use crate::plan::Counts;
use crate::problem::Report;

/// One enabled User API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The saved mapping, file format included.
    pub mapping: Mapping,
    /// Counts up with every saved mapping, from 1.
    pub mapping_version: u64,
    /// Its tokens, newest first, without their secrets.
    pub tokens: Vec<Token>,
    /// The newest upload.
    pub last_upload: Option<Upload>,
}

/// `GET /api/admin/integrations/`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IntegrationList {
    /// All of the workspace.
    pub integrations: Vec<Integration>,
    /// How many the workspace may have.
    pub limit: u64,
}

/// `POST /api/admin/integrations/`: enables one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// What enabling answers, and `passmuster integration create --output json` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct Token {
    /// A UUIDv7.
    pub id: String,
    /// Its first characters, to tell it from others.
    pub starts_with: String,
    /// When it was made, RFC 3339, UTC.
    pub created_at: String,
    /// When it was last used.
    pub last_used_at: Option<String>,
}

/// `POST /api/admin/integrations/{id}/tokens/`: a new token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    /// The token; shown this once.
    pub auth_token: String,
}

/// How an upload ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Everything in it was applied.
    Applied,
    /// Nothing in it was applied.
    Rejected,
}

/// One received body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// What changed; `None` when rejected.
    pub counts: Option<Counts>,
    /// All errors, counted.
    pub error_count: u64,
    /// All warnings, counted.
    pub warning_count: u64,
}

/// `GET /api/admin/integrations/{id}/uploads/`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UploadList {
    /// One page, newest first.
    pub uploads: Vec<Upload>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}

/// `GET /api/admin/uploads/{id}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UploadDetail {
    /// The upload.
    #[serde(flatten)]
    pub upload: Upload,
    /// What checking found.
    pub report: Report,
}
