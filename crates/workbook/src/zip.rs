//! The container of .xlsx: an archive's directory, and its members unpacked piece by piece, both within bounds.
//!
//! Reads only what it is asked for. A directory may lie about sizes, so that bytes are counted as they come.
// source: APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3

use std::io::{self, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use passmuster_core::read::sheet::Refusal;

use crate::bounds::{self, crossed, damaged};

const END: &[u8; 4] = b"PK\x05\x06";
const END_64: &[u8; 4] = b"PK\x06\x06";
const LOCATOR_64: &[u8; 4] = b"PK\x06\x07";
const ENTRY: &[u8; 4] = b"PK\x01\x02";
const MEMBER: &[u8; 4] = b"PK\x03\x04";

const END_BYTES: usize = 22;
const LOCATOR_BYTES: usize = 20;
const ENTRY_BYTES: usize = 46;
const MEMBER_BYTES: usize = 30;

/// One line of the directory.
#[derive(Debug)]
struct Entry {
    /// With `/`, without a leading one, in ASCII lower case.
    name: String,
    offset: u64,
    packed: u64,
    unpacked: u64,
    method: u16,
    is_encrypted: bool,
    crc: u32,
}

/// An archive whose directory was read.
#[derive(Debug)]
pub(crate) struct Archive<'a> {
    bytes: &'a [u8],
    entries: Vec<Entry>,
    /// Bytes that members were unpacked to so far.
    pub(crate) unpacked: u64,
}

fn number(bytes: &[u8], at: usize, size: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(size)?)?;
    Some(
        bytes
            .iter()
            .rev()
            .fold(0, |number, byte| number << 8 | u64::from(*byte)),
    )
}

/// How names are compared: archives of some programs have backslashes or other capitals.
fn plain(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

impl<'a> Archive<'a> {
    /// Reads the directory.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let cut = || damaged("it ends before its table of contents, so it was cut off or changed on its way");
        let tail = bytes.len().saturating_sub(END_BYTES + usize::from(u16::MAX));
        let end = memchr::memmem::rfind(&bytes[tail..], END)
            .map(|at| tail + at)
            .ok_or_else(cut)?;
        let (mut count, mut start) = (
            number(bytes, end + 10, 2).ok_or_else(cut)?,
            number(bytes, end + 16, 4).ok_or_else(cut)?,
        );
        if count == 0xFFFF || start == 0xFFFF_FFFF {
            let locator = end
                .checked_sub(LOCATOR_BYTES)
                .filter(|at| bytes[*at..].starts_with(LOCATOR_64));
            let end_64 = locator
                .and_then(|at| number(bytes, at + 8, 8))
                .and_then(|at| usize::try_from(at).ok());
            if let Some(at) = end_64.filter(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(END_64))) {
                count = number(bytes, at + 32, 8).ok_or_else(cut)?;
                start = number(bytes, at + 48, 8).ok_or_else(cut)?;
            }
        }
        if count > bounds::MEMBERS as u64 {
            return Err(crossed("files inside", bounds::MEMBERS as u64));
        }
        let mut entries = Vec::new();
        let mut at = usize::try_from(start).map_err(|_| cut())?;
        for _ in 0..count {
            let (entry, next) = read_entry(bytes, at).ok_or_else(|| damaged("its table of contents is broken"))?;
            entries.push(entry);
            at = next;
        }
        Ok(Self {
            bytes,
            entries,
            unpacked: 0,
        })
    }

    /// Whether there is a member of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        let name = plain(name);
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// Whether a member lies in this folder.
    pub(crate) fn has_folder(&self, folder: &str) -> bool {
        self.entries.iter().any(|entry| entry.name.starts_with(folder))
    }

    /// Begins to unpack a member; `None`: there is none of this name.
    pub(crate) fn unpack(&mut self, name: &str) -> Result<Option<Member<'a, '_>>, Refusal> {
        let plain = plain(name);
        let mut same = self.entries.iter().filter(|entry| entry.name == plain);
        let Some(entry) = same.next() else {
            return Ok(None);
        };
        if same.next().is_some() {
            return Err(damaged(format!("it has \"{name}\" twice")));
        }
        if entry.is_encrypted {
            return Err(Refusal::Encrypted);
        }
        if entry.unpacked > bounds::UNPACKED {
            return Err(too_large());
        }
        let broken = || damaged(format!("\"{name}\" inside it is broken"));
        let offset = usize::try_from(entry.offset).map_err(|_| broken())?;
        let head = self
            .bytes
            .get(offset..)
            .filter(|rest| rest.starts_with(MEMBER))
            .ok_or_else(broken)?;
        let (Some(name_bytes), Some(extra)) = (number(head, 26, 2), number(head, 28, 2)) else {
            return Err(broken());
        };
        let start = MEMBER_BYTES + name_bytes as usize + extra as usize;
        let packed = usize::try_from(entry.packed).map_err(|_| broken())?;
        let end = start.checked_add(packed).ok_or_else(broken)?;
        let data = head.get(start..end).ok_or_else(broken)?;
        let unpack = match entry.method {
            0 => Unpack::Stored(data),
            8 => Unpack::Deflated(Box::new(DeflateDecoder::new(data))),
            other => {
                return Err(damaged(format!(
                    "\"{name}\" inside it is packed by a method not known here ({other})"
                )));
            }
        };
        Ok(Some(Member {
            name: name.to_owned(),
            unpack,
            crc: Crc::new(),
            expected_crc: entry.crc,
            packed: entry.packed,
            unpacked: 0,
            total: &mut self.unpacked,
            refusal: None,
        }))
    }
}

fn read_entry(bytes: &[u8], at: usize) -> Option<(Entry, usize)> {
    let entry = bytes.get(at..).filter(|rest| rest.starts_with(ENTRY))?;
    let [name, extra, comment] =
        [number(entry, 28, 2)?, number(entry, 30, 2)?, number(entry, 32, 2)?].map(|n| n as usize);
    let name_bytes = entry.get(ENTRY_BYTES..ENTRY_BYTES + name)?;
    let mut large = entry
        .get(ENTRY_BYTES + name..ENTRY_BYTES + name + extra)
        .and_then(extra_64)
        .unwrap_or_default();
    let mut or_large = |size: u64| {
        if size != 0xFFFF_FFFF {
            return Some(size);
        }
        let size = number(large, 0, 8)?;
        large = &large[8..];
        Some(size)
    };
    let unpacked = or_large(number(entry, 24, 4)?)?;
    let packed = or_large(number(entry, 20, 4)?)?;
    let offset = or_large(number(entry, 42, 4)?)?;
    let entry = Entry {
        name: plain(&String::from_utf8_lossy(name_bytes)),
        offset,
        packed,
        unpacked,
        method: number(entry, 10, 2)? as u16,
        is_encrypted: number(entry, 8, 2)? & 1 == 1,
        crc: number(entry, 16, 4)? as u32,
    };
    Some((entry, at + ENTRY_BYTES + name + extra + comment))
}

/// The extra field with sizes of eight bytes.
fn extra_64(mut extra: &[u8]) -> Option<&[u8]> {
    loop {
        let (kind, size) = (number(extra, 0, 2)?, number(extra, 2, 2)? as usize);
        let field = extra.get(4..4 + size)?;
        if kind == 1 {
            return Some(field);
        }
        extra = &extra[4 + size..];
    }
}

fn too_large() -> Refusal {
    Refusal::TooLarge(format!("unpacked, more than {} MiB", bounds::UNPACKED >> 20))
}

enum Unpack<'a> {
    Stored(&'a [u8]),
    Deflated(Box<DeflateDecoder<&'a [u8]>>),
}

/// A member being unpacked. Why reading stopped is in `refusal`.
pub(crate) struct Member<'a, 't> {
    name: String,
    unpack: Unpack<'a>,
    crc: Crc,
    expected_crc: u32,
    packed: u64,
    unpacked: u64,
    /// What all members of the archive were unpacked to.
    total: &'t mut u64,
    /// Why reading stopped.
    pub(crate) refusal: Option<Refusal>,
}

impl Member<'_, '_> {
    fn stop(&mut self, refusal: Refusal) -> io::Error {
        self.refusal = Some(refusal);
        io::Error::from(io::ErrorKind::InvalidData)
    }
}

impl Read for Member<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.unpack {
            Unpack::Stored(data) => data.read(buffer),
            Unpack::Deflated(decoder) => decoder.read(buffer),
        };
        let Ok(read) = read else {
            let fault = format!("\"{}\" inside it is broken", self.name);
            return Err(self.stop(damaged(fault)));
        };
        self.unpacked += read as u64;
        *self.total += read as u64;
        if *self.total > bounds::UNPACKED {
            return Err(self.stop(too_large()));
        }
        if self.unpacked > bounds::SUSPICIOUS && self.unpacked / bounds::RATIO > self.packed {
            let what = format!(
                "\"{}\" inside it unpacks to more than {} times its size, as nothing that people write does",
                self.name,
                bounds::RATIO
            );
            return Err(self.stop(Refusal::TooLarge(what)));
        }
        self.crc.update(&buffer[..read]);
        if read == 0 && !buffer.is_empty() && self.crc.sum() != self.expected_crc {
            let fault = format!(
                "\"{}\" inside it was changed on its way (its checksum is wrong)",
                self.name
            );
            return Err(self.stop(damaged(fault)));
        }
        Ok(read)
    }
}
