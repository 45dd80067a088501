//! `converted_time_zone`: A Windows name, a link or another spelling of a time zone; the canonical IANA name is kept.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "converted_time_zone",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "The time zone was written in another way than it is kept: W. Europe Standard Time, as Windows calls \
              it, or us/eastern. It was understood and is kept under its IANA name, such as Europe/Berlin. There \
              is nothing to do.",
};

/// What it says.
pub fn words(value: &str, zone: &str) -> Words {
    Words::new(
        format!("\"{}\" was read as {zone}.", super::shown(value)),
        "Nothing to do.",
    )
}
