//! `email_taken`: An address that a user is to have is another user's.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "email_taken",
    family: Family::Transform,
    severity: crate::problem::Severity::Error,
    explain: "A request names a user by username and gives an e-mail that belongs to somebody else, before or after \
              the request. An address belongs to one person. Correct the username or the e-mail.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The e-mail belongs to another user.",
        "Correct the username or the e-mail; an address belongs to one user.",
    )
}

/// What it says of a user who is given two.
pub fn words_for_two() -> Words {
    Words::new(
        "The request gives this user two different e-mails.",
        "Keep one row for each user.",
    )
}
