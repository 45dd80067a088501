//! Signing in.

use serde::{Deserialize, Serialize};

use crate::permission::Permission;

/// `POST /api/setup`: makes the first admin, with the one-time link's token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Setup {
    /// The token of the link.
    pub token: String,
    /// The admin's address.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// At least 12 characters.
    pub password: String,
}

/// `POST /api/session`: signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SignIn {
    /// The user's address.
    pub email: String,
    /// The user's password.
    pub password: String,
}

/// `PUT /api/session/password`: a new password for oneself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password so far.
    pub current: String,
    /// At least 12 characters.
    pub new: String,
}

/// `GET /api/session`: who is signed in (401 when nobody is).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Session {
    /// The user's address.
    pub email: String,
    /// First and last name.
    pub name: String,
    /// The workspace's name.
    pub workspace: String,
    /// What they may do in Administration; nothing for most users.
    pub permissions: Vec<Permission>,
}

/// `GET /api/session/all`: where somebody is signed in, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SessionList {
    /// All that have not ended.
    pub sessions: Vec<BegunSession>,
}

/// A session of one's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BegunSession {
    /// When they signed in, RFC 3339, UTC; `None` where that was not kept yet.
    pub began_at: Option<String>,
    /// When it ends by itself.
    pub ends_at: String,
    /// Where they signed in from.
    pub address: Option<String>,
    /// What the browser calls itself.
    pub browser: Option<String>,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// `GET /api/session/keys/`: one's own API keys.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonalKeyList {
    /// Those that are good, the newest first.
    pub keys: Vec<PersonalKey>,
}

/// An API key of one's own, without the key itself.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PersonalKey {
    /// Its identifier.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Its first characters.
    pub starts_with: String,
    /// RFC 3339, UTC.
    pub created_at: String,
    /// RFC 3339, UTC; to the minute.
    pub last_used_at: Option<String>,
    /// RFC 3339, UTC; `None`: it is good until it is revoked.
    pub expires_at: Option<String>,
}

/// `POST /api/session/keys/`
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WantedPersonalKey {
    /// What it is for.
    pub name: String,
    /// For how long it is good, in minutes; absent: until it is revoked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub minutes: Option<u64>,
}

/// A key of one's own that was just made: the only time that it is shown.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NewPersonalKey {
    /// The key itself: 64 characters.
    pub api_key: String,
    /// The rest of it.
    pub key: PersonalKey,
}
