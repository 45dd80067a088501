//! Over all rows of a body: keys and IDs that stand twice.

use crate::field::{Kind, Target};
use crate::index::{Compare, Hash, Index};
use crate::log::Log;
use crate::record::Records;
use crate::rules::{
    duplicate_alias, duplicate_email, duplicate_integration_id, duplicate_row, duplicate_username, lookalike_email,
};
use crate::user::email_key;
use crate::value;

/// Checks all rows against each other; drops those that repeat another or have no key. Returns the
/// records by their address, and how many repeat another exactly.
///
/// Where every username is the user's own address, the addresses tell of both.
pub(crate) fn check(
    records: &mut Records<'_>,
    usernames_are_addresses: bool,
    has_foreign_addresses: bool,
    log: &mut Log,
) -> (Index, u64) {
    let email = records.email;
    let mut collapsed = 0;
    let hashes = std::mem::take(&mut records.hashes[email]);
    for (dropped, hash) in records.dropped.iter_mut().zip(&hashes) {
        *dropped = *hash == Hash::NONE;
    }
    let mut dropped = Vec::new();
    let emails = Index::new(records, email, Compare::Folded, &hashes, &mut |first, record| {
        match difference(records, first, record) {
            None => {
                collapsed += 1;
                log.add(
                    &records.source,
                    &duplicate_row::RULE,
                    records.place(record),
                    crate::log::At::Whole,
                    || duplicate_row::words(records.place(first).row),
                );
            }
            Some(field) => {
                let differs = records.mapping.fields[field].target.label();
                let place = records.place(first);
                log.add(
                    &records.source,
                    &duplicate_email::RULE,
                    records.place(record),
                    records.at(email),
                    || duplicate_email::words(place.row, place.line, &differs),
                );
            }
        }
        dropped.push(record);
    });
    for record in dropped {
        records.dropped[record] = true;
    }
    drop(hashes);
    for (field, api) in records.mapping.fields.iter().enumerate() {
        match api.target.field().kind {
            Kind::Username if usernames_are_addresses => {}
            Kind::Username => {
                let hashes = records.hash(field, Compare::Folded);
                Index::new(records, field, Compare::Folded, &hashes, &mut |first, record| {
                    let place = records.place(first);
                    log.add(
                        &records.source,
                        &duplicate_username::RULE,
                        records.place(record),
                        records.at(field),
                        || duplicate_username::words(place.row, place.line),
                    );
                });
            }
            Kind::IntegrationId => {
                let hashes = match records.source.again {
                    // hashed only now
                    Some(_) => records.hash(field, Compare::Exactly),
                    None => std::mem::take(&mut records.hashes[field]),
                };
                Index::new(records, field, Compare::Exactly, &hashes, &mut |first, record| {
                    let place = records.place(first);
                    log.add(
                        &records.source,
                        &duplicate_integration_id::RULE,
                        records.place(record),
                        records.at(field),
                        || duplicate_integration_id::words(&api.api_field, place.row, place.line),
                    );
                });
            }
            _ if api.target == Target::Aliases => check_aliases(records, field, log),
            _ => {}
        }
    }
    if has_foreign_addresses {
        check_lookalikes(records, email, &emails, log);
    }
    (emails, collapsed)
}

/// The first field in which two records differ; the e-mail's case is no difference.
fn difference(records: &Records<'_>, first: usize, second: usize) -> Option<usize> {
    if let Some(again) = records.source.again {
        return super::pieces::difference(records, again, first, second);
    }
    (0..records.mapping.fields.len()).find(|field| {
        let (a, b) = (records.said(first, *field), records.said(second, *field));
        match (a.text(), b.text()) {
            (Some(a), Some(b)) if records.mapping.fields[*field].target == Target::Email => !a.eq_ignore_ascii_case(b),
            _ => a != b,
        }
    })
}

fn check_aliases(records: &Records<'_>, field: usize, log: &mut Log) {
    if records.mapping.fields[field].list == Some(crate::mapping::ListPolicy::Remove) {
        return;
    }
    let mut owners = hashbrown::HashMap::new();
    for record in records.kept() {
        let Some(text) = records.said(record, field).text() else {
            continue;
        };
        let mut told = hashbrown::HashSet::new();
        for alias in value::words(text, '|') {
            let key = email_key(alias);
            let first = *owners.entry(key.clone()).or_insert(record);
            if first != record && told.insert(key) {
                let place = records.place(first);
                log.add(
                    &records.source,
                    &duplicate_alias::RULE,
                    records.place(record),
                    records.at(field),
                    || duplicate_alias::words(alias, place.row, place.line),
                );
            }
        }
    }
}

/// Addresses with other letters than ASCII that look like another address of the body, or like one in ASCII.
fn check_lookalikes(records: &Records<'_>, email: usize, emails: &Index, log: &mut Log) {
    let text_of = |record: usize| records.said(record, email).text().unwrap_or_default();
    let strange: Vec<usize> = records.kept().filter(|record| !text_of(*record).is_ascii()).collect();
    // the first strange address of each form
    let mut firsts: hashbrown::HashMap<String, usize> = hashbrown::HashMap::new();
    // the other address of each strange one: an ASCII one before another strange one
    let mut other_of: hashbrown::HashMap<usize, usize> = hashbrown::HashMap::new();
    for record in &strange {
        let text = text_of(*record);
        let first = *firsts.entry(value::email::skeleton(text)).or_insert(*record);
        let ascii = value::email::ascii_twin(text).and_then(|twin| emails.find(records, &twin));
        if let Some(other) = ascii.or(Some(first)).filter(|other| other != record) {
            other_of.insert(*record, other);
        }
    }
    for record in strange {
        let text = text_of(record);
        let why = match other_of.get(&record) {
            Some(other) => Some(format!(
                "looks like {} of row {}",
                text_of(*other),
                records.place(*other).row
            )),
            None => value::email::lookalike(text),
        };
        if let Some(why) = why {
            let place = records.place(record);
            log.add(
                &records.source,
                &lookalike_email::RULE,
                place,
                records.at(email),
                || lookalike_email::words(text, &why),
            );
        }
    }
}
