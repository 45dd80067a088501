//! Ready again within 2 s after a kill, with 100,000 users.

use std::fmt::Write;
use std::time::{Duration, Instant};

use passmuster_tests::{Database, Server};
use tokio::time::sleep;

use crate::sender::{Answer, Sender, wait_until_ready};

const USERS: usize = 100_000;
/// For an unoptimised program on a machine that does other things too.
const UPLOAD: Duration = Duration::from_secs(120);
const READY: Duration = Duration::from_secs(2);

fn everybody(mark: &str) -> String {
    let mut body = "[".to_owned();
    for at in 0..USERS {
        let comma = if at == 0 { "" } else { "," };
        let team = at % 500;
        write!(
            body,
            r#"{comma}{{"email":"user{at}@yourcompany.com","first":"{mark}","last":"Smith","team":"Team {team}"}}"#
        )
        .unwrap();
    }
    body + "]"
}

async fn restart(mut server: Server) {
    let sender = Sender::enable(&server);
    let upload = |server: &Server, mark| Answer::of(sender.post(server, everybody(mark)).timeout(UPLOAD));
    let answer = upload(&server, "Ann").await.unwrap();
    assert_eq!(
        (answer.status, answer.body["created"].as_u64()),
        (201, Some(USERS as u64)),
        "{}",
        answer.body
    );
    // In the middle of another one, so that there is something to recover.
    let interrupted = tokio::spawn(upload(&server, "Bob"));
    sleep(Duration::from_millis(1500)).await;
    server.kill();
    let interrupted = interrupted.await.unwrap();
    let begin = Instant::now();
    server.restart();
    wait_until_ready(&server, READY).await;
    let ready = begin.elapsed();
    assert!(ready < READY, "ready again only after {ready:?}");
    let found = sender.get(&server, "users/?search=user99999%40yourcompany.com").await;
    let name = &found.body["users"][0]["first_name"];
    let is_applied = interrupted.is_ok_and(|answer| answer.status == 201);
    assert!(name == "Ann" && !is_applied || name == "Bob", "{name}");
    println!("{USERS} users: ready again after {ready:?}");
}

#[tokio::test]
async fn a_large_directory_is_ready_within_two_seconds_on_sqlite() {
    restart(Server::start(Database::Sqlite)).await;
}

#[tokio::test]
async fn a_large_directory_is_ready_within_two_seconds_on_postgres() {
    restart(Server::start(Database::Postgres)).await;
}
