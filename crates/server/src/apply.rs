//! The only writer of the directory: puts a plan into one transaction.
//!
//! Decides nothing. Whoever calls it holds the workspace's lock and read, in the same transaction, the directory that
//! the plan was made from; see `receive`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use hashbrown::HashMap as QuickMap;
use passmuster_core::field::Target;
use passmuster_core::plan::{Change, ChangeKind, Edit, Plan, Value as Planned};
use passmuster_core::user::{User, email_key};

use crate::clock::{Clock, Ids};
use crate::store::bulk::{Bulk, Rows};
use crate::store::directory::Known;
use crate::store::{StoreError, Stored, Tx, Value, accounts, groups, standings, to_json, users};

mod creating;
mod telling;

/// By whom, through what.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Origin<'a> {
    /// An address, a token's first characters, or the name of an API key.
    pub(crate) actor: &'a str,
    /// `data`, `page`, `setup` or `cli`.
    pub(crate) via: &'a str,
    pub(crate) upload_id: Option<&'a str>,
}

/// Writes the plan, with an audit entry for each user that changes; the ids of the first and the last entry.
pub(crate) async fn apply(
    tx: &mut Tx,
    workspace: &str,
    known: &mut Known,
    plan: &Plan,
    origin: Origin<'_>,
    clock: Clock,
) -> Stored<Option<(String, String)>> {
    let now = clock.now();
    let mut ids = clock.ids();
    create_groups(tx, workspace, known, plan, &mut ids, now).await?;
    let user_ids = ids_of(plan, &mut ids)?;
    let names = Names::new(known, plan, &user_ids);
    let writing = Writing::new(&names, plan, &user_ids, now)?;
    // Values that must be unique are all freed before the first is taken, so that two users can swap theirs.
    let freed = [
        (&users::SET_USERNAME, &writing.freed_usernames),
        (&users::DELETE_ALIAS, &writing.dropped_aliases),
        (&users::DELETE_INTEGRATION_ID, &writing.dropped_integration_ids),
        (&users::DELETE, &writing.removed),
    ];
    tx.write_all(workspace, &freed).await?;
    creating::write(tx, workspace, &names, (plan, &user_ids), origin, now).await?;
    let mut taken: Vec<(&'static Bulk, &Rows<'_>)> = Vec::new();
    taken.extend(writing.columns.iter().map(|(bulk, rows)| (*bulk, rows)));
    taken.extend([
        (&users::TOUCH, &writing.touched),
        (&users::INSERT_ALIAS, &writing.aliases),
        (&users::INSERT_INTEGRATION_ID, &writing.integration_ids),
        (&groups::DELETE_MANAGER, &writing.lost_groups),
        (&groups::INSERT_MANAGER, &writing.given_groups),
    ]);
    tx.write_all(workspace, &taken).await?;
    remove_groups(tx, workspace, known, plan).await?;
    let ends = |change: &Change| matches!(change.kind, ChangeKind::Deactivated | ChangeKind::Removed);
    if plan.changes.iter().any(ends) {
        accounts::delete_sessions_of_inactive(tx, workspace).await?;
    }
    standings::note_plan(tx, workspace, plan).await?;
    telling::write(tx, workspace, (plan, &user_ids), origin, &mut ids, now).await
}

async fn remove_groups(tx: &mut Tx, workspace: &str, known: &Known, plan: &Plan) -> Stored<()> {
    let mut rows = Rows::of(&groups::DELETE);
    for group in &plan.groups_removed {
        let id = known.group_ids.group(&group.group_type, &group.name);
        let id = id.ok_or_else(|| broken("group", &group.name))?;
        rows.push([id.into()]);
    }
    tx.write(&groups::DELETE, workspace, &rows).await
}

async fn create_groups(
    tx: &mut Tx,
    workspace: &str,
    known: &mut Known,
    plan: &Plan,
    ids: &mut Ids,
    now: i64,
) -> Stored<()> {
    let mut rows = Rows::of(&groups::INSERT);
    for group in &plan.groups_created {
        let type_id = known
            .group_ids
            .group_type(&group.group_type)
            .ok_or_else(|| broken("group type", &group.group_type))?;
        let (id, type_id) = (ids.next(), type_id.to_owned());
        let number = known.group_ids.add(&group.group_type, &group.name, id.clone());
        rows.push([
            id.into(),
            type_id.into(),
            (&group.name).into(),
            now.into(),
            number.into(),
        ]);
    }
    tx.write(&groups::INSERT, workspace, &rows).await
}

/// A plan names what it knows; this one doesn't, which is a bug.
fn broken(what: &str, name: &str) -> StoreError {
    StoreError::Unexpected(format!("the plan names an unknown {what}, {} bytes long", name.len()))
}

/// The edits of a user whom the plan doesn't create.
fn edits_of(change: &Change) -> Stored<&[Edit]> {
    let edits = change.edits.as_list();
    edits.ok_or_else(|| StoreError::Unexpected("the edits of a known user are no list".to_owned()))
}

/// The id of each changed user, in the order of the plan; new ones for new users.
fn ids_of(plan: &Plan, ids: &mut Ids) -> Stored<Vec<String>> {
    let changes = plan.changes.iter();
    changes
        .map(|change| match (change.kind, &change.user_id) {
            (ChangeKind::Created, _) => Ok(ids.next()),
            (_, Some(id)) => Ok(id.clone()),
            (_, None) => Err(broken("user", &change.email)),
        })
        .collect()
}

/// What stands behind the names in a plan.
struct Names<'a> {
    known: &'a Known,
    by_id: QuickMap<&'a str, &'a User>,
    /// Ids of the known users and of those whom the plan creates, by [`email_key`].
    ids_by_key: QuickMap<Cow<'a, str>, &'a str>,
}

impl<'a> Names<'a> {
    fn new(known: &'a Known, plan: &'a Plan, user_ids: &'a [String]) -> Self {
        let users = &known.directory.users;
        let mut ids_by_key = QuickMap::with_capacity(users.len() + plan.changes.len());
        ids_by_key.extend(users.iter().map(|user| (quick_key(&user.email), user.id.as_str())));
        let changes = plan.changes.iter().zip(user_ids);
        ids_by_key.extend(changes.map(|(change, id)| (quick_key(&change.email), id.as_str())));
        Self {
            known,
            by_id: users.iter().map(|user| (user.id.as_str(), user)).collect(),
            ids_by_key,
        }
    }

    fn user(&self, email: &str) -> Stored<&'a str> {
        let id = self.ids_by_key.get(&*quick_key(email)).copied();
        id.ok_or_else(|| broken("user", email))
    }

    fn group(&self, group_type: &str, name: &str) -> Stored<Value<'a>> {
        let id = self.known.group_ids.group(group_type, name);
        Ok(id.ok_or_else(|| broken("group", name))?.into())
    }

    fn group_number(&self, group_type: &str, name: &str) -> Stored<i64> {
        let number = self.known.group_ids.number(group_type, name);
        number.ok_or_else(|| broken("group", name))
    }
}

/// [`email_key`], without a new text where nothing has to change.
fn quick_key(email: &str) -> Cow<'_, str> {
    if email.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(email_key(email))
    } else {
        Cow::Borrowed(email)
    }
}

/// All rows that a plan comes to for known users, sorted by statement.
struct Writing<'n, 'a> {
    now: i64,
    names: &'n Names<'a>,
    freed_usernames: Rows<'a>,
    dropped_aliases: Rows<'a>,
    dropped_integration_ids: Rows<'a>,
    removed: Rows<'a>,
    columns: Vec<(&'static Bulk, Rows<'a>)>,
    touched: Rows<'a>,
    aliases: Rows<'a>,
    integration_ids: Rows<'a>,
    lost_groups: Rows<'a>,
    given_groups: Rows<'a>,
}

impl<'n, 'a> Writing<'n, 'a> {
    fn new(names: &'n Names<'a>, plan: &'a Plan, user_ids: &'a [String], now: i64) -> Stored<Self> {
        let mut writing = Self {
            now,
            names,
            freed_usernames: Rows::of(&users::SET_USERNAME),
            dropped_aliases: Rows::of(&users::DELETE_ALIAS),
            dropped_integration_ids: Rows::of(&users::DELETE_INTEGRATION_ID),
            removed: Rows::of(&users::DELETE),
            columns: Vec::new(),
            touched: Rows::of(&users::TOUCH),
            aliases: Rows::of(&users::INSERT_ALIAS),
            integration_ids: Rows::of(&users::INSERT_INTEGRATION_ID),
            lost_groups: Rows::of(&groups::DELETE_MANAGER),
            given_groups: Rows::of(&groups::INSERT_MANAGER),
        };
        for (change, id) in plan.changes.iter().zip(user_ids) {
            match change.kind {
                ChangeKind::Created => continue,
                ChangeKind::Removed => writing.removed.push([id.into()]),
                ChangeKind::Updated | ChangeKind::Deactivated | ChangeKind::Reactivated => {
                    writing.update(id, change)?;
                }
            }
            for edit in edits_of(change)? {
                writing.relate(id, edit)?;
            }
        }
        Ok(writing)
    }

    /// A known user's own columns.
    fn update(&mut self, id: &'a str, change: &'a Change) -> Stored<()> {
        let now = Value::Int(self.now);
        let key = || Value::from(id);
        let user = self.names.by_id.get(id).copied();
        let mut own = 0;
        let (mut has_attributes, mut has_groups, mut has_ids, mut has_address) = (false, false, false, false);
        for edit in edits_of(change)? {
            let text = || Value::from(edit.after.as_text());
            let flag = || Value::from(edit.after.is_true());
            let (bulk, value) = match &edit.field {
                Target::Email => {
                    let email_key = edit.after.as_text().map(email_key).into();
                    self.rows(&users::SET_EMAIL)
                        .push([key(), text(), email_key, now.clone()]);
                    has_address = true;
                    own += 1;
                    continue;
                }
                Target::Username => {
                    self.freed_usernames
                        .push([key(), Value::Null, Value::Null, now.clone()]);
                    has_address = true;
                    own += 1;
                    continue;
                }
                Target::GroupMembership(_) => {
                    has_groups = true;
                    continue;
                }
                Target::IntegrationId(_) => {
                    has_ids = true;
                    continue;
                }
                Target::Attribute(_) => {
                    has_attributes = true;
                    continue;
                }
                Target::FirstName => (&users::SET_FIRST_NAME, text()),
                Target::LastName => (&users::SET_LAST_NAME, text()),
                Target::TimeZone => (&users::SET_TIME_ZONE, text()),
                Target::Manager => {
                    let manager = edit.after.as_text().map(|email| self.names.user(email)).transpose()?;
                    (&users::SET_MANAGER, manager.into())
                }
                Target::IsActive => (&users::SET_IS_ACTIVE, flag()),
                Target::IsManager => (&users::SET_IS_MANAGER, flag()),
                Target::IsAdmin => (&users::SET_IS_ADMIN, flag()),
                Target::Role => (&users::SET_ROLE, text()),
                Target::Tags => (&users::SET_TAGS, users::words_column(edit.after.as_list())?.into()),
                Target::Aliases | Target::GroupManager(_) => continue,
            };
            self.rows(bulk).push([key(), value, now.clone()]);
            own += 1;
        }
        if has_attributes {
            let attributes = attributes_after(user, change)?;
            self.rows(&users::SET_ATTRIBUTES)
                .push([key(), attributes.into(), now.clone()]);
            own += 1;
        }
        if let (true, Some(user)) = (has_address, user) {
            self.set_username(id, user, change)?;
        }
        if has_groups {
            let groups = self.groups_after(user, change)?;
            self.rows(&users::SET_MEMBER_OF)
                .push([key(), groups.into(), now.clone()]);
            own += 1;
        }
        if has_ids {
            let ids = ids_after(user, change)?;
            self.rows(&users::SET_INTEGRATION_IDS)
                .push([key(), ids.into(), now.clone()]);
            own += 1;
        }
        if own == 0 {
            self.touched.push([key(), now]);
        }
        Ok(())
    }

    /// What other tables hold of a user.
    fn relate(&mut self, id: &'a str, edit: &'a Edit) -> Stored<()> {
        let key = || Value::from(id);
        match &edit.field {
            Target::Aliases => {
                let (before, after) = (edit.before.as_list(), edit.after.as_list());
                for alias in before.iter().filter(|alias| !after.contains(alias)) {
                    self.dropped_aliases.push([email_key(alias).into()]);
                }
                for alias in after.iter().filter(|alias| !before.contains(alias)) {
                    self.aliases.push([email_key(alias).into(), alias.into(), key()]);
                }
            }
            Target::IntegrationId(slug) => {
                if let Some(value) = edit.before.as_text() {
                    self.dropped_integration_ids.push([slug.into(), value.into()]);
                }
                if let Some(value) = edit.after.as_text() {
                    self.integration_ids.push([slug.into(), value.into(), key()]);
                }
            }
            Target::GroupManager(group_type) => {
                let (before, after) = (edit.before.as_list(), edit.after.as_list());
                for name in before.iter().filter(|name| !after.contains(name)) {
                    let row = [key(), self.names.group(group_type, name)?];
                    self.lost_groups.push(row);
                }
                for name in after.iter().filter(|name| !before.contains(name)) {
                    let row = [key(), self.names.group(group_type, name)?];
                    self.given_groups.push(row);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The username and its key, which depends on the address too.
    fn set_username(&mut self, id: &'a str, user: &'a User, change: &'a Change) -> Stored<()> {
        let edits = edits_of(change)?;
        let after = |target: &Target| edits.iter().find(|edit| edit.field == *target).map(|edit| &edit.after);
        let username = after(&Target::Username).map_or(user.username.as_deref(), Planned::as_text);
        let email = after(&Target::Email).and_then(Planned::as_text).unwrap_or(&user.email);
        if let Some(username) = username {
            let row = [
                id.into(),
                username.into(),
                users::username_key(username, email).into(),
                self.now.into(),
            ];
            self.rows(&users::SET_USERNAME).push(row);
        }
        Ok(())
    }

    /// The numbers of all groups that a user is a member of after the change; nothing for none.
    fn groups_after(&self, user: Option<&User>, change: &Change) -> Stored<Option<String>> {
        let before = user.into_iter().flat_map(|user| &user.groups);
        let mut groups: HashMap<&str, &str> = before.map(|(kind, name)| (kind.as_str(), name.as_str())).collect();
        for edit in edits_of(change)? {
            let Target::GroupMembership(group_type) = &edit.field else {
                continue;
            };
            match edit.after.as_text() {
                Some(name) => groups.insert(group_type, name),
                None => groups.remove(group_type.as_str()),
            };
        }
        let numbers = groups
            .into_iter()
            .map(|(kind, name)| self.names.group_number(kind, name));
        Ok(users::numbers_column(numbers.collect::<Stored<Vec<i64>>>()?))
    }

    fn rows(&mut self, bulk: &'static Bulk) -> &mut Rows<'a> {
        let at = self.columns.iter().position(|(known, _)| std::ptr::eq(*known, bulk));
        let at = at.unwrap_or_else(|| {
            self.columns.push((bulk, Rows::of(bulk)));
            self.columns.len() - 1
        });
        &mut self.columns[at].1
    }
}

/// All IDs in other systems as they are after the change; nothing for none.
fn ids_after(user: Option<&User>, change: &Change) -> Stored<Option<String>> {
    let before = user.into_iter().flat_map(|user| &user.integration_ids);
    let mut ids: BTreeMap<&str, &str> = before.map(|(slug, value)| (slug.as_str(), value.as_str())).collect();
    for edit in edits_of(change)? {
        let Target::IntegrationId(slug) = &edit.field else {
            continue;
        };
        match edit.after.as_text() {
            Some(value) => ids.insert(slug, value),
            None => ids.remove(slug.as_str()),
        };
    }
    Ok(users::ids_column(ids.into_iter()))
}

/// All custom attributes as they are after the change; nothing for none.
fn attributes_after(user: Option<&User>, change: &Change) -> Stored<Option<String>> {
    let mut attributes = user.map(|user| user.attributes.clone()).unwrap_or_default();
    for edit in change.edits.refs() {
        let Target::Attribute(name) = edit.field else { continue };
        if edit.after.is_null() {
            attributes.remove(name);
        } else {
            let value = serde_json::to_value(edit.after).map_err(|error| StoreError::Unexpected(error.to_string()))?;
            attributes.insert(name.clone(), value);
        }
    }
    if attributes.is_empty() {
        Ok(None)
    } else {
        to_json(&attributes).map(Some)
    }
}
