//! Embeds the built page (`dist/` at the root): each file, its ETag, and the policy that its inline script needs; and the
//! script and style of Swagger UI for the pages of the API.
//!
//! Lives without `dist/`: then nothing is embedded and the server shows a notice.

mod swagger_ui;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest, Sha256};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../dist");
    println!("cargo::rerun-if-changed={}", root.display());
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rustc-env=PASSMUSTER_ENGINE={}", engine()?);
    let mut names = Vec::new();
    if root.join("index.html").is_file() {
        collect(&root, &root, &mut names)?;
    }
    names.sort();
    let mut code = String::from("static FILES: &[File] = &[\n");
    for name in names.iter().filter(|name| !name.ends_with(".br")) {
        let path = root.join(name);
        let etag: String = Sha256::digest(fs::read(&path)?)
            .iter()
            .take(12)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let brotli = root.join(format!("{name}.br"));
        let brotli = if brotli.is_file() {
            println!("cargo::rerun-if-changed={}", brotli.display());
            format!("Some(include_bytes!({:?}))", brotli.display().to_string())
        } else {
            "None".to_owned()
        };
        println!("cargo::rerun-if-changed={}", path.display());
        let _ = writeln!(
            code,
            "    File {{ path: {name:?}, etag: \"W/\\\"{etag}\\\"\", plain: include_bytes!({:?}), brotli: {brotli} }},",
            path.display().to_string()
        );
    }
    let index = fs::read_to_string(root.join("index.html")).unwrap_or_default();
    let scripts: String = inline_scripts(&index)
        .map(|script| format!(" 'sha256-{}'", base64(&Sha256::digest(script))))
        .collect();
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; worker-src 'self'; connect-src 'self'; \
         style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    let _ = writeln!(code, "];\n/// What the page may do.\nconst POLICY: &str = {policy:?};");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    println!("cargo::rerun-if-changed=build");
    swagger_ui::write(&out)?;
    fs::write(out.join("page.rs"), code)
}

/// A digest of all that gives verdicts: the engine's sources, and what they are built with.
fn engine() -> io::Result<String> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut digest = Sha256::new();
    for part in ["../core/src", "../workbook/src"] {
        let root = here.join(part);
        println!("cargo::rerun-if-changed={}", root.display());
        let mut names = Vec::new();
        collect(&root, &root, &mut names)?;
        names.sort();
        for name in names {
            digest.update(name.as_bytes());
            digest.update(fs::read(root.join(name))?);
        }
    }
    let lock = here.join("../../Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    digest.update(fs::read(lock)?);
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Paths below the root, with `/` between their parts.
fn collect(root: &Path, folder: &Path, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, names)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            names.push(name.display().to_string().replace('\\', "/"));
        }
    }
    Ok(())
}

/// The text of each `<script>` without `src`.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|after| {
        let (attributes, rest) = after.split_once('>')?;
        let (text, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=")).then_some(text)
    })
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let bits = part.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - part.len()));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= part.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
