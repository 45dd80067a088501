//! The messages between the page and its Web Worker, which holds the file and runs the core.
//!
//! Each travels as JSON text; [`ToWorker::Open`] is sent beside the browser's own `File`, which the
//! browser hands over by reference. The page cancels by ending the worker.

use serde::{Deserialize, Serialize};

use crate::mapping::{FileFormat, Mapping};
use crate::preview::Preview;
use crate::problem::{Problem, Report};

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
        /// The sheet of a workbook that a person chose; `None`: the first visible one.
        sheet: Option<String>,
    },
    /// Check the file that is open.
    Check {
        /// Counts up with every check, so that a late answer to an earlier one is told apart.
        number: u64,
        /// What its columns mean.
        mapping: Mapping,
        /// As in [`ToWorker::Open`].
        encoding: Option<String>,
    },
    /// Give rows of the file that was checked.
    Rows {
        /// The number of the check.
        number: u64,
        /// The record behind which they begin; 0: with the first.
        after: u64,
        /// How many at most.
        limit: usize,
    },
}

/// A record as it stands in the file, for people to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// The record, from 1.
    pub row: u64,
    /// Its cells in the order of the file's columns, cut where they are long.
    pub cells: Vec<Option<String>>,
}

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
    },
    /// Rows of the file. Those that can't be read are missing.
    Rows {
        /// The number of the check.
        number: u64,
        /// As it was asked for.
        after: u64,
        /// The rows.
        rows: Vec<FileRow>,
    },
    /// The file could not be read, in words.
    Failed {
        /// What happened, and what to do.
        message: String,
    },
}
