//! Bodies that come again: the same bytes, and records that say what they said the last time.
//!
//! Two shortcuts to what reading everybody would come to, never another verdict. The very same bytes, on a directory that
//! nobody changed since, have the report that they had and change nothing. Of another body, the users of records that
//! stand (`core/src/standing.rs`) are not read.

use std::time::Instant;

use passmuster_core::import::Prepared;
use passmuster_core::plan::Plan;
use passmuster_core::standing::{Marks, PrintKey, Standing};
use passmuster_core::wire::integration::{Outcome, UploadMode};

use crate::App;
use crate::metrics;
use crate::receive::{Given, Refused, Submission, answer_of, created};
use crate::recording::{self, Ending, Received, record};
use crate::secret::digest;
use crate::store::standings::{self, Found, LastBody, Remembered};
use crate::store::{Stored, Tx, to_json, uploads, workspaces};

/// The program's own part in a verdict: what is remembered by another one is worth nothing.
const ENGINE: &str = env!("PASSMUSTER_ENGINE");

/// What stands is remembered anew when one in so many records is new.
const RENEWED_SHARE: u64 = 16;

/// What a body's verdict rests on, as digests.
#[derive(Debug)]
pub(crate) struct Basis {
    /// How records are read and held against the directory.
    reading: String,
    /// That, with the bytes.
    body: String,
}

impl Basis {
    pub(crate) fn of(submission: &Submission, body_sha256: &str) -> Stored<Self> {
        let is_snapshot = submission.integration.upload_mode == UploadMode::Snapshot;
        let mapping = to_json(&submission.mapping)?;
        let reading = to_json(&(ENGINE, &mapping, is_snapshot, submission.workspace.salesforce))?;
        let encoding = submission.encoding.map(|encoding| encoding.name());
        let body = to_json(&(&reading, encoding, &submission.sheet, body_sha256))?;
        Ok(Self {
            reading: digest(reading.as_bytes()),
            body: digest(body.as_bytes()),
        })
    }
}

/// Answers the very bytes that were applied last, if nothing that matters changed since; `None`: they have to be read.
pub(crate) async fn same_bytes(
    app: &App,
    submission: &Submission,
    (body_sha256, basis): (&str, &Basis),
    since: Instant,
) -> Result<Option<Given>, Refused> {
    let (workspace, integration) = (&submission.workspace.id, &submission.integration);
    let mut tx = app.db.glance().await?;
    if standings::last_body(&mut tx, workspace, &integration.id, &basis.body)
        .await?
        .is_none()
    {
        return Ok(None);
    }
    drop(tx);
    let turn = app.turns.upload(workspace, 0, since).await?;
    let mut tx = turn.within(app.db.write()).await?;
    workspaces::lock(&mut tx, workspace).await?;
    if let Some(given) = recording::replay(app, &mut tx, submission, body_sha256).await? {
        return Ok(Some(given));
    }
    let Some(last) = standings::last_body(&mut tx, workspace, &integration.id, &basis.body).await? else {
        return Ok(None);
    };
    let plan = Plan::new(Vec::new(), Vec::new(), last.unchanged);
    if submission
        .plan_hash
        .as_ref()
        .is_some_and(|expected| *expected != plan.hash)
    {
        return Ok(None);
    }
    let Some((report, shape)) = uploads::reading(&mut tx, workspace, &last.upload_id).await? else {
        return Ok(None);
    };
    // A plan that does nothing crosses no limit; a snapshot may still be suspicious after the one before it.
    if integration.upload_mode == UploadMode::Snapshot
        && let Some(before) = uploads::last_shape(&mut tx, workspace, &integration.id).await?
        && !shape.alarms(&before).is_empty()
    {
        return Ok(None);
    }
    let upload_id = app.clock.id();
    let received = Received {
        submission,
        body_sha256,
        shape: Some(&shape),
    };
    let ending = Ending {
        upload_id: &upload_id,
        outcome: Outcome::Applied,
        report: &report,
        plan: Some(&plan),
        crossed: &[],
        audit: None,
    };
    record(app, &mut tx, received, ending).await?;
    let answer = answer_of(&upload_id, &report, &plan)?;
    recording::keep_answer(app, &mut tx, received, created(), &answer).await?;
    tx.commit().await?;
    metrics::repeated();
    Ok(Some(Given {
        status: created(),
        text: answer,
        is_replayed: false,
    }))
}

/// What is remembered, held against a body.
#[derive(Debug)]
pub(crate) struct Recalled {
    pub(crate) standing: Standing,
    key: PrintKey,
    is_new_key: bool,
    /// Records of the body that is remembered; none when nothing is.
    remembered: Option<u64>,
}

/// Which records of a body stand. `None` for full snapshots, which speak of those whom they don't name, where
/// usernames name managers, and for few records beside a large body.
pub(crate) async fn recall(
    app: &App,
    tx: &mut Tx,
    submission: &Submission,
    prepared: &Prepared<'_>,
    basis: &Basis,
) -> Stored<Option<Recalled>> {
    let (workspace, integration) = (&submission.workspace, &submission.integration);
    if workspace.salesforce || integration.upload_mode == UploadMode::Snapshot {
        return Ok(None);
    }
    let of = (integration.id.as_str(), basis.reading.as_str());
    let (known, found) = standings::find(tx, &workspace.id, of, prepared.records()).await?;
    let found = match found {
        Found::Nothing => None,
        Found::TooMuch => return Ok(None),
        Found::Remembered(remembered) => Some(remembered),
    };
    let remembered = found.as_ref().map(|found| found.records);
    let key = known.unwrap_or_else(|| PrintKey(app.clock.random()));
    let Remembered { prints, touched, .. } = found.unwrap_or_default();
    let standing = app.turns.compute(|| prepared.standing(&key, &prints, &touched)).await;
    Ok(Some(Recalled {
        standing,
        key,
        is_new_key: known.is_none(),
        remembered,
    }))
}

/// Remembers a body that was applied, where that makes the next one cheaper.
pub(crate) async fn remember(
    tx: &mut Tx,
    submission: &Submission,
    basis: &Basis,
    (upload_id, is_empty): (&str, bool),
    (recalled, marks): (Option<&Recalled>, &Marks),
) -> Stored<()> {
    let (workspace, integration) = (&submission.workspace.id, &submission.integration.id);
    if is_empty || marks.is_silent {
        let body = LastBody {
            upload_id: upload_id.to_owned(),
            unchanged: marks.records,
        };
        standings::keep_last_body(tx, workspace, (integration, &basis.body), &body).await?;
    }
    let Some(recalled) = recalled else { return Ok(()) };
    metrics::stood(recalled.standing.count());
    let gained = (marks.count() as u64).saturating_sub(recalled.standing.count() as u64);
    let is_worth_it = match recalled.remembered {
        // A few users in between don't drive out what stands of a large body.
        Some(records) => marks.records >= records / 2 && gained > marks.records / RENEWED_SHARE,
        None => marks.count() > 0,
    };
    if is_worth_it {
        if recalled.is_new_key {
            standings::set_key(tx, workspace, recalled.key).await?;
        }
        let prints = marks.prints(&recalled.standing);
        standings::keep(tx, workspace, (integration, &basis.reading), (marks.records, &prints)).await?;
    }
    Ok(())
}
