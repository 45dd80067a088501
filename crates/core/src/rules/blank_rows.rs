//! `blank_rows`: Rows without any text; they are skipped and counted.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "blank_rows",
    family: Family::Parse,
    severity: crate::problem::Severity::Info,
    explain: "Some rows hold no text at all, only commas or spaces. They were skipped and are not counted as \
              people. There is nothing to do unless you expected somebody there.",
};

/// What it says.
pub fn words(count: u64) -> Words {
    Words::new(
        format!(
            "{count} blank {} skipped.",
            if count == 1 { "row was" } else { "rows were" }
        ),
        "Nothing to do.",
    )
}
