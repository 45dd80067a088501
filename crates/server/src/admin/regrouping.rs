//! Groups as a person edits them: made, renamed, merged, each as a plan that is applied.

use passmuster_core::plan::Plan;
use passmuster_core::regroup::{self, GroupFault};
use passmuster_core::wire::audit::FieldEdit;
use serde_json::Value;

use super::{Event, name_of, record};
use crate::App;
use crate::apply::{Origin, apply};
use crate::auth::Caller;
use crate::error::Failure;
use crate::receive::{Refused, Tries};
use crate::store::directory::{self, Known, Wanted};
use crate::store::{Tx, workspaces};

/// What is to happen to a group.
#[derive(Debug, Clone)]
pub(crate) enum Regrouping {
    /// It is made.
    Create,
    /// It is called otherwise.
    Rename(String),
    /// Its people go over to another one of its type.
    Merge(String),
}

/// A group by its type and name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Group<'a> {
    pub(crate) group_type: &'a str,
    pub(crate) name: &'a str,
}

/// Says what would change; changes nothing.
///
/// # Errors
/// 400 for a name that can't be one, 404, 409 for a name that is taken.
pub(crate) async fn plan(app: &App, caller: &Caller, group: Group<'_>, wanted: &Regrouping) -> Result<Plan, Failure> {
    let mut tx = app.db.read().await?;
    let (_, plan) = weigh(&mut tx, caller, group, wanted).await?;
    app.shown.remember(&caller.workspace.id, &plan);
    Ok(plan)
}

/// Does it.
///
/// # Errors
/// Those of [`plan`]; 409 when the plan is not the one that was agreed to.
pub(crate) async fn carry_out(
    app: &App,
    caller: &Caller,
    group: Group<'_>,
    wanted: &Regrouping,
    plan_hash: Option<&str>,
) -> Result<Plan, Failure> {
    let mut tries = Tries::default();
    loop {
        let tried = try_regroup(app, caller, group, wanted, plan_hash).await;
        if let Some(answer) = tries.take(tried) {
            return answer;
        }
    }
}

async fn try_regroup(
    app: &App,
    caller: &Caller,
    group: Group<'_>,
    wanted: &Regrouping,
    plan_hash: Option<&str>,
) -> Result<Plan, Refused> {
    let workspace = &caller.workspace.id;
    let _turn = app.turns.write(workspace).await?;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, workspace).await?;
    let (mut known, plan) = weigh(&mut tx, caller, group, wanted).await?;
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
    // The plan tells of each person; this tells why.
    let (action, field, to) = match wanted {
        Regrouping::Create => ("", "", ""),
        Regrouping::Rename(new) => ("group_renamed", "name", new.trim()),
        Regrouping::Merge(into) => ("group_merged", "into", into.trim()),
    };
    if !plan.is_empty() && !action.is_empty() {
        let before = if field == "name" {
            group.name.into()
        } else {
            Value::Null
        };
        let target = format!("{}: {}", group.group_type, group.name);
        let event = Event {
            action,
            target: &target,
            edits: vec![FieldEdit::new(field, before, to)],
            ..Event::default()
        };
        record(app, &mut tx, workspace, caller.by(), event).await?;
    }
    tx.commit().await?;
    Ok(plan)
}

async fn weigh(tx: &mut Tx, caller: &Caller, group: Group<'_>, wanted: &Regrouping) -> Result<(Known, Plan), Failure> {
    let Group { group_type, name } = group;
    let whom = Wanted::Group { group_type, name };
    let known = directory::known(tx, &caller.workspace, whom).await?;
    let directory = &known.directory;
    let plan = match wanted {
        Regrouping::Create => regroup::create(directory, group_type, &name_of(name, "a group")?),
        Regrouping::Rename(new) => regroup::rename(directory, group_type, name, &name_of(new, "a group")?),
        Regrouping::Merge(into) => regroup::merge(directory, group_type, name, into.trim()),
    };
    let plan = plan.map_err(|fault| match fault {
        GroupFault::NoGroupType => Failure::not_found(&format!("group type {group_type:?}")),
        GroupFault::NoGroup(name) => Failure::not_found(&format!("group {name:?} in {group_type:?}")),
        GroupFault::Taken => Failure::conflict(
            format!("There is a group of that name in {group_type:?} already."),
            "Choose another name, or merge the two.",
        ),
        GroupFault::Itself => Failure::invalid("A group can't be merged into itself.", "Name another one."),
    })?;
    Ok((known, plan))
}
