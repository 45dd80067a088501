//! `no_header`: A CSV body begins with a row of headers.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "no_header",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The first row holds people, not the names of columns, so it is not known which column is which. The \
              file begins with ann@example.com,Ann,Lee where Email,First Name,Last Name should stand. Put the \
              names of the columns into the first row, or switch on headers in the export.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "No row of headers was found.",
        "Put the names of the columns into the first row.",
    )
}
