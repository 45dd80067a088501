//! One user as a person edits them: a plan that is applied, as every change of the directory.
//!
//! The edit becomes a record and goes the way of any body; what a valid user is, the core says.

use passmuster_core::edit::{AddressFault, EditBody, Setting, as_record, change_email, rights_after};
use passmuster_core::import::{Decision, decide};
use passmuster_core::permission::{Permission, may_edit};
use passmuster_core::user::{User, email_key};
use passmuster_core::value::email;
use passmuster_core::wire::PlanAnswer;
use passmuster_core::wire::directory::{UserChanged, UserEdit};

use crate::App;
use crate::apply::{Origin, apply};
use crate::auth::Caller;
use crate::error::Failure;
use crate::receive::{Refused, Tries, read};
use crate::store::directory::{self, Known, Wanted};
use crate::store::{Tx, users, workspaces};

/// Whose edit it is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whom<'a> {
    /// A new user's, with the address in the edit.
    New,
    /// The user's of this address.
    Known(&'a str),
}

/// What an edit comes to, held against the directory.
struct Weighed {
    known: Known,
    before: Option<User>,
    decision: Decision,
}

/// Says what an edit would do; changes nothing.
///
/// # Errors
/// 403 for rights that the caller lacks, 404, 409 for an address that is taken.
pub(crate) async fn plan(app: &App, caller: &Caller, whom: Whom<'_>, edit: &UserEdit) -> Result<PlanAnswer, Failure> {
    let mut tx = app.db.read().await?;
    let Decision { report, plan } = weigh(app, &mut tx, caller, whom, edit).await?.decision;
    if let Some(plan) = &plan {
        app.shown.remember(&caller.workspace.id, plan);
    }
    Ok(PlanAnswer {
        report,
        plan,
        limits: Vec::new(),
    })
}

/// Makes or edits a user.
///
/// # Errors
/// Those of [`plan`]; 400 for what no body could say, 409 when the plan is not the one that was agreed to.
pub(crate) async fn carry_out(
    app: &App,
    caller: &Caller,
    whom: Whom<'_>,
    edit: &UserEdit,
    plan_hash: Option<&str>,
) -> Result<UserChanged, Failure> {
    let mut tries = Tries::default();
    loop {
        let tried = try_edit(app, caller, whom, edit, plan_hash).await;
        if let Some(answer) = tries.take(tried) {
            return answer;
        }
    }
}

async fn try_edit(
    app: &App,
    caller: &Caller,
    whom: Whom<'_>,
    edit: &UserEdit,
    plan_hash: Option<&str>,
) -> Result<UserChanged, Refused> {
    let workspace = &caller.workspace.id;
    let _turn = app.turns.write(workspace).await?;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, workspace).await?;
    let Weighed {
        mut known,
        before,
        decision: Decision { report, plan },
    } = weigh(app, &mut tx, caller, whom, edit).await?;
    let Some(plan) = plan else {
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
    let address = match (&edit.email, &before) {
        (Some(wanted), _) => email::clean(wanted.trim()).to_owned(),
        (None, Some(user)) => user.email.clone(),
        (None, None) => String::new(),
    };
    let user = users::find(&mut tx, workspace, &address).await?;
    let user = user.ok_or_else(|| Failure::internal("a user that was just written is not there"))?;
    tx.commit().await?;
    Ok(UserChanged { user, plan, report })
}

async fn weigh(app: &App, tx: &mut Tx, caller: &Caller, whom: Whom<'_>, edit: &UserEdit) -> Result<Weighed, Failure> {
    let workspace = &caller.workspace;
    let before = match whom {
        Whom::New => None,
        Whom::Known(address) => {
            let found = users::find(tx, &workspace.id, address.trim()).await?;
            Some(found.ok_or_else(|| Failure::not_found("user with this e-mail"))?)
        }
    };
    if let Some(user) = &before {
        demand_rights(caller, before.as_ref(), user)?;
    }
    let edit = with_username_of_manager(tx, caller, edit.clone()).await?;
    let setting = Setting {
        salesforce: workspace.salesforce,
        may_create_groups: caller.may(Permission::GroupsEdit),
    };
    let EditBody { body, mapping } =
        as_record(&edit, before.as_ref(), setting).map_err(|fault| Failure::invalid(fault, "Leave it out."))?;
    let prepared = read(app, &body, &mapping, None, None).await;
    let mut needs = prepared.needs();
    // Whoever has the address that this user is to have.
    let wanted = edit.email.as_deref().map(str::trim).filter(|_| before.is_some());
    needs
        .email_keys
        .extend(wanted.map(|wanted| email_key(email::clean(wanted))));
    let known = directory::known(tx, workspace, Wanted::Named(&needs)).await?;
    let mut decision = app.turns.compute(|| decide(prepared, &known.directory)).await;
    if let (Some(plan), Some(user), Some(wanted)) = (decision.plan.take_if(|_| wanted.is_some()), &before, wanted) {
        let changed = change_email(plan, &known.directory, user, wanted);
        decision.plan = Some(changed.map_err(|fault| refuse_address(wanted, &fault))?);
    }
    if let Some(plan) = &decision.plan {
        if before.is_none() && plan.counts.created == 0 {
            return Err(Failure::conflict(
                "A user with this e-mail is there already.",
                "Change that one instead.",
            ));
        }
        demand_rights(caller, before.as_ref(), &rights_after(plan, before.as_ref()))?;
    }
    Ok(Weighed {
        known,
        before,
        decision,
    })
}

fn demand_rights(caller: &Caller, before: Option<&User>, after: &User) -> Result<(), Failure> {
    if may_edit(caller.permissions(), before, after) {
        return Ok(());
    }
    Err(Failure::forbidden(
        "The user has, or would have, permissions that you lack.",
        "A full admin of the workspace can do this.",
    ))
}

/// With Salesforce a record names the manager by username; here they are named by address, as everywhere on the page.
pub(super) async fn with_username_of_manager(
    tx: &mut Tx,
    caller: &Caller,
    mut edit: UserEdit,
) -> Result<UserEdit, Failure> {
    if !caller.workspace.salesforce {
        return Ok(edit);
    }
    if let Some(Some(manager)) = &mut edit.manager {
        let found = users::find(tx, &caller.workspace.id, manager.trim()).await?;
        if let Some(username) = found.and_then(|user| user.username) {
            *manager = username;
        }
    }
    Ok(edit)
}

fn refuse_address(wanted: &str, fault: &AddressFault) -> Failure {
    match fault {
        AddressFault::Invalid(why) => Failure::invalid(
            format!("{wanted:?} is not an e-mail address: {why}."),
            "Write it as name@example.com.",
        ),
        AddressFault::Taken => Failure::conflict(
            format!("The address {wanted:?} is another user's."),
            "Choose another one, or change that user first.",
        ),
    }
}
