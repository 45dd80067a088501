//! `cargo xtask npm`: the checker as a package that npm installs, in `target/npm/passmuster-checker`.
//!
//! What is written by hand lies in `crates/wasm/npm`; the rest is made here from the same WebAssembly files that the tests run.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{Project, page, process::Outcome, progress::Progress, setup};

/// Builds the package; gives back its folder.
pub(crate) fn build(project: &Project, progress: &mut Progress) -> Outcome<PathBuf> {
    let folder = project.target.join("npm/passmuster-checker");
    if folder.is_dir() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    page::bind_parts(project, progress, "web", &folder)?;
    if setup::wasm_opt(project, progress)? {
        progress.step("Make the package smaller");
        for (name, level) in [("passmuster_bg.wasm", "-O3"), ("excel_bg.wasm", "-Oz")] {
            let file = folder.join(name);
            project
                .run("wasm-opt")
                .arguments([level])
                .arguments([file.as_os_str(), "-o".as_ref(), file.as_os_str()])
                .succeed()?;
        }
    }
    // What wasm-bindgen tells of its own functions; the package's types are in index.d.ts.
    for name in fs::read_dir(&folder)?.flatten() {
        if name.file_name().to_string_lossy().ends_with("_bg.wasm.d.ts") {
            fs::remove_file(name.path())?;
        }
    }
    let sources = project.root.join("crates/wasm/npm");
    for file in fs::read_dir(&sources)?.flatten() {
        fs::copy(file.path(), folder.join(file.file_name()))?;
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(project.root.join(licence), folder.join(licence))?;
    }
    set_version(&project.root, &folder.join("package.json"))?;
    Ok(folder)
}

/// Gives the package the version of the workspace.
fn set_version(root: &Path, package: &Path) -> Outcome {
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let version = manifest
        .lines()
        .find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
        .ok_or("Cargo.toml has no version")?;
    let document = fs::read_to_string(package)?;
    fs::write(package, document.replacen("\"0.0.0\"", &format!("\"{version}\""), 1))?;
    Ok(())
}
