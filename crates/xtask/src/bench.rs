//! `cargo xtask bench WHAT`: builds what is timed, and the program of `crates/bench` that times it.
//!
//! It measures nothing itself.

use std::fs;

use crate::{
    Project, page,
    process::{Outcome, find},
    progress::Progress,
    setup,
};

const USAGE: &str = "\
cargo xtask bench WHAT

  engine [csv|threads|wasm|json|excel|memory|hostile …] [--gigabyte]
                     the check of a file against the least that reading it takes; --gigabyte does one of 1 GB, alone if
                     nothing else is named
  browser [page|peers …]
                     our page, whether it is light and stays alive, and the check as WebAssembly against what pages check
                     files with, in Chromium and in Node
  peers              the check against other programs that hold a file to the same rules
  server [sqlite|postgres|grow|memory|load …] [users=170000]
                     uploads to the server against a program that stores the same rows
  report             writes what was measured last into README.md
";

/// `arguments` begin with what is to be timed; without any it is the engine.
pub(crate) fn run(project: &Project, progress: &mut Progress, arguments: &[String]) -> Outcome {
    let (what, mut rest) = match arguments.split_first() {
        Some((what, rest)) => (what.as_str(), rest.to_vec()),
        None => ("engine", Vec::new()),
    };
    match what {
        "engine" => {
            if rest != ["--gigabyte"] {
                setup::node(project, progress)?;
                page::build_for_node(project, progress)?;
            }
            if rest.iter().any(|word| word == "--gigabyte") {
                build(project, progress, "passmuster-cli", &[])?;
            }
        }
        "browser" => {
            setup::node(project, progress)?;
            setup::browser_and_databases(project, progress)?;
            page::build_for_node(project, progress)?;
            page::build(project, progress)?;
            build(project, progress, "passmuster-cli", &[])?;
            rest = [browser_peers(project, progress)?, rest].concat();
        }
        "peers" => python_peers(project, progress)?,
        "report" => {}
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

/// The packages that pages check files with; gives back their folder, and where Chromium is.
fn browser_peers(project: &Project, progress: &mut Progress) -> Outcome<Vec<String>> {
    let folder = project.target.join("bench/npm");
    if !folder.join("node_modules").is_dir() {
        progress.step("Fetch PapaParse, zod, ajv, uDSV and esbuild");
        fs::create_dir_all(&folder)?;
        project
            .run("npm")
            .arguments(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
            .arguments([&folder])
            .arguments([
                "papaparse@5.7.1",
                "zod@4.6.7",
                "ajv@8.20.0",
                "udsv@0.7.3",
                "esbuild@0.28.2",
            ])
            .succeed()?;
    }
    let chromium = find("chromium", &project.search_path()).ok_or("there is no chromium")?;
    Ok([folder, chromium]
        .map(|place| place.to_string_lossy().into_owned())
        .to_vec())
}

/// Python's packages that check files, in an environment of their own.
fn python_peers(project: &Project, progress: &mut Progress) -> Outcome {
    let folder = project.target.join("bench/peers-venv");
    if folder.join("bin/python").is_file() {
        return Ok(());
    }
    progress.step("Fetch polars, DuckDB, pydantic and frictionless");
    project
        .run("python3")
        .arguments(["-m", "venv"])
        .arguments([&folder])
        .succeed()?;
    project
        .run(&folder.join("bin/pip").to_string_lossy())
        .arguments([
            "install",
            "--quiet",
            "polars==2.1.0",
            "duckdb==2.0.0",
            "pydantic==2.14.3",
            "frictionless==5.21.0",
        ])
        .succeed()
}
