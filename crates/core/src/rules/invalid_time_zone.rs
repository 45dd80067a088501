//! `invalid_time_zone`: A time zone that is neither an IANA nor a Windows name. Codes such as EST and bare offsets say nothing of summer time.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "invalid_time_zone",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "This is no time zone that says how the clock is set all year. EST and UTC+2 say nothing of summer \
              time, and \"New York\" is a city. Write the IANA name, such as America/New_York or Europe/Berlin, or \
              map the word that your file uses to it.",
};

/// What it says.
pub fn words(value: &str, candidates: &[&str]) -> Words {
    Words::new(
        format!("\"{}\" is not a time zone.", super::shown(value)),
        match candidates {
            [] => "Write an IANA name such as America/New_York.".to_owned(),
            _ => format!(
                "Did you mean {}? Write the IANA name, or map this value.",
                candidates.join(", ")
            ),
        },
    )
}
