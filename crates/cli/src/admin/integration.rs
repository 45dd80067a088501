//! `passmuster integration …`: where bodies of users are sent to.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use passmuster_core::limits::{Limit, LimitKind};
use passmuster_core::mapping::{FileFormat, Mapping};
use passmuster_core::wire::integration::{EnableIntegration, IntegrationEdit, UploadMode};
use passmuster_server::Config;

use super::workspace::Switch;
use super::{Directory, print, show, table, time};
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
    Create(Create),
    /// Lists the integrations
    List {
        #[command(flatten)]
        directory: Directory,
        /// What the endpoints begin with
        #[arg(long, env = "PASSMUSTER_PUBLIC_URL", default_value = "http://127.0.0.1:8080")]
        public_url: String,
        #[arg(long, value_enum, default_value_t = Output::Human)]
        output: Output,
    },
    /// Edits the settings of an integration
    Set {
        #[command(flatten)]
        directory: Directory,
        /// The integration's name, route or id
        #[arg(long)]
        integration: String,
        /// A new name
        #[arg(long)]
        name: Option<String>,
        /// Who is told when uploads fail; blank: nobody
        #[arg(long)]
        admin_email: Option<String>,
        /// Whether it takes uploads
        #[arg(long, value_enum)]
        enabled: Option<Switch>,
        /// Whether its uploads are marked sandbox
        #[arg(long, value_enum)]
        sandbox: Option<Switch>,
        /// What a user missing in a body means: nothing, or with snapshot that they left
        #[arg(long, value_enum)]
        upload_mode: Option<Mode>,
        /// The most of one kind of change that needs nobody's leave: deactivations=20%, groups_created=10, both as
        /// managers_cleared=5%,100, or rows_touched=off; also admins_granted
        #[arg(long = "limit", value_name = "KIND=LIMIT", value_parser = limit)]
        limits: Vec<(LimitKind, Option<Limit>)>,
        /// How many integrations the workspace may have
        #[arg(long, env = "PASSMUSTER_INTEGRATION_LIMIT", default_value_t = 2)]
        integration_limit: usize,
    },
}

/// What a new integration is to be.
#[derive(Debug, Args)]
pub(crate) struct Create {
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
}

/// What a user missing in a body means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    Changes,
    Snapshot,
}

impl From<Mode> for UploadMode {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Changes => Self::Changes,
            Mode::Snapshot => Self::Snapshot,
        }
    }
}

/// Reads `deactivations=20%`, `groups_created=10`, `rows_touched=5%,100` or `managers_cleared=off`.
fn limit(text: &str) -> Result<(LimitKind, Option<Limit>), String> {
    let (kind, bounds) = text
        .split_once('=')
        .ok_or("write it as KIND=LIMIT, such as deactivations=20%")?;
    let kind = LimitKind::of_str(kind.trim()).ok_or_else(|| {
        let all: Vec<&str> = LimitKind::ALL.iter().map(|known| known.as_str()).collect();
        format!("use one of {}", all.join(", "))
    })?;
    if bounds.trim() == "off" {
        return Ok((kind, None));
    }
    let mut limit = Limit::default();
    for bound in bounds.split(',').map(str::trim) {
        let odd = |_| format!("{bound:?} is neither a number, nor a percentage such as 20%, nor off");
        match bound.strip_suffix('%') {
            Some(percent) => limit.percent = Some(percent.parse().map_err(odd)?),
            None => limit.count = Some(bound.parse().map_err(odd)?),
        }
    }
    Ok((kind, Some(limit)))
}

/// Runs `passmuster integration …`.
pub(crate) async fn run(command: Integration) -> anyhow::Result<()> {
    match command {
        Integration::List {
            directory,
            public_url,
            output,
        } => {
            let all = directory.open().await?.list_integrations(&public_url).await?;
            show(output, &all, || {
                let rows = all.iter().map(|integration| {
                    [
                        integration.name.clone(),
                        integration.endpoint.clone(),
                        integration.mapping.file_format.as_str().to_owned(),
                        if integration.enabled { "on" } else { "off" }.to_owned(),
                        integration.upload_mode.as_str().to_owned(),
                        time(integration.last_upload.as_ref().map(|upload| &upload.received_at)),
                    ]
                });
                table(["NAME", "ENDPOINT", "FORMAT", "ENABLED", "MODE", "LAST UPLOAD"], rows)
            })
        }
        Integration::Set {
            directory,
            integration,
            name,
            admin_email,
            enabled,
            sandbox,
            upload_mode,
            limits,
            integration_limit,
        } => {
            let config = Config {
                integration_limit,
                ..Config::default()
            };
            let edits = IntegrationEdit {
                name,
                admin_email: admin_email.map(Some),
                enabled: enabled.map(Switch::is_on),
                sandbox: sandbox.map(Switch::is_on),
                upload_mode: upload_mode.map(Into::into),
                limits: limits.into_iter().collect(),
            };
            let opened = directory.open_with(config).await?;
            print(&opened.edit_integration(&integration, edits).await?)
        }
        Integration::Create(wanted) => create(wanted).await,
    }
}

async fn create(wanted: Create) -> anyhow::Result<()> {
    let Create {
        directory,
        name,
        file_format,
        route,
        mapping,
        admin_email,
        public_url,
        integration_limit,
        output,
    } = wanted;
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
