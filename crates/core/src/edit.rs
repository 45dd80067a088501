//! What a person changes of one user by hand: told as a record with its mapping, so that the rules of every body hold.
//!
//! An e-mail address, the key of a record, is changed here only.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use crate::field::Target;
use crate::group::AttributeKind;
use crate::mapping::{ApiField, FileFormat, ListPolicy, Mapping, OnBlank, OnUnknown};
use crate::plan::{Change, ChangeKind, Directory, Edit, Plan, Value};
use crate::user::{User, email_key};
use crate::value::{CLEAR, attribute, email};
use crate::wire::directory::UserEdit;

/// What the record's words depend on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting {
    /// Whether the workspace uses the Salesforce integration.
    pub salesforce: bool,
    /// Whether whoever edits may create groups; else an unknown one is an error.
    pub may_create_groups: bool,
}

/// Edits as a body and the mapping that it is read with.
#[derive(Debug, Clone, PartialEq)]
pub struct EditBody {
    /// A list of flat objects, one for each user.
    pub body: Vec<u8>,
    /// Only the fields that the edits name, and the required ones.
    pub mapping: Mapping,
}

/// Tells an edit of a known user (`before`), or of a new one, as a record.
///
/// Required fields that the edit leaves out are those of the known user; a new user of a Salesforce workspace goes by
/// their address unless told otherwise.
///
/// # Errors
/// A word that no list could hold, in words.
pub fn as_record(edit: &UserEdit, before: Option<&User>, setting: Setting) -> Result<EditBody, String> {
    Ok(body_of(vec![record_of(edit, before, setting)?], setting))
}

/// Tells edits of several known users as one body: they are applied all or not at all.
///
/// # Errors
/// A word that no list could hold, in words.
pub fn as_records<'e>(
    edits: impl IntoIterator<Item = (&'e UserEdit, &'e User)>,
    setting: Setting,
) -> Result<EditBody, String> {
    let records = edits
        .into_iter()
        .map(|(edit, user)| record_of(edit, Some(user), setting));
    Ok(body_of(records.collect::<Result<_, _>>()?, setting))
}

fn body_of(records: Vec<Record>, setting: Setting) -> EditBody {
    let mut mapping = Mapping::on_enabling(FileFormat::Json);
    mapping.fields.clear();
    let mut named = BTreeSet::new();
    let mut said = Vec::with_capacity(records.len());
    for record in records {
        for field in record.fields {
            if named.insert(field.api_field.clone()) {
                mapping.fields.push(field);
            }
        }
        said.push(Json::Object(record.said));
    }
    for field in &mut mapping.fields {
        field.on_unknown = field.on_unknown.map(|_| match field.target {
            Target::Manager => OnUnknown::Error,
            _ if setting.may_create_groups => OnUnknown::Create,
            _ => OnUnknown::Error,
        });
        field.list = field.list.map(|_| ListPolicy::Replace);
    }
    let body = Json::Array(said).to_string().into_bytes();
    EditBody { body, mapping }
}

fn record_of(edit: &UserEdit, before: Option<&User>, setting: Setting) -> Result<Record, String> {
    let mut record = Record {
        said: Map::new(),
        fields: Vec::new(),
    };
    let name = |said: &Option<String>, of: fn(&User) -> &String| {
        said.clone().or_else(|| before.map(of).cloned()).unwrap_or_default()
    };
    let address = before.map_or_else(|| edit.email.clone().unwrap_or_default(), |user| user.email.clone());
    record.say("email", Target::Email, address.clone().into());
    record.say(
        "first_name",
        Target::FirstName,
        name(&edit.first_name, |user| &user.first_name).into(),
    );
    record.say(
        "last_name",
        Target::LastName,
        name(&edit.last_name, |user| &user.last_name).into(),
    );
    let usual = setting
        .salesforce
        .then(|| before.map_or(Some(address), |user| user.username.clone()))
        .flatten();
    record.text(
        "username",
        Target::Username,
        edit.username.clone().or(usual.map(Some)).as_ref(),
    );
    record.text("time_zone", Target::TimeZone, edit.time_zone.as_ref());
    record.text("manager", Target::Manager, edit.manager.as_ref());
    for (key, target, flag) in [
        ("is_active", Target::IsActive, edit.is_active),
        ("is_manager", Target::IsManager, edit.is_manager),
        ("is_admin", Target::IsAdmin, edit.is_admin),
    ] {
        if let Some(flag) = flag {
            record.say(key, target, flag.into());
        }
    }
    record.text("role", Target::Role, edit.role.as_ref());
    for (key, target, words) in [
        ("tags", Target::Tags, &edit.tags),
        ("aliases", Target::Aliases, &edit.aliases),
    ] {
        if let Some(words) = words {
            record.list(key, target, words, '|')?;
        }
    }
    for (slug, value) in &edit.integration_ids {
        record.text(
            &format!("integration_ids.{slug}"),
            Target::IntegrationId(slug.clone()),
            Some(value),
        );
    }
    for (group_type, group) in &edit.groups {
        record.text(
            &format!("groups.{group_type}"),
            Target::GroupMembership(group_type.clone()),
            Some(group),
        );
    }
    for (group_type, groups) in &edit.manages {
        record.list(
            &format!("manages.{group_type}"),
            Target::GroupManager(group_type.clone()),
            groups,
            ';',
        )?;
    }
    for (name, value) in &edit.attributes {
        let text = match value {
            Json::Null => None,
            Json::String(text) => Some(text.clone()),
            value => Some(attribute::print(value, AttributeKind::Json)),
        };
        record.text(
            &format!("attributes.{name}"),
            Target::Attribute(name.clone()),
            Some(&text),
        );
    }
    Ok(record)
}

struct Record {
    said: Map<String, Json>,
    fields: Vec<ApiField>,
}

impl Record {
    fn say(&mut self, key: &str, target: Target, value: Json) {
        self.said.insert(key.to_owned(), value);
        self.fields.push(ApiField::new(key, target));
    }

    /// A text, or nothing to clear the field; absent: says nothing.
    fn text(&mut self, key: &str, target: Target, said: Option<&Option<String>>) {
        let Some(said) = said else { return };
        let text = said.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let may_clear = target.field().on_blank != OnBlank::Error || matches!(target, Target::TimeZone);
        let text = text.unwrap_or(if may_clear { CLEAR } else { "" });
        self.say(key, target, text.into());
    }

    fn list(&mut self, key: &str, target: Target, words: &[String], separator: char) -> Result<(), String> {
        if let Some(fault) = words.iter().find_map(|word| word_fault(key, word, separator)) {
            return Err(fault);
        }
        let words: BTreeSet<&str> = words
            .iter()
            .map(|word| word.trim())
            .filter(|word| !word.is_empty())
            .collect();
        let text = words.into_iter().collect::<Vec<_>>().join(&separator.to_string());
        self.say(key, target, if text.is_empty() { CLEAR.into() } else { text.into() });
        Ok(())
    }
}

/// Why a text can't be one word of a list, whose words are told apart by `separator` (`|` for tags and aliases); `None`: it
/// can. `key` is what the list is called.
pub fn word_fault(key: &str, word: &str, separator: char) -> Option<String> {
    let is_two = word.contains(separator);
    is_two.then(|| format!("{word:?} in {key} has a {separator:?}, which separates words."))
}

/// Why an address can't be a user's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressFault {
    /// It is no e-mail address; why, as half a sentence.
    Invalid(&'static str),
    /// Another user has it.
    Taken,
}

/// Adds the change of a known user's address to what else a plan does to them.
///
/// `directory` holds whoever has the new address, if somebody does.
///
/// # Errors
/// An address that is none, or another user's.
// "an upload never changes an e-mail (a person does, in the user's settings)"
pub fn change_email(plan: Plan, directory: &Directory, user: &User, wanted: &str) -> Result<Plan, AddressFault> {
    let address = email::clean(wanted.trim());
    email::check(address).map_err(AddressFault::Invalid)?;
    if address == user.email {
        return Ok(plan);
    }
    let key = email_key(address);
    let is_taken = |other: &User| other.id != user.id && email_key(&other.email) == key;
    if directory.users.iter().any(is_taken) {
        return Err(AddressFault::Taken);
    }
    let edit = Edit {
        field: Target::Email,
        before: Value::Text(user.email.clone()),
        after: Value::Text(address.to_owned()),
        reason: None,
    };
    let mut changes = plan.changes;
    let mut unchanged = plan.counts.unchanged;
    match changes
        .iter_mut()
        .find(|change| change.user_id.as_ref() == Some(&user.id))
    {
        Some(change) => change.edits.make_list().insert(0, edit),
        None => {
            unchanged = unchanged.saturating_sub(1);
            changes.push(Change {
                row: Some(1),
                email: user.email.clone(),
                kind: ChangeKind::Updated,
                edits: vec![edit].into(),
                user_id: Some(user.id.clone()),
            });
        }
    }
    Ok(Plan::new(changes, plan.groups_created, unchanged))
}

/// A user as a plan leaves them, as far as it says what they may do.
pub fn rights_after(plan: &Plan, before: Option<&User>) -> User {
    let mut user = before.cloned().unwrap_or_default();
    let is_theirs = |change: &&Change| match before {
        Some(before) => change.user_id.as_ref() == Some(&before.id),
        None => change.kind == ChangeKind::Created,
    };
    for edit in plan.changes.iter().filter(is_theirs).flat_map(|change| &change.edits) {
        match edit.field {
            Target::IsAdmin => user.is_admin = edit.after.is_true(),
            Target::Role => user.role = edit.after.as_text().map(str::to_owned),
            _ => {}
        }
    }
    user
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> User {
        User {
            id: "1".to_owned(),
            email: "ann@a.co".to_owned(),
            first_name: "Ann".to_owned(),
            last_name: "Ray".to_owned(),
            ..User::default()
        }
    }

    fn directory() -> Directory {
        let bob = User {
            id: "2".to_owned(),
            email: "Bob@a.co".to_owned(),
            ..ann()
        };
        Directory {
            users: vec![ann(), bob],
            ..Directory::default()
        }
    }

    fn plan_of(edit: &UserEdit) -> Plan {
        let record = as_record(edit, Some(&ann()), Setting::default()).expect("sound");
        let options = crate::import::Options::default();
        let prepared = crate::import::prepare(&record.body, &record.mapping, &options);
        crate::import::decide(prepared, &directory()).plan.expect("sound")
    }

    #[test]
    fn an_edit_that_says_nothing_changes_nothing() {
        assert!(plan_of(&UserEdit::default()).is_empty());
        let same = change_email(plan_of(&UserEdit::default()), &directory(), &ann(), " mailto:ann@a.co");
        assert!(same.expect("sound").is_empty());
    }

    #[test]
    fn an_address_is_changed_with_the_rest_of_the_edit() {
        let edit = UserEdit {
            last_name: Some("Roy".to_owned()),
            ..UserEdit::default()
        };
        let plan = change_email(plan_of(&edit), &directory(), &ann(), "Ann.Roy@a.co").expect("free");
        let fields: Vec<&Target> = plan.changes[0].edits.refs().map(|edit| edit.field).collect();
        assert_eq!(
            (plan.changes.len(), fields),
            (1, vec![&Target::Email, &Target::LastName])
        );
        let alone = change_email(plan_of(&UserEdit::default()), &directory(), &ann(), "Ann@a.co").expect("her own");
        assert_eq!((alone.counts.updated, alone.counts.unchanged), (1, 0));
    }

    #[test]
    fn an_address_of_somebody_else_or_none_is_refused() {
        let change = |wanted| change_email(plan_of(&UserEdit::default()), &directory(), &ann(), wanted);
        assert_eq!(change("bob@A.co"), Err(AddressFault::Taken));
        assert!(matches!(change("ann at a.co"), Err(AddressFault::Invalid(_))));
    }

    #[test]
    fn edits_of_several_are_one_body() {
        let bob = directory().users.remove(1);
        let (off, zone) = (
            UserEdit {
                is_active: Some(false),
                ..UserEdit::default()
            },
            UserEdit {
                time_zone: Some(Some("UTC".to_owned())),
                ..UserEdit::default()
            },
        );
        let body = as_records([(&off, &ann()), (&zone, &bob)], Setting::default()).expect("sound");
        let prepared = crate::import::prepare(&body.body, &body.mapping, &crate::import::Options::default());
        let plan = crate::import::decide(prepared, &directory()).plan.expect("sound");
        assert_eq!((plan.counts.deactivated, plan.counts.updated), (1, 1));
        let empty = as_records([], Setting::default()).expect("sound");
        assert_eq!(empty.body, b"[]");
    }

    #[test]
    fn a_word_with_the_separator_in_it_is_refused() {
        let edit = UserEdit {
            tags: Some(vec!["a|b".to_owned()]),
            ..UserEdit::default()
        };
        assert!(as_record(&edit, Some(&ann()), Setting::default()).is_err());
    }
}
