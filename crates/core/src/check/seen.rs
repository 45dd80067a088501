//! Texts of kinds with few different ones: each is understood once, and found again by a look at it.

use hashbrown::HashMap;

use crate::record::{Cell, Code};

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
    /// Short texts of which nothing need be said: open addressing with linear probing, at most half full.
    looks: Vec<Look>,
    kept: usize,
}

#[derive(Debug, Clone, Copy)]
struct Look {
    text: Short,
    code: Code,
}

const NOTHING: Look = Look {
    text: Short::NONE,
    code: Code::ABSENT,
};

/// How many looks are kept at most.
const LOOKS: usize = 8_192;

impl Seen {
    /// The code of a short text of which nothing need be said.
    #[inline]
    pub fn find(&self, text: &Short) -> Option<Code> {
        if self.looks.is_empty() {
            return None;
        }
        let last = self.looks.len() - 1;
        let mut place = text.place(self.looks.len());
        loop {
            let look = &self.looks[place & last];
            if look.text == *text {
                return Some(look.code);
            }
            if look.text.len == 0 {
                return None;
            }
            place += 1;
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
        let Some(text) = Short::of(text.as_bytes()).filter(|text| text.len > 0) else {
            return;
        };
        if 2 * (self.kept + 1) > self.looks.len() {
            let wanted = (2 * self.looks.len()).max(64);
            let looks = std::mem::replace(&mut self.looks, vec![NOTHING; wanted]);
            for look in looks.into_iter().filter(|look| look.text.len > 0) {
                self.put(look);
            }
        }
        self.kept += 1;
        let code = form.code;
        self.put(Look { text, code });
    }

    fn put(&mut self, look: Look) {
        let mut place = look.text.place(self.looks.len());
        while self.looks[place].text.len > 0 {
            place = (place + 1) & (self.looks.len() - 1);
        }
        self.looks[place] = look;
    }
}
