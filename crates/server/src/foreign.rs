//! What a request of another system's API comes to: heard by its dialect, told as a body, and then the way of any body.
//!
//! prepare → read what it names → decide → apply, in one transaction under the workspace's lock; recorded as an upload, so
//! that it can be looked at and undone. A dialect says what its requests mean ([`Ask`]); nothing here knows any dialect.

use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use passmuster_core::import::Decision;
use passmuster_core::limits::{Crossed, Limits};
use passmuster_core::mapping::{FileFormat, Mapping};
use passmuster_core::permission::{Permission, may_edit};
use passmuster_core::plan::Plan;
use passmuster_core::problem::{Problem, Report};
use passmuster_core::request::{Heard, Told, add_problems, with_rows};
use passmuster_core::shape::Shape;
use passmuster_core::wire::PlanAnswer;
use passmuster_core::wire::integration::{Outcome, UploadMode};

use crate::App;
use crate::admin::{self, By};
use crate::apply::{Origin, apply};
use crate::auth::{Caller, Sender};
use crate::dialects::data::{Asked, CHANGES_SHOWN, Mode};
use crate::error::{Failure, REPLAYED, json, json_text};
use crate::receive::{Defines, Refused, Settled, Submission, Tries, carry_out, crossings, refuse_other_plan, settle};
use crate::recording::{self, Ending, Received, record};
use crate::secret::digest;
use crate::store::directory::{self, Known, Wanted};
use crate::store::idempotency::{self, Answer};
use crate::store::integrations::Integration;
use crate::store::workspaces::{self, Workspace};
use crate::store::{StoreError, Tx, credentials, groups, standings, users};

/// Who asks, and through which API.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) workspace: Workspace,
    /// A token's first characters, or whose key it is.
    pub(crate) actor: String,
    /// The dialect, such as `account`.
    pub(crate) via: &'static str,
    /// Through which integration they come, with the id of its token.
    integration: Option<(Integration, String)>,
    /// What a key's holder may do; a token may do what its API offers.
    permissions: Option<Vec<Permission>>,
}

impl Visitor {
    /// Somebody with the token of an integration.
    pub(crate) fn with_token(workspace: Workspace, sender: Sender, via: &'static str) -> Self {
        Self {
            workspace,
            actor: sender.starts_with,
            via,
            integration: Some((sender.integration, sender.token_id)),
            permissions: None,
        }
    }

    /// Somebody with a key.
    pub(crate) fn with_key(caller: Caller, via: &'static str) -> Self {
        Self {
            permissions: Some(caller.permissions().to_vec()),
            workspace: caller.workspace,
            actor: caller.actor,
            via,
            integration: None,
        }
    }

    /// What the audit says of them.
    pub(crate) fn by(&self) -> By<'_> {
        By {
            actor: &self.actor,
            via: self.via,
        }
    }

    fn submission(&self, wish: &Wish, plan_hash: Option<&str>) -> Submission {
        let told = &wish.told;
        let (integration, token_id) = match &self.integration {
            Some((integration, token)) => (integration.clone(), Some(token.clone())),
            None => (of_no_integration(), None),
        };
        Submission {
            workspace: self.workspace.clone(),
            integration: Integration {
                // A request speaks of those whom it names, never of all.
                upload_mode: UploadMode::Changes,
                ..integration
            },
            mapping: told.mapping.clone(),
            mapping_version: None,
            body: told.body.clone().into(),
            encoding: None,
            sheet: None,
            actor: self.actor.clone(),
            via: self.via,
            token_id,
            plan_hash: plan_hash.map(str::to_owned),
            idempotency_key: None,
            is_allowed: false,
            addresses: told.addresses.clone(),
            defines: wish.defines.clone(),
        }
    }
}

/// What stands for the integration of a request that came with a key.
pub(crate) fn of_no_integration() -> Integration {
    Integration {
        id: String::new(),
        name: String::new(),
        route: String::new(),
        admin_email: None,
        enabled: true,
        sandbox: false,
        upload_mode: UploadMode::Changes,
        limits: Limits::default(),
        mapping: Mapping::on_enabling(FileFormat::Json),
        mapping_version: 1,
    }
}

/// A request of a dialect.
pub(crate) trait Ask: Sync {
    /// Says what it means, with what it has to know of the directory.
    fn hear(&self, app: &App, tx: &mut Tx, visitor: &Visitor) -> impl Future<Output = Result<Wish, Failure>> + Send;
}

/// What a request means.
#[derive(Debug)]
pub(crate) struct Wish {
    /// Its records.
    pub(crate) told: Told,
    /// What there has to be before.
    pub(crate) defines: Defines,
    /// The id of the one user that it speaks of, or the address of a new one.
    pub(crate) subject: String,
    /// What is wrong with it, whatever the rules of bodies say.
    pub(crate) problems: Vec<Problem>,
    /// How its rows were read, when it has some.
    pub(crate) reading: Option<Report>,
}

impl Wish {
    /// What was heard, told as a body.
    pub(crate) fn of(told: Told, heard: Heard<'_>) -> Self {
        Self {
            told,
            defines: Defines {
                group_types: heard.group_types,
                ..Defines::default()
            },
            subject: String::new(),
            problems: heard.problems,
            reading: None,
        }
    }
}

/// What was done.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// By which it can be undone.
    pub(crate) upload_id: String,
    /// Of the wish.
    pub(crate) subject: String,
    /// Without its changes; `None`: it was done before.
    pub(crate) plan: Option<Plan>,
    /// The answer of an upload, as JSON.
    pub(crate) answer: String,
    /// Whether it is the first answer again.
    pub(crate) is_replayed: bool,
}

/// An upload's answer to a request.
pub(crate) fn respond(status: StatusCode, done: Done) -> Response {
    let mut response = json_text(status, done.answer);
    if done.is_replayed {
        response
            .headers_mut()
            .insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// Says what a request would do; stores and changes nothing.
pub(crate) async fn plan(app: &App, visitor: &Visitor, ask: &impl Ask) -> Result<PlanAnswer, Failure> {
    let mut tx = app.db.read().await?;
    let wish = ask.hear(app, &mut tx, visitor).await?;
    let submission = visitor.submission(&wish, None);
    let settled = weigh(app, &mut tx, &submission, &wish).await?;
    let mut limits = Vec::new();
    if let Some(plan) = &settled.decision.plan {
        demand_rights(visitor, plan, &settled.known)?;
        limits = crossed(&mut tx, &submission, &settled, plan).await?;
        app.shown.remember(&visitor.workspace.id, plan);
    }
    let Decision { report, plan } = settled.decision;
    Ok(PlanAnswer { report, plan, limits })
}

/// The answer to `mode=check` and `mode=plan`.
pub(crate) async fn rehearse(
    app: &App,
    visitor: &Visitor,
    ask: &impl Ask,
    (asked, mode): (&Asked, Mode),
) -> Result<Response, Failure> {
    let mut answer = plan(app, visitor, ask).await?;
    if mode == Mode::Check {
        answer.plan = None;
        answer.limits.clear();
    }
    if let Some(plan) = answer.plan.as_mut().filter(|_| !asked.wants_all_changes()) {
        plan.cut(CHANGES_SHOWN);
    }
    Ok(json(StatusCode::OK, &answer))
}

/// Does what a request says, whole or not at all; `plan_hash` is the plan that was agreed to, `again` an idempotency key and
/// the digest of the body.
pub(crate) async fn carry(
    app: &App,
    visitor: &Visitor,
    ask: &impl Ask,
    plan_hash: Option<&str>,
    again: Option<(&str, &str)>,
) -> Result<Done, Failure> {
    let mut tries = Tries::default();
    loop {
        let tried = try_carry(app, visitor, ask, (plan_hash, again)).await;
        if let Some(done) = tries.take(tried) {
            return done;
        }
    }
}

async fn try_carry(
    app: &App,
    visitor: &Visitor,
    ask: &impl Ask,
    (plan_hash, again): (Option<&str>, Option<(&str, &str)>),
) -> Result<Done, Refused> {
    let workspace = &visitor.workspace;
    let turn = app.turns.write(&workspace.id).await?;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, &workspace.id).await?;
    let place = visitor.integration.as_ref().zip(again);
    let place = place.map(|((integration, _), (key, sha256))| (integration.id.as_str(), key, sha256));
    if let Some((integration, key, sha256)) = place
        && let Some(first) = idempotency::find(&mut tx, &workspace.id, integration, key, app.clock.now()).await?
    {
        if first.body_sha256 != sha256 {
            return Err(Failure::other_body(key).into());
        }
        return Ok(Done {
            answer: first.answer,
            is_replayed: true,
            ..Done::default()
        });
    }
    let wish = ask.hear(app, &mut tx, visitor).await?;
    let submission = visitor.submission(&wish, plan_hash);
    let body_sha256 = digest(&submission.body);
    let received = Received {
        submission: &submission,
        body_sha256: &body_sha256,
        // The shape of a request says nothing of the next file.
        shape: None,
    };
    define(app, &mut tx, workspace, visitor.by(), &submission.defines).await?;
    let mut settled = weigh(app, &mut tx, &submission, &wish).await?;
    let Decision { report, plan } = &settled.decision;
    let Some(plan) = plan else {
        drop((tx, turn));
        let failure = match visitor.integration {
            Some(_) => recording::reject(app, received, report).await,
            None => Failure::rejected(report, None),
        };
        return Err(failure.into());
    };
    refuse_other_plan(app, &submission, plan, &settled.known)?;
    demand_rights(visitor, plan, &settled.known)?;
    let crossed = crossed(&mut tx, &submission, &settled, plan).await?;
    if !crossed.is_empty() {
        // What it defines is made when it is allowed.
        drop(tx);
        let mut tx = app.db.write().await?;
        workspaces::lock(&mut tx, &workspace.id).await?;
        let failure = recording::hold(app, &mut tx, received, (report, plan), &crossed).await?;
        tx.commit().await?;
        return Err(failure.into());
    }
    if visitor.integration.is_none() {
        settled.unmanaged.clear();
    }
    let upload_id = app.clock.id();
    let (done, audit) = carry_out(app, &mut tx, &submission, &upload_id, settled).await?;
    if visitor.integration.is_none() {
        // No integration manages whom a person made.
        users::forget_source(&mut tx, &workspace.id, &upload_id).await?;
    }
    let ending = Ending {
        upload_id: &upload_id,
        outcome: Outcome::Applied,
        report: &done.report,
        plan: Some(&done.plan),
        crossed: &[],
        audit,
    };
    record(app, &mut tx, received, ending).await?;
    if let Some((integration, key, sha256)) = place {
        let answer = Answer {
            body_sha256: sha256.to_owned(),
            status: StatusCode::CREATED.as_u16(),
            answer: done.answer.clone(),
        };
        idempotency::insert(&mut tx, &workspace.id, (integration, key), &answer, app.clock.now()).await?;
    }
    tx.commit().await?;
    Ok(Done {
        upload_id,
        subject: wish.subject,
        plan: Some(done.plan),
        answer: done.answer,
        is_replayed: false,
    })
}

/// The limits that a plan crosses; a person's key has none.
async fn crossed(
    tx: &mut Tx,
    submission: &Submission,
    settled: &Settled,
    plan: &Plan,
) -> Result<Vec<Crossed>, StoreError> {
    if submission.token_id.is_none() {
        return Ok(Vec::new());
    }
    let about = (&settled.known, plan, &Shape::default());
    crossings(tx, &submission.workspace, &submission.integration, about).await
}

/// Holds a wish against the directory; the report is one of the request, not of the body that it was told as.
async fn weigh(app: &App, tx: &mut Tx, submission: &Submission, wish: &Wish) -> Result<Settled, Failure> {
    let reading = wish.reading.as_ref();
    let is_refused = !wish.problems.is_empty() || reading.is_some_and(|reading| reading.error_count > 0);
    let prepared = submission.read(app).await;
    let mut settled = settle(app, tx, submission, (prepared, None)).await?;
    let Decision { report, plan } = &mut settled.decision;
    plan.take_if(|_| is_refused);
    wish.told.place(report);
    if let Some(reading) = reading {
        // That there are no records is said by what kept them from being read.
        let is_nothing = is_refused && wish.told.is_empty();
        *report = match is_nothing {
            true => reading.clone(),
            false => with_rows(report.clone(), reading),
        };
    }
    if reading.is_none() {
        // What the dialect says of a field, it says in its own words.
        let is_told = |problem: &Problem| wish.problems.iter().any(|own| own.column == problem.column);
        let before = report.errors().count();
        report.problems.retain(|problem| !is_told(problem));
        report.error_count -= (before - report.errors().count()) as u64;
    }
    add_problems(report, wish.problems.clone());
    Ok(settled)
}

/// Makes the group types and attributes that aren't there.
pub(crate) async fn define(
    app: &App,
    tx: &mut Tx,
    workspace: &Workspace,
    by: By<'_>,
    wanted: &Defines,
) -> Result<(), Failure> {
    if wanted.is_empty() {
        return Ok(());
    }
    let (catalog, _) = groups::catalog(tx, &workspace.id, workspace.salesforce).await?;
    for name in &wanted.group_types {
        if !catalog.group_types.iter().any(|known| known.name == *name) {
            let name = admin::name_of(name, "a group type")?;
            groups::insert_type(tx, &workspace.id, &app.clock.id(), &name).await?;
            standings::note_definition(tx, &workspace.id).await?;
            admin::note(app, tx, &workspace.id, by, "group_type_created", &name).await?;
        }
    }
    for attribute in &wanted.attributes {
        if !catalog.attributes.iter().any(|known| known.name == attribute.name) {
            groups::insert_attribute(tx, &workspace.id, attribute).await?;
            standings::note_definition(tx, &workspace.id).await?;
            admin::note(app, tx, &workspace.id, by, "attribute_created", &attribute.name).await?;
        }
    }
    for kind in &wanted.integration_ids {
        if !catalog.integration_ids.iter().any(|known| known.slug == kind.slug) {
            groups::insert_integration_id_type(tx, &workspace.id, &kind.slug, &kind.name).await?;
            standings::note_definition(tx, &workspace.id).await?;
            admin::note(app, tx, &workspace.id, by, "integration_id_created", &kind.slug).await?;
        }
    }
    Ok(())
}

/// # Errors
/// 403 for a key's holder who would edit a user with, or give, rights that they lack.
fn demand_rights(visitor: &Visitor, plan: &Plan, known: &Known) -> Result<(), Failure> {
    let Some(permissions) = visitor
        .permissions
        .as_ref()
        .filter(|all| all.len() < Permission::ALL.len())
    else {
        return Ok(());
    };
    for change in &plan.changes {
        let id = change.user_id.as_ref();
        let before = known.directory.users.iter().find(|user| Some(&user.id) == id);
        let after = passmuster_core::edit::rights_after(plan, before);
        if !may_edit(permissions, before, &after) {
            return Err(Failure::forbidden(
                &format!("{} has, or would have, permissions that the key lacks.", change.email),
                "A full admin's key can do this.",
            ));
        }
    }
    Ok(())
}

/// A definition by itself: groups and group types that a request names without any user.
#[derive(Debug)]
pub(crate) struct NewGroups {
    /// Group types, and groups with their type, that weren't there.
    pub(crate) group_types: Vec<String>,
    pub(crate) plan: Plan,
}

/// Makes the groups (type and name) that aren't there, with their types; with `dry_run` only says which those are.
pub(crate) async fn make_groups(
    app: &App,
    visitor: &Visitor,
    wanted: (&[String], &[(String, String)]),
    dry_run: bool,
) -> Result<NewGroups, Failure> {
    let workspace = &visitor.workspace;
    let _turn = app.turns.write(&workspace.id).await?;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, &workspace.id).await?;
    let (catalog, _) = groups::catalog(&mut tx, &workspace.id, workspace.salesforce).await?;
    let named = wanted.0.iter().chain(wanted.1.iter().map(|(group_type, _)| group_type));
    let mut new_types: Vec<String> = Vec::new();
    for name in named {
        let name = admin::name_of(name, "a group type")?;
        if !catalog.group_types.iter().any(|known| known.name == name) && !new_types.contains(&name) {
            new_types.push(name);
        }
    }
    let defines = Defines {
        group_types: new_types,
        ..Defines::default()
    };
    define(app, &mut tx, workspace, visitor.by(), &defines).await?;
    let mut known = directory::known(&mut tx, workspace, Wanted::Named(&Default::default())).await?;
    let mut pairs = Vec::with_capacity(wanted.1.len());
    for (group_type, name) in wanted.1 {
        pairs.push((group_type.trim().to_owned(), admin::name_of(name, "a group")?));
    }
    let plan = passmuster_core::regroup::create_missing(&known.directory, &pairs);
    let origin = Origin {
        actor: &visitor.actor,
        via: visitor.via,
        upload_id: None,
    };
    let told = apply(&mut tx, &workspace.id, &mut known, &plan, origin, app.clock).await?;
    admin::note_request(&mut tx, &workspace.id, told.as_ref()).await?;
    if !dry_run {
        if let Some((_, token)) = &visitor.integration {
            credentials::note_token_use(&mut tx, &workspace.id, token, app.clock.now()).await?;
        }
        tx.commit().await?;
    }
    Ok(NewGroups {
        group_types: defines.group_types,
        plan,
    })
}
