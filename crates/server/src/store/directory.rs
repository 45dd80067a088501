//! Reads the part of the directory that a body speaks of, in a few set-based queries.
//!
//! Decides nothing: it gives the core a `Directory`, and `apply` the ids behind its names.

use std::collections::HashMap;

use passmuster_core::import::Needs;
use passmuster_core::plan::Directory;
use passmuster_core::user::User;

use super::groups::{self, GroupIds, GroupNames};
use super::users::{UserRow, columns, managed, put_names, read_row};
use super::workspaces::Workspace;
use super::{Stored, Tx, Value};

/// A body that finds more than one in this many users reads all of them in one scan, which costs less than by key.
const SCAN_SHARE: usize = 5;

/// What was read.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) directory: Directory,
    pub(crate) group_ids: GroupIds,
    /// Places in `directory.users` of those whom no integration manages.
    pub(crate) unmanaged: Vec<usize>,
}

/// Whom to read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// Those whom a body names.
    Named(&'a Needs),
    /// Everybody, for a full snapshot of an integration.
    Snapshot {
        /// The integration's id.
        integration: &'a str,
    },
    /// The members and managers of a group.
    Group {
        /// Its group type.
        group_type: &'a str,
        /// Its name.
        name: &'a str,
    },
    /// Everybody.
    All,
}

/// Reads a directory for deciding.
pub(crate) async fn known(tx: &mut Tx, workspace: &Workspace, wanted: Wanted<'_>) -> Stored<Known> {
    let (catalog, group_ids) = groups::catalog(tx, &workspace.id, workspace.salesforce).await?;
    let (users, unmanaged) = match wanted {
        Wanted::Named(needs) => {
            let named = needs.email_keys.len().max(needs.username_keys.len());
            if has_at_most(tx, &workspace.id, named).await? {
                everybody(tx, &workspace.id).await?
            } else {
                named_users(tx, &workspace.id, needs).await?
            }
        }
        Wanted::Group { group_type, name } => {
            let group = group_ids
                .group(group_type, name)
                .zip(group_ids.number(group_type, name));
            match group {
                Some(group) => (in_group(tx, &workspace.id, group).await?, Vec::new()),
                None => Default::default(),
            }
        }
        Wanted::Snapshot { .. } | Wanted::All => everybody(tx, &workspace.id).await?,
    };
    let snapshot = match wanted {
        Wanted::Snapshot { integration } => Some(managed(tx, &workspace.id, integration).await?),
        Wanted::Named(_) | Wanted::Group { .. } | Wanted::All => None,
    };
    let directory = Directory {
        salesforce: workspace.salesforce,
        group_types: catalog.group_types,
        integration_ids: catalog.integration_ids,
        attributes: catalog.attributes,
        snapshot,
        users,
    };
    Ok(Known {
        directory,
        group_ids,
        unmanaged,
    })
}

/// Whether a body of so many records names so large a share of the users that all of them are read.
pub(crate) async fn is_small_for(tx: &mut Tx, workspace: &Workspace, records: u64) -> Stored<bool> {
    let records = usize::try_from(records).unwrap_or(usize::MAX);
    has_at_most(tx, &workspace.id, records.saturating_mul(SCAN_SHARE)).await
}

/// Every user, with everything; in the order of their ids.
pub(crate) async fn all(tx: &mut Tx, workspace: &str) -> Stored<Vec<User>> {
    Ok(everybody(tx, workspace).await?.0)
}

/// Every user, and the places of those whom no integration manages.
async fn everybody(tx: &mut Tx, workspace: &str) -> Stored<(Vec<User>, Vec<usize>)> {
    let sql = concat!("SELECT ", columns!(), " FROM users u WHERE u.workspace_id = $1");
    let rows = tx.rows(sql, &[workspace.into()], read_row).await?;
    let groups = groups::names(tx, workspace).await?;
    let (mut users, unmanaged) = with_managers(rows, &groups);
    fill(tx, workspace, &mut users, &groups, None).await?;
    Ok((users, unmanaged))
}

/// The members and managers of a group; of their managers, only those among them are named.
async fn in_group(tx: &mut Tx, workspace: &str, (group_id, number): (&str, i64)) -> Stored<Vec<User>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM users u WHERE u.workspace_id = $1 AND (' ' || u.member_of || ' ' LIKE $3 OR u.id IN ( \
         SELECT g.user_id FROM group_managers g WHERE g.workspace_id = $1 AND g.group_id = $2))"
    );
    let like = format!("% {number} %");
    let rows = tx
        .rows(sql, &[workspace.into(), group_id.into(), like.into()], read_row)
        .await?;
    let groups = groups::names(tx, workspace).await?;
    let (mut users, _) = with_managers(rows, &groups);
    let ids: Vec<String> = users.iter().map(|user| user.id.clone()).collect();
    fill(tx, workspace, &mut users, &groups, Some(&ids)).await?;
    Ok(users)
}

async fn has_at_most(tx: &mut Tx, workspace: &str, limit: usize) -> Stored<bool> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM users WHERE workspace_id = $1 LIMIT $2) AS part";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX - 1);
    let count = tx
        .row(sql, &[workspace.into(), (limit + 1).into()], |row| row.int(0))
        .await?;
    Ok(count.is_none_or(|count| count <= limit))
}

/// The users that a body names, the direct reports of those it deactivates, the managers of all these all the way up,
/// and every active admin.
async fn named_users(tx: &mut Tx, workspace: &str, needs: &Needs) -> Stored<(Vec<User>, Vec<usize>)> {
    let mut ids = Vec::new();
    for (sql, keys) in [
        (
            "SELECT id FROM users WHERE workspace_id = $1 AND email_key IN (SELECT value FROM keys($2))",
            &needs.email_keys,
        ),
        (
            "SELECT id FROM users WHERE workspace_id = $1 AND username_key IN (SELECT value FROM keys($2))",
            &needs.username_keys,
        ),
        // Those whose username is their own address.
        (
            "SELECT id FROM users WHERE workspace_id = $1 AND username IS NOT NULL AND username_key IS NULL \
             AND email_key IN (SELECT value FROM keys($2))",
            &needs.username_keys,
        ),
        (
            "SELECT user_id FROM user_aliases WHERE workspace_id = $1 AND alias_key IN (SELECT value FROM keys($2))",
            &needs.alias_keys,
        ),
    ] {
        if !keys.is_empty() {
            ids.extend(
                tx.rows(sql, &[workspace.into(), keys.as_slice().into()], |row| row.text(0))
                    .await?,
            );
        }
    }
    // How many of those who are named there are: a body of new users finds nobody in however large a directory.
    ids.sort_unstable();
    ids.dedup();
    if has_at_most(tx, workspace, ids.len().saturating_mul(SCAN_SHARE)).await? {
        return everybody(tx, workspace).await;
    }
    let sql = "SELECT user_id FROM user_integration_ids WHERE workspace_id = $1 AND slug = $2 \
               AND value IN (SELECT value FROM keys($3))";
    for (slug, values) in &needs.integration_ids {
        let values = [workspace.into(), slug.into(), values.as_slice().into()];
        ids.extend(tx.rows(sql, &values, |row| row.text(0)).await?);
    }
    if !needs.leaving_keys.is_empty() {
        // The cross join keeps SQLite from going through everybody to look for those few as their managers.
        let sql = "SELECT r.id FROM users m CROSS JOIN users r \
                   WHERE r.workspace_id = m.workspace_id AND r.manager_id = m.id \
                   AND m.workspace_id = $1 AND m.email_key IN (SELECT value FROM keys($2))";
        let values = [workspace.into(), needs.leaving_keys.as_slice().into()];
        ids.extend(tx.rows(sql, &values, |row| row.text(0)).await?);
    }
    let sql = "SELECT id FROM users WHERE workspace_id = $1 AND is_admin = 1 AND is_active = 1";
    ids.extend(tx.rows(sql, &[workspace.into()], |row| row.text(0)).await?);
    ids.sort_unstable();
    ids.dedup();
    // The subquery is run by index for each user; a join might read the whole table for each step up.
    let sql = "WITH RECURSIVE up(id) AS (SELECT value FROM keys($2) UNION \
               SELECT (SELECT m.manager_id FROM users m WHERE m.workspace_id = $1 AND m.id = up.id) FROM up \
               WHERE up.id IS NOT NULL) SELECT id FROM up WHERE id IS NOT NULL";
    let mut ids = tx
        .rows(sql, &[workspace.into(), ids.as_slice().into()], |row| row.text(0))
        .await?;
    ids.sort_unstable();
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM users u WHERE u.workspace_id = $1 AND u.id IN (SELECT value FROM keys($2))"
    );
    let rows = tx
        .rows(sql, &[workspace.into(), ids.as_slice().into()], read_row)
        .await?;
    let groups = groups::names(tx, workspace).await?;
    let (mut users, unmanaged) = with_managers(rows, &groups);
    let ids: Vec<String> = users.iter().map(|user| user.id.clone()).collect();
    fill(tx, workspace, &mut users, &groups, Some(&ids)).await?;
    Ok((users, unmanaged))
}

/// For rows among which all managers are.
fn with_managers(mut rows: Vec<UserRow>, groups: &GroupNames) -> (Vec<User>, Vec<usize>) {
    rows.sort_unstable_by(|a, b| a.user.id.cmp(&b.user.id));
    let unmanaged = rows.iter().enumerate().filter(|(_, row)| !row.is_managed);
    let unmanaged = unmanaged.map(|(at, _)| at).collect();
    let managers = rows.iter().filter_map(|row| row.manager_id.as_ref());
    let emails: HashMap<String, String> = managers
        .filter_map(|id| {
            let at = rows.binary_search_by(|row| row.user.id.cmp(id)).ok()?;
            Some((id.clone(), rows[at].user.email.clone()))
        })
        .collect();
    (put_names(rows, &emails, groups), unmanaged)
}

/// Reads what other tables hold of some users (`ids`), or of all: aliases and the groups that they manage.
pub(super) async fn fill(
    tx: &mut Tx,
    workspace: &str,
    users: &mut [User],
    groups: &GroupNames,
    ids: Option<&[String]>,
) -> Stored<()> {
    if users.is_empty() {
        return Ok(());
    }
    let places: HashMap<String, usize> = users
        .iter()
        .enumerate()
        .map(|(at, user)| (user.id.clone(), at))
        .collect();
    let mut values = vec![Value::from(workspace)];
    values.extend(ids.map(Value::from));
    let pick = |all: &'static str, some: &'static str| if ids.is_some() { some } else { all };

    let sql = pick(
        "SELECT user_id, alias FROM user_aliases WHERE workspace_id = $1",
        "SELECT user_id, alias FROM user_aliases WHERE workspace_id = $1 AND user_id IN (SELECT value FROM keys($2))",
    );
    for (user, alias) in tx.rows(sql, &values, |row| Ok((row.text(0)?, row.text(1)?))).await? {
        if let Some(&at) = places.get(&user) {
            users[at].aliases.push(alias);
        }
    }
    let sql = pick(
        "SELECT user_id, group_id FROM group_managers WHERE workspace_id = $1",
        "SELECT user_id, group_id FROM group_managers WHERE workspace_id = $1 \
         AND user_id IN (SELECT value FROM keys($2))",
    );
    for (user, group) in tx.rows(sql, &values, |row| Ok((row.text(0)?, row.text(1)?))).await? {
        if let (Some(&at), Some((group_type, group))) = (places.get(&user), groups.by_id.get(&group)) {
            users[at]
                .manages
                .entry(group_type.clone())
                .or_default()
                .push(group.clone());
        }
    }
    for user in users {
        user.aliases.sort_unstable();
        user.manages.values_mut().for_each(|groups| groups.sort_unstable());
    }
    Ok(())
}
