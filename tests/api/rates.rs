//! How much one sender may ask for, and how often somebody may guess a password.

use std::time::Instant;

use passmuster_tests::{Database, Server, on_both_databases, on_each_database};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Answer, JSON_BODY, Sender, at_once, send};

const EMAIL: &str = "ann@yourcompany.com";
const PASSWORD: &str = "correct horse battery";

fn create_admin(server: &Server) {
    let arguments = [
        "user",
        "create",
        "--email",
        EMAIL,
        "--first-name",
        "Ann",
        "--last-name",
        "Doe",
        "--admin",
    ];
    let created = server.cli_with_input(&[&arguments[..], &["--password-stdin"]].concat(), PASSWORD.as_bytes());
    assert_eq!(created.code, 0, "{created:?}");
}

async fn sign_in(server: &Server, email: &str, password: &str) -> Answer {
    send(
        server
            .post("/api/session")
            .json(&json!({"email": email, "password": password})),
    )
    .await
}

fn must_wait(answer: &Answer) -> u64 {
    assert_eq!(
        (answer.status, answer.error_id()),
        (429, "rate_limited"),
        "{}",
        answer.body
    );
    assert!(answer.body["request_id"].is_string(), "{}", answer.body);
    answer.header("retry-after").parse().unwrap()
}

on_both_databases! {
    async fn nobody_honest_meets_a_limit(server: Server) {
        let sender = Sender::of_json(&server);
        for _ in 0..50 {
            sender.upload(JSON_BODY).await.expect(201);
        }
        for _ in 0..300 {
            assert_eq!(send(sender.admin(Method::GET, "users/")).await.status, 200);
        }
    }

    async fn a_stale_script_keeps_no_new_token_out(server: Server) {
        let sender = Sender::of_json(&server);
        let stale = || {
            let request = server.post(&sender.path).header("Authorization", "Token stale");
            send(request.header("Content-Type", "application/json").body(JSON_BODY))
        };
        let mut last = stale().await;
        for _ in 0..60 {
            last = stale().await;
        }
        must_wait(&last);
        sender.upload(JSON_BODY).await.expect(201);
    }

    async fn an_unknown_account_is_answered_as_a_known_one(server: Server) {
        create_admin(&server);
        let mut answers: [Vec<Value>; 2] = [vec![], vec![]];
        let mut seconds: [Vec<f64>; 2] = [vec![], vec![]];
        for _ in 0..4 {
            for (at, email) in [EMAIL, "nobody@yourcompany.com"].into_iter().enumerate() {
                let begin = Instant::now();
                let answer = sign_in(&server, email, "wrong password!").await;
                seconds[at].push(begin.elapsed().as_secs_f64());
                let mut body = answer.body;
                body["request_id"].take();
                answers[at].push(json!([answer.status, body]));
                // Of the address, which both share.
                if seconds[at].len() == 2 {
                    assert_eq!(sign_in(&server, EMAIL, PASSWORD).await.status, 200);
                }
            }
        }
        assert_eq!(answers[0], answers[1]);
        let fastest = |of: &[f64]| of.iter().copied().fold(f64::INFINITY, f64::min);
        let (known, unknown) = (fastest(&seconds[0]), fastest(&seconds[1]));
        assert!(unknown > known / 2.0, "a password is hashed in any case: {known} {unknown}");
    }
}

on_each_database! {
    async fn tokens_that_are_not_known_are_soon_not_looked_up_but_good_ones_are(database: Database) {
        // Each server counts for itself.
        let server = Server::start(database);
        let sender = Sender::of_json(&server);
        sender.upload(JSON_BODY).await.expect(201);
        let invented = |at: u32| {
            let request = server.post(&sender.path).header("Authorization", format!("Token invented-{at}"));
            send(request.header("Content-Type", "application/json").body(JSON_BODY))
        };
        let mut refused = 0;
        let mut wait = 0;
        for at in 0..60 {
            let answer = invented(at).await;
            match answer.status {
                401 => refused += 1,
                _ => wait = must_wait(&answer),
            }
        }
        assert!((20..=30).contains(&refused), "{refused}");
        assert!((1..=60).contains(&wait), "{wait}");
        sender.upload(JSON_BODY).await.expect(201);
        // Who shows nothing guesses nothing.
        assert_eq!(send(server.get("/api/session")).await.status, 401);
        assert_eq!(send(server.get("/readyz")).await.status, 200);
    }

    async fn guessing_a_password_takes_longer_and_longer(database: Database) {
        // Each server counts for itself.
        let server = Server::start(database);
        create_admin(&server);
        for _ in 0..5 {
            assert_eq!(sign_in(&server, EMAIL, "wrong password!").await.status, 401);
        }
        let refused = sign_in(&server, EMAIL, PASSWORD).await;
        let wait = must_wait(&refused);
        assert!((1..=5).contains(&wait), "{}", refused.body);
        let hint = refused.body["errors"][0]["hint"].as_str().unwrap();
        assert!(hint.starts_with("Wait ") && hint.contains(" second"), "{hint}");
        tokio::time::sleep(std::time::Duration::from_secs(wait)).await;
        assert_eq!(sign_in(&server, EMAIL, PASSWORD).await.status, 200);
        // That was a new beginning.
        for _ in 0..4 {
            assert_eq!(sign_in(&server, EMAIL, "wrong password!").await.status, 401);
        }
        assert_eq!(sign_in(&server, EMAIL, PASSWORD).await.status, 200);
    }

    async fn the_operator_sets_how_much_one_sender_may_ask_for(database: Database) {
        let server = Server::start_with(database, &["--upload-rate", "3", "--read-rate", "20"]);
        let sender = Sender::of_json(&server);
        // The first is not known yet, and counts for its address.
        let answers = at_once((0..12).map(|_| sender.post("").body(JSON_BODY))).await;
        let limited: Vec<&Answer> = answers.iter().filter(|answer| answer.status == 429).collect();
        assert!(!limited.is_empty() && limited.len() < 12, "{}", limited.len());
        assert_eq!(must_wait(limited[0]), 1);
        // Reading is counted by itself, and another credential has its own budget.
        assert_eq!(send(sender.admin(Method::GET, "users/")).await.status, 200);
    }

    async fn a_proxy_is_believed_only_when_the_operator_trusts_it(database: Database) {
        let read = |server: &Server, client: &str| {
            let request = server.get("/api/session").header("X-Forwarded-For", client);
            async { send(request).await.status }
        };
        let trusting = Server::start_with(database, &["--read-rate", "5", "--trusted-proxy", "127.0.0.0/8,10.0.0.1"]);
        let suspicious = Server::start_with(database, &["--read-rate", "5"]);
        let mut statuses = [vec![], vec![]];
        for at in 0..20 {
            let client = format!("203.0.113.{at}");
            statuses[0].push(read(&trusting, &client).await);
            statuses[1].push(read(&suspicious, &client).await);
        }
        assert!(statuses[0].iter().all(|status| *status == 401), "{statuses:?}");
        assert!(statuses[1].contains(&429), "{statuses:?}");
    }
}
