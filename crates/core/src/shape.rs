//! The shape of a body: what tells a cut-off or half-empty full snapshot from a whole one.
//!
//! Held against the last accepted body of the same integration. It never changes a verdict; it says that a full
//! snapshot has to wait for a person.

use serde::{Deserialize, Serialize};

use crate::limits::Crossed;

/// Fewer records than last time by this share, in percent, is an alarm.
const FEWER_PERCENT: u64 = 30;
/// Fewer than this many records gone are no alarm: in a small file each is a large share.
const FEWER_RECORDS: u64 = 3;

/// What is remembered of a body.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Shape {
    /// The API fields of the mapping that the body had a column or key for.
    pub columns: Vec<String>,
    /// Records read.
    pub records: u64,
    /// Whether its last line ended in a line end; JSON is whole or refused, so always true there.
    pub ends_in_line_end: bool,
    /// Whether its last row has fewer cells than the header.
    pub ends_short: bool,
}

impl Shape {
    /// What is suspicious about this body after `last`.
    pub fn alarms(&self, last: &Self) -> Vec<Crossed> {
        let mut alarms = Vec::new();
        let mut alarm = |limit: &str, (count, of, allowed): (u64, u64, u64), message: String| {
            alarms.push(Crossed {
                limit: limit.to_owned(),
                count,
                of,
                allowed,
                message,
                hint: "Look whether the export was cut off. Nothing was applied; a person can allow or reject the \
                       upload in the Data Explorer."
                    .to_owned(),
            });
        };
        let gone: Vec<&str> = last
            .columns
            .iter()
            .filter(|column| !self.columns.contains(column))
            .map(String::as_str)
            .collect();
        if !gone.is_empty() {
            let named = gone.iter().take(5).map(|name| format!("{name:?}")).collect::<Vec<_>>();
            let more = gone.len().saturating_sub(named.len());
            alarm(
                "column_gone",
                (gone.len() as u64, last.columns.len() as u64, 0),
                format!(
                    "The last accepted body had {}{}; this full snapshot doesn't.",
                    named.join(", "),
                    if more == 0 {
                        String::new()
                    } else {
                        format!(" and {more} more columns")
                    }
                ),
            );
        }
        let fewer = last.records.saturating_sub(self.records);
        if fewer >= FEWER_RECORDS && fewer.saturating_mul(100) >= last.records.saturating_mul(FEWER_PERCENT) {
            let least = last.records - last.records.saturating_mul(FEWER_PERCENT) / 100;
            alarm(
                "records_down",
                (self.records, last.records, least),
                format!(
                    "This full snapshot has {} records, the last accepted body had {}: {} % fewer.",
                    self.records,
                    last.records,
                    fewer * 100 / last.records.max(1)
                ),
            );
        }
        if self.ends_short && !last.ends_short {
            alarm(
                "cut_off",
                (1, 1, 0),
                "The last row of this full snapshot has fewer cells than the header, as in a file that was cut off."
                    .to_owned(),
            );
        } else if last.ends_in_line_end && !self.ends_in_line_end {
            alarm(
                "cut_off",
                (1, 1, 0),
                "This full snapshot doesn't end in a line end, the last accepted body did, as in a file that was cut \
                 off."
                    .to_owned(),
            );
        }
        alarms
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(columns: &[&str], records: u64, ends_in_line_end: bool) -> Shape {
        Shape {
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            records,
            ends_in_line_end,
            ends_short: false,
        }
    }

    fn names(now: &Shape, last: &Shape) -> Vec<String> {
        now.alarms(last).into_iter().map(|alarm| alarm.limit).collect()
    }

    #[test]
    fn what_grows_or_stays_is_no_alarm() {
        let last = shape(&["Email", "Team"], 10, true);
        assert_eq!(names(&last, &last), [""; 0]);
        assert_eq!(names(&shape(&["Team", "Email", "Office"], 80, true), &last), [""; 0]);
        assert_eq!(names(&shape(&["Email", "Team"], 8, true), &last), [""; 0]);
    }

    #[test]
    fn what_shrinks_is() {
        let last = shape(&["Email", "Team"], 10, true);
        assert_eq!(names(&shape(&["Email"], 10, true), &last), ["column_gone"]);
        assert_eq!(names(&shape(&["Email", "Team"], 7, true), &last), ["records_down"]);
        assert_eq!(names(&shape(&["Email", "Team"], 10, false), &last), ["cut_off"]);
        let small = shape(&["Email"], 3, false);
        assert_eq!(names(&shape(&["Email"], 1, false), &small), [""; 0], "two of three");
    }

    #[test]
    fn a_short_last_row_is_told_once() {
        let last = shape(&["Email"], 10, true);
        let now = Shape {
            ends_short: true,
            ends_in_line_end: false,
            ..last.clone()
        };
        assert_eq!(names(&now, &last), ["cut_off"]);
    }
}
