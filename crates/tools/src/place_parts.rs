//! Trunk's last step: puts the parts of the page, which `wasm-bindgen` has laid aside, beside it, optimised like it.
//!
//! Trunk says where the page is being put together, and whether it is a release.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, ensure};

use crate::folder::PARTS;

mod folder;

/// What Rust's compiler uses of WebAssembly; a part doesn't say so itself.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

fn main() -> anyhow::Result<()> {
    let page = PathBuf::from(env::var_os("TRUNK_STAGING_DIR").context("Trunk starts this program")?);
    let is_release = env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release");
    // This program lies in `TARGET/tools-build/tools`.
    let here = env::current_exe()?;
    let target = here
        .ancestors()
        .nth(3)
        .context("this program lies in the target folder")?;
    let mode = if is_release { "release" } else { "debug" };
    place(
        &target.join("wasm-bindgen").join(mode).join(PARTS),
        &page.join(PARTS),
        is_release,
    )
}

fn place(from: &Path, to: &Path, is_release: bool) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        let place_of_it = to.join(name);
        if path.is_dir() {
            place(&path, &place_of_it, is_release)?;
        } else if is_release && path.extension().is_some_and(|ending| ending == "wasm") {
            let mut optimise = Command::new("wasm-opt");
            optimise.args(FEATURES).args(["-Oz", "--strip-debug", "--output"]);
            let status = optimise
                .arg(&place_of_it)
                .arg(&path)
                .status()
                .context("starting wasm-opt")?;
            ensure!(status.success(), "wasm-opt failed for {}", path.display());
        } else {
            fs::copy(&path, &place_of_it)?;
        }
    }
    Ok(())
}
