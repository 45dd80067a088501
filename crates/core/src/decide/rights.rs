//! Is Manager and Is Admin: granted with groups and people, kept while they are there, never lost to the last admin.

use hashbrown::HashSet;

use crate::field::Target;
use crate::log::{At, Log};
use crate::rules::{is_manager_kept, last_admin};

use super::groups;
use super::managers::{Manager, Managers};
use super::people::{People, Person};

/// Whether a user is manager once the body is applied, and why when the body doesn't say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IsManager {
    pub after: bool,
    pub reason: Option<&'static str>,
}

/// Who directly manages somebody of this body afterwards.
#[derive(Debug, Default)]
pub struct Managing {
    /// Everybody who does.
    pub any: HashSet<Person>,
    /// Those who are made manager of somebody by this body: they are given Is Manager. Who managed the same people
    /// before keeps what they have.
    pub newly: HashSet<Person>,
}

/// Who directly manages somebody of this body afterwards.
pub fn managers_of_people(people: &People<'_, '_>, managers: &Managers) -> Managing {
    let mut managing = Managing::default();
    for (record, manager) in managers.iter().enumerate() {
        let Manager::Is(person) = manager else { continue };
        managing.any.insert(person);
        if people.mark_of(record).is_some() {
            continue;
        }
        let before = people.before(Person::Record(record as u32));
        let was = before.and_then(|user| user.manager.as_deref());
        if !was.is_some_and(|was| was.eq_ignore_ascii_case(people.email(person))) {
            managing.newly.insert(person);
        }
    }
    managing
}

/// Decides on Is Manager of a record.
pub fn is_manager(people: &People<'_, '_>, record: usize, manages: &Managing, log: &mut Log) -> IsManager {
    let person = Person::Record(record as u32);
    let before = people.before(person).is_some_and(|user| user.is_manager);
    let said = people
        .said(record, people.fields.is_manager)
        .text()
        .map(|text| text == "True");
    let wanted = said.unwrap_or(before);
    if wanted {
        return IsManager {
            after: true,
            reason: None,
        };
    }
    // a user whom nobody made manager, who manages nothing: the common case, at the price of two look-ups
    let manages_somebody = if before { &manages.any } else { &manages.newly }.contains(&person);
    let groups = managed_groups(people, record);
    if groups.is_empty() && !manages_somebody {
        return IsManager {
            after: wanted,
            reason: None,
        };
    }
    if said == Some(false) {
        let records = people.records;
        let at = people.fields.is_manager.map_or(At::Whole, |field| records.at(field));
        log.add(
            &records.source,
            &is_manager_kept::RULE,
            records.place(record),
            at,
            || is_manager_kept::words(&described(&groups, manages_somebody), before),
        );
    }
    if before {
        return IsManager {
            after: true,
            reason: None,
        };
    }
    let reason = if groups.is_empty() {
        "granted because they manage people"
    } else {
        "granted because they manage groups"
    };
    IsManager {
        after: true,
        reason: Some(reason),
    }
}

fn described(groups: &[(String, Vec<String>)], manages_somebody: bool) -> String {
    let mut parts: Vec<String> = groups
        .iter()
        .flat_map(|(group_type, names)| names.iter().map(move |name| format!("{name} ({group_type})")))
        .collect();
    if parts.len() > 5 {
        let more = parts.len() - 5;
        parts.truncate(5);
        parts.push(format!("{more} more groups"));
    }
    if manages_somebody {
        parts.push("people of this file".to_owned());
    }
    parts.join(", ")
}

/// The groups that a record's user manages once the body is applied, by group type.
fn managed_groups(people: &People<'_, '_>, record: usize) -> Vec<(String, Vec<String>)> {
    let mut mapped = Vec::new();
    let mut managed = Vec::new();
    for (field, api) in people
        .records
        .fields(|target| matches!(target, Target::GroupManager(_)))
    {
        let group_type = api.target.name().unwrap_or_default();
        mapped.push(group_type);
        let after = groups::managed_after(people, record, field);
        if !after.is_empty() {
            managed.push((group_type.to_owned(), after));
        }
    }
    if let Some(user) = people.before(Person::Record(record as u32)) {
        let rest = user
            .manages
            .iter()
            .filter(|(group_type, names)| !mapped.contains(&group_type.as_str()) && !names.is_empty());
        managed.extend(rest.map(|(group_type, names)| (group_type.clone(), names.clone())));
    }
    managed
}

/// Refuses a body after which nobody is an active admin, if somebody was before.
pub fn keep_an_admin(people: &People<'_, '_>, log: &mut Log) {
    let was_admin = |person| {
        people
            .before(person)
            .is_some_and(|user| user.is_admin && user.is_active)
    };
    let is_admin = |person| people.admin_after(person) && people.active_after(person);
    let mut losing = Vec::new();
    for person in people.everybody() {
        if is_admin(person) {
            return;
        }
        if let (true, Person::Record(record)) = (was_admin(person), person) {
            losing.push(record as usize);
        }
    }
    let records = people.records;
    for record in losing {
        let says = [people.fields.is_admin, people.fields.is_active, people.fields.role];
        let field = says
            .into_iter()
            .flatten()
            .find(|field| records.said(record, *field).text().is_some());
        let at = field.map_or(At::Whole, |field| records.at(field));
        log.add(
            &records.source,
            &last_admin::RULE,
            records.place(record),
            at,
            last_admin::words,
        );
    }
}
