//! Workspaces and their settings.

use passmuster_core::field::Target;
use passmuster_core::wire::audit::FieldEdit;
use passmuster_core::wire::workspace::{Settings, SettingsEdit, WorkspaceInfo};
use serde_json::json;

use super::{By, Event, name_of, record};
use crate::App;
use crate::error::Failure;
use crate::store::workspaces::{self, Workspace};
use crate::store::{StoreError, Tx, integrations, standings};

/// The most characters of a label of a host name.
// RFC 1035 §2.3.4
const LABEL_CHARACTERS: usize = 63;

/// A new workspace, reached under its subdomain of the server's base domain.
///
/// # Errors
/// 400 for a name or subdomain that is not sound, 409 for one that is taken.
pub(crate) async fn create(app: &App, by: By<'_>, name: &str, subdomain: &str) -> Result<WorkspaceInfo, Failure> {
    let name = name_of(name, "a workspace")?;
    let workspace = Workspace {
        id: app.clock.id(),
        name,
        subdomain: subdomain_of(subdomain)?,
        salesforce: false,
    };
    let mut tx = app.db.write().await?;
    let inserted = workspaces::insert(&mut tx, &workspace, app.clock.now()).await;
    inserted.map_err(|error| match error {
        StoreError::Taken(_) => Failure::conflict(
            format!("The subdomain {:?} is another workspace's.", workspace.subdomain),
            "Choose another one.",
        ),
        other => other.into(),
    })?;
    let event = Event {
        action: "workspace_created",
        target: &workspace.name,
        ..Event::default()
    };
    record(app, &mut tx, &workspace.id, by, event).await?;
    tx.commit().await?;
    Ok(shown(workspace))
}

/// All workspaces, by subdomain.
///
/// # Errors
/// Those of the database.
pub(crate) async fn list(app: &App) -> Result<Vec<WorkspaceInfo>, Failure> {
    let mut tx = app.db.read().await?;
    let all = workspaces::list(&mut tx).await?;
    Ok(all.into_iter().map(shown).collect())
}

/// The settings of a workspace.
///
/// # Errors
/// Those of the database.
pub(crate) async fn settings(app: &App, workspace: &Workspace) -> Result<Settings, Failure> {
    let mut tx = app.db.read().await?;
    complete(&mut tx, workspace.clone()).await
}

/// Edits the settings; what is absent stays as it is.
///
/// # Errors
/// 400 for a name that can't be one.
pub(crate) async fn edit(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    wanted: SettingsEdit,
) -> Result<Settings, Failure> {
    let name = wanted.name.map(|name| name_of(&name, "a workspace")).transpose()?;
    let _turn = app.turns.write(&workspace.id).await?;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, &workspace.id).await?;
    let found = workspaces::find(&mut tx, &workspace.subdomain).await?;
    let before = found.ok_or_else(|| Failure::not_found("such workspace"))?;
    let mut after = before.clone();
    after.name = name.unwrap_or(after.name);
    after.salesforce = wanted.salesforce.unwrap_or(after.salesforce);
    let edits = FieldEdit::between(&[
        ("name", json!(before.name), json!(after.name)),
        ("salesforce", json!(before.salesforce), json!(after.salesforce)),
    ]);
    if !edits.is_empty() {
        workspaces::update(&mut tx, &after, app.clock.now()).await?;
        standings::note_definition(&mut tx, &workspace.id).await?;
        let event = Event {
            action: "settings_edited",
            target: &after.name,
            edits,
            ..Event::default()
        };
        record(app, &mut tx, &workspace.id, by, event).await?;
    }
    let settings = complete(&mut tx, after).await?;
    tx.commit().await?;
    Ok(settings)
}

/// With the integrations that the settings don't fit.
async fn complete(tx: &mut Tx, workspace: Workspace) -> Result<Settings, Failure> {
    let present = integrations::list(tx, &workspace.id).await?;
    let lacks_username = present
        .into_iter()
        .filter(|integration| workspace.salesforce && integration.mapping.field_of(&Target::Username).is_none());
    Ok(Settings {
        needs_username: lacks_username.map(|integration| integration.name).collect(),
        name: workspace.name,
        subdomain: workspace.subdomain,
        salesforce: workspace.salesforce,
    })
}

fn shown(workspace: Workspace) -> WorkspaceInfo {
    WorkspaceInfo {
        name: workspace.name,
        subdomain: workspace.subdomain,
        salesforce: workspace.salesforce,
    }
}

fn subdomain_of(text: &str) -> Result<String, Failure> {
    let is_sound = (1..=LABEL_CHARACTERS).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-');
    if is_sound {
        Ok(text.to_owned())
    } else {
        Err(Failure::invalid(
            format!("{text:?} can't be a subdomain."),
            format!("Use 1 to {LABEL_CHARACTERS} small letters, digits and -, the - not at an end."),
        ))
    }
}
