//! Who is who: the users of the body and of the directory, found by address or username.

use hashbrown::{HashMap, HashSet};

use crate::check::Checked;
use crate::field::Target;
use crate::plan::Directory;
use crate::record::{Records, Said};
use crate::standing::{self, Standing};
use crate::user::{User, email_key};

/// A user that the body or the directory knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Person {
    /// A record of the body, whether the directory knows them or not.
    Record(u32),
    /// A user of the directory of whom the body has no record.
    Known(u32),
}

/// The indices of the fields that deciding asks for again and again.
#[derive(Debug, Clone, Copy, Default)]
pub struct FieldsOf {
    pub username: Option<usize>,
    pub manager: Option<usize>,
    pub is_active: Option<usize>,
    pub is_manager: Option<usize>,
    pub is_admin: Option<usize>,
    pub role: Option<usize>,
}

/// Everybody.
pub struct People<'r, 'a> {
    pub records: &'r Records<'a>,
    pub directory: &'r Directory,
    pub fields: FieldsOf,
    /// The directory's user of each record; empty when the directory is.
    known: Vec<Option<u32>>,
    /// Whether each record's user is active once the body is applied; asked for out of order, so kept small.
    active: Vec<bool>,
    /// The record of each of the directory's users.
    pub covered: Vec<Option<usize>>,
    /// Which of the directory's users a full snapshot misses and thereby deactivates; empty for other bodies.
    missing: Vec<bool>,
    checked: &'r Checked<'a>,
    standing: Option<&'r Standing>,
    /// The directory's users of whom the body has no record, by key.
    others: HashMap<String, usize>,
}

impl<'r, 'a> People<'r, 'a> {
    /// Matches the records with the directory's users by address.
    pub fn new(checked: &'r Checked<'a>, directory: &'r Directory, standing: Option<&'r Standing>) -> Self {
        let records = &checked.records;
        let field = |target| records.field(&target);
        let fields = FieldsOf {
            username: field(Target::Username),
            manager: field(Target::Manager),
            is_active: field(Target::IsActive),
            is_manager: field(Target::IsManager),
            is_admin: field(Target::IsAdmin),
            role: field(Target::Role),
        };
        let mut known = vec![None; if directory.users.is_empty() { 0 } else { records.len() }];
        let mut others = HashMap::new();
        let covered: Vec<Option<usize>> = directory
            .users
            .iter()
            .map(|user| checked.emails.find(records, &user.email))
            .collect();
        for (index, record) in covered.iter().enumerate() {
            match record {
                Some(record) => known[*record] = Some(index as u32),
                None => drop(others.insert(email_key(&directory.users[index].email), index)),
            }
        }
        let mut people = Self {
            records,
            directory,
            fields,
            known,
            active: Vec::new(),
            missing: missing(directory, &covered),
            covered,
            checked,
            standing: standing.filter(|standing| standing.count() > 0),
            others,
        };
        let says = people.fields.is_active.map(|field| records.truths(field));
        people.active = (0..records.len())
            .map(|record| {
                let said = says.as_ref().and_then(|says| says(record));
                said.unwrap_or_else(|| people.is_active_unless_said(record))
            })
            .collect();
        people
    }

    /// The user with this address, in any ASCII case.
    pub fn by_email(&self, address: &str) -> Option<Person> {
        match self.checked.emails.find(self.records, address) {
            Some(record) => Some(Person::Record(record as u32)),
            None if self.others.is_empty() => None,
            None => self
                .others
                .get(&email_key(address))
                .map(|index| Person::Known(*index as u32)),
        }
    }

    /// The user whose address each record has in a field.
    pub fn each_by_email(&self, field: usize, found: &mut dyn FnMut(usize, Option<Person>)) {
        let records = self.records;
        self.checked.emails.find_each(records, field, &mut |record, other| {
            let known = || {
                let index = self.others.get(&email_key(records.text(record, field)))?;
                Some(Person::Known(*index as u32))
            };
            let person = match other {
                Some(other) => Some(Person::Record(other as u32)),
                None if self.others.is_empty() => None,
                None => known(),
            };
            found(record, person);
        });
    }

    /// How the user of a record stands, if the record stands and the user was not read for another's sake.
    pub fn mark_of(&self, record: usize) -> Option<u8> {
        let mark = *self.standing?.marks.get(record)?;
        let was_read = self.known.get(record).is_some_and(Option::is_some);
        (mark != 0 && !was_read).then_some(mark)
    }

    /// The address of a user: as the directory has it, else as the body has it.
    pub fn email(&self, person: Person) -> &'r str {
        match (person, self.before(person)) {
            (_, Some(user)) => &user.email,
            (Person::Record(record), None) => self
                .records
                .said(record as usize, self.records.email)
                .text()
                .unwrap_or_default(),
            (Person::Known(_), None) => "",
        }
    }

    /// The user as the directory has them.
    pub fn before(&self, person: Person) -> Option<&'r User> {
        let index = match person {
            Person::Record(record) => (*self.known.get(record as usize)?)?,
            Person::Known(index) => index,
        };
        self.directory.users.get(index as usize)
    }

    /// What a record says of a field that may not be mapped.
    pub fn said(&self, record: usize, field: Option<usize>) -> Said<'r> {
        field.map_or(Said::Nothing, |field| self.records.said(record, field))
    }

    /// The username of a user, once the body is applied.
    pub fn username_after(&self, person: Person) -> Option<&'r str> {
        let before = self.before(person).and_then(|user| user.username.as_deref());
        match person {
            Person::Record(record) => match self.said(record as usize, self.fields.username) {
                Said::Nothing => before,
                Said::Clear => None,
                Said::Text(text) => Some(text),
            },
            Person::Known(_) => before,
        }
    }

    /// Whether a user is active, once the body is applied.
    pub fn active_after(&self, person: Person) -> bool {
        match person {
            Person::Record(record) => self.active[record as usize],
            Person::Known(index) => {
                self.before(person).is_some_and(|user| user.is_active) && !self.is_missing(index as usize)
            }
        }
    }

    /// Whether a full snapshot deactivates a user because it misses them.
    pub fn is_missing(&self, index: usize) -> bool {
        self.missing.get(index).is_some_and(|missing| *missing)
    }

    fn is_active_unless_said(&self, record: usize) -> bool {
        if let Some(mark) = self.mark_of(record) {
            return mark & standing::ACTIVE != 0;
        }
        let before = self.before(Person::Record(record as u32));
        let was_active = before.is_none_or(|user| user.is_active);
        match self.new_role(record) {
            Some("Deactivated") => false,
            // a role given back brings the account back
            Some(_) => was_active || before.is_some_and(|user| user.role.as_deref() == Some("Deactivated")),
            None => was_active,
        }
    }

    /// The role that a record gives, if the user doesn't have it already: only then does it grant and take.
    pub fn new_role(&self, record: usize) -> Option<&'r str> {
        if self.mark_of(record).is_some() {
            return None;
        }
        let role = self.said(record, self.fields.role).text()?;
        let before = self
            .before(Person::Record(record as u32))
            .and_then(|user| user.role.as_deref());
        (before != Some(role)).then_some(role)
    }

    /// Whether a user is admin, once the body is applied.
    pub fn admin_after(&self, person: Person) -> bool {
        let before = self.before(person).is_some_and(|user| user.is_admin);
        let Person::Record(record) = person else { return before };
        if let Some(mark) = self.mark_of(record as usize) {
            return mark & standing::ADMIN != 0;
        }
        if let Some(text) = self.said(record as usize, self.fields.is_admin).text() {
            return text == "True";
        }
        match self.new_role(record as usize) {
            Some("FullAdmin") => true,
            Some("LimitedAdmin" | "Participant") => false,
            _ => before,
        }
    }

    /// Everybody: the records, then the users of whom the body has none.
    pub fn everybody(&self) -> impl Iterator<Item = Person> + '_ {
        let known = (0..self.directory.users.len()).filter(|index| self.covered[*index].is_none());
        let known = known.map(|index| Person::Known(index as u32));
        self.records
            .kept()
            .map(|record| Person::Record(record as u32))
            .chain(known)
    }
}

/// Whom a full snapshot misses: active users whom its integration manages and whom it has no record of; never admins.
fn missing(directory: &Directory, covered: &[Option<usize>]) -> Vec<bool> {
    let Some(managed) = &directory.snapshot else {
        return Vec::new();
    };
    let managed: HashSet<String> = managed.iter().map(|address| email_key(address)).collect();
    let users = directory.users.iter().zip(covered);
    users
        .map(|(user, record)| {
            record.is_none() && user.is_active && !user.is_admin && managed.contains(&email_key(&user.email))
        })
        .collect()
}
