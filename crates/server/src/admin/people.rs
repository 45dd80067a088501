//! Users made by hand, the first administrator, passwords, and the export.
//!
//! Users are written by `receive`'s way only, here too.

use passmuster_core::field::Target;
use passmuster_core::import::decide;
use passmuster_core::mapping::{ApiField, FileFormat, Mapping};
use passmuster_core::user::User;
use passmuster_core::wire::directory::Catalog;

use super::{By, Event, find_integration, record};
use crate::App;
use crate::apply::{Origin, apply};
use crate::error::Failure;
use crate::receive;
use crate::secret::{Secret, digest};
use crate::store::directory::Wanted;
use crate::store::workspaces::{Workspace, lock};
use crate::store::{accounts, credentials, directory, groups, users};

/// How long a set-up link is good, in microseconds.
const SETUP_LINK: i64 = 24 * 3600 * 1_000_000;

/// A one-time link's token, while nobody administers the workspace.
pub(crate) async fn offer_setup(app: &App, workspace: &Workspace) -> Result<Option<String>, Failure> {
    let mut tx = app.db.write().await?;
    if users::has_active_admin(&mut tx, &workspace.id).await? {
        return Ok(None);
    }
    let secret = Secret::new(app.clock);
    let now = app.clock.now();
    credentials::add_setup_link(&mut tx, &workspace.id, &secret.digest, (now, now + SETUP_LINK)).await?;
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
        if !is_open || !credentials::use_setup_link(&mut tx, &workspace.id, &digest(token.as_bytes()), now).await? {
            let hint = "Start the server again for a new one, or sign in.";
            return Err(Failure::unauthenticated(
                "Bearer",
                "The link was used or is too old.",
                hint,
            ));
        }
    }
    let needs = prepared.needs();
    let mut known = directory::known(&mut tx, workspace, Wanted::Named(&needs)).await?;
    let decision = app.turns.compute(|| decide(prepared, &known.directory)).await;
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
    let created = created.ok_or_else(|| Failure::internal("a user that was just written is not there"))?;
    if existing != Existing::Refuse {
        let event = Event {
            action: "set_up",
            target: &created.email,
            user_id: Some(&created.id),
            ..Event::default()
        };
        record(app, &mut tx, &workspace.id, by, event).await?;
    }
    tx.commit().await?;
    Ok(created)
}

/// Gives a user a password, and ends their sessions.
///
/// # Errors
/// 404 when there is no such user.
pub(crate) async fn set_password(
    app: &App,
    workspace: &Workspace,
    by: By<'_>,
    (email, hash): (&str, &str),
) -> Result<(), Failure> {
    let mut tx = app.db.write().await?;
    let account = accounts::find_account(&mut tx, &workspace.id, email.trim()).await?;
    let account = account.ok_or_else(|| Failure::not_found(&format!("user {email:?}")))?;
    accounts::set_password(&mut tx, &workspace.id, &account.email, hash).await?;
    accounts::delete_sessions_of(&mut tx, &workspace.id, &account.user_id, None).await?;
    let event = Event {
        action: "password_set",
        target: &account.email,
        user_id: Some(&account.user_id),
        ..Event::default()
    };
    record(app, &mut tx, &workspace.id, by, event).await?;
    Ok(tx.commit().await?)
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
