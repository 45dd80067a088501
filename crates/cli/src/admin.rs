//! Commands that administer a directory, beside a running server: arguments in, text or JSON out.

use std::io::{BufWriter, Read, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use passmuster_core::export::write_users;
use passmuster_core::field::Target;
use passmuster_core::mapping::{ApiField, FileFormat, Mapping};
use passmuster_core::wire::directory::Catalog;
use passmuster_core::wire::integration::EnableIntegration;
use passmuster_server::{Command, Config};

use crate::check::Output;

/// Which directory.
#[derive(Debug, Args)]
pub(crate) struct Directory {
    /// sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        env = "PASSMUSTER_DATABASE",
        default_value = "sqlite:passmuster.db",
        hide_env_values = true
    )]
    database: String,
}

impl Directory {
    async fn open(self) -> anyhow::Result<Command> {
        let config = Config {
            database: self.database,
            ..Config::default()
        };
        Ok(Command::open(config).await?)
    }
}

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

/// `passmuster group-type …`
#[derive(Debug, Subcommand)]
pub(crate) enum GroupType {
    /// Makes a group type; an upload never does
    Create {
        #[command(flatten)]
        directory: Directory,
        /// Such as Team
        name: String,
    },
}

/// `passmuster integration-id …`
#[derive(Debug, Subcommand)]
pub(crate) enum IntegrationId {
    /// Makes a kind of ID; prints its name in mapping documents
    Create {
        #[command(flatten)]
        directory: Directory,
        /// Such as "Phone Extension"
        name: String,
    },
}

/// `passmuster api-key …`
#[derive(Debug, Subcommand)]
pub(crate) enum ApiKey {
    /// Makes a key; prints it this once
    Create {
        #[command(flatten)]
        directory: Directory,
        /// What the audit calls whoever uses it
        #[arg(long)]
        name: String,
        #[arg(long, value_enum, default_value_t = Output::Human)]
        output: Output,
    },
}

/// `passmuster user …`
#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Makes a user
    Create {
        #[command(flatten)]
        directory: Directory,
        #[arg(long)]
        email: String,
        #[arg(long)]
        first_name: String,
        #[arg(long)]
        last_name: String,
        /// May administer the workspace
        #[arg(long)]
        admin: bool,
        /// Reads the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Writes all users as CSV to standard output; uploaded unchanged, it changes nothing
    Export {
        #[command(flatten)]
        directory: Directory,
        /// In the headers of this integration
        #[arg(long)]
        integration: Option<String>,
    },
}

/// Runs `passmuster integration …`.
pub(crate) async fn integration(command: Integration) -> anyhow::Result<()> {
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
        database: directory.database,
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
    let enabled = Command::open(config)
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

/// Runs `passmuster group-type …`.
pub(crate) async fn group_type(command: GroupType) -> anyhow::Result<()> {
    let GroupType::Create { directory, name } = command;
    print(&directory.open().await?.create_group_type(&name).await?.name)
}

/// Runs `passmuster integration-id …`.
pub(crate) async fn integration_id(command: IntegrationId) -> anyhow::Result<()> {
    let IntegrationId::Create { directory, name } = command;
    print(&directory.open().await?.create_integration_id(&name).await?.slug)
}

/// Runs `passmuster api-key …`.
pub(crate) async fn api_key(command: ApiKey) -> anyhow::Result<()> {
    let ApiKey::Create {
        directory,
        name,
        output,
    } = command;
    let key = directory.open().await?.create_api_key(&name).await?;
    match output {
        Output::Json => print(&serde_json::json!({ "api_key": key }).to_string()),
        Output::Human => print(&key),
    }
}

/// Runs `passmuster user …`.
pub(crate) async fn user(command: User) -> anyhow::Result<()> {
    match command {
        User::Create {
            directory,
            email,
            first_name,
            last_name,
            admin,
            password_stdin,
        } => {
            let password = if password_stdin {
                Some(password_from_input()?)
            } else {
                None
            };
            let opened = directory.open().await?;
            let user = opened
                .create_user(email, (first_name, last_name), admin, password)
                .await?;
            print(&user.email)
        }
        User::Export { directory, integration } => {
            let opened = directory.open().await?;
            let (mapping, catalog, users) = opened.export_users(integration.as_deref()).await?;
            let mapping = mapping.unwrap_or_else(|| everything(&catalog));
            let mut out = BufWriter::new(std::io::stdout().lock());
            write_users(&mapping, &catalog, &users, &mut out)?;
            Ok(out.flush()?)
        }
    }
}

/// All that a user has, under the labels of the page.
fn everything(catalog: &Catalog) -> Mapping {
    let mut mapping = Mapping::on_enabling(FileFormat::Csv);
    let mut add = |target: Target| {
        let header: String = target
            .label()
            .chars()
            .take(passmuster_core::field::API_FIELD_CHARACTERS)
            .collect();
        mapping.fields.push(ApiField::new(header.trim(), target));
    };
    for target in [
        Target::Username,
        Target::TimeZone,
        Target::Manager,
        Target::IsActive,
        Target::IsManager,
        Target::IsAdmin,
        Target::Role,
        Target::Tags,
        Target::Aliases,
    ] {
        add(target);
    }
    for id in &catalog.integration_ids {
        add(Target::IntegrationId(id.slug.clone()));
    }
    for group_type in &catalog.group_types {
        add(Target::GroupMembership(group_type.name.clone()));
        add(Target::GroupManager(group_type.name.clone()));
    }
    for attribute in &catalog.attributes {
        add(Target::Attribute(attribute.name.clone()));
    }
    mapping
}

/// Standard input without its last line end.
fn password_from_input() -> anyhow::Result<String> {
    let mut password = String::new();
    std::io::stdin()
        .lock()
        .read_to_string(&mut password)
        .context("the password can't be read")?;
    let password = password.strip_suffix('\n').unwrap_or(&password);
    Ok(password.strip_suffix('\r').unwrap_or(password).to_owned())
}

fn print(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
