//! Made-up people: any of them is computed from its number, so that a directory of millions takes no memory.
//!
//! Names with accents, six mail domains, fifty zones of which seven have 70 % of the users, and a tree of managers who
//! are other users: number 0 manages 1 to 8, number 1 manages 9 to 16, and so on.

use std::fmt::Write as _;
use std::ops::Range;

use passmuster_core::mapping::FileFormat;

use crate::fault::{self, Fault, Manifest};
use crate::order::{Order, mix};
use crate::words::{CRAFTS, DOMAINS, FIRST, LAST, PLACES, ROLES, SHORT_DOMAINS, SHORT_ROLES, ZONES, plain};

/// How many users a manager has.
const SPAN: u64 = 8;
/// One row in so many is at fault in a dirty file.
const FAULT_EVERY: u64 = 100;

/// Which columns a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Thirteen: a column of every kind, 170 bytes a user.
    Full,
    /// Seven, with short addresses: 90 bytes a user.
    Lean,
}

impl Profile {
    /// How many users make 15 MB of CSV.
    pub fn users(self) -> u64 {
        match self {
            Self::Full => 88_443,
            Self::Lean => 165_016,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Lean => "lean",
        }
    }

    /// Its columns.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Full => &FULL,
            Self::Lean => &LEAN,
        }
    }

    /// The mapping document of its files.
    pub fn mapping(self, format: FileFormat) -> String {
        let format = match format {
            FileFormat::Csv => "csv",
            FileFormat::Json => "json",
        };
        let mut document = format!(r#"{{"version":1,"file_format":"{format}","fields":["#);
        for (at, column) in self.columns().iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let (header, target) = (column.header(), column.target());
            // A String takes whatever is written to it.
            let _ = write!(
                document,
                "{comma}\n  {{\"api_field\":\"{header}\",\"target\":\"{target}\"}}"
            );
        }
        document.push_str("]}\n");
        document
    }
}

/// A column of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "their headers say it")]
pub enum Column {
    FirstName,
    LastName,
    Email,
    Username,
    TimeZone,
    Manager,
    IsActive,
    IsManager,
    IsAdmin,
    Role,
    Team,
    ManagedTeams,
    PhoneExtension,
}

const FULL: [Column; 13] = [
    Column::FirstName,
    Column::LastName,
    Column::Email,
    Column::Username,
    Column::TimeZone,
    Column::Manager,
    Column::IsActive,
    Column::IsManager,
    Column::IsAdmin,
    Column::Role,
    Column::Team,
    Column::ManagedTeams,
    Column::PhoneExtension,
];

const LEAN: [Column; 7] = [
    Column::Email,
    Column::FirstName,
    Column::LastName,
    Column::TimeZone,
    Column::Manager,
    Column::Role,
    Column::Team,
];

impl Column {
    /// The header, and the key in JSON.
    pub fn header(self) -> &'static str {
        match self {
            Self::FirstName => "First Name",
            Self::LastName => "Last Name",
            Self::Email => "Email",
            Self::Username => "Username",
            Self::TimeZone => "Time Zone",
            Self::Manager => "Manager",
            Self::IsActive => "Is Active",
            Self::IsManager => "Is Manager",
            Self::IsAdmin => "Is Admin",
            Self::Role => "Role",
            Self::Team => "Team",
            Self::ManagedTeams => "Managed Teams",
            Self::PhoneExtension => "Phone Extension",
        }
    }

    fn target(self) -> &'static str {
        match self {
            Self::FirstName => "user.first_name",
            Self::LastName => "user.last_name",
            Self::Email => "user.email",
            Self::Username => "user.username",
            Self::TimeZone => "user.time_zone",
            Self::Manager => "user.manager",
            Self::IsActive => "user.is_active",
            Self::IsManager => "user.is_manager",
            Self::IsAdmin => "user.is_admin",
            Self::Role => "group_membership:Role",
            Self::Team => "group_membership:Team",
            Self::ManagedTeams => "group_manager:Team",
            Self::PhoneExtension => "integration_id:phone-extension",
        }
    }

    /// Whether its cells are true or false.
    pub fn is_boolean(self) -> bool {
        matches!(self, Self::IsActive | Self::IsManager | Self::IsAdmin)
    }
}

/// One row of a file.
#[derive(Debug, Default)]
pub struct Row {
    /// Its cells, in the order of the profile's columns.
    pub cells: Vec<String>,
    /// The cell that is quoted though it need not be.
    pub quoted: Option<usize>,
    /// What is wrong with it.
    pub fault: Option<Fault>,
}

/// Some people: all of a directory, or a part of it.
#[derive(Debug, Clone)]
pub struct People {
    profile: Profile,
    /// How many the directory has; managers are among them.
    users: u64,
    /// Whose rows a file has.
    rows: Range<u64>,
    is_dirty: bool,
    /// One in so many has moved to another team; 0: nobody.
    moved_every: u64,
    seed: u64,
    order_seed: u64,
    first_extension: u64,
}

impl People {
    /// All people of a directory of `users`.
    pub fn new(profile: Profile, users: u64) -> Self {
        Self {
            profile,
            users,
            rows: 0..users,
            is_dirty: false,
            moved_every: 0,
            seed: 20_261_121,
            order_seed: 0,
            first_extension: 0,
        }
    }

    /// Only those with these numbers. Numbers beyond the directory are of newcomers, who manage nobody.
    pub fn only(mut self, rows: Range<u64>) -> Self {
        self.rows = rows;
        self
    }

    /// With faults in 1 % of the rows.
    pub fn dirty(mut self) -> Self {
        self.is_dirty = true;
        self
    }

    /// With one user in so many moved to another team.
    pub fn moved(mut self, one_in: u64) -> Self {
        self.moved_every = one_in;
        self
    }

    /// The same rows in another order.
    pub fn shuffled(mut self, order_seed: u64) -> Self {
        self.order_seed = order_seed;
        self
    }

    /// Other people, with other phone extensions.
    pub fn seeded(mut self, seed: u64) -> Self {
        self.seed = seed;
        self.first_extension = seed * 1_000_000;
        self
    }

    /// Which columns they have.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// How many rows a file of them has.
    pub fn count(&self) -> u64 {
        self.rows.end - self.rows.start
    }

    /// Calls back with each row, in no order; gives back what a checker has to find.
    ///
    /// # Errors
    /// Those of the callback.
    pub fn each<E>(&self, mut take: impl FnMut(&Row) -> Result<(), E>) -> Result<Manifest, E> {
        let names = Names::new();
        let order = Order::new(self.count(), self.seed ^ self.order_seed << 8);
        let mut manifest = Manifest::new();
        let mut row = Row {
            cells: vec![String::new(); self.profile.columns().len()],
            ..Row::default()
        };
        for place in 0..self.count() {
            self.fill(&names, self.rows.start + order.at(place), &mut row);
            if let Some(fault) = row.fault {
                *manifest.entry(fault.rule()).or_default() += 1;
            }
            take(&row)?;
        }
        Ok(manifest)
    }

    fn chance(&self, number: u64, of: u64) -> u64 {
        mix(mix(self.seed ^ (of << 56)) ^ number)
    }

    fn manages(&self, number: u64) -> bool {
        number < self.users && number * SPAN + 1 < self.users
    }

    fn fault(&self, number: u64) -> Option<Fault> {
        let chance = self.chance(number, 1);
        let is_at_fault = self.is_dirty && !self.manages(number) && chance.is_multiple_of(FAULT_EVERY);
        is_at_fault.then(|| Fault::of(self.profile, chance / FAULT_EVERY))
    }

    /// Somebody else whose row is as it should be and who manages nobody.
    fn somebody_sound(&self, number: u64) -> u64 {
        let mut chance = self.chance(number, 2);
        loop {
            chance = mix(chance);
            let other = self.rows.start + chance % self.count();
            if other != number && !self.manages(other) && self.fault(other).is_none() {
                return other;
            }
        }
    }

    fn fill(&self, names: &Names, number: u64, row: &mut Row) {
        let chance = self.chance(number, 3);
        row.fault = self.fault(number);
        let columns = self.profile.columns();
        // 2 % of all cells: in as many of 50 rows as there are columns, one.
        let is_one_quoted = chance % 50 < columns.len() as u64;
        row.quoted = is_one_quoted.then(|| (chance / 50 % columns.len() as u64) as usize);
        for (at, column) in columns.iter().enumerate() {
            let cell = &mut row.cells[at];
            cell.clear();
            self.write(names, number, *column, chance, row.fault, cell);
        }
    }

    fn write(&self, names: &Names, number: u64, column: Column, chance: u64, fault: Option<Fault>, cell: &mut String) {
        let manages = self.manages(number);
        let boolean = |is: bool| if is { "True" } else { "False" };
        match column {
            Column::FirstName if fault == Some(Fault::Name) && chance.is_multiple_of(2) => {}
            Column::LastName if fault == Some(Fault::Name) && !chance.is_multiple_of(2) => {}
            Column::FirstName => cell.push_str(FIRST[first(self.seed, number)]),
            Column::LastName => cell.push_str(LAST[last(self.seed, number)]),
            Column::Email if fault == Some(Fault::Address) => cell.push_str(&fault::bad_address(number, chance)),
            Column::Email if fault == Some(Fault::Repeat) => {
                self.email(names, self.somebody_sound(number), cell);
            }
            Column::Email | Column::Username => self.email(names, number, cell),
            Column::TimeZone if fault == Some(Fault::Zone) => cell.push_str(fault::bad_zone(chance)),
            Column::TimeZone => {
                let of = self.chance(number, 4);
                let zones = if of % 10 < 7 { &ZONES[..7] } else { &ZONES[7..] };
                cell.push_str(zones[(of / 10) as usize % zones.len()]);
            }
            Column::Manager if fault == Some(Fault::Manager) => {
                let _ = write!(cell, "gone{number}@north.io");
            }
            Column::Manager => {
                if number > 0 {
                    self.email(names, self.manager(number), cell);
                }
            }
            Column::IsActive if fault == Some(Fault::Boolean) => cell.push_str(fault::bad_boolean(chance)),
            Column::IsActive => cell.push_str(boolean(manages || !self.chance(number, 5).is_multiple_of(50))),
            Column::IsManager => cell.push_str(boolean(manages)),
            Column::IsAdmin => cell.push_str(boolean(number < 3)),
            Column::Role => {
                let roles: &[&str] = match self.profile {
                    Profile::Full => &ROLES,
                    Profile::Lean => &SHORT_ROLES,
                };
                cell.push_str(roles[(self.chance(number, 6) % roles.len() as u64) as usize]);
            }
            Column::Team => {
                let is_moved = self.moved_every > 0 && self.chance(number, 7).is_multiple_of(self.moved_every);
                team(self.manager(number) + u64::from(is_moved), cell);
                if fault == Some(Fault::Group) {
                    cell.push_str(";Elsewhere");
                }
            }
            Column::ManagedTeams => {
                if manages {
                    team(number, cell);
                    if chance.is_multiple_of(4) {
                        cell.push(';');
                        team(number + 1, cell);
                    }
                }
            }
            Column::PhoneExtension => {
                let _ = write!(cell, "{:05}", self.first_extension + number);
            }
        }
    }

    /// Newcomers, too, have a manager in the directory.
    fn manager(&self, number: u64) -> u64 {
        number.min(self.users).saturating_sub(1) / SPAN
    }

    fn email(&self, names: &Names, number: u64, cell: &mut String) {
        let (first, last) = (
            &names.first[first(self.seed, number)],
            &names.last[last(self.seed, number)],
        );
        let domain = (self.chance(number, 8) % 6) as usize;
        match self.profile {
            Profile::Full => {
                cell.push_str(&first[..1]);
                cell.push('.');
                cell.push_str(last);
                let _ = write!(cell, "{number}");
                cell.push('@');
                cell.push_str(DOMAINS[domain]);
            }
            Profile::Lean => {
                cell.push_str(first);
                let _ = write!(cell, "{number:x}");
                cell.push('@');
                cell.push_str(SHORT_DOMAINS[domain]);
            }
        }
    }
}

fn first(seed: u64, number: u64) -> usize {
    (mix(seed ^ number.wrapping_mul(3)) % FIRST.len() as u64) as usize
}

fn last(seed: u64, number: u64) -> usize {
    (mix(seed ^ number.wrapping_mul(5)) % LAST.len() as u64) as usize
}

/// One of 2,000 names.
fn team(number: u64, cell: &mut String) {
    let (place, craft) = (PLACES[(number % 20) as usize], CRAFTS[(number / 20 % 10) as usize]);
    let _ = write!(cell, "{place} {craft} {}", number / 200 % 10 + 1);
}

/// The names as addresses have them.
#[derive(Debug)]
struct Names {
    first: Vec<String>,
    last: Vec<String>,
}

impl Names {
    fn new() -> Self {
        let plain = |names: &[&str]| {
            let each = |name: &&str| name.chars().filter_map(plain).collect();
            names.iter().map(each).collect()
        };
        Self {
            first: plain(&FIRST),
            last: plain(&LAST),
        }
    }
}
