//! What an administrator sets up, on the page or on the command line: the same functions for both.
//!
//! Users are written by `receive`'s way only, here too.

pub(crate) mod bulk;
pub(crate) mod credentials;
pub(crate) mod editing;
pub(crate) mod enabled;
pub(crate) mod exporting;
pub(crate) mod history;
pub(crate) mod people;
pub(crate) mod regrouping;
pub(crate) mod workspaces;

use passmuster_core::group::{AttributeType, GroupType, IntegrationIdType, slug_of};
use passmuster_core::wire::audit::FieldEdit;

use crate::App;
use crate::clock::timestamp;
use crate::error::Failure;
use crate::request;
use crate::store::audit::{self, Entry};
use crate::store::integrations::{self, Integration};
use crate::store::workspaces::Workspace;
use crate::store::{StoreError, Stored, Tx, groups, standings};

/// The most characters of a name of ours.
const NAME_CHARACTERS: usize = passmuster_core::field::NAME_CHARACTERS;

/// By whom, through what: an address or a key's name, and `page` or `cli`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct By<'a> {
    pub(crate) actor: &'a str,
    pub(crate) via: &'static str,
}

/// A name, trimmed.
///
/// # Errors
/// 400 for a name that is blank, too long, or has a semicolon or a control character.
pub(crate) fn name_of(text: &str, what: &str) -> Result<String, Failure> {
    let name = text.trim();
    let characters = name.chars().count();
    if characters == 0 || characters > NAME_CHARACTERS || name.contains(|c: char| c == ';' || c.is_control()) {
        return Err(Failure::invalid(
            format!("{name:?} can't be the name of {what}."),
            format!("A name has 1 to {NAME_CHARACTERS} characters and no semicolon."),
        ));
    }
    Ok(name.to_owned())
}

/// What the audit is told beside who did it.
#[derive(Debug, Default)]
pub(crate) struct Event<'a> {
    pub(crate) action: &'a str,
    pub(crate) target: &'a str,
    pub(crate) user_id: Option<&'a str>,
    pub(crate) upload_id: Option<&'a str>,
    pub(crate) edits: Vec<FieldEdit>,
}

/// Leaves an audit entry in the transaction that does what it tells of.
pub(crate) async fn record(
    app: &App,
    tx: &mut Tx,
    workspace: &str,
    by: By<'_>,
    event: Event<'_>,
) -> Result<(), Failure> {
    let id = app.clock.id();
    let here = request::here();
    let entry = Entry {
        id: &id,
        at: app.clock.now(),
        actor: by.actor,
        via: by.via,
        action: event.action,
        target: event.target,
        user_id: event.user_id,
        upload_id: event.upload_id,
        request_id: here.as_ref().map(|here| here.id.as_str()),
        address: here.as_ref().map(|here| here.address.as_str()),
        edits: &event.edits,
    };
    Ok(audit::record(tx, workspace, &entry).await?)
}

/// Says of the entries of a plan, whose first and last id these are, which request it was.
pub(crate) async fn note_request(tx: &mut Tx, workspace: &str, told: Option<&(String, String)>) -> Stored<()> {
    match (told, request::here()) {
        (Some(range), Some(here)) => audit::note_request(tx, workspace, range, (&here.id, &here.address)).await,
        _ => Ok(()),
    }
}

/// The same, of something that has no before.
pub(crate) async fn note(
    app: &App,
    tx: &mut Tx,
    workspace: &str,
    by: By<'_>,
    action: &str,
    target: &str,
) -> Result<(), Failure> {
    let event = Event {
        action,
        target,
        ..Event::default()
    };
    record(app, tx, workspace, by, event).await
}

/// The same, of what somebody decides about an upload.
pub(crate) async fn note_upload(
    app: &App,
    tx: &mut Tx,
    workspace: &str,
    by: By<'_>,
    action: &str,
    upload_id: &str,
) -> Result<(), Failure> {
    let event = Event {
        action,
        target: upload_id,
        upload_id: Some(upload_id),
        ..Event::default()
    };
    record(app, tx, workspace, by, event).await
}

/// The integration of this id, route or name.
///
/// # Errors
/// 404.
pub(crate) async fn find_integration(tx: &mut Tx, workspace: &str, wanted: &str) -> Result<Integration, Failure> {
    let present = integrations::list(tx, workspace).await?;
    let by = |of: fn(&Integration) -> &String| present.iter().find(|known| of(known) == wanted);
    let found = by(|known| &known.id)
        .or_else(|| by(|known| &known.route))
        .or_else(|| by(|known| &known.name));
    found
        .cloned()
        .ok_or_else(|| Failure::not_found(&format!("integration {wanted:?}")))
}

fn taken(error: StoreError, description: String, hint: &str) -> Failure {
    match error {
        StoreError::Taken(_) => Failure::conflict(description, hint),
        other => other.into(),
    }
}

pub(crate) async fn create_group_type(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    name: &str,
) -> Result<GroupType, Failure> {
    let name = name_of(name, "a group type")?;
    let mut tx = app.db.write().await?;
    let inserted = groups::insert_type(&mut tx, &workspace.id, &app.clock.id(), &name).await;
    inserted.map_err(|error| taken(error, format!("There is a group type {name:?} already."), ""))?;
    standings::note_definition(&mut tx, &workspace.id).await?;
    note(app, &mut tx, &workspace.id, by, "group_type_created", &name).await?;
    tx.commit().await?;
    Ok(GroupType {
        name,
        groups: Vec::new(),
    })
}

pub(crate) async fn create_integration_id(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    name: &str,
) -> Result<IntegrationIdType, Failure> {
    let name = name_of(name, "an integration ID")?;
    let slug = slug_of(&name);
    if slug.is_empty() {
        return Err(Failure::invalid(
            format!("{name:?} has neither a letter nor a digit."),
            "Choose a name with some.",
        ));
    }
    let mut tx = app.db.write().await?;
    let inserted = groups::insert_integration_id_type(&mut tx, &workspace.id, &slug, &name).await;
    inserted.map_err(|error| taken(error, format!("There is an integration ID {slug:?} already."), ""))?;
    standings::note_definition(&mut tx, &workspace.id).await?;
    note(app, &mut tx, &workspace.id, by, "integration_id_created", &slug).await?;
    tx.commit().await?;
    Ok(IntegrationIdType { slug, name })
}

/// Makes a custom attribute of users.
///
/// # Errors
/// 400 for a name or options that are not sound, 409 for a name that is taken.
pub(crate) async fn create_attribute(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    wanted: AttributeType,
) -> Result<AttributeType, Failure> {
    let attribute = AttributeType {
        name: name_of(&wanted.name, "an attribute")?,
        ..wanted
    };
    if let Some(fault) = attribute.fault() {
        return Err(Failure::invalid(fault, ""));
    }
    let mut tx = app.db.write().await?;
    let inserted = groups::insert_attribute(&mut tx, &workspace.id, &attribute).await;
    inserted.map_err(|error| {
        taken(
            error,
            format!("There is an attribute {:?} already.", attribute.name),
            "",
        )
    })?;
    standings::note_definition(&mut tx, &workspace.id).await?;
    note(app, &mut tx, &workspace.id, by, "attribute_created", &attribute.name).await?;
    tx.commit().await?;
    Ok(attribute)
}

/// RFC 3339, for a time that may be unknown.
pub(crate) fn timestamp_or_none(micros: Option<i64>) -> Option<String> {
    micros.map(timestamp)
}
