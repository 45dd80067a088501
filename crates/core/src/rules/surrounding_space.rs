//! `surrounding_space`: Space around a text; it was removed.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "surrounding_space",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "There are spaces, or characters that cannot be seen, before or behind the text: \" Ann \" instead of \
              \"Ann\". They were removed, so that Dogs and \"Dogs \" are not two groups. There is nothing to do; \
              trim the column in the source to be rid of the note.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "Space, or a character that cannot be seen, stands before or behind the text; it was removed.",
        "Nothing to do; trim the column in the source to be rid of this.",
    )
}
