//! What happened to one user, and where each of their values came from, told by the audit.

use passmuster_core::wire::people::{Origins, Trace};

use crate::error::Failure;
use crate::store::audit::{self, Asked};
use crate::store::{Tx, listing};

/// Entries that are looked through for where values came from.
const LOOKED_AT: u32 = 1000;

/// Where what a user (an id) has came from: the newest entry that speaks of each target.
///
/// # Errors
/// Those of the database.
pub(crate) async fn origins(tx: &mut Tx, workspace: &str, user_id: &str) -> Result<Origins, Failure> {
    let asked = Asked {
        user_id: Some(user_id),
        limit: LOOKED_AT,
        ..Asked::default()
    };
    let (entries, _) = audit::list(tx, workspace, &asked).await?;
    let mut origins = Origins::default();
    for entry in entries {
        let trace = Trace {
            at: entry.at,
            actor: entry.actor,
            via: entry.via,
            upload_id: entry.upload_id,
            integration: None,
            row: entry.row,
        };
        for edit in entry.edits {
            origins.values.entry(edit.field).or_insert_with(|| trace.clone());
        }
    }
    listing::name_integrations(tx, workspace, origins.values.values_mut()).await?;
    Ok(origins)
}
