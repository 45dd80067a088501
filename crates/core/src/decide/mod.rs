//! Deciding: records against the directory, to the problems that only the directory shows and to a plan.
//!
//! Planning cannot write: it has no writer.

use hashbrown::HashSet;

use crate::check::Checked;
use crate::field::Target;
use crate::group::AttributeType;
use crate::log::{At, Log};
use crate::plan::edits::Packing;
use crate::plan::{Change, ChangeKind, Directory, Edit, Plan, Value};
use crate::read::Place;
use crate::record::{Cell, Records};
use crate::rules::{missing_username, role_conflict, unknown_attribute, unknown_group_type, unknown_integration_id};
use crate::standing::{self, Marks, Standing};

mod edits;
pub mod groups;
mod managers;
mod owners;
mod people;
mod rights;

use edits::Edits;
use managers::Manager;
use people::{People, Person};

/// Why a manager goes whom the file's cell says to go.
pub(crate) const CLEARED: &str = "cleared by the file";
/// What becomes of a user's manager where the file names one who can't be it, and the policy is to keep.
pub(crate) const STAYS: &str = "the manager stays as it is";

/// The problems that show without a directory: managers, circles, groups that look mistyped.
pub fn decide_offline(checked: &Checked<'_>, log: &mut Log) {
    let directory = Directory::default();
    let people = People::new(checked, &directory, None);
    managers::decide(&people, true, log);
    groups::new_groups(&people, log);
}

/// Decides on every record; those that stand change nothing. Without errors, what would change.
pub fn decide(
    checked: &Checked<'_>,
    directory: &Directory,
    standing: Option<&Standing>,
    log: &mut Log,
) -> (Option<Plan>, Marks) {
    let records = &checked.records;
    let people = People::new(checked, directory, standing);
    log.watch();
    check_targets(records, directory, log);
    if directory.salesforce {
        check_usernames(&people, log);
    }
    check_roles(&people, log);
    let managers = managers::decide(&people, false, log);
    let new_groups = groups::new_groups(&people, log);
    owners::check(&people, log);
    rights::keep_an_admin(&people, log);
    let manages = rights::managers_of_people(&people, &managers);
    // Room for all: grown step by step, it would be held twice.
    let mut changes = Vec::with_capacity(records.len());
    let mut unchanged = 0;
    let order = fields_in_order(records);
    let mut marks = vec![0; records.len()];
    let (mut list, mut packing) = (Vec::new(), Packing::default());
    for record in records.kept() {
        if let Some(mark) = people.mark_of(record) {
            marks[record] = mark;
            unchanged += 1;
            continue;
        }
        let is_manager = rights::is_manager(&people, record, &manages, log);
        let edits = Edits {
            people: &people,
            record,
            before: people.before(Person::Record(record as u32)),
            list: &mut list,
            packing: &mut packing,
        };
        let flag = |is_so: bool, flag: u8| if is_so { flag } else { 0 };
        let person = Person::Record(record as u32);
        marks[record] = standing::STANDS
            | flag(people.active_after(person), standing::ACTIVE)
            | flag(is_manager.after, standing::MANAGER)
            | flag(people.admin_after(person), standing::ADMIN);
        let manager = managers.get(record).unwrap_or(Manager::Stays);
        match edits.decide(&order, manager, is_manager, log) {
            Some(change) => changes.push(change),
            None => unchanged += 1,
        }
    }
    changes.extend(beside(&people, &manages.newly));
    let seen = log.seen();
    let settled = settled(records, marks, &seen);
    let plan = (!log.has_errors()).then(|| Plan::new(changes, new_groups, unchanged));
    (plan, settled)
}

/// Forgets the marks of records that something was said of: it must be said again the next time.
fn settled(records: &Records<'_>, mut marks: Vec<u8>, seen: &[u32]) -> Marks {
    if !seen.is_empty() {
        let seen: HashSet<u32> = seen.iter().copied().collect();
        for (record, mark) in marks.iter_mut().enumerate() {
            if seen.contains(&records.place(record).row) {
                *mark = 0;
            }
        }
    }
    Marks {
        marks,
        records: records.kept().count() as u64,
        is_silent: seen.is_empty(),
    }
}

/// What changes for users of whom the body has no record: those who become managers of somebody in
/// it, those whose manager it deactivates, and those whom a full snapshot misses.
fn beside(people: &People<'_, '_>, newly_managing: &HashSet<Person>) -> Vec<Change> {
    let mut changes = Vec::new();
    for (index, user) in people.directory.users.iter().enumerate() {
        if people.covered[index].is_some() {
            continue;
        }
        let mut edits = Vec::new();
        if let Some(manager) = user
            .manager
            .as_deref()
            .filter(|manager| managers::leaves(people, manager))
        {
            edits.push(Edit {
                field: Target::Manager,
                before: Value::Text(manager.to_owned()),
                after: Value::Null,
                reason: Some("cleared because the manager is deactivated".to_owned()),
            });
        }
        let is_missing = people.is_missing(index);
        if is_missing {
            edits.push(Edit {
                field: Target::IsActive,
                before: Value::Bool(true),
                after: Value::Bool(false),
                reason: Some("missing in the full snapshot".to_owned()),
            });
        }
        if newly_managing.contains(&Person::Known(index as u32)) && !user.is_manager {
            edits.push(Edit {
                field: Target::IsManager,
                before: Value::Bool(false),
                after: Value::Bool(true),
                reason: Some("granted because they manage people".to_owned()),
            });
        }
        if !edits.is_empty() {
            changes.push(Change {
                row: None,
                email: user.email.clone(),
                kind: if is_missing {
                    ChangeKind::Deactivated
                } else {
                    ChangeKind::Updated
                },
                edits: edits.into(),
                user_id: Some(user.id.clone()),
            });
        }
    }
    changes
}

/// The mapped fields, in the order in which edits are shown.
fn fields_in_order(records: &Records<'_>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..records.mapping.fields.len()).collect();
    order.sort_by_key(|field| &records.mapping.fields[*field].target);
    order
}

/// Reports targets that the workspace has not defined.
fn check_targets(records: &Records<'_>, directory: &Directory, log: &mut Log) {
    let nowhere = Place::default();
    for (field, api) in records.mapping.fields.iter().enumerate() {
        let at = records.at(field);
        match &api.target {
            Target::GroupMembership(name) | Target::GroupManager(name)
                if !directory.group_types.iter().any(|group_type| group_type.name == *name) =>
            {
                log.add(&records.source, &unknown_group_type::RULE, nowhere, at, || {
                    unknown_group_type::words(name)
                });
            }
            Target::IntegrationId(slug) if !directory.integration_ids.iter().any(|kind| kind.slug == *slug) => {
                log.add(&records.source, &unknown_integration_id::RULE, nowhere, at, || {
                    unknown_integration_id::words(slug)
                });
            }
            Target::Attribute(name) if attribute(directory, name).is_none() => {
                log.add(&records.source, &unknown_attribute::RULE, nowhere, at, || {
                    unknown_attribute::words(name)
                });
            }
            _ => {}
        }
    }
}

fn attribute<'d>(directory: &'d Directory, name: &str) -> Option<&'d AttributeType> {
    directory.attributes.iter().find(|attribute| attribute.name == name)
}

/// With Salesforce every row has a username.
// seed: User API Integration, "Required for organizations using the Salesforce Integration"
fn check_usernames(people: &People<'_, '_>, log: &mut Log) {
    let records = people.records;
    let column = people.fields.username.filter(|field| records.columns[*field].is_some());
    let Some(field) = column else {
        let at = people.fields.username.map_or(At::Whole, |field| records.at(field));
        log.add(
            &records.source,
            &missing_username::RULE,
            records.source.header,
            at,
            || missing_username::words(false),
        );
        return;
    };
    for record in records.kept() {
        // a username that was refused was told of already
        if records.said(record, field).text().is_none() && records.cell(record, field) != Cell::REFUSED {
            log.add(
                &records.source,
                &missing_username::RULE,
                records.place(record),
                records.at(field),
                || missing_username::words(true),
            );
        }
    }
}

/// A role that says otherwise than the columns of the same row.
fn check_roles(people: &People<'_, '_>, log: &mut Log) {
    let records = people.records;
    let Some(role_field) = people.fields.role else { return };
    for record in records.kept() {
        let Some(role) = records.said(record, role_field).text() else {
            continue;
        };
        let implied = [
            (
                people.fields.is_active,
                if role == "Deactivated" { Some("False") } else { None },
            ),
            (
                people.fields.is_admin,
                match role {
                    "FullAdmin" => Some("True"),
                    "LimitedAdmin" | "Participant" => Some("False"),
                    _ => None,
                },
            ),
        ];
        for (field, implied) in implied {
            let (Some(field), Some(implied)) = (field, implied) else {
                continue;
            };
            if let Some(said) = records.said(record, field).text().filter(|said| *said != implied) {
                log.add(
                    &records.source,
                    &role_conflict::RULE,
                    records.place(record),
                    records.at(role_field),
                    || role_conflict::words(role, &records.mapping.fields[field].target.label(), said),
                );
            }
        }
    }
}
