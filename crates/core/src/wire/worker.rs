//! The messages between the page and its Web Worker, which holds the file and runs the core.
//!
//! Each travels as JSON text; [`ToWorker::Open`] is sent beside the browser's own `File`, which the
//! browser hands over by reference. The page cancels by ending the worker.

use serde::{Deserialize, Serialize};

use crate::mapping::{FileFormat, Mapping};
use crate::mend::Extent;
use crate::mend::listing::{RowCounts, RowProblem, Show};
use crate::mend::replacing::Find;
use crate::preview::{Distinct, Preview};
use crate::problem::{Problem, Report};
use crate::read::heading::{HeaderChoice, Heading};
use crate::values::{Closed, Values};

/// What the page asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ToWorker {
    /// Read the file sent beside this message, keep its bytes and look at them.
    Open {
        /// The format of the integration; `None`: whichever the file is.
        expected: Option<FileFormat>,
        /// The encoding a person chose, as a WHATWG label; `None`: found in the file.
        encoding: Option<String>,
        /// The delimiter a person chose; `None`: found in the file.
        #[serde(default)]
        delimiter: Option<char>,
        /// The sheet of a workbook that a person chose; `None`: the first visible one.
        sheet: Option<String>,
        /// The header that a person chose; `None`: the first row that is not blank.
        #[serde(default)]
        header: Option<HeaderChoice>,
    },
    /// Check the file that is open, as it is mended.
    Check {
        /// Counts up with every check, so that a late answer to an earlier one is told apart.
        number: u64,
        /// What its columns mean.
        mapping: Mapping,
        /// As in [`ToWorker::Open`].
        encoding: Option<String>,
    },
    /// Say what the values of a column mean to a field that takes only certain words.
    Values {
        /// Counts up, so that a late answer is told apart.
        number: u64,
        /// The column, from 0.
        column: usize,
        /// What the field takes.
        closed: Closed,
        /// All values of the column, when they are known already; `None`: the file has to be read for them.
        known: Option<Vec<Distinct>>,
        /// How the file is read, as in a mapping.
        format: FileFormat,
        /// As in [`ToWorker::Open`].
        delimiter: Option<char>,
        /// As in [`ToWorker::Open`].
        encoding: Option<String>,
    },
    /// Give rows of the file that was checked.
    Rows {
        /// The number of the check.
        number: u64,
        /// Which.
        show: Show,
        /// How many of them come before.
        after: u64,
        /// How many at most.
        limit: usize,
    },
    /// Change the file; answered by [`FromWorker::Mended`], as the next two are.
    Mend {
        /// What is done, in words, for the list of changes.
        words: String,
        /// What is done.
        act: Act,
        /// The rule of the mapping that comes with it, by the page's own number.
        #[serde(default)]
        rule: Option<u32>,
    },
    /// Take a change back.
    Undo {
        /// Which; `None`: the last one.
        step: Option<u32>,
    },
    /// Do again what was taken back last.
    Redo,
    /// Count what [`Act::Replace`] would change.
    Find {
        /// What is looked for.
        find: Find,
        /// What comes in its place.
        with: String,
    },
    /// Find the next error or warning.
    Next {
        /// Among these rows.
        show: Show,
        /// From this row on, from 1.
        row: u64,
        /// And this column, from 0.
        column: u32,
        /// The one before instead.
        back: bool,
    },
    /// Give a file.
    Give {
        /// Which.
        what: Given,
    },
}

/// What a person does to the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Puts texts into cells: row from 1, column from 0, and the text; none: what the file has there.
    Cells(Vec<(u32, u32, Option<String>)>),
    /// Writes a row anew; without cells: as the file has it.
    Row(u32, Option<Vec<String>>),
    /// Puts a text in the place of another.
    Replace(Find, String),
    /// Leaves a row out, or takes it back.
    LeaveOut(u32, bool),
    /// Leaves out all rows with errors.
    LeaveOutBad,
}

/// A file for a person, or to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Given {
    /// As it is sent, to be kept.
    Mended,
    /// The same, to be sent.
    ToSend,
    /// Every row with what is wrong with it.
    Reasons,
    /// What was changed.
    Changes,
    /// The rows left out.
    LeftOut,
}

/// A record as it stands in the file, for people to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// The record, from 1.
    pub row: u64,
    /// Its cells in the order of the file's columns, as they are now, cut where they are long.
    pub cells: Vec<Option<String>>,
    /// What stood in cells that are changed, by column.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<(u32, String)>,
    /// Whether it is left out.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left_out: bool,
    /// Whether it can't be read as it came.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub broken: bool,
    /// Whether it was written anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anew: bool,
    /// What was found in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<RowProblem>,
}

/// How many changes are told in words.
pub const STEPS_TOLD: usize = 200;

/// What checking has found while it goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Errors, warnings and infos so far.
    pub counts: [u64; 3],
    /// The first of them, errors first.
    pub problems: Vec<Problem>,
}

/// What the worker answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FromWorker {
    /// It has started; messages sent before this one are lost.
    Ready,
    /// Bytes read so far.
    Reading {
        /// Bytes read.
        read: u64,
        /// Bytes of the file.
        total: u64,
    },
    /// All bytes are read; rows and columns are being found.
    Looking {
        /// Bytes looked at.
        done: u64,
        /// Bytes to look at; 0: not known.
        total: u64,
    },
    /// The first look at the file.
    Opened {
        /// Its columns, with samples.
        preview: Preview,
        /// Its first rows as they stand; `None` where there is no header to choose.
        heading: Option<Heading>,
        /// The file as text, when the header that was chosen made it another one, which is the one to be sent.
        rewritten: Option<String>,
    },
    /// How far checking has come.
    Checking {
        /// The number of the check.
        number: u64,
        /// Bytes checked.
        done: u64,
        /// Bytes to check.
        total: u64,
        /// What was found so far.
        found: Found,
    },
    /// What checking found.
    Checked {
        /// The number of the check.
        number: u64,
        /// What checking found.
        report: Report,
        /// How many rows are how.
        counts: RowCounts,
    },
    /// Rows of the file.
    Rows {
        /// The number of the check.
        number: u64,
        /// As it was asked for.
        show: Show,
        /// How many rows there are to show.
        count: u64,
        /// As it was asked for.
        after: u64,
        /// The rows.
        rows: Vec<FileRow>,
    },
    /// The file is mended; its rows are to be asked for again, and to be checked.
    Mended {
        /// How many cells or rows the act was about; 0: nothing is other than it was.
        touched: u64,
        /// The row that it was about, if it was one, and what is found in it by itself.
        row: Option<(u64, Vec<RowProblem>)>,
        /// All that is changed.
        extent: Extent,
        /// The changes with their numbers, in words, the last one first, at most [`STEPS_TOLD`].
        steps: Vec<(u32, String)>,
        /// How many there are.
        step_count: u64,
        /// How many can be done again.
        undone: u64,
        /// The rule that came with the change that was taken back, or done again, and whether that is back.
        rule: Option<(u32, bool)>,
    },
    /// What replacing would change.
    Finds {
        /// How many cells.
        cells: u64,
        /// In how many rows.
        rows: u64,
    },
    /// The next problem: which of the rows to show, from 0, and the column; none: there is none.
    Next {
        /// Where it is.
        at: Option<(u64, u32)>,
    },
    /// A file; its bytes stand beside this message.
    Given {
        /// Which.
        what: Given,
        /// Of a file to be sent: the rows that it hasn't, rising.
        left_out: Vec<u32>,
    },
    /// What the values of a column mean.
    Values {
        /// As it was asked.
        number: u64,
        /// The column, from 0.
        column: usize,
        /// Its values.
        values: Values,
    },
    /// The file could not be read, in words.
    Failed {
        /// What happened, and what to do.
        message: String,
    },
}
