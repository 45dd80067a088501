//! Workspaces and their settings.

use serde::{Deserialize, Serialize};

use super::integration::ApiKey;
use crate::permission::Permission;

/// One organisation, as `passmuster workspace list` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WorkspaceInfo {
    /// The name people read.
    pub name: String,
    /// The part of its address before the server's base domain.
    pub subdomain: String,
    /// Whether it uses the Salesforce integration.
    pub salesforce: bool,
}

/// `GET /api/admin/settings/`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Settings {
    /// The workspace's name.
    pub name: String,
    /// The part of its address before the server's base domain.
    pub subdomain: String,
    /// Whether it uses the Salesforce integration: usernames are required, and managers are named by them.
    pub salesforce: bool,
    /// Integrations whose uploads will be refused because their mapping has no username, by name.
    pub needs_username: Vec<String>,
}

/// `PATCH /api/admin/settings/`; what is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct SettingsEdit {
    /// The workspace's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it uses the Salesforce integration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salesforce: Option<bool>,
}

/// `GET /api/admin/api-keys/`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApiKeyList {
    /// All keys, the newest first; revoked ones too.
    pub api_keys: Vec<ApiKey>,
}

/// `POST /api/admin/api-keys/`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WantedApiKey {
    /// What the audit is to call whoever uses it.
    pub name: String,
    /// What may be done with it: some of what whoever makes it may do.
    pub permissions: Vec<Permission>,
}

/// A key that was just made: the only time that it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewApiKey {
    /// The key itself.
    pub api_key: String,
}

/// `GET /api/admin/about/`: what runs here, and what it does by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct About {
    /// The program's version.
    pub version: String,
    /// `SQLite` or `PostgreSQL`.
    pub database: String,
    /// The newest migration of the tables.
    pub schema: u64,
    /// How many days received bodies are kept; 0: they are not.
    pub keep_bodies_days: u64,
    /// Whether the server sends mail.
    pub sends_mail: bool,
    /// The least characters of a password.
    pub password_characters: u64,
}

/// `GET /api/admin/diagnostics/`: what whoever helps needs to know; nothing about any person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Diagnostics {
    /// When it was asked for, RFC 3339, UTC.
    pub at: String,
    /// What runs here.
    pub about: About,
    /// Users.
    pub active_users: u64,
    /// Users.
    pub deactivated_users: u64,
    /// Group types.
    pub group_types: u64,
    /// Groups of all types.
    pub groups: u64,
    /// Kinds of integration ID.
    pub integration_ids: u64,
    /// Custom attributes.
    pub attributes: u64,
    /// Integrations, enabled or not.
    pub integrations: u64,
    /// The version of the directory: how often it changed.
    pub directory_version: u64,
    /// The most bytes of a body.
    pub body_limit: u64,
    /// The most user integrations of a workspace.
    pub integration_limit: u64,
    /// Requests in a second that change something, by one sender; 0: any number.
    pub upload_rate: u64,
    /// Requests in a second that only read, by one sender; 0: any number.
    pub read_rate: u64,
}

/// `POST /api/admin/test-mail/`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestMail {
    /// Where it was sent: to whoever asked.
    pub sent_to: String,
}
