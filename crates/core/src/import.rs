//! The spine: bytes to records, records and directory to a plan.

use std::collections::HashSet;

use crate::check::told::Tell;
use crate::check::{Checked, check};
pub use crate::check::{SideBySide, Together};
use crate::decide::decide_offline;
use crate::field::Target;
use crate::log::Log;
pub use crate::log::Mark;
use crate::mapping::{FileFormat, Mapping};
use crate::plan::{Directory, Plan};
use crate::problem::{FileFacts, Report};
pub use crate::read::again::ReadAt;
use crate::read::decode::Encoding;
use crate::read::sheet::Opened;
use crate::read::table::{Opening, Table};
use crate::shape::Shape;
use crate::standing::{Marks, PrintKey, Prints, Standing};
use crate::user::email_key;
use crate::value::words;

/// What whoever checks a body may choose.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many problems of each severity the report holds in full.
    pub problem_limit: usize,
    /// The encoding, when it is known (a `charset`, a person's choice); `None`: found in the body.
    pub encoding: Option<Encoding>,
    /// The delimiter of a first look, when a person chose it; a check goes by the mapping's.
    pub delimiter: Option<char>,
    /// Reads every row by itself, and every cell in full, which is slower: what reading many at once is held against.
    pub row_by_row: bool,
    /// Reads a large CSV body in parts, side by side; `None`: as a whole.
    pub side_by_side: Option<SideBySide>,
    /// Records that are numbered and nothing else, in rising order: somebody wants the body without them.
    pub left_out: Vec<u32>,
    /// Whether to remember where every problem is, also those beyond `problem_limit`; for [`Prepared::into_marked`].
    pub marks: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            problem_limit: 100,
            encoding: None,
            delimiter: None,
            row_by_row: false,
            side_by_side: None,
            left_out: Vec::new(),
            marks: false,
        }
    }
}

/// What to read from the directory before deciding; every list sorted and without repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Keys ([`crate::user::email_key`]) of the e-mail addresses named, those of managers included.
    pub email_keys: Vec<String>,
    /// Keys of the usernames named; those of managers included when they are named by username.
    pub username_keys: Vec<String>,
    /// Keys of the addresses of users that the body deactivates; their direct reports are needed too.
    pub leaving_keys: Vec<String>,
    /// Keys of the aliases named.
    pub alias_keys: Vec<String>,
    /// Slug and values of the integration IDs named.
    pub integration_ids: Vec<(String, Vec<String>)>,
}

/// A record as it stands in the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRecord {
    /// The record, from 1.
    pub row: u64,
    /// The physical line, from 1.
    pub line: u64,
    /// Its cells in the order of [`FileFacts::columns`]; `None` for a key that an object doesn't have, and fewer than
    /// columns for a short row.
    pub cells: Vec<Option<String>>,
    /// The address that it is about, when it has one that is sound.
    pub email: Option<String>,
}

/// A decision: what checking found and, without errors, what would change.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What checking found.
    pub report: Report,
    /// What applying would change; `None` when the report has errors.
    pub plan: Option<Plan>,
}

/// A body that was read and checked by itself, before anything is known of the directory.
#[derive(Debug)]
pub struct Prepared<'a> {
    checked: Checked<'a>,
    log: Log,
}

impl Prepared<'_> {
    /// Records read.
    pub fn records(&self) -> u64 {
        self.checked.counted.records
    }

    /// Whether the body is refused already, whatever the directory has.
    pub fn has_errors(&self) -> bool {
        self.log.has_errors()
    }

    /// What to read from the directory before [`decide`].
    pub fn needs(&self) -> Needs {
        self.needs_of(&|_| true)
    }

    /// What to read from the directory before [`decide_rest`].
    pub fn needs_beside(&self, standing: &Standing) -> Needs {
        self.needs_of(&|record| !standing.stands(record))
    }

    /// Which records stand, of those that `remembered` tells of; `touched` are the prints of the addresses of all users
    /// who changed since. Never in a workspace with Salesforce, where usernames name managers.
    pub fn standing(&self, key: &PrintKey, remembered: &Prints, touched: &HashSet<u64>) -> Standing {
        Standing::new(&self.checked, key, remembered, touched)
    }

    fn needs_of(&self, is_asked: &dyn Fn(usize) -> bool) -> Needs {
        let records = &self.checked.records;
        let mut needs = Needs::default();
        for (field, api) in records.mapping.fields.iter().enumerate() {
            let texts = || {
                let asked = records.kept().filter(|record| is_asked(*record));
                asked.filter_map(move |record| records.said(record, field).text())
            };
            match &api.target {
                Target::Email => needs.email_keys.extend(texts().map(email_key)),
                // by address or, with Salesforce, by username: the directory knows which
                Target::Manager => {
                    let mut keys: Vec<String> = texts().map(email_key).collect();
                    keys.sort_unstable();
                    keys.dedup();
                    needs.email_keys.extend(keys.iter().cloned());
                    needs.username_keys.extend(keys);
                }
                Target::Username => needs.username_keys.extend(texts().map(email_key)),
                Target::Aliases => {
                    needs
                        .alias_keys
                        .extend(texts().flat_map(|text| words(text, '|')).map(email_key));
                }
                Target::IntegrationId(slug) => {
                    let mut ids: Vec<String> = texts().map(str::to_owned).collect();
                    ids.sort_unstable();
                    ids.dedup();
                    needs.integration_ids.push((slug.clone(), ids));
                }
                _ => {}
            }
        }
        let (is_active, role) = (records.field(&Target::IsActive), records.field(&Target::Role));
        let says = |record, field: Option<usize>, word| {
            field.is_some_and(|field| records.said(record, field).text() == Some(word))
        };
        let leaving = records
            .kept()
            .filter(|record| is_asked(*record))
            .filter(|record| says(*record, is_active, "False") || says(*record, role, "Deactivated"));
        needs.leaving_keys = leaving
            .filter_map(|record| records.said(record, records.email).text())
            .map(email_key)
            .collect();
        for keys in [
            &mut needs.email_keys,
            &mut needs.username_keys,
            &mut needs.alias_keys,
            &mut needs.leaving_keys,
        ] {
            keys.sort_unstable();
            keys.dedup();
        }
        needs.integration_ids.sort();
        needs
    }

    /// What to remember of the body, to hold the next one against.
    pub fn shape(&self) -> Shape {
        let records = &self.checked.records;
        let source = &records.source;
        let is_csv = source.format == FileFormat::Csv && source.rows.is_none();
        let mapped = records.mapping.fields.iter().enumerate();
        Shape {
            columns: mapped
                .filter(|(field, _)| records.columns[*field].is_some())
                .map(|(_, api)| api.api_field.clone())
                .collect(),
            records: self.records(),
            ends_in_line_end: !is_csv || source.rows.is_some() || source.text.ends_with(['\n', '\r']),
            ends_short: is_csv
                && records
                    .len()
                    .checked_sub(1)
                    .is_some_and(|last| source.cells(records.place(last)).len() < source.columns.len()),
        }
    }

    /// Whether the body has a record of the user with this address, in any ASCII case.
    pub fn names(&self, address: &str) -> bool {
        self.checked.emails.find(&self.checked.records, address).is_some()
    }

    /// How the body was read.
    pub fn file(&self) -> &FileFacts {
        &self.checked.file
    }

    /// One page of the body as it stands: at most `limit` records behind the record `after` (0: from the first).
    pub fn page(&self, after: u64, limit: usize) -> Vec<RawRecord> {
        let records = &self.checked.records;
        let source = &records.source;
        let places = records.places.iter().enumerate();
        places
            .filter(|(_, place)| u64::from(place.row) > after)
            .take(limit)
            .map(|(record, place)| RawRecord {
                row: u64::from(place.row),
                line: u64::from(place.line),
                cells: source.cells(place),
                email: records.said(record, records.email).text().map(str::to_owned),
            })
            .collect()
    }

    /// The report as far as it goes without a directory.
    pub fn into_report(mut self) -> Report {
        decide_offline(&self.checked, &mut self.log);
        self.report()
    }

    /// The same, and where every problem is, by row; as far as [`Options::marks`] asked for it.
    pub fn into_marked(mut self) -> (Report, Vec<Mark>) {
        decide_offline(&self.checked, &mut self.log);
        self.marked()
    }

    fn report(self) -> Report {
        self.marked().0
    }

    fn marked(self) -> (Report, Vec<Mark>) {
        let Checked {
            records,
            file,
            counted,
            collapsed,
            ..
        } = self.checked;
        self.log
            .into_marked(&records.source, file, counted.records, counted.blank_rows, collapsed)
    }
}

/// Reads and checks a body by itself.
pub fn prepare<'a>(body: &'a [u8], mapping: &'a Mapping, options: &Options) -> Prepared<'a> {
    prepare_by(mapping, options, None, |opening, log| Table::open(body, opening, log))
}

/// The same; tells on the way how far it has come.
pub fn prepare_telling<'a>(
    body: &'a [u8],
    mapping: &'a Mapping,
    options: &Options,
    tell: &mut Tell<'_>,
) -> Prepared<'a> {
    prepare_by(mapping, options, Some(tell), |opening, log| {
        Table::open(body, opening, log)
    })
}

/// Checks a body of so many `bytes` by itself, of which a piece of about so many is in memory at a time: the report is the
/// one of [`prepare`]. `None` if it has to be read as a whole, because it isn't plain CSV in UTF-8.
///
/// What the report tells of rows that are held against others is read again at the end: the body must be the same then.
pub fn check_in_pieces(
    body: &dyn ReadAt,
    bytes: u64,
    piece: usize,
    mapping: &Mapping,
    options: &Options,
) -> Option<Report> {
    let is_plain = options.encoding.is_none() && !options.row_by_row && options.left_out.is_empty() && !options.marks;
    if mapping.file_format != FileFormat::Csv || !is_plain {
        return None;
    }
    let mut log = Log::new(mapping.file_format, options.problem_limit);
    let expected: Vec<&str> = mapping.fields.iter().map(|field| field.api_field.as_str()).collect();
    let opening = opening(mapping, options, &expected);
    let checked = crate::check::pieces::check(body, bytes, piece, mapping, &opening, &mut log)?;
    Some(Prepared { checked, log }.into_report())
}

/// Checks the sheet of a workbook by itself, for a mapping of CSV.
pub fn prepare_sheet<'a>(workbook: Opened, mapping: &'a Mapping, options: &Options) -> Prepared<'a> {
    prepare_by(mapping, options, None, |opening, log| {
        Table::open_sheet(workbook, opening, log)
    })
}

/// The same; tells on the way how far it has come.
pub fn prepare_sheet_telling<'a>(
    workbook: Opened,
    mapping: &'a Mapping,
    options: &Options,
    tell: &mut Tell<'_>,
) -> Prepared<'a> {
    prepare_by(mapping, options, Some(tell), |opening, log| {
        Table::open_sheet(workbook, opening, log)
    })
}

pub(crate) fn opening<'o>(mapping: &Mapping, options: &Options, expected: &'o [&'o str]) -> Opening<'o> {
    Opening {
        format: Some(mapping.file_format),
        encoding: options.encoding,
        delimiter: mapping.delimiter,
        expected,
    }
}

fn prepare_by<'a>(
    mapping: &'a Mapping,
    options: &Options,
    tell: Option<&mut Tell<'_>>,
    open: impl FnOnce(&Opening<'_>, &mut Log) -> Table<'a>,
) -> Prepared<'a> {
    let mut log = Log::new(mapping.file_format, options.problem_limit);
    let expected: Vec<&str> = mapping.fields.iter().map(|field| field.api_field.as_str()).collect();
    if options.marks {
        log.mark();
    }
    let mut table = open(&opening(mapping, options, &expected), &mut log);
    table.left_out.clone_from(&options.left_out);
    let side_by_side = options.side_by_side.filter(|_| !options.marks);
    let checked = check(table, mapping, options.row_by_row, side_by_side, tell, &mut log);
    Prepared { checked, log }
}

/// Holds what was prepared against the directory.
pub fn decide(prepared: Prepared<'_>, directory: &Directory) -> Decision {
    decide_rest(prepared, directory, None).0
}

/// The same, where of the records that stand the directory holds nothing but what the others need; and how all records
/// stand once the plan is applied.
pub fn decide_rest(
    mut prepared: Prepared<'_>,
    directory: &Directory,
    standing: Option<&Standing>,
) -> (Decision, Marks) {
    let (plan, settled) = crate::decide::decide(&prepared.checked, directory, standing, &mut prepared.log);
    let decision = Decision {
        report: prepared.report(),
        plan,
    };
    (decision, settled)
}
