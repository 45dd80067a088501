//! What happens to every body, wherever it came from: prepare → read what it names → decide → apply.
//!
//! The only way to write users. Holds the workspace's lock from reading the directory until the change is durable, so
//! that of two bodies one wins whole, then the other.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex as BlockingMutex, PoisonError, Weak};
use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use bytes::Bytes;
use passmuster_core::import::{Decision, Options, Prepared, decide, prepare, prepare_sheet};
use passmuster_core::mapping::Mapping;
use passmuster_core::plan::{Counts, Plan};
use passmuster_core::problem::Report;
use passmuster_core::read::decode::Encoding;
use passmuster_core::wire::{ErrorBody, PlanAnswer, UploadAnswer};
use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};
use tokio::task::block_in_place;

use crate::App;
use crate::apply::{Origin, apply};
use crate::error::Failure;
use crate::notices::{self, Event};
use crate::secret::digest;
use crate::store::directory::{self, Known};
use crate::store::idempotency::{self, Answer};
use crate::store::uploads::{self, NewUpload};
use crate::store::workspaces::{self, Workspace};
use crate::store::{StoreError, Tx, credentials};

/// How long a body waits for those before it.
const TURN: Duration = Duration::from_secs(30);
/// How often a transaction that lost against another one is run.
const TRIES: u32 = 3;

/// A body with all that decides what becomes of it.
#[derive(Debug)]
pub(crate) struct Submission {
    pub(crate) workspace: Workspace,
    pub(crate) integration_id: String,
    pub(crate) mapping: Mapping,
    /// `None` when the mapping came with the body.
    pub(crate) mapping_version: Option<u64>,
    pub(crate) body: Bytes,
    pub(crate) encoding: Option<Encoding>,
    /// The sheet of a workbook; `None`: the first visible one.
    pub(crate) sheet: Option<String>,
    /// A token's first characters, an address, or the name of an API key.
    pub(crate) actor: String,
    /// `data` or `page`.
    pub(crate) via: &'static str,
    pub(crate) token_id: Option<String>,
    /// The hash of the plan that was agreed to.
    pub(crate) plan_hash: Option<String>,
    pub(crate) idempotency_key: Option<String>,
}

/// What an upload answers.
#[derive(Debug)]
pub(crate) struct Given {
    pub(crate) status: StatusCode,
    /// A JSON document.
    pub(crate) text: String,
    /// Whether it is the first answer again.
    pub(crate) is_replayed: bool,
}

/// What must be taken in turns, and how much may be computed at a time.
#[derive(Debug)]
pub(crate) struct Turns {
    workspaces: BlockingMutex<HashMap<String, Weak<Mutex<()>>>>,
    keys: Arc<BlockingMutex<HashSet<(String, String)>>>,
    processors: Semaphore,
}

impl Default for Turns {
    fn default() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            workspaces: BlockingMutex::default(),
            keys: Arc::default(),
            processors: Semaphore::new(processors),
        }
    }
}

impl Turns {
    /// This process's turn to write to a workspace; other processes are kept out by the database.
    pub(crate) async fn write(&self, workspace: &str) -> Result<OwnedMutexGuard<()>, Failure> {
        let turn = {
            let mut turns = self.workspaces.lock().unwrap_or_else(PoisonError::into_inner);
            turns.retain(|_, turn| turn.strong_count() > 0);
            let turn = turns.get(workspace).and_then(Weak::upgrade).unwrap_or_default();
            turns.insert(workspace.to_owned(), Arc::downgrade(&turn));
            turn
        };
        let waited = tokio::time::timeout(TURN, turn.lock_owned()).await;
        waited.map_err(|_| Failure::unavailable("Other uploads to this workspace are being applied."))
    }

    fn key(&self, integration: &str, key: &str) -> Result<KeyInUse, Failure> {
        let in_use = (integration.to_owned(), key.to_owned());
        if !self
            .keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(in_use.clone())
        {
            let description = format!("A request with the Idempotency-Key {key:?} is being answered right now.");
            let failure = Failure::conflict(description, "Wait for its answer, or ask again in a few seconds.");
            return Err(failure.with_header(RETRY_AFTER, "2"));
        }
        Ok(KeyInUse {
            keys: Arc::clone(&self.keys),
            in_use,
        })
    }

    /// Runs what keeps a processor busy.
    async fn compute<T>(&self, work: impl FnOnce() -> T) -> T {
        let _processor = self.processors.acquire().await;
        block_in_place(work)
    }
}

/// An `Idempotency-Key` whose first answer is not known yet.
struct KeyInUse {
    keys: Arc<BlockingMutex<HashSet<(String, String)>>>,
    in_use: (String, String),
}

impl Drop for KeyInUse {
    fn drop(&mut self) {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.in_use);
    }
}

/// Reads and checks a body by itself.
pub(crate) async fn read<'a>(
    app: &App,
    body: &'a [u8],
    mapping: &'a Mapping,
    encoding: Option<Encoding>,
    sheet: Option<&str>,
) -> Prepared<'a> {
    let options = Options {
        encoding,
        ..Options::default()
    };
    let work = || match passmuster_workbook::open(body, mapping.file_format, sheet) {
        Some(workbook) => prepare_sheet(workbook, mapping, &options),
        None => prepare(body, mapping, &options),
    };
    app.turns.compute(work).await
}

/// Holds a body against the directory as the transaction sees it.
pub(crate) async fn settle(
    app: &App,
    tx: &mut Tx,
    workspace: &Workspace,
    prepared: Prepared<'_>,
) -> Result<(Known, Decision), Failure> {
    let needs = prepared.needs();
    let known = directory::known(tx, workspace, &needs).await?;
    let decision = app.turns.compute(|| decide(prepared, &known.directory)).await;
    Ok((known, decision))
}

/// Says what a body would do; stores and changes nothing.
pub(crate) async fn plan(app: &App, submission: &Submission) -> Result<PlanAnswer, Failure> {
    let sheet = submission.sheet.as_deref();
    let prepared = read(app, &submission.body, &submission.mapping, submission.encoding, sheet).await;
    let mut tx = app.db.read().await?;
    let (_, decision) = settle(app, &mut tx, &submission.workspace, prepared).await?;
    Ok(PlanAnswer {
        report: decision.report,
        plan: decision.plan,
    })
}

/// Applies a body, whole or not at all, and records it.
pub(crate) async fn upload(app: &App, submission: &Submission) -> Result<Given, Failure> {
    let body_sha256 = digest(&submission.body);
    let mut in_use = None;
    if let Some(key) = &submission.idempotency_key {
        in_use = Some(app.turns.key(&submission.integration_id, key)?);
        let mut tx = app.db.read().await?;
        if let Some(given) = replay(app, &mut tx, submission, &body_sha256).await? {
            return Ok(given);
        }
    }
    let mut tries = 1;
    let given = loop {
        match try_upload(app, submission, &body_sha256).await {
            Err(Refused::ByStore(StoreError::Again(_))) if tries < TRIES => tries += 1,
            Err(Refused::ByStore(error)) => return Err(error.into()),
            Err(Refused::Otherwise(failure)) => return Err(*failure),
            Ok(given) => break given,
        }
    };
    drop(in_use);
    Ok(given)
}

enum Refused {
    /// May be tried again.
    ByStore(StoreError),
    Otherwise(Box<Failure>),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::ByStore(error)
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        Self::Otherwise(Box::new(failure))
    }
}

async fn try_upload(app: &App, submission: &Submission, body_sha256: &str) -> Result<Given, Refused> {
    let workspace = &submission.workspace;
    let sheet = submission.sheet.as_deref();
    let prepared = read(app, &submission.body, &submission.mapping, submission.encoding, sheet).await;
    if prepared.has_errors() {
        // It will write nothing but its record, so that nobody has to wait for it.
        let mut tx = app.db.read().await?;
        let (_, decision) = settle(app, &mut tx, workspace, prepared).await?;
        drop(tx);
        return Err(reject(app, submission, body_sha256, &decision.report).await.into());
    }
    let turn = app.turns.write(&workspace.id).await?;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, &workspace.id).await?;
    // Another server may have answered since we looked.
    if let Some(given) = replay(app, &mut tx, submission, body_sha256).await? {
        return Ok(given);
    }
    let (mut known, Decision { report, plan }) = settle(app, &mut tx, workspace, prepared).await?;
    let Some(plan) = plan else {
        drop((tx, turn));
        return Err(reject(app, submission, body_sha256, &report).await.into());
    };
    if let Some(expected) = &submission.plan_hash
        && *expected != plan.hash
    {
        return Err(Failure::other_plan(difference(&plan), &plan.hash).into());
    }
    let upload_id = app.clock.id();
    let origin = Origin {
        actor: &submission.actor,
        via: submission.via,
        upload_id: Some(&upload_id),
    };
    apply(&mut tx, &workspace.id, &mut known, &plan, origin, app.clock).await?;
    let applied = Some((&plan.counts, plan.hash.as_str()));
    record(app, &mut tx, submission, (&upload_id, body_sha256), applied, &report).await?;
    let answer = UploadAnswer {
        upload_id,
        records: report.records,
        counts: plan.counts,
        warning_count: report.warning_count,
        plan_hash: plan.hash,
    };
    let text = serde_json::to_string(&answer).map_err(|error| Failure::internal(error.to_string()))?;
    keep_answer(app, &mut tx, submission, body_sha256, (StatusCode::CREATED, &text)).await?;
    tx.commit().await?;
    Ok(Given {
        status: StatusCode::CREATED,
        text,
        is_replayed: false,
    })
}

/// Records a body of which nothing was applied.
async fn reject(app: &App, submission: &Submission, body_sha256: &str, report: &Report) -> Failure {
    let upload_id = app.clock.id();
    let mut failure = Failure::rejected(report, Some(upload_id.clone()));
    let recorded = async {
        let mut tx = app.db.write().await?;
        record(app, &mut tx, submission, (&upload_id, body_sha256), None, report).await?;
        let event = Event::Rejected {
            upload_id: &upload_id,
            report,
        };
        notices::note(
            &mut tx,
            &submission.workspace.id,
            &submission.integration_id,
            event,
            app.clock,
        )
        .await?;
        let text = crate::store::to_json(&*failure.body)?;
        keep_answer(app, &mut tx, submission, body_sha256, (failure.status, &text)).await?;
        tx.commit().await
    };
    if let Err(error) = recorded.await {
        // The refusal stands, whether or not there is a record of it.
        failure.body.upload_id = None;
        failure.cause = Some(format!("a rejected upload could not be recorded: {error}"));
    }
    failure
}

async fn record(
    app: &App,
    tx: &mut Tx,
    submission: &Submission,
    (upload_id, body_sha256): (&str, &str),
    applied: Option<(&Counts, &str)>,
    report: &Report,
) -> Result<(), StoreError> {
    let now = app.clock.now();
    let workspace = &submission.workspace.id;
    let upload = NewUpload {
        id: upload_id,
        integration_id: &submission.integration_id,
        received_at: now,
        received_by: &submission.actor,
        via: submission.via,
        bytes: submission.body.len() as u64,
        body_sha256,
        mapping_version: submission.mapping_version,
        applied,
        report,
    };
    uploads::insert(tx, workspace, &upload).await?;
    if let Some(token) = &submission.token_id {
        credentials::note_token_use(tx, workspace, token, now).await?;
    }
    Ok(())
}

/// The first answer to the same key and body, if there was one.
async fn replay(app: &App, tx: &mut Tx, submission: &Submission, body_sha256: &str) -> Result<Option<Given>, Failure> {
    let Some(key) = &submission.idempotency_key else {
        return Ok(None);
    };
    let (workspace, integration) = (&submission.workspace.id, &submission.integration_id);
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

async fn keep_answer(
    app: &App,
    tx: &mut Tx,
    submission: &Submission,
    body_sha256: &str,
    (status, text): (StatusCode, &str),
) -> Result<(), StoreError> {
    let Some(key) = &submission.idempotency_key else {
        return Ok(());
    };
    let answer = Answer {
        body_sha256: body_sha256.to_owned(),
        status: status.as_u16(),
        answer: text.to_owned(),
    };
    let (workspace, place) = (
        &submission.workspace.id,
        (submission.integration_id.as_str(), key.as_str()),
    );
    idempotency::insert(tx, workspace, place, &answer, app.clock.now()).await
}

/// A refusal that was given before.
pub(crate) fn refusal_again(given: &Given) -> Option<Failure> {
    if given.status.is_success() {
        return None;
    }
    let body: ErrorBody = serde_json::from_str(&given.text).ok()?;
    Some(Failure::again(given.status, body))
}

fn difference(plan: &Plan) -> String {
    let counts = &plan.counts;
    format!(
        "The directory changed since the plan was made; nothing was applied. The plan would now create {}, update {}, \
         deactivate {}, reactivate {} and leave {} users as they are, and create {} groups. Its hash is {}.",
        counts.created,
        counts.updated,
        counts.deactivated,
        counts.reactivated,
        counts.unchanged,
        counts.groups_created,
        plan.hash
    )
}
