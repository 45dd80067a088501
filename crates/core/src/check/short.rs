//! Short texts as four words: compared, found and looked through without a loop.

use wide::u8x16;

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

    /// Where among `places`, a power of two, it is looked for.
    #[inline(always)]
    pub fn place(&self, places: usize) -> usize {
        let [a, b, c, d] = self.words;
        let mixed = (a ^ b.rotate_left(29) ^ c.rotate_left(13) ^ d.rotate_left(43) ^ u64::from(self.len))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32) as usize & places.wrapping_sub(1)
    }
}

/// 32 bytes from `begin` on, for a text of `len` of them, and which bits of a mask of 32 bits are its own; `None` as for
/// [`Short::read`].
#[inline(always)]
fn window(bytes: &[u8], begin: usize, len: usize) -> Option<([u8x16; 2], u32)> {
    let window: &[u8; SHORT] = bytes.get(begin..)?.first_chunk()?;
    let (halves, _) = window.as_chunks::<16>();
    let own = ((1_u64 << len.min(SHORT)) - 1) as u32;
    (len <= SHORT).then(|| ([u8x16::new(halves[0]), u8x16::new(halves[1])], own))
}

/// Whether all of a short text is ASCII from the space to the tilde; `false` also for other texts.
#[inline(always)]
pub(super) fn is_plain(bytes: &[u8], begin: usize, len: usize) -> bool {
    let Some((halves, own)) = window(bytes, begin, len) else {
        return false;
    };
    let plain = |half: u8x16| {
        let is_plain = (half - u8x16::splat(b' ')).simd_le(u8x16::splat(b'~' - b' '));
        u32::from(is_plain.to_bitmask() as u16)
    };
    (plain(halves[0]) | plain(halves[1]) << 16) & own == own
}

/// Whether two short texts of the same length are the same; `None` if they can't be read as [`Short`].
#[inline(always)]
pub(super) fn are_same(bytes: &[u8], begin: usize, other: usize, len: usize) -> Option<bool> {
    let ([a, b], own) = window(bytes, begin, len)?;
    let ([c, d], _) = window(bytes, other, len)?;
    let same = |half: u8x16, other: u8x16| u32::from(half.simd_eq(other).to_bitmask() as u16);
    Some((same(a, c) | same(b, d) << 16) & own == own)
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
        assert!(!is_plain(&[b'a'; 40], 0, 33) && !is_plain(&[b'a'; 40], 9, 1));
    }

    #[test]
    fn texts_of_one_length_are_compared_to_the_last_byte() {
        for len in 0..=SHORT {
            for place in 0..SHORT {
                let mut both = [b'a'; 2 * SHORT];
                both[SHORT + place] = b'b';
                assert_eq!(are_same(&both, 0, SHORT, len), Some(place >= len), "{place} of {len}");
            }
        }
        assert_eq!(are_same(&[b'a'; 80], 0, 40, 33), None, "too long");
        assert_eq!(are_same(&[b'a'; 80], 0, 60, 20), None, "too near to the end");
    }

    #[test]
    fn every_byte_is_looked_at() {
        for byte in 0..=255_u8 {
            for place in 0..SHORT {
                let mut text = [b'a'; SHORT];
                text[place] = byte;
                for len in [place + 1, SHORT] {
                    let is_as_said = (0x20..0x7F).contains(&byte);
                    assert_eq!(is_plain(&text, 0, len), is_as_said, "{byte:#x} at {place}");
                }
                assert!(is_plain(&text, 0, place), "what stands behind makes no difference");
            }
        }
    }
}
