//! `passmuster serve`: hands its settings to the server.

use std::net::SocketAddr;
use std::time::Duration;

use clap::Args;
use passmuster_server::{BODY_IDLE_TIMEOUT, BODY_LIMIT, CHECK_INTERVAL, Config, HEADER_TIMEOUT};

/// Runs the server with its page.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where to listen; port 0 takes a free one
    #[arg(long, env = "PASSMUSTER_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        env = "PASSMUSTER_DATABASE",
        default_value = "sqlite:passmuster.db",
        hide_env_values = true
    )]
    database: String,
    /// Workspaces are subdomains of it
    #[arg(long, env = "PASSMUSTER_BASE_DOMAIN")]
    base_domain: Option<String>,
    /// What addresses begin with, such as https://passmuster.example.com
    #[arg(long, env = "PASSMUSTER_PUBLIC_URL")]
    public_url: Option<String>,
    /// The most bytes of a body, as sent and unpacked
    #[arg(long, env = "PASSMUSTER_BODY_LIMIT", default_value_t = BODY_LIMIT)]
    body_limit: usize,
    /// The most user integrations of a workspace
    #[arg(long, env = "PASSMUSTER_INTEGRATION_LIMIT", default_value_t = 2)]
    integration_limit: usize,
    /// The most connections at a time
    #[arg(long, env = "PASSMUSTER_CONNECTION_LIMIT", default_value_t = 12_000)]
    connection_limit: usize,
    /// Seconds for a request's headers, and until an idle connection is closed
    #[arg(long, env = "PASSMUSTER_HEADER_TIMEOUT", default_value_t = HEADER_TIMEOUT, value_parser = clap::value_parser!(u64).range(1..))]
    header_timeout: u64,
    /// Seconds that a sender may pause within a body
    #[arg(long, env = "PASSMUSTER_BODY_IDLE_TIMEOUT", default_value_t = BODY_IDLE_TIMEOUT, value_parser = clap::value_parser!(u64).range(1..))]
    body_idle_timeout: u64,
    /// Seconds between two looks for damage in the database's files
    #[arg(long, env = "PASSMUSTER_CHECK_INTERVAL", default_value_t = CHECK_INTERVAL, value_parser = clap::value_parser!(u64).range(1..))]
    check_interval: u64,
    /// Writes the log as JSON
    #[arg(long, env = "PASSMUSTER_LOG_JSON")]
    log_json: bool,
}

/// Serves until told to stop.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let config = Config {
        listen: arguments.listen,
        database: arguments.database,
        base_domain: arguments.base_domain,
        public_url: arguments.public_url.map(|url| url.trim_end_matches('/').to_owned()),
        body_limit: arguments.body_limit,
        integration_limit: arguments.integration_limit,
        connection_limit: arguments.connection_limit,
        header_timeout: Duration::from_secs(arguments.header_timeout),
        body_idle_timeout: Duration::from_secs(arguments.body_idle_timeout),
        check_interval: Duration::from_secs(arguments.check_interval),
        log_json: arguments.log_json,
    };
    Ok(passmuster_server::serve(config).await?)
}
