//! `no_records`: The body holds no record: nothing, or nothing but a header. An empty file never changes anything.

use super::{Family, Rule, Words};
use crate::mapping::FileFormat;

/// The rule.
pub static RULE: Rule = Rule {
    id: "no_records",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The body holds no record: nothing, or nothing but a header. An empty file never changes anything.",
};

/// What it says.
pub fn words(format: FileFormat, empty: bool) -> Words {
    Words::new(
        match (empty, format) {
            (true, _) => "The file is empty.",
            (false, FileFormat::Csv) => "The file has a header, but no row behind it.",
            (false, FileFormat::Json) => "The list has no object in it.",
        },
        "Check that the export ran to its end, then send the file again.",
    )
}
