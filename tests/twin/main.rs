//! The real program against its twin: bodies made up at random, posted to the server on each database; after every
//! answer the directory that the admin API shows is the one that the core's plan makes of a directory in memory.
//!
//! `PASSMUSTER_TWIN_BODIES` sets how many bodies each database gets; without it, 1,000.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../api/sender.rs"]
#[expect(dead_code, reason = "the tests of the API use the rest")]
mod sender;
#[path = "../../crates/core/tests/properties/senders.rs"]
#[expect(dead_code, reason = "the tests of the core use the rest")]
mod senders;
#[path = "../../crates/core/tests/properties/twin.rs"]
mod twin;
#[path = "../../crates/core/tests/properties/worlds.rs"]
mod worlds;

use passmuster_core::import::{Options, decide, prepare};
use passmuster_core::mapping::Mapping;
use passmuster_core::plan::{Change, Directory, Plan};
use passmuster_core::undo::{Done, undo};
use passmuster_core::user::{User, email_key};
use passmuster_core::wire::directory::Catalog;
use passmuster_tests::{Database, Server};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Value, json};

use sender::{Sender, send};
use worlds::World;

/// Adds and keeps, as the defaults have it.
const ADDING: &str = r#"{"version":1,"file_format":"csv","fields":[
    {"api_field":"Email","target":"user.email"},
    {"api_field":"First","target":"user.first_name"},
    {"api_field":"Last","target":"user.last_name"},
    {"api_field":"Username","target":"user.username"},
    {"api_field":"Zone","target":"user.time_zone","on_blank":"keep"},
    {"api_field":"Manager","target":"user.manager"},
    {"api_field":"Active","target":"user.is_active","value_map":{"Terminated":"False"}},
    {"api_field":"Role","target":"user.role"},
    {"api_field":"Tags","target":"user.tags"},
    {"api_field":"Aliases","target":"user.aliases"},
    {"api_field":"Badge","target":"integration_id:badge"},
    {"api_field":"Team","target":"group_membership:Team"},
    {"api_field":"Leads","target":"group_manager:Team"},
    {"api_field":"Grade","target":"attribute:Grade"},
    {"api_field":"Notes","target":"attribute:Notes"}]}"#;

/// Replaces and clears.
const REPLACING: &str = r#"{"version":1,"file_format":"csv","delimiter":";","fields":[
    {"api_field":"mail","target":"user.email"},
    {"api_field":"given","target":"user.first_name"},
    {"api_field":"family","target":"user.last_name"},
    {"api_field":"boss","target":"user.manager","on_blank":"keep","on_unknown":"keep"},
    {"api_field":"manager","target":"user.is_manager","on_blank":"keep","value_map":{"Terminated":"False"}},
    {"api_field":"admin","target":"user.is_admin","on_blank":"keep","value_map":{"Terminated":"False"}},
    {"api_field":"tags","target":"user.tags","list":"replace","on_blank":"clear"},
    {"api_field":"aliases","target":"user.aliases","list":"replace","on_blank":"clear"},
    {"api_field":"badge","target":"integration_id:badge","on_blank":"clear"},
    {"api_field":"team","target":"group_membership:Team","on_blank":"clear"},
    {"api_field":"leads","target":"group_manager:Team","list":"add"},
    {"api_field":"notes","target":"attribute:Notes","on_blank":"clear"}]}"#;

/// Who is there from the beginning.
const PEOPLE: usize = 30;

fn bodies() -> usize {
    let wanted = std::env::var("PASSMUSTER_TWIN_BODIES").ok();
    wanted.map_or(1_000, |wanted| wanted.parse().unwrap())
}

/// The directory as the admin API shows it, in the order of addresses and without ids.
async fn directory(sender: &Sender<'_>) -> Directory {
    let catalog: Catalog = serde_json::from_value(sender.get("groups/").await).unwrap();
    let users = sender.get("users/?limit=1000").await;
    assert_eq!(users["next_cursor"], Value::Null, "all users on one page");
    let users: Vec<User> = serde_json::from_value(users["users"].clone()).unwrap();
    without_ids(&Directory {
        salesforce: catalog.salesforce,
        group_types: catalog.group_types,
        integration_ids: catalog.integration_ids,
        attributes: catalog.attributes,
        users,
        ..Directory::default()
    })
}

fn without_ids(directory: &Directory) -> Directory {
    let mut plain = directory.clone();
    for user in &mut plain.users {
        user.id.clear();
    }
    plain.users.sort_by_key(|user| email_key(&user.email));
    plain
}

/// An upload that was applied and may be undone.
struct Applied {
    upload_id: String,
    done: Done,
}

fn done(plan: &Plan, directory: &Directory) -> Done {
    let id = |change: &Change| {
        let mut users = directory.users.iter();
        let user = users.find(|user| email_key(&user.email) == email_key(&change.email));
        user.map(|user| user.id.clone())
    };
    let changes = plan.changes.iter().map(|change| Change {
        user_id: id(change),
        ..change.clone()
    });
    Done {
        changes: changes.collect(),
        groups_created: plan.groups_created.clone(),
        settled: Vec::new(),
    }
}

async fn the_directory_is_its_twin(database: Database) {
    let server = Server::start_with(database, &["--upload-rate", "0", "--read-rate", "0"]);
    for command in [
        &["group-type", "create", "Team"][..],
        &["integration-id", "create", "Badge"],
        &["attribute", "create", "Grade", "--kind", "float"],
        &["attribute", "create", "Notes", "--kind", "json"],
    ] {
        assert_eq!(server.cli(command).code, 0, "{command:?}");
    }
    let senders = [Sender::of_csv(&server, ADDING), Sender::of_csv(&server, REPLACING)];
    let mappings = [ADDING, REPLACING].map(|document| Mapping::parse(document.as_bytes()).unwrap());
    let people: Vec<String> = (0..PEOPLE).map(|at| format!("user{at}@a.co,Jo,Doe{at}")).collect();
    let first = format!("Email,First,Last\n{}\n", people.join("\n"));
    senders[0].upload(first).await.expect(201);
    let mut twin = directory(&senders[0]).await;
    for user in &mut twin.users {
        user.id = format!("id of {}", user.email);
    }
    let mut runner = TestRunner::default();
    let (mut applied, mut refused, mut undone) = (Vec::<Applied>::new(), 0, 0);
    let mut last = [const { Vec::<Vec<String>>::new() }; 2];
    for number in 0..bodies() {
        let (sender, mapping) = (&senders[number % 2], &mappings[number % 2]);
        let world = World {
            directory: twin.clone(),
            mapping: mapping.clone(),
        };
        let mut rows = senders::rows(&world).new_tree(&mut runner).unwrap().current();
        // the more rows, the surer something is wrong with one of them
        rows.truncate([2, 2, 2, 3, 5][number % 5]);
        let last = &mut last[number % 2];
        // what every night brings: the same again, in another order, without somebody, with something else in it
        match number / 2 % 8 {
            1 | 4 if !last.is_empty() => rows.clone_from(last),
            2 if last.len() > 2 => {
                rows.clone_from(last);
                rows[1..].reverse();
            }
            5 if last.len() > 2 => {
                rows.clone_from(last);
                rows.remove(1);
            }
            6 if last.first() == rows.first() => rows.extend(last[1..].iter().cloned()),
            _ => {}
        }
        let body = senders::csv_of(&rows, mapping.delimiter, csv::Terminator::Any(b'\n'));
        let answer = sender.upload(body.clone()).await;
        let decision = decide(prepare(body.as_bytes(), mapping, &Options::default()), &twin);
        match decision.plan {
            Some(plan) => {
                assert_eq!(answer.status, 201, "{} for {body}", answer.body);
                assert_eq!(answer.body["plan_hash"], json!(plan.hash), "{body}");
                twin::apply(&mut twin, &plan);
                let upload = sender
                    .get(&format!("uploads/{}", answer.body["upload_id"].as_str().unwrap()))
                    .await;
                assert_eq!(
                    upload["report"],
                    serde_json::to_value(&decision.report).unwrap(),
                    "the report on {body}"
                );
                *last = rows;
                let done = done(&plan, &twin);
                let upload_id = answer.body["upload_id"].as_str().unwrap().to_owned();
                applied.push(Applied { upload_id, done });
            }
            None => {
                refused += 1;
                assert_eq!(answer.status, 400, "{} for {body}", answer.body);
                assert_eq!(answer.body["error_count"], json!(decision.report.error_count), "{body}");
            }
        }
        assert_eq!(directory(sender).await, without_ids(&twin), "after {body}");
        // now and then one of the last few is taken back
        if number % 7 == 6 && applied.len() > 3 {
            let Applied { upload_id, done } = applied.swap_remove(applied.len() - 1 - number % 3);
            let path = format!("uploads/{upload_id}/undo/?mode=apply");
            let answer = send(sender.admin(Method::POST, &path)).await.expect(200);
            let back = undo(&done, &twin);
            assert_eq!(
                answer["plan"],
                serde_json::to_value(&back.plan).unwrap(),
                "taking back {upload_id}"
            );
            twin::apply(&mut twin, &back.plan);
            assert_eq!(
                directory(sender).await,
                without_ids(&twin),
                "after taking back {upload_id}"
            );
            undone += 1;
        }
        assert_eq!(twin::faults(&twin), Vec::<String>::new());
    }
    let metrics = server.get("/metrics").send().await.unwrap().text().await.unwrap();
    let counted = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().parse::<usize>().unwrap()
    };
    let repeated = counted("passmuster_repeated_uploads_total ");
    let stood = counted("passmuster_standing_records_total ");
    assert!(repeated > bodies() / 200, "{repeated} bodies came again");
    assert!(stood > bodies() / 200, "{stood} records stood");
    let users = twin.users.len();
    println!(
        "{database:?}: {} bodies, {refused} refused, {repeated} the same again, {undone} taken back, {stood} records stood, \
         {users} users",
        bodies()
    );
    assert!(
        refused > bodies() / 20 && refused < bodies() * 9 / 10,
        "{refused} refused"
    );
}

#[tokio::test]
async fn on_sqlite() {
    the_directory_is_its_twin(Database::Sqlite).await;
}

#[tokio::test]
async fn on_postgres() {
    the_directory_is_its_twin(Database::Postgres).await;
}
