//! `missing_column`: A mapped column is not in the file. A required one is an error; any other is absent, and changes nothing.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "missing_column",
    family: Family::Transform,
    severity: crate::problem::Severity::Warning,
    explain: "A column that is mapped is not in the file. Without a required one, such as the e-mail, nothing can \
              be loaded; any other is left as it is in the directory. Often it is only spelled otherwise, e-mail \
              instead of Email: rename it in the file, or map the column that is there.",
};

/// What it says.
pub fn words(name: &str, label: &str, required: bool, near: Option<&str>) -> Words {
    Words::new(
        format!(
            "The file has no column \"{name}\"{}.",
            if required {
                format!(", which {label} needs")
            } else {
                format!("; {label} stays as it is")
            }
        ),
        match near.map(super::shown) {
            Some(near) if near.eq_ignore_ascii_case(name) => {
                format!("It has \"{near}\", which differs by upper and lower case; write both alike.")
            }
            Some(near) => format!("It has \"{near}\"; if that is it, map that column instead."),
            None => "Add the column, or map another one.".to_owned(),
        },
    )
}
