//! Custom variables: a user's named values with the time that each holds for, kept as one JSON attribute.
// seed: Create Or Update Users, "To add or remove custom variables from users"

use serde_json::{Map, Value as Json};

use crate::field::NAME_CHARACTERS;
use crate::group::{AttributeKind, AttributeType};
use crate::problem::Problem;
use crate::rules::{Words, invalid_attribute};
use crate::value::{CLEAR, attribute};

use super::problem;

/// The attribute that they are kept as.
pub const CUSTOM_VARIABLES: &str = "Custom Variables";

/// The type of that attribute.
pub fn custom_variables_type() -> AttributeType {
    AttributeType {
        name: CUSTOM_VARIABLES.to_owned(),
        kind: AttributeKind::Json,
        options: Vec::new(),
    }
}

/// What a list of `{"name", "value", "startDate", "endDate"}` says as a cell of that attribute: all variables afterwards.
/// Dates may be left out or null.
///
/// # Errors
/// What is wrong with each entry; its number is the row.
pub fn custom_variables(list: &Json) -> Result<String, Vec<Problem>> {
    let Json::Array(entries) = list else {
        let fault = "it is no list of objects with a name and a value";
        return Err(vec![*refusal(1, "customVariables", list, fault)]);
    };
    let (mut variables, mut problems) = (Vec::with_capacity(entries.len()), Vec::new());
    for (at, entry) in entries.iter().enumerate() {
        match variable(at as u64 + 1, entry) {
            Ok(variable) => variables.push(Json::Object(variable)),
            Err(problem) => problems.push(*problem),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(match variables.is_empty() {
        true => CLEAR.to_owned(),
        false => Json::Array(variables).to_string(),
    })
}

fn variable(row: u64, entry: &Json) -> Result<Map<String, Json>, Box<Problem>> {
    let Json::Object(entry) = entry else {
        return Err(refusal(
            row,
            "customVariables",
            entry,
            "it is no object with a name and a value",
        ));
    };
    let null = Json::Null;
    let said = |key: &str| entry.get(key).unwrap_or(&null);
    let name = said("name").as_str().map(str::trim).unwrap_or_default();
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS {
        return Err(refusal(row, "name", said("name"), "a name has 1 to 150 characters"));
    }
    if matches!(said("value"), Json::Array(_) | Json::Object(_)) {
        return Err(refusal(
            row,
            "value",
            said("value"),
            "a value is a text, a number, true, false or null",
        ));
    }
    let date = |key: &'static str| match said(key) {
        Json::Null => Ok(Json::Null),
        Json::String(text) if text.trim().is_empty() => Ok(Json::Null),
        Json::String(text) => match day_of(text) {
            Some(day) => Ok(Json::String(day)),
            None => Err(refusal(row, key, said(key), "a date is written as 2026-11-21")),
        },
        other => Err(refusal(row, key, other, "a date is written as 2026-11-21")),
    };
    let (start, end) = (date("startDate")?, date("endDate")?);
    if let (Json::String(start), Json::String(end)) = (&start, &end)
        && end < start
    {
        return Err(refusal(row, "endDate", said("endDate"), "it ends before it starts"));
    }
    let mut variable = Map::new();
    variable.insert("name".to_owned(), name.into());
    variable.insert("value".to_owned(), said("value").clone());
    variable.insert("startDate".to_owned(), start);
    variable.insert("endDate".to_owned(), end);
    Ok(variable)
}

/// The day of a date, or of a time as programs write it (`2026-11-21T00:00:00`).
fn day_of(text: &str) -> Option<String> {
    let text = text.trim();
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let date = AttributeType {
        kind: AttributeKind::Date,
        ..AttributeType::default()
    };
    attribute::parse(day, &date).map(|_| day.to_owned())
}

fn refusal(row: u64, column: &str, value: &Json, fault: &str) -> Box<Problem> {
    let words = Words {
        message: format!("The custom variable can't be so: {fault}."),
        hint: "Send a list such as [{\"name\": \"Quota\", \"value\": \"100\", \"startDate\": \"2026-01-01\", \
               \"endDate\": null}]."
            .to_owned(),
        value: None,
    };
    Box::new(problem(
        &invalid_attribute::RULE,
        (row, 0),
        column,
        &value.to_string(),
        words,
    ))
}
