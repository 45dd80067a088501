//! The container of .xls: a compound file, a small file system of sectors. Takes one stream out of it.
//!
//! Chains of sectors may be circles or leave the file: they are followed no further than the file has sectors.
// source: [MS-CFB] 2.2 (header), 2.3 (FAT), 2.5 (DIFAT), 2.6 (directory)

use crate::bounds::damaged;
use passmuster_core::read::sheet::Refusal;

const HEADER: usize = 512;
/// Sectors of the FAT that the header names.
const NAMED: usize = 109;
const ENTRY: usize = 128;
/// Numbers from here on are no sectors.
const NO_SECTOR: u32 = 0xFFFF_FFFA;

/// A compound file.
pub(super) struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    entries: Vec<Entry>,
    mini_stream: Vec<u8>,
    mini_fat: Vec<u32>,
    mini_cutoff: u64,
}

/// A stream or a folder.
struct Entry {
    name: String,
    is_stream: bool,
    start: u32,
    size: u64,
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at + 4)
        .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn broken() -> Refusal {
    damaged("its container is broken or was cut off")
}

impl<'a> Compound<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let number = |at| u32_at(bytes, at).ok_or_else(broken);
        let shift = u16_at(bytes, 30).ok_or_else(broken)?;
        if !matches!(shift, 9 | 12) {
            return Err(broken());
        }
        let mut file = Self {
            bytes,
            sector: 1 << shift,
            fat: Vec::new(),
            entries: Vec::new(),
            mini_stream: Vec::new(),
            mini_fat: Vec::new(),
            mini_cutoff: u64::from(number(56)?),
        };
        let sectors = bytes.len() / file.sector + 1;
        // the sectors of the FAT: the first in the header, the others in a chain of sectors of their own
        let mut of_fat = Vec::new();
        for at in 0..NAMED {
            of_fat.push(number(76 + 4 * at)?);
        }
        let mut next = number(68)?;
        let mut steps = 0;
        while next < NO_SECTOR && steps <= sectors {
            let sector = file.sector_at(next).ok_or_else(broken)?;
            let last = sector.len() - 4;
            of_fat.extend(numbers(&sector[..last]));
            next = u32_at(sector, last).ok_or_else(broken)?;
            steps += 1;
        }
        for sector in of_fat.into_iter().filter(|sector| *sector < NO_SECTOR).take(sectors) {
            // a sector that was cut off ends the table
            let Some(sector) = file.sector_at(sector) else { break };
            let sector: Vec<u32> = numbers(sector).collect();
            file.fat.extend(sector);
        }
        let directory = file.chain(number(48)?, usize::MAX)?;
        for entry in directory.chunks_exact(ENTRY) {
            file.entries.extend(read_entry(entry, shift));
        }
        let mini_fat = file.chain(number(60)?, usize::MAX).unwrap_or_default();
        file.mini_fat = numbers(&mini_fat).collect();
        let root = file
            .entries
            .iter()
            .find(|entry| !entry.is_stream)
            .map(|root| (root.start, root.size));
        if let Some((start, size)) = root
            && start < NO_SECTOR
        {
            file.mini_stream = file
                .chain(start, usize::try_from(size).unwrap_or(usize::MAX))
                .unwrap_or_default();
        }
        Ok(file)
    }

    fn sector_at(&self, number: u32) -> Option<&'a [u8]> {
        let start = (number as usize).checked_add(1)?.checked_mul(self.sector)?.max(HEADER);
        self.bytes.get(start..start.checked_add(self.sector)?)
    }

    /// The bytes of a chain of sectors, at most `size`; the last sector of the file may be short.
    fn chain(&self, first: u32, size: usize) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        let mut next = first;
        while next < NO_SECTOR && bytes.len() < size {
            let sector = self.sector_at(next).or_else(|| {
                let start = (next as usize + 1).checked_mul(self.sector)?;
                self.bytes.get(start..).filter(|rest| !rest.is_empty())
            });
            bytes.extend_from_slice(sector.ok_or_else(broken)?);
            if bytes.len() > self.bytes.len() {
                return Err(broken());
            }
            next = self.fat.get(next as usize).copied().ok_or_else(broken)?;
        }
        bytes.truncate(size);
        Ok(bytes)
    }

    /// Whether there is a stream of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.is_stream && entry.name.eq_ignore_ascii_case(name))
    }

    /// The bytes of a stream.
    pub(super) fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(entry) = self.find(name) else {
            return Ok(None);
        };
        let size = usize::try_from(entry.size).unwrap_or(usize::MAX);
        if entry.size >= self.mini_cutoff {
            return self.chain(entry.start, size).map(Some);
        }
        const MINI: usize = 64;
        let mut bytes = Vec::new();
        let mut next = entry.start;
        while next < NO_SECTOR && bytes.len() < size {
            let start = next as usize * MINI;
            let end = (start + MINI).min(self.mini_stream.len());
            bytes.extend_from_slice(
                self.mini_stream
                    .get(start..end)
                    .filter(|rest| !rest.is_empty())
                    .ok_or_else(broken)?,
            );
            if bytes.len() > self.bytes.len() {
                return Err(broken());
            }
            next = self.mini_fat.get(next as usize).copied().ok_or_else(broken)?;
        }
        bytes.truncate(size);
        Ok(Some(bytes))
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let (numbers, _) = bytes.as_chunks::<4>();
    numbers.iter().map(|number| u32::from_le_bytes(*number))
}

fn read_entry(entry: &[u8], shift: u16) -> Option<Entry> {
    let kind = *entry.get(66)?;
    if !matches!(kind, 2 | 5) {
        return None;
    }
    let units = usize::from(u16_at(entry, 64)?).min(64) / 2;
    let name = (0..units.saturating_sub(1)).filter_map(|at| u16_at(entry, 2 * at));
    let size = u64::from(u32_at(entry, 120)?);
    // files with small sectors have no more than 32 bits of a size, and what is above may be anything
    let above = if shift == 12 { u64::from(u32_at(entry, 124)?) } else { 0 };
    Some(Entry {
        name: char::decode_utf16(name).map(|letter| letter.unwrap_or('?')).collect(),
        is_stream: kind == 2,
        start: u32_at(entry, 116)?,
        size: above << 32 | size,
    })
}
