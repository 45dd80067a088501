//! `blank_header`: A column without a header is not used.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "blank_header",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "A column has values but no name in the row of headers: Email,,Last Name. Without a name it cannot be \
              mapped, so it is not used. Give it a header if it should be loaded; otherwise there is nothing to \
              do.",
};

/// What it says.
pub fn words(columns: &[usize]) -> Words {
    Words::new(
        format!(
            "{} without a header and not used.",
            if let [column] = columns {
                format!("Column {column} is")
            } else {
                format!("{} columns are", columns.len())
            }
        ),
        "Give the column a header if it should be loaded.",
    )
}
