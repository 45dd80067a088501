//! Commands that administer a directory, beside a running server: arguments in, text or JSON out.

pub(crate) mod credentials;
pub(crate) mod integration;
pub(crate) mod user;
pub(crate) mod workspace;

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};
use passmuster_core::group::{AttributeKind, AttributeType};
use passmuster_server::{Command, Config};

use crate::check::Output;

/// Which database.
#[derive(Debug, Args)]
pub(crate) struct Database {
    /// sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        env = "PASSMUSTER_DATABASE",
        default_value = "sqlite:passmuster.db",
        hide_env_values = true
    )]
    database: String,
}

/// Which directory.
#[derive(Debug, Args)]
pub(crate) struct Directory {
    #[command(flatten)]
    database: Database,
    /// The workspace, by its subdomain
    #[arg(
        long,
        value_name = "SUBDOMAIN",
        env = "PASSMUSTER_WORKSPACE",
        default_value = "default"
    )]
    workspace: String,
}

impl Directory {
    /// Of the workspace that every database has.
    fn of_default(database: Database) -> Self {
        Self {
            database,
            workspace: "default".to_owned(),
        }
    }

    pub(crate) async fn open(self) -> anyhow::Result<Command> {
        self.open_with(Config::default()).await
    }

    /// With other settings than the server's usual ones.
    async fn open_with(self, config: Config) -> anyhow::Result<Command> {
        let config = Config {
            database: self.database.database,
            ..config
        };
        Ok(Command::open(config, &self.workspace).await?)
    }
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

/// `passmuster attribute …`
#[derive(Debug, Subcommand)]
pub(crate) enum Attribute {
    /// Makes a custom attribute of users; an upload never does
    Create {
        #[command(flatten)]
        directory: Directory,
        /// Such as "Start Date"
        name: String,
        /// What its values are
        #[arg(long, value_enum)]
        kind: Kind,
        /// One of the values that a fixed attribute takes; give each its own --option
        #[arg(long = "option")]
        options: Vec<String>,
    },
}

/// The kinds of custom attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    String,
    Integer,
    Float,
    Boolean,
    Date,
    Datetime,
    Fixed,
    Json,
}

impl From<Kind> for AttributeKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::String => Self::String,
            Kind::Integer => Self::Integer,
            Kind::Float => Self::Float,
            Kind::Boolean => Self::Boolean,
            Kind::Date => Self::Date,
            Kind::Datetime => Self::Datetime,
            Kind::Fixed => Self::Fixed,
            Kind::Json => Self::Json,
        }
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

/// Runs `passmuster attribute …`.
pub(crate) async fn attribute(command: Attribute) -> anyhow::Result<()> {
    let Attribute::Create {
        directory,
        name,
        kind,
        options,
    } = command;
    let wanted = AttributeType {
        name,
        kind: kind.into(),
        options,
    };
    print(&directory.open().await?.create_attribute(wanted).await?.name)
}

fn print(line: &str) -> anyhow::Result<()> {
    Ok(writeln!(std::io::stdout(), "{line}")?)
}

/// Prints one thing as JSON, or its lines for people.
fn show<T: serde::Serialize>(output: Output, value: &T, lines: impl FnOnce() -> String) -> anyhow::Result<()> {
    match output {
        Output::Json => print(&serde_json::to_string(value)?),
        Output::Human => print(&lines()),
    }
}

/// Rows of cells with their columns under each other.
fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let mut all = vec![head.map(str::to_owned)];
    all.extend(rows);
    let width = |column: usize| {
        all.iter()
            .map(|row| row[column].chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let lines = all.iter().map(|row| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A time, or a dash for never.
fn time(at: Option<&String>) -> String {
    at.map_or("-", String::as_str).to_owned()
}
