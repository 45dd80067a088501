//! Reads the part of the directory that a body speaks of, in a few set-based queries.
//!
//! Decides nothing: it gives the core a `Directory`, and `apply` the ids behind its names.

use std::collections::HashMap;

use passmuster_core::import::Needs;
use passmuster_core::plan::Directory;
use passmuster_core::user::User;

use super::groups::{self, GroupIds, GroupNames, definitions};
use super::users::{UserRow, columns, managed, put_in_order, put_names, read_row};
use super::workspaces::Workspace;
use super::{Question, Stored, Tx, Value};

/// A body that finds more than one in this many users reads all of them in one scan, which costs less than by key.
const SCAN_SHARE: usize = 5;

/// So many of the addresses of a body tell how many of them are there; so few users are read without a look at them.
const SAMPLE: usize = 1000;

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
            if has_at_most(tx, &workspace.id, named).await? && are_mostly_known(tx, &workspace.id, needs).await? {
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

/// Whether a body of so many records names so large a share of the users that all of them are read. Of one whose records
/// may stand, most may need nobody: only where a large one comes to few users, they are read without a look at it.
pub(crate) async fn is_small_for(tx: &mut Tx, workspace: &Workspace, records: u64, may_stand: bool) -> Stored<bool> {
    let records = usize::try_from(records).unwrap_or(usize::MAX);
    let limit = match may_stand {
        true if records < SAMPLE => return Ok(false),
        true => SAMPLE,
        false => records.saturating_mul(SCAN_SHARE),
    };
    has_at_most(tx, &workspace.id, limit).await
}

/// Every user, with everything; in the order of their ids.
pub(crate) async fn all(tx: &mut Tx, workspace: &str) -> Stored<Vec<User>> {
    Ok(everybody(tx, workspace).await?.0)
}

/// Every user, and the places of those whom no integration manages.
async fn everybody(tx: &mut Tx, workspace: &str) -> Stored<(Vec<User>, Vec<usize>)> {
    let sql = concat!("SELECT ", columns!(), " FROM users u WHERE u.workspace_id = $1");
    let rows = tx.rows(sql, &[workspace.into()], read_row).await?;
    tx.catalogs.counted(workspace, rows.len());
    let known = definitions(tx, workspace).await?;
    let (mut users, unmanaged) = with_managers(rows, &known.names);
    fill(tx, workspace, &mut users, &known.names, None).await?;
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
    let known = definitions(tx, workspace).await?;
    let (mut users, _) = with_managers(rows, &known.names);
    let ids: Vec<String> = users.iter().map(|user| user.id.clone()).collect();
    fill(tx, workspace, &mut users, &known.names, Some(&ids)).await?;
    Ok(users)
}

/// So many users are counted at once, for the next ones who ask.
const COUNTED: usize = 2000;

/// Says what is quicker to read, nothing else: what it goes by may be a while ago.
async fn has_at_most(tx: &mut Tx, workspace: &str, limit: usize) -> Stored<bool> {
    if tx.catalogs.had_more_than(workspace, limit) {
        return Ok(false);
    }
    let sql = "SELECT count(*) FROM (SELECT 1 FROM users WHERE workspace_id = $1 LIMIT $2) AS part";
    let most = i64::try_from(limit.max(COUNTED)).unwrap_or(i64::MAX - 1);
    let count = tx
        .row(sql, &[workspace.into(), (most + 1).into()], |row| row.int(0))
        .await?;
    let count = count.and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
    tx.catalogs.counted(workspace, count);
    Ok(count <= limit)
}

/// Whether more than one in [`SCAN_SHARE`] of the addresses that a body names seem to be there, by a few of them: those
/// of a large body of new users would all be read for nothing, and take more memory than everything else.
async fn are_mostly_known(tx: &mut Tx, workspace: &str, needs: &Needs) -> Stored<bool> {
    let step = needs.email_keys.len() / SAMPLE + 1;
    let some: Vec<String> = needs.email_keys.iter().step_by(step).cloned().collect();
    let sql = "SELECT count(*) FROM users WHERE workspace_id = $1 AND email_key IN (SELECT value FROM keys($2))";
    let values = [workspace.into(), some.as_slice().into()];
    let found = tx.row(sql, &values, |row| row.count(0)).await?.unwrap_or_default();
    Ok(found.saturating_mul(SCAN_SHARE as u64) >= some.len() as u64)
}

/// The users that a body names, the direct reports of those it deactivates, the managers of all these all the way up,
/// and every active admin.
async fn named_users(tx: &mut Tx, workspace: &str, needs: &Needs) -> Stored<(Vec<User>, Vec<usize>)> {
    let (emails, usernames) = (
        by_keys(workspace, &needs.email_keys),
        by_keys(workspace, &needs.username_keys),
    );
    let aliases = by_keys(workspace, &needs.alias_keys);
    let named: [Question<'_>; 4] = [
        ("SELECT u.id FROM by_key($2, users u, u.email_key)", &emails),
        ("SELECT u.id FROM by_key($2, users u, u.username_key)", &usernames),
        // Those whose username is their own address.
        (
            "SELECT u.id FROM by_key($2, users u, u.email_key) WHERE u.username IS NOT NULL AND u.username_key IS NULL",
            &usernames,
        ),
        (
            "SELECT a.user_id FROM by_key($2, user_aliases a, a.alias_key)",
            &aliases,
        ),
    ];
    let named = named
        .into_iter()
        .filter(|(_, values)| !matches!(values[1], Value::Keys([])));
    let mut ids = ids_of(tx, &named.collect::<Vec<_>>()).await?;
    // How many of those who are named there are: a body of new users finds nobody in however large a directory.
    if has_at_most(tx, workspace, ids.len().saturating_mul(SCAN_SHARE)).await? {
        return everybody(tx, workspace).await;
    }
    let slugs = needs.integration_ids.iter();
    let slugs: Vec<_> = slugs
        .map(|(slug, values)| [workspace.into(), slug.into(), Value::Keys(values)])
        .collect();
    let leaving = by_keys(workspace, &needs.leaving_keys);
    let of_workspace = [workspace.into()];
    let mut others: Vec<Question<'_>> = vec![(
        "SELECT id FROM users WHERE workspace_id = $1 AND is_admin = 1 AND is_active = 1",
        &of_workspace,
    )];
    others.extend(slugs.iter().map(|values| {
        let sql = "SELECT i.user_id FROM by_key($3, user_integration_ids i, i.slug = $2 AND i.value)";
        (sql, &values[..])
    }));
    if !needs.leaving_keys.is_empty() {
        // The cross join keeps SQLite from going through everybody to look for those few as their managers.
        let sql = "SELECT r.id FROM by_key($2, users m, m.email_key) CROSS JOIN users r \
                   WHERE r.workspace_id = m.workspace_id AND r.manager_id = m.id";
        others.push((sql, &leaving));
    }
    ids.extend(ids_of(tx, &others).await?);
    ids.sort_unstable();
    ids.dedup();
    // The subquery is run by index for each user; a join might read the whole table for each step up.
    let sql = "WITH RECURSIVE up(id) AS (SELECT value FROM keys($2) UNION \
               SELECT (SELECT m.manager_id FROM users m WHERE m.workspace_id = $1 AND m.id = up.id) FROM up \
               WHERE up.id IS NOT NULL) SELECT id FROM up WHERE id IS NOT NULL";
    let ids = ids_of(tx, &[(sql, &by_keys(workspace, &ids))]).await?;
    let sql = concat!("SELECT ", columns!(), " FROM by_key($2, users u, u.id)");
    let values = by_keys(workspace, &ids);
    let (mut rows, mut related) = (Vec::with_capacity(ids.len()), Related::default());
    tx.ask(
        &[(sql, &values), (ALIASES_OF, &values), (MANAGED_BY, &values)],
        |question, row| {
            match question {
                0 => rows.push(read_row(row)?),
                1 => related.aliases.push((row.text(0)?, row.text(1)?)),
                _ => related.managed.push((row.text(0)?, row.text(1)?)),
            }
            Ok(())
        },
    )
    .await?;
    let known = definitions(tx, workspace).await?;
    let (mut users, unmanaged) = with_managers(rows, &known.names);
    related.put(&mut users, &known.names);
    Ok((users, unmanaged))
}

/// What `by_key($2, …)` goes by.
fn by_keys<'k>(workspace: &'k str, keys: &'k [String]) -> [Value<'k>; 2] {
    [workspace.into(), keys.into()]
}

/// The ids that some questions are answered with, each once, sorted.
async fn ids_of(tx: &mut Tx, questions: &[Question<'_>]) -> Stored<Vec<String>> {
    let mut ids = Vec::new();
    tx.ask(questions, |_, row| {
        ids.push(row.text(0)?);
        Ok(())
    })
    .await?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
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

const ALIASES_OF: &str = "SELECT a.user_id, a.alias FROM by_key($2, user_aliases a, a.user_id)";
const MANAGED_BY: &str = "SELECT m.user_id, m.group_id FROM by_key($2, group_managers m, m.user_id)";

/// What other tables hold of users, each with the user's id: aliases, and the ids of groups that they manage.
#[derive(Default)]
struct Related {
    aliases: Vec<(String, String)>,
    managed: Vec<(String, String)>,
}

impl Related {
    fn put(self, users: &mut [User], groups: &GroupNames) {
        let places = users.iter().enumerate();
        let places: HashMap<String, usize> = places.map(|(at, user)| (user.id.clone(), at)).collect();
        for (user, alias) in self.aliases {
            if let Some(&at) = places.get(&user) {
                users[at].aliases.push(alias);
            }
        }
        for (user, group) in self.managed {
            if let (Some(&at), Some((group_type, group))) = (places.get(&user), groups.by_id.get(&group)) {
                let manages = &mut users[at].manages;
                manages.entry(group_type.clone()).or_default().push(group.clone());
            }
        }
        users.iter_mut().for_each(put_in_order);
    }
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
    let mut values = vec![Value::from(workspace)];
    values.extend(ids.map(Value::from));
    let [aliases, managed] = match ids {
        Some(_) => [ALIASES_OF, MANAGED_BY],
        None => [
            "SELECT user_id, alias FROM user_aliases WHERE workspace_id = $1",
            "SELECT user_id, group_id FROM group_managers WHERE workspace_id = $1",
        ],
    };
    let mut related = Related::default();
    tx.ask(&[(aliases, &values), (managed, &values)], |question, row| {
        let of_kind = if question == 0 {
            &mut related.aliases
        } else {
            &mut related.managed
        };
        of_kind.push((row.text(0)?, row.text(1)?));
        Ok(())
    })
    .await?;
    related.put(users, groups);
    Ok(())
}
