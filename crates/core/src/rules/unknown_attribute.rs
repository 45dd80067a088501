//! `unknown_attribute`: A custom attribute that does not exist; an upload never creates one.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown_attribute",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "The column is mapped to an attribute that the workspace does not have, such as Cost Center. A file \
              never creates one, because its type has to be chosen. Create the attribute first, or map the column \
              to another target.",
};

/// What it says.
pub fn words(name: &str) -> Words {
    Words::new(
        format!("There is no attribute \"{}\".", super::shown(name)),
        "Create the attribute, or map the column to another.",
    )
}
