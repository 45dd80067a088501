//! `file_too_large`: The body is larger than can be addressed.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "file_too_large",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The file is larger than 3.75 GiB, more than can be read at once; a server takes far less, 15 MB \
              unless its operator says otherwise. Split it into several files, for example by department, and send \
              one after the other. People who are in none of them stay as they are.",
};

/// What it says.
pub fn words() -> Words {
    Words::new("The file is larger than 3.75 GiB.", "Split the file.")
}

/// What it says of a body whose cells, without their quotes and escapes, don't fit beside it.
pub fn words_of_texts() -> Words {
    Words::new(
        "The file and what its cells say without quotes and escapes are more than 4 GiB together.",
        "Split the file.",
    )
}
