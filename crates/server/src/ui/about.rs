//! What runs here: version, database, what it does by itself; for people, and for whoever helps them.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use passmuster_core::wire::people::UserFilter;
use passmuster_core::wire::workspace::{About, Diagnostics, TestMail};

use super::INTEGRATIONS;
use crate::App;
use crate::auth::Caller;
use crate::clock::timestamp;
use crate::error::Failure;
use crate::mail::MailError;
use crate::openapi::operation;
use crate::route::{Route, get, post};
use crate::secret::PASSWORD_CHARACTERS;
use crate::store::{groups, integrations, listing, newest_migration};

const TAG: &str = "Settings";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/api/admin/about", INTEGRATIONS, show)
            .tells(operation(TAG, "About_Show", "Shows what runs here").answers::<About>(200, "Version and database.")),
        get("/api/admin/diagnostics", INTEGRATIONS, diagnose).tells(
            operation(TAG, "Diagnostics_Show", "Shows what whoever helps needs to know")
                .answers::<Diagnostics>(200, "Numbers and settings; no name, no address, no secret."),
        ),
        post("/api/admin/test-mail", INTEGRATIONS, send_trial).tells(
            operation(TAG, "TestMail_Send", "Sends a test mail to whoever is signed in")
                .refuses(400, "An API key has no address, or the mail was refused.")
                .answers::<TestMail>(200, "It is on its way."),
        ),
    ]
}

/// Seconds of a day.
const DAY: u64 = 24 * 3600;

/// `GET /api/admin/about/`
pub(crate) async fn show(State(app): State<Arc<App>>, _: Caller) -> Json<About> {
    Json(about(&app))
}

fn about(app: &App) -> About {
    About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        database: app.db.name().to_owned(),
        schema: newest_migration(),
        keep_bodies_days: app.config.keep_bodies.as_secs() / DAY,
        sends_mail: app.config.mailer.is_some(),
        password_characters: PASSWORD_CHARACTERS as u64,
    }
}

/// `GET /api/admin/diagnostics/`: numbers and settings; no name, no address, no secret.
pub(crate) async fn diagnose(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Diagnostics>, Failure> {
    let workspace = &caller.workspace;
    let mut tx = app.db.read().await?;
    let users = listing::count(&mut tx, &workspace.id, &UserFilter::default()).await?;
    let (catalog, _) = groups::catalog(&mut tx, &workspace.id, workspace.salesforce).await?;
    let version = groups::version(&mut tx, &workspace.id).await?.unwrap_or_default();
    let groups: usize = catalog.group_types.iter().map(|of_type| of_type.groups.len()).sum();
    Ok(Json(Diagnostics {
        at: timestamp(app.clock.now()),
        about: about(&app),
        active_users: users.active,
        deactivated_users: users.deactivated,
        group_types: catalog.group_types.len() as u64,
        groups: groups as u64,
        integration_ids: catalog.integration_ids.len() as u64,
        attributes: catalog.attributes.len() as u64,
        integrations: integrations::list(&mut tx, &workspace.id).await?.len() as u64,
        directory_version: u64::try_from(version).unwrap_or_default(),
        body_limit: app.config.body_limit as u64,
        integration_limit: app.config.integration_limit as u64,
        upload_rate: app.config.upload_rate.into(),
        read_rate: app.config.read_rate.into(),
    }))
}

/// `POST /api/admin/test-mail/`: sends whoever asks a mail, and nobody else.
pub(crate) async fn send_trial(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<TestMail>, Failure> {
    if caller.via != "page" {
        return Err(Failure::invalid(
            "An API key has no address that mail could go to.",
            "Sign in to send a test mail to yourself.",
        ));
    }
    let Some(mailer) = &app.config.mailer else {
        return Err(Failure::conflict(
            "This server sends no mail.",
            "The operator can name a mail server with --smtp-url.",
        ));
    };
    let to = caller.actor;
    let text = format!(
        "This is a test: mail from Passmuster about the workspace {:?} arrives here.\n",
        caller.workspace.name
    );
    match mailer.send(&to, "[Passmuster] Test mail", &text, &app.clock.id()).await {
        Ok(()) => Ok(Json(TestMail { sent_to: to })),
        Err(MailError::Refused(text)) => Err(Failure::invalid(
            format!("The mail to {to:?} was refused: {text}."),
            "Check the address that mail comes from, with the operator.",
        )),
        Err(MailError::Later(text) | MailError::Away(text)) => {
            Err(Failure::unavailable(&format!("The mail could not be sent: {text}.")))
        }
    }
}
