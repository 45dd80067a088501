//! Integrations: enabled, edited, and shown whole.

use passmuster_core::group::slug_of;
use passmuster_core::limits::{LimitKind, Limits};
use passmuster_core::mapping::Mapping;
use passmuster_core::value::email;
use passmuster_core::wire::audit::FieldEdit;
use passmuster_core::wire::integration::{
    self as wire, EnableIntegration, EnabledIntegration, IntegrationEdit, UploadMode,
};
use serde_json::json;

use super::{By, Event, credentials, find_integration, name_of, note, record, taken};
use crate::App;
use crate::error::Failure;
use crate::store::integrations::{self, Integration};
use crate::store::uploads::Sought;
use crate::store::workspaces::{Workspace, lock};
use crate::store::{Tx, groups, uploads};

/// Refuses one enabled integration more than the workspace may have.
fn keep_limit(app: &App, present: &[Integration]) -> Result<(), Failure> {
    let used = present.iter().filter(|integration| integration.enabled).count();
    if used < app.config.integration_limit {
        return Ok(());
    }
    Err(Failure::conflict(
        format!("{used} of {} integrations are used.", app.config.integration_limit),
        "Ask the operator of this server for more, or disable one that you have.",
    ))
}

/// An address to write to; blank: nobody.
fn address_of(text: &str) -> Result<Option<String>, Failure> {
    let address = text.trim();
    if address.is_empty() {
        return Ok(None);
    }
    match email::check(address) {
        Ok(_) => Ok(Some(address.to_owned())),
        Err(_) => Err(Failure::invalid(
            format!("{address:?} is not an e-mail address."),
            "Write it as name@example.com, or leave it blank to tell nobody.",
        )),
    }
}

/// Enables an integration and makes its first token.
///
/// # Errors
/// 400 for a name, route or mapping that is not sound, 409 for a route that is taken or one integration too many.
pub(crate) async fn enable_integration(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    wanted: EnableIntegration,
    public_url: &str,
) -> Result<EnabledIntegration, Failure> {
    let name = if wanted.name.trim().is_empty() {
        "User API Integration"
    } else {
        &wanted.name
    };
    let name = name_of(name, "an integration")?;
    let mapping = wanted
        .mapping
        .unwrap_or_else(|| Mapping::to_begin_with(wanted.file_format, workspace.salesforce));
    if mapping.file_format != wanted.file_format {
        return Err(Failure::invalid(
            format!(
                "The mapping is for {}, the integration for {}.",
                mapping.file_format.as_str(),
                wanted.file_format.as_str()
            ),
            "Give both the same file format.",
        ));
    }
    let mut tx = app.db.write().await?;
    lock(&mut tx, &workspace.id).await?;
    let present = integrations::list(&mut tx, &workspace.id).await?;
    keep_limit(app, &present)?;
    let (catalog, _) = groups::catalog(&mut tx, &workspace.id, workspace.salesforce).await?;
    mapping
        .check_names(&catalog)
        .map_err(|error| Failure::mapping(&error))?;
    let route = match &wanted.route {
        Some(route) => route_of(route)?,
        None => free_route(&name, &present),
    };
    let integration = Integration {
        id: app.clock.id(),
        name,
        route,
        admin_email: wanted.admin_email.map_or(Ok(None), |email| address_of(&email))?,
        enabled: true,
        sandbox: false,
        upload_mode: UploadMode::default(),
        limits: Limits::default(),
        mapping,
        mapping_version: 1,
    };
    let inserted = integrations::insert(&mut tx, &workspace.id, &integration, app.clock.now()).await;
    inserted.map_err(|error| {
        taken(
            error,
            format!("The route {:?} is another integration's.", integration.route),
            "Choose another one.",
        )
    })?;
    let saved = (app.clock.now(), by.actor);
    integrations::insert_mapping_version(&mut tx, &workspace.id, &integration, saved).await?;
    let (_, secret) = credentials::insert_token(app, &mut tx, &workspace.id, by, (&integration.id, None)).await?;
    note(
        app,
        &mut tx,
        &workspace.id,
        by,
        "integration_enabled",
        &integration.name,
    )
    .await?;
    tx.commit().await?;
    Ok(EnabledIntegration {
        endpoint: endpoint(public_url, &integration.route),
        integration_id: integration.id,
        route: integration.route,
        auth_token: secret.text,
    })
}

/// The whole address to post to.
fn endpoint(public_url: &str, route: &str) -> String {
    format!("{}/api/v1/data/{route}/", public_url.trim_end_matches('/'))
}

fn route_of(route: &str) -> Result<String, Failure> {
    let is_sound = !route.is_empty()
        && route.len() <= 100
        && route
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_sound {
        Ok(route.to_owned())
    } else {
        Err(Failure::invalid(
            format!("{route:?} can't be a route."),
            "Use letters, digits, - and _.",
        ))
    }
}

/// A route made from the name, with a number when it is taken.
fn free_route(name: &str, present: &[Integration]) -> String {
    let mut base: String = slug_of(name)
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(60)
        .collect();
    if base.trim_matches('-').is_empty() {
        base = "users".to_owned();
    }
    let is_free = |route: &str| present.iter().all(|known| known.route != route);
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    std::iter::once(base.clone())
        .chain(numbered)
        .find(|route| is_free(route))
        .unwrap_or(base)
}

/// Edits the settings of an integration; what is absent stays as it is.
///
/// # Errors
/// 400 for a value that is not sound, 404, 409 for enabling one integration too many.
pub(crate) async fn edit_integration(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    (wanted, edits): (&str, IntegrationEdit),
) -> Result<Integration, Failure> {
    let mut tx = app.db.write().await?;
    lock(&mut tx, &workspace.id).await?;
    let before = find_integration(&mut tx, &workspace.id, wanted).await?;
    let mut after = before.clone();
    if let Some(name) = edits.name {
        after.name = name_of(&name, "an integration")?;
    }
    if let Some(address) = edits.admin_email {
        after.admin_email = address.map_or(Ok(None), |address| address_of(&address))?;
    }
    after.enabled = edits.enabled.unwrap_or(after.enabled);
    after.sandbox = edits.sandbox.unwrap_or(after.sandbox);
    after.upload_mode = edits.upload_mode.unwrap_or(after.upload_mode);
    for (kind, limit) in edits.limits {
        after.limits.set(kind, limit);
    }
    if let Some(fault) = after.limits.faults().into_iter().next() {
        return Err(Failure::invalid(fault, ""));
    }
    if after.enabled && !before.enabled {
        keep_limit(app, &integrations::list(&mut tx, &workspace.id).await?)?;
    }
    let edits = differences(&before, &after);
    if !edits.is_empty() {
        integrations::update(&mut tx, &workspace.id, &after).await?;
        let event = Event {
            action: "integration_edited",
            target: &after.name,
            edits,
            ..Event::default()
        };
        record(app, &mut tx, &workspace.id, by, event).await?;
    }
    tx.commit().await?;
    Ok(after)
}

fn differences(before: &Integration, after: &Integration) -> Vec<FieldEdit> {
    let mut edits = FieldEdit::between(&[
        ("name", json!(before.name), json!(after.name)),
        ("admin_email", json!(before.admin_email), json!(after.admin_email)),
        ("enabled", json!(before.enabled), json!(after.enabled)),
        ("sandbox", json!(before.sandbox), json!(after.sandbox)),
        ("upload_mode", json!(before.upload_mode), json!(after.upload_mode)),
    ]);
    for kind in LimitKind::ALL {
        let (before, after) = (before.limits.of(kind), after.limits.of(kind));
        if before != after {
            let field = format!("limits.{}", kind.as_str());
            edits.push(FieldEdit::new(&field, json!(before), json!(after)));
        }
    }
    edits
}

/// Integrations as an administrator sees them, with their newest upload and, for those who may see them, their tokens.
///
/// # Errors
/// Those of the database.
pub(crate) async fn complete(
    app: &App,
    tx: &mut Tx,
    workspace: &str,
    (public_url, with_tokens): (&str, bool),
    stored: Vec<Integration>,
) -> Result<Vec<wire::Integration>, Failure> {
    let mut tokens = crate::store::credentials::list_tokens(tx, workspace).await?;
    tokens.retain(|_| with_tokens);
    let now = app.clock.now();
    let mut all = Vec::with_capacity(stored.len());
    for integration in stored {
        let (newest, _) = uploads::list(tx, workspace, &integration.id, &Sought::default(), 1).await?;
        let held_uploads = uploads::count_held(tx, workspace, &integration.id).await?;
        let own: Vec<_> = tokens
            .iter()
            .filter(|token| token.integration_id == integration.id)
            .collect();
        all.push(wire::Integration {
            endpoint: endpoint(public_url, &integration.route),
            tokens: own.iter().map(|token| token.shown(now, &own)).collect(),
            last_upload: newest.into_iter().next(),
            held_uploads,
            id: integration.id,
            name: integration.name,
            route: integration.route,
            admin_email: integration.admin_email,
            enabled: integration.enabled,
            sandbox: integration.sandbox,
            upload_mode: integration.upload_mode,
            limits: integration.limits,
            mapping: integration.mapping,
            mapping_version: integration.mapping_version,
        });
    }
    Ok(all)
}

/// All integrations of the workspace, oldest first.
///
/// # Errors
/// Those of the database.
pub(crate) async fn list_integrations(
    app: &App,
    workspace: &Workspace,
    public_url: &str,
) -> Result<Vec<wire::Integration>, Failure> {
    let mut tx = app.db.read().await?;
    let stored = integrations::list(&mut tx, &workspace.id).await?;
    complete(app, &mut tx, &workspace.id, (public_url, true), stored).await
}
