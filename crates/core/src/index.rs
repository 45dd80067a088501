//! Finds a record again by the text of one of its fields.
//!
//! Entries carry the place of their text, so that a look-up costs two places of memory: the table's
//! and the text's. The hash is seeded; a sender cannot choose texts that collide.

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;

use crate::record::{Cell, Records};

/// A place of the table: a part of the hash, the record, and its text, together in one line of cache.
#[derive(Debug, Clone, Copy)]
struct Entry {
    tag: u32,
    record: u32,
    cell: Cell,
}

const EMPTY: Entry = Entry {
    tag: 0,
    record: u32::MAX,
    cell: Cell::ABSENT,
};

/// How texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compare {
    /// To the letter.
    Exactly,
    /// ASCII letters in any case.
    Folded,
}

/// The records that have a text in one field, by that text; of several with the same the first.
///
/// Open addressing with linear probing, never more than two thirds full, never grown: how many
/// records there are is known from the start.
#[derive(Debug)]
pub(crate) struct Index {
    seed: u64,
    compare: Compare,
    table: Vec<Entry>,
}

impl Index {
    /// Indexes the kept records; calls back with the first and each later record of the same text.
    pub(crate) fn new(
        records: &Records<'_>,
        field: usize,
        compare: Compare,
        repeated: &mut dyn FnMut(usize, usize),
    ) -> Self {
        let places = (records.len() + records.len() / 2 + 1).next_power_of_two();
        let mut index = Self {
            seed: DefaultHashBuilder::default().hash_one(field),
            compare,
            table: vec![EMPTY; places],
        };
        for record in records.kept() {
            let cell = records.row(record)[field];
            let Some(text) = records.text_of(cell) else { continue };
            let hash = hash_of(index.seed, compare, text);
            let at = index.probe(records, hash, text);
            let entry = &mut index.table[at];
            if entry.record == u32::MAX {
                *entry = Entry {
                    tag: (hash >> 32) as u32,
                    record: record as u32,
                    cell,
                };
            } else {
                repeated(entry.record as usize, record);
            }
        }
        index
    }

    /// The record that has this text.
    pub(crate) fn find(&self, records: &Records<'_>, text: &str) -> Option<usize> {
        let at = self.probe(records, hash_of(self.seed, self.compare, text), text);
        let found = self.table[at].record;
        (found != u32::MAX).then_some(found as usize)
    }

    /// The place of the text, or the empty place where it would be.
    fn probe(&self, records: &Records<'_>, hash: u64, text: &str) -> usize {
        let (tag, last) = ((hash >> 32) as u32, self.table.len() - 1);
        let mut at = hash as usize & last;
        loop {
            let entry = &self.table[at];
            if entry.record == u32::MAX || (entry.tag == tag && self.is_same(records, entry.cell, text)) {
                return at;
            }
            at = (at + 1) & last;
        }
    }

    fn is_same(&self, records: &Records<'_>, cell: Cell, text: &str) -> bool {
        let other = records.text_of(cell).unwrap_or_default();
        other == text || (self.compare == Compare::Folded && other.eq_ignore_ascii_case(text))
    }
}

/// Eight bytes at a time, mixed by a 128-bit product. Folding sets bit 5 of each byte: texts that
/// differ only by ASCII case hash alike, and hardly any others do.
fn hash_of(seed: u64, compare: Compare, text: &str) -> u64 {
    const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
    let fold = if compare == Compare::Folded {
        0x2020_2020_2020_2020
    } else {
        0
    };
    let mix = |hash: u64, chunk: u64| {
        let product = u128::from((hash ^ chunk) | 1) * u128::from(MULTIPLIER ^ seed.rotate_left(17) | 1);
        (product as u64) ^ ((product >> 64) as u64) ^ chunk.rotate_left(32)
    };
    let (chunks, rest) = text.as_bytes().as_chunks::<8>();
    let mut hash = seed ^ text.len() as u64;
    for chunk in chunks {
        hash = mix(hash, u64::from_le_bytes(*chunk) | fold);
    }
    let mut last = [0x20_u8; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(mix(hash, u64::from_le_bytes(last) | fold), seed)
}
