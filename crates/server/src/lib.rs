//! The server: receives bodies, asks the core for a plan, applies it, and shows the page.
//!
//! The whole URL space stands in [`url_space`]. What a valid user is stands in the core, SQL in `store`.

mod admin;
mod admission;
mod again;
mod apply;
mod auth;
mod body;
mod client;
mod clock;
mod command;
mod config;
mod delivery;
mod dialects;
mod difference;
mod digest;
mod docs;
mod download;
mod error;
mod foreign;
mod health;
mod held;
mod housekeeping;
mod listen;
mod mail;
mod metrics;
mod notices;
mod openapi;
mod page;
mod rates;
mod receive;
mod recording;
mod records;
mod request;
mod route;
mod secret;
mod store;
mod tries;
mod turns;
mod ui;
mod undo;

use std::io::Write;
use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::{Router, middleware};

pub use clock::Clock;
pub use command::{Command, CommandError, NewPerson};
pub use config::{BODY_IDLE_TIMEOUT, BODY_LIMIT, CHECK_INTERVAL, Config, HEADER_TIMEOUT};
pub use ipnet::IpNet as TrustedProxy;
pub use mail::Mailer;
pub use store::{Db, StoreError};

use dialects::{account, apikey, data, odata, usercom};
use route::Route;
use ui::{
    about, api_keys, audit, groups, integrations, personal_keys, session, settings, setup, tokens, upload, uploads,
    users,
};

/// For work in the background, such as a mail that is being sent, when the server is told to stop.
const STOP_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// What every request works with.
#[derive(Debug)]
pub struct App {
    pub(crate) config: Config,
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) turns: turns::Turns,
    pub(crate) shown: difference::Shown,
    pub(crate) health: health::Health,
    pub(crate) admission: admission::Admission,
    pub(crate) rates: rates::Rates,
    pub(crate) tries: tries::Tries,
}

impl App {
    /// Over an open database; makes the default workspace when it is not there.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn new(config: Config, db: Db, clock: Clock) -> Result<Arc<Self>, StoreError> {
        let mut tx = db.write().await?;
        store::workspaces::ensure_default(&mut tx, clock.now()).await?;
        tx.commit().await?;
        Ok(Arc::new(Self {
            admission: admission::Admission::new(config.body_memory),
            rates: rates::Rates::new(&config),
            tries: tries::Tries::default(),
            config,
            db,
            clock,
            turns: turns::Turns::default(),
            shown: difference::Shown::default(),
            health: health::Health::default(),
        }))
    }
}

/// The whole URL space, one line a table: from it come the router, the OpenAPI document and the tests of refusals.
fn url_space() -> Vec<Route> {
    [
        // senders of bodies, and their own uploads
        data::routes(),
        // the APIs of other systems
        account::routes(),
        apikey::routes(),
        odata::routes(),
        usercom::routes(),
        // who is signed in
        session::routes(),
        personal_keys::routes(),
        setup::routes(),
        // the admin API: what the page and scripts use, each route with the permissions of which one is enough
        users::routes(),
        groups::routes(),
        audit::routes(),
        settings::routes(),
        api_keys::routes(),
        about::routes(),
        integrations::routes(),
        tokens::routes(),
        uploads::routes(),
        upload::routes(),
        // operators
        health::routes(),
        // what all of them are
        openapi::routes(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What answers a request.
pub fn app(app: Arc<App>) -> Router {
    let router = route::add(Router::new(), url_space(), &app);
    docs::add(router)
        // the page, and 404 for the rest of /api
        .fallback(page::serve)
        // bodies have limits of their own, see `body`
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(Arc::clone(&app), request::handle))
        .with_state(app)
}

/// Runs the server until the process is told to stop; writes its address to standard output.
///
/// # Errors
/// A database that can't be opened, or an address that can't be listened on.
pub async fn serve(config: Config) -> Result<(), ServeError> {
    start_log(config.log_json);
    let db = Db::open(&config.database, true).await?;
    let app_state = App::new(config, db, Clock::default()).await?;
    let wanted = app_state.config.listen;
    let listener = listen::bind(wanted).map_err(|error| ServeError::Listen(wanted, error))?;
    let address = listener
        .local_addr()
        .map_err(|error| ServeError::Listen(wanted, error))?;
    let local_url = format!("http://{address}");
    say(&format!("Listening on {local_url}"));
    let public_url = app_state.config.public_url.clone().unwrap_or(local_url);
    match command::offer_setup(&app_state).await {
        Ok(Some(token)) => say(&format!("First sign-in: {public_url}/setup/{token}")),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "no first sign-in could be offered"),
    }
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut background = tokio::task::JoinSet::new();
    background.spawn(health::watch(Arc::clone(&app_state), stopped.clone()));
    background.spawn(delivery::run(Arc::clone(&app_state), stopped.clone()));
    background.spawn(housekeeping::run(Arc::clone(&app_state), stopped));
    let limits = listen::Limits {
        connections: app_state.config.connection_limit,
        header_timeout: app_state.config.header_timeout,
    };
    listen::serve(listener, app(app_state), limits).await;
    stop.send_replace(true);
    if tokio::time::timeout(STOP_TIMEOUT, async { while background.join_next().await.is_some() {} })
        .await
        .is_err()
    {
        tracing::warn!("some work in the background did not end in time");
    }
    Ok(())
}

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database's reason.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system's reason.
    #[error("{0} can't be listened on: {1}")]
    Listen(std::net::SocketAddr, std::io::Error),
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // Who closed our standard output doesn't want to know.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn start_log(json: bool) {
    use tracing_subscriber::EnvFilter;
    let filter =
        EnvFilter::try_from_env("PASSMUSTER_LOG").unwrap_or_else(|_| EnvFilter::new("warn,passmuster_server=info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start in one process keeps the first log.
    let _ = if json {
        log.json().try_init()
    } else {
        log.with_ansi(false).try_init()
    };
}
