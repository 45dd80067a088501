//! Who manages whom: managers found by address or username, and circles.

use hashbrown::HashMap;

use crate::log::Log;
use crate::mapping::OnUnknown;
use crate::problem::Severity;
use crate::rules::{inactive_manager, manager_circle, manager_not_in_file, own_manager, unknown_manager};
use crate::value::email;

use super::people::{People, Person};

/// What becomes of a user's direct manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// Nothing changes.
    Stays,
    /// There is none, because the cell is blank or says so.
    Cleared,
    /// There is none, because the one named is not known or not active.
    ClearedUnknown,
    /// There is none, because this body deactivates the one there was.
    ClearedDeactivated,
    /// This one.
    Is(Person),
}

/// The managers of the records, in four bytes each: walks up from manager to manager go from one place to another.
pub struct Managers(Vec<u32>);

impl Managers {
    const STAYS: u32 = u32::MAX;
    const CLEARED: u32 = u32::MAX - 1;
    const CLEARED_UNKNOWN: u32 = u32::MAX - 2;
    const CLEARED_DEACTIVATED: u32 = u32::MAX - 3;
    /// Of users of the directory of whom the body has no record; neither it nor the directory has as many as this.
    const KNOWN: u32 = 1 << 31;

    /// What becomes of the manager of a record.
    pub fn get(&self, record: usize) -> Option<Manager> {
        Some(match *self.0.get(record)? {
            Self::STAYS => Manager::Stays,
            Self::CLEARED => Manager::Cleared,
            Self::CLEARED_UNKNOWN => Manager::ClearedUnknown,
            Self::CLEARED_DEACTIVATED => Manager::ClearedDeactivated,
            known if known >= Self::KNOWN => Manager::Is(Person::Known(known - Self::KNOWN)),
            record => Manager::Is(Person::Record(record)),
        })
    }

    /// What becomes of each.
    pub fn iter(&self) -> impl Iterator<Item = Manager> + '_ {
        (0..self.0.len()).filter_map(|record| self.get(record))
    }

    fn set(&mut self, record: usize, manager: Manager) {
        self.0[record] = match manager {
            Manager::Stays => Self::STAYS,
            Manager::Cleared => Self::CLEARED,
            Manager::ClearedUnknown => Self::CLEARED_UNKNOWN,
            Manager::ClearedDeactivated => Self::CLEARED_DEACTIVATED,
            Manager::Is(Person::Known(known)) => Self::KNOWN + known,
            Manager::Is(Person::Record(record)) => record,
        };
    }
}

/// Decides on the manager of each record. Without a directory (`offline`), who is not in the body may still be known.
pub fn decide(people: &People<'_, '_>, offline: bool, log: &mut Log) -> Managers {
    let records = people.records;
    let mut managers = Managers(vec![Managers::STAYS; records.len()]);
    for record in records.kept().filter(|_| !people.directory.users.is_empty()) {
        let before = people
            .before(Person::Record(record as u32))
            .and_then(|user| user.manager.as_deref());
        if before.is_some_and(|manager| leaves(people, manager)) {
            managers.set(record, Manager::ClearedDeactivated);
        }
    }
    let Some(field) = people.fields.manager else {
        return managers;
    };
    let usernames: HashMap<String, Person> = if people.directory.salesforce {
        let named = people
            .everybody()
            .filter_map(|person| Some((person, people.username_after(person)?)));
        named
            .map(|(person, username)| (username.to_ascii_lowercase(), person))
            .collect()
    } else {
        HashMap::new()
    };
    for record in records.kept().filter(|record| records.is_clear(*record, field)) {
        managers.set(record, Manager::Cleared);
    }
    let mut decide = |record: usize, found: Option<Person>| {
        if people.mark_of(record).is_some() {
            // The manager is as it was. Who it is matters to those of whom there is something to decide: they were read.
            let manager = match found {
                Some(person) if people.active_after(person) => Manager::Is(person),
                _ => Manager::Stays,
            };
            managers.set(record, manager);
            return;
        }
        let named = || records.text(record, field);
        let mut refuse = |rule, words: &dyn Fn(&str) -> crate::rules::Words| {
            let (manager, severity, what) = unknown(people, record, field);
            log.add_as(
                severity,
                &records.source,
                rule,
                records.place(record),
                records.at(field),
                || words(what),
            );
            manager
        };
        let manager = match found {
            Some(person) if person == Person::Record(record as u32) => {
                log.add(
                    &records.source,
                    &own_manager::RULE,
                    records.place(record),
                    records.at(field),
                    own_manager::words,
                );
                Manager::Stays
            }
            Some(person) if people.active_after(person) => Manager::Is(person),
            Some(_) => refuse(&inactive_manager::RULE, &|what| inactive_manager::words(named(), what)),
            None if offline && email::check(named()).is_ok() => {
                log.add(
                    &records.source,
                    &manager_not_in_file::RULE,
                    records.place(record),
                    records.at(field),
                    || manager_not_in_file::words(named()),
                );
                Manager::Stays
            }
            None => refuse(&unknown_manager::RULE, &|what| {
                unknown_manager::words(named(), what, people.directory.salesforce)
            }),
        };
        managers.set(record, manager);
    };
    if people.directory.salesforce {
        for record in records.kept() {
            if let Some(named) = records.said(record, field).text() {
                decide(record, usernames.get(&named.to_ascii_lowercase()).copied());
            }
        }
    } else {
        people.each_by_email(field, &mut decide);
    }
    find_circles(people, field, &managers, log);
    managers
}

/// Whether this body deactivates a user, who then can't be manager any more.
pub fn leaves(people: &People<'_, '_>, address: &str) -> bool {
    people
        .by_email(address)
        .is_some_and(|person| people.before(person).is_some_and(|user| user.is_active) && !people.active_after(person))
}

/// What the policy makes of a manager who can't be one.
fn unknown(people: &People<'_, '_>, record: usize, field: usize) -> (Manager, Severity, &'static str) {
    let before = people
        .before(Person::Record(record as u32))
        .and_then(|user| user.manager.as_deref());
    let has_one = before.is_some();
    match people.records.mapping.fields[field].on_unknown {
        Some(OnUnknown::Error) => (
            Manager::Stays,
            Severity::Error,
            "the column takes known, active managers only",
        ),
        Some(OnUnknown::Keep) if before.is_some_and(|manager| leaves(people, manager)) => (
            Manager::ClearedDeactivated,
            Severity::Warning,
            "the manager is cleared, because this body deactivates the one there was",
        ),
        Some(OnUnknown::Keep) if has_one => (Manager::Stays, Severity::Warning, super::STAYS),
        Some(OnUnknown::Keep) => (Manager::Stays, Severity::Warning, "no manager is set"),
        _ if has_one => (Manager::ClearedUnknown, Severity::Warning, "the manager is cleared"),
        _ => (Manager::ClearedUnknown, Severity::Warning, "no manager is set"),
    }
}

/// Finds circles that this body closes; those that stood before are not its fault.
fn find_circles(people: &People<'_, '_>, field: usize, managers: &Managers, log: &mut Log) {
    let records = people.records;
    let count = records.len();
    let node = |person| match person {
        Person::Record(record) => record as usize,
        Person::Known(index) => count + index as usize,
    };
    let person = |node: usize| {
        if node < count {
            Person::Record(node as u32)
        } else {
            Person::Known((node - count) as u32)
        }
    };
    const NOBODY: usize = usize::MAX;
    let above = |at: usize| match (person(at), managers.get(at)) {
        (_, Some(Manager::Is(manager))) => node(manager),
        (_, Some(Manager::Cleared | Manager::ClearedUnknown | Manager::ClearedDeactivated)) => NOBODY,
        (person, _) => people
            .before(person)
            .and_then(|user| user.manager.as_deref())
            .and_then(|manager| people.by_email(manager))
            .map_or(NOBODY, node),
    };
    // 0: not seen; otherwise the walk that saw it
    let mut seen = vec![0_u32; count + people.directory.users.len()];
    for (walk, start) in (1..).zip(records.kept()) {
        let mut at = start;
        while at != NOBODY && seen[at] == 0 {
            seen[at] = walk;
            at = above(at);
        }
        if at == NOBODY || seen[at] != walk {
            continue;
        }
        let mut circle = vec![at];
        let mut next = above(at);
        while next != at {
            circle.push(next);
            next = above(next);
        }
        let closed_here = circle
            .iter()
            .copied()
            .filter(|at| matches!(managers.get(*at), Some(Manager::Is(_))))
            .min();
        if let Some(record) = closed_here {
            let begin = circle.iter().position(|at| *at == record).unwrap_or_default();
            circle.rotate_left(begin);
            log.add(
                &records.source,
                &manager_circle::RULE,
                records.place(record),
                records.at(field),
                || {
                    let members: Vec<String> = circle.iter().map(|at| people.email(person(*at)).to_owned()).collect();
                    manager_circle::words(&members)
                },
            );
        }
    }
}
