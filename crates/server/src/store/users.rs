//! Users: the admin's list, one user by address, and the columns of the table.
//!
//! Who is written, and what, is decided elsewhere: only `apply` uses the statements that write.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::Arc;

use passmuster_core::user::{User, email_key};

use super::bulk::{Bulk, Column, Verb};
use super::groups::{self, GroupNames};
use super::{Row, Stored, Tx, to_json};

/// A user's row: everything but what other tables hold.
pub(super) struct UserRow {
    pub(super) user: User,
    pub(super) manager_id: Option<String>,
    /// Whether an integration manages the user.
    pub(super) is_managed: bool,
    /// Numbers of the groups that the user is a member of.
    pub(super) member_of: Vec<i64>,
}

/// Read from any `SELECT` that begins with [`columns!`].
pub(super) fn read_row(row: &Row<'_>) -> Stored<UserRow> {
    Ok(UserRow {
        user: User {
            id: row.text(0)?,
            email: row.text(1)?,
            first_name: row.text(2)?,
            last_name: row.text(3)?,
            username: row.text_or_null(4)?,
            time_zone: row.text_or_null(5)?,
            is_active: row.flag(7)?,
            is_manager: row.flag(8)?,
            is_admin: row.flag(9)?,
            role: row.text_or_null(10)?,
            tags: match row.text_or_null(11)? {
                Some(_) => row.json(11)?,
                None => Vec::new(),
            },
            attributes: match row.text_or_null(12)? {
                Some(_) => row.json(12)?,
                None => Default::default(),
            },
            integration_ids: row.text_or_null(15)?.as_deref().map(ids_of).unwrap_or_default(),
            ..User::default()
        },
        manager_id: row.text_or_null(6)?,
        is_managed: row.flag(13)?,
        member_of: row.text_or_null(14)?.as_deref().map(numbers_of).unwrap_or_default(),
    })
}

/// The columns that [`read_row`] reads, of the table or alias `u`.
macro_rules! columns {
    () => {
        "u.id, u.email, u.first_name, u.last_name, u.username, u.time_zone, u.manager_id, u.is_active, \
         u.is_manager, u.is_admin, u.role, u.tags, u.attributes, \
         CASE WHEN u.source_upload_id IS NULL THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END, \
         u.member_of, u.integration_ids"
    };
}
pub(super) use columns;

/// How many columns [`columns!`] names.
pub(super) const COLUMNS: usize = 16;

/// Numbers as `member_of` keeps them: sorted, with a space between; nothing for none.
pub(crate) fn numbers_column(mut numbers: Vec<i64>) -> Option<String> {
    numbers.sort_unstable();
    let mut text = String::new();
    for number in numbers {
        if !text.is_empty() {
            text.push(' ');
        }
        let _ = write!(text, "{number}");
    }
    (!text.is_empty()).then_some(text)
}

fn numbers_of(text: &str) -> Vec<i64> {
    text.split(' ').filter_map(|number| number.parse().ok()).collect()
}

/// IDs in other systems as `integration_ids` keeps them: a line for each, of slug, space and value; nothing for none.
/// Neither holds a control character, and a slug no space.
pub(crate) fn ids_column<'i>(ids: impl Iterator<Item = (&'i str, &'i str)>) -> Option<String> {
    let mut text = String::new();
    for (slug, value) in ids {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(slug);
        text.push(' ');
        text.push_str(value);
    }
    (!text.is_empty()).then_some(text)
}

fn ids_of(text: &str) -> BTreeMap<String, String> {
    let lines = text.split('\n').filter_map(|line| line.split_once(' '));
    lines.map(|(slug, value)| (slug.to_owned(), value.to_owned())).collect()
}

/// The key of a username: nothing when it is the user's own address, by whose key it is found.
pub(crate) fn username_key(username: &str, email: &str) -> Option<String> {
    (!username.eq_ignore_ascii_case(email)).then(|| email_key(username))
}

/// Words as the table keeps them; nothing for none.
pub(crate) fn words_column(words: &[String]) -> Stored<Option<String>> {
    if words.is_empty() {
        Ok(None)
    } else {
        to_json(&words).map(Some)
    }
}

/// A user by address.
pub(crate) async fn find(tx: &mut Tx, workspace: &str, email: &str) -> Stored<Option<User>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM users u WHERE u.workspace_id = $1 AND u.email_key = $2"
    );
    let rows = tx
        .rows(sql, &[workspace.into(), email_key(email).into()], read_row)
        .await?;
    Ok(complete(tx, workspace, rows).await?.into_iter().next())
}

/// The users of some addresses' keys, as far as there are.
pub(crate) async fn find_all(tx: &mut Tx, workspace: &str, keys: &[String]) -> Stored<Vec<User>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let sql = concat!("SELECT ", columns!(), " FROM by_key($2, users u, u.email_key)");
    let rows = tx.rows(sql, &[workspace.into(), keys.into()], read_row).await?;
    complete(tx, workspace, rows).await
}

/// A user by id.
pub(crate) async fn find_by_id(tx: &mut Tx, workspace: &str, id: &str) -> Stored<Option<User>> {
    let found = find_by_ids(tx, workspace, &[id.to_owned()]).await?;
    Ok(found.into_iter().next())
}

/// The users of some ids, as far as there are.
pub(crate) async fn find_by_ids(tx: &mut Tx, workspace: &str, ids: &[String]) -> Stored<Vec<User>> {
    let sql = concat!("SELECT ", columns!(), " FROM by_key($2, users u, u.id)");
    let rows = tx.rows(sql, &[workspace.into(), ids.into()], read_row).await?;
    complete(tx, workspace, rows).await
}

/// When each of some users (ids) was made and changed last, in microseconds since 1970.
pub(crate) async fn times(tx: &mut Tx, workspace: &str, ids: &[String]) -> Stored<HashMap<String, (i64, i64)>> {
    let sql = "SELECT u.id, u.created_at, u.updated_at FROM by_key($2, users u, u.id)";
    let values = [workspace.into(), ids.into()];
    let found = tx.rows(sql, &values, |row| Ok((row.text(0)?, (row.int(1)?, row.int(2)?))));
    Ok(found.await?.into_iter().collect())
}

/// Which users of a list in the order of ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Side {
    /// Those behind this id; nothing: from the first.
    After(String),
    /// Those in front of it.
    Before(String),
}

/// A page of active users in the order of their ids, and whether there are some before and behind it.
pub(crate) async fn page_of_active(
    tx: &mut Tx,
    workspace: &str,
    side: &Side,
    limit: u32,
) -> Stored<(Vec<User>, bool, bool)> {
    let (sql, id) = match side {
        Side::After(id) => (
            concat!(
                "SELECT ",
                columns!(),
                " FROM users u WHERE u.workspace_id = $1 AND u.id > $2 AND u.is_active = 1 ORDER BY u.id LIMIT $3"
            ),
            id,
        ),
        Side::Before(id) => (
            concat!(
                "SELECT ",
                columns!(),
                " FROM users u WHERE u.workspace_id = $1 AND u.id < $2 AND u.is_active = 1 ORDER BY u.id DESC LIMIT $3"
            ),
            id,
        ),
    };
    let values = [workspace.into(), id.into(), i64::from(limit + 1).into()];
    let mut rows = tx.rows(sql, &values, read_row).await?;
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let mut users = complete(tx, workspace, rows).await?;
    users.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(match side {
        Side::After(id) => (users, !id.is_empty(), has_more),
        Side::Before(_) => (users, has_more, true),
    })
}

/// What came of looking a user up at a glance.
#[derive(Debug)]
pub(crate) enum Glanced {
    Nobody,
    User(Box<User>),
    /// The names of groups have to be read with the user, by [`find`].
    NotAtOnce,
}

/// A user by address, in one statement.
pub(crate) async fn glance(tx: &mut Tx, workspace: &str, email: &str) -> Stored<Glanced> {
    // Neither addresses nor ids have a space in them.
    let sql = concat!(
        "SELECT ",
        columns!(),
        ", w.directory_version, \
         (SELECT m.email FROM users m WHERE m.workspace_id = u.workspace_id AND m.id = u.manager_id), \
         (SELECT string_agg(a.alias, ' ') FROM user_aliases a WHERE a.workspace_id = u.workspace_id \
         AND a.user_id = u.id), \
         (SELECT string_agg(g.group_id, ' ') FROM group_managers g WHERE g.workspace_id = u.workspace_id \
         AND g.user_id = u.id) \
         FROM users u JOIN workspaces w ON w.workspace_id = u.workspace_id \
         WHERE u.workspace_id = $1 AND u.email_key = $2"
    );
    let values = [workspace.into(), email_key(email).into()];
    let found = tx.row(sql, &values, |row| {
        let others = (row.text_or_null(17)?, row.text_or_null(18)?, row.text_or_null(19)?);
        Ok((read_row(row)?, row.int(16)?, others))
    });
    let Some((row, version, (manager, aliases, managed))) = found.await? else {
        return Ok(Glanced::Nobody);
    };
    let words = |text: Option<String>| -> Vec<String> {
        let text = text.unwrap_or_default();
        text.split_ascii_whitespace().map(str::to_owned).collect()
    };
    let managed = words(managed);
    let needs_names = !(row.member_of.is_empty() && managed.is_empty());
    let known = groups::remembered(tx, workspace, version);
    let Some(known) = known.or_else(|| (!needs_names).then(Arc::default)) else {
        return Ok(Glanced::NotAtOnce);
    };
    let emails = row.manager_id.clone().into_iter().zip(manager).collect();
    let Some(mut user) = put_names(vec![row], &emails, &known.names).pop() else {
        return Ok(Glanced::Nobody);
    };
    user.aliases = words(aliases);
    for (group_type, group) in managed.iter().filter_map(|id| known.names.by_id.get(id)) {
        user.manages.entry(group_type.clone()).or_default().push(group.clone());
    }
    put_in_order(&mut user);
    Ok(Glanced::User(Box::new(user)))
}

/// Lists as they are shown.
pub(super) fn put_in_order(user: &mut User) {
    user.aliases.sort_unstable();
    user.manages.values_mut().for_each(|groups| groups.sort_unstable());
}

/// So many users are shown with their own groups where a workspace has very many.
const FEW: usize = 50;

/// Adds to some users' rows what other tables hold, and names their managers.
pub(super) async fn complete(tx: &mut Tx, workspace: &str, rows: Vec<UserRow>) -> Stored<Vec<User>> {
    let ids: Vec<String> = rows.iter().map(|row| row.user.id.clone()).collect();
    let sql = "SELECT u.id, u.email FROM by_key($2, users u, u.id)";
    let mut managers: Vec<String> = rows.iter().filter_map(|row| row.manager_id.clone()).collect();
    managers.sort_unstable();
    managers.dedup();
    let values = [workspace.into(), managers.as_slice().into()];
    let names = tx.rows(sql, &values, |row| Ok((row.text(0)?, row.text(1)?))).await?;
    let emails = names.into_iter().collect();
    if rows.len() <= FEW && tx.catalogs.are_too_many(workspace) {
        let numbers = rows.iter().flat_map(|row| &row.member_of).map(ToString::to_string);
        let groups = groups::names_for(tx, workspace, &numbers.collect::<Vec<_>>(), &ids).await?;
        let mut users = put_names(rows, &emails, &groups);
        super::directory::fill(tx, workspace, &mut users, &groups, Some(&ids)).await?;
        return Ok(users);
    }
    let known = groups::definitions(tx, workspace).await?;
    let mut users = put_names(rows, &emails, &known.names);
    super::directory::fill(tx, workspace, &mut users, &known.names, Some(&ids)).await?;
    Ok(users)
}

/// Puts the manager's address for the id, and the names of groups for their numbers.
pub(super) fn put_names(rows: Vec<UserRow>, emails: &HashMap<String, String>, groups: &GroupNames) -> Vec<User> {
    rows.into_iter()
        .map(|row| User {
            manager: row.manager_id.and_then(|id| emails.get(&id).cloned()),
            groups: row
                .member_of
                .iter()
                .filter_map(|number| groups.by_number.get(number))
                .cloned()
                .collect(),
            ..row.user
        })
        .collect()
}

/// Whether somebody can administer the workspace.
pub(crate) async fn has_active_admin(tx: &mut Tx, workspace: &str) -> Stored<bool> {
    let sql = "SELECT id FROM users WHERE workspace_id = $1 AND is_admin = 1 AND is_active = 1 LIMIT 1";
    Ok(tx.row(sql, &[workspace.into()], |row| row.text(0)).await?.is_some())
}

const ID: &[Column] = &[Column::Text("id")];

/// A new user's row.
pub(crate) static INSERT: Bulk = Bulk {
    verb: Verb::Insert,
    table: "users",
    key: ID,
    set: &[
        Column::Text("email"),
        Column::Text("email_key"),
        Column::Text("first_name"),
        Column::Text("last_name"),
        Column::Text("username"),
        Column::Text("username_key"),
        Column::Text("time_zone"),
        Column::Text("manager_id"),
        Column::Int("is_active"),
        Column::Int("is_manager"),
        Column::Int("is_admin"),
        Column::Text("role"),
        Column::Text("tags"),
        Column::Text("attributes"),
        Column::Int("created_at"),
        Column::Int("updated_at"),
        Column::Text("source_upload_id"),
        Column::Text("member_of"),
        Column::Text("integration_ids"),
    ],
};

/// For users whom an upload made that is undone.
pub(crate) static DELETE: Bulk = Bulk {
    verb: Verb::Delete,
    table: "users",
    key: ID,
    set: &[],
};

/// Says through which upload its integration came to manage some users.
pub(crate) async fn set_source(tx: &mut Tx, workspace: &str, ids: &[String], upload: &str) -> Stored<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let sql = "UPDATE users SET source_upload_id = $3 WHERE workspace_id = $1 AND source_upload_id IS NULL \
               AND id IN (SELECT value FROM keys($2))";
    tx.execute(sql, &[workspace.into(), ids.into(), upload.into()]).await?;
    Ok(())
}

/// Forgets that an integration came to manage users through an upload.
pub(crate) async fn forget_source(tx: &mut Tx, workspace: &str, upload: &str) -> Stored<()> {
    let sql = "UPDATE users SET source_upload_id = NULL WHERE workspace_id = $1 AND source_upload_id = $2";
    tx.execute(sql, &[workspace.into(), upload.into()]).await?;
    Ok(())
}

/// The addresses of all users whom an integration manages.
pub(crate) async fn managed(tx: &mut Tx, workspace: &str, integration: &str) -> Stored<Vec<String>> {
    let sql = "SELECT u.email FROM users u JOIN uploads p ON p.workspace_id = u.workspace_id \
               AND p.id = u.source_upload_id WHERE u.workspace_id = $1 AND p.integration_id = $2";
    tx.rows(sql, &[workspace.into(), integration.into()], |row| row.text(0))
        .await
}

/// Ids of users with a password, who can sign in.
pub(crate) async fn with_password(tx: &mut Tx, workspace: &str) -> Stored<Vec<String>> {
    let sql = "SELECT id FROM users WHERE workspace_id = $1 AND password_hash IS NOT NULL";
    tx.rows(sql, &[workspace.into()], |row| row.text(0)).await
}

/// How large the directory is: active users, users with a manager, active admins.
pub(crate) async fn totals(tx: &mut Tx, workspace: &str) -> Stored<(u64, u64, u64)> {
    let sql = "SELECT CAST(COALESCE(SUM(is_active), 0) AS BIGINT), CAST(COUNT(manager_id) AS BIGINT), \
               CAST(COALESCE(SUM(is_active * is_admin), 0) AS BIGINT) FROM users WHERE workspace_id = $1";
    let totals = tx
        .row(sql, &[workspace.into()], |row| {
            Ok((row.count(0)?, row.count(1)?, row.count(2)?))
        })
        .await?;
    Ok(totals.unwrap_or_default())
}

macro_rules! updates {
    ($($name:ident: $($column:expr),+;)+) => {
        $(pub(crate) static $name: Bulk =
            Bulk { verb: Verb::Update, table: "users", key: ID, set: &[$($column,)+ Column::Int("updated_at")] };)+
    };
}

updates! {
    SET_EMAIL: Column::Text("email"), Column::Text("email_key");
    SET_MEMBER_OF: Column::Text("member_of");
    SET_INTEGRATION_IDS: Column::Text("integration_ids");
    SET_FIRST_NAME: Column::Text("first_name");
    SET_LAST_NAME: Column::Text("last_name");
    SET_USERNAME: Column::Text("username"), Column::Text("username_key");
    SET_TIME_ZONE: Column::Text("time_zone");
    SET_MANAGER: Column::Text("manager_id");
    SET_IS_ACTIVE: Column::Int("is_active");
    SET_IS_MANAGER: Column::Int("is_manager");
    SET_IS_ADMIN: Column::Int("is_admin");
    SET_ROLE: Column::Text("role");
    SET_TAGS: Column::Text("tags");
    SET_ATTRIBUTES: Column::Text("attributes");
}

/// For users of whom only other tables change.
pub(crate) static TOUCH: Bulk = Bulk {
    verb: Verb::Update,
    table: "users",
    key: ID,
    set: &[Column::Int("updated_at")],
};

pub(crate) static INSERT_ALIAS: Bulk = Bulk {
    verb: Verb::Insert,
    table: "user_aliases",
    key: &[Column::Text("alias_key")],
    set: &[Column::Text("alias"), Column::Text("user_id")],
};

pub(crate) static DELETE_ALIAS: Bulk = Bulk {
    verb: Verb::Delete,
    table: "user_aliases",
    key: &[Column::Text("alias_key")],
    set: &[],
};

pub(crate) static INSERT_INTEGRATION_ID: Bulk = Bulk {
    verb: Verb::Insert,
    table: "user_integration_ids",
    key: &[Column::Text("slug"), Column::Text("value")],
    set: &[Column::Text("user_id")],
};

pub(crate) static DELETE_INTEGRATION_ID: Bulk = Bulk {
    verb: Verb::Delete,
    table: "user_integration_ids",
    key: &[Column::Text("slug"), Column::Text("value")],
    set: &[],
};
