//! PostgreSQL goes away in the middle of uploads: 503, nothing in part, and the same process goes on once it is back.

use std::time::{Duration, Instant};

use passmuster_tests::{Postgres, Server, Stop};
use reqwest::RequestBuilder;
use tokio::time::sleep;

use crate::proxy::Proxy;
use crate::sender::{Answer, Sender, people, wait_until_ready};
use crate::{chance, rounds};

const LATEST: Duration = Duration::from_millis(250);
/// After the database is back.
const READY: Duration = Duration::from_secs(10);
/// For an answer while it is away.
const ANSWER: Duration = Duration::from_secs(15);

/// What came of uploads that were sent until one was refused.
#[derive(Default)]
struct Sent {
    acknowledged: Vec<(String, String)>,
    refused: String,
    /// Whether the refusal says that it may have been applied.
    is_unsure: bool,
}

async fn send_until_refused(uploads: Vec<(String, RequestBuilder)>) -> Sent {
    let mut sent = Sent::default();
    for (mark, upload) in uploads {
        let answer = Answer::of(upload.timeout(ANSWER)).await.expect("there is an answer");
        if answer.status != 201 {
            assert_eq!(answer.status, 503, "{}", answer.body);
            sent.refused = mark;
            sent.is_unsure = answer.description().contains("not known");
            return sent;
        }
        sent.acknowledged.push((answer.upload_id(), mark));
    }
    panic!("every upload was applied, though the database went away");
}

/// Lets the database go away and come back while uploads run.
async fn interrupt(server: Server, rounds: usize, go_away: impl Fn(usize), come_back: impl Fn()) {
    let sender = Sender::enable(&server);
    let process = server.process_id();
    let mut chance = chance();
    let mut last = "Before".to_owned();
    assert_eq!(sender.upload(&server, &last).await.status, 201);
    let (mut acknowledged, mut unsure, mut slowest) = (0, 0, Duration::ZERO);
    for round in 0..rounds {
        let uploads = (0..200).map(|at| {
            let mark = format!("Round {round} upload {at}");
            let request = sender.post(&server, people(&mark));
            (mark, request)
        });
        let sending = tokio::spawn(send_until_refused(uploads.collect()));
        sleep(LATEST.mul_f64(chance.f64())).await;
        tokio::task::block_in_place(|| go_away(round));
        let sent = sending.await.unwrap();
        // As long as it is away, everything is refused in the same way, and the process lives.
        let during = sender.upload(&server, "During").await;
        assert_eq!(during.status, 503, "{}", during.body);
        assert!(!during.description().contains("not known"), "{}", during.body);
        assert_eq!(sender.get(&server, "users/").await.status, 503);
        assert_eq!(Answer::of(server.get("/readyz")).await.unwrap().status, 503);
        assert_eq!(Answer::of(server.get("/healthz")).await.unwrap().status, 200);

        tokio::task::block_in_place(&come_back);
        let begin = Instant::now();
        wait_until_ready(&server, READY).await;
        slowest = slowest.max(begin.elapsed());
        if let Some((_, mark)) = sent.acknowledged.last() {
            last.clone_from(mark);
        }
        let found = sender.mark(&server).await.unwrap();
        assert!(
            found == last || sent.is_unsure && found == sent.refused,
            "{found:?} after {last:?}"
        );
        let applied = sender.applied(&server).await;
        assert!(
            sent.acknowledged.iter().all(|(id, _)| applied.contains(id)),
            "an acknowledged upload is lost"
        );
        acknowledged += sent.acknowledged.len();
        unsure += usize::from(sent.is_unsure);
        last = format!("After {round}");
        let after = sender.upload(&server, &last).await;
        assert_eq!(after.status, 201, "{}", after.body);
    }
    assert_eq!(server.process_id(), process);
    println!(
        "{rounds} times away: {acknowledged} uploads acknowledged, 0 lost, 0 in part, {unsure} unsure; ready {slowest:?} later"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_stops_and_starts() {
    let postgres = Postgres::start_own();
    let server = Server::start_on(&postgres.new_database(), &[]);
    let stop = |round: usize| {
        postgres.stop(if round.is_multiple_of(2) {
            Stop::Immediate
        } else {
            Stop::Fast
        })
    };
    interrupt(server, rounds(6), stop, || postgres.start()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_network_to_postgres_is_cut() {
    let postgres = Postgres::shared();
    let proxy = Proxy::start(postgres.port());
    let database = postgres.new_database();
    let address = database.replace(&format!(":{}/", postgres.port()), &format!(":{}/", proxy.port()));
    let server = Server::start_on(&address, &[]);
    interrupt(server, rounds(30), |_| proxy.cut(), || proxy.mend()).await;
}

#[tokio::test]
async fn a_server_without_its_database_says_so_and_does_not_start() {
    let refused = Server::start_refused("postgres://postgres@127.0.0.1:1/nothing");
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.stderr.contains("the database is unavailable"), "{refused:?}");
}
