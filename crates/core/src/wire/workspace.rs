//! Workspaces and their settings.

use serde::{Deserialize, Serialize};

/// One organisation, as `passmuster workspace list` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
#[serde(default, deny_unknown_fields)]
pub struct SettingsEdit {
    /// The workspace's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether it uses the Salesforce integration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salesforce: Option<bool>,
}
