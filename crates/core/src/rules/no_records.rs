//! `no_records`: The body holds no record: a header with no row behind it, or a list without an object. An empty file never changes anything.

use super::{Family, Rule, Words};
use crate::mapping::FileFormat;

/// The rule.
pub static RULE: Rule = Rule {
    id: "no_records",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The file can be read, but there is nobody in it: a row of headers with no row behind it, or the \
              empty list []. An empty file never changes anything, so it is refused rather than loaded in silence. \
              Check that the export ran to its end and that its filter lets somebody through.",
};

/// What it says.
pub fn words(format: FileFormat) -> Words {
    Words::new(
        match format {
            FileFormat::Csv => "The file has a header, but no row behind it.",
            FileFormat::Json => "The list has no object in it.",
        },
        "Check that the export ran to its end, then send the file again.",
    )
}
