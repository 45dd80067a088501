//! The server: receives bodies, asks the core for a plan, applies it, and shows the page.
//!
//! The whole URL space stands in [`app`]. What a valid user is stands in the core, SQL in `store`.

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
use axum::routing::{MethodRouter, delete, get, post, put};
use axum::{Router, middleware};
use passmuster_core::permission::Permission::{self, AuditView, GroupsEdit, IntegrationsEdit, UsersEdit};

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

/// The whole URL space.
pub fn app(app: Arc<App>) -> Router {
    let router = Router::new()
        // senders of bodies
        .route("/api/v1/data/{route}/", post(data::receive))
        .route("/api/v1/data/{route}", post(data::add_slash));
    let router = with_and_without_slash(
        router,
        [
            // senders' own uploads
            ("/api/v1/data/{route}/uploads/{id}", get(data::show_upload)),
            ("/api/v1/data/{route}/uploads/{id}/undo", post(data::undo_upload)),
            // the User Provisioning API
            ("/api/v1/account", post(account::receive_accounts)),
            ("/api/v1/group_type", post(account::make_group_types)),
            ("/api/v1/group", post(account::make_groups)),
            (
                "/api/v1/group_membership",
                post(account::set_memberships).delete(account::revoke_memberships),
            ),
            // users with X-ApiKey
            ("/app/Api/CreateOrUpdateUser", post(apikey::create_or_update)),
            ("/app/Api/AddUserToTeam", post(apikey::add_to_team)),
            ("/app/Api/RemoveUserFromTeam", post(apikey::remove_from_team)),
            ("/app/Api/SetCustomVariables", post(apikey::set_custom_variables)),
            // User.com users
            ("/api/public/users", get(usercom::lists::users).post(usercom::create)),
            ("/api/public/users/search", get(usercom::search)),
            ("/api/public/users/update_or_create", post(usercom::update_or_create)),
            (
                "/api/public/users/{id}",
                get(usercom::find)
                    .put(usercom::update)
                    .patch(usercom::update)
                    .delete(usercom::delete),
            ),
            (
                "/api/public/users-by-id/{user_id}",
                get(usercom::find_by_id)
                    .put(usercom::update_by_id)
                    .patch(usercom::update_by_id)
                    .delete(usercom::delete_by_id),
            ),
            ("/api/public/users/{id}/{operation}", post(usercom::operate)),
            (
                "/api/public/{what}",
                get(usercom::lists::all).post(usercom::lists::make),
            ),
            ("/api/public/{what}/{id}", get(usercom::lists::show)),
            // who is signed in
            (
                "/api/session",
                get(session::show).post(session::sign_in).delete(session::sign_out),
            ),
            ("/api/session/all", get(session::list)),
            (
                "/api/session/keys",
                get(personal_keys::list).post(personal_keys::create),
            ),
            ("/api/session/keys/{id}", delete(personal_keys::revoke)),
            ("/api/session/password", put(session::change_password)),
            ("/api/setup", post(setup::create_first_admin)),
        ],
    );
    // the directory for clients of OData, which cuts its paths itself
    let fed = odata::routes().into_iter();
    let router = fed.fold(router, |router, (_, path, methods)| router.route(path, methods));
    route::add(router, administration(), &app)
        // operators
        .route("/healthz", get(health::is_alive))
        .route("/readyz", get(health::is_ready))
        .route("/metrics", get(metrics::show))
        // the page, and 404 for the rest of /api
        .fallback(page::serve)
        // bodies have limits of their own, see `body`
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn_with_state(Arc::clone(&app), request::handle))
        .with_state(app)
}

/// The admin API: what the page and scripts use, each route with the permissions of which one is enough.
fn administration() -> Vec<Route> {
    use route::{delete, get, patch, post, put};
    /// May look at integrations and what came through them; credentials are shown to those who may edit them.
    const LOOK: &[Permission] = &[IntegrationsEdit, UsersEdit];
    const INTEGRATIONS: &[Permission] = &[IntegrationsEdit];
    const USERS: &[Permission] = &[UsersEdit];
    const GROUPS: &[Permission] = &[GroupsEdit];
    vec![
        // the directory
        get("/api/admin/users", USERS, users::list),
        post("/api/admin/users", USERS, users::create),
        get("/api/admin/users/count", USERS, users::count),
        get("/api/admin/users/export", USERS, users::export),
        post("/api/admin/users/bulk", USERS, users::edit_several),
        get("/api/admin/users/{email}", USERS, users::show),
        patch("/api/admin/users/{email}", USERS, users::edit),
        get("/api/admin/users/{email}/history", USERS, users::history),
        get("/api/admin/users/{email}/origins", USERS, users::origins),
        get(
            "/api/admin/groups",
            &[IntegrationsEdit, UsersEdit, GroupsEdit],
            groups::catalog,
        ),
        post("/api/admin/groups", GROUPS, groups::create),
        patch("/api/admin/groups/{group_type}/{name}", GROUPS, groups::rename),
        post("/api/admin/groups/{group_type}/{name}/merge", GROUPS, groups::merge),
        get("/api/admin/group-types", GROUPS, groups::list_types),
        post("/api/admin/group-types", GROUPS, groups::create_type),
        get(
            "/api/admin/group-types/{group_type}/groups",
            GROUPS,
            groups::list_of_type,
        ),
        post(
            "/api/admin/integration-ids",
            INTEGRATIONS,
            groups::create_integration_id,
        ),
        post("/api/admin/attributes", INTEGRATIONS, groups::create_attribute),
        // who changed what
        get("/api/admin/audit", &[AuditView], audit::list),
        get("/api/admin/audit/count", &[AuditView], audit::count),
        get("/api/admin/audit/export", &[AuditView], audit::export),
        // settings
        get(
            "/api/admin/settings",
            &[IntegrationsEdit, UsersEdit, GroupsEdit],
            settings::show,
        ),
        patch("/api/admin/settings", INTEGRATIONS, settings::edit),
        get("/api/admin/api-keys", INTEGRATIONS, api_keys::list),
        post("/api/admin/api-keys", INTEGRATIONS, api_keys::create),
        delete("/api/admin/api-keys/{id}", INTEGRATIONS, api_keys::revoke),
        get("/api/admin/about", INTEGRATIONS, about::show),
        get("/api/admin/diagnostics", INTEGRATIONS, about::diagnose),
        post("/api/admin/test-mail", INTEGRATIONS, about::send_trial),
        // integrations
        get("/api/admin/integrations", LOOK, integrations::list),
        post("/api/admin/integrations", INTEGRATIONS, integrations::enable),
        get("/api/admin/integrations/{id}", LOOK, integrations::show),
        patch("/api/admin/integrations/{id}", INTEGRATIONS, integrations::edit),
        put(
            "/api/admin/integrations/{id}/mapping",
            INTEGRATIONS,
            integrations::save_mapping,
        ),
        get(
            "/api/admin/integrations/{id}/mapping/versions",
            LOOK,
            integrations::list_versions,
        ),
        get(
            "/api/admin/integrations/{id}/mapping/versions/{n}",
            LOOK,
            integrations::show_version,
        ),
        post("/api/admin/integrations/{id}/tokens", INTEGRATIONS, tokens::create),
        post(
            "/api/admin/integrations/{id}/tokens/{token_id}/rotate",
            INTEGRATIONS,
            tokens::rotate,
        ),
        delete(
            "/api/admin/integrations/{id}/tokens/{token_id}",
            INTEGRATIONS,
            tokens::revoke,
        ),
        post(
            "/api/admin/integrations/{id}/test-mail",
            INTEGRATIONS,
            delivery::send_trial,
        ),
        // their uploads
        get("/api/admin/integrations/{id}/uploads", LOOK, uploads::list),
        post("/api/admin/integrations/{id}/uploads", INTEGRATIONS, uploads::receive),
        get(
            "/api/admin/integrations/{id}/uploads/per-day",
            LOOK,
            uploads::count_by_day,
        ),
        post("/api/admin/integrations/{id}/requests", INTEGRATIONS, uploads::request),
        get("/api/admin/uploads/{id}", LOOK, upload::show),
        get("/api/admin/uploads/{id}/plan", LOOK, upload::plan),
        post("/api/admin/uploads/{id}/plan", INTEGRATIONS, upload::plan_with),
        get("/api/admin/uploads/{id}/changes", LOOK, upload::changes),
        get("/api/admin/uploads/{id}/records", LOOK, upload::records),
        get("/api/admin/uploads/{id}/body", LOOK, upload::body),
        post("/api/admin/uploads/{id}/allow", INTEGRATIONS, upload::allow),
        post("/api/admin/uploads/{id}/reject", INTEGRATIONS, upload::reject),
        post("/api/admin/uploads/{id}/undo", INTEGRATIONS, upload::undo),
    ]
}

/// Method and path of each route of the admin API, for tests and documents that go through all of them.
pub fn administrative_routes() -> Vec<(String, &'static str)> {
    administration()
        .into_iter()
        .map(|route| (route.method.to_string(), route.path))
        .collect()
}

fn with_and_without_slash<const N: usize>(
    router: Router<Arc<App>>,
    routes: [(&str, MethodRouter<Arc<App>>); N],
) -> Router<Arc<App>> {
    routes.into_iter().fold(router, |router, (path, methods)| {
        router.route(path, methods.clone()).route(&format!("{path}/"), methods)
    })
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
