//! What texts look like: the skeleton by which those that a person takes for each other are equal.
//!
//! The same as that of `unicode-security`, whose tables `build.rs` packs: they are too large for the page's checker.

use std::sync::LazyLock;

use icu_normalizer::DecomposingNormalizerBorrowed;

/// How far each character with another shape is from the one before it; see `build.rs`.
static STEPS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/steps.bin"));

/// What each looks like, each followed by a byte 0.
static TEXTS: &str = include_str!(concat!(env!("OUT_DIR"), "/shapes.bin"));

/// The characters, in their order, and what each looks like.
static SHAPES: LazyLock<Vec<(char, &'static str)>> = LazyLock::new(|| {
    let (mut last, mut step, mut bits) = (0_u32, 0_u32, 0);
    let mut characters = Vec::new();
    for byte in STEPS {
        step |= u32::from(byte & 0x7f) << bits;
        bits += 7;
        if *byte < 0x80 {
            last += step;
            characters.extend(char::from_u32(last));
            (step, bits) = (0, 0);
        }
    }
    characters.into_iter().zip(TEXTS.split('\0')).collect()
});

/// The skeleton of a text in lower case.
// source: Unicode Technical Standard 39, §4
pub(super) fn skeleton(text: &str) -> String {
    let parts = DecomposingNormalizerBorrowed::new_nfd();
    let mut shape = String::with_capacity(text.len());
    for character in parts.normalize_iter(text.chars()) {
        match SHAPES.binary_search_by_key(&character, |(character, _)| *character) {
            Ok(place) => shape.push_str(SHAPES[place].1),
            Err(_) => shape.push(character),
        }
    }
    parts.normalize(&shape).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_unicode_security() {
        let theirs = |text: &str| unicode_security::skeleton(text).collect::<String>();
        for character in '\0'..=char::MAX {
            let text = character.to_string().to_lowercase();
            let among = format!("{text}\u{323}\u{301}m{text}");
            assert_eq!(skeleton(&among), theirs(&among), "U+{:04X}", u32::from(character));
        }
    }
}
