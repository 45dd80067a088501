//! What an administrator sets up, on the page or on the command line: the same functions for both.
//!
//! Users are written by `receive`'s way only, here too.

pub(crate) mod credentials;
pub(crate) mod workspaces;

use passmuster_core::field::Target;
use passmuster_core::group::{AttributeType, GroupType, IntegrationIdType, slug_of};
use passmuster_core::limits::Limits;
use passmuster_core::mapping::{ApiField, FileFormat, Mapping};
use passmuster_core::user::User;
use passmuster_core::wire::audit::FieldEdit;
use passmuster_core::wire::directory::Catalog;
use passmuster_core::wire::integration::{EnableIntegration, EnabledIntegration, UploadMode};

use crate::App;
use crate::apply::{Origin, apply};
use crate::clock::timestamp;
use crate::error::Failure;
use crate::receive;
use crate::secret::{Secret, digest};
use crate::store::audit::{self, Entry};
use crate::store::credentials as secrets;
use crate::store::integrations::{self, Integration};
use crate::store::workspaces::{Workspace, lock};
use crate::store::{StoreError, Tx, accounts, directory, groups, users};

/// How long a set-up link is good, in microseconds.
const SETUP_LINK: i64 = 24 * 3600 * 1_000_000;
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
    let entry = Entry {
        id: &id,
        at: app.clock.now(),
        actor: by.actor,
        via: by.via,
        action: event.action,
        target: event.target,
        user_id: event.user_id,
        upload_id: event.upload_id,
        edits: &event.edits,
    };
    Ok(audit::record(tx, workspace, &entry).await?)
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
    note(app, &mut tx, &workspace.id, by, "attribute_created", &attribute.name).await?;
    tx.commit().await?;
    Ok(attribute)
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
    if present.len() >= app.config.integration_limit {
        return Err(Failure::conflict(
            format!(
                "{} of {} integrations are used.",
                present.len(),
                app.config.integration_limit
            ),
            "Ask the operator of this server for more, or change one that you have.",
        ));
    }
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
        admin_email: wanted.admin_email.filter(|email| !email.trim().is_empty()),
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
pub(crate) fn endpoint(public_url: &str, route: &str) -> String {
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

/// A one-time link's token, while nobody administers the workspace.
pub(crate) async fn offer_setup(app: &App, workspace: &Workspace) -> Result<Option<String>, Failure> {
    let mut tx = app.db.write().await?;
    if users::has_active_admin(&mut tx, &workspace.id).await? {
        return Ok(None);
    }
    let secret = Secret::new(app.clock);
    let now = app.clock.now();
    secrets::add_setup_link(&mut tx, &workspace.id, &secret.digest, (now, now + SETUP_LINK)).await?;
    tx.commit().await?;
    Ok(Some(secret.text))
}

/// A user made by hand.
#[derive(Debug, Default)]
pub(crate) struct NewUser {
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) is_admin: bool,
    /// One of the core's roles, which says whether they are admin, too.
    pub(crate) role: Option<String>,
    /// `None` with Salesforce: their address.
    pub(crate) username: Option<String>,
    /// A PHC string, kept apart from the record.
    pub(crate) password_hash: Option<String>,
}

/// Whether a user made by hand may be one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Existing<'a> {
    /// No: that is a conflict.
    Refuse,
    /// Yes, for the first admin, who comes with this set-up link.
    Promote {
        /// The link's token.
        token: &'a str,
    },
}

/// Makes a user through the same steps as any body.
///
/// # Errors
/// 400 for values that no body could have, 401 for a set-up link that is used up, 409 when the user is there.
pub(crate) async fn create_user(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    user: &NewUser,
    existing: Existing<'_>,
) -> Result<User, Failure> {
    let mut person = serde_json::json!({
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "is_active": true,
    });
    let mut mapping = Mapping::on_enabling(FileFormat::Json);
    mapping.fields.push(ApiField::new("is_active", Target::IsActive));
    if let Some(role) = &user.role {
        person["role"] = role.as_str().into();
        mapping.fields.push(ApiField::new("role", Target::Role));
    }
    if user.is_admin || user.role.is_none() {
        person["is_admin"] = user.is_admin.into();
        mapping.fields.push(ApiField::new("is_admin", Target::IsAdmin));
    }
    let address = workspace.salesforce.then_some(&user.email);
    if let Some(username) = user.username.as_ref().or(address) {
        person["username"] = username.trim().into();
        mapping.fields.push(ApiField::new("username", Target::Username));
    }
    let body = serde_json::json!([person]).to_string();
    let prepared = receive::read(app, body.as_bytes(), &mapping, None, None).await;
    let _turn = app.turns.write(&workspace.id).await?;
    let mut tx = app.db.write().await?;
    lock(&mut tx, &workspace.id).await?;
    if let Existing::Promote { token } = existing {
        let is_open = !users::has_active_admin(&mut tx, &workspace.id).await?;
        let now = app.clock.now();
        if !is_open || !secrets::use_setup_link(&mut tx, &workspace.id, &digest(token.as_bytes()), now).await? {
            let hint = "Start the server again for a new one, or sign in.";
            return Err(Failure::unauthenticated(
                "Bearer",
                "The link was used or is too old.",
                hint,
            ));
        }
    }
    let receive::Settled {
        mut known, decision, ..
    } = receive::settle(app, &mut tx, workspace, None, prepared).await?;
    let Some(plan) = decision.plan else {
        return Err(Failure::rejected(&decision.report, None));
    };
    if existing == Existing::Refuse && plan.counts.created == 0 {
        return Err(Failure::conflict(
            "A user with this e-mail is there already.",
            "Change that one instead.",
        ));
    }
    let origin = Origin {
        actor: by.actor,
        via: by.via,
        upload_id: None,
    };
    apply(&mut tx, &workspace.id, &mut known, &plan, origin, app.clock).await?;
    // As the core took it: without space around, for one.
    let email = match plan.changes.first() {
        Some(change) => change.email.clone(),
        None => user.email.trim().to_owned(),
    };
    if let Some(hash) = &user.password_hash {
        accounts::set_password(&mut tx, &workspace.id, &email, hash).await?;
    }
    let created = users::find(&mut tx, &workspace.id, &email).await?;
    tx.commit().await?;
    created.ok_or_else(|| Failure::internal("a user that was just written is not there"))
}

/// Every user, sorted by address, with the mapping of the integration of this name or id.
///
/// # Errors
/// 404 when there is no such integration.
pub(crate) async fn export_users(
    app: &App,
    workspace: &Workspace,
    integration: Option<&str>,
) -> Result<(Option<Mapping>, Catalog, Vec<User>), Failure> {
    let mut tx = app.db.read().await?;
    let mapping = match integration {
        None => None,
        Some(wanted) => Some(find_integration(&mut tx, &workspace.id, wanted).await?.mapping),
    };
    let (catalog, _) = groups::catalog(&mut tx, &workspace.id, workspace.salesforce).await?;
    let mut users = directory::all(&mut tx, &workspace.id).await?;
    users.sort_by_cached_key(|user| passmuster_core::user::email_key(&user.email));
    Ok((mapping, catalog, users))
}

/// RFC 3339, for a time that may be unknown.
pub(crate) fn timestamp_or_none(micros: Option<i64>) -> Option<String> {
    micros.map(timestamp)
}
