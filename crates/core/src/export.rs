//! Users to CSV, in an integration's own headers: what is exported and uploaded unchanged changes nothing.
//!
//! Cells that a spreadsheet would run are guarded, and read back the same.

use std::io::{self, Write};

use crate::field::Target;
use crate::mapping::{ApiField, Mapping, OnBlank};
use crate::user::User;
use crate::value;

/// Writes users as CSV with a header: one column for each API field.
///
/// # Errors
/// Those of the writer.
pub fn write_users(mapping: &Mapping, users: &mut dyn Iterator<Item = User>, out: &mut dyn Write) -> io::Result<()> {
    let delimiter = mapping
        .delimiter
        .filter(char::is_ascii)
        .map_or(b',', |delimiter| delimiter as u8);
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    let headers: Vec<&str> = mapping.fields.iter().map(|field| field.api_field.as_str()).collect();
    writer.write_record(headers).map_err(io::Error::other)?;
    for user in users {
        let cells = mapping.fields.iter().map(|field| cell(field, &user));
        writer.write_record(cells).map_err(io::Error::other)?;
    }
    writer.flush()
}

/// The cell that, read through its field, leaves the user as they are.
fn cell(field: &ApiField, user: &User) -> String {
    let text = text(&field.target, user);
    if text.is_empty() {
        return match field.on_blank {
            OnBlank::Error => value::CLEAR.to_owned(),
            OnBlank::Keep | OnBlank::Clear => String::new(),
        };
    }
    // a value map must not turn our text into another
    let text = match field.value_map.get(&text) {
        Some(to) if *to != text => field
            .value_map
            .iter()
            .find(|(_, to)| **to == text)
            .map_or(text, |(from, _)| from.clone()),
        _ => text,
    };
    value::guard(&text).into_owned()
}

fn text(target: &Target, user: &User) -> String {
    let truth = |is: bool| if is { "True" } else { "False" }.to_owned();
    match target {
        Target::Email => user.email.clone(),
        Target::FirstName => user.first_name.clone(),
        Target::LastName => user.last_name.clone(),
        Target::Username => user.username.clone().unwrap_or_default(),
        Target::TimeZone => user.time_zone.clone().unwrap_or_default(),
        Target::Manager => user.manager.clone().unwrap_or_default(),
        Target::IsActive => truth(user.is_active),
        Target::IsManager => truth(user.is_manager),
        Target::IsAdmin => truth(user.is_admin),
        Target::Role => user.role.clone().unwrap_or_default(),
        Target::Tags => user.tags.join("|"),
        Target::Aliases => user.aliases.join("|"),
        Target::IntegrationId(slug) => user.integration_ids.get(slug).cloned().unwrap_or_default(),
        Target::GroupMembership(group_type) => user.groups.get(group_type).cloned().unwrap_or_default(),
        Target::GroupManager(group_type) => user
            .manages
            .get(group_type)
            .map(|names| names.join(";"))
            .unwrap_or_default(),
        Target::Attribute(name) => user
            .attributes
            .get(name)
            .map(value::attribute::print)
            .unwrap_or_default(),
    }
}
