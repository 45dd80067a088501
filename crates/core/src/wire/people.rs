//! Lists of users, what is done to several of them at once, and what is known of where their values came from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::directory::present;
use crate::limits::Crossed;
use crate::plan::Plan;
use crate::problem::Report;

/// Which users are meant; all that is said must hold, and what is absent or blank says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct UserFilter {
    /// Part of an address, a username or a name, in any case.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub search: String,
    /// Only these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// The group type of `group` and `manages`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group_type: String,
    /// Members of this group.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// Managers of this group.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub manages: String,
    /// Those whose direct manager has this address.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub manager: String,
    /// Members of any group that the user of this address manages.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub group_manager: String,
    /// Those whom the upload of this id changed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub upload: String,
    /// Those who may administer something, by Is Admin or by their role.
    #[serde(skip_serializing_if = "is_false")]
    pub administers: bool,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Whether a user can sign in and be a manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// They can.
    Active,
    /// They can't.
    Deactivated,
}

/// What a list of users is sorted by; by address among equals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UserSort {
    /// By address.
    #[default]
    Email,
    /// By first name, then last name, in any case.
    Name,
    /// By username, in any case; those without one come last.
    Username,
    /// Active ones and deactivated ones apart.
    Status,
    /// By when they were changed last.
    Change,
}

impl UserSort {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Email, Self::Name, Self::Username, Self::Status, Self::Change];

    /// As addresses write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::Username => "username",
            Self::Status => "status",
            Self::Change => "change",
        }
    }
}

/// What a list is in the order of: `sort=name`, and with a `-` before it from the end, such as `sort=-change`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Order {
    /// What it is sorted by.
    pub by: UserSort,
    /// Whether the last comes first.
    pub falls: bool,
}

impl Order {
    /// The order of this name; by address for nothing, `None` for what is none.
    pub fn of_str(name: &str) -> Option<Self> {
        let (falls, by) = name.strip_prefix('-').map_or((false, name), |by| (true, by));
        if name.is_empty() {
            return Some(Self::default());
        }
        let by = UserSort::ALL.into_iter().find(|known| known.as_str() == by)?;
        Some(Self { by, falls })
    }
}

/// `GET /api/admin/users/count/`: how many users a filter finds, whatever it says of their status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserCounts {
    /// Active ones.
    pub active: u64,
    /// Deactivated ones.
    pub deactivated: u64,
}

/// What left a value as it is, or a user: who, when, through what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Trace {
    /// When, RFC 3339, UTC.
    pub at: String,
    /// By whom, as the audit has it.
    pub actor: String,
    /// Through what, as the audit has it.
    pub via: String,
    /// The upload that did it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub upload_id: Option<String>,
    /// The upload's integration: its id and its name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub integration: Option<(String, String)>,
    /// The upload's record that says so, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<u64>,
}

/// `GET /api/admin/users/{email}/origins/`: by target, where what a user has came from.
///
/// A target that is not there never changed since the user was made without it, or longer ago than was looked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Origins {
    /// By the target's code, such as `user.time_zone`.
    pub values: BTreeMap<String, Trace>,
}

/// `POST /api/admin/users/bulk/`: one change for several users, all or nothing.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct BulkEdit {
    /// The users' addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Everybody whom this finds, instead of addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<UserFilter>,
    /// What each of them is to have.
    pub set: BulkValues,
}

/// What several users are to have; what is absent stays as it is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct BulkValues {
    /// False deactivates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
    /// The manager's address; `null` clears.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub manager: Option<Option<String>>,
    /// The group they are members of, by group type; `null` takes them out.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, Option<String>>,
    /// Tags that are added to those they have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_tags: Vec<String>,
}

/// What was done to several users, or with `mode=plan` would be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BulkAnswer {
    /// Whether it was done.
    pub applied: bool,
    /// How many users were meant.
    pub users: u64,
    /// What checking found.
    pub report: Report,
    /// Limits that an upload begins with, and that this would cross: to be looked at twice, not to be refused.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub crossed: Vec<Crossed>,
    /// What changes; the first 1,000 users are shown. `None` when the report has errors.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub plan: Option<Plan>,
}

/// `GET /api/admin/group-types/`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupTypeList {
    /// All, by name.
    pub group_types: Vec<GroupTypeCounts>,
}

/// A group type and how much it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupTypeCounts {
    /// Its name.
    pub name: String,
    /// Its groups.
    pub groups: u64,
    /// Members of its groups, deactivated ones included.
    pub members: u64,
}

/// `GET /api/admin/group-types/{group_type}/groups/?search=&empty=&limit=&cursor=`
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupList {
    /// One page, by name.
    pub groups: Vec<GroupCounts>,
    /// How many groups are asked for in all.
    pub total: u64,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}

/// A group and how many people it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GroupCounts {
    /// Its name.
    pub name: String,
    /// Members, deactivated ones included.
    pub members: u64,
    /// Managers.
    pub managers: u64,
    /// What made it, of a group that is new.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub made: Option<Trace>,
}
