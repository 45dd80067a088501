//! Texts of kinds with few different ones: each is understood once, and found again by a look at it.

use hashbrown::HashMap;

use crate::index::few;
use crate::record::{Cell, Code};

/// What a text means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    /// Where its canonical form stands.
    pub cell: Cell,
    /// The code of all cells that say it.
    pub code: Code,
    /// Whether it differs from what was written.
    pub converted: bool,
}

/// The texts that were understood, of one field.
#[derive(Debug, Default)]
pub(super) struct Seen {
    forms: HashMap<Box<str>, Form>,
    /// Short texts of which nothing need be said: open addressing with linear probing, at most half full.
    looks: Vec<Look>,
    kept: usize,
}

/// All of a text of at most 32 bytes: its first sixteen bytes, its last sixteen, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letters {
    words: [u64; 4],
    len: u32,
}

#[derive(Debug, Clone, Copy)]
struct Look {
    letters: Letters,
    code: Code,
}

const NOTHING: Look = Look {
    letters: Letters { words: [0; 4], len: 0 },
    code: Code::ABSENT,
};

/// How many looks are kept at most.
const LOOKS: usize = 8_192;

impl Letters {
    /// The letters of a text that is not blank; `None` for a longer one.
    #[inline]
    fn of(text: &[u8]) -> Option<Self> {
        let len = text.len();
        let word = |at: usize| {
            text.get(at..)
                .and_then(|rest| rest.first_chunk())
                .map(|word| u64::from_le_bytes(*word))
        };
        let words = match len {
            8..=16 => [word(0)?, word(len - 8)?, 0, 0],
            17..=32 => [word(0)?, word(8)?, word(len - 16)?, word(len - 8)?],
            1..=7 => [few(text), 0, 0, 0],
            _ => return None,
        };
        Some(Self { words, len: len as u32 })
    }

    #[inline]
    fn place(&self, places: usize) -> usize {
        let [a, b, c, d] = self.words;
        let mixed = (a ^ b.rotate_left(29) ^ c.rotate_left(13) ^ d.rotate_left(43) ^ u64::from(self.len))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 32) as usize & (places - 1)
    }
}

impl Seen {
    /// The code of a short text of which nothing need be said.
    #[inline]
    pub fn find(&self, text: &[u8]) -> Option<Code> {
        let letters = Letters::of(text)?;
        if self.looks.is_empty() {
            return None;
        }
        let mut place = letters.place(self.looks.len());
        loop {
            let look = self.looks.get(place)?;
            if look.letters == letters {
                return Some(look.code);
            }
            if look.letters.len == 0 {
                return None;
            }
            place = (place + 1) & (self.looks.len() - 1);
        }
    }

    /// What a text means, if it was understood before.
    pub fn form(&self, text: &str) -> Option<Form> {
        self.forms.get(text).copied()
    }

    /// Keeps what a text means.
    pub fn add(&mut self, text: &str, form: Form) {
        self.forms.insert(text.into(), form);
        if form.converted || self.kept == LOOKS {
            return;
        }
        let Some(letters) = Letters::of(text.as_bytes()) else {
            return;
        };
        if 2 * (self.kept + 1) > self.looks.len() {
            let wanted = (4 * self.looks.len()).max(64);
            let looks = std::mem::replace(&mut self.looks, vec![NOTHING; wanted]);
            for look in looks.into_iter().filter(|look| look.letters.len > 0) {
                self.put(look);
            }
        }
        self.kept += 1;
        let code = form.code;
        self.put(Look { letters, code });
    }

    fn put(&mut self, look: Look) {
        let mut place = look.letters.place(self.looks.len());
        while self.looks[place].letters.len > 0 {
            place = (place + 1) & (self.looks.len() - 1);
        }
        self.looks[place] = look;
    }
}
