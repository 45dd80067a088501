//! Users as CSV, a page of the list at a time, as the database stood when the export began.

use std::sync::Arc;

use axum::response::Response;
use passmuster_core::export::{everything, write_header, write_some};
use passmuster_core::user::{User, email_key};
use passmuster_core::wire::people::UserFilter;

use super::{Event, find_integration, record};
use crate::App;
use crate::auth::Caller;
use crate::download::{self, Pieces};
use crate::error::Failure;
use crate::store::listing::{self, Place};
use crate::store::{Tx, groups, users};

/// Users of one piece of the file.
const PIECE: u32 = 2000;

/// The users whom a filter finds, in the headers of the integration of this id or name, or else with all they have.
///
/// # Errors
/// 404 when there is no such integration.
pub(crate) async fn export(
    app: &Arc<App>,
    caller: Caller,
    integration: Option<&str>,
    filter: UserFilter,
) -> Result<Response, Failure> {
    let workspace = &caller.workspace;
    let mut tx = app.db.read().await?;
    let (catalog, _) = groups::catalog(&mut tx, &workspace.id, workspace.salesforce).await?;
    let (name, mapping) = match integration {
        None => ("all values".to_owned(), everything(&catalog)),
        Some(wanted) => {
            let found = find_integration(&mut tx, &workspace.id, wanted).await?;
            (found.name, found.mapping)
        }
    };
    let mut noting = app.db.write().await?;
    let event = Event {
        action: "users_exported",
        target: &name,
        ..Event::default()
    };
    record(app, &mut noting, &workspace.id, caller.by(), event).await?;
    noting.commit().await?;
    let file = format!("users-{}.csv", name.to_lowercase());
    Ok(download::answer(
        "text/csv; charset=utf-8",
        &file,
        move |pieces| async move {
            let mut header = Vec::new();
            write_header(&mapping, &mut header).map_err(|error| Failure::internal(error.to_string()))?;
            pieces.send(header).await?;
            let workspace = &caller.workspace;
            let mut key = String::new();
            loop {
                let page = listing::page(&mut tx, &workspace.id, &filter, Place::After(&key), PIECE).await?;
                let managers = if workspace.salesforce {
                    managers_of(&mut tx, &workspace.id, &page.users).await?
                } else {
                    Vec::new()
                };
                let mut piece = Vec::new();
                let written = write_some(&mapping, &catalog, &page.users, &managers, &mut piece);
                written.map_err(|error| Failure::internal(error.to_string()))?;
                send(&pieces, piece).await?;
                match page.next {
                    Some(next) => key = next,
                    None => return Ok(()),
                }
            }
        },
    ))
}

async fn send(pieces: &Pieces, piece: Vec<u8>) -> Result<(), Failure> {
    if piece.is_empty() {
        Ok(())
    } else {
        pieces.send(piece).await
    }
}

async fn managers_of(tx: &mut Tx, workspace: &str, of: &[User]) -> Result<Vec<User>, Failure> {
    let mut keys: Vec<String> = of
        .iter()
        .filter_map(|user| user.manager.as_deref())
        .map(email_key)
        .collect();
    keys.sort_unstable();
    keys.dedup();
    Ok(users::find_all(tx, workspace, &keys).await?)
}
