//! Deciding: records against the directory, to the problems that only the directory shows and to a plan.
//!
//! Planning cannot write: it has no writer.

use hashbrown::HashSet;

use crate::check::Checked;
use crate::field::Target;
use crate::group::{AttributeKind, AttributeType};
use crate::log::{At, Log};
use crate::plan::{Change, ChangeKind, Directory, Edit, Plan, Value};
use crate::read::Place;
use crate::record::{Cell, Records, Said};
use crate::rules::{
    self, missing_username, role_conflict, unknown_attribute, unknown_group_type, unknown_integration_id,
};
use crate::standing::{self, Marks, Standing};
use crate::user::{User, email_key};
use crate::value;

mod groups;
mod managers;
mod owners;
mod people;
mod rights;

use managers::Manager;
use people::{People, Person};

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
    let mut changes = Vec::new();
    let mut unchanged = 0;
    let order = fields_in_order(records);
    let mut marks = vec![0; records.len()];
    let mut scratch = Vec::new();
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
            edits: &mut scratch,
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
                edits,
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

/// The edits of one user.
struct Edits<'p, 'r, 'a> {
    people: &'p People<'r, 'a>,
    record: usize,
    before: Option<&'r User>,
    /// Empty between two users; each user's own list has just the room that it needs.
    edits: &'p mut Vec<Edit>,
}

impl Edits<'_, '_, '_> {
    /// What happens to the user; `None` when nothing does.
    fn decide(
        mut self,
        order: &[usize],
        manager: Manager,
        is_manager: rights::IsManager,
        log: &mut Log,
    ) -> Option<Change> {
        let people = self.people;
        let person = Person::Record(self.record as u32);
        let fields = &people.records.mapping.fields;
        for field in order {
            self.field(*field, &fields[*field].target, manager, log);
        }
        // these may change though no column says so
        if people.fields.manager.is_none() {
            self.manager(manager);
        }
        self.rights(is_manager);
        if !self.edits.is_sorted_by(|a, b| a.field <= b.field) {
            self.edits.sort_by(|a, b| a.field.cmp(&b.field));
        }
        let (was_active, is_active) = (self.before.map(|user| user.is_active), people.active_after(person));
        let kind = match was_active {
            None => ChangeKind::Created,
            Some(true) if !is_active => ChangeKind::Deactivated,
            Some(false) if is_active => ChangeKind::Reactivated,
            Some(_) if self.edits.is_empty() => return None,
            Some(_) => ChangeKind::Updated,
        };
        Some(Change {
            row: Some(u64::from(people.records.place(self.record).row)),
            email: people.email(person).to_owned(),
            kind,
            edits: self.edits.drain(..).collect(),
            user_id: self.before.map(|user| user.id.clone()),
        })
    }

    fn push(&mut self, field: Target, before: Value, after: Value, reason: Option<&str>) {
        self.edits.push(Edit {
            field,
            before,
            after,
            reason: reason.map(str::to_owned),
        });
    }

    /// Is Active, Is Manager, Is Admin: they may change though no column says so.
    fn rights(&mut self, is_manager: rights::IsManager) {
        let person = Person::Record(self.record as u32);
        let people = self.people;
        let role = people.new_role(self.record);
        let by_role = |field: Option<usize>| {
            let said = people.said(self.record, field).text().is_some();
            if said {
                None
            } else {
                role.map(|role| format!("from the role {role}"))
            }
        };
        let active_reason = match self.before {
            None if people.active_after(person) => None,
            _ => by_role(people.fields.is_active),
        };
        let active = (people.active_after(person), active_reason);
        let admin = (people.admin_after(person), by_role(people.fields.is_admin));
        let manager = (is_manager.after, is_manager.reason.map(str::to_owned));
        let before = self.before;
        let was = |of: fn(&User) -> bool| before.map(of);
        for (target, was, (after, reason)) in [
            (Target::IsActive, was(|user| user.is_active), active),
            (Target::IsManager, was(|user| user.is_manager), manager),
            (Target::IsAdmin, was(|user| user.is_admin), admin),
        ] {
            let shown = match was {
                None => after || target == Target::IsActive,
                Some(was) => was != after,
            };
            if shown {
                self.push(
                    target,
                    was.map_or(Value::Null, Value::Bool),
                    Value::Bool(after),
                    reason.as_deref(),
                );
            }
        }
    }

    fn field(&mut self, field: usize, target: &Target, manager: Manager, log: &mut Log) {
        let said = self.people.records.said(self.record, field);
        let before = self.before;
        match target {
            Target::Email => {
                if before.is_none() {
                    self.text(target, None, said);
                }
            }
            Target::FirstName => self.text(target, before.map(|user| user.first_name.as_str()), said),
            Target::LastName => self.text(target, before.map(|user| user.last_name.as_str()), said),
            Target::Username => self.text(target, before.and_then(|user| user.username.as_deref()), said),
            Target::TimeZone => self.text(target, before.and_then(|user| user.time_zone.as_deref()), said),
            Target::Role => self.text(target, before.and_then(|user| user.role.as_deref()), said),
            Target::IntegrationId(slug) => {
                self.text(
                    target,
                    before
                        .and_then(|user| user.integration_ids.get(slug))
                        .map(String::as_str),
                    said,
                );
            }
            Target::GroupMembership(group_type) => {
                let was = before.and_then(|user| user.groups.get(group_type)).map(String::as_str);
                let is = groups::membership_after(self.people, self.record, field, was);
                if was != is {
                    self.push(target.clone(), was.into(), is.into(), None);
                }
            }
            Target::GroupManager(group_type) => {
                let was = before
                    .and_then(|user| user.manages.get(group_type))
                    .cloned()
                    .unwrap_or_default();
                let is = groups::managed_after(self.people, self.record, field);
                self.list(target, was, is);
            }
            Target::Tags => {
                let was = before.map(|user| user.tags.clone()).unwrap_or_default();
                let policy = self.people.records.mapping.fields[field].list;
                let is = groups::words_after(&was, said, policy, str::to_owned);
                self.list(target, was, is);
            }
            Target::Aliases => {
                let was = before.map(|user| user.aliases.clone()).unwrap_or_default();
                let policy = self.people.records.mapping.fields[field].list;
                let is = groups::words_after(&was, said, policy, email_key);
                self.list(target, was, is);
            }
            Target::Manager => self.manager(manager),
            Target::Attribute(name) => self.attribute(field, name, said, log),
            Target::IsActive | Target::IsManager | Target::IsAdmin => {}
        }
    }

    fn text(&mut self, target: &Target, was: Option<&str>, said: Said<'_>) {
        let is = match said {
            Said::Nothing => return,
            Said::Clear => None,
            Said::Text(text) => Some(text),
        };
        let same = match (target, was, is) {
            (Target::Username, Some(was), Some(is)) => was.eq_ignore_ascii_case(is),
            _ => was == is,
        };
        if !same {
            self.push(target.clone(), was.into(), is.into(), None);
        }
    }

    fn list(&mut self, target: &Target, mut was: Vec<String>, is: Vec<String>) {
        was.sort();
        if was != is {
            self.push(target.clone(), Value::List(was), Value::List(is), None);
        }
    }

    fn manager(&mut self, manager: Manager) {
        let was = self.before.and_then(|user| user.manager.as_deref());
        let (is, reason) = match manager {
            Manager::Stays => return,
            Manager::ClearedDeactivated => (None, Some("cleared because the manager is deactivated")),
            Manager::Cleared => (None, Some("cleared by the file")),
            Manager::ClearedUnknown => (None, Some("cleared because the manager named is not an active user")),
            Manager::Is(person) => (Some(self.people.email(person)), None),
        };
        let same = match (was, is) {
            (Some(was), Some(is)) => was.eq_ignore_ascii_case(is),
            (was, is) => was == is,
        };
        if !same {
            self.push(Target::Manager, was.into(), is.into(), reason);
        }
    }

    fn attribute(&mut self, field: usize, name: &str, said: Said<'_>, log: &mut Log) {
        let records = self.people.records;
        let was = self
            .before
            .and_then(|user| user.attributes.get(name))
            .filter(|value| !value.is_null());
        let Some(attribute) = attribute(self.people.directory, name) else {
            return;
        };
        let is = match said {
            Said::Nothing => return,
            Said::Clear => None,
            Said::Text(text) => match value::attribute::parse(text, attribute) {
                Some(value) => {
                    let truth = value::boolean::parse(text).filter(|(_, converted)| *converted);
                    if let (AttributeKind::Boolean, Some((truth, _))) = (attribute.kind, truth) {
                        let at = records.at(field);
                        let place = records.place(self.record);
                        log.add(&records.source, &rules::converted_boolean::RULE, place, at, || {
                            rules::converted_boolean::words(truth)
                        });
                    }
                    // null is no value
                    Some(value).filter(|value| !value.is_null())
                }
                None => {
                    let at = records.at(field);
                    log.add(
                        &records.source,
                        &rules::invalid_attribute::RULE,
                        records.place(self.record),
                        at,
                        || rules::invalid_attribute::words(text, &value::attribute::mismatch(text, attribute)),
                    );
                    return;
                }
            },
        };
        let same = match (was, &is) {
            (Some(was), Some(is)) => was == is || value::attribute::print(was) == value::attribute::print(is),
            (was, is) => was.is_none() && is.is_none(),
        };
        if !same {
            let json = |value: Option<serde_json::Value>| value.map_or(Value::Null, Value::Json);
            let was = was.map(value::attribute::sorted);
            self.push(Target::Attribute(name.to_owned()), json(was), json(is), None);
        }
    }
}
