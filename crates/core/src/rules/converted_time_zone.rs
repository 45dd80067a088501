//! `converted_time_zone`: A Windows name, a link or another spelling of a time zone; the canonical IANA name is kept.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "converted_time_zone",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "A Windows name, a link or another spelling of a time zone; the canonical IANA name is kept.",
};

/// What it says.
pub fn words(value: &str, zone: &str) -> Words {
    Words::new(
        format!("\"{}\" was read as {zone}.", super::shown(value)),
        "Nothing to do.",
    )
}
