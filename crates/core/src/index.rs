//! Finds a record again by the text of one of its fields.
//!
//! Entries carry the place of their text, so that a look-up costs two places of memory: the table's
//! and the text's. The hash is seeded; a sender cannot choose texts that collide.

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;

use crate::record::{Cell, Records};

/// A place of the table: a part of the hash, and the record.
#[derive(Debug, Clone, Copy)]
struct Entry {
    tag: u32,
    record: u32,
}

const NOBODY: u32 = u32::MAX;

const EMPTY: Entry = Entry { tag: 0, record: NOBODY };

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
/// Open addressing with linear probing, never more than four fifths full, never grown: how many
/// records there are is known from the start. Hashes are made ahead in batches, so that the table's
/// memory is waited for once a batch and not once a record.
#[derive(Debug)]
pub(crate) struct Index {
    seed: u64,
    compare: Compare,
    table: Vec<Entry>,
    field: usize,
}

/// How many hashes are made ahead.
const BATCH: usize = 64;

impl Index {
    /// Indexes the kept records; calls back with the first and each later record of the same text.
    pub(crate) fn new(
        records: &Records<'_>,
        field: usize,
        compare: Compare,
        repeated: &mut dyn FnMut(usize, usize),
    ) -> Self {
        let places = (records.len() + records.len() / 4 + 1).next_power_of_two();
        let column = records.column(field);
        let mut index = Self {
            seed: DefaultHashBuilder::default().hash_one(field),
            compare,
            table: vec![EMPTY; places],
            field,
        };
        let kept: Vec<u32> = records.kept().map(|record| record as u32).collect();
        let mut batch = Vec::with_capacity(BATCH);
        for part in kept.chunks(BATCH) {
            batch.clear();
            batch.extend(part.iter().filter_map(|record| {
                let text = records.text_of(column[*record as usize])?;
                Some((*record, text, hash_of(index.seed, compare, text)))
            }));
            for (record, text, hash) in &batch {
                let at = index.probe(records, *hash, text);
                let entry = &mut index.table[at];
                if entry.record == NOBODY {
                    *entry = Entry {
                        tag: (hash >> 32) as u32,
                        record: *record,
                    };
                } else {
                    repeated(entry.record as usize, *record as usize);
                }
            }
        }
        index
    }

    /// The record that has this text.
    pub(crate) fn find(&self, records: &Records<'_>, text: &str) -> Option<usize> {
        let at = self.probe(records, hash_of(self.seed, self.compare, text), text);
        let found = self.table[at].record;
        (found != NOBODY).then_some(found as usize)
    }

    /// Finds the text that each kept record has in a field, as [`Index::find`] does; calls back with record, text and
    /// what was found.
    pub(crate) fn find_each<'r>(
        &self,
        records: &'r Records<'_>,
        field: usize,
        found: &mut dyn FnMut(usize, &'r str, Option<usize>),
    ) {
        let (column, known) = (records.column(field), records.column(self.field));
        let kept: Vec<u32> = records.kept().map(|record| record as u32).collect();
        let mut batch = Vec::with_capacity(BATCH);
        for part in kept.chunks(BATCH) {
            batch.clear();
            batch.extend(part.iter().filter_map(|record| {
                let text = records.text_of(column[*record as usize])?;
                let hash = hash_of(self.seed, self.compare, text);
                // the record that probably has it, and the text of that record
                let candidate = self.candidate(hash);
                let cell = known.get(candidate as usize).copied().unwrap_or(Cell::ABSENT);
                Some((*record, text, candidate, cell))
            }));
            for (record, text, candidate, cell) in &batch {
                let is_it = *candidate != NOBODY && self.is_same(records, *cell, text);
                let record_found = if is_it {
                    Some(*candidate as usize)
                } else {
                    self.find(records, text)
                };
                found(*record as usize, text, record_found);
            }
        }
    }

    /// The first record whose hash begins alike.
    fn candidate(&self, hash: u64) -> u32 {
        let (tag, last) = ((hash >> 32) as u32, self.table.len() - 1);
        let mut at = hash as usize & last;
        loop {
            let entry = &self.table[at];
            if entry.record == NOBODY || entry.tag == tag {
                return entry.record;
            }
            at = (at + 1) & last;
        }
    }

    /// The place of the text, or the empty place where it would be.
    fn probe(&self, records: &Records<'_>, hash: u64, text: &str) -> usize {
        let (tag, last) = ((hash >> 32) as u32, self.table.len() - 1);
        let mut at = hash as usize & last;
        loop {
            let entry = &self.table[at];
            let is_it =
                || entry.tag == tag && self.is_same(records, records.column(self.field)[entry.record as usize], text);
            if entry.record == NOBODY || is_it() {
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
