//! What is remembered of a body: the upload, its body, the notice to its admin and the answer to its key.
//!
//! Written in the transaction of what happened, so that neither is there without the other.

use axum::http::StatusCode;
use passmuster_core::limits::Crossed;
use passmuster_core::plan::Plan;
use passmuster_core::problem::Report;
use passmuster_core::shape::Shape;
use passmuster_core::wire::ErrorBody;
use passmuster_core::wire::integration::Outcome;

use crate::App;
use crate::error::Failure;
use crate::metrics;
use crate::notices::{self, Event};
use crate::receive::{Given, Submission};
use crate::request;
use crate::store::idempotency::{self, Answer};
use crate::store::uploads::{self, NewUpload};
use crate::store::{StoreError, Stored, Tx, credentials, to_json};

/// Bytes of a body that is packed whether or not it is kept already.
const SMALL: u64 = 64 * 1024;

/// A body that was received and read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Received<'a> {
    pub(crate) submission: &'a Submission,
    pub(crate) body_sha256: &'a str,
    /// `None`: it tells nothing of the next file.
    pub(crate) shape: Option<&'a Shape>,
}

/// How it ended.
#[derive(Debug)]
pub(crate) struct Ending<'a> {
    pub(crate) upload_id: &'a str,
    pub(crate) outcome: Outcome,
    pub(crate) report: &'a Report,
    pub(crate) plan: Option<&'a Plan>,
    pub(crate) crossed: &'a [Crossed],
    /// The ids of its first and last audit entry.
    pub(crate) audit: Option<(String, String)>,
}

/// Records an upload with its body, and that its token was used.
pub(crate) async fn record(app: &App, tx: &mut Tx, received: Received<'_>, ending: Ending<'_>) -> Stored<()> {
    let now = app.clock.now();
    let Received {
        submission,
        body_sha256,
        shape,
    } = received;
    let workspace = &submission.workspace.id;
    let here = request::here();
    let upload = NewUpload {
        id: ending.upload_id,
        integration_id: &submission.integration.id,
        received_at: now,
        received_by: &submission.actor,
        via: submission.via,
        bytes: submission.body.len() as u64,
        body_sha256,
        mapping: submission.mapping_version.ok_or(&submission.mapping),
        encoding: submission.encoding.map(|encoding| encoding.name()),
        sheet: submission.sheet.as_deref(),
        sandbox: submission.integration.sandbox,
        upload_mode: submission.integration.upload_mode,
        outcome: ending.outcome,
        plan: ending.plan.map(|plan| (&plan.counts, plan.hash.as_str())),
        shape,
        crossed: ending.crossed,
        report: ending.report,
        audit: ending.audit,
        here: here.as_ref(),
        addresses: &submission.addresses,
    };
    uploads::insert(tx, workspace, &upload).await?;
    metrics::uploaded(ending.outcome, ending.report, upload.bytes);
    // One that waits for a person is needed whatever the operator keeps.
    let is_kept = !app.config.keep_bodies.is_zero() || ending.outcome == Outcome::Held;
    // A small one is packed sooner than it is looked for.
    let is_new = upload.bytes < SMALL || !is_kept || !uploads::touch_body(tx, workspace, body_sha256, now).await?;
    if is_kept && is_new {
        let packed = app
            .turns
            .compute(|| lz4_flex::compress_prepend_size(&submission.body))
            .await;
        uploads::keep_body(tx, workspace, body_sha256, now, &packed).await?;
    }
    if let Some(token) = &submission.token_id {
        credentials::note_token_use(tx, workspace, token, now).await?;
    }
    Ok(())
}

/// Records a body of which nothing is applied.
pub(crate) async fn reject(app: &App, received: Received<'_>, report: &Report) -> Failure {
    let upload_id = app.clock.id();
    let mut failure = Failure::rejected(report, Some(upload_id.clone()));
    let recorded = async {
        let mut tx = app.db.write().await?;
        let ending = Ending {
            upload_id: &upload_id,
            outcome: Outcome::Rejected,
            report,
            plan: None,
            crossed: &[],
            audit: None,
        };
        record(app, &mut tx, received, ending).await?;
        let event = Event::Rejected {
            upload_id: &upload_id,
            report,
        };
        tell(app, &mut tx, received.submission, event).await?;
        keep_answer(app, &mut tx, received, failure.status, &to_json(&*failure.body)?).await?;
        tx.commit().await
    };
    if let Err(error) = recorded.await {
        // The refusal stands, whether or not there is a record of it.
        failure.body.upload_id = None;
        failure.cause = Some(format!("a rejected upload could not be recorded: {error}"));
    }
    failure
}

/// Records a body that waits for a person.
pub(crate) async fn hold(
    app: &App,
    tx: &mut Tx,
    received: Received<'_>,
    (report, plan): (&Report, &Plan),
    crossed: &[Crossed],
) -> Stored<Failure> {
    let upload_id = app.clock.id();
    let ending = Ending {
        upload_id: &upload_id,
        outcome: Outcome::Held,
        report,
        plan: Some(plan),
        crossed,
        audit: None,
    };
    record(app, tx, received, ending).await?;
    let said: Vec<String> = crossed.iter().map(|crossed| crossed.message.clone()).collect();
    let event = Event::Held {
        upload_id: &upload_id,
        crossed: &said,
    };
    tell(app, tx, received.submission, event).await?;
    let failure = Failure::limit_exceeded(crossed, plan, upload_id.clone());
    keep_answer(app, tx, received, failure.status, &to_json(&*failure.body)?).await?;
    Ok(failure)
}

async fn tell(app: &App, tx: &mut Tx, submission: &Submission, event: Event<'_>) -> Stored<()> {
    let (workspace, integration) = (&submission.workspace.id, &submission.integration.id);
    if integration.is_empty() {
        // Whoever comes with a key is told by the answer alone.
        return Ok(());
    }
    notices::note(tx, workspace, integration, event, app.clock).await
}

/// The first answer to the same key and body, if there was one.
pub(crate) async fn replay(
    app: &App,
    tx: &mut Tx,
    submission: &Submission,
    body_sha256: &str,
) -> Result<Option<Given>, Failure> {
    let Some(key) = &submission.idempotency_key else {
        return Ok(None);
    };
    let (workspace, integration) = (&submission.workspace.id, &submission.integration.id);
    let Some(answer) = idempotency::find(tx, workspace, integration, key, app.clock.now()).await? else {
        return Ok(None);
    };
    if answer.body_sha256 != body_sha256 {
        return Err(Failure::other_body(key));
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok(Some(Given {
        status,
        text: answer.answer,
        is_replayed: true,
    }))
}

/// Keeps an answer for whoever sends the same key again.
pub(crate) async fn keep_answer(
    app: &App,
    tx: &mut Tx,
    received: Received<'_>,
    status: StatusCode,
    text: &str,
) -> Result<(), StoreError> {
    let submission = received.submission;
    let Some(key) = &submission.idempotency_key else {
        return Ok(());
    };
    let answer = Answer {
        body_sha256: received.body_sha256.to_owned(),
        status: status.as_u16(),
        answer: text.to_owned(),
    };
    let place = (submission.integration.id.as_str(), key.as_str());
    idempotency::insert(tx, &submission.workspace.id, place, &answer, app.clock.now()).await
}

/// A refusal that was given before.
pub(crate) fn refusal_again(given: &Given) -> Option<Failure> {
    if given.status.is_success() {
        return None;
    }
    let body: ErrorBody = serde_json::from_str(&given.text).ok()?;
    Some(Failure::again(given.status, body))
}
