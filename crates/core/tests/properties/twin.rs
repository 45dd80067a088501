//! A twin of the directory, in memory and as simple as can be: what a plan says is done, word for word.
//!
//! It decides nothing. The real databases and the core's own plans are held against it.

use passmuster_core::field::Target;
use passmuster_core::group::GroupType;
use passmuster_core::plan::{Change, ChangeKind, Directory, Edit, Plan, Value};
use passmuster_core::user::{User, email_key};

/// Applies a plan. Panics where the plan speaks of what isn't there, or says another `before` than there is.
pub fn apply(directory: &mut Directory, plan: &Plan) {
    for group in &plan.groups_created {
        let mut group_types = directory.group_types.iter_mut();
        let known: &mut GroupType = group_types
            .find(|known| known.name == group.group_type)
            .expect("a known group type");
        assert!(!known.groups.contains(&group.name), "{} is not there yet", group.name);
        known.groups.push(group.name.clone());
        known.groups.sort();
    }
    for change in &plan.changes {
        if change.kind == ChangeKind::Removed {
            let user = find(directory, &change.email).expect("a known user");
            holds_before(user, change);
            let key = email_key(&change.email);
            directory.users.retain(|user| email_key(&user.email) != key);
            continue;
        }
        if change.kind == ChangeKind::Created {
            assert!(
                find(directory, &change.email).is_none(),
                "{} is not there yet",
                change.email
            );
            directory.users.push(User {
                id: format!("id of {}", email_key(&change.email)),
                ..User::default()
            });
            let user = directory.users.last_mut().expect("a user was pushed");
            for edit in &change.edits {
                set(user, &edit);
            }
            assert_eq!(user.email, change.email);
        } else {
            let user = find(directory, &change.email).expect("a known user");
            holds_before(user, change);
            for edit in &change.edits {
                set(user, &edit);
            }
        }
        let user = find(directory, &change.email).expect("it was just changed");
        match change.kind {
            ChangeKind::Deactivated => assert!(!user.is_active),
            ChangeKind::Reactivated => assert!(user.is_active),
            ChangeKind::Created | ChangeKind::Updated | ChangeKind::Removed => {}
        }
    }
    for group in &plan.groups_removed {
        let mut group_types = directory.group_types.iter_mut();
        let known = group_types
            .find(|known| known.name == group.group_type)
            .expect("a known group type");
        assert!(known.groups.contains(&group.name), "{} is there", group.name);
        known.groups.retain(|name| *name != group.name);
    }
}

fn find<'d>(directory: &'d mut Directory, email: &str) -> Option<&'d mut User> {
    let key = email_key(email);
    directory.users.iter_mut().find(|user| email_key(&user.email) == key)
}

/// What the plan says there is, is there.
fn holds_before(user: &User, change: &Change) {
    for edit in &change.edits {
        let there = get(user, &edit.field);
        assert_eq!(there, edit.before, "{} of {} before", edit.field, change.email);
    }
}

/// What a user has in a field.
pub fn get(user: &User, field: &Target) -> Value {
    let text = |text: &Option<String>| Value::from(text.as_deref());
    let list = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        Value::List(list)
    };
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
        Target::Tags => list(&user.tags),
        Target::Aliases => list(&user.aliases),
        Target::IntegrationId(slug) => text(&user.integration_ids.get(slug).cloned()),
        Target::GroupMembership(group_type) => text(&user.groups.get(group_type).cloned()),
        Target::GroupManager(group_type) => list(user.manages.get(group_type).map_or(&[], Vec::as_slice)),
        Target::Attribute(name) => match user.attributes.get(name) {
            None | Some(serde_json::Value::Null) => Value::Null,
            Some(value) => Value::Json(value.clone()),
        },
    }
}

fn set(user: &mut User, edit: &Edit) {
    let text = || edit.after.as_text().map(str::to_owned);
    let list = || edit.after.as_list().to_vec();
    match &edit.field {
        Target::Email => user.email = text().expect("an address"),
        Target::FirstName => user.first_name = text().expect("a name"),
        Target::LastName => user.last_name = text().expect("a name"),
        Target::Username => user.username = text(),
        Target::TimeZone => user.time_zone = text(),
        Target::Manager => user.manager = text(),
        Target::IsActive => user.is_active = edit.after.is_true(),
        Target::IsManager => user.is_manager = edit.after.is_true(),
        Target::IsAdmin => user.is_admin = edit.after.is_true(),
        Target::Role => user.role = text(),
        Target::Tags => user.tags = list(),
        Target::Aliases => user.aliases = list(),
        Target::IntegrationId(slug) => put(&mut user.integration_ids, slug, text()),
        Target::GroupMembership(group_type) => put(&mut user.groups, group_type, text()),
        Target::GroupManager(group_type) => {
            let groups = Some(list()).filter(|groups| !groups.is_empty());
            put(&mut user.manages, group_type, groups);
        }
        Target::Attribute(name) => {
            let value = match &edit.after {
                Value::Null => None,
                after => Some(serde_json::to_value(after).expect("a value is JSON")),
            };
            put(&mut user.attributes, name, value);
        }
    }
}

fn put<V>(map: &mut std::collections::BTreeMap<String, V>, key: &str, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key.to_owned(), value)),
        None => drop(map.remove(key)),
    }
}

/// What no directory of ours may hold, in words; empty for a sound one.
pub fn faults(directory: &Directory) -> Vec<String> {
    let mut faults = Vec::new();
    let mut owners = std::collections::BTreeMap::new();
    let mut once = |what: String, user: &User, faults: &mut Vec<String>| {
        if let Some(other) = owners.insert(what.clone(), user.email.clone()) {
            faults.push(format!("{what} belongs to {other} and {}", user.email));
        }
    };
    let by_email = |email: &str| {
        directory
            .users
            .iter()
            .find(|user| email_key(&user.email) == email_key(email))
    };
    for user in &directory.users {
        once(format!("e-mail {}", email_key(&user.email)), user, &mut faults);
        if let Some(username) = &user.username {
            once(format!("username {}", email_key(username)), user, &mut faults);
        } else if directory.salesforce {
            faults.push(format!("{} has no username", user.email));
        }
        for alias in &user.aliases {
            once(format!("alias {}", email_key(alias)), user, &mut faults);
        }
        for (slug, id) in &user.integration_ids {
            once(format!("{slug} {id}"), user, &mut faults);
        }
        if user.first_name.trim().is_empty() || user.last_name.trim().is_empty() {
            faults.push(format!("{} has no name", user.email));
        }
        if !user.tags.is_sorted() || !user.aliases.is_sorted() {
            faults.push(format!("{}: lists are sorted", user.email));
        }
        let groups_of = |name: &str| {
            directory
                .group_types
                .iter()
                .find(|known| known.name == name)
                .map(|known| &known.groups)
        };
        for (group_type, group) in &user.groups {
            if !groups_of(group_type).is_some_and(|groups| groups.contains(group)) {
                faults.push(format!("{} is in {group}, which is not there", user.email));
            }
        }
        for (group_type, managed) in &user.manages {
            if !user.is_manager {
                faults.push(format!("{} manages groups and is no manager", user.email));
            }
            for group in managed {
                if !groups_of(group_type).is_some_and(|groups| groups.contains(group)) {
                    faults.push(format!("{} manages {group}, which is not there", user.email));
                }
            }
        }
        let Some(manager) = &user.manager else { continue };
        match by_email(manager) {
            None => faults.push(format!("{} is managed by {manager}, who is not there", user.email)),
            Some(manager) if !manager.is_active => {
                faults.push(format!(
                    "{} is managed by {}, who is not active",
                    user.email, manager.email
                ));
            }
            Some(_) => {}
        }
        let mut above = user.manager.as_deref();
        for _ in 0..=directory.users.len() {
            above = above.and_then(by_email).and_then(|user| user.manager.as_deref());
        }
        if above.is_some() {
            faults.push(format!("above {} is a circle", user.email));
        }
    }
    faults
}
