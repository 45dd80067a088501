//! What a request of another system's API says of users, told as a body that every rule reads.
//!
//! Such requests name a user by a username or an identifier where a body names the address. Here they become records of
//! that address, with a mapping made of what they say; checking and deciding know nothing of it. An address that is to be
//! another one is told beside the records, since a record is found by it.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::field::{API_FIELD_CHARACTERS, Target};
use crate::mapping::{ApiField, FileFormat, ListPolicy, Mapping};
use crate::plan::{Change, ChangeKind, Directory, Edit, Plan, Value};
use crate::problem::{Column, Problem, Report};
use crate::rules::{Rule, Words, email_taken, invalid_email};
use crate::user::{User, email_key};
use crate::value::email;

pub use accounts::{ACCOUNT_COLUMNS, accounts};
pub use memberships::{Act, memberships};
pub use names::names_of;
pub use rows::{Row, Rows};
pub use variables::{CUSTOM_VARIABLES, custom_variables, custom_variables_type};

mod accounts;
mod memberships;
mod names;
mod rows;
mod variables;

/// What a request says of one user.
#[derive(Debug, Clone, Default)]
pub struct Said<'d> {
    /// The record of the request that says it first, from 1.
    pub row: u64,
    /// The line where that begins; 0: none.
    pub line: u64,
    /// Whom it speaks of; `None`: of a new user.
    pub user: Option<&'d User>,
    /// The address of a new user, or the one that a known user is to have; `None`: not said.
    pub email: Option<String>,
    /// What else it says.
    pub fields: Vec<SaidField>,
}

/// What a request says of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidField {
    /// How the request calls it.
    pub column: String,
    /// The field.
    pub target: Target,
    /// What it says: as a cell would, blank and `<clear>` included.
    pub text: String,
}

impl SaidField {
    /// One field's text.
    pub fn new(column: impl Into<String>, target: Target, text: impl Into<String>) -> Self {
        Self {
            column: column.into(),
            target,
            text: text.into(),
        }
    }
}

impl Said<'_> {
    fn says(&self, target: &Target) -> bool {
        self.fields.iter().any(|field| field.target == *target)
    }
}

/// What was understood of the rows of a request.
#[derive(Debug, Default)]
pub struct Heard<'d> {
    /// One entry a user.
    pub said: Vec<Said<'d>>,
    /// Names of group types that there are to be.
    pub group_types: Vec<String>,
    /// What is wrong with it, whatever the rules of bodies say.
    pub problems: Vec<Problem>,
}

/// An address that a known user is to have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewAddress {
    /// The record of the told body that says it.
    pub row: u64,
    /// Its line; 0: none.
    pub line: u64,
    /// The user's id.
    pub user_id: String,
    /// The address as it was written.
    pub address: String,
}

/// A request told as a body.
#[derive(Debug, Clone)]
pub struct Told {
    /// A list of flat objects; each begins on the line on which the request says it.
    pub body: Vec<u8>,
    /// What the request names, and the required fields.
    pub mapping: Mapping,
    /// Addresses that change.
    pub addresses: Vec<NewAddress>,
    /// The record of the request for each record of the body.
    rows: Vec<u64>,
    /// How the request calls the fields that are called otherwise in the mapping.
    columns: BTreeMap<String, String>,
}

/// Tells what was said as a body; the words of lists are taken as `list` says.
///
/// What a known user has and has to have in a record is filled in. In a workspace that uses Salesforce a new user goes by
/// their address unless told otherwise.
pub fn tell(said: &[Said<'_>], list: ListPolicy, salesforce: bool) -> Told {
    let mut told = Told {
        body: b"[".to_vec(),
        mapping: Mapping::on_enabling(FileFormat::Json),
        addresses: Vec::new(),
        rows: Vec::with_capacity(said.len()),
        columns: BTreeMap::new(),
    };
    told.mapping.fields = vec![ApiField::new("email", Target::Email)];
    let mut names = Names::default();
    names.name("email", &Target::Email, &mut told);
    let mut line = 1;
    for one in said {
        if told.body.len() > 1 {
            told.body.push(b',');
        }
        while line < one.line {
            told.body.push(b'\n');
            line += 1;
        }
        let record = names.record(one, salesforce, &mut told);
        told.body.extend_from_slice(Json::Object(record).to_string().as_bytes());
        told.rows.push(one.row);
    }
    told.body.push(b']');
    for required in [Target::FirstName, Target::LastName] {
        let column = if required == Target::FirstName {
            "first_name"
        } else {
            "last_name"
        };
        names.name(column, &required, &mut told);
    }
    for field in &mut told.mapping.fields {
        field.list = field.list.map(|_| match field.target {
            Target::Tags | Target::Aliases => list,
            _ => ListPolicy::Replace,
        });
    }
    told
}

/// What each target is called in the mapping.
#[derive(Default)]
struct Names {
    of_target: HashMap<Target, String>,
    taken: HashSet<String>,
}

impl Names {
    /// The name of a target, which is added to the mapping the first time.
    fn name(&mut self, column: &str, target: &Target, told: &mut Told) -> String {
        if let Some(known) = self.of_target.get(target) {
            return known.clone();
        }
        let fits = !column.is_empty()
            && column.chars().count() <= API_FIELD_CHARACTERS
            && column.trim() == column
            && !self.taken.contains(column);
        let name = if fits {
            column.to_owned()
        } else {
            format!("field {}", self.taken.len() + 1)
        };
        if name != column {
            told.columns.insert(name.clone(), column.to_owned());
        }
        self.taken.insert(name.clone());
        self.of_target.insert(target.clone(), name.clone());
        if *target != Target::Email {
            told.mapping.fields.push(ApiField::new(name.clone(), target.clone()));
        }
        name
    }

    fn record(&mut self, said: &Said<'_>, salesforce: bool, told: &mut Told) -> Map<String, Json> {
        let mut record = Map::new();
        let address = match said.user {
            Some(user) => Some(user.email.clone()),
            None => said.email.clone(),
        };
        if let (Some(user), Some(wanted)) = (said.user, &said.email)
            && email_key(email::clean(wanted.trim())) != email_key(&user.email)
        {
            told.addresses.push(NewAddress {
                row: told.rows.len() as u64 + 1,
                line: said.line,
                user_id: user.id.clone(),
                address: wanted.clone(),
            });
        }
        record.extend(address.clone().map(|address| ("email".to_owned(), address.into())));
        for field in &said.fields {
            let name = self.name(&field.column, &field.target, told);
            record.insert(name, field.text.clone().into());
        }
        let mut fill = |column: &str, target: Target, text: Option<String>| {
            if let Some(text) = text.filter(|_| !said.says(&target)) {
                let name = self.name(column, &target, told);
                record.insert(name, text.into());
            }
        };
        fill(
            "first_name",
            Target::FirstName,
            said.user.map(|user| user.first_name.clone()),
        );
        fill(
            "last_name",
            Target::LastName,
            said.user.map(|user| user.last_name.clone()),
        );
        if salesforce {
            let username = said.user.map_or(address, |user| user.username.clone());
            fill("username", Target::Username, username);
        }
        record
    }
}

impl Told {
    /// Whether it has no records.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The same, of a request that calls the address so.
    pub fn with_address_called(mut self, name: &str) -> Self {
        self.columns.insert("email".to_owned(), name.to_owned());
        self
    }

    /// Makes a report of the body one of the request: its rows and its names of fields.
    pub fn place(&self, report: &mut Report) {
        let row_of = |row: u64| {
            let at = usize::try_from(row).ok()?.checked_sub(1)?;
            self.rows.get(at).copied()
        };
        let called = |column: &mut Option<Column>| {
            if let Some(Column::Name(name)) = column
                && let Some(said) = self.columns.get(name)
            {
                said.clone_into(name);
            }
        };
        for problem in &mut report.problems {
            problem.row = problem.row.and_then(row_of);
            problem.character = None;
            called(&mut problem.column);
        }
        for tally in &mut report.summary {
            tally.first_row = tally.first_row.and_then(row_of);
            called(&mut tally.column);
        }
    }
}

/// Adds changes of known users' addresses to what else a plan does to them.
///
/// `directory` holds whoever has one of the new addresses.
///
/// # Errors
/// Each address that is none, or another user's, before or after the plan.
// "an upload never changes an e-mail (a person does, in the user's settings)"; a request that names users otherwise may.
pub fn change_emails(plan: Plan, directory: &Directory, wanted: &[NewAddress]) -> Result<Plan, Vec<Problem>> {
    if wanted.is_empty() {
        return Ok(plan);
    }
    let users = directory.users.iter();
    let mut owners: HashMap<String, &str> = users.map(|user| (email_key(&user.email), user.id.as_str())).collect();
    let created = plan.changes.iter().filter(|change| change.kind == ChangeKind::Created);
    owners.extend(created.map(|change| (email_key(&change.email), "")));
    let by_id: HashMap<&str, &User> = directory.users.iter().map(|user| (user.id.as_str(), user)).collect();
    let mut edits: HashMap<&str, (Edit, &NewAddress)> = HashMap::new();
    let mut problems = Vec::new();
    for new in wanted {
        let address = email::clean(new.address.trim());
        let mut refuse = |rule, words: Words| {
            problems.push(problem(rule, (new.row, new.line), "email", &new.address, words));
        };
        let Some(user) = by_id.get(new.user_id.as_str()) else {
            continue;
        };
        if let Err(fault) = email::check(address) {
            refuse(&invalid_email::RULE, invalid_email::words(&new.address, fault));
            continue;
        }
        let owner = owners.insert(email_key(address), &new.user_id);
        if owner.is_some_and(|owner| owner != new.user_id) {
            refuse(&email_taken::RULE, email_taken::words());
            continue;
        }
        let edit = Edit {
            field: Target::Email,
            before: Value::Text(user.email.clone()),
            after: Value::Text(address.to_owned()),
            reason: None,
        };
        if edits
            .insert(&new.user_id, (edit, new))
            .is_some_and(|(before, _)| before.after.as_text() != Some(address))
        {
            refuse(&email_taken::RULE, email_taken::words_for_two());
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let Plan {
        mut changes,
        groups_created,
        counts,
        ..
    } = plan;
    for change in &mut changes {
        let edit = change.user_id.as_deref().and_then(|id| edits.remove(id));
        if let Some((edit, _)) = edit.filter(|(edit, _)| edit.before != edit.after) {
            change.edits.make_list().insert(0, edit);
        }
    }
    let mut unchanged = counts.unchanged;
    let mut rest: Vec<_> = edits
        .into_values()
        .filter(|(edit, _)| edit.before != edit.after)
        .collect();
    rest.sort_by(|(_, a), (_, b)| (a.row, &a.user_id).cmp(&(b.row, &b.user_id)));
    for (edit, new) in rest {
        unchanged = unchanged.saturating_sub(1);
        changes.push(Change {
            row: Some(new.row),
            email: edit.before.as_text().unwrap_or_default().to_owned(),
            kind: ChangeKind::Updated,
            edits: vec![edit].into(),
            user_id: Some(new.user_id.clone()),
        });
    }
    Ok(Plan::new(changes, groups_created, unchanged))
}

/// A problem of a request's row; line 0: none.
pub fn problem(rule: &Rule, (row, line): (u64, u64), column: &str, value: &str, words: Words) -> Problem {
    Problem {
        id: rule.family.import_id(FileFormat::Json),
        rule: rule.id.to_owned().into(),
        severity: rule.severity,
        row: Some(row),
        line: (line > 0).then_some(line),
        column: (!column.is_empty()).then(|| Column::Name(column.to_owned())),
        character: None,
        value: Some(crate::log::cut(value)),
        message: words.message,
        hint: words.hint,
    }
}

/// Adds problems to a report, in the order of rows.
pub fn add_problems(report: &mut Report, problems: Vec<Problem>) {
    for problem in problems {
        *match problem.severity {
            crate::problem::Severity::Error => &mut report.error_count,
            crate::problem::Severity::Warning => &mut report.warning_count,
            crate::problem::Severity::Info => &mut report.info_count,
        } += 1;
        report.problems.push(problem);
    }
    report.problems.sort_by_key(|problem| (problem.severity, problem.row));
    let known = report.error_count + report.warning_count + report.info_count;
    report.problems_capped = (report.problems.len() as u64) < known;
}

/// The report of a told body as one of the rows that it was told from: how those were read comes with it.
pub fn with_rows(mut report: Report, reading: &Report) -> Report {
    report.file = reading.file.clone();
    report.records = reading.records;
    report.blank_rows = reading.blank_rows;
    report.error_count += reading.error_count;
    report.warning_count += reading.warning_count;
    report.info_count += reading.info_count;
    report.problems_capped |= reading.problems_capped;
    report.summary.extend(reading.summary.iter().cloned());
    report.problems.extend(reading.problems.iter().cloned());
    report.problems.sort_by_key(|problem| (problem.severity, problem.row));
    report
}

/// Every username and address that rows name, for reading whom they speak of.
pub fn usernames(rows: &Rows) -> Vec<String> {
    let cells = rows
        .rows
        .iter()
        .flat_map(|row| ["username", "email"].map(|column| rows.cell(row, column)));
    let cells = cells.flatten().map(|cell| email::clean(cell).to_owned());
    cells.filter(|cell| !cell.is_empty()).collect()
}

/// Finds users by username, and by address those who have no username.
// seed: User Provisioning API, "append username": the same text as the e-mail in its example
#[derive(Debug)]
pub struct ByUsername<'d> {
    usernames: HashMap<String, &'d User>,
    addresses: HashMap<String, &'d User>,
}

impl<'d> ByUsername<'d> {
    /// Over the users of a directory.
    pub fn new(users: &'d [User]) -> Self {
        let named = users.iter();
        Self {
            usernames: named
                .filter_map(|user| Some((email_key(user.username.as_deref()?), user)))
                .collect(),
            addresses: users.iter().map(|user| (email_key(&user.email), user)).collect(),
        }
    }

    /// Who goes by a username.
    pub fn find(&self, username: &str) -> Option<&'d User> {
        let key = email_key(username);
        let named = self.usernames.get(&key).copied();
        named.or_else(|| self.of_address(&key).filter(|user| user.username.is_none()))
    }

    /// Whose address this is.
    pub fn of_address(&self, address: &str) -> Option<&'d User> {
        self.addresses.get(&email_key(email::clean(address.trim()))).copied()
    }
}

#[cfg(test)]
mod tests;
