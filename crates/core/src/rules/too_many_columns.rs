//! `too_many_columns`: More columns, or different keys, than any file of users has.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "too_many_columns",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The file has more than 16,384 columns, or its JSON objects have more than 16,384 different keys; no \
              file of users has that many. Usually the line ends are missing, so that all rows became one, or a \
              value such as an ID was used as a key. Look at the first lines in a text editor.",
};

/// What it says.
pub fn words(columns: Option<usize>) -> Words {
    Words::new(
        match columns {
            Some(columns) => format!("The header has {columns} columns; at most 16,384 are read."),
            None => "The objects have more than 16,384 different keys.".to_owned(),
        },
        match columns {
            Some(_) => "Check that the file uses line ends and the delimiter that it should.",
            None => "Send a list of objects that all have the same keys.",
        },
    )
}
