//! Writes `FILE.br` (Brotli, quality 11) beside every text and wasm file of the folders given.
//!
//! A file whose `.br` is newer is left alone, so a second run costs nothing.

use std::{env, fs, fs::File, io, path::Path};

use anyhow::Context;

/// Endings worth compressing; images and `.br` files are not.
const COMPRESSIBLE: [&str; 8] = ["css", "html", "js", "json", "mjs", "svg", "txt", "wasm"];
const QUALITY: u32 = 11;
const WINDOW_LOG2: u32 = 22;
const BUFFER_BYTES: usize = 64 * 1024;

fn main() -> anyhow::Result<()> {
    for folder in env::args_os().skip(1) {
        compress_folder(Path::new(&folder))?;
    }
    Ok(())
}

fn compress_folder(folder: &Path) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            compress_folder(&path)?;
        } else if is_compressible(&path) {
            compress_file(&path).with_context(|| format!("compressing {}", path.display()))?;
        }
    }
    Ok(())
}

fn is_compressible(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| COMPRESSIBLE.contains(&ending))
}

fn compress_file(path: &Path) -> anyhow::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".br");
    if let Ok(compressed) = fs::metadata(&name)
        && compressed.modified()? >= fs::metadata(path)?.modified()?
    {
        return Ok(());
    }
    let mut output = brotli::CompressorWriter::new(File::create(&name)?, BUFFER_BYTES, QUALITY, WINDOW_LOG2);
    io::copy(&mut File::open(path)?, &mut output)?;
    Ok(())
}
