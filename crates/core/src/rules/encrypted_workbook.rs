//! `encrypted_workbook`: An Excel workbook with a password; nobody can read it without.

use super::{Family, Rule, Words};

/// The rule.
pub static RULE: Rule = Rule {
    id: "encrypted_workbook",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The workbook is protected by a password, so nobody can read it without, neither can we. Open it in \
              Excel, take the password off under File > Info > Protect Workbook, and save a copy to send. Delete \
              that copy afterwards.",
};

/// What it says.
pub fn words() -> Words {
    Words::new(
        "The Excel workbook has a password and can't be read without it.",
        "Save a copy without a password: in Excel under File > Info > Protect Workbook > Encrypt with Password.",
    )
}
