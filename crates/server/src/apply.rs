//! The only writer of the directory: puts a plan into one transaction.
//!
//! Decides nothing. Whoever calls it holds the workspace's lock and read, in the same transaction, the directory that
//! the plan was made from; see `receive`.

use std::collections::HashMap;

use passmuster_core::field::Target;
use passmuster_core::plan::{Change, ChangeKind, Edit, Plan, Value as Planned};
use passmuster_core::user::{User, email_key};

use crate::clock::{Clock, Ids};
use crate::store::bulk::{Bulk, Rows};
use crate::store::directory::Known;
use crate::store::{StoreError, Stored, Tx, Value, accounts, audit, groups, standings, to_json, users};

/// Audit entries that are written at a time.
const AUDIT_ROWS: usize = 5000;

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
    let writing = Writing::new(known, plan, &user_ids, origin, now)?;
    // Values that must be unique are all freed before the first is taken, so that two users can swap theirs.
    tx.write(&users::SET_USERNAME, workspace, &writing.freed_usernames)
        .await?;
    tx.write(&users::DELETE_ALIAS, workspace, &writing.dropped_aliases)
        .await?;
    tx.write(
        &users::DELETE_INTEGRATION_ID,
        workspace,
        &writing.dropped_integration_ids,
    )
    .await?;
    tx.write(&users::DELETE, workspace, &writing.removed).await?;
    tx.write(&users::INSERT, workspace, &writing.created).await?;
    for (bulk, rows) in &writing.columns {
        tx.write(bulk, workspace, rows).await?;
    }
    tx.write(&users::TOUCH, workspace, &writing.touched).await?;
    tx.write(&users::INSERT_ALIAS, workspace, &writing.aliases).await?;
    tx.write(&users::INSERT_INTEGRATION_ID, workspace, &writing.integration_ids)
        .await?;
    tx.write(&groups::DELETE_MEMBERSHIP, workspace, &writing.left_groups)
        .await?;
    tx.write(&groups::SET_MEMBERSHIP, workspace, &writing.joined_groups)
        .await?;
    tx.write(&groups::DELETE_MANAGER, workspace, &writing.lost_groups)
        .await?;
    tx.write(&groups::INSERT_MANAGER, workspace, &writing.given_groups)
        .await?;
    remove_groups(tx, workspace, known, plan).await?;
    let ends = |change: &Change| matches!(change.kind, ChangeKind::Deactivated | ChangeKind::Removed);
    if plan.changes.iter().any(ends) {
        accounts::delete_sessions_of_inactive(tx, workspace).await?;
    }
    standings::note_plan(tx, workspace, plan).await?;
    write_audit(tx, workspace, (plan, &user_ids), origin, &mut ids, now).await
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
        let id = ids.next();
        rows.push([
            id.clone().into(),
            type_id.to_owned().into(),
            (&group.name).into(),
            now.into(),
        ]);
        known.group_ids.add(&group.group_type, &group.name, id);
    }
    tx.write(&groups::INSERT, workspace, &rows).await
}

/// A plan names what it knows; this one doesn't, which is a bug.
fn broken(what: &str, name: &str) -> StoreError {
    StoreError::Unexpected(format!("the plan names an unknown {what}, {} bytes long", name.len()))
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

/// All rows that a plan comes to, sorted by statement.
struct Writing<'a> {
    now: i64,
    origin: Origin<'a>,
    known: &'a Known,
    by_id: HashMap<&'a str, &'a User>,
    ids_by_key: HashMap<String, &'a str>,
    freed_usernames: Rows<'a>,
    dropped_aliases: Rows<'a>,
    dropped_integration_ids: Rows<'a>,
    created: Rows<'a>,
    removed: Rows<'a>,
    columns: Vec<(&'static Bulk, Rows<'a>)>,
    touched: Rows<'a>,
    aliases: Rows<'a>,
    integration_ids: Rows<'a>,
    left_groups: Rows<'a>,
    joined_groups: Rows<'a>,
    lost_groups: Rows<'a>,
    given_groups: Rows<'a>,
}

impl<'a> Writing<'a> {
    fn new(known: &'a Known, plan: &'a Plan, user_ids: &'a [String], origin: Origin<'a>, now: i64) -> Stored<Self> {
        let users = &known.directory.users;
        let present = users.iter().map(|user| (email_key(&user.email), user.id.as_str()));
        let changed = plan
            .changes
            .iter()
            .zip(user_ids)
            .map(|(change, id)| (email_key(&change.email), id.as_str()));
        let ids_by_key = present.chain(changed).collect();
        let mut writing = Self {
            now,
            origin,
            known,
            by_id: users.iter().map(|user| (user.id.as_str(), user)).collect(),
            ids_by_key,
            freed_usernames: Rows::of(&users::SET_USERNAME),
            dropped_aliases: Rows::of(&users::DELETE_ALIAS),
            dropped_integration_ids: Rows::of(&users::DELETE_INTEGRATION_ID),
            created: Rows::of(&users::INSERT),
            removed: Rows::of(&users::DELETE),
            columns: Vec::new(),
            touched: Rows::of(&users::TOUCH),
            aliases: Rows::of(&users::INSERT_ALIAS),
            integration_ids: Rows::of(&users::INSERT_INTEGRATION_ID),
            left_groups: Rows::of(&groups::DELETE_MEMBERSHIP),
            joined_groups: Rows::of(&groups::SET_MEMBERSHIP),
            lost_groups: Rows::of(&groups::DELETE_MANAGER),
            given_groups: Rows::of(&groups::INSERT_MANAGER),
        };
        for (change, id) in plan.changes.iter().zip(user_ids) {
            match change.kind {
                ChangeKind::Created => writing.create(id, change)?,
                ChangeKind::Removed => writing.removed.push([id.into()]),
                ChangeKind::Updated | ChangeKind::Deactivated | ChangeKind::Reactivated => {
                    writing.update(id, change)?;
                }
            }
            for edit in &change.edits {
                writing.relate(id, edit)?;
            }
        }
        Ok(writing)
    }

    fn id_of(&self, email: &str) -> Stored<&'a str> {
        self.ids_by_key
            .get(&email_key(email))
            .copied()
            .ok_or_else(|| broken("user", email))
    }

    /// A new user's row.
    fn create(&mut self, id: &'a str, change: &'a Change) -> Stored<()> {
        let text = |target: &Target| {
            change
                .edits
                .iter()
                .find(|edit| edit.field == *target)
                .and_then(|edit| edit.after.as_text())
        };
        let flag = |target: &Target, unless_told: bool| {
            change
                .edits
                .iter()
                .find(|edit| edit.field == *target)
                .map_or(unless_told, |edit| edit.after.is_true())
        };
        let words = |target: &Target| {
            let edit = change.edits.iter().find(|edit| edit.field == *target);
            users::words_column(edit.map_or(&[][..], |edit| edit.after.as_list()))
        };
        let username = text(&Target::Username);
        let manager = text(&Target::Manager).map(|email| self.id_of(email)).transpose()?;
        let attributes = self.attributes_after(None, change)?;
        let row = [
            id.into(),
            (&change.email).into(),
            email_key(&change.email).into(),
            text(&Target::FirstName).unwrap_or_default().into(),
            text(&Target::LastName).unwrap_or_default().into(),
            username.into(),
            username.map(email_key).into(),
            text(&Target::TimeZone).into(),
            manager.into(),
            flag(&Target::IsActive, true).into(),
            flag(&Target::IsManager, false).into(),
            flag(&Target::IsAdmin, false).into(),
            text(&Target::Role).into(),
            words(&Target::Tags)?.into(),
            attributes.into(),
            self.now.into(),
            self.now.into(),
            self.origin.upload_id.into(),
        ];
        self.created.push(row);
        Ok(())
    }

    /// A known user's own columns.
    fn update(&mut self, id: &'a str, change: &'a Change) -> Stored<()> {
        let now = Value::Int(self.now);
        let key = || Value::from(id);
        let mut own = 0;
        let mut has_attributes = false;
        for edit in &change.edits {
            let text = || Value::from(edit.after.as_text());
            let flag = || Value::from(edit.after.is_true());
            let (bulk, value) = match &edit.field {
                Target::Email => {
                    let email_key = edit.after.as_text().map(email_key).into();
                    self.rows(&users::SET_EMAIL)
                        .push([key(), text(), email_key, now.clone()]);
                    own += 1;
                    continue;
                }
                Target::Username => {
                    self.freed_usernames
                        .push([key(), Value::Null, Value::Null, now.clone()]);
                    if let Some(username) = edit.after.as_text() {
                        let row = [key(), username.into(), email_key(username).into(), now.clone()];
                        self.rows(&users::SET_USERNAME).push(row);
                    }
                    own += 1;
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
                    let manager = edit.after.as_text().map(|email| self.id_of(email)).transpose()?;
                    (&users::SET_MANAGER, manager.into())
                }
                Target::IsActive => (&users::SET_IS_ACTIVE, flag()),
                Target::IsManager => (&users::SET_IS_MANAGER, flag()),
                Target::IsAdmin => (&users::SET_IS_ADMIN, flag()),
                Target::Role => (&users::SET_ROLE, text()),
                Target::Tags => (&users::SET_TAGS, users::words_column(edit.after.as_list())?.into()),
                Target::Aliases | Target::IntegrationId(_) | Target::GroupMembership(_) | Target::GroupManager(_) => {
                    continue;
                }
            };
            self.rows(bulk).push([key(), value, now.clone()]);
            own += 1;
        }
        if has_attributes {
            let attributes = self.attributes_after(self.by_id.get(id).copied(), change)?;
            self.rows(&users::SET_ATTRIBUTES)
                .push([key(), attributes.into(), now.clone()]);
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
                if edit.before != Planned::Null {
                    self.dropped_integration_ids.push([key(), slug.into()]);
                }
                if let Some(value) = edit.after.as_text() {
                    self.integration_ids.push([slug.into(), value.into(), key()]);
                }
            }
            Target::GroupMembership(group_type) => match edit.after.as_text() {
                Some(name) => {
                    let row = [key(), self.group_type(group_type)?, self.group(group_type, name)?];
                    self.joined_groups.push(row);
                }
                None => {
                    let row = [key(), self.group_type(group_type)?];
                    self.left_groups.push(row);
                }
            },
            Target::GroupManager(group_type) => {
                let (before, after) = (edit.before.as_list(), edit.after.as_list());
                for name in before.iter().filter(|name| !after.contains(name)) {
                    let row = [key(), self.group(group_type, name)?];
                    self.lost_groups.push(row);
                }
                for name in after.iter().filter(|name| !before.contains(name)) {
                    let row = [key(), self.group(group_type, name)?];
                    self.given_groups.push(row);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn group_type(&self, name: &str) -> Stored<Value<'a>> {
        let id = self
            .known
            .group_ids
            .group_type(name)
            .ok_or_else(|| broken("group type", name))?;
        Ok(Value::from(id))
    }

    fn group(&self, group_type: &str, name: &str) -> Stored<Value<'a>> {
        let id = self
            .known
            .group_ids
            .group(group_type, name)
            .ok_or_else(|| broken("group", name))?;
        Ok(Value::from(id))
    }

    /// All custom attributes as they are after the change; nothing for none.
    fn attributes_after(&self, user: Option<&User>, change: &Change) -> Stored<Option<String>> {
        let mut attributes = user.map(|user| user.attributes.clone()).unwrap_or_default();
        for edit in &change.edits {
            let Target::Attribute(name) = &edit.field else { continue };
            if edit.after == Planned::Null {
                attributes.remove(name);
            } else {
                let value =
                    serde_json::to_value(&edit.after).map_err(|error| StoreError::Unexpected(error.to_string()))?;
                attributes.insert(name.clone(), value);
            }
        }
        if attributes.is_empty() {
            Ok(None)
        } else {
            to_json(&attributes).map(Some)
        }
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

/// Who, when, through what, before, after.
async fn write_audit(
    tx: &mut Tx,
    workspace: &str,
    (plan, user_ids): (&Plan, &[String]),
    origin: Origin<'_>,
    ids: &mut Ids,
    now: i64,
) -> Stored<Option<(String, String)>> {
    let groups = plan.groups_created.iter().map(|group| ("group_created", group));
    let groups = groups.chain(plan.groups_removed.iter().map(|group| ("group_removed", group)));
    let of_groups = groups.map(|(action, group)| {
        let target = format!("{}: {}", group.group_type, group.name);
        Stored::Ok((action, Value::from(target), to_json(group)?, None, None))
    });
    let of_users = plan.changes.iter().zip(user_ids).map(|(change, id)| {
        let edits = to_json(&change.edits)?;
        Ok((
            audit::action(change.kind),
            Value::from(&change.email),
            edits,
            Some(id),
            change.row,
        ))
    });
    let mut rows = Rows::of(&audit::INSERT);
    let mut range = None;
    for entry in of_groups.chain(of_users) {
        let (action, target, edits, user_id, row) = entry?;
        let id = ids.next();
        range = match range {
            None => Some((id.clone(), id.clone())),
            Some((first, _)) => Some((first, id.clone())),
        };
        rows.push([
            id.into(),
            now.into(),
            origin.actor.into(),
            origin.via.into(),
            origin.upload_id.into(),
            action.into(),
            target,
            edits.into(),
            user_id.into(),
            row.into(),
        ]);
        // Before and after of a whole directory are not held at once.
        if rows.len() == AUDIT_ROWS {
            tx.write(&audit::INSERT, workspace, &rows).await?;
            rows.clear();
        }
    }
    tx.write(&audit::INSERT, workspace, &rows).await?;
    Ok(range)
}
