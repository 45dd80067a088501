//! `cargo xtask bench WHAT`: builds what is timed, and the program of `crates/bench` that times it.
//!
//! It measures nothing itself.

use crate::{Project, page, process::Outcome, progress::Progress, setup};

const USAGE: &str = "\
cargo xtask bench WHAT

  engine [csv|wasm|json|excel|memory|hostile …] [--gigabyte]
                     the check of a file against the least that reading it takes
  server [sqlite|postgres|grow|memory|load …] [users=170000]
                     uploads to the server against a program that stores the same rows
";

/// `arguments` begin with what is to be timed; without any it is the engine.
pub(crate) fn run(project: &Project, progress: &mut Progress, arguments: &[String]) -> Outcome {
    let (what, rest) = match arguments.split_first() {
        Some((what, rest)) => (what.as_str(), rest),
        None => ("engine", arguments),
    };
    match what {
        "engine" => {
            setup::node(project, progress)?;
            page::build_for_node(project, progress)?;
            if rest.iter().any(|word| word == "--gigabyte") {
                build(project, progress, "passmuster-cli", &[])?;
            }
        }
        "server" => {
            setup::browser_and_databases(project, progress)?;
            build(project, progress, "passmuster-cli", &[])?;
        }
        _ => return Err(format!("no such bench.\n\n{USAGE}").into()),
    }
    build(project, progress, "passmuster-bench", &["--features", "measure"])?;
    progress.step(&format!("Time the {what}"));
    let program = project.target.join("release/passmuster-bench");
    project
        .run(&program.to_string_lossy())
        .arguments([what])
        .arguments(rest)
        .succeed()
}

fn build(project: &Project, progress: &mut Progress, package: &str, features: &[&str]) -> Outcome {
    progress.step(&format!("Build {package}"));
    project
        .run("cargo")
        .arguments(["build", "--release", "--locked", "--package", package])
        .arguments(features)
        .succeed()
}
