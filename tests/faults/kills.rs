//! A kill at any moment loses nothing acknowledged and leaves nothing half applied.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use passmuster_tests::{Database, Server};
use reqwest::RequestBuilder;
use tokio::time::sleep;

use crate::sender::{Answer, Sender, people, wait_until_ready};
use crate::{chance, rounds};

/// After the first upload of a round has begun.
const LATEST_KILL: Duration = Duration::from_millis(80);
const READY: Duration = Duration::from_secs(2);

/// What was sent until the server was gone.
#[derive(Default)]
struct Sent {
    /// Id and mark of each upload that was acknowledged.
    acknowledged: Vec<(String, String)>,
    /// The mark of the one that had no answer.
    unanswered: String,
}

async fn send_until_gone(uploads: Vec<(String, RequestBuilder)>) -> Sent {
    let mut sent = Sent::default();
    for (mark, upload) in uploads {
        let Ok(answer) = Answer::of(upload).await else {
            sent.unanswered = mark;
            return sent;
        };
        assert_eq!(answer.status, 201, "{}", answer.body);
        sent.acknowledged.push((answer.upload_id(), mark));
    }
    panic!("the server answered every upload, and should have been killed");
}

async fn survive(mut server: Server, kills: usize) {
    let sender = Sender::enable(&server);
    let mut chance = chance();
    let mut acknowledged = Vec::new();
    let (mut last_mark, mut unanswered_but_applied, mut slowest) = (None, 0, Duration::ZERO);
    for kill in 0..kills {
        let uploads = (0..40).map(|at| {
            let mark = format!("Kill {kill} upload {at}");
            let request = sender.post(&server, people(&mark));
            (mark, request)
        });
        let sending = tokio::spawn(send_until_gone(uploads.collect()));
        sleep(LATEST_KILL.mul_f64(chance.f64())).await;
        server.kill();
        let sent = sending.await.unwrap();
        let begin = Instant::now();
        server.restart();
        wait_until_ready(&server, READY).await;
        slowest = slowest.max(begin.elapsed());

        if let Some((_, mark)) = sent.acknowledged.last() {
            last_mark = Some(mark.clone());
        }
        acknowledged.extend(sent.acknowledged.into_iter().map(|(id, _)| id));
        let mark = sender.mark(&server).await;
        if mark.as_ref() == Some(&sent.unanswered) {
            unanswered_but_applied += 1;
            last_mark = mark;
        } else {
            assert_eq!(mark, last_mark, "an acknowledged upload is lost");
        }
        let applied = sender.applied(&server).await;
        let lost: Vec<_> = acknowledged.iter().filter(|id| !applied.contains(id)).collect();
        assert!(lost.is_empty(), "acknowledged uploads are lost: {lost:?}");
        assert_eq!(applied.len(), acknowledged.len() + unanswered_but_applied);
    }
    assert!(slowest < READY, "ready again only after {slowest:?}");
    println!(
        "{kills} kills: {} uploads acknowledged, 0 lost, 0 in part; {unanswered_but_applied} whole without an answer; \
         ready again within {slowest:?}",
        acknowledged.len()
    );
}

#[tokio::test]
async fn kills_lose_nothing_on_sqlite() {
    survive(Server::start(Database::Sqlite), rounds(100)).await;
}

#[tokio::test]
async fn kills_lose_nothing_on_postgres() {
    survive(Server::start(Database::Postgres), rounds(100)).await;
}

/// Whatever is there by then, the next start makes a directory of it.
#[tokio::test]
async fn a_kill_at_the_very_first_start_leaves_nothing_in_the_way() {
    let mut chance = chance();
    let kills = rounds(40);
    for kill in 0..kills {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite:{}", folder.path().join("passmuster.db").display());
        let mut first = Command::new(passmuster_tests::passmuster())
            .args(["serve", "--listen", "127.0.0.1:0", "--database", &database])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        sleep(Duration::from_micros(chance.u64(0..60_000))).await;
        first.kill().unwrap();
        first.wait().unwrap();
        let server = Server::start_on(&database, &[]);
        wait_until_ready(&server, READY).await;
        let sender = Sender::enable(&server);
        assert_eq!(sender.upload(&server, "First").await.status, 201, "kill {kill}");
    }
    println!("{kills} kills of a first start: each was followed by a good one");
}

/// The workspace's lock goes with the server that held it, and what that server began is undone.
#[tokio::test]
async fn of_two_servers_one_is_killed_and_the_other_goes_on() {
    let mut server = Server::start_two();
    let sender = Sender::enable(&server);
    let mut chance = chance();
    let kills = rounds(30);
    let (mut last, mut slowest) = ("Before".to_owned(), Duration::ZERO);
    assert_eq!(sender.upload(&server, &last).await.status, 201);
    for kill in 0..kills {
        // The first of the two has the turn, or else the second.
        let marks = ["one", "two"].map(|name| format!("Kill {kill} upload {name}"));
        let sending = marks
            .clone()
            .map(|mark| tokio::spawn(Answer::of(sender.post(&server, people(&mark)))));
        sleep(LATEST_KILL.mul_f64(chance.f64())).await;
        server.kill_one();
        let mut applied = Vec::new();
        for (mark, sending) in marks.iter().zip(sending) {
            // One of them may be without an answer.
            if let Ok(answer) = sending.await.unwrap() {
                assert_eq!(answer.status, 201, "{}", answer.body);
                applied.push(mark.clone());
            }
        }
        assert!(!applied.is_empty(), "the other server should have answered");
        let found = sender.mark(&server).await.unwrap();
        assert!(marks.contains(&found), "{found:?} after {last:?}");
        let begin = Instant::now();
        last = format!("After {kill}");
        let after = sender.upload(&server, &last).await;
        slowest = slowest.max(begin.elapsed());
        assert_eq!(after.status, 201, "{}", after.body);
        assert_eq!(sender.mark(&server).await.as_ref(), Some(&last));
        server.start_another();
    }
    println!("{kills} kills of one server of two: nothing in part, the other one applied an upload within {slowest:?}");
    assert!(slowest < READY, "{slowest:?}");
}
