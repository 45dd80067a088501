//! Finds a record again by the text of one of its fields.
//!
//! Texts are hashed while they are read; the table then needs no text but of records that probably are the ones sought.
//! The hash is seeded; a sender cannot choose texts that collide.

use std::hash::BuildHasher;

use hashbrown::DefaultHashBuilder;

use crate::record::{Code, Records};

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

    /// A place among as many, a power of two.
    #[inline]
    pub(crate) fn place(self, places: usize) -> usize {
        self.0 as usize & places.wrapping_sub(1)
    }
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

/// The records that have a text in one field, by that text; of several with the same the first.
///
/// Open addressing with linear probing, never more than two thirds full, never grown: how many records there are is known
/// from the start. A place takes four bytes, so that few of them leave the processor's caches.
#[derive(Debug)]
pub(crate) struct Index {
    hasher: Hasher,
    compare: Compare,
    /// One more than the record in the low bits, as many low bits of its hash as there is room for above them; [`EMPTY`].
    table: Vec<u32>,
    record_bits: u32,
    field: usize,
}

/// A place without a record.
const EMPTY: u32 = 0;

/// No record.
const NOBODY: u32 = u32::MAX;

/// How many look-ups wait for memory together.
const BATCH: usize = 64;

/// A text that is sought.
#[derive(Debug, Clone, Copy)]
struct Sought<'t> {
    text: &'t [u8],
    hash: Hash,
}

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
        let mut index = Self {
            hasher: records.hasher,
            compare,
            table: vec![EMPTY; records.len() + records.len() / 2 + 1],
            record_bits: usize::BITS - records.len().leading_zeros(),
            field,
        };
        for (record, hash) in hashes.iter().enumerate() {
            if record % BATCH == 0 {
                index.wait_for(&hashes[record..hashes.len().min(record + BATCH)]);
            }
            if *hash == Hash::NONE || records.dropped[record] {
                continue;
            }
            let entry = index.entry(*hash, record);
            let mut at = index.place(*hash);
            loop {
                let found = index.table[at];
                if found == EMPTY {
                    index.table[at] = entry;
                    break;
                }
                let other = index.record(found);
                if index.is_alike(found, entry)
                    && is_same(compare, records.bytes(other, field), records.bytes(record, field))
                {
                    repeated(other, record);
                    break;
                }
                at = index.next(at);
            }
        }
        index
    }

    /// Looks at the places of texts that are indexed next: the wait for their memory is one.
    fn wait_for(&self, hashes: &[Hash]) {
        let places = hashes.iter().map(|hash| self.table[self.place(*hash)]);
        std::hint::black_box(places.fold(EMPTY, |all, entry| all | entry));
    }

    /// The record that has this text.
    pub(crate) fn find(&self, records: &Records<'_>, text: &str) -> Option<usize> {
        self.probe(records, self.sought(text.as_bytes()))
    }

    /// Finds the text that each kept record has in a field, as [`Index::find`] does; calls back with the record and the
    /// one that was found. What is kept once for several records is sought once.
    pub(crate) fn find_each(&self, records: &Records<'_>, field: usize, found: &mut dyn FnMut(usize, Option<usize>)) {
        let mut texts: Vec<&[u8]> = Vec::with_capacity(BATCH);
        let mut others = Vec::with_capacity(BATCH);
        let column = &records.cells[field];
        let mut of_entry = Vec::with_capacity(column.entries().len());
        for cells in column.entries().chunks(BATCH) {
            texts.clear();
            texts.extend(cells.iter().map(|cell| records.bytes_of(*cell)));
            self.find_all(records, &texts, &mut others);
            of_entry.extend(others.iter().map(|other| other.map_or(NOBODY, |other| other as u32)));
        }
        let mut codes = [Code::ABSENT; BATCH];
        for first in (0..records.len()).step_by(BATCH) {
            let codes = &mut codes[..BATCH.min(records.len() - first)];
            column.read(first, codes);
            texts.clear();
            texts.extend(
                (first..)
                    .zip(codes.iter())
                    .filter(|(_, code)| code.is_near())
                    .map(|(record, code)| records.bytes_of(column.cell_of(*code, records.places.start(record)))),
            );
            self.find_all(records, &texts, &mut others);
            let mut others = others.iter();
            for (record, code) in (first..).zip(codes.iter()) {
                let other = match code.entry() {
                    Some(entry) => Some(of_entry[entry])
                        .filter(|other| *other != NOBODY)
                        .map(|other| other as usize),
                    None if code.is_near() => others.next().copied().flatten(),
                    None => continue,
                };
                if !records.dropped[record] {
                    found(record, other);
                }
            }
        }
    }

    /// Finds at most [`BATCH`] texts: where they are in the table, which text is there, how it begins and ends; each step
    /// waits for its memory together.
    fn find_all(&self, records: &Records<'_>, texts: &[&[u8]], others: &mut Vec<Option<usize>>) {
        let nothing = Sought {
            text: b"",
            hash: Hash::NONE,
        };
        let mut sought = [nothing; BATCH];
        let mut candidates = [EMPTY; BATCH];
        let mut found: [&[u8]; BATCH] = [b""; BATCH];
        let mut alike = [false; BATCH];
        let count = texts.len();
        for (sought, text) in sought.iter_mut().zip(texts) {
            *sought = self.sought(text);
        }
        for (candidate, sought) in candidates.iter_mut().zip(&sought[..count]) {
            *candidate = self.table[self.place(sought.hash)];
        }
        for at in 0..count {
            let first = candidates[at];
            candidates[at] = self.candidate(first, sought[at].hash);
            found[at] = match candidates[at] {
                EMPTY => b"",
                entry => records.bytes(self.record(entry), self.field),
            };
        }
        for at in 0..count {
            let edges = |text: &[u8]| Some((text.first()? ^ text.last()?) | 0x20);
            alike[at] = sought[at].text.len() == found[at].len() && edges(sought[at].text) == edges(found[at]);
        }
        others.clear();
        others.extend((0..count).map(|at| {
            if alike[at] && is_same(self.compare, found[at], sought[at].text) {
                Some(self.record(candidates[at]))
            } else {
                self.probe(records, sought[at])
            }
        }));
    }

    /// The first entry that may be of a text with this hash; `first` stands where the search begins.
    #[inline]
    fn candidate(&self, first: u32, hash: Hash) -> u32 {
        let (mut at, mut found) = (self.place(hash), first);
        let entry = self.entry(hash, 0);
        while found != EMPTY && !self.is_alike(found, entry) {
            at = self.next(at);
            found = self.table[at];
        }
        found
    }

    fn sought<'t>(&self, text: &'t [u8]) -> Sought<'t> {
        let hash = self.hasher.hash(self.compare, text);
        Sought { text, hash }
    }

    /// Where a text with this hash stands, if not behind.
    #[inline]
    fn place(&self, hash: Hash) -> usize {
        ((u64::from(hash.0) * self.table.len() as u64) >> 32) as usize
    }

    /// The place behind one.
    #[inline]
    fn next(&self, at: usize) -> usize {
        if at + 1 == self.table.len() { 0 } else { at + 1 }
    }

    #[inline]
    fn entry(&self, hash: Hash, record: usize) -> u32 {
        hash.0 << self.record_bits | (record as u32 + 1)
    }

    #[inline]
    fn record(&self, entry: u32) -> usize {
        (entry & ((1 << self.record_bits) - 1)) as usize - 1
    }

    /// Whether two entries may be of the same text.
    #[inline]
    fn is_alike(&self, entry: u32, other: u32) -> bool {
        (entry ^ other) >> self.record_bits == 0
    }

    fn probe(&self, records: &Records<'_>, sought: Sought<'_>) -> Option<usize> {
        let entry = self.entry(sought.hash, 0);
        let mut at = self.place(sought.hash);
        loop {
            let found = self.table[at];
            if found == EMPTY {
                return None;
            }
            let other = self.record(found);
            if self.is_alike(found, entry) && is_same(self.compare, records.bytes(other, self.field), sought.text) {
                return Some(other);
            }
            at = self.next(at);
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
