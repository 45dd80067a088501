//! Texts that several records say, of kinds with many different ones (managers, lists of groups): which of them were
//! kept before.
//!
//! Whatever is asked of such texts later is asked once of each, and their memory is small and together. Where nearly
//! every record says something else keeping them doesn't pay, and stops.

use crate::index::Hash;

/// The most bytes of a text that is kept.
pub(super) const LONGEST: usize = 256;

/// The most bytes beside the body up to which texts are kept.
const BESIDE: usize = 64 << 20;

/// No text.
pub(super) const NOTHING: u32 = u32::MAX;

/// The texts kept, of one field.
#[derive(Debug, Default)]
pub(super) struct Repeated {
    kept: Vec<Kept>,
    /// Which entry of the column a text is, by its hash: open addressing with linear probing. At most a quarter is taken,
    /// so that a text is mostly where it is looked for first.
    entries: Vec<u32>,
    /// Whether nearly every record says something else.
    is_hopeless: bool,
}

/// The hash of a text, and which entry of the column it is.
#[derive(Debug, Clone, Copy)]
struct Kept {
    hash: Hash,
    entry: u32,
}

impl Repeated {
    /// What a text with this hash most likely is; [`NOTHING`] if there is none.
    #[inline]
    pub(super) fn likely(&self, hash: Hash) -> u32 {
        let place = hash.place(self.entries.len());
        self.entries.get(place).copied().unwrap_or(NOTHING)
    }

    /// The entry of a text with this hash.
    pub(super) fn find(&self, hash: Hash, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mut place = hash.place(self.entries.len());
        loop {
            let entry = self.entries.get(place).copied().filter(|entry| *entry != NOTHING)?;
            if is_it(entry) {
                return Some(entry);
            }
            place = (place + 1) & (self.entries.len() - 1);
        }
    }

    /// Whether looking for texts doesn't pay.
    pub(super) fn is_hopeless(&self) -> bool {
        self.is_hopeless
    }

    /// Whether another text should be kept, of a body with about as many `records`, when as many bytes stand `beside` it:
    /// as long as four records say each.
    pub(super) fn has_room(&mut self, records: usize, beside: usize) -> bool {
        self.is_hopeless |= 4 * self.kept.len() >= records + (1 << 12);
        !self.is_hopeless && beside < BESIDE
    }

    /// Keeps a text that is not kept yet.
    pub(super) fn add(&mut self, hash: Hash, entry: u32) {
        let kept = Kept { hash, entry };
        self.kept.push(kept);
        if 4 * self.kept.len() <= self.entries.len() {
            put(&mut self.entries, kept);
            return;
        }
        self.entries = vec![NOTHING; (2 * self.entries.len()).max(128)];
        for kept in &self.kept {
            put(&mut self.entries, *kept);
        }
    }
}

fn put(entries: &mut [u32], kept: Kept) {
    let mut place = kept.hash.place(entries.len());
    while entries[place] != NOTHING {
        place = (place + 1) & (entries.len() - 1);
    }
    entries[place] = kept.entry;
}
