//! `unmapped_column`: A column of the file is mapped to nothing and is not used.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "unmapped_column",
    family: Family::Transform,
    severity: crate::problem::Severity::Info,
    explain: "The file has a column that is mapped to nothing; nothing of it is used. That is fine for columns \
              such as Salary that do not belong here. If the column should be loaded, map it under Data Format > \
              API Field Mappings.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "This column is not mapped; nothing of it is used.",
        "Map it if it should be loaded.",
    )
}

/// What it says of many columns at once.
pub fn words_for_many(names: &[String]) -> Words {
    Words::new(
        format!(
            "{} columns are not mapped, such as {}; nothing of them is used.",
            names.len(),
            super::listed(names)
        ),
        "Map those that should be loaded.",
    )
}
