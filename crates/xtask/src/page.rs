//! Building what runs in a browser: the page into `dist/`, and the checker for Node into `target/wasm-node`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{Project, process::Outcome, progress::Progress, setup};

/// What the page is made of: when nothing here is newer than `dist/`, nothing is built.
const INPUTS: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "index.html",
    "crates/core",
    "crates/tools",
    "crates/wasm",
    "crates/web",
    "crates/workbook",
];

/// Written last, after everything else in `dist/`.
const LAST_OUTPUT: &str = "dist/index.html.br";

/// Sets up what is missing and builds the page, unless it is up to date.
pub(crate) fn build(project: &Project, progress: &mut Progress) -> Outcome {
    if is_up_to_date(&project.root)? {
        progress.step("The page is up to date");
        return Ok(());
    }
    let has_wasm_opt = setup::page_tools(project, progress)?;
    progress.step("Fetch the crates");
    project
        .run("cargo")
        .arguments(["fetch", "--quiet", "--locked"])
        .succeed()?;
    progress.step("Build the page");
    // Trunk calls wasm-opt in release builds only, and fails without one.
    let profile: &[&str] = if has_wasm_opt {
        &["--release"]
    } else {
        &["--cargo-profile", "wasm"]
    };
    project
        .run("trunk")
        .arguments(["build", "--offline", "--locked"])
        .arguments(profile)
        .succeed()?;
    progress.step("Compress it");
    project.run("compress").arguments(["dist"]).succeed()
}

/// Builds the checker and the Excel reader as packages that Node can load; gives back their folder.
pub(crate) fn build_for_node(project: &Project, progress: &mut Progress) -> Outcome<PathBuf> {
    let folder = project.target.join("wasm-node");
    bind_parts(project, progress, "nodejs", &folder)?;
    Ok(folder)
}

/// Builds the checker and the Excel reader as JavaScript for `kind` of place, as wasm-bindgen calls it, into `folder`.
pub(crate) fn bind_parts(project: &Project, progress: &mut Progress, kind: &str, folder: &Path) -> Outcome {
    setup::wasm_target(project, progress)?;
    setup::own_tools(project, progress)?;
    progress.step(&format!("Build the checker as JavaScript ({kind})"));
    let wasm32 = ["--target", "wasm32-unknown-unknown", "--profile", "wasm"];
    project
        .run("cargo")
        .arguments([
            "build",
            "--locked",
            "--package",
            "passmuster-wasm",
            "--lib",
            "--bin",
            "excel",
        ])
        .arguments(wasm32)
        .succeed()?;
    let built = project.target.join("wasm32-unknown-unknown/wasm");
    for (name, file) in [("passmuster", "passmuster_wasm.wasm"), ("excel", "excel.wasm")] {
        project
            .run("wasm-bindgen")
            .arguments(["--target", kind, "--out-name", name, "--out-dir"])
            .arguments([folder.to_owned(), built.join(file)])
            .succeed()?;
    }
    Ok(())
}

fn is_up_to_date(root: &Path) -> io::Result<bool> {
    let Ok(built) = fs::metadata(root.join(LAST_OUTPUT)).and_then(|output| output.modified()) else {
        return Ok(false);
    };
    for input in INPUTS {
        if newest(&root.join(input))? > built {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The time of the last change below `path`; a folder's own time tells of a file that went away.
fn newest(path: &Path) -> io::Result<SystemTime> {
    let about = fs::metadata(path)?;
    let mut newest_time = about.modified()?;
    if about.is_dir() {
        for entry in fs::read_dir(path)? {
            newest_time = newest_time.max(newest(&entry?.path())?);
        }
    }
    Ok(newest_time)
}
