//! The driver of the project: `cargo xtask COMMAND`. Nothing but a Rust tool chain has to be installed first.
//!
//! It fetches what a command needs into `target/`, builds, and starts. It knows nothing of what Passmuster does,
//! and depends on the standard library alone, so that it compiles in a second.

mod bench;
mod lint;
mod package;
mod page;
mod process;
mod progress;
mod setup;
mod test;

use std::{env, path::PathBuf, process::ExitCode};

use process::{Outcome, Run};
use progress::Progress;

const USAGE: &str = "\
cargo xtask COMMAND [ARGUMENTS]

  run [ARGUMENTS]    build the page and the server, then start `passmuster serve ARGUMENTS`
  test [ARGUMENTS]   set up browser, databases and builds, then run every test; ARGUMENTS go to `cargo test`
  web                build the page into dist/ only
  npm                build the checker as a package into target/npm/ only
  bench [WHAT]       time the engine; more by `cargo xtask bench help`
  lint               formatting, lints (native and wasm32), licences, sources and advisories
  ci                 lint, then test
";

/// The folders that every command works in.
struct Project {
    root: PathBuf,
    target: PathBuf,
}

impl Project {
    fn find() -> Outcome<Self> {
        let own_folder = env::var_os("CARGO_MANIFEST_DIR").ok_or("start me with `cargo xtask`")?;
        let root = PathBuf::from(own_folder).join("../..").canonicalize()?;
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// Where `cargo install` and npm put what is no part of the workspace.
    fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The programs of `crates/tools`.
    fn own_tools(&self) -> PathBuf {
        self.target.join("tools-build/tools")
    }

    /// The newest programs first: ours, then those of npm, then the machine's.
    fn search_path(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.tools().join("bin"), self.own_tools(), setup::npm_programs(self)];
        folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
        folders
    }

    /// A command that starts at the root and finds the project's tools.
    fn run(&self, program: &str) -> Run {
        Run::new(program, &self.root, &self.search_path())
    }
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let command = if arguments.is_empty() {
        String::new()
    } else {
        arguments.remove(0)
    };
    if arguments.first().is_some_and(|first| first == "--") {
        arguments.remove(0);
    }
    match dispatch(&command, &arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("\ncargo xtask {command}: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: &str, arguments: &[String]) -> Outcome {
    let project = Project::find()?;
    let mut progress = Progress::start();
    match command {
        "run" => serve(&project, &mut progress, arguments),
        "web" => page::build(&project, &mut progress),
        "npm" => package::build(&project, &mut progress).map(drop),
        "test" => test::run(&project, &mut progress, arguments),
        "bench" => bench::run(&project, &mut progress, arguments),
        "lint" => lint::run(&project, &mut progress),
        "ci" => {
            lint::run(&project, &mut progress)?;
            test::run(&project, &mut progress, arguments)
        }
        _ => Err(format!("no such command.\n\n{USAGE}").into()),
    }
}

fn serve(project: &Project, progress: &mut Progress, arguments: &[String]) -> Outcome {
    page::build(project, progress)?;
    progress.step("Build the server");
    project
        .run("cargo")
        .arguments(["build", "--release", "--locked", "--package", "passmuster-cli"])
        .succeed()?;
    progress.step("Start it");
    let server = project.target.join("release/passmuster");
    project
        .run(&server.to_string_lossy())
        .arguments(["serve"])
        .arguments(arguments)
        .become_it()
}
