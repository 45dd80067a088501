//! A user of the directory.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A user as the directory keeps it and as the admin API shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct User {
    /// The directory's own identifier (a UUIDv7).
    pub id: String,
    /// The address, as first written; the key, compared by [`email_key`].
    pub email: String,
    /// At most 150 characters.
    pub first_name: String,
    /// At most 150 characters.
    pub last_name: String,
    /// In the form of an e-mail address; unique.
    pub username: Option<String>,
    /// A canonical IANA name.
    pub time_zone: Option<String>,
    /// The e-mail address of the direct manager.
    pub manager: Option<String>,
    /// Whether the user can sign in and be a manager.
    pub is_active: bool,
    /// Whether the user may manage people and groups.
    pub is_manager: bool,
    /// Whether the user may administer the workspace.
    pub is_admin: bool,
    /// One of [`crate::field::ROLES`].
    pub role: Option<String>,
    /// Sorted, without repeats.
    pub tags: Vec<String>,
    /// Sorted, without repeats; an alias belongs to one user.
    pub aliases: Vec<String>,
    /// Custom attributes by name.
    pub attributes: BTreeMap<String, serde_json::Value>,
    /// IDs in other systems, by slug.
    pub integration_ids: BTreeMap<String, String>,
    /// The group the user is a member of, by group type.
    pub groups: BTreeMap<String, String>,
    /// The groups the user manages, by group type; sorted.
    pub manages: BTreeMap<String, Vec<String>>,
}

impl Default for User {
    /// Nobody, but active: users are active unless told otherwise.
    fn default() -> Self {
        Self {
            id: String::new(),
            email: String::new(),
            first_name: String::new(),
            last_name: String::new(),
            username: None,
            time_zone: None,
            manager: None,
            is_active: true,
            is_manager: false,
            is_admin: false,
            role: None,
            tags: Vec::new(),
            aliases: Vec::new(),
            attributes: BTreeMap::new(),
            integration_ids: BTreeMap::new(),
            groups: BTreeMap::new(),
            manages: BTreeMap::new(),
        }
    }
}

/// How e-mail addresses, usernames and aliases are compared: ASCII letters in any case.
///
/// Non-ASCII letters are never folded into ASCII: `K` (the Kelvin sign) is not `k`.
pub fn email_key(email: &str) -> String {
    email.to_ascii_lowercase()
}
