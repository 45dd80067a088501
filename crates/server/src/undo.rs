//! Undoing an upload: reads what it did from the audit, lets the core weigh it against the directory as it is now, and
//! applies what can be put back.

use passmuster_core::undo::{Done, Undo, undo};
use passmuster_core::wire::integration::{Outcome, UndoAnswer, UploadDetail};

use crate::App;
use crate::admin::{By, note_upload};
use crate::apply::{Origin, apply};
use crate::error::Failure;
use crate::held::find;
use crate::receive::{Refused, Tries};
use crate::store::directory::{self, Known, Wanted};
use crate::store::workspaces::{self, Workspace};
use crate::store::{Tx, audit, standings, uploads, users};

/// What an answer shows of each part.
const SHOWN: usize = 1000;

/// Says what undoing would do; changes nothing.
pub(crate) async fn plan(app: &App, workspace: &Workspace, id: &str) -> Result<UndoAnswer, Failure> {
    let mut tx = app.db.read().await?;
    let upload = find(&mut tx, &workspace.id, id).await?;
    let (_, undo) = weigh(app, &mut tx, workspace, &upload).await?;
    Ok(answer(id, false, undo))
}

/// Puts back what an upload did, as far as that can be.
pub(crate) async fn carry_out(
    app: &App,
    workspace: &Workspace,
    id: &str,
    by: By<'_>,
    plan_hash: Option<&str>,
) -> Result<UndoAnswer, Failure> {
    let mut tries = Tries::default();
    loop {
        let tried = try_undo(app, workspace, id, by, plan_hash).await;
        if let Some(answer) = tries.take(tried) {
            return answer;
        }
    }
}

async fn try_undo(
    app: &App,
    workspace: &Workspace,
    id: &str,
    by: By<'_>,
    plan_hash: Option<&str>,
) -> Result<UndoAnswer, Refused> {
    let _turn = app.turns.write(&workspace.id).await?;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, &workspace.id).await?;
    let upload = find(&mut tx, &workspace.id, id).await?;
    let (mut known, undo) = weigh(app, &mut tx, workspace, &upload).await?;
    if plan_hash.is_some_and(|expected| expected != undo.plan.hash) {
        return Err(Failure::other_plan(&undo.plan, None).into());
    }
    let origin = Origin {
        actor: by.actor,
        via: "undo",
        upload_id: Some(id),
    };
    apply(&mut tx, &workspace.id, &mut known, &undo.plan, origin, app.clock).await?;
    users::forget_source(&mut tx, &workspace.id, id).await?;
    // Who is managed by whom may be another thing now, though no user changed.
    standings::forget(&mut tx, &workspace.id).await?;
    uploads::set_undone(&mut tx, &workspace.id, id, by.actor, app.clock.now()).await?;
    note_upload(app, &mut tx, &workspace.id, by, "upload_undone", id).await?;
    tx.commit().await?;
    Ok(answer(id, true, undo))
}

async fn weigh(app: &App, tx: &mut Tx, workspace: &Workspace, upload: &UploadDetail) -> Result<(Known, Undo), Failure> {
    let id = &upload.upload.id;
    match upload.upload.outcome {
        Outcome::Applied => {}
        Outcome::Undone => {
            let by = upload.upload.undone_by.as_deref().unwrap_or_default();
            return Err(Failure::conflict(
                format!("The upload was undone already, by {by}."),
                "Send the file again if it should be applied after all.",
            ));
        }
        Outcome::Rejected | Outcome::Held => {
            return Err(Failure::conflict(
                "Nothing of this upload was applied, so there is nothing to undo.",
                "",
            ));
        }
    }
    let trail = uploads::trail(tx, &workspace.id, id).await?;
    let mut done = Done::default();
    if let Some(range) = trail.and_then(|trail| trail.audit) {
        let changes = audit::changes(tx, &workspace.id, id, &range, "", i64::MAX).await?;
        done.changes = changes.into_iter().map(|(_, change)| change).collect();
        done.groups_created = audit::groups_created(tx, &workspace.id, id, &range).await?;
    }
    let with_password = users::with_password(tx, &workspace.id).await?;
    let why = "They have an account with a password since.".to_owned();
    done.settled = with_password.into_iter().map(|user| (user, why.clone())).collect();
    let known = directory::known(tx, workspace, Wanted::All).await?;
    let undo = app.turns.compute(|| undo(&done, &known.directory)).await;
    Ok((known, undo))
}

fn answer(id: &str, applied: bool, undo: Undo) -> UndoAnswer {
    let Undo {
        mut plan,
        mut kept,
        mut cannot,
    } = undo;
    let (kept_count, cannot_count) = (kept.len() as u64, cannot.len() as u64);
    plan.cut(SHOWN);
    kept.truncate(SHOWN);
    cannot.truncate(SHOWN);
    UndoAnswer {
        upload_id: id.to_owned(),
        applied,
        counts: plan.counts,
        plan,
        kept_count,
        kept,
        cannot_count,
        cannot,
    }
}
