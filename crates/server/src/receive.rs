//! What happens to every body, wherever it came from: prepare → read what it names → decide → apply.
//!
//! Holds the workspace's lock from reading the directory until the change is durable, so that of two bodies one wins
//! whole, then the other.

use std::time::Instant;

use axum::http::StatusCode;
use bytes::Bytes;
use passmuster_core::group::{AttributeType, GroupType, IntegrationIdType};
use passmuster_core::import::{Decision, Options, Prepared, decide_rest, prepare, prepare_sheet};
use passmuster_core::limits::{Crossed, Totals};
use passmuster_core::mapping::Mapping;
use passmuster_core::plan::Plan;
use passmuster_core::problem::Report;
use passmuster_core::read::decode::Encoding;
use passmuster_core::request::{NewAddress, add_problems, change_emails};
use passmuster_core::shape::Shape;
use passmuster_core::standing::{Marks, Standing};
use passmuster_core::user::email_key;
use passmuster_core::value::email;
use passmuster_core::wire::integration::{Outcome, UploadMode};
use passmuster_core::wire::{PlanAnswer, UploadAnswer};

use crate::App;
use crate::again::{self, Basis};
use crate::apply::{Origin, apply};
use crate::error::Failure;
use crate::metrics;
use crate::recording::{self, Ending, Received, record};
use crate::secret::digest;
use crate::store::directory::{self, Known, Wanted};
use crate::store::integrations::Integration;
use crate::store::workspaces::{self, Workspace};
use crate::store::{StoreError, Tx, uploads, users};
use crate::turns::Turn;

/// How often a transaction that lost against another one is run.
const TRIES: u32 = 3;

/// A body with all that decides what becomes of it.
#[derive(Debug)]
pub(crate) struct Submission {
    pub(crate) workspace: Workspace,
    pub(crate) integration: Integration,
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
    /// Whether a person who may has seen which limits it crosses.
    pub(crate) is_allowed: bool,
    /// Addresses that change: of a request that names users by username.
    pub(crate) addresses: Vec<NewAddress>,
    /// What there is to be before it is decided on.
    pub(crate) defines: Defines,
}

/// Group types, attributes and kinds of integration ID that a request needs and that may not be there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Defines {
    /// Names.
    pub(crate) group_types: Vec<String>,
    pub(crate) attributes: Vec<AttributeType>,
    pub(crate) integration_ids: Vec<IntegrationIdType>,
}

impl Defines {
    /// Whether nothing has to be there.
    pub(crate) fn is_empty(&self) -> bool {
        self.group_types.is_empty() && self.attributes.is_empty() && self.integration_ids.is_empty()
    }

    /// Adds them to what is known, for a plan that is made before they are.
    fn expect(&self, known: &mut Known) {
        let directory = &mut known.directory;
        for name in &self.group_types {
            if !directory.group_types.iter().any(|known| known.name == *name) {
                let groups = Vec::new();
                directory.group_types.push(GroupType {
                    name: name.clone(),
                    groups,
                });
            }
        }
        for attribute in &self.attributes {
            if !directory.attributes.iter().any(|known| known.name == attribute.name) {
                directory.attributes.push(attribute.clone());
            }
        }
        for kind in &self.integration_ids {
            if !directory.integration_ids.iter().any(|known| known.slug == kind.slug) {
                directory.integration_ids.push(kind.clone());
            }
        }
    }
}

impl Submission {
    /// Reads and checks the body by itself.
    pub(crate) async fn read(&self, app: &App) -> Prepared<'_> {
        read(app, &self.body, &self.mapping, self.encoding, self.sheet.as_deref()).await
    }
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

/// A body held against the directory.
#[derive(Debug)]
pub(crate) struct Settled {
    pub(crate) known: Known,
    pub(crate) decision: Decision,
    /// How the records stand once the plan is applied.
    pub(crate) marks: Marks,
    /// Ids of known users whom the body has a record of and whom no integration manages yet.
    pub(crate) unmanaged: Vec<String>,
}

/// Holds a body against the directory as the transaction sees it; as a full snapshot of an integration, if it is one.
/// Of the records that stand, the users are not read.
pub(crate) async fn settle(
    app: &App,
    tx: &mut Tx,
    submission: &Submission,
    (prepared, standing): (Prepared<'_>, Option<&Standing>),
) -> Result<Settled, Failure> {
    let Submission {
        workspace, addresses, ..
    } = submission;
    let mut known = match snapshot_of(&submission.integration) {
        Some(integration) => directory::known(tx, workspace, Wanted::Snapshot { integration }).await?,
        // What it names is not worth telling when everybody is read anyway.
        None if directory::is_small_for(tx, workspace, prepared.records(), standing.is_some()).await? => {
            directory::known(tx, workspace, Wanted::All).await?
        }
        None => {
            let mut needs = match standing {
                Some(standing) => prepared.needs_beside(standing),
                None => prepared.needs(),
            };
            needs.email_keys.extend(keys_of(addresses));
            directory::known(tx, workspace, Wanted::Named(&needs)).await?
        }
    };
    submission.defines.expect(&mut known);
    let users = known.unmanaged.iter().map(|at| &known.directory.users[*at]);
    let unmanaged = users
        .filter(|user| prepared.names(&user.email))
        .map(|user| user.id.clone())
        .collect();
    let work = || decide_rest(prepared, &known.directory, standing);
    let (mut decision, marks) = app.turns.compute(work).await;
    if let Some(plan) = decision.plan.take() {
        match change_emails(plan, &known.directory, addresses) {
            Ok(plan) => decision.plan = Some(plan),
            Err(problems) => add_problems(&mut decision.report, problems),
        }
    }
    Ok(Settled {
        known,
        decision,
        marks,
        unmanaged,
    })
}

/// The keys of the addresses that users are to have.
fn keys_of(addresses: &[NewAddress]) -> impl Iterator<Item = String> {
    let addresses = addresses.iter().map(|new| email::clean(new.address.trim()));
    addresses.map(email_key)
}

/// The integration whose full snapshot an upload is.
fn snapshot_of(integration: &Integration) -> Option<&str> {
    (integration.upload_mode == UploadMode::Snapshot).then_some(integration.id.as_str())
}

/// The limits that a plan crosses, and what is suspicious about a full snapshot.
pub(crate) async fn crossings(
    tx: &mut Tx,
    workspace: &Workspace,
    integration: &Integration,
    (known, plan, shape): (&Known, &Plan, &Shape),
) -> Result<Vec<Crossed>, StoreError> {
    let is_snapshot = integration.upload_mode == UploadMode::Snapshot;
    let mut crossed = Vec::new();
    if integration.limits.concern(plan, is_snapshot) {
        let (active_users, with_manager, admins) = users::totals(tx, &workspace.id).await?;
        let groups = known.directory.group_types.iter().map(|kind| kind.groups.len() as u64);
        let totals = Totals {
            active_users,
            with_manager,
            admins,
            groups: groups.sum(),
            records: shape.records,
        };
        crossed = integration.limits.crossed(plan, &totals, is_snapshot);
    }
    if is_snapshot && let Some(last) = uploads::last_shape(tx, &workspace.id, &integration.id).await? {
        crossed.extend(shape.alarms(&last));
    }
    Ok(crossed)
}

/// Says what a body would do; stores and changes nothing.
pub(crate) async fn plan(app: &App, submission: &Submission) -> Result<PlanAnswer, Failure> {
    let (workspace, integration) = (&submission.workspace, &submission.integration);
    let prepared = submission.read(app).await;
    let shape = prepared.shape();
    let basis = Basis::of(submission, "")?;
    let _room = app.turns.plan(submission.body.len(), Instant::now()).await?;
    let mut tx = app.db.read().await?;
    let recalled = again::recall(app, &mut tx, submission, &prepared, &basis).await?;
    let standing = recalled.as_ref().map(|recalled| &recalled.standing);
    let settled = settle(app, &mut tx, submission, (prepared, standing)).await?;
    let Decision { report, plan } = settled.decision;
    let mut limits = Vec::new();
    if let Some(plan) = &plan {
        limits = crossings(&mut tx, workspace, integration, (&settled.known, plan, &shape)).await?;
        app.shown.remember(&workspace.id, plan);
    }
    metrics::planned();
    Ok(PlanAnswer { report, plan, limits })
}

/// Applies a body, whole or not at all, and records it.
pub(crate) async fn upload(app: &App, submission: &Submission) -> Result<Given, Failure> {
    let body_sha256 = digest(&submission.body);
    let mut in_use = None;
    if let Some(key) = &submission.idempotency_key {
        in_use = Some(app.turns.key(&submission.integration.id, key)?);
        let mut tx = app.db.read().await?;
        if let Some(given) = recording::replay(app, &mut tx, submission, &body_sha256).await? {
            return Ok(given);
        }
    }
    let mut tries = Tries::default();
    let since = Instant::now();
    let given = loop {
        let tried = try_upload(app, submission, &body_sha256, since).await;
        if let Some(given) = tries.take(tried) {
            break given;
        }
    };
    drop(in_use);
    given
}

/// How often a transaction was tried; one that lost against another is run again.
#[derive(Debug, Default)]
pub(crate) struct Tries(u32);

impl Tries {
    /// What a try came to; `None`: try again.
    pub(crate) fn take<T>(&mut self, tried: Result<T, Refused>) -> Option<Result<T, Failure>> {
        self.0 += 1;
        match tried {
            Err(Refused::ByStore(StoreError::Again(_))) if self.0 < TRIES => None,
            Err(Refused::ByStore(error)) => Some(Err(error.into())),
            Err(Refused::Otherwise(failure)) => Some(Err(*failure)),
            Ok(done) => Some(Ok(done)),
        }
    }
}

/// Why a transaction did not come to its end.
#[derive(Debug)]
pub(crate) enum Refused {
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

async fn try_upload(app: &App, submission: &Submission, body_sha256: &str, since: Instant) -> Result<Given, Refused> {
    let basis = Basis::of(submission, body_sha256)?;
    if let Some(given) = again::same_bytes(app, submission, (body_sha256, &basis), since).await? {
        return Ok(given);
    }
    match try_reading(app, submission, (body_sha256, &basis), (since, true)).await? {
        Some(given) => Ok(given),
        None => {
            let given = try_reading(app, submission, (body_sha256, &basis), (since, false)).await?;
            Ok(given.ok_or_else(|| Failure::internal("a body that was read in full was not decided on"))?)
        }
    }
}

/// Reads, decides and applies; `None` when that has to be done without what is remembered, to say where the plan differs
/// from the one that was agreed to.
async fn try_reading(
    app: &App,
    submission: &Submission,
    (body_sha256, basis): (&str, &Basis),
    (since, may_recall): (Instant, bool),
) -> Result<Option<Given>, Refused> {
    let workspace = &submission.workspace;
    let prepared = submission.read(app).await;
    let shape = prepared.shape();
    let received = Received {
        submission,
        body_sha256,
        shape: Some(&shape),
    };
    if prepared.has_errors() {
        // It will write nothing but its record, so that nobody has to wait for it.
        let _room = app.turns.plan(submission.body.len(), since).await?;
        let mut tx = app.db.read().await?;
        let settled = settle(app, &mut tx, submission, (prepared, None)).await?;
        drop(tx);
        return Err(recording::reject(app, received, &settled.decision.report).await.into());
    }
    let turn = app.turns.upload(&workspace.id, submission.body.len(), since).await?;
    let tx = turn.within(app.db.write()).await?;
    let work = apply_in_turn(app, received, (basis, may_recall), prepared, (turn, tx));
    app.db.on_one_thread(work).await
}

/// What is left to do once it is this upload's turn: others wait for it.
async fn apply_in_turn(
    app: &App,
    received: Received<'_>,
    (basis, may_recall): (&Basis, bool),
    prepared: Prepared<'_>,
    (turn, mut tx): (Turn, Tx),
) -> Result<Option<Given>, Refused> {
    let Received {
        submission,
        body_sha256,
        shape,
    } = received;
    let no_shape = Shape::default();
    let shape = shape.unwrap_or(&no_shape);
    let (workspace, integration) = (&submission.workspace, &submission.integration);
    workspaces::lock(&mut tx, &workspace.id).await?;
    // Another server may have answered since we looked.
    if let Some(given) = recording::replay(app, &mut tx, submission, body_sha256).await? {
        return Ok(Some(given));
    }
    let recalled = match may_recall {
        true => again::recall(app, &mut tx, submission, &prepared, basis).await?,
        false => None,
    };
    let standing = recalled.as_ref().map(|recalled| &recalled.standing);
    let settled = settle(app, &mut tx, submission, (prepared, standing)).await?;
    let Decision { report, plan } = &settled.decision;
    let Some(plan) = plan else {
        drop((tx, turn));
        return Err(recording::reject(app, received, report).await.into());
    };
    let is_another = submission
        .plan_hash
        .as_ref()
        .is_some_and(|expected| *expected != plan.hash);
    if is_another && standing.is_some_and(|standing| standing.count() > 0) {
        return Ok(None);
    }
    refuse_other_plan(app, submission, plan, &settled.known)?;
    if !submission.is_allowed {
        let crossed = crossings(&mut tx, workspace, integration, (&settled.known, plan, shape)).await?;
        if !crossed.is_empty() {
            let failure = recording::hold(app, &mut tx, received, (report, plan), &crossed).await?;
            tx.commit().await?;
            return Err(failure.into());
        }
    }
    let upload_id = app.clock.id();
    let (done, audit) = carry_out(app, &mut tx, submission, &upload_id, settled).await?;
    let applied = (upload_id.as_str(), done.plan.is_empty());
    again::remember(&mut tx, submission, basis, applied, (recalled.as_ref(), &done.marks)).await?;
    let ending = Ending {
        upload_id: &upload_id,
        outcome: Outcome::Applied,
        report: &done.report,
        plan: Some(&done.plan),
        crossed: &[],
        audit,
    };
    record(app, &mut tx, received, ending).await?;
    recording::keep_answer(app, &mut tx, received, created(), &done.answer).await?;
    tx.commit().await?;
    Ok(Some(Given {
        status: created(),
        text: done.answer,
        is_replayed: false,
    }))
}

/// The status of an upload that was applied.
pub(crate) fn created() -> StatusCode {
    StatusCode::CREATED
}

/// # Errors
/// 409 when the plan that was agreed to is not the one that would be applied now.
pub(crate) fn refuse_other_plan(app: &App, submission: &Submission, plan: &Plan, known: &Known) -> Result<(), Failure> {
    match &submission.plan_hash {
        Some(expected) if *expected != plan.hash => {
            let workspace = &submission.workspace.id;
            let users = &known.directory.users;
            let difference = app.shown.difference(workspace, expected, plan, users);
            app.shown.remember(workspace, plan);
            Err(Failure::other_plan(plan, difference))
        }
        _ => Ok(()),
    }
}

/// What was applied.
#[derive(Debug)]
pub(crate) struct CarriedOut {
    pub(crate) report: Report,
    pub(crate) plan: Plan,
    /// How the records stand now.
    pub(crate) marks: Marks,
    /// The answer, as JSON.
    pub(crate) answer: String,
}

/// Applies the plan of a body, and remembers through which upload its users came to be managed; with the ids of the
/// first and the last audit entry.
pub(crate) async fn carry_out(
    app: &App,
    tx: &mut Tx,
    submission: &Submission,
    upload_id: &str,
    settled: Settled,
) -> Result<(CarriedOut, Option<(String, String)>), Refused> {
    let workspace = &submission.workspace.id;
    let Settled {
        mut known,
        decision,
        marks,
        unmanaged,
    } = settled;
    let Some(mut plan) = decision.plan else {
        return Err(Failure::internal("a body with errors is never applied").into());
    };
    let origin = Origin {
        actor: &submission.actor,
        via: submission.via,
        upload_id: Some(upload_id),
    };
    let audit = apply(tx, workspace, &mut known, &plan, origin, app.clock).await?;
    users::set_source(tx, workspace, &unmanaged, upload_id).await?;
    // The changes are in the audit now; what is left to do needs the memory.
    drop(known);
    plan.cut(0);
    plan.changes.shrink_to_fit();
    let answer = answer_of(upload_id, &decision.report, &plan)?;
    let carried_out = CarriedOut {
        report: decision.report,
        plan,
        marks,
        answer,
    };
    Ok((carried_out, audit))
}

/// The answer to an upload that was applied, as JSON.
pub(crate) fn answer_of(upload_id: &str, report: &Report, plan: &Plan) -> Result<String, StoreError> {
    crate::store::to_json(&UploadAnswer {
        upload_id: upload_id.to_owned(),
        records: report.records,
        counts: plan.counts,
        warning_count: report.warning_count,
        plan_hash: plan.hash.clone(),
    })
}
