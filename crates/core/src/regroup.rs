//! Groups as a person edits them: made, renamed, merged. Each is a plan, as every change of the directory.
//!
//! A group that is renamed is another one with the same people: everybody's membership says so before and after.

use crate::field::Target;
use crate::plan::{Change, ChangeKind, Directory, Edit, NewGroup, Plan, Value};
use crate::user::User;

/// Why groups can't be edited so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupFault {
    /// There is no such group type.
    NoGroupType,
    /// There is no such group in the type.
    NoGroup(String),
    /// There is one of that name already.
    Taken,
    /// A group can't be merged into itself.
    Itself,
}

/// What making a group changes.
///
/// # Errors
/// A group type that is not there, or a name that is taken.
pub fn create(directory: &Directory, group_type: &str, name: &str) -> Result<Plan, GroupFault> {
    if has_group(directory, group_type, name)? {
        return Err(GroupFault::Taken);
    }
    Ok(Plan::new(Vec::new(), vec![group(group_type, name)], 0))
}

/// What making those of some groups (group type and name) changes that aren't there; group types that aren't there are left
/// out.
pub fn create_missing(directory: &Directory, groups: &[(String, String)]) -> Plan {
    let mut missing: Vec<NewGroup> = Vec::new();
    for (group_type, name) in groups {
        let wanted = group(group_type, name);
        if has_group(directory, group_type, name) == Ok(false) && !missing.contains(&wanted) {
            missing.push(wanted);
        }
    }
    Plan::new(Vec::new(), missing, 0)
}

/// What renaming a group changes; nothing for its own name. `directory` holds its members and managers.
///
/// # Errors
/// A group that is not there, or a name that is taken.
pub fn rename(directory: &Directory, group_type: &str, name: &str, new: &str) -> Result<Plan, GroupFault> {
    must_have(directory, group_type, name)?;
    if name == new {
        return Ok(Plan::new(Vec::new(), Vec::new(), 0));
    }
    if has_group(directory, group_type, new)? {
        return Err(GroupFault::Taken);
    }
    Ok(moved(directory, group_type, name, new, vec![group(group_type, new)]))
}

/// What merging a group into another one changes. `directory` holds its members and managers.
///
/// # Errors
/// Groups that are not there, or the same one twice.
pub fn merge(directory: &Directory, group_type: &str, name: &str, into: &str) -> Result<Plan, GroupFault> {
    must_have(directory, group_type, name)?;
    must_have(directory, group_type, into)?;
    if name == into {
        return Err(GroupFault::Itself);
    }
    Ok(moved(directory, group_type, name, into, Vec::new()))
}

fn group(group_type: &str, name: &str) -> NewGroup {
    NewGroup {
        group_type: group_type.to_owned(),
        name: name.to_owned(),
    }
}

fn has_group(directory: &Directory, group_type: &str, name: &str) -> Result<bool, GroupFault> {
    let found = directory.group_types.iter().find(|known| known.name == group_type);
    let found = found.ok_or(GroupFault::NoGroupType)?;
    Ok(found.groups.iter().any(|known| known == name))
}

fn must_have(directory: &Directory, group_type: &str, name: &str) -> Result<(), GroupFault> {
    if has_group(directory, group_type, name)? {
        Ok(())
    } else {
        Err(GroupFault::NoGroup(name.to_owned()))
    }
}

/// Everybody goes over to another group, and the one that they left is removed.
fn moved(directory: &Directory, group_type: &str, from: &str, to: &str, created: Vec<NewGroup>) -> Plan {
    let changes = directory
        .users
        .iter()
        .filter_map(|user| move_user(user, group_type, from, to))
        .collect();
    Plan::with_removals(changes, created, vec![group(group_type, from)], 0)
}

fn move_user(user: &User, group_type: &str, from: &str, to: &str) -> Option<Change> {
    let mut edits = Vec::new();
    let mut push = |field, before, after| {
        edits.push(Edit {
            field,
            before,
            after,
            reason: None,
        });
    };
    if user.groups.get(group_type).is_some_and(|name| name == from) {
        let field = Target::GroupMembership(group_type.to_owned());
        push(field, Value::Text(from.to_owned()), Value::Text(to.to_owned()));
    }
    let managed = user
        .manages
        .get(group_type)
        .filter(|names| names.iter().any(|name| name == from));
    if let Some(before) = managed {
        let mut after: Vec<String> = before.iter().filter(|name| *name != from).cloned().collect();
        after.push(to.to_owned());
        after.sort_unstable();
        after.dedup();
        let mut before = before.clone();
        before.sort_unstable();
        push(
            Target::GroupManager(group_type.to_owned()),
            Value::List(before),
            Value::List(after),
        );
    }
    (!edits.is_empty()).then(|| Change {
        row: None,
        email: user.email.clone(),
        kind: ChangeKind::Updated,
        edits: edits.into(),
        user_id: Some(user.id.clone()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::GroupType;

    fn directory() -> Directory {
        let lead = User {
            id: "1".to_owned(),
            email: "lead@a.co".to_owned(),
            groups: [("Team".to_owned(), "Dogs".to_owned())].into(),
            manages: [("Team".to_owned(), vec!["Cats".to_owned(), "Dogs".to_owned()])].into(),
            ..User::default()
        };
        let other = User {
            id: "2".to_owned(),
            email: "other@a.co".to_owned(),
            groups: [("Team".to_owned(), "Cats".to_owned())].into(),
            ..User::default()
        };
        Directory {
            group_types: vec![GroupType {
                name: "Team".to_owned(),
                groups: vec!["Cats".to_owned(), "Dogs".to_owned()],
            }],
            users: vec![lead, other],
            ..Directory::default()
        }
    }

    #[test]
    fn a_group_keeps_its_people_under_a_new_name() {
        let plan = rename(&directory(), "Team", "Dogs", "Hounds").expect("free");
        assert_eq!(
            (
                plan.counts.groups_created,
                plan.counts.groups_removed,
                plan.changes.len()
            ),
            (1, 1, 1)
        );
        let edits = plan.changes[0].edits.as_list().expect("of a known user");
        assert_eq!(edits[0].after, Value::Text("Hounds".to_owned()));
        assert_eq!(
            edits[1].after,
            Value::List(vec!["Cats".to_owned(), "Hounds".to_owned()])
        );
        assert!(
            rename(&directory(), "Team", "Dogs", "Dogs")
                .expect("its own")
                .is_empty()
        );
        assert_eq!(rename(&directory(), "Team", "Dogs", "Cats"), Err(GroupFault::Taken));
    }

    #[test]
    fn a_merged_group_is_managed_once() {
        let plan = merge(&directory(), "Team", "Dogs", "Cats").expect("both there");
        let edits = plan.changes[0].edits.as_list().expect("of a known user");
        assert_eq!(edits[1].after, Value::List(vec!["Cats".to_owned()]));
        assert_eq!(merge(&directory(), "Team", "Dogs", "Dogs"), Err(GroupFault::Itself));
        assert_eq!(
            merge(&directory(), "Team", "Dogs", "Birds"),
            Err(GroupFault::NoGroup("Birds".to_owned()))
        );
        assert_eq!(create(&directory(), "Office", "Bonn"), Err(GroupFault::NoGroupType));
    }
}
