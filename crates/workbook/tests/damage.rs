//! Every workbook of the suite, damaged in many ways: it is read or refused, and nothing panics.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use passmuster_core::import::Options;
use passmuster_core::preview::preview_sheet;
use passmuster_core::read::sniff::is_workbook;
use passmuster_workbook::read;

/// How often each workbook is damaged.
const TIMES: usize = 2_000;

/// A small generator of pseudo-random numbers (SplitMix64), the same on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) as usize % limit.max(1)
    }
}

fn workbooks() -> Vec<(PathBuf, Vec<u8>)> {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/suite");
    let folders = fs::read_dir(suite).unwrap().map(|entry| entry.unwrap().path());
    let inputs = folders
        .filter(|path| path.is_dir())
        .flat_map(|folder| fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()))
        .filter(|path| path.file_stem().is_some_and(|stem| stem == "input"));
    let bodies = inputs.map(|path| (path.clone(), fs::read(path).unwrap()));
    bodies
        .filter(|(_, body)| is_workbook(body) && body.len() < 1 << 17)
        .collect()
}

/// The same archive with its members unpacked, so that damage meets their content. A wrong checksum is told when a
/// member was read, which is late enough.
fn unpacked(body: &[u8]) -> Option<Vec<u8>> {
    let number = |at: usize, len: usize| {
        let bytes = body.get(at..at + len)?;
        Some(
            bytes
                .iter()
                .rev()
                .fold(0, |number, byte| number << 8 | usize::from(*byte)),
        )
    };
    let end = memchr::memmem::rfind(body, b"PK\x05\x06")?;
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let (count, mut at) = (number(end + 10, 2)?, number(end + 16, 4)?);
    for _ in 0..count {
        let [packed, name, extra, comment] =
            [20, 28, 30, 32].map(|offset| number(at + offset, if offset == 20 { 4 } else { 2 }));
        let (packed, name, member) = (packed?, name?, number(at + 42, 4)?);
        let start = member + 30 + number(member + 26, 2)? + number(member + 28, 2)?;
        let mut text = Vec::new();
        match number(at + 10, 2)? {
            8 => flate2::read::DeflateDecoder::new(body.get(start..start + packed)?)
                .read_to_end(&mut text)
                .ok()?,
            _ => body.get(start..start + packed)?.read_to_end(&mut text).ok()?,
        };
        let name_bytes = body.get(at + 46..at + 46 + name)?;
        let mut about = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        about.extend_from_slice(body.get(at + 16..at + 20)?);
        for number in [text.len() as u32, text.len() as u32, name as u32] {
            about.extend(number.to_le_bytes());
        }
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&about);
        directory.extend([0; 10]);
        directory.extend((bytes.len() as u32).to_le_bytes());
        directory.extend(name_bytes);
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&about);
        bytes.extend(name_bytes);
        bytes.extend(&text);
        at += 46 + name + extra? + comment?;
    }
    let start = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([(count as u16).to_le_bytes(), (count as u16).to_le_bytes()].as_flattened());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    Some(bytes)
}

fn damage(body: &mut Vec<u8>, random: &mut Random) {
    const WORDS: [&[u8]; 10] = [
        b"<",
        b">",
        b"\"",
        b"&",
        b"999999999999999999999",
        b"-1",
        b"</row>",
        b"<c r=\"XFD1\"/>",
        b"\xFF\xFF\xFF\xFF",
        b"",
    ];
    for _ in 0..=random.below(4) {
        let at = random.below(body.len());
        match random.below(4) {
            0 => body[at] ^= 1 << random.below(8),
            1 => {
                let word = WORDS[random.below(WORDS.len())];
                let end = (at + word.len()).min(body.len());
                body[at..end].copy_from_slice(&word[..end - at]);
            }
            2 => {
                let end = (at + random.below(40)).min(body.len());
                body.drain(at..end);
            }
            _ => {
                let end = (at + random.below(40)).min(body.len());
                let piece = body[at..end].to_vec();
                body.splice(at..at, piece);
            }
        }
        if body.is_empty() {
            return;
        }
    }
}

#[test]
fn damaged_workbooks_are_read_or_refused() {
    let mut random = Random(7);
    let workbooks = workbooks();
    assert!(workbooks.len() > 30, "{} workbooks", workbooks.len());
    let (mut read_all, mut refused) = (0, 0);
    for (path, body) in workbooks {
        let stored = unpacked(&body).unwrap_or_else(|| body.clone());
        if stored.len() != body.len() && body.starts_with(b"PK") && !stored.is_empty() {
            let (packed, stored) = (read(&body, None), read(&stored, None));
            assert_eq!(packed.sheet, stored.sheet, "{}", path.display());
        }
        for sound in [&body, &stored] {
            for _ in 0..TIMES {
                let mut body = sound.clone();
                damage(&mut body, &mut random);
                let workbook = read(&body, None);
                if workbook.sheet.is_ok() {
                    read_all += 1;
                } else {
                    refused += 1;
                }
                preview_sheet(workbook, &Options::default());
            }
        }
    }
    println!("{read_all} read, {refused} refused");
    assert!(read_all > 0 && refused > 0);
}
