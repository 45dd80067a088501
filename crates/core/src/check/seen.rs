//! Texts of kinds with few different ones: each is understood once, and found again by a look at it.

use hashbrown::HashMap;

use crate::record::{Cell, Code};

use super::cell::stands_as_it_is;
use super::short::Short;

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
    /// Short texts of which nothing need be said and that stand as they are.
    looks: Vec<Look>,
    /// One more than which of them it is, by the text: open addressing with linear probing. At most an eighth is taken, so
    /// that a text is nearly always where it is looked for first.
    places: Vec<u16>,
}

/// In forty bytes, so that many looks stay in the first cache.
#[derive(Debug, Clone, Copy)]
struct Look {
    words: [u64; 4],
    len: u32,
    code: Code,
}

impl Look {
    fn text(&self) -> Short {
        let Self { words, len, .. } = *self;
        Short { words, len }
    }
}

/// How many looks are kept at most.
const LOOKS: usize = 8_192;

impl Seen {
    /// The code of a short text, not an empty one, of which nothing need be said.
    #[inline(always)]
    pub fn find(&self, text: &Short) -> Option<Code> {
        let mut place = text.place(self.places.len());
        loop {
            let look = self.looks.get(usize::from(*self.places.get(place)?).wrapping_sub(1))?;
            if look.text() == *text {
                return Some(look.code);
            }
            place = (place + 1) & (self.places.len() - 1);
        }
    }

    /// What a text means, if it was understood before.
    pub fn form(&self, text: &str) -> Option<Form> {
        self.forms.get(text).copied()
    }

    /// Keeps what a text means.
    pub fn add(&mut self, text: &str, form: Form) {
        self.forms.insert(text.into(), form);
        if form.converted || self.looks.len() == LOOKS || !stands_as_it_is(text.as_bytes()) {
            return;
        }
        let Some(Short { words, len }) = Short::of(text.as_bytes()) else {
            return;
        };
        let code = form.code;
        self.looks.push(Look { words, len, code });
        if 8 * self.looks.len() > self.places.len() {
            self.places = vec![0; (2 * self.places.len()).max(128)];
            for look in 0..self.looks.len() {
                self.put(look);
            }
        } else {
            self.put(self.looks.len() - 1);
        }
    }

    fn put(&mut self, look: usize) {
        let mut place = self.looks[look].text().place(self.places.len());
        while self.places[place] > 0 {
            place = (place + 1) & (self.places.len() - 1);
        }
        self.places[place] = look as u16 + 1;
    }
}
