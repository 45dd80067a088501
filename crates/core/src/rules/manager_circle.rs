//! `manager_circle`: Users who are managers of each other in a circle; nobody would be at the top.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "manager_circle",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "These people manage each other in a circle: Ann is managed by Bob, Bob by Cara, and Cara by Ann. \
              Nobody would be at the top, and approvals would go round for ever. Correct the manager of one of \
              them, or leave that cell empty.",
};

/// What it says.
pub fn words(circle: &[String]) -> Words {
    Words::new(
        format!("These users manage each other in a circle: {}.", super::circle(circle)),
        "Change the manager of one of them, or leave the cell empty.",
    )
}
