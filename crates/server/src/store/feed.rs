//! What a read feed shows: users, groups and uploads in the order of their ids, a chunk at a time, or those of some keys.
//!
//! Only reads, and what a chunk costs is bounded by its size. Which rows are meant, the feed itself decides.

use passmuster_core::user::User;
use passmuster_core::wire::integration::Upload;

use super::users::{COLUMNS, UserRow, columns, complete, read_row};
use super::{Row, Stored, Tx, Value, uploads};

/// A user with what only a feed shows.
#[derive(Debug)]
pub(crate) struct FedUser {
    pub(crate) user: User,
    pub(crate) manager_id: Option<String>,
    /// Microseconds since 1970.
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
}

/// A group with its ids.
#[derive(Debug, Clone)]
pub(crate) struct FedGroup {
    pub(crate) id: String,
    pub(crate) group_type: String,
    pub(crate) name: String,
    /// Microseconds since 1970.
    pub(crate) created_at: i64,
}

/// Where a chunk begins.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Begin<'a> {
    /// With this id, if it is there; blank: with the first.
    At(&'a str),
    /// Behind this id.
    Behind(&'a str),
}

impl<'a> Begin<'a> {
    /// An id, and one that is left out.
    fn values(self) -> [Value<'a>; 2] {
        match self {
            Self::At(id) => [id.into(), "".into()],
            Self::Behind(id) => [id.into(), id.into()],
        }
    }
}

macro_rules! users {
    ($behind:literal) => {
        concat!("SELECT ", columns!(), ", u.created_at, u.updated_at FROM ", $behind)
    };
}

/// So many users from somewhere on.
pub(crate) async fn users(tx: &mut Tx, workspace: &str, from: Begin<'_>, limit: u32) -> Stored<Vec<FedUser>> {
    let sql = users!("users u WHERE u.workspace_id = $1 AND u.id >= $2 AND u.id <> $3 ORDER BY u.id LIMIT $4");
    let [begin, without] = from.values();
    let values = [workspace.into(), begin, without, i64::from(limit).into()];
    read_users(tx, workspace, sql, &values).await
}

/// The users of some ids, as far as there are.
pub(crate) async fn users_of_ids(tx: &mut Tx, workspace: &str, ids: &[String]) -> Stored<Vec<FedUser>> {
    read_users(
        tx,
        workspace,
        users!("by_key($2, users u, u.id)"),
        &[workspace.into(), ids.into()],
    )
    .await
}

/// The users of some addresses' keys, as far as there are.
pub(crate) async fn users_of_emails(tx: &mut Tx, workspace: &str, keys: &[String]) -> Stored<Vec<FedUser>> {
    let sql = users!("by_key($2, users u, u.email_key)");
    read_users(tx, workspace, sql, &[workspace.into(), keys.into()]).await
}

/// The users whose direct manager has one of some ids.
pub(crate) async fn reports_of(tx: &mut Tx, workspace: &str, managers: &[String]) -> Stored<Vec<FedUser>> {
    let sql = users!("by_key($2, users u, u.manager_id)");
    read_users(tx, workspace, sql, &[workspace.into(), managers.into()]).await
}

/// The members of some groups, by the groups' numbers: few, for each user is held against each of them.
pub(crate) async fn members_of(tx: &mut Tx, workspace: &str, numbers: &[i64]) -> Stored<Vec<FedUser>> {
    let sql = users!(
        "users u WHERE u.workspace_id = $1 AND EXISTS (SELECT 1 FROM keys($2) WHERE ' ' || u.member_of || ' ' LIKE value)"
    );
    let patterns: Vec<String> = numbers.iter().map(|number| format!("% {number} %")).collect();
    read_users(tx, workspace, sql, &[workspace.into(), patterns.as_slice().into()]).await
}

/// The ids of those who manage some groups, each with the group's id.
pub(crate) async fn managers_of(tx: &mut Tx, workspace: &str, groups: &[String]) -> Stored<Vec<(String, String)>> {
    let sql = "SELECT m.group_id, m.user_id FROM group_managers m WHERE m.workspace_id = $1 \
               AND m.group_id IN (SELECT value FROM keys($2))";
    let values = [workspace.into(), groups.into()];
    tx.rows(sql, &values, |row| Ok((row.text(0)?, row.text(1)?))).await
}

async fn read_users(tx: &mut Tx, workspace: &str, sql: &'static str, values: &[Value<'_>]) -> Stored<Vec<FedUser>> {
    let rows = tx.rows(sql, values, |row| {
        Ok((read_row(row)?, row.int(COLUMNS)?, row.int(COLUMNS + 1)?))
    });
    let (mut users, mut others): (Vec<UserRow>, Vec<_>) = (Vec::new(), Vec::new());
    for (row, created_at, updated_at) in rows.await? {
        others.push((row.manager_id.clone(), created_at, updated_at));
        users.push(row);
    }
    let users = complete(tx, workspace, users).await?;
    let fed = users.into_iter().zip(others);
    let fed = fed.map(|(user, (manager_id, created_at, updated_at))| FedUser {
        user,
        manager_id,
        created_at,
        updated_at,
    });
    Ok(fed.collect())
}

/// How many users there are.
pub(crate) async fn count_users(tx: &mut Tx, workspace: &str) -> Stored<u64> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM users WHERE workspace_id = $1";
    let count = tx.row(sql, &[workspace.into()], |row| row.count(0)).await?;
    Ok(count.unwrap_or_default())
}

macro_rules! groups {
    ($from:literal) => {
        concat!(
            "SELECT g.id, t.name, g.name, g.created_at FROM ",
            $from,
            "JOIN group_types t ON t.workspace_id = g.workspace_id AND t.id = g.group_type_id "
        )
    };
}

fn read_group(row: &Row<'_>) -> Stored<FedGroup> {
    Ok(FedGroup {
        id: row.text(0)?,
        group_type: row.text(1)?,
        name: row.text(2)?,
        created_at: row.int(3)?,
    })
}

/// So many groups from somewhere on; those of one group type, unless that is `""`.
pub(crate) async fn groups(
    tx: &mut Tx,
    workspace: &str,
    group_type: &str,
    from: Begin<'_>,
    limit: u32,
) -> Stored<Vec<FedGroup>> {
    let sql = concat!(
        groups!("groups g "),
        "WHERE g.workspace_id = $1 AND g.id >= $2 AND g.id <> $3 AND ($5 = '' OR t.name = $5) ORDER BY g.id LIMIT $4"
    );
    let [begin, without] = from.values();
    let values = [
        workspace.into(),
        begin,
        without,
        i64::from(limit).into(),
        group_type.into(),
    ];
    tx.rows(sql, &values, read_group).await
}

/// The groups of some ids, as far as there are.
pub(crate) async fn groups_of_ids(tx: &mut Tx, workspace: &str, ids: &[String]) -> Stored<Vec<FedGroup>> {
    let sql = groups!("by_key($2, groups g, g.id) ");
    tx.rows(sql, &[workspace.into(), ids.into()], read_group).await
}

/// So many uploads from somewhere on, of all integrations; the oldest first.
pub(crate) async fn uploads(tx: &mut Tx, workspace: &str, from: Begin<'_>, limit: u32) -> Stored<Vec<Upload>> {
    let [begin, without] = from.values();
    let values = [workspace.into(), begin, without, i64::from(limit).into()];
    uploads::in_order(tx, &values).await
}

/// The uploads of some ids, as far as there are.
pub(crate) async fn uploads_of_ids(tx: &mut Tx, workspace: &str, ids: &[String]) -> Stored<Vec<Upload>> {
    uploads::of_ids(tx, &[workspace.into(), ids.into()]).await
}
