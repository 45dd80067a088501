//! Short texts as four words: compared, found and looked through without a loop.

/// The most bytes of a short text.
pub(super) const SHORT: usize = 32;

/// All of a text of at most [`SHORT`] bytes; zeros behind its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Short {
    pub words: [u64; 4],
    pub len: u32,
}

impl PartialEq for Short {
    // word by word, as they are in registers
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        let differ = |at: usize| self.words[at] ^ other.words[at];
        differ(0) | differ(1) | differ(2) | differ(3) | u64::from(self.len ^ other.len) == 0
    }
}

/// For each length the bits of four words that are of a text of that length.
static MASKS: [[u64; 4]; SHORT + 1] = masks();

const fn masks() -> [[u64; 4]; SHORT + 1] {
    let mut masks = [[0; 4]; SHORT + 1];
    let mut len = 0;
    while len <= SHORT {
        let mut at = 0;
        while at < len {
            masks[len][at / 8] |= 0xFF << (8 * (at % 8));
            at += 1;
        }
        len += 1;
    }
    masks
}

impl Short {
    /// No text.
    pub const NONE: Self = Self { words: [0; 4], len: 0 };

    /// The text of `len` bytes from `begin` on; `None` if it is too long, or too near to the end of all texts.
    #[inline(always)]
    pub fn read(bytes: &[u8], begin: usize, len: usize) -> Option<Self> {
        let mask = MASKS.get(len)?;
        let window: &[u8; SHORT] = bytes.get(begin..)?.first_chunk()?;
        let (words, _) = window.as_chunks::<8>();
        let word = |at: usize| u64::from_le_bytes(words[at]) & mask[at];
        Some(Self {
            words: [word(0), word(1), word(2), word(3)],
            len: len as u32,
        })
    }

    /// A text that stands by itself; `None` if it is too long.
    pub fn of(text: &[u8]) -> Option<Self> {
        let mut padded = [0; SHORT];
        padded.get_mut(..text.len())?.copy_from_slice(text);
        Self::read(&padded, 0, text.len())
    }

    /// Whether all of it is ASCII from the space to the tilde.
    #[inline(always)]
    pub fn is_plain(&self) -> bool {
        const ONES: u64 = 0x0101_0101_0101_0101;
        let mask = &MASKS[self.len as usize];
        let odd = |at: usize| {
            let word = self.words[at] | (!mask[at] & (ONES * 0x20));
            // too small, DEL, or not ASCII: each sets the high bit of its byte
            word.wrapping_sub(ONES * 0x20) | word.wrapping_add(ONES) | word
        };
        (odd(0) | odd(1) | odd(2) | odd(3)) & (ONES << 7) == 0
    }

    /// Where among `places`, a power of two, it is looked for.
    #[inline(always)]
    pub fn place(&self, places: usize) -> usize {
        let [a, b, c, d] = self.words;
        let mixed = (a ^ b.rotate_left(29) ^ c.rotate_left(13) ^ d.rotate_left(43) ^ u64::from(self.len))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32) as usize & (places - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_a_text_makes_no_difference() {
        let text = "Joey Freshwater-O'Neil, East Partners".as_bytes();
        let other = "Joey Freshwater-O'Neil; West Europe..".as_bytes();
        for len in 0..=22 {
            assert_eq!(Short::of(&text[..len]), Short::of(&other[..len]));
            assert_eq!(Short::read(text, 0, len), Short::of(&text[..len]));
        }
        assert_ne!(Short::of(b"a"), Short::of(b"a\0"));
        assert_eq!(Short::read(text, 6, 3), None, "too near to the end");
        assert_eq!(Short::of(&[b'a'; 33]), None);
    }

    #[test]
    fn every_byte_is_looked_at() {
        for byte in 0..=255_u8 {
            for place in 0..SHORT {
                let mut text = [b'a'; SHORT];
                text[place] = byte;
                for len in [place + 1, SHORT] {
                    let short = Short::of(&text[..len]).expect("a short text");
                    assert_eq!(short.is_plain(), (0x20..0x7F).contains(&byte), "{byte:#x} at {place}");
                }
            }
        }
    }
}
