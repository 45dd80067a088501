//! Undoing an upload: its changes, held against the directory as it stands now, to a plan that puts back what can be.
//!
//! Three parts: what is put back, what is kept because it was changed since, and what can't be put back. Nothing that
//! somebody did after the upload is ever taken away.

use std::borrow::Cow;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::field::Target;
use crate::group::AttributeKind;
use crate::plan::{Change, ChangeKind, Directory, Edit, NewGroup, Plan, Value, value_of};
use crate::user::{User, email_key};
use crate::value;

mod obstacles;

/// What an upload did, from the log of changes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Done {
    /// Its changes; each has the id of its user.
    pub changes: Vec<Change>,
    /// The groups that it created.
    pub groups_created: Vec<NewGroup>,
    /// Ids of users who can't be removed though nothing of theirs changed, and why, such as a password set since.
    pub settled: Vec<(String, String)>,
}

/// Something that stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Left {
    /// The user's address; `None` for a group.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub email: Option<String>,
    /// The field; `None` for the user or group as a whole.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<Target>,
    /// The group.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub group: Option<NewGroup>,
    /// What it was before the upload.
    pub before: Value,
    /// What the upload made of it.
    pub after: Value,
    /// What it is now.
    pub now: Value,
    /// Why it stays.
    pub why: String,
}

/// What undoing would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Undo {
    /// What is put back.
    pub plan: Plan,
    /// What was changed since and stays.
    pub kept: Vec<Left>,
    /// What can't be put back.
    pub cannot: Vec<Left>,
}

/// One edit of the upload that may be put back.
struct Item<'a> {
    /// Index of the user in the directory.
    user: usize,
    edit: Cow<'a, Edit>,
    /// Why it can't be put back, once that is known.
    obstacle: Option<String>,
}

/// Everything that an undo is weighed with.
struct Weighing<'a> {
    directory: &'a Directory,
    items: Vec<Item<'a>>,
    /// Users whom the upload created and who would be removed, with the change that created them.
    removals: HashMap<usize, &'a Change>,
    kept: Vec<Left>,
    cannot: Vec<Left>,
}

/// Holds what an upload did against the directory: all of its users, of everybody.
pub fn undo(done: &Done, directory: &Directory) -> Undo {
    let mut weighing = Weighing {
        directory,
        items: Vec::new(),
        removals: HashMap::new(),
        kept: Vec::new(),
        cannot: Vec::new(),
    };
    weighing.sort_out(done);
    // taking one thing out may stand in the way of another, so that all are looked at until nothing is taken out
    while weighing.find_obstacles() {}
    weighing.finish(done)
}

fn same(field: &Target, a: &Value, b: &Value) -> bool {
    // an attribute may itself be a list: [] is not nothing, and its order counts
    if let Target::Attribute(_) = field {
        let json = |value: &Value| serde_json::to_value(value).ok();
        return json(a) == json(b);
    }
    match (a, b) {
        (Value::List(words), Value::Null) | (Value::Null, Value::List(words)) => words.is_empty(),
        (Value::Null, Value::Null) => true,
        (Value::Null, _) | (_, Value::Null) => false,
        (Value::List(a), Value::List(b)) => {
            let sorted = |words: &[String]| {
                let mut words = words.to_vec();
                words.sort();
                words
            };
            sorted(a) == sorted(b)
        }
        _ => a == b || printed(a) == printed(b),
    }
}

/// As text: the log keeps a number's or a date's value, not which of the kinds of [`Value`] it was.
fn printed(value: &Value) -> String {
    match serde_json::to_value(value) {
        Ok(value) => value::attribute::print(&value, AttributeKind::String),
        Err(_) => String::new(),
    }
}

impl<'a> Weighing<'a> {
    fn left(&self, user: usize, edit: &Edit, why: &str) -> Left {
        let user = &self.directory.users[user];
        Left {
            email: Some(user.email.clone()),
            field: Some(edit.field.clone()),
            group: None,
            before: edit.before.clone(),
            after: edit.after.clone(),
            now: value_of(user, &edit.field),
            why: why.to_owned(),
        }
    }

    /// Puts each edit into its part, as far as it can be told by itself.
    fn sort_out(&mut self, done: &'a Done) {
        let by_id: HashMap<&str, usize> = (self.directory.users.iter().enumerate())
            .map(|(index, user)| (user.id.as_str(), index))
            .collect();
        let by_key: HashMap<String, usize> = (self.directory.users.iter().enumerate())
            .map(|(index, user)| (email_key(&user.email), index))
            .collect();
        let settled: HashMap<&str, &str> = done
            .settled
            .iter()
            .map(|(id, why)| (id.as_str(), why.as_str()))
            .collect();
        for change in &done.changes {
            let found = match &change.user_id {
                Some(id) => by_id.get(id.as_str()),
                None => by_key.get(&email_key(&change.email)),
            };
            let Some(&user) = found else {
                // a user whom the upload made and who is gone is what was wanted
                if change.kind != ChangeKind::Created {
                    self.cannot.push(Left {
                        email: Some(change.email.clone()),
                        field: None,
                        group: None,
                        before: Value::Null,
                        after: Value::Null,
                        now: Value::Null,
                        why: "The user is not there any more.".to_owned(),
                    });
                }
                continue;
            };
            if change.kind == ChangeKind::Created {
                self.sort_out_created(user, change, &settled);
                continue;
            }
            for edit in &change.edits {
                let now = value_of(&self.directory.users[user], &edit.field);
                if same(&edit.field, &now, &edit.before) {
                    continue;
                }
                if same(&edit.field, &now, &edit.after) {
                    self.items.push(Item {
                        user,
                        edit,
                        obstacle: None,
                    });
                } else {
                    self.kept.push(self.left(user, &edit, "It was changed since."));
                }
            }
        }
    }

    /// A user whom the upload made is removed, unless somebody did something with them since.
    fn sort_out_created(&mut self, index: usize, change: &'a Change, settled: &HashMap<&str, &str>) {
        let user = &self.directory.users[index];
        if let Some(why) = settled.get(user.id.as_str()) {
            self.cannot.push(self.whole_user(index, why));
            return;
        }
        let made = User::default();
        let mut changed = Vec::new();
        for field in all_fields(user, change) {
            let after = match change.edits.iter().find(|edit| edit.field == field) {
                Some(edit) => edit.after.clone(),
                None => value_of(&made, &field),
            };
            let now = value_of(user, &field);
            if !same(&field, &now, &after) {
                changed.push((field, after, now));
            }
        }
        if changed.is_empty() {
            self.removals.insert(index, change);
            return;
        }
        for (field, after, now) in changed {
            self.kept.push(Left {
                email: Some(user.email.clone()),
                field: Some(field),
                group: None,
                before: Value::Null,
                after,
                now,
                why: "The upload made this user; they were changed since and stay.".to_owned(),
            });
        }
    }

    fn whole_user(&self, index: usize, why: &str) -> Left {
        let email = &self.directory.users[index].email;
        Left {
            email: Some(email.clone()),
            field: None,
            group: None,
            before: Value::Null,
            after: Value::Text(email.clone()),
            now: Value::Text(email.clone()),
            why: why.to_owned(),
        }
    }

    fn finish(mut self, done: &Done) -> Undo {
        let users = &self.directory.users;
        let mut edits: HashMap<usize, Vec<Edit>> = HashMap::new();
        let mut cannot = std::mem::take(&mut self.cannot);
        for item in &self.items {
            match &item.obstacle {
                Some(why) => cannot.push(self.left(item.user, &item.edit, why)),
                None => edits.entry(item.user).or_default().push(Edit {
                    field: item.edit.field.clone(),
                    before: value_of(&users[item.user], &item.edit.field),
                    after: item.edit.before.clone(),
                    reason: None,
                }),
            }
        }
        let mut changes: Vec<Change> = edits
            .into_iter()
            .map(|(user, mut edits)| {
                edits.sort_by(|a, b| a.field.cmp(&b.field));
                let active = edits.iter().find(|edit| edit.field == Target::IsActive);
                Change {
                    row: None,
                    email: users[user].email.clone(),
                    kind: match active {
                        Some(edit) if edit.after.is_true() => ChangeKind::Reactivated,
                        Some(_) => ChangeKind::Deactivated,
                        None => ChangeKind::Updated,
                    },
                    edits: edits.into(),
                    user_id: Some(users[user].id.clone()),
                }
            })
            .collect();
        for (user, change) in &self.removals {
            changes.push(Change {
                row: None,
                email: users[*user].email.clone(),
                kind: ChangeKind::Removed,
                edits: change
                    .edits
                    .iter()
                    .map(|edit| Edit {
                        field: edit.field.clone(),
                        before: value_of(&users[*user], &edit.field),
                        after: Value::Null,
                        reason: None,
                    })
                    .collect(),
                user_id: Some(users[*user].id.clone()),
            });
        }
        let groups_removed = self.groups_removed(done, &changes);
        let order = |left: &Left| (left.email.clone(), left.field.clone());
        self.kept.sort_by_cached_key(order);
        cannot.sort_by_cached_key(order);
        Undo {
            plan: Plan::with_removals(changes, Vec::new(), groups_removed, 0),
            kept: self.kept,
            cannot,
        }
    }

    /// The groups that the upload created and that nobody is in or manages afterwards; the others are told of.
    fn groups_removed(&mut self, done: &Done, changes: &[Change]) -> Vec<NewGroup> {
        if done.groups_created.is_empty() {
            return Vec::new();
        }
        let changed: HashMap<&str, &Change> = changes
            .iter()
            .filter_map(|change| Some((change.user_id.as_deref()?, change)))
            .collect();
        let mut used: HashMap<NewGroup, u64> = HashMap::new();
        for user in &self.directory.users {
            let change = changed.get(user.id.as_str());
            if change.is_some_and(|change| change.kind == ChangeKind::Removed) {
                continue;
            }
            let edited =
                |field: &Target| change.and_then(|change| change.edits.iter().find(|edit| edit.field == *field));
            for kind in &self.directory.group_types {
                let afterwards = |field: Target| match edited(&field) {
                    Some(edit) => edit.after.clone(),
                    None => value_of(user, &field),
                };
                let member = afterwards(Target::GroupMembership(kind.name.clone()));
                let manages = afterwards(Target::GroupManager(kind.name.clone()));
                for name in member
                    .as_text()
                    .into_iter()
                    .chain(manages.as_list().iter().map(String::as_str))
                {
                    let group = NewGroup {
                        group_type: kind.name.clone(),
                        name: name.to_owned(),
                    };
                    *used.entry(group).or_default() += 1;
                }
            }
        }
        let mut removed = Vec::new();
        for group in &done.groups_created {
            let kind = self
                .directory
                .group_types
                .iter()
                .find(|kind| kind.name == group.group_type);
            if !kind.is_some_and(|kind| kind.groups.contains(&group.name)) {
                continue;
            }
            match used.get(group) {
                None => removed.push(group.clone()),
                Some(count) => self.kept.push(Left {
                    email: None,
                    field: None,
                    group: Some(group.clone()),
                    before: Value::Null,
                    after: Value::Text(group.name.clone()),
                    now: Value::Text(group.name.clone()),
                    why: match count {
                        1 => "The upload created this group; somebody is in it or manages it and stays.".to_owned(),
                        count => {
                            format!("The upload created this group; {count} people are in it or manage it and stay.")
                        }
                    },
                }),
            }
        }
        removed
    }
}

/// Every field that a user has something in, or that the change that made them speaks of.
fn all_fields(user: &User, change: &Change) -> Vec<Target> {
    let mut fields = vec![
        Target::Email,
        Target::FirstName,
        Target::LastName,
        Target::Username,
        Target::TimeZone,
        Target::Manager,
        Target::IsActive,
        Target::IsManager,
        Target::IsAdmin,
        Target::Role,
        Target::Tags,
        Target::Aliases,
    ];
    fields.extend(user.integration_ids.keys().cloned().map(Target::IntegrationId));
    fields.extend(user.groups.keys().cloned().map(Target::GroupMembership));
    fields.extend(user.manages.keys().cloned().map(Target::GroupManager));
    fields.extend(user.attributes.keys().cloned().map(Target::Attribute));
    fields.extend(change.edits.iter().map(|edit| edit.field.clone()));
    fields.sort();
    fields.dedup();
    fields
}
