//! The rows of new users, a few thousand at a time: an upload may create a whole directory.

use passmuster_core::field::Target;
use passmuster_core::plan::{Change, ChangeKind, Plan, ValueRef as Planned};

use super::{Names, Origin, attributes_after};
use crate::store::bulk::Rows;
use crate::store::{Stored, Tx, Value, groups, users};

/// New users that are written at a time.
const USERS: usize = 4000;

/// Rows of some new users, by table.
struct Creating<'n, 'a> {
    names: &'n Names<'a>,
    origin: Origin<'a>,
    now: i64,
    users: Rows<'a>,
    aliases: Rows<'a>,
    given_groups: Rows<'a>,
    /// Slug, value and user of every ID in another system, to be written last and in order: one table has nothing but
    /// them, and its pages are written once then.
    integration_ids: Vec<[&'a str; 3]>,
}

/// Writes the users whom a plan creates.
pub(super) async fn write<'a>(
    tx: &mut Tx,
    workspace: &str,
    names: &Names<'a>,
    (plan, user_ids): (&'a Plan, &'a [String]),
    origin: Origin<'a>,
    now: i64,
) -> Stored<()> {
    let mut creating = Creating {
        names,
        origin,
        now,
        users: Rows::of(&users::INSERT),
        aliases: Rows::of(&users::INSERT_ALIAS),
        given_groups: Rows::of(&groups::INSERT_MANAGER),
        integration_ids: Vec::new(),
    };
    let none = Rows::of(&users::INSERT_INTEGRATION_ID);
    for (change, id) in plan.changes.iter().zip(user_ids) {
        if change.kind != ChangeKind::Created {
            continue;
        }
        creating.add(id, change)?;
        if creating.users.len() == USERS {
            creating.flush(tx, workspace, &none).await?;
        }
    }
    let mut all = std::mem::take(&mut creating.integration_ids);
    all.sort_unstable();
    let mut parts = all.chunks(USERS).map(|some| {
        let mut rows = Rows::of(&users::INSERT_INTEGRATION_ID);
        for [slug, value, id] in some {
            rows.push([(*slug).into(), (*value).into(), (*id).into()]);
        }
        rows
    });
    creating
        .flush(tx, workspace, parts.next().as_ref().unwrap_or(&none))
        .await?;
    for rows in parts {
        tx.write(&users::INSERT_INTEGRATION_ID, workspace, &rows).await?;
    }
    Ok(())
}

impl<'a> Creating<'_, 'a> {
    async fn flush(&mut self, tx: &mut Tx, workspace: &str, integration_ids: &Rows<'_>) -> Stored<()> {
        let parts = [
            (&users::INSERT, &self.users),
            (&users::INSERT_ALIAS, &self.aliases),
            (&users::INSERT_INTEGRATION_ID, integration_ids),
            (&groups::INSERT_MANAGER, &self.given_groups),
        ];
        tx.write_all(workspace, &parts).await?;
        for rows in [&mut self.users, &mut self.aliases, &mut self.given_groups] {
            rows.clear();
        }
        Ok(())
    }

    fn add(&mut self, id: &'a str, change: &'a Change) -> Stored<()> {
        let text = |value: Planned<'a>| Value::from(value.as_text());
        let (mut first_name, mut last_name) = (Value::from(""), Value::from(""));
        let (mut username, mut username_key) = (Value::Null, Value::Null);
        let (mut time_zone, mut manager, mut role) = (Value::Null, Value::Null, Value::Null);
        let (mut is_active, mut is_manager, mut is_admin) = (true, false, false);
        let (mut tags, mut has_attributes) = (None, false);
        let mut member_of = Vec::new();
        let mut ids = Vec::new();
        for edit in change.edits.refs() {
            let after = edit.after;
            match edit.field {
                Target::Email => {}
                Target::FirstName => first_name = after.as_text().unwrap_or_default().into(),
                Target::LastName => last_name = after.as_text().unwrap_or_default().into(),
                Target::Username => {
                    username = text(after);
                    let key = after
                        .as_text()
                        .and_then(|name| users::username_key(name, &change.email));
                    username_key = key.into();
                }
                Target::TimeZone => time_zone = text(after),
                Target::Manager => {
                    let id = after.as_text().map(|email| self.names.user(email)).transpose()?;
                    manager = id.into();
                }
                Target::IsActive => is_active = after.is_true(),
                Target::IsManager => is_manager = after.is_true(),
                Target::IsAdmin => is_admin = after.is_true(),
                Target::Role => role = text(after),
                Target::Tags => {
                    let words: Vec<String> = after.words().map(str::to_owned).collect();
                    tags = users::words_column(&words)?;
                }
                Target::Aliases => {
                    for alias in after.words() {
                        let key = passmuster_core::user::email_key(alias);
                        self.aliases.push([key.into(), alias.into(), id.into()]);
                    }
                }
                Target::IntegrationId(slug) => {
                    if let Some(value) = after.as_text() {
                        self.integration_ids.push([slug, value, id]);
                        ids.push((slug.as_str(), value));
                    }
                }
                Target::GroupMembership(group_type) => {
                    if let Some(name) = after.as_text() {
                        member_of.push(self.names.group_number(group_type, name)?);
                    }
                }
                Target::GroupManager(group_type) => {
                    for name in after.words() {
                        self.given_groups.push([id.into(), self.names.group(group_type, name)?]);
                    }
                }
                Target::Attribute(_) => has_attributes = true,
            }
        }
        let attributes = if has_attributes {
            attributes_after(None, change)?
        } else {
            None
        };
        self.users.push([
            id.into(),
            (&change.email).into(),
            super::quick_key(&change.email).into(),
            first_name,
            last_name,
            username,
            username_key,
            time_zone,
            manager,
            is_active.into(),
            is_manager.into(),
            is_admin.into(),
            role,
            tags.into(),
            attributes.into(),
            self.now.into(),
            self.now.into(),
            self.origin.upload_id.into(),
            users::numbers_column(member_of).into(),
            users::ids_column(ids.into_iter()).into(),
        ]);
        Ok(())
    }
}
