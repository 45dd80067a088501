//! What the operator sets.

use std::net::SocketAddr;
use std::time::Duration;

use ipnet::IpNet;

use crate::body::Patience;
use crate::mail::Mailer;

/// 15 MB as the API's users know it, in bytes.
// seed: User API to Create and Edit Users, "There is a 15MB file size limit"
pub const BODY_LIMIT: usize = 15 * 1024 * 1024;
/// For a request's headers, in seconds; an idle connection is closed after the same time.
pub const HEADER_TIMEOUT: u64 = 10;
/// How long a sender may pause within a body, in seconds.
pub const BODY_IDLE_TIMEOUT: u64 = 30;
/// How often the database's files are looked at for damage, in seconds.
pub const CHECK_INTERVAL: u64 = 24 * 3600;

/// How the server is run.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// `sqlite:PATH` or `postgres://…`.
    pub database: String,
    /// Workspaces are subdomains of it; `None`: there is one, `default`.
    pub base_domain: Option<String>,
    /// What addresses begin with, such as `https://pm.example.com`; `None`: taken from each request's `Host`.
    pub public_url: Option<String>,
    /// The most bytes of a body, as sent and unpacked.
    pub body_limit: usize,
    /// The most user integrations of a workspace.
    pub integration_limit: usize,
    /// The most connections at a time.
    pub connection_limit: usize,
    /// For a request's headers; an idle connection is closed after the same time.
    pub header_timeout: Duration,
    /// How long a sender may pause within a body.
    pub body_idle_timeout: Duration,
    /// How often the database's files are looked at for damage.
    pub check_interval: Duration,
    /// The most bytes of bodies in memory at a time; who finds no room is told to come back.
    pub body_memory: u64,
    /// Proxies in front, whose word on a client's address is taken.
    pub trusted_proxies: Vec<IpNet>,
    /// Requests in a second that change something, by one sender; 0: any number.
    pub upload_rate: u32,
    /// Requests in a second that only read, by one sender; 0: any number.
    pub read_rate: u32,
    /// Logs as JSON.
    pub log_json: bool,
    /// Sends notices; `None`: nobody is written to.
    pub mailer: Option<Mailer>,
    /// The admin of an integration is written to once within it.
    pub notice_interval: Duration,
    /// How long received bodies are kept, where they can be looked at; zero: they are not. One that waits for a person
    /// is kept in any case.
    pub keep_bodies: Duration,
    /// How often old rows are looked for.
    pub tidy_interval: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            database: "sqlite:passmuster.db".to_owned(),
            base_domain: None,
            public_url: None,
            body_limit: BODY_LIMIT,
            integration_limit: 2,
            connection_limit: 12_000,
            header_timeout: Duration::from_secs(HEADER_TIMEOUT),
            body_idle_timeout: Duration::from_secs(BODY_IDLE_TIMEOUT),
            check_interval: Duration::from_secs(CHECK_INTERVAL),
            body_memory: 128 * 1024 * 1024,
            trusted_proxies: Vec::new(),
            upload_rate: 200,
            read_rate: 5000,
            log_json: false,
            mailer: None,
            notice_interval: Duration::from_secs(3600),
            keep_bodies: Duration::from_secs(30 * 24 * 3600),
            tidy_interval: Duration::from_secs(3600),
        }
    }
}

impl Config {
    /// What a sender of users is held to.
    pub(crate) fn patience(&self) -> Patience {
        Patience {
            bytes: self.body_limit,
            pause: self.body_idle_timeout,
        }
    }
}
