//! The different values of a column whose field takes only certain words, how often each is there, and what it means.
//!
//! Says what the field would make of a value; whether that is meant is for a person to say.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::decide::groups::{names, nearest};
use crate::field::{Kind, ROLES, Target};
use crate::group::AttributeKind;
use crate::import::Options;
use crate::log::Log;
use crate::mapping::FileFormat;
use crate::order;
use crate::preview::Distinct;
use crate::read::scan::Batch;
use crate::read::sheet::Opened;
use crate::read::table::{Opening, Table, Visit, each_row};
use crate::read::{Place, RawCell, Source};
use crate::value::{boolean, role, time_zone, trim};
use crate::wire::directory::Catalog;

/// What a closed field takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closed {
    /// True or False.
    Boolean,
    /// One of [`ROLES`].
    Role,
    /// An IANA zone.
    TimeZone,
    /// One of these groups; others would be new.
    Group(Vec<String>),
    /// These groups, with semicolons between; others would be new.
    GroupList(Vec<String>),
    /// One of these.
    Option(Vec<String>),
}

impl Closed {
    /// What a target takes; `None` if it takes any text.
    pub fn of(target: &Target, catalog: &Catalog) -> Option<Self> {
        let groups = |group_type: &str| {
            let known = catalog.group_types.iter().find(|known| known.name == group_type);
            known.map(|known| known.groups.clone()).unwrap_or_default()
        };
        match (target, target.field().kind) {
            (_, Kind::Boolean) => Some(Self::Boolean),
            (_, Kind::Role) => Some(Self::Role),
            (_, Kind::TimeZone) => Some(Self::TimeZone),
            (Target::GroupMembership(group_type), _) => Some(Self::Group(groups(group_type))),
            (Target::GroupManager(group_type), _) => Some(Self::GroupList(groups(group_type))),
            (Target::Attribute(name), _) => {
                let attribute = catalog.attributes.iter().find(|attribute| attribute.name == *name)?;
                match attribute.kind {
                    AttributeKind::Fixed => Some(Self::Option(attribute.options.clone())),
                    AttributeKind::Boolean => Some(Self::Boolean),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// What can be chosen for a value; none where there are too many to list.
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Boolean => ["True", "False"].map(str::to_owned).to_vec(),
            Self::Role => ROLES.map(str::to_owned).to_vec(),
            Self::TimeZone => Vec::new(),
            Self::Group(words) | Self::GroupList(words) | Self::Option(words) => words.clone(),
        }
    }

    /// What a value is taken for; `None` if it isn't taken, or would be a new group.
    pub fn meaning(&self, value: &str) -> Option<String> {
        let known = |words: &[String], name: &str| words.iter().any(|word| word == name);
        match self {
            Self::Boolean => boolean::parse(value).map(|(is, _)| if is { "True" } else { "False" }.to_owned()),
            Self::Role => role::parse(value).map(str::to_owned),
            Self::TimeZone => time_zone::parse(value),
            Self::Group(words) | Self::Option(words) => known(words, value).then(|| value.to_owned()),
            Self::GroupList(words) => names(value).all(|name| known(words, name)).then(|| value.to_owned()),
        }
    }

    /// What may be meant by a value that isn't taken.
    fn near(&self, value: &str) -> Vec<String> {
        let among = |words: &[String], name: &str| nearest(name, words.iter().map(String::as_str)).map(str::to_owned);
        match self {
            Self::Boolean => Vec::new(),
            Self::Role => {
                let alike = ROLES
                    .iter()
                    .filter(|role| role.eq_ignore_ascii_case(&value.replace([' ', '_', '-'], "")));
                alike.map(|role| (*role).to_owned()).collect()
            }
            Self::TimeZone => time_zone::candidates(value).into_iter().map(str::to_owned).collect(),
            Self::Group(words) | Self::Option(words) => among(words, value).into_iter().collect(),
            Self::GroupList(words) => {
                let mended: Vec<String> = names(value)
                    .map(|name| match words.iter().any(|word| word == name) {
                        true => name.to_owned(),
                        false => among(words, name).unwrap_or_else(|| name.to_owned()),
                    })
                    .collect();
                let mended = mended.join(";");
                if mended == value { Vec::new() } else { vec![mended] }
            }
        }
    }
}

/// One value of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueUse {
    /// As the file has it, trimmed.
    pub value: String,
    /// In how many records.
    pub count: u64,
    /// What it is taken for.
    pub means: Option<String>,
    /// What may be meant, when it isn't taken.
    pub near: Vec<String>,
}

/// The values of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    /// Those that are not taken first, then by how often they are there; the first [`SHOWN`] of them.
    pub uses: Vec<ValueUse>,
    /// How many different values there are, as far as they were told apart.
    pub different: u64,
    /// How many of them are not taken.
    pub unclear: u64,
    /// Whether there are more than were told apart.
    pub capped: bool,
}

/// How many values are listed.
pub const SHOWN: usize = 200;

/// How many values are told apart.
const TOLD_APART: usize = 5_000;

/// For how many values it is looked up what may be meant.
const NEAR_FOR: usize = 100;

/// The values of a column of a body, by its place.
pub fn values(body: &[u8], format: FileFormat, options: &Options, column: usize, closed: &Closed) -> Values {
    let mut log = Log::new(format, 0);
    let opening = Opening {
        format: Some(format),
        encoding: options.encoding,
        delimiter: options.delimiter,
        expected: &[],
    };
    let table = Table::open(body, &opening, &mut log);
    of_table(table, log, column, closed)
}

/// The same of the sheet of a workbook.
pub fn values_of_sheet(workbook: Opened, column: usize, closed: &Closed) -> Values {
    let mut log = Log::new(FileFormat::Csv, 0);
    let opening = Opening {
        format: Some(FileFormat::Csv),
        encoding: None,
        delimiter: None,
        expected: &[],
    };
    let table = Table::open_sheet(workbook, &opening, &mut log);
    of_table(table, log, column, closed)
}

/// The values of one column as far as they were seen.
struct Counted {
    column: usize,
    counts: HashMap<Box<str>, (u64, usize)>,
    capped: bool,
}

impl Visit for Counted {
    fn row(&mut self, _: &mut Log, source: &Source<'_>, _: Place, cells: &[RawCell]) {
        let Some(cell) = cells.get(self.column) else { return };
        let text = cell.text(&source.text);
        let text = trim(&text);
        if text.is_empty() {
            return;
        }
        let order = self.counts.len();
        if let Some((count, _)) = self.counts.get_mut(text) {
            *count += 1;
        } else if order < TOLD_APART {
            self.counts.insert(text.into(), (1, order));
        } else {
            self.capped = true;
        }
    }

    fn rows(&mut self, log: &mut Log, source: &Source<'_>, first: Place, batch: &Batch) {
        each_row(self, log, source, first, batch);
    }
}

fn of_table(mut table: Table<'_>, mut log: Log, column: usize, closed: &Closed) -> Values {
    let mut counted = Counted {
        column,
        counts: HashMap::new(),
        capped: false,
    };
    table.read(&mut log, &mut counted);
    let counts = counted.counts.into_iter();
    judge(
        counts.map(|(value, (count, order))| (value.into(), (count, order))),
        counted.capped,
        closed,
    )
}

/// What values mean that are known already.
pub fn values_of(known: Vec<Distinct>, closed: &Closed) -> Values {
    let known = known.into_iter().enumerate();
    judge(
        known.map(|(order, known)| (known.value, (known.count, order))),
        false,
        closed,
    )
}

fn judge(counts: impl Iterator<Item = (String, (u64, usize))>, capped: bool, closed: &Closed) -> Values {
    let mut found: Vec<(bool, u64, usize, ValueUse)> = counts
        .map(|(value, (count, order))| {
            let means = closed.meaning(&value);
            let near = Vec::new();
            (
                means.is_some(),
                count,
                order,
                ValueUse {
                    value,
                    count,
                    means,
                    near,
                },
            )
        })
        .collect();
    let different = found.len() as u64;
    order::sort_by_key(&mut found, |(is_clear, count, order, _)| {
        (*is_clear, std::cmp::Reverse(*count), *order)
    });
    let unclear = found.iter().filter(|(is_clear, ..)| !is_clear).count() as u64;
    let mut uses: Vec<ValueUse> = found.into_iter().take(SHOWN).map(|(.., value)| value).collect();
    for value in uses.iter_mut().filter(|value| value.means.is_none()).take(NEAR_FOR) {
        value.near = closed.near(&value.value);
    }
    Values {
        uses,
        different,
        unclear,
        capped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: &str, closed: &Closed) -> Vec<(String, u64, Option<String>, Vec<String>)> {
        let values = values(body.as_bytes(), FileFormat::Csv, &Options::default(), 1, closed);
        let uses = values.uses.into_iter();
        uses.map(|found| (found.value, found.count, found.means, found.near))
            .collect()
    }

    #[test]
    fn what_is_not_taken_comes_first_with_what_may_be_meant() {
        let zones = Closed::TimeZone;
        let found = of(
            "a,z\n1,Europe/Paris\n2,EST\n3,europe/paris\n4,Europe/Paris\n5,\n",
            &zones,
        );
        assert_eq!(found[0].0, "EST");
        assert_eq!(found[0].2, None);
        assert!(found[0].3.contains(&"America/New_York".to_owned()), "{found:?}");
        let paris = Some("Europe/Paris".to_owned());
        assert_eq!(found[1], ("Europe/Paris".to_owned(), 2, paris.clone(), vec![]));
        assert_eq!(found[2], ("europe/paris".to_owned(), 1, paris, vec![]));
    }

    #[test]
    fn groups_that_would_be_new_are_held_against_those_there_are() {
        let groups = vec!["Account Executive".to_owned(), "Sales".to_owned()];
        let found = of(
            "a,g\n1,Account Executives\n2,Sales\n3,Dogs\n",
            &Closed::Group(groups.clone()),
        );
        let first: Vec<_> = found.iter().map(|found| (found.0.as_str(), found.3.clone())).collect();
        assert_eq!(
            first,
            [
                ("Account Executives", vec!["Account Executive".to_owned()]),
                ("Dogs", vec![]),
                ("Sales", vec![])
            ]
        );
        let found = of("a,g\n1,sales; Dogs\n2,Sales\n", &Closed::GroupList(groups));
        assert_eq!(found[0].3, ["Sales;Dogs"]);
        assert_eq!(found[1].2.as_deref(), Some("Sales"));
    }

    #[test]
    fn options_and_words_are_taken_to_the_letter() {
        let options = Closed::Option(vec!["Full time".to_owned()]);
        let found = of("a,o\n1,full time\n", &options);
        assert_eq!(
            (found[0].2.as_deref(), found[0].3.as_slice()),
            (None, &["Full time".to_owned()][..])
        );
        let found = of("a,b\n1,yes\n2,Active\n", &Closed::Boolean);
        assert_eq!(found[0].0, "Active");
        assert_eq!(found[1].2.as_deref(), Some("True"));
        assert_eq!(of("a,r\n1,full admin\n", &Closed::Role)[0].3, ["FullAdmin"]);
    }
}
