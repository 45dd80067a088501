//! `missing_username`: The workspace uses the Salesforce integration, so every row needs a username.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing_username",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The workspace uses the Salesforce integration, so every row needs a username.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The workspace uses Salesforce and this row has no username.",
        "Map User - Username and fill it in for every row.",
    )
}
