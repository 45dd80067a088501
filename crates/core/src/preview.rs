//! A first look at a file, before anything is mapped: its columns, with samples.

use serde::{Deserialize, Serialize};

use crate::import::Options;
use crate::mapping::FileFormat;
use crate::problem::{FileFacts, Problem};

/// A text and how often a column holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distinct {
    /// The text, trimmed.
    pub value: String,
    /// In how many records.
    pub count: u64,
}

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnPreview {
    /// The header, or the key.
    pub name: String,
    /// The first three different texts that are not blank, cut to 80 characters.
    pub samples: Vec<String>,
    /// Different texts by count, at most 50.
    pub distinct: Vec<Distinct>,
    /// Whether there are more than 50.
    pub distinct_capped: bool,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// How it was read; `format` is what the file is, whatever was expected.
    pub file: FileFacts,
    /// Records read.
    pub records: u64,
    /// Its columns, in the order of the file.
    pub columns: Vec<ColumnPreview>,
    /// What keeps it from being read, or was noticed while reading.
    pub problems: Vec<Problem>,
}

/// Looks at a file; `expected` is the format of the integration, `None`: whichever it is.
pub fn preview(_body: &[u8], _expected: Option<FileFormat>, _options: &Options) -> Preview {
    unimplemented!()
}
