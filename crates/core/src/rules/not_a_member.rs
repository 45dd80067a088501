//! `not_a_member`: A membership is to be taken away that the user doesn't have.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "not_a_member",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A request takes a user out of a group while they are a member of another one of the same type. To take \
              that one away would be a surprise, to do nothing a silent success. Name the group that they are in, or \
              leave the group's name out.",
};

/// What it says.
pub fn words(group: &str, now: &str, group_type: &str) -> Words {
    Words::new(
        format!(
            "The user is not a member of \"{}\", but of \"{}\" in {}.",
            super::shown(group),
            super::shown(now),
            super::shown(group_type)
        ),
        "Name the group that they are in, or leave the name out to take away whichever it is.",
    )
}
