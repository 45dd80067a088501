//! The audit of a plan: who, when, through what, before, after. One entry for each user and group.

use passmuster_core::plan::{Change, ChangeKind, Plan};

use super::Origin;
use crate::clock::Ids;
use crate::store::audit_blocks::{self, Block};
use crate::store::bulk::Rows;
use crate::store::{Stored, Tx, Value, audit, to_json};

/// Entries with a row of their own that are written at a time.
const ROWS: usize = 5000;
/// From so many new users on, their entries are written in blocks.
const MANY: u64 = 64;

/// Writes an entry for each user and group that a plan changes; the ids of the first and the last.
pub(super) async fn write(
    tx: &mut Tx,
    workspace: &str,
    (plan, user_ids): (&Plan, &[String]),
    origin: Origin<'_>,
    ids: &mut Ids,
    now: i64,
) -> Stored<Option<(String, String)>> {
    let mut telling = Telling {
        workspace,
        origin,
        now,
        first: ids.clone(),
        rows: Rows::of(&audit::INSERT),
        block: Block::default(),
    };
    let groups = plan.groups_created.iter().map(|group| ("group_created", group));
    for (action, group) in groups.chain(plan.groups_removed.iter().map(|group| ("group_removed", group))) {
        let target = Value::from(format!("{}: {}", group.group_type, group.name));
        let edits = to_json(group)?;
        telling.row(tx, ids.next(), (action, target, edits), None).await?;
    }
    let is_in_blocks = plan.counts.created >= MANY;
    for (change, user_id) in plan.changes.iter().zip(user_ids) {
        ids.skip();
        if is_in_blocks && change.kind == ChangeKind::Created {
            telling.creation(tx, ids, user_id, change).await?;
        } else {
            let action = audit::action(change.kind);
            let what = (action, Value::from(&change.email), to_json(&change.edits)?);
            telling.row(tx, ids.last(), what, Some((user_id, change))).await?;
        }
    }
    telling.flush_block(tx).await?;
    tx.write(&audit::INSERT, workspace, &telling.rows).await?;
    let first = telling.first.behind(1);
    Ok((ids.steps_from(&telling.first) > 0).then(|| (first, ids.last())))
}

struct Telling<'a> {
    workspace: &'a str,
    origin: Origin<'a>,
    now: i64,
    /// Before the first entry.
    first: Ids,
    rows: Rows<'a>,
    block: Block<'a>,
}

impl<'a> Telling<'a> {
    async fn row(
        &mut self,
        tx: &mut Tx,
        id: String,
        (action, target, edits): (&'static str, Value<'a>, String),
        of: Option<(&'a str, &'a Change)>,
    ) -> Stored<()> {
        let (user_id, row) = (of.map(|(id, _)| id), of.and_then(|(_, change)| change.row));
        self.rows.push([
            id.into(),
            self.now.into(),
            self.origin.actor.into(),
            self.origin.via.into(),
            self.origin.upload_id.into(),
            action.into(),
            target,
            edits.into(),
            user_id.into(),
            row.into(),
        ]);
        // Before and after of a whole directory are not held at once.
        if self.rows.len() == ROWS {
            tx.write(&audit::INSERT, self.workspace, &self.rows).await?;
            self.rows.clear();
        }
        Ok(())
    }

    async fn creation(&mut self, tx: &mut Tx, ids: &Ids, user_id: &'a str, change: &'a Change) -> Stored<()> {
        self.block.add(ids, user_id, change)?;
        if self.block.len() == audit_blocks::ENTRIES {
            self.flush_block(tx).await?;
        }
        Ok(())
    }

    async fn flush_block(&mut self, tx: &mut Tx) -> Stored<()> {
        let block = std::mem::take(&mut self.block);
        audit_blocks::write(tx, self.workspace, self.origin, self.now, &block).await
    }
}
