//! Workbooks as bodies of `POST /api/v1/data/{route}/`.

use std::fs;

use passmuster_tests::{Server, on_both_databases, root};
use reqwest::{Body, RequestBuilder};
use serde_json::json;

use crate::sender::{Sender, send};

const MAPPING: &str = r#"{"version": 1, "file_format": "csv", "fields": [
    {"api_field": "Email", "target": "user.email"},
    {"api_field": "First Name", "target": "user.first_name"},
    {"api_field": "Last Name", "target": "user.last_name"}]}"#;

const TYPES: [&str; 4] = [
    "application/vnd.ms-excel",
    "application/vns.ms-excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "text/csv",
];

/// The body of a case of the suite.
fn body(case: &str) -> Vec<u8> {
    fs::read(root().join("tests/suite").join(case).join("input.xlsx")).unwrap()
}

/// A body of this type; the sender's own type is another one.
fn post(
    server: &Server,
    sender: &Sender<'_>,
    query: &str,
    content_type: &str,
    body: impl Into<Body>,
) -> RequestBuilder {
    server
        .post(&format!("{}{query}", sender.path))
        .header("Authorization", format!("Token {}", sender.token))
        .header("Content-Type", content_type)
        .body(body)
}

on_both_databases! {
    async fn a_workbook_is_taken_under_every_type_of_csv(server: Server) {
        let sender = Sender::of_csv(&server, MAPPING);
        for content_type in TYPES {
            let answer = send(post(&server, &sender, "?mode=plan", content_type, body("a_workbook_is_read"))).await;
            assert_eq!((answer.status, &answer.body["plan"]["counts"]["created"]), (200, &json!(2)), "{content_type}");
            // Text under the same type is read as CSV.
            let text = "Email,First Name,Last Name\nann@example.com,Ann,Lee\n";
            let answer = send(post(&server, &sender, "?mode=plan", content_type, text)).await;
            assert_eq!((answer.status, &answer.body["plan"]["counts"]["created"]), (200, &json!(1)), "{content_type}");
        }
        let answer = send(post(&server, &sender, "", TYPES[2], body("a_workbook_is_read"))).await;
        assert_eq!((answer.status, &answer.body["created"]), (201, &json!(2)));
        assert_eq!(sender.emails().await, ["ann@example.com", "zoe@example.com"]);
    }

    async fn a_sheet_is_read_by_its_name(server: Server) {
        let sender = Sender::of_csv(&server, MAPPING);
        let workbook = || body("a_sheet_of_a_workbook_is_read_by_its_name");
        let post = |query: &str| post(&server, &sender, query, TYPES[0], workbook());
        let first = send(post("?mode=check")).await;
        assert_eq!(first.body["report"]["file"]["sheet"], "Read me");
        let named = send(post("?sheet=Users")).await;
        assert_eq!((named.status, &named.body["created"]), (201, &json!(1)));
        let unknown = send(post("?sheet=Employees")).await;
        assert_eq!((unknown.status, unknown.error_id()), (400, "import_parse_csv"));
        assert_eq!(unknown.body["errors"][0]["rule"], "unknown_sheet");
        // What was uploaded is shown from the sheet that was read.
        let upload = named.body["upload_id"].as_str().unwrap();
        let records = sender.get(&format!("uploads/{upload}/records/")).await;
        assert_eq!(records["records"][0]["cells"], json!(["ann@example.com", "Ann", "Lee"]));
        assert_eq!(records["records"][0]["line"], 2);
    }

    async fn a_workbook_is_no_json(server: Server) {
        let sender = Sender::of_json(&server);
        let answer = sender.upload(body("a_workbook_is_read")).await;
        assert_eq!((answer.status, answer.error_id()), (400, "import_parse_json"));
        assert_eq!(answer.body["errors"][0]["rule"], "unknown_file_type");
    }
}
