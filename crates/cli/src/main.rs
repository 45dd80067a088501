//! `passmuster`: serves, checks and administers. Parses the command line and leaves the work to others.
//!
//! Exit codes: 0 done or clean, 1 errors found or the work refused, 2 usage.

mod admin;
mod answer;
mod body;
mod check;
mod endpoint;
mod plan;
mod progress;
mod report;
mod retry;
mod send;
mod serve;
mod undo;
mod words;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tikv_jemallocator::Jemalloc;

/// Gives memory back after a large body, where glibc's keeps it, once for each of its arenas; SQLite takes its from it too.
/// Its settings stand in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// Exit code for a mistaken command line, and for files that can't be read.
const USAGE: u8 = 2;

/// Does your user file pass muster?
#[derive(Debug, Parser)]
#[command(name = "passmuster", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server with its page
    Serve(serve::Arguments),
    /// Checks a file against a mapping; nothing leaves this machine
    Check(check::Arguments),
    /// Sends a file to an endpoint and shows what it would change there; changes nothing
    Plan(send::Plan),
    /// Sends a file to an endpoint and applies it, whole or not at all
    Apply(send::Apply),
    /// Takes back what an upload did, as far as nobody changed it since
    Undo(undo::Arguments),
    /// Integrations: where bodies of users are sent to
    #[command(subcommand)]
    Integration(admin::integration::Integration),
    /// Group types, such as Team or Office
    #[command(subcommand)]
    GroupType(admin::GroupType),
    /// Kinds of IDs in other systems, such as Phone Extension
    #[command(subcommand)]
    IntegrationId(admin::IntegrationId),
    /// Custom attributes of users
    #[command(subcommand)]
    Attribute(admin::Attribute),
    /// Tokens of integrations
    #[command(subcommand)]
    Token(admin::credentials::Token),
    /// Keys for the admin API
    #[command(subcommand)]
    ApiKey(admin::credentials::ApiKey),
    /// Users
    #[command(subcommand)]
    User(admin::user::User),
    /// Workspaces, each one organisation
    #[command(subcommand)]
    Workspace(admin::workspace::Workspace),
}

fn main() -> ExitCode {
    // A mistaken command line ends the process with 2 here.
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Check(arguments) => return check::run(&arguments),
        Command::Plan(arguments) => return send::plan(&arguments),
        Command::Apply(arguments) => return send::apply(&arguments),
        Command::Undo(arguments) => return undo::run(arguments),
        Command::Serve(arguments) => in_runtime(serve::run(arguments)),
        Command::Integration(command) => in_runtime(admin::integration::run(command)),
        Command::GroupType(command) => in_runtime(admin::group_type(command)),
        Command::IntegrationId(command) => in_runtime(admin::integration_id(command)),
        Command::Attribute(command) => in_runtime(admin::attribute(command)),
        Command::Token(command) => in_runtime(admin::credentials::token(command)),
        Command::ApiKey(command) => in_runtime(admin::credentials::api_key(command)),
        Command::User(command) => in_runtime(admin::user::run(command)),
        Command::Workspace(command) => in_runtime(admin::workspace::run(command)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("passmuster: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn in_runtime<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
