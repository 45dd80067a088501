//! The audit: who changed what, when, through what. Written once, never changed.

use std::collections::HashMap;

use passmuster_core::plan::{Change, ChangeKind, NewGroup};

use super::bulk::{Bulk, Column, Verb};
use super::{StoreError, Stored, Tx};

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
    let kinds = [
        ChangeKind::Created,
        ChangeKind::Updated,
        ChangeKind::Deactivated,
        ChangeKind::Reactivated,
        ChangeKind::Removed,
    ];
    kinds.into_iter().find(|kind| self::action(*kind) == action)
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
    tx.rows(sql, &values, |row| {
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
    })
    .await
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
    Ok(found.into_iter().filter_map(|(row, kind)| Some((row, kind?))).collect())
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

/// An entry for something other than a user.
#[derive(Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) id: &'a str,
    /// Microseconds since 1970.
    pub(crate) at: i64,
    pub(crate) actor: &'a str,
    pub(crate) via: &'a str,
    pub(crate) action: &'a str,
    pub(crate) target: &'a str,
}

pub(crate) async fn record(tx: &mut Tx, workspace: &str, entry: &Entry<'_>) -> Stored<()> {
    let sql =
        "INSERT INTO audit (workspace_id, id, at, actor, via, action, target) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        workspace.into(),
        entry.id.into(),
        entry.at.into(),
        entry.actor.into(),
        entry.via.into(),
        entry.action.into(),
        entry.target.into(),
    ];
    tx.execute(sql, &values).await?;
    Ok(())
}
