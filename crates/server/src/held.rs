//! Uploads that cross a limit: a person looks at what they would change, and allows or rejects them.
//!
//! Allowing reads and decides the kept body anew, on the directory as it is then.

use axum::http::StatusCode;
use bytes::Bytes;
use passmuster_core::field::Target;
use passmuster_core::mapping::Mapping;
use passmuster_core::plan::Plan;
use passmuster_core::read::decode::Encoding;
use passmuster_core::wire::PlanAnswer;
use passmuster_core::wire::integration::{Outcome, UploadDetail};

use crate::App;
use crate::admin::{By, note_upload};
use crate::dialects::account;
use crate::error::Failure;
use crate::foreign::{define, of_no_integration};
use crate::receive::{Defines, Given, Refused, Settled, Submission, Tries, carry_out, plan, refuse_other_plan, settle};
use crate::store::uploads::{self, Decided, Trail};
use crate::store::workspaces::{self, Workspace};
use crate::store::{StoreError, Tx, groups, integrations};

/// The body of an upload, if it is still kept.
pub(crate) async fn body_of(tx: &mut Tx, workspace: &str, trail: &Trail) -> Result<Bytes, Failure> {
    let Some(packed) = uploads::body(tx, workspace, &trail.body_sha256).await? else {
        return Err(Failure::not_found("body of this upload any more")
            .with_hint("Bodies are kept for a time that the operator sets; send the file again."));
    };
    let body = lz4_flex::decompress_size_prepended(&packed)
        .map_err(|error| StoreError::Damaged(format!("a kept body can't be unpacked: {error}")))?;
    Ok(body.into())
}

/// An upload as it was received, to be read again.
pub(crate) async fn submission_of(
    tx: &mut Tx,
    workspace: &Workspace,
    upload: &UploadDetail,
    by: By<'_>,
) -> Result<Submission, Failure> {
    let trail = uploads::trail(tx, &workspace.id, &upload.upload.id).await?;
    let trail = trail.ok_or_else(|| Failure::not_found("such upload"))?;
    let mut integration = match upload.upload.integration_id.as_str() {
        "" => of_no_integration(),
        id => {
            let found = integrations::find(tx, &workspace.id, id).await?;
            found.ok_or_else(|| Failure::not_found("such integration any more"))?
        }
    };
    integration.upload_mode = upload.upload.upload_mode;
    let body = body_of(tx, &workspace.id, &trail).await?;
    let mapping = trail.mapping.unwrap_or_else(|| integration.mapping.clone());
    Ok(Submission {
        workspace: workspace.clone(),
        defines: defines(&upload.upload.via, &mapping),
        addresses: trail.addresses,
        mapping,
        mapping_version: trail.mapping_version,
        integration,
        body,
        encoding: trail.encoding.as_deref().and_then(Encoding::for_label),
        sheet: trail.sheet,
        actor: by.actor.to_owned(),
        via: "page",
        token_id: None,
        plan_hash: None,
        idempotency_key: None,
        is_allowed: true,
    })
}

/// The group types that a request makes which is an upload: those of its memberships.
fn defines(via: &str, mapping: &Mapping) -> Defines {
    let types = mapping.fields.iter().filter_map(|field| match &field.target {
        Target::GroupMembership(group_type) if via == account::VIA => Some(group_type.clone()),
        _ => None,
    });
    Defines {
        group_types: types.collect(),
        ..Defines::default()
    }
}

/// What a received body, whatever became of it, would change now if it were read with another mapping.
///
/// # Errors
/// 404 for a body that isn't kept, 400 for a mapping that names what the workspace doesn't have.
pub(crate) async fn plan_with(
    app: &App,
    workspace: &Workspace,
    id: &str,
    by: By<'_>,
    mapping: Mapping,
) -> Result<PlanAnswer, Failure> {
    let mut tx = app.db.read().await?;
    let upload = find(&mut tx, &workspace.id, id).await?;
    let (catalog, _) = groups::catalog(&mut tx, &workspace.id, workspace.salesforce).await?;
    mapping
        .check_names(&catalog)
        .map_err(|error| Failure::mapping(&error))?;
    let mut submission = submission_of(&mut tx, workspace, &upload, by).await?;
    drop(tx);
    submission.mapping = mapping;
    submission.mapping_version = None;
    plan(app, &submission).await
}

/// # Errors
/// 404 for no such upload.
pub(crate) async fn find(tx: &mut Tx, workspace: &str, id: &str) -> Result<UploadDetail, Failure> {
    let found = uploads::find(tx, workspace, id).await?;
    found.ok_or_else(|| Failure::not_found("such upload"))
}

/// # Errors
/// 409 for an upload that doesn't wait for anybody.
fn must_wait(upload: &UploadDetail) -> Result<(), Failure> {
    if upload.upload.outcome == Outcome::Held {
        return Ok(());
    }
    Err(Failure::conflict(
        format!(
            "The upload is not held by a limit; it is {}.",
            upload.upload.outcome.as_str()
        ),
        "Only a held upload can be allowed or rejected, and only once.",
    ))
}

/// What a held upload would change now.
pub(crate) async fn plan_of(app: &App, workspace: &Workspace, id: &str, by: By<'_>) -> Result<PlanAnswer, Failure> {
    let submission = {
        let mut tx = app.db.read().await?;
        let upload = find(&mut tx, &workspace.id, id).await?;
        must_wait(&upload)?;
        submission_of(&mut tx, workspace, &upload, by).await?
    };
    plan(app, &submission).await
}

/// Applies a held upload; `plan_hash` is the plan that was looked at, unless told the one that it was held with.
pub(crate) async fn allow(
    app: &App,
    workspace: &Workspace,
    id: &str,
    by: By<'_>,
    plan_hash: Option<String>,
) -> Result<Given, Failure> {
    let mut tries = Tries::default();
    loop {
        let tried = try_allow(app, workspace, id, by, plan_hash.clone()).await;
        if let Some(given) = tries.take(tried) {
            return given;
        }
    }
}

async fn try_allow(
    app: &App,
    workspace: &Workspace,
    id: &str,
    by: By<'_>,
    plan_hash: Option<String>,
) -> Result<Given, Refused> {
    let _turn = app.turns.write(&workspace.id).await?;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, &workspace.id).await?;
    let upload = find(&mut tx, &workspace.id, id).await?;
    must_wait(&upload)?;
    let mut submission = submission_of(&mut tx, workspace, &upload, by).await?;
    submission.plan_hash = plan_hash.or(upload.upload.plan_hash);
    let prepared = submission.read(app).await;
    define(app, &mut tx, workspace, by, &submission.defines).await?;
    let settled: Settled = settle(app, &mut tx, &submission, (prepared, None)).await?;
    let plan: &Plan = match &settled.decision.plan {
        Some(plan) => plan,
        // the directory moved so that it has errors now; it stays held
        None => return Err(Failure::rejected(&settled.decision.report, Some(id.to_owned())).into()),
    };
    refuse_other_plan(app, &submission, plan, &settled.known)?;
    let (done, audit) = carry_out(app, &mut tx, &submission, id, settled).await?;
    let decided = Decided {
        at: app.clock.now(),
        by: by.actor,
        outcome: Outcome::Applied,
        plan: Some((&done.plan.counts, &done.plan.hash)),
        audit,
    };
    if !uploads::decide(&mut tx, &workspace.id, id, decided).await? {
        return Err(Failure::conflict("The upload was decided on by somebody else.", "").into());
    }
    note_upload(app, &mut tx, &workspace.id, by, "upload_allowed", id).await?;
    tx.commit().await?;
    Ok(Given {
        status: StatusCode::CREATED,
        text: done.answer,
        is_replayed: false,
    })
}

/// Ends a held upload without applying it.
pub(crate) async fn reject(app: &App, workspace: &Workspace, id: &str, by: By<'_>) -> Result<UploadDetail, Failure> {
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, &workspace.id).await?;
    must_wait(&find(&mut tx, &workspace.id, id).await?)?;
    let decided = Decided {
        at: app.clock.now(),
        by: by.actor,
        outcome: Outcome::Rejected,
        plan: None,
        audit: None,
    };
    uploads::decide(&mut tx, &workspace.id, id, decided).await?;
    note_upload(app, &mut tx, &workspace.id, by, "upload_rejected", id).await?;
    let upload = find(&mut tx, &workspace.id, id).await?;
    tx.commit().await?;
    Ok(upload)
}
