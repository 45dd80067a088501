//! An example file that fits a mapping: its headers, and two people who pass.

use serde_json::{Map, Value};

use crate::export::{cells_of, write_users};
use crate::field::Target;
use crate::group::{AttributeKind, AttributeType};
use crate::mapping::{FileFormat, Mapping, OnUnknown};
use crate::user::User;
use crate::wire::directory::Catalog;

/// The file, in the format of the mapping.
///
/// The people and their values are made up; groups are ones that the workspace has, where it has any of their type.
pub fn template(mapping: &Mapping, catalog: &Catalog) -> String {
    let people = [
        person(mapping, catalog, ["Ann", "Example", "ann.example@example.com"], None),
        person(
            mapping,
            catalog,
            ["Ben", "Sample", "ben.sample@example.com"],
            Some("ann.example@example.com"),
        ),
    ];
    match mapping.file_format {
        FileFormat::Csv => {
            let mut bytes = Vec::new();
            // Writing into memory fails only without memory.
            let _ = write_users(mapping, catalog, &people, &mut bytes);
            String::from_utf8(bytes).unwrap_or_default()
        }
        FileFormat::Json => {
            let names = mapping.fields.iter().map(|field| field.api_field.clone());
            let objects: Vec<Value> = cells_of(mapping, catalog, &people)
                .into_iter()
                .map(|cells| {
                    let cells = cells.into_iter().map(Value::String);
                    Value::Object(names.clone().zip(cells).collect::<Map<String, Value>>())
                })
                .collect();
            serde_json::to_string_pretty(&objects).unwrap_or_default()
        }
    }
}

fn person(mapping: &Mapping, catalog: &Catalog, [first, last, email]: [&str; 3], manager: Option<&str>) -> User {
    let leads = manager.is_none();
    let number = if leads { "0001" } else { "0002" };
    let mut user = User {
        email: email.to_owned(),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        username: Some(email.to_owned()),
        time_zone: Some("America/New_York".to_owned()),
        manager: manager.map(str::to_owned),
        is_active: true,
        is_manager: leads,
        role: Some("Participant".to_owned()),
        tags: vec!["example".to_owned()],
        aliases: vec![format!("{}.{number}", first.to_lowercase())],
        ..User::default()
    };
    for field in &mapping.fields {
        let group = |group_type: &str| {
            let known = catalog.group_types.iter().find(|known| known.name == group_type);
            let existing = known.and_then(|known| known.groups.first()).cloned();
            existing.or_else(|| (field.on_unknown == Some(OnUnknown::Create)).then(|| format!("Example {group_type}")))
        };
        match &field.target {
            Target::GroupMembership(group_type) => {
                user.groups
                    .extend(group(group_type).map(|group| (group_type.clone(), group)));
            }
            Target::GroupManager(group_type) if leads => {
                user.manages
                    .extend(group(group_type).map(|group| (group_type.clone(), vec![group])));
            }
            Target::IntegrationId(slug) => {
                user.integration_ids.insert(slug.clone(), number.to_owned());
            }
            Target::Attribute(name) => {
                let known = catalog.attributes.iter().find(|known| known.name == *name);
                user.attributes.insert(name.clone(), known.map_or(Value::Null, example));
            }
            _ => {}
        }
    }
    user
}

/// A value of an attribute.
fn example(attribute: &AttributeType) -> Value {
    match attribute.kind {
        AttributeKind::String => "Example".into(),
        AttributeKind::Integer => 42.into(),
        AttributeKind::Float => 4.5.into(),
        AttributeKind::Boolean => true.into(),
        AttributeKind::Date => "2026-01-31".into(),
        AttributeKind::Datetime => "2026-01-31T08:30:00Z".into(),
        AttributeKind::Fixed => attribute.options.first().cloned().map_or(Value::Null, Value::String),
        AttributeKind::Json => Value::Object(Map::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::FIELDS;
    use crate::group::{GroupType, IntegrationIdType};
    use crate::import::{Options, decide, prepare};
    use crate::mapping::ApiField;
    use crate::plan::Directory;

    #[test]
    fn the_example_passes_whatever_is_mapped() {
        let kinds = [
            "String", "Integer", "Float", "Boolean", "Date", "Datetime", "Fixed", "Json",
        ];
        let attributes: Vec<AttributeType> = kinds
            .iter()
            .map(|kind| AttributeType {
                name: (*kind).to_owned(),
                kind: serde_json::from_value(kind.to_lowercase().into()).expect("a kind"),
                options: if *kind == "Fixed" {
                    vec!["One".to_owned()]
                } else {
                    Vec::new()
                },
            })
            .collect();
        let catalog = Catalog {
            group_types: vec![GroupType {
                name: "Team".to_owned(),
                groups: Vec::new(),
            }],
            integration_ids: vec![IntegrationIdType {
                slug: "ext".to_owned(),
                name: "Ext".to_owned(),
            }],
            attributes,
            ..Catalog::default()
        };
        let mut targets: Vec<String> = kinds.iter().map(|kind| format!("attribute:{kind}")).collect();
        for field in &FIELDS {
            targets.push(match field.code {
                "integration_id:" => "integration_id:ext".to_owned(),
                "group_membership:" | "group_manager:" => format!("{}Team", field.code),
                "attribute:" => continue,
                code => code.to_owned(),
            });
        }
        for file_format in [FileFormat::Csv, FileFormat::Json] {
            let fields = targets.iter().map(|code| {
                let target = Target::parse(code).expect("a target");
                ApiField::new(code.clone(), target)
            });
            let mapping = Mapping {
                version: 1,
                file_format,
                delimiter: None,
                fields: fields.collect(),
            };
            let text = template(&mapping, &catalog);
            let prepared = prepare(text.as_bytes(), &mapping, &Options::default());
            assert_eq!(prepared.records(), 2, "{text}");
            let directory = Directory {
                group_types: catalog.group_types.clone(),
                integration_ids: catalog.integration_ids.clone(),
                attributes: catalog.attributes.clone(),
                ..Directory::default()
            };
            let decision = decide(prepared, &directory);
            assert_eq!(
                decision.report.error_count, 0,
                "{text}\n{:#?}",
                decision.report.problems
            );
            assert_eq!(decision.plan.expect("there are no errors").counts.created, 2);
        }
    }
}
