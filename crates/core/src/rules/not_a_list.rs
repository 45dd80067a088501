//! `not_a_list`: The body is a list of flat objects, one object, or one object per line; something else stands in it.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "not_a_list",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "Something stands where an object with a person's values should be: a plain text, a number, or a list \
              within the list. One person looks like {\"email\": \"ann@example.com\", \"first_name\": \"Ann\", \
              \"last_name\": \"Lee\"}. Send a list of such objects, one such object, or one on each line.",
};

/// What it says.
pub fn words(found: &str) -> Words {
    Words::new(
        format!("Here stands {found}; an object such as {{\"email\": \"jason@yourcompany.com\"}} is expected."),
        "Send a list of flat objects.",
    )
}
