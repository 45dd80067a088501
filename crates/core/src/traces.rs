//! What a spreadsheet did to a file on its way: zeros it took from IDs, numbers it shortened, texts it took for dates.
//!
//! Only tells; what it finds may be meant.

use serde::{Deserialize, Serialize};

use crate::suggest::folded;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceKind {
    /// `004410` became `4410`.
    LostZeros,
    /// `441002098123` became `4.41E+11`.
    Shortened,
    /// `3-1` became `3-Jan`.
    Date,
}

/// Something that a spreadsheet probably did to a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The column.
    pub column: String,
    /// What was done.
    pub kind: TraceKind,
    /// In how many rows.
    pub count: u64,
    /// The first such text.
    pub sample: String,
}

/// Texts of digits longer than this are not told apart by length.
const LENGTHS: usize = 24;

/// Of fewer texts no length is usual.
const FEWEST: u64 = 5;

/// What was seen in one column.
#[derive(Debug, Default)]
pub struct Seen {
    filled: u64,
    zeros: u64,
    /// Texts of digits by length, and the first of each.
    lengths: [u64; LENGTHS],
    firsts: [Option<Box<str>>; LENGTHS],
    shortened: (u64, Option<Box<str>>),
    dates: (u64, Option<Box<str>>),
}

impl Seen {
    /// Looks at the text of a cell.
    pub fn look(&mut self, text: &str) {
        let text = text.trim();
        let Some(first) = text.bytes().next() else { return };
        self.filled += 1;
        let is_number = first.is_ascii_digit();
        if text.len() >= LENGTHS || !(is_number || first.is_ascii_uppercase()) {
            return;
        }
        if is_number && text.bytes().all(|byte| byte.is_ascii_digit()) {
            self.zeros += u64::from(first == b'0' && text.len() > 1);
            self.lengths[text.len()] += 1;
            self.firsts[text.len()].get_or_insert_with(|| text.into());
        } else if is_number && is_shortened(text) {
            self.shortened.0 += 1;
            self.shortened.1.get_or_insert_with(|| text.into());
        } else if is_date(text) {
            self.dates.0 += 1;
            self.dates.1.get_or_insert_with(|| text.into());
        }
    }

    /// What was probably done to the column of this name.
    pub fn traces(self, column: &str) -> Vec<Trace> {
        let mut traces = Vec::new();
        let mut tell = |kind, count: u64, sample: Option<Box<str>>| {
            if count > 0 {
                traces.push(Trace {
                    column: column.to_owned(),
                    kind,
                    count,
                    sample: sample.map(String::from).unwrap_or_default(),
                });
            }
        };
        let Self {
            filled,
            zeros,
            lengths,
            mut firsts,
            shortened,
            dates,
        } = self;
        tell(TraceKind::Shortened, shortened.0, shortened.1);
        // A column of dates is meant to be one.
        if dates.0 * 2 < filled {
            tell(TraceKind::Date, dates.0, dates.1);
        }
        let digits: u64 = lengths.iter().sum();
        let usual = (0..LENGTHS).max_by_key(|length| lengths[*length]).unwrap_or(0);
        let shorter: u64 = lengths[usual.saturating_sub(3)..usual].iter().sum();
        let is_usual = digits >= FEWEST && lengths[usual] * 10 >= digits * 6;
        if names_ids(column) && zeros == 0 && is_usual && lengths[usual] + shorter == digits {
            let first = (0..usual).rev().find_map(|length| firsts[length].take());
            tell(TraceKind::LostZeros, shorter, first);
        }
        traces
    }
}

/// `1.23E+11`
fn is_shortened(text: &str) -> bool {
    text.split_once("E+").is_some_and(|(number, power)| {
        let mut parts = number.splitn(2, '.');
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.all(is_digits) && is_digits(power)
    })
}

/// `3-Jan` or `Mar-05`
fn is_date(text: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    text.split_once('-').is_some_and(|(left, right)| {
        let is_day = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        (is_day(left) && MONTHS.contains(&right)) || (MONTHS.contains(&left) && is_day(right))
    })
}

/// Whether a header speaks of something whose zeros count.
fn names_ids(column: &str) -> bool {
    let name = folded(column);
    let words = [
        "number",
        "code",
        "extension",
        "badge",
        "employee",
        "phone",
        "postal",
        "zip",
        "payroll",
    ];
    name.ends_with("id")
        || name.ends_with("no")
        || name.ends_with("ext")
        || words.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traces(column: &str, texts: &[&str]) -> Vec<(TraceKind, u64, String)> {
        let mut seen = Seen::default();
        texts.iter().for_each(|text| seen.look(text));
        let traces = seen.traces(column).into_iter();
        traces.map(|trace| (trace.kind, trace.count, trace.sample)).collect()
    }

    #[test]
    fn what_a_spreadsheet_did_to_ids_is_told() {
        let ids = ["104410", "204410", "304410", "404410", "504410", "4410", "1.23E+11"];
        assert_eq!(
            traces("Employee ID", &ids),
            [
                (TraceKind::Shortened, 1, "1.23E+11".to_owned()),
                (TraceKind::LostZeros, 1, "4410".to_owned())
            ]
        );
        assert_eq!(
            traces("Code", &["A-1", "3-Jan", "B-2"]),
            [(TraceKind::Date, 1, "3-Jan".to_owned())]
        );
    }

    #[test]
    fn what_is_meant_is_left_alone() {
        assert_eq!(
            traces("Employee ID", &["000001", "000012", "100000", "200000", "300000"]),
            []
        );
        assert_eq!(
            traces("Salary", &["104410", "204410", "304410", "404410", "504410", "4410"]),
            []
        );
        assert_eq!(traces("Start", &["3-Jan", "4-Feb"]), []);
        assert_eq!(traces("Name", &["Mar-y", "E+", "1E", "", "E+1"]), []);
    }
}
