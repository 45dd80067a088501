//! Takes off a program what weighs on each visit and does nothing for it.

use std::{ffi::OsString, fs, path::Path};

use anyhow::{Context, ensure};
use wasm_encoder::{
    CustomSection, ExportSection, ImportSection, Module, RawSection,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::{Parser, Payload};

use crate::parts::value;

/// Leptos brings the streams of server functions along, and they offer classes to scripts: nobody calls them, and what is
/// offered can't be left out by whoever links.
const STREAMS: [&str; 3] = ["IntoUnderlyingByteSource", "IntoUnderlyingSink", "IntoUnderlyingSource"];

/// Where wasm-bindgen's macros describe what they make: pairs of a version and a description, each with its length.
const DESCRIPTIONS: &str = "__wasm_bindgen_unstable";

/// The module without the classes of streams. All else keeps its place to the byte, as its relocations need.
pub(crate) fn without_streams(wasm: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ExportSection(section) => {
                let mut exports = ExportSection::new();
                for export in section {
                    let export = export?;
                    if !STREAMS.iter().any(|class| export.name.contains(&class.to_lowercase())) {
                        RoundtripReencoder.parse_export(&mut exports, export)?;
                    }
                }
                module.section(&exports);
            }
            Payload::CustomSection(section) if section.name() == DESCRIPTIONS => {
                module.section(&CustomSection {
                    name: DESCRIPTIONS.into(),
                    data: descriptions(section.data())?.into(),
                });
            }
            other => copy(&other, wasm, &mut module),
        }
    }
    Ok(module.finish())
}

fn descriptions(all: &[u8]) -> anyhow::Result<Vec<u8>> {
    let (mut rest, mut kept) = (all, Vec::new());
    while !rest.is_empty() {
        let mut bytes = 0;
        for _ in ["version", "description"] {
            let length = rest.get(bytes..).and_then(<[u8]>::first_chunk);
            bytes += 4 + u32::from_le_bytes(*length.context("a length before each")?) as usize;
        }
        let (one, behind) = rest
            .split_at_checked(bytes)
            .context("as many bytes as were announced")?;
        let says = |name: &str| one.windows(name.len()).any(|bytes| bytes == name.as_bytes());
        if !(says("wasm-streams-") && STREAMS.iter().any(|class| says(class))) {
            kept.extend_from_slice(one);
        }
        rest = behind;
    }
    Ok(kept)
}

/// Numbers instead of the names by which the module finds what the script beside it lends: each has a hash in it, which
/// no compression shortens. `arguments` are those that `wasm-bindgen` had.
pub(crate) fn number_imports(arguments: &[OsString]) -> anyhow::Result<()> {
    let is_wasm = |argument: &&OsString| Path::new(argument).extension().is_some_and(|ending| ending == "wasm");
    let (Some(folder), Some(input)) = (value(arguments, "--out-dir"), arguments.iter().find(is_wasm)) else {
        return Ok(());
    };
    let name = value(arguments, "--out-name").or_else(|| Path::new(input).file_stem().map(Into::into));
    let name = name.context("the input has a name")?.display().to_string();
    let (module, script) = (
        folder.join(format!("{name}_bg.wasm")),
        folder.join(format!("{name}.js")),
    );
    let wasm = fs::read(&module).with_context(|| format!("reading {}", module.display()))?;
    let text = fs::read_to_string(&script).with_context(|| format!("reading {}", script.display()))?;
    let (wasm, text) = numbered(&wasm, text, &format!("./{name}_bg.js"))?;
    fs::write(module, wasm)?;
    fs::write(script, text)?;
    Ok(())
}

fn numbered(wasm: &[u8], mut script: String, lender: &str) -> anyhow::Result<(Vec<u8>, String)> {
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                let mut imports = ImportSection::new();
                for (number, import) in section.into_imports().enumerate() {
                    let import = import?;
                    let kind = RoundtripReencoder.entity_type(import.ty)?;
                    if import.module == lender {
                        let key = format!(" {}: ", import.name);
                        ensure!(script.matches(&key).count() == 1, "{} is lent once", import.name);
                        script = script.replacen(&key, &format!(" {number}: "), 1);
                        imports.import(import.module, &number.to_string(), kind);
                    } else {
                        imports.import(import.module, import.name, kind);
                    }
                }
                module.section(&imports);
            }
            other => copy(&other, wasm, &mut module),
        }
    }
    Ok((module.finish(), script))
}

fn copy(payload: &Payload<'_>, wasm: &[u8], module: &mut Module) {
    if let Some((id, range)) = payload.as_section() {
        module.section(&RawSection {
            id,
            data: &wasm[range.start as usize..range.end as usize],
        });
    }
}
