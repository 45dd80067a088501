//! Several users as a person edits them at once: one body, one plan, all or nothing.
//!
//! Each user's edit becomes a record of the same body; what a valid user is, the core says.

use std::collections::HashSet;

use passmuster_core::edit::{Setting, as_records};
use passmuster_core::import::{Decision, decide};
use passmuster_core::limits::{Crossed, Limits, Totals};
use passmuster_core::permission::{Permission, may_edit};
use passmuster_core::plan::Plan;
use passmuster_core::user::{User, email_key};
use passmuster_core::wire::directory::UserEdit;
use passmuster_core::wire::people::{BulkAnswer, BulkEdit, BulkValues};

use super::editing::with_username_of_manager;
use crate::App;
use crate::apply::{Origin, apply};
use crate::auth::Caller;
use crate::error::Failure;
use crate::receive::{Refused, Tries, read};
use crate::store::directory::{self, Known, Wanted};
use crate::store::listing::{self, Place};
use crate::store::{Tx, users, workspaces};

/// Users that one change may be for.
const MOST: u32 = 100_000;
/// Changes that an answer shows.
const SHOWN: usize = 1000;

/// Says what a change would do; changes nothing.
///
/// # Errors
/// 400 for nobody, for too many and for what can't be changed so, 403 for users with rights that the caller lacks, 404.
pub(crate) async fn plan(app: &App, caller: &Caller, edit: &BulkEdit) -> Result<BulkAnswer, Failure> {
    let mut tx = app.db.read().await?;
    let (users, _, Decision { report, plan }) = weigh(app, &mut tx, caller, edit).await?;
    let mut plan = plan;
    let crossed = match &plan {
        Some(plan) => crossed(&mut tx, &caller.workspace.id, plan, users).await?,
        None => Vec::new(),
    };
    if let Some(plan) = &mut plan {
        app.shown.remember(&caller.workspace.id, plan);
        plan.cut(SHOWN);
    }
    Ok(BulkAnswer {
        applied: false,
        users,
        report,
        crossed,
        plan,
    })
}

/// Does it.
///
/// # Errors
/// Those of [`plan`]; 400 for what no body could say, 409 when the plan is not the one that was agreed to.
pub(crate) async fn carry_out(
    app: &App,
    caller: &Caller,
    edit: &BulkEdit,
    plan_hash: Option<&str>,
) -> Result<BulkAnswer, Failure> {
    let mut tries = Tries::default();
    loop {
        let tried = try_edit(app, caller, edit, plan_hash).await;
        if let Some(answer) = tries.take(tried) {
            return answer;
        }
    }
}

async fn try_edit(app: &App, caller: &Caller, edit: &BulkEdit, plan_hash: Option<&str>) -> Result<BulkAnswer, Refused> {
    let workspace = &caller.workspace.id;
    let _turn = app.turns.write(workspace).await?;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, workspace).await?;
    let (users, mut known, Decision { report, plan }) = weigh(app, &mut tx, caller, edit).await?;
    let Some(mut plan) = plan else {
        return Err(Failure::rejected(&report, None).into());
    };
    if let Some(expected) = plan_hash.filter(|expected| *expected != plan.hash) {
        let difference = app.shown.difference(workspace, expected, &plan, &known.directory.users);
        return Err(Failure::other_plan(&plan, difference).into());
    }
    let origin = Origin {
        actor: &caller.actor,
        via: caller.via,
        upload_id: None,
    };
    let told = apply(&mut tx, workspace, &mut known, &plan, origin, app.clock).await?;
    super::note_request(&mut tx, workspace, told.as_ref()).await?;
    tx.commit().await?;
    plan.cut(SHOWN);
    Ok(BulkAnswer {
        applied: true,
        users,
        report,
        crossed: Vec::new(),
        plan: Some(plan),
    })
}

/// What would hold an upload in an integration whose limits nobody changed.
async fn crossed(tx: &mut Tx, workspace: &str, plan: &Plan, users: u64) -> Result<Vec<Crossed>, Failure> {
    let limits = Limits::default();
    if !limits.concern(plan, false) {
        return Ok(Vec::new());
    }
    let (active_users, with_manager, admins) = users::totals(tx, workspace).await?;
    let totals = Totals {
        active_users,
        with_manager,
        admins,
        groups: 0,
        records: users,
    };
    Ok(limits.crossed(plan, &totals, false))
}

async fn weigh(app: &App, tx: &mut Tx, caller: &Caller, edit: &BulkEdit) -> Result<(u64, Known, Decision), Failure> {
    let workspace = &caller.workspace;
    if edit.set == BulkValues::default() {
        return Err(Failure::invalid("Nothing is to be changed.", "Say what under \"set\"."));
    }
    let meant = meant(tx, &workspace.id, edit).await?;
    if let Some(user) = meant
        .iter()
        .find(|user| !may_edit(caller.permissions(), Some(user), user))
    {
        return Err(Failure::forbidden(
            &format!("{} has permissions that you lack.", user.email),
            "Nobody was changed. Leave them out, or ask a full admin of the workspace.",
        ));
    }
    let common = UserEdit {
        is_active: edit.set.is_active,
        manager: edit.set.manager.clone(),
        groups: edit.set.groups.clone(),
        ..UserEdit::default()
    };
    let common = with_username_of_manager(tx, caller, common).await?;
    let edits: Vec<UserEdit> = meant.iter().map(|user| of_one(&common, &edit.set, user)).collect();
    let setting = Setting {
        salesforce: workspace.salesforce,
        may_create_groups: caller.may(Permission::GroupsEdit),
    };
    let body =
        as_records(edits.iter().zip(&meant), setting).map_err(|fault| Failure::invalid(fault, "Leave it out."))?;
    let prepared = read(app, &body.body, &body.mapping, None, None).await;
    let needs = prepared.needs();
    let known = directory::known(tx, workspace, Wanted::Named(&needs)).await?;
    let decision = app.turns.compute(|| decide(prepared, &known.directory)).await;
    Ok((meant.len() as u64, known, decision))
}

fn of_one(common: &UserEdit, set: &BulkValues, user: &User) -> UserEdit {
    let mut edit = common.clone();
    if !set.add_tags.is_empty() {
        edit.tags = Some(user.tags.iter().chain(&set.add_tags).cloned().collect());
    }
    edit
}

/// The users that are meant, each once, by address.
async fn meant(tx: &mut Tx, workspace: &str, edit: &BulkEdit) -> Result<Vec<User>, Failure> {
    let users = match &edit.filter {
        Some(_) if !edit.emails.is_empty() => {
            return Err(Failure::invalid(
                "Both addresses and a filter say who is meant.",
                "Leave one of them out.",
            ));
        }
        Some(filter) => {
            listing::page(tx, workspace, filter, Place::After(""), MOST + 1)
                .await?
                .users
        }
        None => {
            let keys: HashSet<String> = edit.emails.iter().map(|email| email_key(email.trim())).collect();
            let mut keys: Vec<String> = keys.into_iter().collect();
            keys.sort_unstable();
            keys.truncate(MOST as usize + 1);
            let mut found = users::find_all(tx, workspace, &keys).await?;
            found.sort_by_cached_key(|user| email_key(&user.email));
            let is_there = |key: &&String| found.iter().any(|user| email_key(&user.email) == **key);
            if found.len() < keys.len()
                && let Some(missing) = keys.iter().find(|key| !is_there(key))
            {
                return Err(Failure::not_found(&format!("user {missing:?}")));
            }
            found
        }
    };
    if users.is_empty() {
        return Err(Failure::invalid("Nobody is meant.", "Name at least one user."));
    }
    if users.len() > MOST as usize {
        return Err(Failure::invalid(
            format!("More than {MOST} users are meant."),
            "Upload a file for so many, or narrow the filter.",
        ));
    }
    Ok(users)
}
