//! Tells admins what was noted: one background task that gathers, writes, and tries again while mail can't be sent.
//!
//! A notice is told at least once: a server that dies between the mail server's yes and its own record of it makes
//! that mail come a second time, with the same Message-ID. Of several servers on one database, one writes each mail.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use passmuster_core::wire::workspace::TestMail;
use tokio::sync::watch;

use crate::App;
use crate::admin::{self, By};
use crate::auth::Caller;
use crate::digest::{LINES, digest, trial};
use crate::error::Failure;
use crate::mail::{MAIL_TIMEOUT, MailError, Mailer};
use crate::metrics;
use crate::notices::{Event, note};
use crate::store::notices::{self, Recipient};
use crate::store::{StoreError, Stored};

/// How often is looked for something to tell, at most.
const LOOK: Duration = Duration::from_secs(5);
/// After a failure; doubled after each further one.
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// An address that is refused for good is tried again after so many intervals (a day, for an hour's interval), in case
/// it was the mail server's mistake, and this often altogether.
const REFUSED_INTERVALS: u32 = 24;
const REFUSED_TRIES: u32 = 3;
/// A token is told of so many days before it ends.
const DAYS_BEFORE: [u32; 2] = [1, 7];

const DAY: i64 = 24 * 3600 * 1_000_000;

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

/// Tells until the server stops; a mail that is being sent then is finished.
pub(crate) async fn run(app: Arc<App>, mut stopped: watch::Receiver<bool>) {
    let Some(mailer) = app.config.mailer.clone() else {
        return;
    };
    let pause = LOOK.min(app.config.notice_interval / 4).max(Duration::from_millis(100));
    while !*stopped.borrow() {
        if let Err(error) = tell_all(&app, &mailer, &stopped).await {
            tracing::warn!(%error, "notices could not be looked at");
        }
        tokio::select! {
            _ = stopped.changed() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn tell_all(app: &App, mailer: &Mailer, stopped: &watch::Receiver<bool>) -> Stored<()> {
    let now = app.clock.now();
    let written_before = now - micros(app.config.notice_interval);
    let mut tx = app.db.read().await?;
    let due = notices::due(&mut tx, now, written_before).await?;
    metrics::set_notices_waiting(notices::waiting(&mut tx).await?);
    drop(tx);
    for to in &due {
        if *stopped.borrow() || !tell(app, mailer, to).await? {
            break;
        }
    }
    Ok(())
}

/// Writes one mail; whether it makes sense to write another one now.
async fn tell(app: &App, mailer: &Mailer, to: &Recipient) -> Stored<bool> {
    let now = app.clock.now();
    let written_before = now - micros(app.config.notice_interval);
    let batch = app.clock.id();
    let mut tx = app.db.write().await?;
    // Longer than a mail can take, so that nobody else writes it meanwhile.
    let until = now + micros(MAIL_TIMEOUT * 2);
    if !notices::claim(&mut tx, to, (now, written_before), until).await? {
        return Ok(true);
    }
    notices::gather(&mut tx, to, &batch).await?;
    let totals = notices::totals(&mut tx, &to.workspace, &to.integration_id, &batch).await?;
    let told = notices::told(&mut tx, to, &batch, LINES).await?;
    tx.commit().await?;
    if totals.is_empty() {
        let mut tx = app.db.write().await?;
        notices::give_back(&mut tx, to).await?;
        tx.commit().await?;
        return Ok(true);
    }
    let letter = digest(&app.config, to, &totals, &told);
    let sent = mailer.send(&to.email, &letter.subject, &letter.text, &batch).await;
    let number: u64 = totals.iter().map(|(_, number, _)| number).sum();
    match sent {
        Ok(()) => {
            let mut tx = app.db.write().await?;
            notices::sent(&mut tx, to, &batch, app.clock.now()).await?;
            tx.commit().await?;
            metrics::mailed("sent");
            tracing::info!(
                integration = to.integration_id,
                notices = number,
                "the admin was written to"
            );
            Ok(true)
        }
        Err(error) => {
            metrics::mailed(match error {
                MailError::Refused(_) => "refused",
                MailError::Later(_) | MailError::Away(_) => "failed",
            });
            let recorded = record_failure(app, to, &error).await;
            tracing::warn!(
                integration = to.integration_id,
                error = error.text(),
                "a mail could not be sent"
            );
            recorded?;
            Ok(!matches!(error, MailError::Away(_)))
        }
    }
}

async fn record_failure(app: &App, to: &Recipient, error: &MailError) -> Stored<()> {
    let now = app.clock.now();
    let interval = app.config.notice_interval;
    let mut tx = app.db.write().await?;
    if let MailError::Refused(text) = error {
        let tries = if to.was_refused { to.tries + 1 } else { 1 };
        let next_at = if tries < REFUSED_TRIES {
            now + micros(interval * REFUSED_INTERVALS)
        } else {
            i64::MAX
        };
        notices::failed(&mut tx, to, tries, next_at, Some(text)).await?;
        let by = By {
            actor: "mail server",
            via: "mail",
        };
        let target = format!("{}: {text}", to.email);
        admin::note(app, &mut tx, &to.workspace, by, "mail_refused", &target)
            .await
            .map_err(|failure| StoreError::Unexpected(failure.cause.unwrap_or_default()))?;
    } else {
        let tries = if to.was_refused { 1 } else { to.tries + 1 };
        let wait = FIRST_WAIT.min(interval) * 2_u32.saturating_pow(tries.saturating_sub(1).min(16));
        notices::failed(&mut tx, to, tries, now + micros(wait.min(LONGEST_WAIT)), None).await?;
    }
    tx.commit().await
}

/// Notes the tokens that end soon, each once a week before and once a day before.
pub(crate) async fn note_expiring_tokens(app: &App) -> Stored<()> {
    let now = app.clock.now();
    let until = now + i64::from(DAYS_BEFORE[DAYS_BEFORE.len() - 1]) * DAY;
    let mut tx = app.db.read().await?;
    let expiring = notices::expiring(&mut tx, now, until).await?;
    drop(tx);
    if expiring.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    for token in &expiring {
        let left = token.expires_at - now;
        if let Some(days) = DAYS_BEFORE.into_iter().find(|days| left <= i64::from(*days) * DAY) {
            let event = Event::TokenExpires { token, days };
            note(&mut tx, &token.workspace, &token.integration_id, event, app.clock).await?;
        }
    }
    tx.commit().await
}

/// `POST /api/admin/integrations/{id}/test-mail/`: writes to the integration's admin now.
///
/// # Errors
/// 404; 409 when the server sends no mail or the integration has no admin's address; 400 when the address is refused,
/// 503 when the mail server can't be reached, each with the mail server's words.
pub(crate) async fn send_trial(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<TestMail>, Failure> {
    let mut tx = app.db.read().await?;
    let to = notices::recipient(&mut tx, &caller.workspace.id, &id).await?;
    drop(tx);
    let Some(to) = to else {
        return Err(Failure::not_found("such integration with an admin e-mail"));
    };
    let Some(mailer) = &app.config.mailer else {
        return Err(Failure::conflict(
            "This server sends no mail.",
            "The operator can name a mail server with --smtp-url.",
        ));
    };
    let letter = trial(&app.config, &to);
    match mailer
        .send(&to.email, &letter.subject, &letter.text, &app.clock.id())
        .await
    {
        Ok(()) => {
            let mut tx = app.db.write().await?;
            notices::accepted(&mut tx, &to).await?;
            tx.commit().await?;
            Ok(Json(TestMail { sent_to: to.email }))
        }
        Err(MailError::Refused(text)) => Err(Failure::invalid(
            format!("The mail to {:?} was refused: {text}.", to.email),
            "Check the admin e-mail, and with the operator the address that mail comes from.",
        )),
        Err(MailError::Later(text) | MailError::Away(text)) => {
            Err(Failure::unavailable(&format!("The mail could not be sent: {text}.")))
        }
    }
}
