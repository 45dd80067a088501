//! `cleaned_email`: An address was stripped of mailto:.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "cleaned_email",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "The address was written as a link, mailto:ann@example.com, as spreadsheets and mail programs copy \
              it. It was read as ann@example.com. There is nothing to do; export the bare address to be rid of the \
              note.",
};

/// What it says.
pub fn words(clean: &str) -> Words {
    Words::new(
        format!("Read as {}.", super::shown(clean)),
        "Nothing to do; export the bare address to be rid of this.",
    )
}
