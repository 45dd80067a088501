//! What was loaded is there, what is exported reads back, and nothing is done twice.

use std::collections::BTreeSet;

use passmuster_core::export::write_users;
use passmuster_core::import::{Needs, Options, decide, prepare};
use passmuster_core::mapping::Mapping;
use passmuster_core::plan::{Directory, Plan};
use passmuster_core::problem::Report;
use passmuster_core::user::{User, email_key};
use proptest::prelude::*;

use crate::oracles::{body_against, catalog_of};
use crate::senders::world_and_bodies;
use crate::twin;
use crate::worlds::world;

fn export(directory: &Directory, mapping: &Mapping) -> Vec<u8> {
    let mut csv = Vec::new();
    write_users(mapping, &catalog_of(directory), &directory.users, &mut csv).expect("memory takes it");
    csv
}

fn nothing_changes(plan: Option<&Plan>, report: &Report, body: &[u8]) {
    let body = String::from_utf8_lossy(body);
    let plan = plan.unwrap_or_else(|| panic!("refused: {:#?}\n{body}", report.problems));
    assert!(plan.is_empty(), "{plan:#?}\n{body}");
}

fn reads_back(directory: &Directory, mapping: &Mapping) {
    let csv = export(directory, mapping);
    if directory.users.is_empty() {
        return;
    }
    let (report, plan) = body_against(&csv, mapping, directory);
    nothing_changes(plan.as_ref(), &report, &csv);
    assert_eq!(report.records, directory.users.len() as u64);
}

/// What [`Needs`] asks for, and no more: what the server reads of a directory before it decides.
pub fn narrowed(directory: &Directory, needs: &Needs) -> Directory {
    let has = |keys: &[String], text: &str| keys.binary_search(&email_key(text)).is_ok();
    let is_named = |user: &User| {
        has(&needs.email_keys, &user.email)
            || user
                .username
                .as_deref()
                .is_some_and(|username| has(&needs.username_keys, username))
            || user.aliases.iter().any(|alias| has(&needs.alias_keys, alias))
            || needs.integration_ids.iter().any(|(slug, ids)| {
                user.integration_ids
                    .get(slug)
                    .is_some_and(|id| ids.binary_search(id).is_ok())
            })
            || user
                .manager
                .as_deref()
                .is_some_and(|manager| has(&needs.leaving_keys, manager))
            || (user.is_admin && user.is_active)
            || directory.snapshot.is_some()
    };
    let mut wanted: BTreeSet<String> = BTreeSet::new();
    let by_key = |key: &str| directory.users.iter().find(|user| email_key(&user.email) == key);
    for user in directory.users.iter().filter(|user| is_named(user)) {
        // and everybody above them
        let mut next = Some(user);
        while let Some(user) = next.filter(|user| wanted.insert(email_key(&user.email))) {
            next = user.manager.as_deref().and_then(|manager| by_key(&email_key(manager)));
        }
    }
    Directory {
        users: directory
            .users
            .iter()
            .filter(|user| wanted.contains(&email_key(&user.email)))
            .cloned()
            .collect(),
        ..directory.clone()
    }
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn an_export_uploaded_unchanged_changes_nothing(world in world()) {
        prop_assert_eq!(twin::faults(&world.directory), Vec::<String>::new());
        reads_back(&world.directory, &world.mapping);
    }

    #[test]
    fn a_body_loaded_twice_changes_nothing_the_second_time((mut world, bodies) in world_and_bodies()) {
        for body in bodies {
            let (_, plan) = body_against(body.as_bytes(), &world.mapping, &world.directory);
            let Some(plan) = plan else { continue };
            twin::apply(&mut world.directory, &plan);
            prop_assert_eq!(twin::faults(&world.directory), Vec::<String>::new());
            let (report, again) = body_against(body.as_bytes(), &world.mapping, &world.directory);
            nothing_changes(again.as_ref(), &report, body.as_bytes());
            reads_back(&world.directory, &world.mapping);
        }
    }

    #[test]
    fn what_a_body_names_is_all_that_deciding_needs((mut world, bodies) in world_and_bodies()) {
        for body in bodies {
            let checked = || prepare(body.as_bytes(), &world.mapping, &Options::default());
            let needed = narrowed(&world.directory, &checked().needs());
            let (all, some) = (decide(checked(), &world.directory), decide(checked(), &needed));
            prop_assert_eq!(&some, &all, "of {} users {} were read", world.directory.users.len(), needed.users.len());
            if let Some(plan) = all.plan {
                twin::apply(&mut world.directory, &plan);
            }
        }
    }
}
