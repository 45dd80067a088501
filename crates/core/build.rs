//! Writes down what characters look like, from the tables of `unicode-security`, in a sixth of their space: the page's
//! checker carries them.
//!
//! `steps.bin` says how far each character is from the one before it, seven bits a byte, the lowest first, all but the last
//! byte with the eighth; `shapes.bin` what each looks like, each followed by a byte 0. They are apart, for so they pack well.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    let (mut steps, mut shapes) = (Vec::new(), Vec::new());
    let mut last = 0;
    for character in '\u{1}'..=char::MAX {
        // Texts are held against each other in lower case, and in their parts.
        let is_one = character.to_lowercase().eq([character]);
        let shape: String = unicode_security::skeleton(character.encode_utf8(&mut [0; 4])).collect();
        if !is_one || shape.chars().eq([character]) || is_composed(character) {
            continue;
        }
        let mut step = u32::from(character) - last;
        last = u32::from(character);
        while step >= 0x80 {
            steps.push(step as u8 & 0x7f | 0x80);
            step >>= 7;
        }
        steps.push(step as u8);
        shapes.extend_from_slice(shape.as_bytes());
        shapes.push(0);
    }
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(Path::new(&folder).join("steps.bin"), steps)?;
    fs::write(Path::new(&folder).join("shapes.bin"), shapes)
}

/// Whether a character is another way to write several, or another one: then those are looked up.
fn is_composed(character: char) -> bool {
    let parts = icu_normalizer::DecomposingNormalizerBorrowed::new_nfd();
    !parts.normalize_iter(std::iter::once(character)).eq([character])
}
