//! `passmuster workspace …`: the organisations of one server.

use clap::{Subcommand, ValueEnum};
use passmuster_core::wire::workspace::SettingsEdit;

use super::{Database, Directory, print, show, table};
use crate::check::Output;

/// `passmuster workspace …`
#[derive(Debug, Subcommand)]
pub(crate) enum Workspace {
    /// Makes a workspace; its first admin is made by `user create --admin --workspace SUBDOMAIN`
    Create {
        #[command(flatten)]
        database: Database,
        /// Such as "Acme Inc."
        name: String,
        /// What its address begins with, before the server's --base-domain
        #[arg(long)]
        subdomain: String,
    },
    /// Lists the workspaces
    List {
        #[command(flatten)]
        database: Database,
        #[arg(long, value_enum, default_value_t = Output::Human)]
        output: Output,
    },
    /// Edits a workspace's settings; prints the integrations that they don't fit
    Set {
        #[command(flatten)]
        directory: Directory,
        /// Whether it uses the Salesforce integration: every user has a username, managers are named by it
        #[arg(long, value_enum)]
        salesforce: Option<Switch>,
        #[arg(long)]
        name: Option<String>,
        #[arg(long, value_enum, default_value_t = Output::Human)]
        output: Output,
    },
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

impl Switch {
    pub(crate) fn is_on(self) -> bool {
        self == Self::On
    }

    fn of(flag: bool) -> &'static str {
        if flag { "on" } else { "off" }
    }
}

/// Runs `passmuster workspace …`.
pub(crate) async fn run(command: Workspace) -> anyhow::Result<()> {
    match command {
        Workspace::Create {
            database,
            name,
            subdomain,
        } => {
            let opened = Directory::of_default(database).open().await?;
            print(&opened.create_workspace(&name, &subdomain).await?.subdomain)
        }
        Workspace::List { database, output } => {
            let all = Directory::of_default(database).open().await?.list_workspaces().await?;
            show(output, &all, || {
                let rows = all.iter().map(|workspace| {
                    [
                        workspace.subdomain.clone(),
                        workspace.name.clone(),
                        Switch::of(workspace.salesforce).to_owned(),
                    ]
                });
                table(["SUBDOMAIN", "NAME", "SALESFORCE"], rows)
            })
        }
        Workspace::Set {
            directory,
            salesforce,
            name,
            output,
        } => {
            let wanted = SettingsEdit {
                name,
                salesforce: salesforce.map(Switch::is_on),
            };
            let settings = directory.open().await?.edit_settings(wanted).await?;
            show(output, &settings, || {
                let mut lines = vec![
                    format!("name        {}", settings.name),
                    format!("salesforce  {}", Switch::of(settings.salesforce)),
                ];
                lines.extend(settings.needs_username.iter().map(|name| {
                    format!("The mapping of {name:?} has no username; its uploads are refused until one is mapped.")
                }));
                lines.join("\n")
            })
        }
    }
}
