//! What stands need not be read: held against deciding on everybody, over sequences of bodies that mostly say the same,
//! with other people's edits in between.

use std::collections::HashSet;

use passmuster_core::field::Target;
use passmuster_core::import::{Options, decide, decide_rest, prepare};
use passmuster_core::plan::{Directory, Plan};
use passmuster_core::standing::{PrintKey, Prints};
use passmuster_core::user::email_key;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::again::narrowed;
use crate::senders::{body, csv_of, rows};
use crate::twin;
use crate::worlds::{World, world};

/// What happens next.
#[derive(Debug, Clone)]
enum Step {
    /// The integration sends some of its rows, one cell of them changed or none.
    Own {
        rows: [bool; 8],
        cell: Option<(Index, Index, Index)>,
        /// Whether what stands after it is remembered in place of what was.
        is_remembered: bool,
    },
    /// Somebody else's body.
    Other(String),
    /// A user gets another address.
    Address(Index),
}

fn step(world: &World) -> impl Strategy<Value = Step> + use<> {
    let cell = proptest::option::weighted(0.4, any::<(Index, Index, Index)>());
    prop_oneof![
        5 => (any::<[bool; 8]>(), prop::bool::weighted(0.6), cell, prop::bool::weighted(0.7)).prop_map(
            |(mut rows, is_whole, cell, is_remembered)| {
                rows.iter_mut().for_each(|row| *row |= is_whole);
                Step::Own { rows, cell, is_remembered }
            }
        ),
        2 => body(world).prop_map(Step::Other),
        1 => any::<Index>().prop_map(Step::Address),
    ]
}

fn world_rows_and_steps() -> impl Strategy<Value = (World, Vec<Vec<String>>, Vec<Step>)> {
    world().prop_flat_map(|mut world| {
        // There usernames name managers, and nothing is taken to stand.
        world.directory.salesforce = false;
        let (rows, steps) = (rows(&world), vec(step(&world), 2..7));
        (Just(world), rows, steps)
    })
}

fn own_body(world: &World, all: &[Vec<String>], chosen: [bool; 8], cell: Option<(Index, Index, Index)>) -> String {
    let mut rows: Vec<Vec<String>> = all.to_vec();
    let key = world.mapping.fields.iter().find(|field| field.target == Target::Email);
    if let (Some((row, column, from)), true) = (cell, rows.len() > 2) {
        let (row, from) = (1 + row.index(rows.len() - 1), 1 + from.index(rows.len() - 1));
        let column = column.index(rows[0].len());
        if key.is_none_or(|key| rows[0][column] != key.api_field) {
            rows[row][column] = rows[from][column].clone();
        }
    }
    let mut chosen = [true].into_iter().chain(chosen);
    rows.retain(|_| chosen.next().unwrap_or(true));
    csv_of(&rows, world.mapping.delimiter, csv::Terminator::Any(b'\n'))
}

/// The addresses of everybody whom a plan changes, before and after.
fn touch(touched: &mut HashSet<u64>, key: &PrintKey, plan: &Plan) {
    for change in &plan.changes {
        touched.insert(key.address(&change.email));
        for edit in change.edits.iter().filter(|edit| edit.field == Target::Email) {
            let addresses = [edit.before.as_text(), edit.after.as_text()];
            touched.extend(addresses.into_iter().flatten().map(|address| key.address(address)));
        }
    }
}

/// Gives a user another address, which their reports know.
fn readdress(directory: &mut Directory, which: &Index, number: usize) -> Option<[String; 2]> {
    if directory.users.is_empty() {
        return None;
    }
    let at = which.index(directory.users.len());
    let new = format!("another{number}@a.co");
    let old = std::mem::replace(&mut directory.users[at].email, new.clone());
    for user in &mut directory.users {
        if user
            .manager
            .as_deref()
            .is_some_and(|manager| email_key(manager) == email_key(&old))
        {
            user.manager = Some(new.clone());
        }
    }
    Some([old, new])
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn what_stands_need_not_be_read((mut world, rows, steps) in world_rows_and_steps()) {
        let key = PrintKey(*b"a key for a test");
        let (mut remembered, mut touched) = (Prints::default(), HashSet::new());
        for (number, step) in steps.into_iter().enumerate() {
            let (chosen, cell, is_remembered) = match step {
                Step::Own { rows, cell, is_remembered } => (rows, cell, is_remembered),
                Step::Other(body) => {
                    let plan = decide(prepare(body.as_bytes(), &world.mapping, &Options::default()), &world.directory).plan;
                    if let Some(plan) = plan {
                        twin::apply(&mut world.directory, &plan);
                        touch(&mut touched, &key, &plan);
                    }
                    continue;
                }
                Step::Address(which) => {
                    if let Some(addresses) = readdress(&mut world.directory, &which, number) {
                        touched.extend(addresses.map(|address| key.address(&address)));
                    }
                    continue;
                }
            };
            let body = own_body(&world, &rows, chosen, cell);
            let prepared = || prepare(body.as_bytes(), &world.mapping, &Options::default());
            let standing = prepared().standing(&key, &remembered, &touched);
            let needed = narrowed(&world.directory, &prepared().needs_beside(&standing));
            let (all, settled) = decide_rest(prepared(), &world.directory, None);
            let (some, settled_beside) = decide_rest(prepared(), &needed, Some(&standing));
            prop_assert_eq!(&some, &all, "{} records stand in {}", standing.count(), body);
            prop_assert_eq!(&settled_beside, &settled, "{} records stand in {}", standing.count(), body);
            let Some(plan) = all.plan else { continue };
            twin::apply(&mut world.directory, &plan);
            if is_remembered {
                remembered = settled.prints(&standing);
                touched.clear();
            } else {
                touch(&mut touched, &key, &plan);
            }
            if settled.is_silent || plan.is_empty() {
                let again = decide(prepared(), &world.directory);
                prop_assert_eq!(&again.report, &all.report, "the same body again: {}", body);
                let plan = again.plan.expect("what was loaded is sound");
                prop_assert_eq!(plan, Plan::new(Vec::new(), Vec::new(), settled.records));
            }
        }
    }
}
