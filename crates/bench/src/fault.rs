//! Faults that are planted in a file, and the list of exactly what a checker has to find.
//!
//! Only users who manage nobody are at fault, with one fault each, so that one fault never makes another.

use std::collections::BTreeMap;

use crate::people::Profile;

/// How often each rule has to be broken, by the rule's name.
pub type Manifest = BTreeMap<&'static str, u64>;

/// What can be wrong with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// An address without an at sign, without a dot, with two, or with a space.
    Address,
    /// No first or no last name.
    Name,
    /// A zone's abbreviation, an offset, or a place that is none.
    Zone,
    /// Neither true nor false.
    Boolean,
    /// Two groups where one belongs.
    Group,
    /// The address of another row.
    Repeat,
    /// A manager who is nobody in the file.
    Manager,
}

const FULL: [Fault; 7] = [
    Fault::Address,
    Fault::Name,
    Fault::Zone,
    Fault::Boolean,
    Fault::Group,
    Fault::Repeat,
    Fault::Manager,
];

const LEAN: [Fault; 6] = [
    Fault::Address,
    Fault::Name,
    Fault::Zone,
    Fault::Group,
    Fault::Repeat,
    Fault::Manager,
];

impl Fault {
    /// One of those that a profile's columns can have.
    pub(crate) fn of(profile: Profile, chance: u64) -> Self {
        let faults: &[Self] = match profile {
            Profile::Full => &FULL,
            Profile::Lean => &LEAN,
        };
        faults[(chance % faults.len() as u64) as usize]
    }

    /// The rule that it breaks.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Address => "invalid_email",
            Self::Name => "missing_value",
            Self::Zone => "invalid_time_zone",
            Self::Boolean => "invalid_boolean",
            Self::Group => "semicolon_in_group",
            Self::Repeat => "duplicate_email",
            Self::Manager => "manager_not_in_file",
        }
    }
}

pub(crate) fn bad_address(number: u64, chance: u64) -> String {
    match chance % 4 {
        0 => format!("nobody{number}.example.com"),
        1 => format!("nobody{number}@localhost"),
        2 => format!("no body{number}@example.com"),
        _ => format!("nobody{number}@@example.com"),
    }
}

pub(crate) fn bad_zone(chance: u64) -> &'static str {
    ["EST", "UTC+02:00", "Mars/Olympus", "Central"][(chance % 4) as usize]
}

pub(crate) fn bad_boolean(chance: u64) -> &'static str {
    ["Terminated", "Active", "maybe", "-"][(chance % 4) as usize]
}
