//! `almost_clear`: A text that is `<clear>` but for upper and lower case. Only `<clear>` clears; this was taken as text.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "almost_clear",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "The cell looks like <clear> but is written otherwise, such as <Clear> or <CLEAR>. Only <clear>, in \
              lower case, takes a value away, so this was loaded as an ordinary text. Correct the cell if you \
              meant to clear the value.",
};

/// What it says.
pub fn words(value: &str) -> Words {
    Words::new(
        format!("\"{}\" was taken as text; did you mean <clear>?", super::shown(value)),
        "Write <clear> in lower case to clear what the directory has.",
    )
}
