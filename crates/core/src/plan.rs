//! What the directory knows, and what applying a body would change in it.
//!
//! A [`Plan`] is the only thing that [apply] takes; deciding cannot write because it has no writer.
//!
//! [apply]: https://docs.rs/passmuster-server

use serde::{Deserialize, Serialize};

use crate::field::Target;
use crate::group::{AttributeType, GroupType, IntegrationIdType};
use crate::user::User;

pub use edits::{EditRef, EditRefs, Edits, ValueRef, Words, Written};

pub(crate) mod edits;
mod hash;
pub mod listing;

/// The part of a directory that a body speaks of; everything it names, and nothing it doesn't need.
///
/// Read by the server in a few set-based queries ([`crate::import::Needs`] lists what to read), or
/// from a JSON document in tests.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Directory {
    /// Whether the workspace uses the Salesforce integration: usernames are required and managers
    /// are named by them.
    pub salesforce: bool,
    /// All group types, each with all its groups.
    pub group_types: Vec<GroupType>,
    /// All kinds of integration ID.
    pub integration_ids: Vec<IntegrationIdType>,
    /// All custom attributes.
    pub attributes: Vec<AttributeType>,
    /// Whether the body is a full snapshot: the addresses of all users whom its integration manages. Those of them
    /// whom it doesn't name are deactivated; never admins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<Vec<String>>,
    /// The users that the body names by any of their keys, those users' managers all the way up,
    /// the direct reports of those that it deactivates, and every active admin. For a full snapshot: everybody.
    pub users: Vec<User>,
}

/// A value before or after an edit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or False.
    Bool(bool),
    /// Text.
    Text(String),
    /// Words or names of groups, sorted.
    List(Vec<String>),
    /// A custom attribute's value.
    Json(serde_json::Value),
}

impl Value {
    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The words, if it is a list; none for nothing.
    pub fn as_list(&self) -> &[String] {
        match self {
            Self::List(words) => words,
            _ => &[],
        }
    }

    /// `true` only for True.
    pub fn is_true(&self) -> bool {
        *self == Self::Bool(true)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        text.map_or(Self::Null, |text| Self::Text(text.to_owned()))
    }
}

impl From<&[String]> for Value {
    fn from(words: &[String]) -> Self {
        Self::List(words.to_vec())
    }
}

/// What a user has in a field, as an edit writes it.
pub fn value_of(user: &User, field: &Target) -> Value {
    let text = |text: &Option<String>| Value::from(text.as_deref());
    match field {
        Target::Email => Value::Text(user.email.clone()),
        Target::FirstName => Value::Text(user.first_name.clone()),
        Target::LastName => Value::Text(user.last_name.clone()),
        Target::Username => text(&user.username),
        Target::TimeZone => text(&user.time_zone),
        Target::Manager => text(&user.manager),
        Target::IsActive => Value::Bool(user.is_active),
        Target::IsManager => Value::Bool(user.is_manager),
        Target::IsAdmin => Value::Bool(user.is_admin),
        Target::Role => text(&user.role),
        Target::Tags => user.tags.as_slice().into(),
        Target::Aliases => user.aliases.as_slice().into(),
        Target::IntegrationId(slug) => user.integration_ids.get(slug).map(String::as_str).into(),
        Target::GroupMembership(group_type) => user.groups.get(group_type).map(String::as_str).into(),
        Target::GroupManager(group_type) => user.manages.get(group_type).map_or(&[][..], Vec::as_slice).into(),
        Target::Attribute(name) => match user.attributes.get(name) {
            None | Some(serde_json::Value::Null) => Value::Null,
            Some(value) => Value::Json(crate::value::attribute::sorted(value)),
        },
    }
}

/// One field of one user, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Edit {
    /// Which field.
    pub field: Target,
    /// What the directory has.
    pub before: Value,
    /// What it would have.
    pub after: Value,
    /// Why, when the cell alone doesn't say it, such as `granted because they manage people`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// What happens to a user, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// A new user.
    Created,
    /// A known user, with other values.
    Updated,
    /// A known user, no longer active; other fields may change too.
    Deactivated,
    /// A known user, active again; other fields may change too.
    Reactivated,
    /// A known user who was made by an upload that is undone. No upload removes anybody.
    Removed,
}

impl ChangeKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Created,
        Self::Updated,
        Self::Deactivated,
        Self::Reactivated,
        Self::Removed,
    ];
}

/// What happens to one user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Change {
    /// The record that says so, from 1; `None` for a user that the body only refers to.
    pub row: Option<u64>,
    /// The user's address as the directory has it, or will have it.
    pub email: String,
    /// What happens.
    pub kind: ChangeKind,
    /// Field by field, in the order of [`crate::field::FIELDS`].
    pub edits: Edits,
    /// The known user's identifier; `None` for a new user. Not part of the document.
    #[serde(skip)]
    pub user_id: Option<String>,
}

/// A group that is created, or, when an upload is undone, removed again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NewGroup {
    /// Its group type.
    pub group_type: String,
    /// Its name.
    pub name: String,
}

/// How much a plan changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Counts {
    /// New users.
    pub created: u64,
    /// Known users with other values.
    pub updated: u64,
    /// Known users no longer active.
    pub deactivated: u64,
    /// Known users active again.
    pub reactivated: u64,
    /// Users that the body names and that stay as they are.
    pub unchanged: u64,
    /// New groups.
    pub groups_created: u64,
    /// Users put into a group, or moved to another.
    pub memberships_set: u64,
    /// Users taken out of a group of a type without another.
    pub memberships_removed: u64,
    /// Direct managers set or exchanged.
    pub managers_set: u64,
    /// Direct managers cleared.
    pub managers_cleared: u64,
    /// Groups given to a manager.
    pub group_managers_set: u64,
    /// Groups taken from a manager.
    pub group_managers_removed: u64,
    /// Is Manager and Is Admin granted.
    pub rights_granted: u64,
    /// Is Manager and Is Admin taken away.
    pub rights_removed: u64,
    /// Users removed again; only undoing does.
    #[serde(skip_serializing_if = "is_zero")]
    pub removed: u64,
    /// Groups removed again; only undoing does.
    #[serde(skip_serializing_if = "is_zero")]
    pub groups_removed: u64,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// What applying a body would change. Empty when there is nothing to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Plan {
    /// Version of this document: 1.
    pub version: u32,
    /// SHA-256 of the document without this key and without `changes_shown`, in hexadecimal. The same plan has the same hash.
    pub hash: String,
    /// How much changes.
    pub counts: Counts,
    /// Groups that are created, by group type and name.
    pub groups_created: Vec<NewGroup>,
    /// Groups that are removed: the upload that created them is undone, or their people went over to another one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub groups_removed: Vec<NewGroup>,
    /// How many users change.
    pub changes_total: u64,
    /// How many of them `changes` holds: all, unless the one who sends the document cut it.
    pub changes_shown: u64,
    /// The users that change, by row, then those without a row by address.
    pub changes: Vec<Change>,
}

impl Plan {
    /// Orders, counts and hashes what changes.
    pub fn new(changes: Vec<Change>, groups_created: Vec<NewGroup>, unchanged: u64) -> Self {
        Self::with_removals(changes, groups_created, Vec::new(), unchanged)
    }

    /// The same, with groups that are removed again.
    pub fn with_removals(
        mut changes: Vec<Change>,
        mut groups_created: Vec<NewGroup>,
        mut groups_removed: Vec<NewGroup>,
        unchanged: u64,
    ) -> Self {
        groups_removed.sort();
        groups_removed.dedup();
        changes.sort_by(|a, b| (a.row.unwrap_or(u64::MAX), &a.email).cmp(&(b.row.unwrap_or(u64::MAX), &b.email)));
        groups_created.sort();
        groups_created.dedup();
        let mut counts = Counts {
            unchanged,
            groups_created: groups_created.len() as u64,
            groups_removed: groups_removed.len() as u64,
            ..Counts::default()
        };
        for change in &changes {
            counts.add(change);
        }
        let total = changes.len() as u64;
        let mut plan = Self {
            version: 1,
            hash: String::new(),
            counts,
            groups_created,
            groups_removed,
            changes_total: total,
            changes_shown: total,
            changes,
        };
        plan.hash = hash::of(&plan);
        plan
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changes_total == 0 && self.groups_created.is_empty() && self.groups_removed.is_empty()
    }

    /// Keeps the first `limit` changes for showing; counts and hash stay those of the whole plan.
    pub fn cut(&mut self, limit: usize) {
        self.changes.truncate(limit);
        self.changes_shown = self.changes.len() as u64;
    }
}

impl Counts {
    fn add(&mut self, change: &Change) {
        match change.kind {
            ChangeKind::Created => self.created += 1,
            ChangeKind::Updated => self.updated += 1,
            ChangeKind::Deactivated => self.deactivated += 1,
            ChangeKind::Reactivated => self.reactivated += 1,
            ChangeKind::Removed => self.removed += 1,
        }
        for edit in change.edits.refs() {
            match edit.field {
                Target::GroupMembership(_) if edit.after.is_null() => self.memberships_removed += 1,
                Target::GroupMembership(_) => self.memberships_set += 1,
                Target::Manager if edit.after.is_null() => self.managers_cleared += 1,
                Target::Manager => self.managers_set += 1,
                Target::GroupManager(_) => {
                    let (mut before, mut after) = (edit.before.words(), edit.after.words());
                    let lacks = |names: Words<'_>, name: &str| !names.into_iter().any(|other| other == name);
                    let (was, is) = (before, after);
                    self.group_managers_set += after.by_ref().filter(|name| lacks(was, name)).count() as u64;
                    self.group_managers_removed += before.by_ref().filter(|name| lacks(is, name)).count() as u64;
                }
                Target::IsAdmin | Target::IsManager if edit.after.is_true() => self.rights_granted += 1,
                Target::IsAdmin | Target::IsManager if edit.before.is_true() => self.rights_removed += 1,
                _ => {}
            }
        }
    }
}
