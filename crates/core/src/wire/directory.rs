//! Users, groups and what a workspace has defined.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::group::{AttributeType, GroupType, IntegrationIdType};
use crate::plan::Plan;
use crate::problem::Report;
use crate::user::User;

/// `GET /api/admin/users/?sort=&limit=&cursor=` (or `before=` for the page before), with the words of a
/// [`super::people::UserFilter`] and an [`super::people::Order`].
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserList {
    /// One page, in the order that was asked for.
    pub users: Vec<User>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
    /// What the page before ends in front of; `None` on the first one.
    pub previous_cursor: Option<String>,
    /// With `last_change=true`, by the user's id: what changed them last.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub last_changes: BTreeMap<String, super::people::Trace>,
}

/// `GET /api/admin/groups/`: what a mapping's targets may name, besides the users.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Catalog {
    /// Whether the workspace uses the Salesforce integration.
    pub salesforce: bool,
    /// Group types with their groups.
    pub group_types: Vec<GroupType>,
    /// Kinds of integration ID.
    pub integration_ids: Vec<IntegrationIdType>,
    /// Custom attributes.
    pub attributes: Vec<AttributeType>,
}

/// `POST /api/admin/group-types/` and `POST /api/admin/integration-ids/`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewName {
    /// The name people read.
    pub name: String,
}

/// `POST /api/admin/users/` and `PATCH /api/admin/users/{email}`; what is absent stays as it is, `null` clears.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UserEdit {
    /// The address; of a known user, another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// In the form of an e-mail address.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub username: Option<Option<String>>,
    /// An IANA name.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub time_zone: Option<Option<String>>,
    /// The manager's address, with Salesforce too.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub manager: Option<Option<String>>,
    /// False deactivates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
    /// Whether the user may manage people and groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_manager: Option<bool>,
    /// Whether the user may administer the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_admin: Option<bool>,
    /// One of [`crate::field::ROLES`].
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub role: Option<Option<String>>,
    /// Exactly these afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<String>>,
    /// Exactly these afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aliases: Option<Vec<String>>,
    /// Custom attributes by name; others stay.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, serde_json::Value>,
    /// IDs in other systems, by slug; others stay.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub integration_ids: BTreeMap<String, Option<String>>,
    /// The group the user is a member of, by group type; others stay.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, Option<String>>,
    /// Exactly these groups afterwards, by group type; others stay.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub manages: BTreeMap<String, Vec<String>>,
}

/// Tells `null` from absent.
pub(super) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A user who was made or edited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserChanged {
    /// As the directory has them now.
    pub user: User,
    /// What changed, for others too: a manager is given Is Manager, for one.
    pub plan: Plan,
    /// What checking found, such as a right that was kept.
    pub report: Report,
}

/// `POST /api/admin/groups/`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WantedGroup {
    /// Its group type, which exists.
    pub group_type: String,
    /// Its name.
    pub name: String,
}

/// `PATCH /api/admin/groups/{group_type}/{name}`: renames the group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RenameGroup {
    /// What it is to be called.
    pub name: String,
}

/// `POST /api/admin/groups/{group_type}/{name}/merge/`: everybody goes over to another group, this one is removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MergeGroup {
    /// The other group of the same type, by name.
    pub into: String,
}

/// What was done to groups, or with `mode=plan` would be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupsChanged {
    /// Whether it was done.
    pub applied: bool,
    /// Groups created and removed, and everybody whose groups are others; the first 1,000 are shown.
    pub plan: Plan,
}
