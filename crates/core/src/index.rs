//! Finds a record again by the text of one of its fields.
//!
//! Texts are hashed while they are read; the table then needs no text but of records that probably are the ones sought.
//! The hash is seeded; a sender cannot choose texts that collide.

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;

use crate::check::SideBySide;
use crate::record::Records;

/// How texts are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compare {
    /// To the letter.
    Exactly,
    /// ASCII letters in any case.
    Folded,
}

/// The hash of a text; never [`Hash::NONE`] for a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hash(u32);

impl Hash {
    /// There is no text.
    pub(crate) const NONE: Self = Self(0);
}

/// Hashes the texts of one body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hasher {
    seed: u64,
}

impl Hasher {
    /// A hasher that nobody knows beforehand.
    pub(crate) fn new() -> Self {
        Self {
            seed: DefaultHashBuilder::default().hash_one(0),
        }
    }

    /// Sixteen bytes at a time, mixed by a 128-bit product. Folded, texts that differ only by ASCII case hash alike, and
    /// no others on purpose: were bit 5 of each byte ignored, a sender could choose as many addresses of `^` and `~` that
    /// collide as there are texts of that length.
    // source: the folded multiplication of foldhash and wyhash
    #[inline]
    pub(crate) fn hash(self, compare: Compare, text: &[u8]) -> Hash {
        let folded = |word| match compare {
            Compare::Folded => lower_case(word),
            Compare::Exactly => word,
        };
        let other_seed = self.seed.rotate_left(32) ^ 0x9E37_79B9_7F4A_7C15;
        let mix = |hash: u64, [first, second]: [u64; 2]| {
            let product = u128::from(folded(first) ^ hash) * u128::from(folded(second) ^ other_seed);
            (product as u64) ^ ((product >> 64) as u64)
        };
        let mut hash = self.seed ^ text.len() as u64;
        let last = match text.last_chunk::<16>() {
            Some(last) => {
                let (chunks, _) = text[..text.len() - 1].as_chunks::<16>();
                for chunk in chunks {
                    hash = mix(hash, halves(chunk));
                }
                halves(last)
            }
            None => match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
                (Some(first), Some(last)) => [u64::from_le_bytes(*first), u64::from_le_bytes(*last)],
                _ => [few(text), 0],
            },
        };
        let hash = mix(mix(hash, last), [self.seed, !self.seed]);
        Hash(((hash >> 32) as u32).max(1))
    }
}

/// Eight bytes with the ASCII letters among them in lower case.
#[inline]
fn lower_case(word: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // In each byte bit 7 tells: at least `A`; beyond `Z`. Seven bits and these sums never carry into the next byte.
    let seven_bits = word & (0x7F * EACH);
    let from_a = seven_bits + (0x80 - 0x41) * EACH;
    let beyond_z = seven_bits + (0x80 - 0x5B) * EACH;
    let upper = (from_a ^ beyond_z) & !word & (0x80 * EACH);
    word | (upper >> 2)
}

fn halves(chunk: &[u8; 16]) -> [u64; 2] {
    let (halves, _) = chunk.as_chunks::<8>();
    [u64::from_le_bytes(halves[0]), u64::from_le_bytes(halves[1])]
}

/// All of at most seven bytes in one word.
#[inline]
fn few(text: &[u8]) -> u64 {
    match (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32,
        _ => text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

/// A place of the table: the hash of a text, and the record that has it first.
#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: Hash,
    record: u32,
}

const EMPTY: Entry = Entry {
    hash: Hash::NONE,
    record: 0,
};

/// The records that have a text in one field, by that text; of several with the same the first.
///
/// Open addressing with linear probing, never more than four fifths full, never grown: how many records there are is
/// known from the start.
#[derive(Debug)]
pub(crate) struct Index {
    hasher: Hasher,
    compare: Compare,
    table: Vec<Entry>,
    field: usize,
}

/// No record.
const NOBODY: u32 = u32::MAX;

/// How many look-ups wait for memory together.
const BATCH: usize = 64;

impl Index {
    /// Indexes the kept records by the hashes of a field's texts; calls back with the first and each later record of the
    /// same text.
    pub(crate) fn new(
        records: &Records<'_>,
        field: usize,
        compare: Compare,
        hashes: &[Hash],
        repeated: &mut dyn FnMut(usize, usize),
    ) -> Self {
        let places = (records.len() + records.len() / 4 + 1).next_power_of_two();
        let mut index = Self {
            hasher: records.hasher,
            compare,
            table: vec![EMPTY; places],
            field,
        };
        let last = places - 1;
        for (record, hash) in hashes.iter().enumerate() {
            if *hash == Hash::NONE || records.dropped[record] {
                continue;
            }
            let mut at = hash.0 as usize & last;
            loop {
                let entry = &mut index.table[at];
                if entry.hash == Hash::NONE {
                    *entry = Entry {
                        hash: *hash,
                        record: record as u32,
                    };
                    break;
                }
                let other = entry.record as usize;
                if entry.hash == *hash && is_same(compare, records.bytes(other, field), records.bytes(record, field)) {
                    repeated(other, record);
                    break;
                }
                at = (at + 1) & last;
            }
        }
        index
    }

    /// The record that has this text.
    pub(crate) fn find(&self, records: &Records<'_>, text: &str) -> Option<usize> {
        self.probe(
            records,
            self.hasher.hash(self.compare, text.as_bytes()),
            text.as_bytes(),
        )
    }

    /// Finds the text that each kept record has in a field, as [`Index::find`] does; calls back with the record and the
    /// one that was found. `hashes` are those of the field.
    pub(crate) fn find_each(
        &self,
        records: &Records<'_>,
        field: usize,
        hashes: &[Hash],
        side_by_side: Option<SideBySide>,
        found: &mut dyn FnMut(usize, Option<usize>),
    ) {
        let Some(SideBySide { parts, together, .. }) = side_by_side else {
            self.find_part(records, field, 0, hashes, found);
            return;
        };
        // found in parts, told in order
        let part = hashes.len().div_ceil(parts).max(1);
        let mut others = vec![NOBODY; hashes.len()];
        {
            let parts = hashes.chunks(part).zip(others.chunks_mut(part)).enumerate();
            let mut pieces: Vec<_> = parts
                .map(|(at, (hashes, others))| {
                    let first = at * part;
                    move || {
                        self.find_part(records, field, first, hashes, &mut |record, other| {
                            others[record - first] = other.map_or(NOBODY, |other| other as u32);
                        });
                    }
                })
                .collect();
            let mut pieces: Vec<&mut (dyn FnMut() + Send)> = pieces.iter_mut().map(|piece| piece as _).collect();
            together(&mut pieces);
        }
        for (record, (hash, other)) in hashes.iter().zip(others).enumerate() {
            if *hash != Hash::NONE && !records.dropped[record] {
                found(record, (other != NOBODY).then_some(other as usize));
            }
        }
    }

    /// As [`Index::find_each`], for the records from `from` on that have these hashes.
    fn find_part(
        &self,
        records: &Records<'_>,
        field: usize,
        from: usize,
        hashes: &[Hash],
        found: &mut dyn FnMut(usize, Option<usize>),
    ) {
        let mut candidates = [EMPTY; BATCH];
        let mut texts: [&[u8]; BATCH] = [b""; BATCH];
        let mut others: [&[u8]; BATCH] = [b""; BATCH];
        let mut alike = [false; BATCH];
        for (part, hashes) in hashes.chunks(BATCH).enumerate() {
            let first = from + part * BATCH;
            // who it probably is, then both texts, then how they begin: each step waits for its memory together
            for (candidate, hash) in candidates.iter_mut().zip(hashes) {
                *candidate = self.candidate(*hash);
            }
            for at in 0..hashes.len() {
                texts[at] = records.bytes(first + at, field);
                others[at] = match candidates[at].hash {
                    Hash::NONE => b"",
                    _ => records.bytes(candidates[at].record as usize, self.field),
                };
            }
            for at in 0..hashes.len() {
                let begin = |text: &[u8]| text.first().map(|byte| byte | 0x20);
                alike[at] = texts[at].len() == others[at].len() && begin(texts[at]) == begin(others[at]);
            }
            for (at, hash) in hashes.iter().enumerate() {
                if *hash == Hash::NONE || records.dropped[first + at] {
                    continue;
                }
                let other = if alike[at] && is_same(self.compare, texts[at], others[at]) {
                    Some(candidates[at].record as usize)
                } else {
                    self.probe(records, *hash, texts[at])
                };
                found(first + at, other);
            }
        }
    }

    /// The first entry with this hash, or the empty one that ends the search.
    #[inline]
    fn candidate(&self, hash: Hash) -> Entry {
        let last = self.table.len() - 1;
        let mut at = hash.0 as usize & last;
        loop {
            let entry = self.table[at];
            if entry.hash == hash || entry.hash == Hash::NONE {
                return entry;
            }
            at = (at + 1) & last;
        }
    }

    fn probe(&self, records: &Records<'_>, hash: Hash, text: &[u8]) -> Option<usize> {
        let last = self.table.len() - 1;
        let mut at = hash.0 as usize & last;
        loop {
            let entry = self.table[at];
            if entry.hash == Hash::NONE {
                return None;
            }
            let other = entry.record as usize;
            if entry.hash == hash && is_same(self.compare, records.bytes(other, self.field), text) {
                return Some(other);
            }
            at = (at + 1) & last;
        }
    }
}

fn is_same(compare: Compare, text: &[u8], other: &[u8]) -> bool {
    text == other || (compare == Compare::Folded && text.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_are_folded() {
        for byte in 0..=u8::MAX {
            for at in 0..8 {
                // neighbours that a carry would change
                let mut bytes = [0x7A; 8];
                bytes[at] = byte;
                let folded = lower_case(u64::from_le_bytes(bytes)).to_le_bytes();
                assert_eq!(folded, bytes.map(|byte| byte.to_ascii_lowercase()), "{byte:#x} at {at}");
            }
        }
    }

    #[test]
    fn texts_that_differ_by_more_than_case_hash_apart() {
        let hasher = Hasher::new();
        let hash = |text: &str| hasher.hash(Compare::Folded, text.as_bytes());
        assert_eq!(hash("Joey@Freshwater.com"), hash("joey@freshwater.COM"));
        let texts: Vec<String> = (0..1 << 10)
            .map(|number| {
                (0..10)
                    .map(|bit| if number >> bit & 1 == 0 { '^' } else { '~' })
                    .collect()
            })
            .collect();
        let mut hashes: Vec<u32> = texts.iter().map(|text| hash(text).0).collect();
        hashes.sort_unstable();
        hashes.dedup();
        assert!(
            hashes.len() > texts.len() - 3,
            "only {} of {} differ",
            hashes.len(),
            texts.len()
        );
    }
}
