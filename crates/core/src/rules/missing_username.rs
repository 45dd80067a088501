//! `missing_username`: The workspace uses the Salesforce integration, so every row needs a username.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing_username",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The workspace uses the Salesforce integration, in which people are found by their username; so every \
              row needs one. Add a column with the Salesforce usernames, map it to User - Username, and fill in \
              each cell.",
};

/// What it says.
pub fn words(in_row: bool) -> Words {
    Words::new(
        if in_row {
            "The workspace uses Salesforce, and this row has no username."
        } else {
            "The workspace uses Salesforce, and the file has no column with usernames."
        },
        if in_row {
            "Fill in the Salesforce username."
        } else {
            "Add a column with the Salesforce usernames and map it to User - Username."
        },
    )
}
