//! `passmuster serve`: hands its settings to the server.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use clap::Args;
use passmuster_server::{BODY_IDLE_TIMEOUT, BODY_LIMIT, CHECK_INTERVAL, Config, HEADER_TIMEOUT, Mailer, TrustedProxy};

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
    /// The most bytes of bodies in memory at a time; others wait, or are told to come back
    #[arg(long, env = "PASSMUSTER_BODY_MEMORY", default_value_t = 128 * 1024 * 1024)]
    body_memory: u64,
    /// Proxies whose X-Forwarded-For is believed: addresses or nets, separated by commas
    #[arg(long, env = "PASSMUSTER_TRUSTED_PROXY", value_delimiter = ',', value_parser = trusted_proxy)]
    trusted_proxy: Vec<TrustedProxy>,
    /// Uploads and other changes in a second by one token, key, session or address; 0 for any number
    #[arg(long, env = "PASSMUSTER_UPLOAD_RATE", default_value_t = 200)]
    upload_rate: u32,
    /// Requests in a second that only read, by the same; 0 for any number
    #[arg(long, env = "PASSMUSTER_READ_RATE", default_value_t = 5000)]
    read_rate: u32,
    /// Mails notices through smtp://USER:PASSWORD@HOST:PORT, smtp+starttls://… or smtps://…
    #[arg(long, env = "PASSMUSTER_SMTP_URL", hide_env_values = true, requires = "mail_from")]
    smtp_url: Option<String>,
    /// Whom they come from, such as "Passmuster <passmuster@example.com>"
    #[arg(long, env = "PASSMUSTER_MAIL_FROM")]
    mail_from: Option<String>,
    /// Seconds within which the admin of an integration is written to once
    #[arg(long, env = "PASSMUSTER_NOTICE_INTERVAL", default_value_t = 3600, value_parser = clap::value_parser!(u64).range(1..=7 * 24 * 3600))]
    notice_interval: u64,
    /// Days that received bodies are kept, such as 30 or 0.5; 0 keeps none
    #[arg(long, env = "PASSMUSTER_KEEP_BODIES", default_value = "30", value_parser = days)]
    keep_bodies: Duration,
    /// Seconds between two looks for what is old
    #[arg(long, env = "PASSMUSTER_TIDY_INTERVAL", default_value_t = 3600, value_parser = clap::value_parser!(u64).range(1..=24 * 3600))]
    tidy_interval: u64,
    /// Writes the log as JSON
    #[arg(long, env = "PASSMUSTER_LOG_JSON")]
    log_json: bool,
}

/// Serves until told to stop.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let mailer = match (&arguments.smtp_url, &arguments.mail_from) {
        (Some(url), Some(from)) => Some(Mailer::new(url, from).map_err(anyhow::Error::msg)?),
        _ => None,
    };
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
        body_memory: arguments.body_memory,
        trusted_proxies: arguments.trusted_proxy,
        upload_rate: arguments.upload_rate,
        read_rate: arguments.read_rate,
        log_json: arguments.log_json,
        mailer,
        notice_interval: Duration::from_secs(arguments.notice_interval),
        keep_bodies: arguments.keep_bodies,
        tidy_interval: Duration::from_secs(arguments.tidy_interval),
    };
    Ok(passmuster_server::serve(config).await?)
}

/// An address, or a net such as 10.0.0.0/8.
fn trusted_proxy(text: &str) -> Result<TrustedProxy, String> {
    let address = || text.parse().map(|address: IpAddr| TrustedProxy::from(address));
    text.parse()
        .or_else(|_| address())
        .map_err(|_| format!("{text:?} is neither an address nor a net such as 10.0.0.0/8"))
}

/// Days, with a fraction if need be.
fn days(text: &str) -> Result<Duration, String> {
    let days: f64 = text.parse().map_err(|_| format!("{text:?} is not a number of days"))?;
    Duration::try_from_secs_f64(days * 24.0 * 3600.0)
        .ok()
        .filter(|time| *time <= Duration::from_secs(3_650_000 * 24 * 3600))
        .ok_or_else(|| format!("{text:?} is not a number of days from 0 to 3,650,000"))
}
