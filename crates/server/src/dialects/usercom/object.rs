//! A user as this API shows them, field by field.
// seed: Create user, "Response"

use std::collections::BTreeMap;

use jiff::Timestamp;
use passmuster_core::group::AttributeType;
use passmuster_core::user::User;
use serde_json::{Value as Json, json};

use super::fields::{COMPANY, LISTS, built_in, usual};
use crate::App;
use crate::error::Failure;
use crate::store::numbers::{self, Kind, Numbered};
use crate::store::workspaces::{self, Workspace};
use crate::store::{Tx, users};

/// What the directory doesn't know of a user: it has never seen one browse.
pub(super) const UNKNOWN: [&str; 8] = [
    "last_contacted",
    "os_type",
    "first_seen",
    "last_ip",
    "browser",
    "resolution",
    "last_seen",
    "browser_language",
];

/// The numbers behind the names of some users.
struct Numbers {
    users: BTreeMap<String, Numbered>,
    companies: BTreeMap<String, Numbered>,
    employments: BTreeMap<String, Numbered>,
    tags: BTreeMap<String, Numbered>,
    lists: BTreeMap<String, Numbered>,
}

/// Shows users; whoever, or whatever of theirs, has no number yet is given one.
pub(super) async fn show(app: &App, workspace: &Workspace, shown: &[User]) -> Result<Vec<Json>, Failure> {
    let mut tx = app.db.read().await?;
    let mut found = find(&mut tx, workspace, shown).await?;
    if found.is_none() {
        drop(tx);
        let _turn = app.turns.write(&workspace.id).await?;
        let mut tx = app.db.write().await?;
        workspaces::lock(&mut tx, &workspace.id).await?;
        for (kind, names) in names_of(shown) {
            numbers::give(&mut tx, &workspace.id, kind, &names, app.clock.now()).await?;
        }
        found = find(&mut tx, workspace, shown).await?;
        tx.commit().await?;
    }
    let numbers = found.ok_or_else(|| Failure::internal("what was just numbered has no number"))?;
    let mut tx = app.db.read().await?;
    let ids: Vec<String> = shown.iter().map(|user| user.id.clone()).collect();
    let times = users::times(&mut tx, &workspace.id, &ids).await?;
    let of = |user: &User| times.get(&user.id).copied().unwrap_or_default();
    Ok(shown.iter().map(|user| object(user, of(user), &numbers)).collect())
}

fn employment(user: &User, company: &str) -> String {
    format!("{} {company}", user.id)
}

/// The lists that a user is on.
pub(super) fn lists_of(user: &User) -> Vec<String> {
    let lists = user.attributes.get(LISTS).and_then(Json::as_array);
    let names = lists.into_iter().flatten().filter_map(Json::as_str);
    names.map(str::to_owned).collect()
}

fn names_of(users: &[User]) -> [(Kind, Vec<String>); 5] {
    let company = |user: &User| user.groups.get(COMPANY).cloned();
    let employed = users
        .iter()
        .filter_map(|user| Some(employment(user, user.groups.get(COMPANY)?)));
    let mut names = [
        (Kind::User, users.iter().map(|user| user.id.clone()).collect::<Vec<_>>()),
        (Kind::Company, users.iter().filter_map(company).collect()),
        (Kind::Employment, employed.collect()),
        (
            Kind::Tag,
            users.iter().flat_map(|user| user.tags.iter().cloned()).collect(),
        ),
        (Kind::List, users.iter().flat_map(lists_of).collect()),
    ];
    for (_, names) in &mut names {
        names.sort_unstable();
        names.dedup();
    }
    names
}

/// The numbers of some users and what they have; `None` when one is missing.
async fn find(tx: &mut Tx, workspace: &Workspace, shown: &[User]) -> Result<Option<Numbers>, Failure> {
    let mut found = Vec::with_capacity(5);
    for (kind, names) in names_of(shown) {
        let of_kind = numbers::find(tx, &workspace.id, kind, &names).await?;
        if of_kind.len() < names.len() {
            return Ok(None);
        }
        found.push(of_kind);
    }
    let Ok([users, companies, employments, tags, lists]) = <[_; 5]>::try_from(found) else {
        return Ok(None);
    };
    Ok(Some(Numbers {
        users,
        companies,
        employments,
        tags,
        lists,
    }))
}

fn object(user: &User, (created_at, updated_at): (i64, i64), numbers: &Numbers) -> Json {
    let number = |of: &BTreeMap<String, Numbered>, name: &str| of.get(name).map_or(0, |found| found.number);
    let named = |of: &BTreeMap<String, Numbered>, name: &str| json!({"id": number(of, name), "name": name});
    let own = |name: &str| user.attributes.get(name).cloned().unwrap_or(Json::Null);
    let or_usual = |name: &str| match own(name) {
        Json::Null => usual(name),
        value => value,
    };
    let company = |name: &String| {
        let since = numbers.employments.get(&employment(user, name));
        let since = since.map_or(updated_at, |numbered| numbered.since);
        json!({"id": number(&numbers.companies, name), "name": name, "member_since": time(since)})
    };
    let mut object = json!({
        "updated_at": time(updated_at),
        "companies": user.groups.get(COMPANY).map(company).into_iter().collect::<Vec<_>>(),
        "key": key_of(&user.id),
        "city": own("city"),
        "linkedin_url": own("linkedin_url"),
        "tags": user.tags.iter().map(|tag| named(&numbers.tags, tag)).collect::<Vec<_>>(),
        "phone_number": own("phone_number"),
        "facebook_url": own("facebook_url"),
        "notifications": or_usual("notifications"),
        "region": own("region"),
        "timezone": user.time_zone,
        "status": or_usual("status"),
        "gravatar_url": own("gravatar_url"),
        "twitter_url": own("twitter_url"),
        "google_url": own("google_url"),
        "email": user.email,
        "score": or_usual("score"),
        "unsubscribed": or_usual("unsubscribed"),
        "page_views": 0,
        "chat_id": "Chat ID is deprecated and will be removed in future",
        "gender": or_usual("gender"),
        "country": own("country"),
        "name": format!("{} {}", user.first_name, user.last_name),
        "created_at": time(created_at),
        "lists": lists_of(user).iter().map(|list| named(&numbers.lists, list)).collect::<Vec<_>>(),
        "attributes": attributes(user),
        "id": number(&numbers.users, &user.id),
    });
    if let Json::Object(fields) = &mut object {
        fields.extend(UNKNOWN.iter().map(|name| ((*name).to_owned(), Json::Null)));
    }
    object
}

/// The custom attributes, those that have a field of their own apart.
fn attributes(user: &User) -> Vec<Json> {
    let custom = user.attributes.iter().filter(|(name, _)| built_in(name).is_none());
    custom
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect()
}

/// An attribute's type, as this API tells it.
pub(super) fn attribute(attribute: &AttributeType) -> Json {
    json!({"name": attribute.name, "type": attribute.kind, "options": attribute.options})
}

/// Twelve letters and digits that stand for an id.
fn key_of(id: &str) -> String {
    const SIGNS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let digits = id.bytes().filter_map(|byte| char::from(byte).to_digit(16));
    let mut rest = digits.fold(0_u128, |value, digit| (value << 4) | u128::from(digit)) & ((1 << 71) - 1);
    let mut key = String::with_capacity(12);
    for _ in 0..12 {
        key.push(char::from(SIGNS[(rest % 62) as usize]));
        rest /= 62;
    }
    key
}

/// `2017-06-13T12:22:38.748397Z`
fn time(micros: i64) -> String {
    let time = Timestamp::from_microsecond(micros);
    time.map(|time| format!("{time:.6}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_twelve_signs_and_stays() {
        let id = "019aa7a5-7c00-7123-8456-0123456789ab";
        assert_eq!(key_of(id).len(), 12);
        assert_eq!(key_of(id), key_of(id));
        assert_ne!(key_of(id), key_of("019aa7a5-7c00-7123-8456-0123456789ac"));
        assert_eq!(time(1_497_356_558_748_397), "2017-06-13T12:22:38.748397Z");
    }
}
