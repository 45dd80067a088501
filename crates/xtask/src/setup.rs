//! What a command needs and the machine may lack: looked for first, fetched only when missing.
//!
//! Programs go into `target/tools`; only Debian's own packages, and only as root, go onto the machine.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::{
    Project,
    process::{Outcome, find},
    progress::Progress,
};

const TRUNK: &str = "0.21.14";
const CARGO_DENY: &str = "0.20.2";
const BINARYEN: &str = "132.0.0";
const AXE_CORE: &str = "4.14.1";
const TYPESCRIPT: &str = "7.0.2";
const REDOCLY: &str = "2.77.0";
const SCHEMATHESIS: &str = "4.32.5";
const PYTHON_ODATA: &str = "0.8.1";

/// The page needs Rust's wasm32 target, Trunk, the wasm-bindgen program and, for its size, wasm-opt.
/// Says whether there is a wasm-opt.
pub(crate) fn page_tools(project: &Project, progress: &mut Progress) -> Outcome<bool> {
    wasm_target(project, progress)?;
    own_tools(project, progress)?;
    trunk(project, progress)?;
    wasm_opt(project, progress)
}

/// Rust's wasm32 target: a tool chain file alone doesn't fetch it where rustup's automatic installation is off.
pub(crate) fn wasm_target(project: &Project, progress: &mut Progress) -> Outcome {
    let folder = project
        .run("rustc")
        .arguments(["--print", "target-libdir", "--target", "wasm32-unknown-unknown"]);
    if folder.output().is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    progress.step("Add Rust's wasm32 target");
    project
        .run("rustup")
        .arguments(["target", "add", "wasm32-unknown-unknown"])
        .succeed()
}

/// wasm-bindgen and its like, from `crates/tools`, in the versions of `Cargo.lock`.
pub(crate) fn own_tools(project: &Project, progress: &mut Progress) -> Outcome {
    progress.step("Build the wasm-bindgen programs");
    let build_folder = project.target.join("tools-build");
    project
        .run("cargo")
        .arguments([
            "build",
            "--quiet",
            "--locked",
            "--package",
            "tools",
            "--profile",
            "tools",
            "--target-dir",
        ])
        .arguments([build_folder])
        .succeed()
}

fn trunk(project: &Project, progress: &mut Progress) -> Outcome {
    let version = project.run("trunk").arguments(["--version"]).output();
    if version.is_some_and(|version| version == format!("trunk {TRUNK}")) {
        return Ok(());
    }
    progress.step("Install Trunk (once; a few minutes)");
    cargo_install(project, "trunk", TRUNK)
}

/// cargo-deny, for `cargo xtask lint`.
pub(crate) fn cargo_deny(project: &Project, progress: &mut Progress) -> Outcome {
    let version = project.run("cargo-deny").arguments(["--version"]).output();
    if version.is_some_and(|version| version == format!("cargo-deny {CARGO_DENY}")) {
        return Ok(());
    }
    progress.step("Install cargo-deny (once; a few minutes)");
    cargo_install(project, "cargo-deny", CARGO_DENY)
}

/// Unoptimised and without default features: half the time to build, and quick enough to use.
fn cargo_install(project: &Project, name: &str, version: &str) -> Outcome {
    project
        .run("cargo")
        .arguments([
            "install",
            "--quiet",
            "--locked",
            "--no-default-features",
            "--force",
            name,
            "--version",
            version,
        ])
        .arguments(["--root".as_ref(), project.tools().as_path()])
        .environment("CARGO_PROFILE_RELEASE_LTO", "off")
        .environment("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .environment("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .succeed()
}

/// wasm-opt, if it can be had; says whether it is there.
pub(crate) fn wasm_opt(project: &Project, progress: &mut Progress) -> Outcome<bool> {
    let is_there = || find("wasm-opt", &project.search_path()).is_some();
    if is_there() {
        return Ok(true);
    }
    progress.step("Fetch wasm-opt");
    if npm_install(project, "binaryen", BINARYEN).is_err() && is_root() {
        apt_install(project, &["binaryen"])?;
    }
    if !is_there() {
        progress.note("neither npm nor root's apt-get gave one: the page is built without it and is larger");
    }
    Ok(is_there())
}

/// The page's worker for Node has its loader there; the tests run it.
pub(crate) fn node(project: &Project, progress: &mut Progress) -> Outcome {
    machine_programs(project, progress, &[("node", "nodejs"), ("npm", "npm")])
}

/// Callgrind, which counts the instructions of a program.
pub(crate) fn callgrind(project: &Project, progress: &mut Progress) -> Outcome {
    machine_programs(project, progress, &[("valgrind", "valgrind")])
}

/// Chromium with its driver, and PostgreSQL's server.
pub(crate) fn browser_and_databases(project: &Project, progress: &mut Progress) -> Outcome {
    let wanted = [
        ("chromium", "chromium"),
        ("chromedriver", "chromium-driver"),
        ("initdb", "postgresql"),
    ];
    machine_programs(project, progress, &wanted)
}

/// The script of axe-core, which finds faults of accessibility in a page.
pub(crate) fn axe(project: &Project, progress: &mut Progress) -> Outcome<PathBuf> {
    let script = npm_folder(project).join("node_modules/axe-core/axe.min.js");
    if !script.is_file() {
        progress.step("Fetch axe-core");
        npm_install(project, "axe-core", AXE_CORE)?;
    }
    Ok(script)
}

/// The TypeScript compiler, which holds the package's types against what it gives.
pub(crate) fn typescript(project: &Project, progress: &mut Progress) -> Outcome<PathBuf> {
    let compiler = npm_programs(project).join("tsc");
    if !compiler.is_file() {
        progress.step("Fetch TypeScript");
        npm_install(project, "typescript", TYPESCRIPT)?;
    }
    Ok(compiler)
}

/// Redocly's linter, which holds the OpenAPI document against the standard.
pub(crate) fn redocly(project: &Project, progress: &mut Progress) -> Outcome<PathBuf> {
    let linter = npm_programs(project).join("redocly");
    if !linter.is_file() {
        progress.step("Fetch Redocly's linter");
        npm_install(project, "@redocly/cli", REDOCLY)?;
    }
    Ok(linter)
}

/// Schemathesis, which holds the server against the OpenAPI document, in an environment of its own.
pub(crate) fn schemathesis(project: &Project, progress: &mut Progress) -> Outcome<PathBuf> {
    let packages = [format!("schemathesis=={SCHEMATHESIS}")];
    let folder = python_folder(project, progress, "Schemathesis", &packages)?;
    Ok(folder.join("bin/schemathesis"))
}

/// A Python with python-odata, a client of OData V4 that is not ours.
pub(crate) fn odata_client(project: &Project, progress: &mut Progress) -> Outcome<PathBuf> {
    let packages = [format!("python-odata=={PYTHON_ODATA}")];
    let folder = python_folder(project, progress, "python-odata", &packages)?;
    Ok(folder.join("bin/python"))
}

/// An environment of Python's with these packages, the first of which names its folder.
fn python_folder(project: &Project, progress: &mut Progress, name: &str, packages: &[String]) -> Outcome<PathBuf> {
    let folder = project.tools().join(packages.concat().replace("==", "-"));
    let is_whole = folder.join("is-whole");
    if is_whole.is_file() {
        return Ok(folder);
    }
    let can_install = || {
        project
            .run("python3")
            .arguments(["-c", "import ensurepip, venv"])
            .output()
            .is_some()
    };
    if !can_install() {
        progress.step("Install python3-venv");
        apt_install(project, &["python3", "python3-venv"])?;
    }
    progress.step(&format!("Fetch {name}"));
    project
        .run("python3")
        .arguments(["-m", "venv"])
        .arguments([&folder])
        .succeed()?;
    project
        .run(&folder.join("bin/pip").to_string_lossy())
        .arguments(["install", "--quiet", "--disable-pip-version-check"])
        .arguments(packages)
        .succeed()?;
    fs::write(is_whole, "")?;
    Ok(folder)
}

fn machine_programs(project: &Project, progress: &mut Progress, wanted: &[(&str, &'static str)]) -> Outcome {
    let mut folders = project.search_path();
    folders.extend(postgres_folders());
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|(program, _)| find(program, &folders).is_none())
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    progress.step(&format!("Install {}", missing.join(", ")));
    apt_install(project, &missing)
}

/// Debian keeps PostgreSQL's server programs in a folder per version, off the `PATH`.
fn postgres_folders() -> Vec<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.map(|version| version.path().join("bin")).collect()
}

fn apt_install(project: &Project, packages: &[&str]) -> Outcome {
    if !is_root() || find("apt-get", &project.search_path()).is_none() {
        let names = packages.join(" ");
        return Err(format!(
            "missing on this machine: {names}. Please install them (on Debian: apt-get install {names})."
        )
        .into());
    }
    project.run("apt-get").arguments(["update", "-qq"]).succeed()?;
    project
        .run("apt-get")
        .arguments(["install", "-y", "-qq", "--no-install-recommends"])
        .arguments(packages)
        .environment("DEBIAN_FRONTEND", "noninteractive")
        .succeed()
}

fn is_root() -> bool {
    let user = std::process::Command::new("id").arg("-u").output();
    user.is_ok_and(|user| user.stdout.trim_ascii() == b"0")
}

fn npm_install(project: &Project, name: &str, version: &str) -> Outcome {
    let folder = npm_folder(project);
    fs::create_dir_all(&folder)?;
    project
        .run("npm")
        .arguments(["install", "--silent", "--no-audit", "--no-fund", "--prefix"])
        .arguments([folder])
        .arguments([format!("{name}@{version}")])
        .succeed()
}

fn npm_folder(project: &Project) -> PathBuf {
    project.tools().join("npm")
}

/// Where npm puts the programs of what it installed.
pub(crate) fn npm_programs(project: &Project) -> PathBuf {
    npm_folder(project).join("node_modules/.bin")
}

/// Tells whether an advisory database lies in Cargo's folder already; a failed fetch leaves the folder empty.
pub(crate) fn has_advisory_database() -> bool {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let folder = cargo_home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let entries = folder.and_then(|folder| fs::read_dir(folder.join("advisory-dbs")).ok());
    entries
        .into_iter()
        .flatten()
        .flatten()
        .any(|entry| entry.path().is_dir())
}
