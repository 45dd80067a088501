//! `unknown_file_type`: The body is not text but another kind of file, whatever its name says.

use super::{Family, Rule, Words};
use crate::mapping::FileFormat;

/// The rule.
pub static RULE: Rule = Rule {
    id: "unknown_file_type",
    family: Family::Parse,
    severity: crate::problem::Severity::Error,
    explain: "The file is not text but another kind of file, whatever its name says: a PDF, a picture, an archive \
              or a web page that was saved as users.csv. Nothing in it can be read as users. Open it where it \
              comes from and export it anew: as CSV, as an Excel workbook (.xlsx) or as JSON.",
};

/// What it says.
pub fn words(name: &str, expected: FileFormat) -> Words {
    Words::new(
        format!("This is {name}, not a file of users that can be read here."),
        match expected {
            FileFormat::Csv => {
                "Send CSV text or an Excel workbook (.xlsx, .xls). From another spreadsheet program: save as one of them."
            }
            FileFormat::Json => "Send JSON text: a list of flat objects.",
        },
    )
}
