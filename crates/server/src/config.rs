//! What the operator sets.

use std::net::SocketAddr;

/// 15 MB as the API's users know it, in bytes.
// seed: User API to Create and Edit Users, "There is a 15MB file size limit"
pub const BODY_LIMIT: usize = 15 * 1024 * 1024;

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
    /// Logs as JSON.
    pub log_json: bool,
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
            log_json: false,
        }
    }
}
