//! Of racing uploads of the same people one wins whole, then the other; on one server and on two.

use passmuster_tests::{Database, Server};

use crate::sender::{Answer, PEOPLE, Sender, people_and};
use crate::{chance, rounds};

/// People who are new in each round, and whom each upload wants to create.
const NEW: usize = 10;

async fn race(server: Server, rounds: usize) {
    let sender = Sender::enable(&server);
    let mut chance = chance();
    let (mut applied, mut told_to_wait) = (0, 0);
    for round in 0..rounds {
        let new: Vec<String> = (0..NEW).map(|at| format!("new{at}.{round}@yourcompany.com")).collect();
        let mut racing = Vec::new();
        for at in 0..chance.usize(2..=4) {
            let mark = format!("Round {round} upload {at}");
            let upload = sender.post(&server, people_and(&mark, &new));
            racing.push((mark, tokio::spawn(Answer::of(upload))));
        }
        let (mut winners, mut created) = (Vec::new(), 0);
        for (mark, upload) in racing {
            let answer = upload.await.unwrap().unwrap();
            match answer.status {
                201 => {
                    created += answer.body["created"].as_u64().unwrap();
                    winners.push(mark);
                }
                503 => told_to_wait += 1,
                other => panic!("{other}: {}", answer.body),
            }
        }
        applied += winners.len();
        let expected = if round == 0 { PEOPLE + NEW } else { NEW };
        assert_eq!(created, expected as u64, "each is created once");
        let mark = sender.mark(&server).await.unwrap();
        assert!(winners.contains(&mark), "{mark:?} is none of {winners:?}");
    }
    assert_eq!(sender.applied(&server).await.len(), applied);
    println!("{rounds} races: {applied} uploads applied whole, {told_to_wait} told to come back, 0 mixed");
}

#[tokio::test]
async fn racing_uploads_win_whole_on_sqlite() {
    race(Server::start(Database::Sqlite), rounds(50)).await;
}

#[tokio::test]
async fn racing_uploads_win_whole_on_postgres() {
    race(Server::start(Database::Postgres), rounds(50)).await;
}

#[tokio::test]
async fn racing_uploads_win_whole_on_two_servers() {
    race(Server::start_two(), rounds(50)).await;
}
