//! How large an answer is, whatever was sent.

use passmuster_tests::{Database, Server};
use serde_json::json;

use crate::sender::Sender;

const ROWS: usize = 5_000;
/// The most bytes of an answer to a body that was refused.
const ANSWER_BYTES: usize = 100_000;

const WIDE: &str = r#"{"version":1,"file_format":"csv","fields":[
    {"api_field":"Email","target":"user.email"},
    {"api_field":"First","target":"user.first_name"},
    {"api_field":"Last","target":"user.last_name"},
    {"api_field":"Zone","target":"user.time_zone"},
    {"api_field":"Grade","target":"attribute:Grade"}]}"#;

/// Each row with one bad cell, told in full for the first hundred and counted for all.
async fn is_small(sender: &Sender<'_>, header: &str, row: impl Fn(usize) -> String) {
    let rows: Vec<String> = (0..ROWS).map(row).collect();
    let body = format!("{header}\n{}\n", rows.join("\n"));
    let answer = sender.upload(body).await.expect(400);
    assert_eq!(answer["error_count"], json!(ROWS), "{}", answer["errors"][0]);
    assert_eq!(
        (answer["errors"].as_array().unwrap().len(), &answer["errors_capped"]),
        (100, &json!(true))
    );
    let bytes = answer.to_string().len();
    assert!(bytes < ANSWER_BYTES, "{bytes} bytes, {}", answer["errors"][0]);
}

async fn answers_stay_small(database: Database) {
    let server = Server::start_with(database, &["--body-limit", "67108864"]);
    assert_eq!(server.cli(&["attribute", "create", "Grade", "--kind", "json"]).code, 0);
    let sender = Sender::of_csv(&server, WIDE);
    let header = "Email,First,Last,Zone,Grade";
    is_small(&sender, header, |at| format!("user{at},Jo,Doe,Etc/UTC,1")).await;
    let long = "x".repeat(10_000);
    is_small(&sender, header, |at| format!("user{at}@a.co,{long},Doe,Etc/UTC,1")).await;
    is_small(&sender, header, |at| format!("{long}{at},Jo,Doe,Etc/UTC,1")).await;
    let long = "x".repeat(1_000);
    is_small(&sender, header, |at| format!("user{at}@a.co,Jo,Doe,{long}{at},1")).await;
    is_small(&sender, header, |at| format!("user{at}@a.co,Jo,Doe,Etc/UTC,1,{long}")).await;
    let twice = format!("\"{{\"\"{long}\"\":1,\"\"{long}\"\":2}}\"");
    is_small(&sender, header, |at| format!("user{at}@a.co,Jo,Doe,Etc/UTC,{twice}")).await;
    // letters of three bytes, controls and quotes that are escaped in the answer
    let heavy = "\u{4e2d}".repeat(1_000);
    is_small(&sender, header, |at| format!("{heavy}{at},Jo,Doe,Etc/UTC,1")).await;
    let controls = "\u{1}".repeat(1_000);
    is_small(&sender, header, |at| format!("{controls}{at},Jo,Doe,Etc/UTC,1")).await;
    let quotes = "\"\"".repeat(1_000);
    is_small(&sender, header, |at| format!("\"{quotes}{at}\",Jo,Doe,Etc/UTC,1")).await;
}

#[tokio::test]
async fn on_sqlite() {
    answers_stay_small(Database::Sqlite).await;
}

#[tokio::test]
async fn on_postgres() {
    answers_stay_small(Database::Postgres).await;
}
