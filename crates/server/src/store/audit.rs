//! The audit: who changed what, when, through what. Written once, never changed.

use std::collections::HashMap;

use passmuster_core::plan::{Change, ChangeKind, NewGroup};
use passmuster_core::wire::audit::{AuditEntry, FieldEdit};

use super::audit_blocks::{self, Entry as Unpacked, Kept};
use super::bulk::{Bulk, Column, Verb};
use super::{Row, StoreError, Stored, Tx, Value, listing, to_json};
use crate::clock::{first_id_at, timestamp};

/// One entry for each user that a body changed.
pub(crate) static INSERT: Bulk = Bulk {
    verb: Verb::Insert,
    table: "audit",
    key: &[Column::Text("id")],
    set: &[
        Column::Int("at"),
        Column::Text("actor"),
        Column::Text("via"),
        Column::Text("upload_id"),
        Column::Text("action"),
        Column::Text("target"),
        Column::Text("edits"),
        Column::Text("user_id"),
        Column::Int("row_number"),
    ],
};

/// The word for what happened to a user.
pub(crate) fn action(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Created => "user_created",
        ChangeKind::Updated => "user_updated",
        ChangeKind::Deactivated => "user_deactivated",
        ChangeKind::Reactivated => "user_reactivated",
        ChangeKind::Removed => "user_removed",
    }
}

fn kind_of(action: &str) -> Option<ChangeKind> {
    ChangeKind::ALL.into_iter().find(|kind| self::action(*kind) == action)
}

/// What an upload changed, user by user, in the order in which it was applied: at most `limit` entries behind `after`
/// (an entry's id), each with its own.
///
/// `range` holds the ids of the upload's first and last entry, so that no index by upload is needed.
pub(crate) async fn changes(
    tx: &mut Tx,
    workspace: &str,
    upload: &str,
    range: &(String, String),
    after: &str,
    limit: i64,
) -> Stored<Vec<(String, Change)>> {
    let sql = "SELECT id, action, target, edits, user_id, row_number FROM audit WHERE workspace_id = $1 \
               AND id >= $2 AND id <= $3 AND id > $4 AND upload_id = $5 AND edits IS NOT NULL \
               AND action <> 'group_created' ORDER BY id LIMIT $6";
    let values = [
        workspace.into(),
        (&range.0).into(),
        (&range.1).into(),
        after.into(),
        upload.into(),
        limit.into(),
    ];
    let found = tx.rows(sql, &values, |row| {
        let action = row.text(1)?;
        let kind = kind_of(&action).ok_or_else(|| StoreError::Unexpected(format!("the action {action:?}")))?;
        let change = Change {
            row: row.int_or_null(5)?.and_then(|number| u64::try_from(number).ok()),
            email: row.text(2)?,
            kind,
            edits: row.json(3)?,
            user_id: row.text_or_null(4)?,
        };
        Ok((row.text(0)?, change))
    });
    let mut found = found.await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut behind = String::new();
    let mut count = 0;
    while count < wanted {
        let sql = audit_blocks::select!(
            "AND first_id >= $2 AND first_id <= $3 AND last_id > $4 AND upload_id = $5 AND first_id > $6 \
             ORDER BY first_id LIMIT $7"
        );
        let values = [
            workspace.into(),
            (&range.0).into(),
            (&range.1).into(),
            after.into(),
            upload.into(),
            (&behind).into(),
            BLOCKS.into(),
        ];
        let blocks = tx.rows(sql, &values, audit_blocks::read).await?;
        let Some(last) = blocks.last() else { break };
        behind.clone_from(&last.first_id);
        for block in &blocks {
            let entries = block
                .entries(|_| true)?
                .into_iter()
                .filter(|entry| entry.id.as_str() > after);
            let before = found.len();
            found.extend(entries.map(|entry| (entry.id, entry.change)));
            count += found.len() - before;
        }
    }
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found.truncate(wanted);
    Ok(found)
}

/// What happened to the users of some records of an upload, by record.
pub(crate) async fn kinds_by_row(
    tx: &mut Tx,
    workspace: &str,
    upload: &str,
    range: &(String, String),
    (first, last): (u64, u64),
) -> Stored<HashMap<u64, ChangeKind>> {
    let sql = "SELECT row_number, action FROM audit WHERE workspace_id = $1 AND id >= $2 AND id <= $3 \
               AND upload_id = $4 AND row_number >= $5 AND row_number <= $6";
    let values = [
        workspace.into(),
        (&range.0).into(),
        (&range.1).into(),
        upload.into(),
        first.into(),
        last.into(),
    ];
    let found = tx
        .rows(sql, &values, |row| Ok((row.count(0)?, kind_of(&row.text(1)?))))
        .await?;
    let mut kinds: HashMap<u64, ChangeKind> = found.into_iter().filter_map(|(row, kind)| Some((row, kind?))).collect();
    let sql = audit_blocks::select!(
        "AND first_id >= $2 AND first_id <= $3 AND upload_id = $4 AND last_row >= $5 AND first_row <= $6"
    );
    for block in tx.rows(sql, &values, audit_blocks::read).await? {
        let entries = block.entries(|_| true)?;
        kinds.extend(
            entries
                .into_iter()
                .filter_map(|entry| Some((entry.change.row?, entry.change.kind))),
        );
    }
    Ok(kinds)
}

/// The groups that an upload created.
pub(crate) async fn groups_created(
    tx: &mut Tx,
    workspace: &str,
    upload: &str,
    range: &(String, String),
) -> Stored<Vec<NewGroup>> {
    let sql = "SELECT edits FROM audit WHERE workspace_id = $1 AND id >= $2 AND id <= $3 AND upload_id = $4 \
               AND action = 'group_created' AND edits IS NOT NULL ORDER BY id";
    let values = [workspace.into(), (&range.0).into(), (&range.1).into(), upload.into()];
    tx.rows(sql, &values, |row| row.json(0)).await
}

/// An entry for something other than what a plan does to a user.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) id: &'a str,
    /// Microseconds since 1970.
    pub(crate) at: i64,
    pub(crate) actor: &'a str,
    pub(crate) via: &'a str,
    pub(crate) action: &'a str,
    pub(crate) target: &'a str,
    pub(crate) user_id: Option<&'a str>,
    pub(crate) upload_id: Option<&'a str>,
    pub(crate) request_id: Option<&'a str>,
    pub(crate) address: Option<&'a str>,
    /// Before and after; may be empty.
    pub(crate) edits: &'a [FieldEdit],
}

pub(crate) async fn record(tx: &mut Tx, workspace: &str, entry: &Entry<'_>) -> Stored<()> {
    let sql = "INSERT INTO audit (workspace_id, id, at, actor, via, action, target, user_id, upload_id, edits, request_id, \
               address) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let edits = match entry.edits {
        [] => None,
        edits => Some(to_json(&edits)?),
    };
    let values = [
        workspace.into(),
        entry.id.into(),
        entry.at.into(),
        entry.actor.into(),
        entry.via.into(),
        entry.action.into(),
        entry.target.into(),
        entry.user_id.into(),
        entry.upload_id.into(),
        edits.into(),
        entry.request_id.into(),
        entry.address.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}

/// Says of the entries between two ids, which no upload made, through which request they came and from where.
pub(crate) async fn note_request(
    tx: &mut Tx,
    workspace: &str,
    (first, last): &(String, String),
    (request_id, address): (&str, &str),
) -> Stored<()> {
    let sql = "UPDATE audit SET request_id = $4, address = $5 WHERE workspace_id = $1 AND id >= $2 AND id <= $3";
    let values = [
        workspace.into(),
        first.into(),
        last.into(),
        request_id.into(),
        address.into(),
    ];
    tx.put(sql, &values).await
}

/// Which entries are asked for.
#[derive(Debug, Default)]
pub(crate) struct Asked<'a> {
    /// The last entry of the page before.
    pub(crate) cursor: Option<&'a str>,
    pub(crate) actor: Option<&'a str>,
    pub(crate) action: Option<&'a str>,
    /// In any case.
    pub(crate) target: Option<&'a str>,
    pub(crate) user_id: Option<&'a str>,
    pub(crate) upload_id: Option<&'a str>,
    /// Microseconds since 1970, included.
    pub(crate) since: Option<i64>,
    /// Microseconds since 1970, not included.
    pub(crate) until: Option<i64>,
    pub(crate) limit: u32,
}

/// Ids tell the time of their entries about this well, in microseconds.
const ID_SLACK: i64 = 60 * 1_000_000;

macro_rules! list {
    ($more:literal) => {
        concat!(
            "SELECT id, at, actor, via, action, target, user_id, upload_id, row_number, edits, request_id, address FROM audit \
             WHERE workspace_id = $1 AND id < $2 AND id >= $3 AND at >= $4 AND at < $5 AND ($6 = '' OR actor = $6) \
             AND ($7 = '' OR action = $7) AND ($8 = '' OR lower(target) = lower($8))",
            $more,
            " ORDER BY id DESC LIMIT $9"
        )
    };
}

/// How many entries of rows are asked for, none of which is counted beyond `$9`.
macro_rules! count {
    ($more:literal) => {
        concat!(
            "SELECT CAST(COUNT(*) AS BIGINT) FROM (SELECT id FROM audit \
             WHERE workspace_id = $1 AND id < $2 AND id >= $3 AND at >= $4 AND at < $5 AND ($6 = '' OR actor = $6) \
             AND ($7 = '' OR action = $7) AND ($8 = '' OR lower(target) = lower($8))",
            $more,
            " LIMIT $9) AS found"
        )
    };
}

/// The statement for what is asked for, of [`list!`] or [`count!`].
macro_rules! of {
    ($statement:ident, $asked:expr) => {
        match ($asked.user_id, $asked.upload_id) {
            (None, None) => $statement!(""),
            (Some(_), None) => $statement!(" AND user_id = $10"),
            (None, Some(_)) => $statement!(" AND upload_id = $10"),
            (Some(_), Some(_)) => $statement!(" AND user_id = $10 AND upload_id = $11"),
        }
    };
}

/// Blocks that are unpacked at a time.
const BLOCKS: i64 = 4;

/// Gives the newest entries of blocks that are asked for, at most `wanted`, to `take`.
async fn unpacked(
    tx: &mut Tx,
    workspace: &str,
    asked: &Asked<'_>,
    (first, before): (&str, &str),
    wanted: usize,
    mut take: impl FnMut(&Kept, Unpacked) -> Stored<()>,
) -> Stored<()> {
    let target = asked.target.map(str::to_lowercase);
    let is_wanted = |email: &str| target.as_ref().is_none_or(|target| *target == email.to_lowercase());
    let mut taken = 0;
    if let Some(user) = asked.user_id {
        let sql =
            audit_blocks::select!("AND first_user_id <= $2 AND last_user_id >= $2 ORDER BY first_user_id DESC LIMIT 1");
        let block = tx
            .row(sql, &[workspace.into(), user.into()], audit_blocks::read)
            .await?;
        let Some(block) = block.filter(|block| block.is_asked_for(asked)) else {
            return Ok(());
        };
        let entry = block.entry_of(user)?.filter(|entry| is_wanted(&entry.change.email));
        let entry = entry.filter(|entry| entry.id.as_str() < before && entry.id.as_str() >= first);
        return entry.map_or(Ok(()), |entry| take(&block, entry));
    }
    let mut below = before.to_owned();
    while taken < wanted {
        let mut values = vec![
            workspace.into(),
            (&below).into(),
            first.into(),
            asked.since.unwrap_or(i64::MIN).into(),
            asked.until.unwrap_or(i64::MAX).into(),
            asked.actor.unwrap_or_default().into(),
            asked.action.unwrap_or_default().into(),
            BLOCKS.into(),
        ];
        values.extend(asked.upload_id.map(Value::from));
        let sql = if asked.upload_id.is_some() {
            audit_blocks::select!(
                "AND first_id < $2 AND last_id >= $3 AND at >= $4 AND at < $5 AND ($6 = '' OR actor = $6) \
                 AND ($7 = '' OR action = $7) AND upload_id = $9 ORDER BY first_id DESC LIMIT $8"
            )
        } else {
            audit_blocks::select!(
                "AND first_id < $2 AND last_id >= $3 AND at >= $4 AND at < $5 AND ($6 = '' OR actor = $6) \
                 AND ($7 = '' OR action = $7) ORDER BY first_id DESC LIMIT $8"
            )
        };
        let blocks = tx.rows(sql, &values, audit_blocks::read).await?;
        let Some(last) = blocks.last() else { break };
        below.clone_from(&last.first_id);
        for block in &blocks {
            for entry in block.entries(is_wanted)?.into_iter().rev() {
                if entry.id.as_str() < before && entry.id.as_str() >= first && taken < wanted {
                    taken += 1;
                    take(block, entry)?;
                }
            }
        }
    }
    Ok(())
}

impl Kept {
    fn is_asked_for(&self, asked: &Asked<'_>) -> bool {
        asked.actor.is_none_or(|actor| actor == self.actor)
            && asked.action.is_none_or(|action| action == self.action)
            && asked
                .upload_id
                .is_none_or(|upload| Some(upload) == self.upload_id.as_deref())
            && asked.since.is_none_or(|since| self.at >= since)
            && asked.until.is_none_or(|until| self.at < until)
    }

    fn tell(&self, entry: Unpacked) -> Stored<AuditEntry> {
        let edits = serde_json::to_value(&entry.change.edits);
        let edits = edits.map_err(|error| StoreError::Unexpected(error.to_string()))?;
        Ok(AuditEntry {
            id: entry.id,
            at: timestamp(self.at),
            actor: self.actor.clone(),
            via: self.via.clone(),
            action: self.action.clone(),
            target: entry.change.email,
            user_id: entry.change.user_id,
            upload_id: self.upload_id.clone(),
            integration: None,
            row: entry.change.row,
            request_id: None,
            address: None,
            edits: edits_of(Some(edits)),
        })
    }
}

/// One page, newest first, and where the next one begins.
pub(crate) async fn list(tx: &mut Tx, workspace: &str, asked: &Asked<'_>) -> Stored<(Vec<AuditEntry>, Option<String>)> {
    let wanted = asked.limit as usize + 1;
    let (first, before) = span(asked);
    let values = values(workspace, asked, (&first, &before), wanted);
    let mut entries = tx.rows(of!(list, asked), &values, read).await?;
    let take = |block: &Kept, entry| {
        entries.push(block.tell(entry)?);
        Ok(())
    };
    unpacked(tx, workspace, asked, (&first, &before), wanted, take).await?;
    entries.sort_by(|a, b| b.id.cmp(&a.id));
    let next = if entries.len() > asked.limit as usize {
        entries.truncate(asked.limit as usize);
        entries.last().map(|entry| entry.id.clone())
    } else {
        None
    };
    let sources = listing::sources(
        tx,
        workspace,
        entries.iter().filter_map(|entry| entry.upload_id.as_ref()),
    )
    .await?;
    for entry in &mut entries {
        let source = entry.upload_id.as_ref().and_then(|upload| sources.get(upload)).cloned();
        if let Some(source) = source {
            entry.integration = Some(source.integration);
            // What somebody does to an upload later has a request of its own.
            entry.request_id = entry.request_id.take().or(source.request_id);
            entry.address = entry.address.take().or(source.address);
        }
    }
    Ok((entries, next))
}

/// How many entries are asked for, counted no further than to one more than `most`.
pub(crate) async fn count(tx: &mut Tx, workspace: &str, asked: &Asked<'_>, most: usize) -> Stored<usize> {
    let (first, before) = span(asked);
    let wanted = most + 1;
    let values = values(workspace, asked, (&first, &before), wanted);
    let found = tx.row(of!(count, asked), &values, |row| row.count(0)).await?;
    let mut found = found.and_then(|found| usize::try_from(found).ok()).unwrap_or_default();
    if found <= most {
        let left = wanted - found;
        unpacked(tx, workspace, asked, (&first, &before), left, |_, _| {
            found += 1;
            Ok(())
        })
        .await?;
    }
    Ok(found)
}

/// The ids between which the entries that are asked for lie: the first one, and the one that they end in front of.
fn span(asked: &Asked<'_>) -> (String, String) {
    let first = asked
        .since
        .map(|at| first_id_at(at.saturating_sub(ID_SLACK)))
        .unwrap_or_default();
    // Beyond every UUID.
    let mut before = "g".to_owned();
    if let Some(at) = asked.until {
        before = first_id_at(at.saturating_add(ID_SLACK));
    }
    if let Some(cursor) = asked.cursor.filter(|cursor| *cursor < before.as_str()) {
        before = cursor.to_owned();
    }
    (first, before)
}

fn values<'a>(
    workspace: &'a str,
    asked: &Asked<'a>,
    (first, before): (&'a str, &'a str),
    wanted: usize,
) -> Vec<Value<'a>> {
    let mut values = vec![
        workspace.into(),
        before.into(),
        first.into(),
        asked.since.unwrap_or(i64::MIN).into(),
        asked.until.unwrap_or(i64::MAX).into(),
        asked.actor.unwrap_or_default().into(),
        asked.action.unwrap_or_default().into(),
        asked.target.unwrap_or_default().into(),
        (wanted as u64).into(),
    ];
    values.extend(asked.user_id.map(Value::from));
    values.extend(asked.upload_id.map(Value::from));
    values
}

fn read(row: &Row<'_>) -> Stored<AuditEntry> {
    Ok(AuditEntry {
        id: row.text(0)?,
        at: timestamp(row.int(1)?),
        actor: row.text(2)?,
        via: row.text(3)?,
        action: row.text(4)?,
        target: row.text(5)?,
        user_id: row.text_or_null(6)?,
        upload_id: row.text_or_null(7)?,
        integration: None,
        row: row.int_or_null(8)?.and_then(|row| u64::try_from(row).ok()),
        request_id: row.text_or_null(10)?,
        address: row.text_or_null(11)?,
        edits: edits_of(row.text_or_null(9)?.map(|_| row.json(9)).transpose()?),
    })
}

/// Before and after; a new group is kept as what it is.
fn edits_of(document: Option<serde_json::Value>) -> Vec<FieldEdit> {
    match document {
        None => Vec::new(),
        Some(list @ serde_json::Value::Array(_)) => serde_json::from_value(list).unwrap_or_default(),
        Some(other) => vec![FieldEdit::new("group", serde_json::Value::Null, other)],
    }
}
