//! `manager_not_in_file`: A manager who is not in the file; whether the directory knows them is seen when the plan is made.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "manager_not_in_file",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "The manager named is not in this file, so it is not known yet whether they exist. The directory is \
              asked when the plan is made. There is nothing to do if the manager is in the directory already; \
              otherwise add their row to the file.",
};

/// What it says.
pub fn words(value: &str) -> Words {
    Words::new(
        format!(
            "\"{}\" is not a user of this file; the directory is asked when the plan is made.",
            super::shown(value)
        ),
        "Nothing to do if the manager is in the directory.",
    )
}
