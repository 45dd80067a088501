//! What belongs to one user only, against the directory: usernames, integration IDs, aliases.

use hashbrown::HashMap;

use crate::field::Target;
use crate::log::Log;
use crate::mapping::ListPolicy;
use crate::record::Said;
use crate::rules::{alias_taken, integration_id_taken, username_taken};
use crate::user::{User, email_key};

use super::groups::words_after;
use super::people::{People, Person};

/// Reports what another user of the directory has, and keeps. Users of one body may swap.
pub fn check(people: &People<'_, '_>, log: &mut Log) {
    if people.directory.users.is_empty() {
        return;
    }
    for (field, api) in people.records.fields(|_| true) {
        match &api.target {
            Target::Username => check_usernames(people, field, log),
            Target::IntegrationId(slug) => check_ids(people, field, slug, log),
            Target::Aliases => check_aliases(people, field, log),
            _ => {}
        }
    }
}

/// Logs what a rule says of a record's field.
macro_rules! report {
    ($people:expr, $log:expr, $rule:ident, $record:expr, $field:expr, $words:expr) => {{
        let records = $people.records;
        $log.add(
            &records.source,
            &$rule::RULE,
            records.place($record),
            records.at($field),
            || $words,
        )
    }};
}

fn check_usernames(people: &People<'_, '_>, field: usize, log: &mut Log) {
    let owners = index(people, |user| {
        user.username
            .iter()
            .map(|username| username.to_ascii_lowercase())
            .collect()
    });
    for record in people.records.kept() {
        let Some(username) = people.records.said(record, field).text() else {
            continue;
        };
        let Some(owner) = owners.get(&username.to_ascii_lowercase()) else {
            continue;
        };
        let keeps = |other| {
            people
                .username_after(Person::Record(other as u32))
                .is_some_and(|kept| kept.eq_ignore_ascii_case(username))
        };
        if other_keeps(people, record, *owner, keeps) {
            report!(
                people,
                log,
                username_taken,
                record,
                field,
                username_taken::words(&people.directory.users[*owner].email)
            );
        }
    }
}

fn check_ids(people: &People<'_, '_>, field: usize, slug: &str, log: &mut Log) {
    let owners = index(people, |user| {
        user.integration_ids.get(slug).cloned().into_iter().collect()
    });
    for record in people.records.kept() {
        let Some(id) = people.records.said(record, field).text() else {
            continue;
        };
        let Some(owner) = owners.get(id) else { continue };
        // the owner's own record keeps the ID when it says nothing of it, or the same
        let keeps = |other| {
            matches!(people.records.said(other, field), Said::Nothing)
                || people.records.said(other, field) == Said::Text(id)
        };
        if other_keeps(people, record, *owner, keeps) {
            report!(
                people,
                log,
                integration_id_taken,
                record,
                field,
                integration_id_taken::words(&people.directory.users[*owner].email)
            );
        }
    }
}

fn check_aliases(people: &People<'_, '_>, field: usize, log: &mut Log) {
    let policy = people.records.mapping.fields[field].list;
    if policy == Some(ListPolicy::Remove) {
        return;
    }
    let owners = index(people, |user| {
        user.aliases.iter().map(|alias| alias.to_ascii_lowercase()).collect()
    });
    for record in people.records.kept() {
        let Some(text) = people.records.said(record, field).text() else {
            continue;
        };
        for alias in crate::value::words(text, '|') {
            let Some(owner) = owners.get(&alias.to_ascii_lowercase()) else {
                continue;
            };
            let keeps = |other| {
                let before = &people.directory.users[*owner].aliases;
                let after = words_after(before, people.records.said(other, field), policy, email_key);
                after.iter().any(|kept| kept.eq_ignore_ascii_case(alias))
            };
            if other_keeps(people, record, *owner, keeps) {
                report!(
                    people,
                    log,
                    alias_taken,
                    record,
                    field,
                    alias_taken::words(alias, &people.directory.users[*owner].email)
                );
            }
        }
    }
}

/// The directory's users by something that belongs to one of them.
fn index(people: &People<'_, '_>, of: impl Fn(&User) -> Vec<String>) -> HashMap<String, usize> {
    let users = people.directory.users.iter().enumerate();
    users
        .flat_map(|(index, user)| of(user).into_iter().map(move |thing| (thing, index)))
        .collect()
}

/// Whether the owner is another user than the record's, and keeps what is theirs.
fn other_keeps(people: &People<'_, '_>, record: usize, owner: usize, keeps: impl Fn(usize) -> bool) -> bool {
    match people.covered[owner] {
        Some(other) => other != record && keeps(other),
        None => true,
    }
}
