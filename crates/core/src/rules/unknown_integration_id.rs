//! `unknown_integration_id`: A kind of integration ID that does not exist; an upload never creates one.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown_integration_id",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The column is mapped to an ID of another system that the workspace does not have, such as \
              phone-extension. A file never creates one. Create the integration ID first, or map the column to \
              another target.",
};

/// What it says.
pub fn words(slug: &str) -> Words {
    Words::new(
        format!("There is no integration ID \"{}\".", super::shown(slug)),
        "Create the integration ID, or map the column to another.",
    )
}
