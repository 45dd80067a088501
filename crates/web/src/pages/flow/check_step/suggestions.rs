//! What may well be meant in a cell: the words its field knows, and what the problem's own words name.

use passmuster_core::{
    field::{Kind, ROLES, Target},
    mend::listing::RowProblem,
};

/// The most that are suggested.
const MOST: usize = 5;

/// Texts that a cell of this target may well have meant.
pub(super) fn suggestions(target: Option<&Target>, problems: &[&RowProblem]) -> Vec<String> {
    let words = problems.iter().flat_map(|problem| [&problem.message, &problem.hint]);
    let kind = target.map(|target| target.field().kind);
    let mut found: Vec<String> = match kind {
        Some(Kind::Boolean) => ["True", "False"].map(str::to_owned).to_vec(),
        Some(Kind::Role) => ROLES.iter().map(|role| (*role).to_owned()).collect(),
        Some(Kind::TimeZone) => words.flat_map(|words| zones(words)).collect(),
        Some(Kind::Group) => problems.iter().filter_map(|problem| almost(&problem.message)).collect(),
        _ => Vec::new(),
    };
    let mut seen = Vec::new();
    found.retain(|text| {
        let is_new = !seen.contains(text);
        seen.push(text.clone());
        is_new
    });
    found.truncate(MOST);
    found
}

/// Names such as `America/New_York`.
fn zones(words: &str) -> impl Iterator<Item = String> + '_ {
    let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '/' | '_' | '-' | '+');
    let names = words.split(move |character| !is_part(character));
    names.filter(|name| name.contains('/')).map(str::to_owned)
}

/// The name that `"a" is almost "b"` names last.
fn almost(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("is almost \"")?;
    Some(rest.split_once('"')?.0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_words() {
        let zones: Vec<_> = zones("Did you mean America/New_York, America/Toronto? Write the IANA name.").collect();
        assert_eq!(zones, ["America/New_York", "America/Toronto"]);
        let message = "\"Onbording\" is almost \"Onboarding\"; did you mean that?";
        assert_eq!(almost(message).as_deref(), Some("Onboarding"));
    }
}
