//! The `wasm-bindgen` program, in the version that `Cargo.lock` names. A page that has parts is taken apart first; what it
//! makes is slimmed.

use std::{env, ffi::OsString};

mod folder;
mod parts;
mod slim;

fn main() -> anyhow::Result<()> {
    let mut arguments: Vec<OsString> = env::args_os().collect();
    parts::split(&mut arguments)?;
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(arguments.clone())?;
    slim::number_imports(&arguments)
}
