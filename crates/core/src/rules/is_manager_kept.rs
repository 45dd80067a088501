//! `is_manager_kept`: Is Manager is not taken from a user who still manages a group, or a person of this body, afterwards.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "is_manager_kept",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "The file says that somebody is no manager any more, but they still manage a group, or people of this \
              file. Is Manager stays True, so that nobody is left without a manager by accident. Give the groups \
              and people to somebody else first, or write True.",
};

/// What it says.
pub fn words(managed: &str, was_manager: bool) -> Words {
    Words::new(
        if was_manager {
            format!("Is Manager stays True: the user still manages {managed}.")
        } else {
            format!("Is Manager is set to True, not False: the user manages {managed}.")
        },
        "Take the groups and people away first, or leave Is Manager True.",
    )
}
