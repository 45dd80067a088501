//! `missing_value`: A cell is blank, or the key is not there, where a value is needed.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing_value",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A cell is blank, or the key is not there, where a value is needed: every person has an e-mail, a \
              first and a last name, and in CSV some columns, such as the time zone, have a value in every row. \
              Fill it in. Where a value may be taken away, write <clear> to do so on purpose.",
};

/// What it says.
pub fn words(label: &str, absent: bool, clearable: bool, near: Option<&str>) -> Words {
    Words::new(
        format!("{label} {}.", if absent { "is missing" } else { "is blank" }),
        match near {
            Some(near) => format!(
                "There is \"{}\", which differs by upper and lower case; write both alike.",
                super::shown(near)
            ),
            None if clearable => "Fill it in, or write <clear> to clear what the directory has.".to_owned(),
            None => "Fill it in.".to_owned(),
        },
    )
}
