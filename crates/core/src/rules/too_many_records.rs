//! `too_many_records`: More records than a body of its size can have, if they are of users.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "too_many_records",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The file has more rows than a file of people of its size can have; most of them must be all but \
              empty. Checking them would take more memory than a server has to spare. Check that the right file \
              was exported; if it is, split it and send the parts one after the other.",
};

/// What it says.
pub fn words(most: usize) -> Words {
    Words::new(
        format!("The body has more than {most} records; at most that many are checked of a body of this size."),
        "Check that the file is one of users; if it is, send it in several uploads.",
    )
}
