//! Users to CSV, in an integration's own headers: what is exported and uploaded unchanged changes nothing.
//!
//! Cells that a spreadsheet would run are guarded, and read back the same. Every cell is chosen by how it reads back
//! through its field; this file must not guess.

use std::collections::HashMap;
use std::io::{self, Write};

use csv::{QuoteStyle, WriterBuilder};

use crate::field::{API_FIELD_CHARACTERS, Target};
use crate::mapping::{ApiField, FileFormat, ListPolicy, Mapping, OnBlank};
use crate::read::{dialect, sniff};
use crate::user::{User, email_key};
use crate::value;
use crate::wire::directory::Catalog;

/// All that a user has, under the labels of the page: for an export that belongs to no integration.
pub fn everything(catalog: &Catalog) -> Mapping {
    let mut mapping = Mapping::on_enabling(FileFormat::Csv);
    let mut add = |target: Target| {
        let header: String = target.label().chars().take(API_FIELD_CHARACTERS).collect();
        mapping.fields.push(ApiField::new(header.trim(), target));
    };
    for target in [
        Target::Username,
        Target::TimeZone,
        Target::Manager,
        Target::IsActive,
        Target::IsManager,
        Target::IsAdmin,
        Target::Role,
        Target::Tags,
        Target::Aliases,
    ] {
        add(target);
    }
    for id in &catalog.integration_ids {
        add(Target::IntegrationId(id.slug.clone()));
    }
    for group_type in &catalog.group_types {
        add(Target::GroupMembership(group_type.name.clone()));
        add(Target::GroupManager(group_type.name.clone()));
    }
    for attribute in &catalog.attributes {
        add(Target::Attribute(attribute.name.clone()));
    }
    mapping
}

/// Writes users as CSV with a header: one column for each API field.
///
/// With Salesforce a manager is named by their username, which is looked up among `users`.
///
/// # Errors
/// Those of the writer.
pub fn write_users(mapping: &Mapping, catalog: &Catalog, users: &[User], out: &mut dyn Write) -> io::Result<()> {
    write_header(mapping, out)?;
    write_some(mapping, catalog, users, users, out)
}

/// Writes the row of headers alone.
///
/// # Errors
/// Those of the writer.
pub fn write_header(mapping: &Mapping, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(&header(mapping, delimiter(mapping))?)
}

/// Writes some users, a row each; `managers` holds those whom they name as their managers.
///
/// # Errors
/// Those of the writer.
pub fn write_some(
    mapping: &Mapping,
    catalog: &Catalog,
    users: &[User],
    managers: &[User],
    out: &mut dyn Write,
) -> io::Result<()> {
    let usernames: HashMap<String, &str> = if catalog.salesforce {
        let named = managers
            .iter()
            .filter_map(|user| Some((email_key(&user.email), user.username.as_deref()?)));
        named.collect()
    } else {
        HashMap::new()
    };
    let mut writer = WriterBuilder::new().delimiter(delimiter(mapping)).from_writer(out);
    for user in users {
        let cells = mapping.fields.iter().map(|field| {
            let text = text(&field.target, user, catalog, &usernames);
            cell(field, &text)
        });
        writer.write_record(cells).map_err(io::Error::other)?;
    }
    writer.flush()
}

/// The cells of each user, by API field; managers by their address.
pub(crate) fn cells_of(mapping: &Mapping, catalog: &Catalog, users: &[User]) -> Vec<Vec<String>> {
    let fields = |user| {
        let fields = mapping.fields.iter();
        fields.map(move |field| cell(field, &text(&field.target, user, catalog, &HashMap::new())))
    };
    users.iter().map(|user| fields(user).collect()).collect()
}

fn delimiter(mapping: &Mapping) -> u8 {
    mapping
        .delimiter
        .filter(char::is_ascii)
        .map_or(b',', |delimiter| delimiter as u8)
}

/// The row of headers; in quotes where it would be taken for something else than CSV without them.
fn header(mapping: &Mapping, delimiter: u8) -> io::Result<Vec<u8>> {
    let write = |style| {
        let mut writer = WriterBuilder::new()
            .delimiter(delimiter)
            .quote_style(style)
            .from_writer(Vec::new());
        writer.write_record(mapping.fields.iter().map(|field| field.api_field.as_str()))?;
        writer.into_inner().map_err(|error| error.into_error())
    };
    let row = write(QuoteStyle::Necessary)?;
    let text = String::from_utf8_lossy(&row);
    let looks_else = sniff::foreign_type(&row).is_some()
        || sniff::begins_as_json(&text)
        || dialect::separator_line(&text).is_some()
        || text.starts_with('\u{FEFF}');
    if looks_else { write(QuoteStyle::Always) } else { Ok(row) }
}

/// How a cell reads back through its field.
#[derive(Debug, PartialEq, Eq)]
enum Reading<'t> {
    /// What the directory has stays.
    Keep,
    /// What the directory has is cleared.
    Clear,
    /// The row is refused.
    Refused,
    /// This is said.
    Text(&'t str),
}

fn reading<'t>(field: &'t ApiField, cell: &'t str) -> Reading<'t> {
    let said = value::unguard(value::trim(cell));
    let said = field.value_map.get(said).map_or(said, |to| value::trim(to));
    match (said, field.on_blank) {
        ("", OnBlank::Keep) => Reading::Keep,
        ("", OnBlank::Clear) | (value::CLEAR, _) => Reading::Clear,
        ("", OnBlank::Error) => Reading::Refused,
        _ => Reading::Text(said),
    }
}

/// The cell that, read through its field, leaves the user as they are.
///
/// A value map may leave no such cell; then it is the text itself.
fn cell(field: &ApiField, text: &str) -> String {
    let separator = match field.target {
        Target::Tags | Target::Aliases => Some('|'),
        Target::GroupManager(_) => Some(';'),
        _ => None,
    };
    let takes_away = field.list == Some(ListPolicy::Remove);
    let leaves_alone = |cell: &str| match reading(field, cell) {
        Reading::Keep => true,
        Reading::Clear => text.is_empty(),
        Reading::Refused => false,
        Reading::Text(said) => match separator {
            None => said == text,
            Some(separator) if takes_away => value::words(said, separator).is_empty(),
            Some(separator) => value::words(said, separator) == value::words(text, separator),
        },
    };
    let separator = separator.map(String::from).unwrap_or_default();
    let guarded = value::guard(text).into_owned();
    // a separator behind a list keeps it from being taken for one word of the value map, or for `<clear>`
    let separated = format!("{guarded}{separator}");
    let keys = field.value_map.keys().map(|key| value::guard(key).into_owned());
    let plain = [
        guarded.clone(),
        separated,
        String::new(),
        value::CLEAR.to_owned(),
        separator,
    ];
    plain
        .into_iter()
        .chain(keys)
        .find(|cell| leaves_alone(cell))
        .unwrap_or(guarded)
}

fn text(target: &Target, user: &User, catalog: &Catalog, usernames: &HashMap<String, &str>) -> String {
    let truth = |is: bool| if is { "True" } else { "False" }.to_owned();
    match target {
        Target::Email => user.email.clone(),
        Target::FirstName => user.first_name.clone(),
        Target::LastName => user.last_name.clone(),
        Target::Username => user.username.clone().unwrap_or_default(),
        Target::TimeZone => user.time_zone.clone().unwrap_or_default(),
        Target::Manager => {
            let manager = user.manager.as_deref().unwrap_or_default();
            let username = usernames.get(&email_key(manager));
            username.copied().unwrap_or(manager).to_owned()
        }
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
        Target::Attribute(name) => {
            let known = catalog.attributes.iter().find(|attribute| attribute.name == *name);
            let kind = known.map(|attribute| attribute.kind).unwrap_or_default();
            match user.attributes.get(name) {
                None | Some(serde_json::Value::Null) => String::new(),
                Some(value) => value::attribute::print(value, kind),
            }
        }
    }
}
