//! Which groups are new, and what made them: whoever reads a list of groups tells a misspelt one by it.

use std::collections::{BTreeMap, BTreeSet};

use passmuster_core::wire::people::Trace;

use super::{Stored, Tx, listing};
use crate::clock::{first_id_at, timestamp};

/// So many moments are looked up; groups that are older than those are not told of.
const MOMENTS: usize = 20;
/// Ids of entries tell the time of what they are about this well, in microseconds.
const ID_SLACK: i64 = 60 * 1_000_000;

/// What made the groups of a type that are younger than `since` (microseconds since 1970), by their names.
pub(crate) async fn made_since(
    tx: &mut Tx,
    workspace: &str,
    group_type: &str,
    since: i64,
) -> Stored<BTreeMap<String, Trace>> {
    let sql = "SELECT g.name, g.created_at FROM groups g JOIN group_types t ON t.workspace_id = g.workspace_id \
               AND t.id = g.group_type_id WHERE g.workspace_id = $1 AND t.name = $2 AND g.created_at >= $3";
    let values = [workspace.into(), group_type.into(), since.into()];
    let new = tx.rows(sql, &values, |row| Ok((row.text(0)?, row.int(1)?))).await?;
    let moments: BTreeSet<i64> = new.iter().map(|(_, at)| *at).collect();
    let mut made = BTreeMap::new();
    for moment in moments.into_iter().rev().take(MOMENTS) {
        let (first, end) = (
            first_id_at(moment.saturating_sub(ID_SLACK)),
            first_id_at(moment.saturating_add(ID_SLACK)),
        );
        let sql = "SELECT target, at, actor, via, upload_id FROM audit WHERE workspace_id = $1 AND id >= $2 \
                   AND id < $3 AND at = $4 AND action = 'group_created'";
        let values = [workspace.into(), (&first).into(), (&end).into(), moment.into()];
        let told = tx.rows(sql, &values, |row| {
            let trace = Trace {
                at: timestamp(row.int(1)?),
                actor: row.text(2)?,
                via: row.text(3)?,
                upload_id: row.text_or_null(4)?,
                integration: None,
                row: None,
            };
            Ok((row.text(0)?, trace))
        });
        made.extend(told.await?);
    }
    let mut by_name = BTreeMap::new();
    for (name, _) in new {
        if let Some(trace) = made.remove(&format!("{group_type}: {name}")) {
            by_name.insert(name, trace);
        }
    }
    listing::name_integrations(tx, workspace, by_name.values_mut()).await?;
    Ok(by_name)
}
