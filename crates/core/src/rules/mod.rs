//! RULES: everything that can be wrong with a body, one rule a file, each with its explanation.
//!
//! A rule's name is stable: programs rely on it. Where a rule is applied is told by its callers in
//! [`crate::read`], [`crate::check`] and [`crate::decide`]; what it is called, how bad it is and what it says stands
//! in its file alone.

use crate::problem::Severity;

pub mod alias_taken;
pub mod almost_clear;
pub mod blank_header;
pub mod blank_rows;
pub mod cleaned_email;
pub mod control_character;
pub mod converted_boolean;
pub mod converted_time_zone;
pub mod damaged_text;
pub mod duplicate_alias;
pub mod duplicate_email;
pub mod duplicate_header;
pub mod duplicate_integration_id;
pub mod duplicate_key;
pub mod duplicate_row;
pub mod duplicate_username;
pub mod email_taken;
pub mod empty_file;
pub mod encrypted_workbook;
pub mod error_value;
pub mod extra_blank_cells;
pub mod file_too_large;
pub mod formula_guard;
pub mod formula_without_value;
pub mod guessed_encoding;
pub mod hidden_column;
pub mod hidden_row;
pub mod inactive_manager;
pub mod integration_id_taken;
pub mod invalid_attribute;
pub mod invalid_boolean;
pub mod invalid_email;
pub mod invalid_json;
pub mod invalid_role;
pub mod invalid_time_zone;
pub mod invalid_username;
pub mod invisible_character;
pub mod is_manager_kept;
pub mod last_admin;
pub mod lookalike_email;
pub mod manager_circle;
pub mod manager_not_in_file;
pub mod membership_conflict;
pub mod merged_cells;
pub mod missing_column;
pub mod missing_username;
pub mod missing_value;
pub mod near_miss_group;
pub mod nested_value;
pub mod no_header;
pub mod no_records;
pub mod not_a_list;
pub mod not_a_member;
pub mod not_clearable;
pub mod other_sheets;
pub mod own_manager;
pub mod ragged_row;
pub mod role_conflict;
pub mod scientific_notation;
pub mod semicolon_in_group;
pub mod short_row;
pub mod stray_quote;
pub mod surrounding_space;
pub mod text_after_quote;
pub mod too_deep;
pub mod too_long;
pub mod too_many_columns;
pub mod too_many_records;
pub mod unclosed_quote;
pub mod undecodable_bytes;
pub mod unknown_attribute;
pub mod unknown_file_type;
pub mod unknown_group;
pub mod unknown_group_type;
pub mod unknown_integration_id;
pub mod unknown_manager;
pub mod unknown_sheet;
pub mod unknown_user;
pub mod unmapped_column;
pub mod unreadable_workbook;
pub mod username_taken;
pub mod workbook_too_large;
pub mod wrong_format;

/// Which of the three ids a rule is sent under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// The body breaks the syntax of its format: `import_parse_csv` or `import_parse_json`.
    Parse,
    /// The body can be read, but not be loaded: `import_transform_data`.
    Transform,
}

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its stable name, such as `duplicate_email`.
    pub id: &'static str,
    /// Which of the three ids it is sent under.
    pub family: Family,
    /// How bad it is, unless a policy says otherwise.
    pub severity: Severity,
    /// What it is about, in a sentence or two.
    pub explain: &'static str,
}

/// What a rule says of one place.
#[derive(Debug)]
pub struct Words {
    /// What was found, and what was expected.
    pub message: String,
    /// What to do instead.
    pub hint: String,
    /// The offending text, where it isn't the cell's.
    pub value: Option<String>,
}

impl Words {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: hint.into(),
            value: None,
        }
    }

    /// The same, when the text at fault is not the cell's but what the value map made of it.
    pub(crate) fn because_of_value_map(mut self, to: &str) -> Self {
        self.message = format!("The value map makes \"{}\" of this cell. {}", shown(to), self.message);
        self.hint = "Correct the value map.".to_owned();
        self
    }

    fn with_value(mut self, value: String) -> Self {
        self.value = Some(value);
        self
    }
}

/// The rules of requests that name users otherwise than by address ([`crate::request`]); no body can break them.
pub static REQUEST_RULES: [&Rule; 4] = [
    &unknown_user::RULE,
    &email_taken::RULE,
    &membership_conflict::RULE,
    &not_a_member::RULE,
];

/// Every rule, in the order of reading.
pub static RULES: [&Rule; 79] = [
    &unknown_file_type::RULE,
    &unreadable_workbook::RULE,
    &encrypted_workbook::RULE,
    &workbook_too_large::RULE,
    &unknown_sheet::RULE,
    &other_sheets::RULE,
    &empty_file::RULE,
    &file_too_large::RULE,
    &no_records::RULE,
    &wrong_format::RULE,
    &guessed_encoding::RULE,
    &undecodable_bytes::RULE,
    &too_many_columns::RULE,
    &too_many_records::RULE,
    &no_header::RULE,
    &duplicate_header::RULE,
    &unclosed_quote::RULE,
    &text_after_quote::RULE,
    &stray_quote::RULE,
    &ragged_row::RULE,
    &short_row::RULE,
    &extra_blank_cells::RULE,
    &blank_rows::RULE,
    &hidden_row::RULE,
    &hidden_column::RULE,
    &merged_cells::RULE,
    &formula_without_value::RULE,
    &error_value::RULE,
    &invalid_json::RULE,
    &not_a_list::RULE,
    &duplicate_key::RULE,
    &nested_value::RULE,
    &too_deep::RULE,
    &missing_column::RULE,
    &unmapped_column::RULE,
    &blank_header::RULE,
    &missing_value::RULE,
    &not_clearable::RULE,
    &almost_clear::RULE,
    &surrounding_space::RULE,
    &cleaned_email::RULE,
    &invalid_email::RULE,
    &lookalike_email::RULE,
    &too_long::RULE,
    &control_character::RULE,
    &invisible_character::RULE,
    &damaged_text::RULE,
    &formula_guard::RULE,
    &invalid_username::RULE,
    &missing_username::RULE,
    &invalid_time_zone::RULE,
    &converted_time_zone::RULE,
    &invalid_boolean::RULE,
    &converted_boolean::RULE,
    &scientific_notation::RULE,
    &semicolon_in_group::RULE,
    &role_conflict::RULE,
    &invalid_role::RULE,
    &invalid_attribute::RULE,
    &duplicate_row::RULE,
    &duplicate_email::RULE,
    &duplicate_username::RULE,
    &duplicate_integration_id::RULE,
    &duplicate_alias::RULE,
    &own_manager::RULE,
    &manager_circle::RULE,
    &manager_not_in_file::RULE,
    &near_miss_group::RULE,
    &unknown_manager::RULE,
    &inactive_manager::RULE,
    &unknown_group::RULE,
    &unknown_group_type::RULE,
    &unknown_integration_id::RULE,
    &unknown_attribute::RULE,
    &username_taken::RULE,
    &integration_id_taken::RULE,
    &alias_taken::RULE,
    &is_manager_kept::RULE,
    &last_admin::RULE,
];

/// The rule of this name.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// A text as a message quotes it: cut to 80 characters, controls and what cannot be seen made visible.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == SHOWN_CHARACTERS || shown.len() > SHOWN_BYTES {
            shown.push('…');
            break;
        }
        if character.is_control() || crate::value::text::is_invisible(character) {
            shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(character)));
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The most characters of a text that a message quotes, and about how many bytes.
const SHOWN_CHARACTERS: usize = 80;
const SHOWN_BYTES: usize = 200;

/// Names in a sentence: the first five, and how many more.
fn listed(names: &[String]) -> String {
    let first: Vec<_> = names
        .iter()
        .take(5)
        .map(|name| format!("\"{}\"", shown(name)))
        .collect();
    match names.len() {
        0..=5 => first.join(", "),
        more => format!("{} and {} more", first.join(", "), more - 5),
    }
}

/// A circle of addresses, closed: `a → b → a`; cut in the middle when it is long.
fn circle(members: &[String]) -> String {
    let mut steps: Vec<String> = members.iter().take(8).map(|member| shown(member)).collect();
    if members.len() > 8 {
        steps.push(format!("… ({} more)", members.len() - 8));
    }
    steps.extend(members.first().map(|member| shown(member)));
    steps.join(" → ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_name_of_its_own_and_an_explanation() {
        let mut names: Vec<_> = RULES.iter().map(|rule| rule.id).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), RULES.len());
        assert!(RULES.iter().all(|rule| rule.explain.len() > 20));
        assert!(find("duplicate_email").is_some());
    }
}
