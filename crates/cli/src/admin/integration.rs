//! `passmuster integration …`: where bodies of users are sent to.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Subcommand, ValueEnum};
use passmuster_core::mapping::{FileFormat, Mapping};
use passmuster_core::wire::integration::EnableIntegration;
use passmuster_server::Config;

use super::{Directory, print};
use crate::check::Output;

/// CSV or JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Csv,
    Json,
}

impl From<Format> for FileFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Csv => Self::Csv,
            Format::Json => Self::Json,
        }
    }
}

/// `passmuster integration …`
#[derive(Debug, Subcommand)]
pub(crate) enum Integration {
    /// Enables an integration; prints its endpoint and its token, the token this once
    Create {
        #[command(flatten)]
        directory: Directory,
        /// Such as "EMEA User API"
        #[arg(long)]
        name: String,
        /// What its bodies are
        #[arg(long, value_enum)]
        file_format: Format,
        /// The last part of the endpoint; made from the name unless given
        #[arg(long)]
        route: Option<String>,
        /// The mapping document to begin with; the required fields unless given
        #[arg(long)]
        mapping: Option<PathBuf>,
        /// Who is told when uploads fail
        #[arg(long)]
        admin_email: Option<String>,
        /// What the endpoint begins with
        #[arg(long, env = "PASSMUSTER_PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
        public_url: String,
        /// How many integrations the workspace may have
        #[arg(long, env = "PASSMUSTER_INTEGRATION_LIMIT", default_value_t = 2)]
        integration_limit: usize,
        #[arg(long, value_enum, default_value_t = Output::Human)]
        output: Output,
    },
}

/// Runs `passmuster integration …`.
pub(crate) async fn run(command: Integration) -> anyhow::Result<()> {
    let Integration::Create {
        directory,
        name,
        file_format,
        route,
        mapping,
        admin_email,
        public_url,
        integration_limit,
        output,
    } = command;
    let mapping = match mapping {
        None => None,
        Some(path) => {
            let document = std::fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
            Some(Mapping::parse(&document).with_context(|| path.display().to_string())?)
        }
    };
    let config = Config {
        integration_limit,
        ..Config::default()
    };
    let wanted = EnableIntegration {
        name,
        file_format: file_format.into(),
        route,
        mapping,
        admin_email,
    };
    let enabled = directory
        .open_with(config)
        .await?
        .create_integration(wanted, &public_url)
        .await?;
    match output {
        Output::Json => print(&serde_json::to_string(&enabled)?),
        Output::Human => print(&format!(
            "ENDPOINT    {}\nAUTH_TOKEN  {}\n\nThe token is shown this once; keep it where secrets are kept.",
            enabled.endpoint, enabled.auth_token
        )),
    }
}
