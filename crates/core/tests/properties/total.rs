//! No input makes the core panic, whatever the body, the mapping and the directory.

use passmuster_core::group::{AttributeKind, AttributeType, GroupType, IntegrationIdType};
use passmuster_core::mapping::{FileFormat, Mapping};
use passmuster_core::plan::Directory;
use passmuster_core::user::User;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::bodies::{any_bytes, cell, csv_text, deep, json_text, mapping_document};
use crate::oracles::{any_body, any_mapping, body_against, wide};

/// One of a few addresses, so that users meet: twice, as each other's managers, and in circles.
fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => select(&["ann@a.co", "Ann@A.co", "bob@a.co", "user1@a.co", "user2@a.co", "user3@a.co"][..]).prop_map(str::to_owned),
        1 => cell(),
    ]
}

fn user() -> impl Strategy<Value = User> {
    let texts = (
        address(),
        cell(),
        cell(),
        option::of(address()),
        option::of(cell()),
        option::of(address()),
    );
    let truths = (any::<bool>(), any::<bool>(), any::<bool>());
    let role = option::of(select(&["FullAdmin", "Participant", "Deactivated", "King"][..]));
    let lists = (vec(cell(), 0..3), vec(cell(), 0..3));
    let kept = (
        btree_map(select(&["Desk", "Notes", "None"][..]), attribute_value(), 0..3),
        btree_map(select(&["phone-extension", "none"][..]), cell(), 0..2),
        btree_map(select(&["Team", "None"][..]), cell(), 0..2),
        btree_map(select(&["Team", "None"][..]), vec(cell(), 0..3), 0..2),
    );
    (texts, truths, role, lists, kept).prop_map(|(texts, truths, role, lists, kept)| User {
        id: texts.0.clone(),
        email: texts.0,
        first_name: texts.1,
        last_name: texts.2,
        username: texts.3,
        time_zone: texts.4,
        manager: texts.5,
        is_active: truths.0,
        is_manager: truths.1,
        is_admin: truths.2,
        role: role.map(str::to_owned),
        tags: lists.0,
        aliases: lists.1,
        attributes: kept
            .0
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        integration_ids: kept.1.into_iter().map(|(slug, id)| (slug.to_owned(), id)).collect(),
        groups: kept
            .2
            .into_iter()
            .map(|(name, group)| (name.to_owned(), group))
            .collect(),
        manages: kept
            .3
            .into_iter()
            .map(|(name, groups)| (name.to_owned(), groups))
            .collect(),
    })
}

fn attribute_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        cell().prop_map(serde_json::Value::from),
        any::<f64>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
        any::<i64>().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| vec(inner, 0..3).prop_map(serde_json::Value::from))
}

/// A directory that no writer of ours would leave: the same address twice, circles, managers that are not there.
fn any_directory() -> impl Strategy<Value = Directory> {
    let group_types = vec((select(&["Team", "None", ""][..]), vec(cell(), 0..4)), 0..3);
    let attributes = vec(
        (
            select(&["Desk", "Notes"][..]),
            select(&AttributeKind::ALL[..]),
            vec(cell(), 0..3),
        ),
        0..3,
    );
    (any::<bool>(), group_types, attributes, any::<bool>(), vec(user(), 0..8)).prop_map(
        |(salesforce, group_types, attributes, has_id, users)| Directory {
            snapshot: None,
            salesforce,
            group_types: group_types
                .into_iter()
                .map(|(name, groups)| GroupType {
                    name: name.to_owned(),
                    groups,
                })
                .collect(),
            integration_ids: has_id
                .then(|| IntegrationIdType {
                    slug: "phone-extension".to_owned(),
                    name: "Phone Extension".to_owned(),
                })
                .into_iter()
                .collect(),
            attributes: attributes
                .into_iter()
                .map(|(name, kind, options)| AttributeType {
                    name: name.to_owned(),
                    kind,
                    options,
                })
                .collect(),
            users,
        },
    )
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn any_bytes_get_a_verdict(body in any_bytes(), is_json in any::<bool>()) {
        any_body(&body, if is_json { FileFormat::Json } else { FileFormat::Csv });
    }

    #[test]
    fn any_nesting_gets_a_verdict(body in deep()) {
        any_body(body.as_bytes(), FileFormat::Json);
    }

    #[test]
    fn any_mapping_document_gets_a_verdict(document in mapping_document()) {
        any_mapping(&document);
    }

    #[test]
    fn any_directory_gets_a_verdict(directory in any_directory(), csv in csv_text(), json in json_text()) {
        body_against(csv.as_bytes(), wide(FileFormat::Csv), &directory);
        body_against(json.as_bytes(), wide(FileFormat::Json), &directory);
    }

    #[test]
    fn any_sound_mapping_reads_any_body(document in mapping_document(), directory in any_directory(), body in any_bytes()) {
        if let Ok(mapping) = Mapping::parse(&document) {
            body_against(&body, &mapping, &directory);
        }
    }
}
