//! What stands: records that say of their users what an earlier body said, of users who have not changed since.
//!
//! A body that comes every night says hardly anything new. What it said is remembered as prints, sixteen bytes a record;
//! a record whose print is the same again changes nothing, so that its user need not be read from the directory. That is
//! a shortcut and never a verdict of its own: report and plan are those that come of reading everybody.
//!
//! Whoever remembers prints promises to tell of every user who changed since, in whatever way, by print of the address.

use std::collections::HashSet;
use std::hash::Hasher as _;

use siphasher::sip::SipHasher13;

use crate::check::Checked;
use crate::record::{Records, Said};

/// What addresses and records are hashed with: random and secret, so that no sender can make two of them alike.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PrintKey(pub [u8; 16]);

impl std::fmt::Debug for PrintKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrintKey(secret)")
    }
}

impl PrintKey {
    fn hash(&self, bytes: &[u8]) -> u64 {
        let mut hasher = SipHasher13::new_with_key(&self.0);
        hasher.write(bytes);
        hasher.finish()
    }

    /// The print of an address, in any ASCII case.
    pub fn address(&self, email: &str) -> u64 {
        self.hash(email.to_ascii_lowercase().as_bytes())
    }
}

/// The bits below what a record says, which tell how its user stands: there is one, active, manager, admin.
const FLAGS: u64 = 0b111;
/// In a record's mark: its user is as the record says, and need not be read.
pub(crate) const STANDS: u8 = 0b1000;
/// In a mark: the user is active.
pub(crate) const ACTIVE: u8 = 0b001;
/// In a mark: the user has Is Manager.
pub(crate) const MANAGER: u8 = 0b010;
/// In a mark: the user has Is Admin.
pub(crate) const ADMIN: u8 = 0b100;

/// The print of a record: of its address, and of what it says of all other fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Print {
    address: u64,
    says: u64,
}

/// Bytes of a print.
const PRINT: usize = 16;

/// The prints of a body's records that may be held against a later body; sorted by address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Prints(Vec<u8>);

impl Prints {
    /// Of what [`Prints::as_bytes`] gave; `None` for what never were prints.
    pub fn from_bytes(bytes: Vec<u8>) -> Option<Self> {
        bytes.len().is_multiple_of(PRINT).then_some(Self(bytes))
    }

    /// To be kept.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len() / PRINT
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn of(mut prints: Vec<Print>) -> Self {
        prints.sort_unstable();
        let mut bytes = Vec::with_capacity(prints.len() * PRINT);
        for print in prints {
            bytes.extend_from_slice(&print.address.to_le_bytes());
            bytes.extend_from_slice(&print.says.to_le_bytes());
        }
        Self(bytes)
    }

    fn word(&self, at: usize) -> u64 {
        let bytes = self.0.get(at..at + 8).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, u64::from_le_bytes)
    }

    /// What the record of this address said, with the flags of its user.
    fn find(&self, address: u64) -> Option<u64> {
        let count = self.len();
        // Hashes are spread evenly: where one is, is known to within a few places.
        let guess = ((u128::from(address) * count as u128) >> 64) as usize;
        let at = |place: usize| self.word(place * PRINT);
        let mut place = guess;
        while place > 0 && at(place - 1) >= address {
            place -= 1;
        }
        while place < count && at(place) < address {
            place += 1;
        }
        (place < count && at(place) == address).then(|| self.word(place * PRINT + 8))
    }
}

/// Which records of a body stand; without prints to hold them against, none.
#[derive(Debug, Clone)]
pub struct Standing {
    prints: Vec<Print>,
    /// By record: 0, or [`STANDS`] with the flags of its user.
    pub(crate) marks: Vec<u8>,
    count: usize,
}

impl Standing {
    /// Holds a body against what was remembered; `touched` are the prints of the addresses of users who changed since.
    pub(crate) fn new(checked: &Checked<'_>, key: &PrintKey, remembered: &Prints, touched: &HashSet<u64>) -> Self {
        let records = &checked.records;
        let prints = prints(records, key);
        let mut marks = vec![0; records.len()];
        let mut count = 0;
        let manager = records.field(&crate::field::Target::Manager);
        for record in records.kept() {
            if remembered.is_empty() {
                break;
            }
            let Print { address, says } = prints[record];
            let Some(known) = remembered.find(address).filter(|known| (known ^ says) & !FLAGS == 0) else {
                continue;
            };
            if !touched.is_empty() {
                // A manager who goes, or gets another address, is another word for those who name them.
                let named = manager.and_then(|field| records.said(record, field).text());
                if touched.contains(&address) || named.is_some_and(|named| touched.contains(&key.address(named))) {
                    continue;
                }
            }
            marks[record] = STANDS | (known & FLAGS) as u8;
            count += 1;
        }
        Self { prints, marks, count }
    }

    /// How many records stand.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether a record does.
    pub fn stands(&self, record: usize) -> bool {
        self.marks.get(record).is_some_and(|mark| *mark != 0)
    }
}

/// How records stand once they were decided on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// By record, as in [`Standing`]; 0 for those of which deciding had something to say.
    pub(crate) marks: Vec<u8>,
    /// Records that were decided on.
    pub records: u64,
    /// Deciding had nothing to say: the report is that of the body alone.
    pub is_silent: bool,
}

impl Marks {
    /// How many records will stand.
    pub fn count(&self) -> usize {
        self.marks.iter().filter(|mark| **mark != 0).count()
    }

    /// What to remember, once the plan is applied.
    pub fn prints(&self, standing: &Standing) -> Prints {
        let marked = standing.prints.iter().zip(&self.marks).filter(|(_, mark)| **mark != 0);
        let prints = marked.map(|(print, mark)| Print {
            says: (print.says & !FLAGS) | (u64::from(*mark) & FLAGS),
            ..*print
        });
        Prints::of(prints.collect())
    }
}

/// The prints of all records, without flags.
fn prints(records: &Records<'_>, key: &PrintKey) -> Vec<Print> {
    let fields: Vec<usize> = (0..records.mapping.fields.len())
        .filter(|field| *field != records.email)
        .collect();
    let mut text = Vec::with_capacity(512);
    let print = |record| {
        text.clear();
        let address = records.said(record, records.email).text().unwrap_or_default();
        text.extend_from_slice(address.as_bytes());
        text.make_ascii_lowercase();
        let address = key.hash(&text);
        text.clear();
        for field in &fields {
            match records.said(record, *field) {
                Said::Nothing => text.push(0),
                Said::Clear => text.push(1),
                Said::Text(said) => {
                    text.push(2);
                    text.extend_from_slice(&(said.len() as u32).to_le_bytes());
                    text.extend_from_slice(said.as_bytes());
                }
            }
        }
        Print {
            address,
            says: key.hash(&text) & !FLAGS,
        }
    };
    (0..records.len()).map(print).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_remembered_is_found_and_nothing_else() {
        let key = PrintKey([7; 16]);
        let address = |number: u64| key.address(&format!("user{number}@A.co"));
        for count in [0, 1, 2, 3, 1000] {
            let prints = (0..count).map(|number| Print {
                address: address(number),
                says: number * 8,
            });
            let prints = Prints::of(prints.collect());
            let prints = Prints::from_bytes(prints.as_bytes().to_vec()).expect("prints");
            for number in 0..count {
                assert_eq!(
                    prints.find(key.address(&format!("USER{number}@a.co"))),
                    Some(number * 8)
                );
            }
            assert_eq!(prints.find(address(count)), None);
            assert_eq!(prints.find(0), None);
            assert_eq!(prints.find(u64::MAX), None);
        }
        assert_eq!(Prints::from_bytes(vec![0; 17]), None);
    }
}
