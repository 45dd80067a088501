//! `wrong_format`: The body is not in the integration's File Format.

use super::{Family, Rule, Words};
use crate::mapping::FileFormat;

/// The rule.
pub static RULE: Rule = Rule {
    id: "wrong_format",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The file is not in the integration's File Format: the integration takes CSV and the file is JSON, or \
              the other way round. A CSV file begins with a row of headers such as Email,First Name; a JSON file \
              begins with [ or {. Send the other kind, or change the File Format under Data Format.",
};

/// What it says.
pub fn words(expected: FileFormat) -> Words {
    Words::new(
        match expected {
            FileFormat::Csv => "The file is JSON, but CSV is expected here.",
            FileFormat::Json => "The file is CSV, but JSON is expected here.",
        },
        "Send the other format, or change the integration's File Format.",
    )
}
