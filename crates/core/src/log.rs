//! Collects problems: counts all of them, words only those that the report shows.
//!
//! A body of which every cell is wrong costs a counter a cell, not a sentence.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use hashbrown::HashMap;

use crate::mapping::FileFormat;
use crate::order;
use crate::problem::{Column, FileFacts, ImportId, Problem, Report, Severity, Tally};
use crate::read::{Place, Source};
use crate::rules::{Family, Rule, Words};

/// Which column a problem is in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum At {
    /// The body or the record as a whole.
    Whole,
    /// A column of the file, by index.
    Column(usize),
    /// An API field that the file doesn't have.
    Named(String),
    /// A byte of the text, where reading stopped.
    Byte(usize),
    /// A byte of the text within a column.
    Cell {
        /// The column of the file, by index.
        column: usize,
        /// The byte.
        byte: usize,
    },
}

/// Row, column, and which of its severity a problem is: the order in which problems are shown.
type Order = (u32, usize, usize);

#[derive(Debug)]
struct Count {
    count: u64,
    first_row: Option<u64>,
}

/// How often a rule found fault with a column.
#[derive(Debug)]
struct Counted {
    rule: &'static Rule,
    severity: Severity,
    at: At,
    count: Count,
}

/// How many counts are found without a look into the table.
const RECENT: usize = 64;

/// Where a problem is, and of which kind it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The record, from 1; 0: none.
    pub row: u32,
    /// The index of the column; [`u32::MAX`]: none.
    pub column: u32,
    /// The index of its count in [`Report::summary`].
    pub group: u32,
}

/// The problems of one body.
#[derive(Debug)]
pub struct Log {
    format: FileFormat,
    limit: usize,
    counts: HashMap<(&'static str, Severity, At), usize>,
    tallied: Vec<Counted>,
    /// Which of `tallied` were counted last, by a number of the rule and the column.
    recent: [u32; RECENT],
    kept: [Vec<(Order, Problem)>; 3],
    /// The largest keys kept, once a severity is full, to know what need not be worded.
    largest: [BinaryHeap<Order>; 3],
    totals: [u64; 3],
    /// Rows of the problems since somebody began to watch; 0 for those of no row.
    watched: Option<Vec<u32>>,
    /// Where all problems are, if somebody wants to know.
    marks: Option<Vec<Mark>>,
}

impl Log {
    /// An empty log that keeps `limit` problems of each severity.
    pub fn new(format: FileFormat, limit: usize) -> Self {
        Self {
            format,
            limit,
            counts: HashMap::new(),
            tallied: Vec::new(),
            recent: [0; RECENT],
            kept: [const { Vec::new() }; 3],
            largest: [const { BinaryHeap::new() }; 3],
            totals: [0; 3],
            watched: None,
            marks: None,
        }
    }

    /// From here on, remembers where every problem is, also those that aren't worded.
    pub(crate) fn mark(&mut self) {
        self.marks = Some(Vec::new());
    }

    /// An empty log of the same kind, for a part of the body.
    pub(crate) fn of_a_part(&self) -> Self {
        Self::new(self.format, self.limit)
    }

    /// Adds the problems of the next part of the body, whose rows and lines were counted from these on: the log is then as
    /// if they had been logged here.
    pub(crate) fn join(&mut self, part: Self, rows: u32, lines: u32) {
        for more in part.tallied {
            let first_row = more.count.first_row.map(|row| row + u64::from(rows));
            let group = self.count(more.rule, more.severity, &more.at, first_row);
            let count = &mut self.tallied[group].count;
            count.count += more.count.count;
            count.first_row = count.first_row.min(first_row).or(count.first_row).or(first_row);
        }
        for (slot, mut kept) in part.kept.into_iter().enumerate() {
            let before = self.totals[slot] as usize;
            order::sort_by_key(&mut kept, |(key, _)| *key);
            for ((row, column, which), mut problem) in kept {
                let key = (row + rows, column, before + which);
                if !self.has_room(slot, key) {
                    break;
                }
                problem.row = problem.row.map(|row| row + u64::from(rows));
                problem.line = problem.line.map(|line| line + u64::from(lines));
                self.keep_worded(slot, key, problem);
            }
            self.totals[slot] += part.totals[slot];
        }
    }

    /// What the body turned out to be.
    pub fn set_format(&mut self, format: FileFormat) {
        self.format = format;
    }

    /// Whether an error was logged.
    pub fn has_errors(&self) -> bool {
        self.totals[Severity::Error as usize] > 0
    }

    /// How many errors, warnings and infos there are.
    pub(crate) fn counts(&self) -> [u64; 3] {
        self.totals
    }

    /// The first in the body as far as it was read, at most `limit`, errors before warnings before infos.
    pub(crate) fn first(&self, limit: usize) -> Vec<Problem> {
        let mut first = Vec::new();
        for kept in &self.kept {
            let mut in_order: Vec<_> = kept.iter().collect();
            order::sort_by_key(&mut in_order, |(order, _)| *order);
            let rest = limit - first.len();
            first.extend(in_order.into_iter().take(rest).map(|(_, problem)| problem.clone()));
        }
        first
    }

    /// From here on, remembers which rows have problems.
    pub(crate) fn watch(&mut self) {
        self.watched = Some(Vec::new());
    }

    /// The rows of the problems since, as they came; 0 for those of no row.
    pub(crate) fn seen(&mut self) -> Vec<u32> {
        self.watched.take().unwrap_or_default()
    }

    /// Logs a problem with the rule's own severity.
    pub fn add(
        &mut self,
        source: &Source<'_>,
        rule: &'static Rule,
        place: Place,
        at: At,
        words: impl FnOnce() -> Words,
    ) {
        self.add_as(rule.severity, source, rule, place, at, words);
    }

    /// Logs a problem with another severity than the rule's own, because a policy says so.
    pub fn add_as(
        &mut self,
        severity: Severity,
        source: &Source<'_>,
        rule: &'static Rule,
        place: Place,
        at: At,
        words: impl FnOnce() -> Words,
    ) {
        if let Some(order) = self.counted(severity, rule, place, &at) {
            self.keep(severity, source, rule, place, &at, order, words());
        }
    }

    /// Counts a problem; gives back where it stands when it is among those that are shown.
    ///
    /// This and [`Log::keep`] know nothing of who logs it, so that there is one of each in a program, not one for every rule.
    fn counted(&mut self, severity: Severity, rule: &'static Rule, place: Place, at: &At) -> Option<Order> {
        let slot = severity as usize;
        self.totals[slot] += 1;
        if let Some(rows) = self.watched.as_mut().filter(|rows| rows.last() != Some(&place.row)) {
            rows.push(place.row);
        }
        let row = (place.row > 0).then_some(u64::from(place.row));
        let column;
        let tally_at = match at {
            At::Byte(_) => &At::Whole,
            At::Cell { column: index, .. } => {
                column = At::Column(*index);
                &column
            }
            other => other,
        };
        let group = self.count(rule, severity, tally_at, row);
        let count = &mut self.tallied[group].count;
        count.count += 1;
        count.first_row = count.first_row.min(row).or(count.first_row).or(row);
        if let Some(marks) = &mut self.marks {
            let column = match at {
                At::Column(index) | At::Cell { column: index, .. } => *index as u32,
                _ => u32::MAX,
            };
            marks.push(Mark {
                row: place.row,
                column,
                group: group as u32,
            });
        }
        let column = match at {
            At::Column(index) | At::Cell { column: index, .. } => *index,
            At::Whole | At::Byte(_) => 0,
            At::Named(_) => usize::MAX,
        };
        let order = (place.row, column, self.totals[slot] as usize);
        self.has_room(slot, order).then_some(order)
    }

    /// Whether a problem is among those that the report shows, as far as is known; if so, makes room for it.
    fn has_room(&mut self, slot: usize, order: Order) -> bool {
        let largest = &mut self.largest[slot];
        if largest.len() >= self.limit {
            match largest.peek() {
                Some(last) if order < *last => {
                    largest.pop();
                }
                _ => return false,
            }
        }
        largest.push(order);
        true
    }

    /// Words a problem and keeps it, for the report to show.
    #[expect(clippy::too_many_arguments, reason = "all that a problem is made of")]
    fn keep(
        &mut self,
        severity: Severity,
        source: &Source<'_>,
        rule: &'static Rule,
        place: Place,
        at: &At,
        order: Order,
        words: Words,
    ) {
        let problem = self.problem(severity, source, rule, place, at, words);
        self.keep_worded(severity as usize, order, problem);
    }

    fn keep_worded(&mut self, slot: usize, order: Order, problem: Problem) {
        let kept = &mut self.kept[slot];
        kept.push((order, problem));
        if kept.len() > 2 * self.limit.max(64) {
            order::sort_by_key(kept, |(order, _)| *order);
            kept.truncate(self.limit);
        }
    }

    /// What counts a rule in a column; the same ones are asked for again and again.
    fn count(&mut self, rule: &'static Rule, severity: Severity, at: &At, row: Option<u64>) -> usize {
        let column = match at {
            At::Column(column) => *column,
            _ => 0,
        };
        let recent = &mut self.recent[(rule.id.len() * 5 + usize::from(rule.id.as_bytes()[0]) + column) % RECENT];
        let is_it = self.tallied.get(*recent as usize).is_some_and(|tallied| {
            let is_rule = std::ptr::eq(tallied.rule, rule) || tallied.rule.id == rule.id;
            is_rule && tallied.severity == severity && tallied.at == *at
        });
        if !is_it {
            let next = self.tallied.len();
            let found = *self.counts.entry((rule.id, severity, at.clone())).or_insert(next);
            if found == next {
                self.tallied.push(Counted {
                    rule,
                    severity,
                    at: at.clone(),
                    count: Count {
                        count: 0,
                        first_row: row,
                    },
                });
            }
            *recent = found as u32;
        }
        *recent as usize
    }

    fn problem(
        &self,
        severity: Severity,
        source: &Source<'_>,
        rule: &'static Rule,
        place: Place,
        at: &At,
        words: Words,
    ) -> Problem {
        let mut problem = Problem {
            id: rule.family.import_id(self.format),
            rule: Cow::Borrowed(rule.id),
            severity,
            row: (place.row > 0).then_some(u64::from(place.row)),
            line: (place.line > 0).then_some(u64::from(place.line)),
            column: None,
            character: None,
            value: words.value,
            message: words.message,
            hint: words.hint,
        };
        match at {
            At::Whole => {}
            At::Named(name) => problem.column = Some(Column::Name(cut(name))),
            At::Cell { column, byte } => {
                let (line, character) = source.position(place, *byte);
                problem.line = Some(line);
                problem.character = Some(character);
                problem.column = source.columns.get(*column).map(|name| Column::Name(cut(name)));
            }
            At::Byte(byte) => {
                let (line, character) = source.position(place, *byte);
                problem.line = Some(line);
                problem.character = Some(character);
                problem.column = Some(Column::Character(character));
            }
            At::Column(index) => {
                problem.column = source.columns.get(*index).map(|name| Column::Name(cut(name)));
                if place.line > 0
                    && let Some(located) = source.locate(place, *index)
                {
                    problem.line = Some(located.line);
                    problem.character = located.character;
                    problem.value = problem.value.or(Some(located.text));
                }
            }
        }
        problem.value = problem.value.map(|value| cut(&value));
        problem
    }

    /// The report of everything that was logged.
    pub fn into_report(
        self,
        source: &Source<'_>,
        file: FileFacts,
        records: u64,
        blank_rows: u64,
        collapsed_rows: u64,
    ) -> Report {
        self.into_marked(source, file, records, blank_rows, collapsed_rows).0
    }

    /// The same, and where every problem is, by row, if [`Log::mark`] was called.
    pub(crate) fn into_marked(
        mut self,
        source: &Source<'_>,
        file: FileFacts,
        records: u64,
        blank_rows: u64,
        collapsed_rows: u64,
    ) -> (Report, Vec<Mark>) {
        let column_of = |at: &At| match at {
            At::Column(index) => source.columns.get(*index).map(|name| Column::Name(cut(name))),
            At::Named(name) => Some(Column::Name(cut(name))),
            At::Whole | At::Byte(_) | At::Cell { .. } => None,
        };
        let format = self.format;
        // a key that objects have late is known by name first and by column later: one line for both
        let mut tallies: BTreeMap<(Severity, &str, Option<Column>), Tally> = BTreeMap::new();
        for Counted {
            rule,
            severity,
            at,
            count,
        } in &self.tallied
        {
            let column = column_of(at);
            let tally = tallies
                .entry((*severity, rule.id, column.clone()))
                .or_insert_with(|| Tally {
                    id: rule.family.import_id(format),
                    rule: Cow::Borrowed(rule.id),
                    severity: *severity,
                    column,
                    count: 0,
                    first_row: count.first_row,
                });
            tally.count += count.count;
            tally.first_row = tally
                .first_row
                .min(count.first_row)
                .or(tally.first_row)
                .or(count.first_row);
        }
        let mut summary: Vec<Tally> = tallies.into_values().collect();
        order::sort_by(&mut summary, |a, b| {
            (a.severity, Reverse(a.count), &a.rule, &a.column).cmp(&(b.severity, Reverse(b.count), &b.rule, &b.column))
        });
        let mut marks = self.marks.take().unwrap_or_default();
        if !marks.is_empty() {
            let places = self.tallied.iter().map(|counted| {
                let column = column_of(&counted.at);
                let is_it = |tally: &Tally| {
                    tally.severity == counted.severity && tally.rule == counted.rule.id && tally.column == column
                };
                summary.iter().position(is_it).unwrap_or_default() as u32
            });
            let places: Vec<u32> = places.collect();
            for mark in &mut marks {
                mark.group = places[mark.group as usize];
            }
            marks.sort_by_key(|mark| (mark.row, mark.column));
        }
        let mut problems = Vec::new();
        for kept in &mut self.kept {
            order::sort_by_key(kept, |(key, _)| *key);
            kept.truncate(self.limit);
            problems.extend(kept.drain(..).map(|(_, problem)| problem));
        }
        let [error_count, warning_count, info_count] = self.totals;
        let report = Report {
            version: 1,
            file,
            records,
            blank_rows,
            collapsed_rows,
            error_count,
            warning_count,
            info_count,
            problem_limit: self.limit as u64,
            problems_capped: (problems.len() as u64) < error_count + warning_count + info_count,
            summary,
            problems,
        };
        (report, marks)
    }
}

/// The most characters of an offending text that a problem quotes.
const VALUE_CHARACTERS: usize = 200;

/// The most bytes that it takes in JSON: a hundred problems stay well below 100 kB whatever was sent.
const VALUE_BYTES: usize = 320;

pub(crate) fn cut(value: &str) -> String {
    let mut bytes = 0;
    let end = value.char_indices().enumerate().find(|(count, (_, character))| {
        bytes += match character {
            '"' | '\\' => 2,
            character if character.is_control() => 6,
            character => character.len_utf8(),
        };
        *count == VALUE_CHARACTERS || bytes > VALUE_BYTES
    });
    match end {
        Some((_, (end, _))) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

impl Family {
    /// What senders know the family as, for a body of this format.
    pub fn import_id(self, format: FileFormat) -> ImportId {
        match (self, format) {
            (Self::Transform, _) => ImportId::TransformData,
            (Self::Parse, FileFormat::Csv) => ImportId::ParseCsv,
            (Self::Parse, FileFormat::Json) => ImportId::ParseJson,
        }
    }
}
