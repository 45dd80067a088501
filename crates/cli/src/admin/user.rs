//! `passmuster user …`: users by hand, and all of them as CSV.

use std::io::{BufWriter, Read, Write};

use anyhow::Context;
use clap::Subcommand;
use passmuster_core::export::{everything, write_users};
use passmuster_server::NewPerson;

use super::{Directory, print};

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
        /// In the form of an e-mail address; with Salesforce the address itself unless given
        #[arg(long)]
        username: Option<String>,
        /// May administer the workspace
        #[arg(long)]
        admin: bool,
        /// FullAdmin, LimitedAdmin, Participant or Deactivated
        #[arg(long)]
        role: Option<String>,
        /// Reads the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Gives a user a password and ends their sessions
    SetPassword {
        #[command(flatten)]
        directory: Directory,
        /// The user's address
        email: String,
        /// Reads the password from standard input
        #[arg(long, required = true)]
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

/// Runs `passmuster user …`.
pub(crate) async fn run(command: User) -> anyhow::Result<()> {
    match command {
        User::Create {
            directory,
            email,
            first_name,
            last_name,
            username,
            admin,
            role,
            password_stdin,
        } => {
            let password = if password_stdin {
                Some(password_from_input()?)
            } else {
                None
            };
            let opened = directory.open().await?;
            let person = NewPerson {
                email,
                first_name,
                last_name,
                username,
                is_admin: admin,
                role,
            };
            print(&opened.create_user(person, password).await?.email)
        }
        User::SetPassword { directory, email, .. } => {
            let password = password_from_input()?;
            Ok(directory.open().await?.set_password(&email, password).await?)
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
