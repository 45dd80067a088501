//! What was loaded can be taken back: all of it at once, and later whatever nobody has changed since.

use passmuster_core::field::Target;
use passmuster_core::plan::{Change, ChangeKind, Directory, Plan, Value};
use passmuster_core::undo::{Done, undo};
use passmuster_core::user::email_key;
use proptest::prelude::*;

use crate::oracles::body_against;
use crate::senders::world_and_bodies;
use crate::twin;

/// What a plan did, as the log of changes gives it back: as JSON, with the ids of the users.
fn done(plan: &Plan, directory: &Directory) -> Done {
    let logged = serde_json::to_string(&plan.changes).expect("JSON");
    let mut changes: Vec<Change> = serde_json::from_str(&logged).expect("changes");
    for change in &mut changes {
        let mut users = directory.users.iter();
        let user = users.find(|user| email_key(&user.email) == email_key(&change.email));
        change.user_id = user.map(|user| user.id.clone());
    }
    Done {
        changes,
        groups_created: plan.groups_created.clone(),
        settled: Vec::new(),
    }
}

/// Users by address and groups by type: what has no order of its own is put in one.
fn settled(directory: &Directory) -> Directory {
    let mut settled = directory.clone();
    settled.users.sort_by_key(|user| email_key(&user.email));
    settled
}

fn as_json(value: &Value) -> String {
    serde_json::to_string(value).expect("JSON")
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn what_was_loaded_last_is_taken_back_whole((mut world, bodies) in world_and_bodies()) {
        for body in bodies {
            let (_, plan) = body_against(body.as_bytes(), &world.mapping, &world.directory);
            let Some(plan) = plan else { continue };
            let before = settled(&world.directory);
            twin::apply(&mut world.directory, &plan);
            let after = world.directory.clone();
            let back = undo(&done(&plan, &world.directory), &world.directory);
            // the first admin stays, whoever made them, and with them their groups
            let had_admin = before.users.iter().any(|user| user.is_active && user.is_admin);
            let is_whole = back.kept.is_empty() && back.cannot.is_empty();
            prop_assert!(is_whole || !had_admin, "{:#?} {:#?}", back.kept, back.cannot);
            twin::apply(&mut world.directory, &back.plan);
            if had_admin {
                prop_assert_eq!(settled(&world.directory), before);
            }
            let again = undo(&done(&plan, &after), &world.directory);
            prop_assert!(again.plan.is_empty(), "{:#?}", again.plan);
            // and on from where it was
            world.directory = after;
        }
    }

    #[test]
    fn what_was_loaded_earlier_is_taken_back_without_harm((mut world, bodies) in world_and_bodies()) {
        let mut all: Vec<(Done, Plan)> = Vec::new();
        for body in bodies {
            let (_, plan) = body_against(body.as_bytes(), &world.mapping, &world.directory);
            let Some(plan) = plan else { continue };
            twin::apply(&mut world.directory, &plan);
            all.push((done(&plan, &world.directory), plan));
        }
        let Some((first, _)) = all.first() else { return Ok(()) };
        let before = world.directory.clone();
        let back = undo(first, &world.directory);
        twin::apply(&mut world.directory, &back.plan);
        prop_assert_eq!(twin::faults(&world.directory), Vec::<String>::new());
        // a value that was changed and changed back since is, by the log of one upload, as that upload left it
        let as_left = |email: &str, field: &Target, now: &Value| {
            let mut changes = first.changes.iter();
            let change = changes.find(|change| email_key(&change.email) == email_key(email));
            let mut edits = change.into_iter().flat_map(|change| &change.edits);
            edits.any(|edit| edit.field == *field && as_json(&edit.after) == as_json(now))
        };
        // what came later stands
        for (_, later) in &all[1..] {
            for change in later.changes.iter().filter(|change| change.kind != ChangeKind::Created) {
                let find = |directory: &Directory| {
                    let mut users = directory.users.iter();
                    users.find(|user| email_key(&user.email) == email_key(&change.email)).cloned()
                };
                let (was, is) = (find(&before), find(&world.directory));
                for edit in &change.edits {
                    let is_back = was.as_ref().is_some_and(|user| as_left(&user.email, &edit.field, &twin::get(user, &edit.field)));
                    if is_back {
                        continue;
                    }
                    let now = is.as_ref().map(|user| twin::get(user, &edit.field));
                    let then = was.as_ref().map(|user| twin::get(user, &edit.field));
                    prop_assert_eq!(now, then, "{} of {}", edit.field, &change.email);
                }
            }
        }
        let again = undo(first, &world.directory);
        prop_assert!(again.plan.is_empty(), "{:#?}", again.plan);
    }
}
