//! Lists of users: found by what a filter says, counted, paged by address in both directions; and what changed them last.
//!
//! Only reads. What a page of the list costs is bounded by what it shows; a filter that finds few reads everybody once.

use std::collections::{BTreeMap, BTreeSet};

use passmuster_core::user::{User, email_key};
use passmuster_core::wire::people::{Status, Trace, UserCounts, UserFilter};

use super::catalogs::Counted;
use super::groups::{self, GroupIds};
use super::users::{UserRow, columns, complete, read_row};
use super::{Stored, Tx, Value};
use crate::clock::timestamp;

/// Which page of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    /// Behind this address's key; nothing: from the beginning.
    After(&'a str),
    /// In front of this address's key.
    Before(&'a str),
}

/// A page of users, by address.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) users: Vec<User>,
    /// Behind which the next page begins.
    pub(crate) next: Option<String>,
    /// In front of which the page before ends.
    pub(crate) previous: Option<String>,
}

/// So many users are looked through by address first, of whom a filter may find enough.
const NEAR: i64 = 20_000;

/// The users of a filter, of the table `u`: `$1` the workspace, `$2` to `$11` as [`Asked::values`] gives them.
macro_rules! meant {
    ($manager:literal) => {
        concat!(
            " FROM users u WHERE u.workspace_id = $1 AND ($2 = '%%' OR u.email_key LIKE $2 ESCAPE '!' \
             OR lower(u.first_name || ' ' || u.last_name || ' ' || u.email || ' ' || COALESCE(u.username, '')) LIKE $2 ESCAPE '!') \
             AND (CAST($3 AS BIGINT) < 0 OR u.is_active = CAST($3 AS BIGINT)) AND ",
            $manager,
            " AND (CAST($5 AS BIGINT) = 0 OR EXISTS (SELECT 1 FROM keys($6) WHERE ' ' || u.member_of || ' ' LIKE value)) \
             AND ($7 = '' OR u.id IN (SELECT m.user_id FROM group_managers m WHERE m.workspace_id = $1 AND m.group_id = $7)) \
             AND ($8 = '' OR u.id IN (SELECT a.user_id FROM audit a WHERE a.workspace_id = $1 AND a.upload_id = $8) \
             OR (u.id >= $10 AND u.id <= $11)) \
             AND (CAST($9 AS BIGINT) = 0 OR u.is_admin = 1 OR u.role IN ('FullAdmin', 'LimitedAdmin'))"
        )
    };
}
pub(super) use meant;

/// A statement for the reports of one manager, whom an index finds, or for `$4` blank, so that anybody's are meant.
macro_rules! either {
    ($name:ident, $before:expr, $anybody:literal, $after:literal) => {
        fn $name(has_manager: bool) -> &'static str {
            if has_manager {
                concat!($before, meant!("u.manager_id = $4"), $after)
            } else {
                concat!($before, meant!($anybody), $after)
            }
        }
    };
}

// On the way of the index of addresses, which ends as soon as enough are found.
either!(
    page_after,
    concat!("SELECT ", columns!()),
    "$4 = ''",
    " AND u.email_key > $12 ORDER BY u.email_key LIMIT $13"
);
either!(
    page_before,
    concat!("SELECT ", columns!()),
    "$4 = ''",
    " AND u.email_key < $12 ORDER BY u.email_key DESC LIMIT $13"
);
// The same, no further than to an address.
either!(
    near_after,
    concat!("SELECT ", columns!()),
    "$4 = ''",
    " AND u.email_key > $12 AND u.email_key <= $14 ORDER BY u.email_key LIMIT $13"
);
either!(
    near_before,
    concat!("SELECT ", columns!()),
    "$4 = ''",
    " AND u.email_key < $12 AND u.email_key >= $14 ORDER BY u.email_key DESC LIMIT $13"
);
// Everybody in the order of their ids, in which they lie, then by address: going to each of a million by the index of
// addresses takes many times as long.
either!(
    far_after,
    concat!("SELECT ", columns!()),
    "$4 = '' AND u.id > ''",
    " AND u.email_key || '' > $12 ORDER BY u.email_key || '' LIMIT $13"
);
either!(
    far_before,
    concat!("SELECT ", columns!()),
    "$4 = '' AND u.id > ''",
    " AND u.email_key || '' < $12 ORDER BY u.email_key || '' DESC LIMIT $13"
);
either!(
    counted,
    "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(u.is_active), 0) AS BIGINT)",
    "$4 = '' AND u.id > ''",
    ""
);

/// A filter with the ids behind its names; `None` where it names what is not there: it finds nobody.
pub(super) struct Asked {
    pattern: String,
    active: i64,
    pub(super) manager: String,
    /// Patterns of `member_of`; `None`: any groups, or none.
    groups: Option<Vec<String>>,
    managed_group: String,
    upload: String,
    /// The ids of the first and the last user whom the upload made, among many.
    made: (String, String),
    administers: bool,
}

impl Asked {
    pub(super) async fn find(tx: &mut Tx, workspace: &str, filter: &UserFilter) -> Stored<Option<Self>> {
        let mut asked = Self {
            pattern: pattern(&filter.search),
            active: match filter.status {
                None => -1,
                Some(Status::Deactivated) => 0,
                Some(Status::Active) => 1,
            },
            manager: String::new(),
            groups: None,
            managed_group: String::new(),
            upload: filter.upload.trim().to_owned(),
            made: Default::default(),
            administers: filter.administers,
        };
        if !asked.upload.is_empty() {
            // Users whom one upload makes have ids that count up, and nobody else's lie between them.
            let sql = "SELECT MIN(first_user_id), MAX(last_user_id) FROM audit_blocks WHERE workspace_id = $1 AND upload_id = $2";
            let values = [workspace.into(), (&asked.upload).into()];
            let made = tx.row(sql, &values, |row| Ok((row.text_or_null(0)?, row.text_or_null(1)?)));
            if let Some((Some(first), Some(last))) = made.await? {
                asked.made = (first, last);
            }
        }
        let address = filter.manager.trim();
        if !address.is_empty() {
            match id_of(tx, workspace, address).await? {
                Some(id) => asked.manager = id,
                None => return Ok(None),
            }
        }
        let mut numbers: Option<Vec<i64>> = None;
        if !filter.group.is_empty() || !filter.manages.is_empty() {
            let (_, ids) = groups::catalog(tx, workspace, false).await?;
            let of = |name: &str| (ids.number(&filter.group_type, name), managed(&ids, filter, name));
            if !filter.group.is_empty() {
                match of(&filter.group).0 {
                    Some(number) => numbers = Some(vec![number]),
                    None => return Ok(None),
                }
            }
            if !filter.manages.is_empty() {
                match of(&filter.manages).1 {
                    Some(id) => asked.managed_group = id,
                    None => return Ok(None),
                }
            }
        }
        let address = filter.group_manager.trim();
        if !address.is_empty() {
            let Some(id) = id_of(tx, workspace, address).await? else {
                return Ok(None);
            };
            let sql = "SELECT g.number FROM group_managers m JOIN groups g ON g.workspace_id = m.workspace_id \
                       AND g.id = m.group_id WHERE m.workspace_id = $1 AND m.user_id = $2";
            let managed = tx.rows(sql, &[workspace.into(), id.into()], |row| row.int(0)).await?;
            numbers = Some(match numbers {
                None => managed,
                Some(of_group) => of_group.into_iter().filter(|number| managed.contains(number)).collect(),
            });
        }
        asked.groups = numbers.map(|numbers| numbers.iter().map(|number| format!("% {number} %")).collect());
        Ok(Some(asked))
    }

    /// Whether it says nothing but that users are active: then the next ones are mostly meant.
    fn finds_most(&self) -> bool {
        let says_nothing = [&self.manager, &self.managed_group, &self.upload]
            .iter()
            .all(|text| text.is_empty());
        says_nothing && self.active != 0 && self.pattern == "%%" && self.groups.is_none() && !self.administers
    }

    pub(super) fn values<'a>(&'a self, workspace: &'a str) -> Vec<Value<'a>> {
        vec![
            workspace.into(),
            (&self.pattern).into(),
            self.active.into(),
            (&self.manager).into(),
            i64::from(self.groups.is_some()).into(),
            Value::Keys(self.groups.as_deref().unwrap_or_default()),
            (&self.managed_group).into(),
            (&self.upload).into(),
            i64::from(self.administers).into(),
            (&self.made.0).into(),
            (&self.made.1).into(),
        ]
    }
}

fn managed(ids: &GroupIds, filter: &UserFilter, name: &str) -> Option<String> {
    ids.group(&filter.group_type, name).map(str::to_owned)
}

async fn id_of(tx: &mut Tx, workspace: &str, address: &str) -> Stored<Option<String>> {
    let sql = "SELECT u.id FROM users u WHERE u.workspace_id = $1 AND u.email_key = $2";
    tx.row(sql, &[workspace.into(), email_key(address).into()], |row| row.text(0))
        .await
}

/// What `LIKE … ESCAPE '!'` finds a part by, in any case; everything for nothing.
pub(super) fn pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for character in search.trim().to_lowercase().chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// One page of the users whom a filter finds, by address.
pub(crate) async fn page(
    tx: &mut Tx,
    workspace: &str,
    filter: &UserFilter,
    place: Place<'_>,
    limit: u32,
) -> Stored<Page> {
    let Some(asked) = Asked::find(tx, workspace, filter).await? else {
        return Ok(Page::default());
    };
    let has_manager = !asked.manager.is_empty();
    let (whole, near, far, key) = match place {
        Place::After(key) => (
            page_after(has_manager),
            near_after(has_manager),
            far_after(has_manager),
            key,
        ),
        Place::Before(key) => (
            page_before(has_manager),
            near_before(has_manager),
            far_before(has_manager),
            key,
        ),
    };
    let mut values = asked.values(workspace);
    values.extend([key.into(), i64::from(limit + 1).into()]);
    let bound = if asked.finds_most() {
        None
    } else {
        bound(tx, workspace, place).await?
    };
    let mut rows = match bound {
        None => tx.rows(whole, &values, read_row).await?,
        // The reports of one manager lie together already.
        Some(_) if has_manager => tx.rows(far, &values, read_row).await?,
        Some(bound) => {
            values.push(bound.into());
            let found = tx.rows(near, &values, read_row).await?;
            values.pop();
            if found.len() > limit as usize {
                found
            } else {
                tx.rows(far, &values, read_row).await?
            }
        }
    };
    let has_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let key_of = |row: Option<&UserRow>| row.map(|row| email_key(&row.user.email));
    let (next, previous) = match place {
        Place::After(key) => (
            key_of(rows.last()).filter(|_| has_more),
            key_of(rows.first()).filter(|_| !key.is_empty()),
        ),
        Place::Before(_) => {
            rows.reverse();
            (key_of(rows.last()), key_of(rows.first()).filter(|_| has_more))
        }
    };
    Ok(Page {
        users: complete(tx, workspace, rows).await?,
        next,
        previous,
    })
}

/// The address of the user who lies [`NEAR`] users away, if there are so many.
async fn bound(tx: &mut Tx, workspace: &str, place: Place<'_>) -> Stored<Option<String>> {
    let (sql, key) = match place {
        Place::After(key) => (
            "SELECT email_key FROM users WHERE workspace_id = $1 AND email_key > $2 ORDER BY email_key LIMIT 1 OFFSET $3",
            key,
        ),
        Place::Before(key) => (
            "SELECT email_key FROM users WHERE workspace_id = $1 AND email_key < $2 ORDER BY email_key DESC LIMIT 1 OFFSET $3",
            key,
        ),
    };
    tx.row(sql, &[workspace.into(), key.into(), NEAR.into()], |row| row.text(0))
        .await
}

/// How many users a filter finds, whatever it says of their status; remembered as long as the directory stays.
pub(crate) async fn count(tx: &mut Tx, workspace: &str, filter: &UserFilter) -> Stored<UserCounts> {
    let filter = UserFilter {
        status: None,
        ..filter.clone()
    };
    let question = super::to_json(&filter)?;
    let version = groups::version(tx, workspace).await?;
    let known = version.and_then(|version| tx.catalogs.count_at(workspace, version, &question));
    if let Some(Counted::Users(counts)) = known {
        return Ok(counts);
    }
    let (all, active) = if filter == UserFilter::default() {
        // Neither reads the users themselves: an index holds all, another one the few who are deactivated.
        let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM users WHERE workspace_id = $1";
        let all = tx.row(sql, &[workspace.into()], |row| row.count(0)).await?;
        let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM users WHERE workspace_id = $1 AND is_active = 0";
        let others = tx.row(sql, &[workspace.into()], |row| row.count(0)).await?;
        let all = all.unwrap_or_default();
        (all, all.saturating_sub(others.unwrap_or_default()))
    } else {
        let Some(asked) = Asked::find(tx, workspace, &filter).await? else {
            return Ok(UserCounts::default());
        };
        let sql = counted(!asked.manager.is_empty());
        let found = tx
            .row(sql, &asked.values(workspace), |row| Ok((row.count(0)?, row.count(1)?)))
            .await?;
        found.unwrap_or_default()
    };
    let counts = UserCounts {
        active,
        deactivated: all.saturating_sub(active),
    };
    if let Some(version) = version {
        tx.catalogs
            .keep_count(workspace, version, question, Counted::Users(counts));
    }
    Ok(counts)
}

/// What changed some users (ids) last, by id.
pub(crate) async fn last_changes(tx: &mut Tx, workspace: &str, ids: &[String]) -> Stored<BTreeMap<String, Trace>> {
    let of_entries = "SELECT a.user_id, a.at, a.actor, a.via, a.upload_id, a.row_number \
                      FROM by_key($2, users u, u.id) JOIN audit a ON a.workspace_id = $1 AND a.id = ( \
                      SELECT x.id FROM audit x WHERE x.workspace_id = $1 AND x.user_id = u.id \
                      AND x.action LIKE 'user!_%' ESCAPE '!' ORDER BY x.id DESC LIMIT 1)";
    let of_blocks = "SELECT u.id, b.at, b.actor, b.via, b.upload_id, CAST(NULL AS BIGINT) \
                     FROM by_key($2, users u, u.id) JOIN audit_blocks b ON b.workspace_id = $1 AND b.first_id = ( \
                     SELECT x.first_id FROM audit_blocks x WHERE x.workspace_id = $1 AND x.first_user_id <= u.id \
                     ORDER BY x.first_user_id DESC LIMIT 1) AND b.last_user_id >= u.id";
    let values = [workspace.into(), ids.into()];
    let mut found = BTreeMap::new();
    // Whoever was made in a block and changed since is told by the entry: it comes second.
    tx.ask(&[(of_blocks, &values), (of_entries, &values)], |_, row| {
        let trace = Trace {
            at: timestamp(row.int(1)?),
            actor: row.text(2)?,
            via: row.text(3)?,
            upload_id: row.text_or_null(4)?,
            integration: None,
            row: row.int_or_null(5)?.and_then(|row| u64::try_from(row).ok()),
        };
        found.insert(row.text(0)?, trace);
        Ok(())
    })
    .await?;
    name_integrations(tx, workspace, found.values_mut()).await?;
    Ok(found)
}

/// Says through which integration the uploads of some traces came.
pub(crate) async fn name_integrations<'t>(
    tx: &mut Tx,
    workspace: &str,
    traces: impl Iterator<Item = &'t mut Trace>,
) -> Stored<()> {
    let traces: Vec<&mut Trace> = traces.collect();
    let uploads = traces.iter().filter_map(|trace| trace.upload_id.as_ref());
    let sources = sources(tx, workspace, uploads).await?;
    for trace in traces {
        let source = trace.upload_id.as_ref().and_then(|upload| sources.get(upload));
        trace.integration = source.map(|source| source.integration.clone());
    }
    Ok(())
}

/// Where an upload came from.
#[derive(Debug, Clone)]
pub(super) struct Source {
    /// The integration's id and name.
    pub(super) integration: (String, String),
    /// The request that brought it, and where that came from; not known of old ones.
    pub(super) request_id: Option<String>,
    pub(super) address: Option<String>,
}

/// Where each of some uploads came from.
pub(super) async fn sources(
    tx: &mut Tx,
    workspace: &str,
    uploads: impl Iterator<Item = &String>,
) -> Stored<BTreeMap<String, Source>> {
    let uploads: BTreeSet<&String> = uploads.collect();
    if uploads.is_empty() {
        return Ok(BTreeMap::new());
    }
    let uploads: Vec<String> = uploads.into_iter().cloned().collect();
    let sql = "SELECT p.id, i.id, i.name, p.request_id, p.address FROM by_key($2, uploads p, p.id) JOIN integrations i \
               ON i.workspace_id = p.workspace_id AND i.id = p.integration_id";
    let values = [workspace.into(), uploads.as_slice().into()];
    let sources = tx.rows(sql, &values, |row| {
        let source = Source {
            integration: (row.text(1)?, row.text(2)?),
            request_id: row.text_or_null(3)?,
            address: row.text_or_null(4)?,
        };
        Ok((row.text(0)?, source))
    });
    Ok(sources.await?.into_iter().collect())
}
