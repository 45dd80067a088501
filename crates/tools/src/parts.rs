//! Takes a page apart: one WebAssembly file that every visit loads, and one for each part that is fetched later.
//!
//! Where it is cut stands in the page, as `wasm_split`; this finds what each part needs. The parts lie in a
//! folder named by the whole, so that an open page never meets parts of another version.

use std::{
    collections::hash_map::DefaultHasher,
    ffi::{OsStr, OsString},
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use wasm_split_cli_support::{Options, transform};

use crate::{folder::PARTS, slim};

mod join;

/// From where a page imports its parts as long as it is whole.
const PLACEHOLDER: &[u8] = b"__wasm_split_placeholder__";

/// Where the parts find what they share with the page: it has put that there itself, since its own file's name, which
/// has its hash, isn't known yet.
const EXPORTS: &str = "export const initSync = () => globalThis.passmusterExports;\n";

/// Replaces the input among `wasm-bindgen`'s arguments by what is left of it, if it has parts.
pub(crate) fn split(arguments: &mut Vec<OsString>) -> anyhow::Result<()> {
    let is_wasm = |argument: &OsString| Path::new(argument).extension() == Some(OsStr::new("wasm"));
    let Some(at) = arguments.iter().position(is_wasm) else {
        return Ok(());
    };
    let input = PathBuf::from(&arguments[at]);
    let whole = fs::read(&input).with_context(|| format!("reading {}", input.display()))?;
    if !whole.windows(PLACEHOLDER.len()).any(|bytes| bytes == PLACEHOLDER) {
        return Ok(());
    }
    let output = value(arguments, "--out-dir").context("a page with parts needs --out-dir")?;
    let folder = output.join(PARTS);
    if folder.is_dir() {
        fs::remove_dir_all(&folder)?;
    }
    let whole = slim::without_streams(&whole)?;
    let mut hasher = DefaultHasher::new();
    whole.hash(&mut hasher);
    let version = format!("{:016x}", hasher.finish());
    let home = folder.join(&version);
    fs::create_dir_all(&home)?;
    fs::write(home.join("exports.js"), EXPORTS)?;

    let link = format!("./{PARTS}/{version}/parts.js");
    let rest = output.join(input.file_name().context("the input is a file")?);
    let mut options = Options::new(&whole);
    options.output_dir = &output;
    options.main_out_path = &rest;
    options.link_name = &link;
    options.main_module = "./exports.js";
    let parts = transform(options).map_err(|error| anyhow!("taking {} apart: {error:?}", input.display()))?;
    for part in parts.split_modules {
        fs::rename(&part, home.join(part.file_name().context("a part is a file")?))?;
    }
    join::join(&home, &parts.prefetch_map)?;
    arguments[at] = rest.into_os_string();
    // The parts use the page's memory and table of functions.
    arguments.push("--keep-lld-exports".into());
    Ok(())
}

/// The value of an option, written `--name=value` or `--name value`.
pub(crate) fn value(arguments: &[OsString], name: &str) -> Option<PathBuf> {
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == name {
            return rest.next().map(PathBuf::from);
        }
        let joined = argument.to_str().and_then(|argument| argument.strip_prefix(name));
        if let Some(value) = joined.and_then(|argument| argument.strip_prefix('=')) {
            return Some(PathBuf::from(value));
        }
    }
    None
}
