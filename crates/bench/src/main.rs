//! `passmuster-bench COMMAND`: writes files and times Passmuster with them. `cargo xtask bench` builds and starts it.

mod browser;
mod clock;
mod engine;
mod files;
mod machine;
mod peers;
mod report;
mod server;
mod table;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "usage: passmuster-bench gen|engine|browser|peers|server|report …";

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Cargo's target folder: this program lies in `target/release`.
fn target() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    program
        .ancestors()
        .nth(2)
        .map_or_else(|| root().join("target"), Path::to_path_buf)
}

/// Where results are kept.
fn kept() -> PathBuf {
    target().join("bench")
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("passmuster-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let Some((command, rest)) = arguments.split_first() else {
        return Err(USAGE.into());
    };
    match command.as_str() {
        "gen" => files::run(rest),
        "engine" => engine::run(rest),
        "browser" => browser::run(rest),
        "peers" => peers::run(),
        "report" => report::run(),
        "server" => server::run(rest),
        "memory" => engine::memory::child(rest),
        "scan" => engine::gigabyte::scan(rest),
        _ => Err(USAGE.into()),
    }
}
