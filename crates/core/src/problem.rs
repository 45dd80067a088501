//! What is wrong with the sender's data, as data: never an `Err`, never text alone.
//!
//! A [`Problem`] is one finding; a [`Report`] is all that checking one body found. Both are JSON
//! with a fixed order of keys, the same bytes natively and as WebAssembly.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// How bad a problem is. Any error refuses the whole body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Refuses the body.
    Error,
    /// The body loads, but not as its author probably meant.
    Warning,
    /// Something was repaired or left out; nothing is lost.
    Info,
}

impl Severity {
    /// The word as people and JSON read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// The three families of faults that senders of a body are told apart by.
// seed: User API to Create and Edit Users, "Errors"
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ImportId {
    /// The body is not the JSON it should be.
    #[serde(rename = "import_parse_json")]
    ParseJson,
    /// The body is not the CSV it should be.
    #[serde(rename = "import_parse_csv")]
    ParseCsv,
    /// The body can be read, but what it says cannot be loaded.
    #[serde(rename = "import_transform_data")]
    TransformData,
}

impl ImportId {
    /// The id as senders read it, such as `import_parse_csv`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ParseJson => "import_parse_json",
            Self::ParseCsv => "import_parse_csv",
            Self::TransformData => "import_transform_data",
        }
    }
}

/// Which column a problem is in: the API field's name, or, for a syntax error, the character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Column {
    /// The character in the line, from 1, where reading stopped.
    Character(u64),
    /// The API field: a CSV header or a JSON key.
    Name(String),
}

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Character(at) => write!(f, "{at}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// The family, as senders of a body know it.
    pub id: ImportId,
    /// The stable name of the rule, such as `duplicate_email`; see [`crate::rules::RULES`].
    pub rule: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// The record in the body, from 1; headers and blank rows don't count.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub row: Option<u64>,
    /// The physical line in the body, from 1, where the cell stands, or the record begins.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub line: Option<u64>,
    /// The API field.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<Column>,
    /// The character in the line, from 1, where the offending cell begins, its quote included.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub character: Option<u64>,
    /// The offending text, as it stands in the body, cut to 200 characters, or fewer that take 320 bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub value: Option<String>,
    /// What was found, and what was expected.
    pub message: String,
    /// What to do instead.
    pub hint: String,
}

/// How often one rule found fault with one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tally {
    /// The family.
    pub id: ImportId,
    /// The rule's stable name.
    pub rule: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// The API field, when the rule speaks of one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub column: Option<Column>,
    /// How many problems, all of them counted.
    pub count: u64,
    /// The first record that has it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub first_row: Option<u64>,
}

/// How the body was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FileFacts {
    /// `csv` or `json`.
    pub format: String,
    /// Bytes received, before decoding.
    pub bytes: u64,
    /// Such as `UTF-8`, `UTF-16LE` or `windows-1252`; of a workbook `xlsx` or `xls`.
    pub encoding: String,
    /// The sheet that was read, of a workbook.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sheet: Option<String>,
    /// All visible sheets of a workbook, in the order of their tabs.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub sheets: Vec<String>,
    /// The delimiter of a CSV body.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub delimiter: Option<char>,
    /// The headers of a CSV body, or the keys that a JSON body uses, in order of appearance
    /// (the first 1,000).
    pub columns: Vec<String>,
}

/// All that checking one body found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// Version of this document: 1.
    pub version: u32,
    /// How the body was read.
    pub file: FileFacts,
    /// Records read.
    pub records: u64,
    /// Blank rows skipped.
    pub blank_rows: u64,
    /// Records that repeat an earlier one exactly and were collapsed into it.
    pub collapsed_rows: u64,
    /// All errors, also those beyond the limit.
    pub error_count: u64,
    /// All warnings, also those beyond the limit.
    pub warning_count: u64,
    /// All infos, also those beyond the limit.
    pub info_count: u64,
    /// How many problems of each severity `problems` may hold.
    pub problem_limit: u64,
    /// Whether problems were left out because of the limit.
    pub problems_capped: bool,
    /// Counts by severity, rule and column.
    pub summary: Vec<Tally>,
    /// The first problems of each severity: errors, then warnings, then infos; each by row.
    pub problems: Vec<Problem>,
}

impl Report {
    /// Whether the body may be loaded.
    pub fn is_clean(&self) -> bool {
        self.error_count == 0
    }

    /// The errors among the problems shown.
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
    }
}
