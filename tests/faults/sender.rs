//! Whoever uploads the same fifty people again and again, each time under another mark in every field that can bear one:
//! an upload that was applied in part shows.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use passmuster_tests::Server;
use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// How many people bear the mark.
pub(crate) const PEOPLE: usize = 50;

const MAPPING: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first", "target": "user.first_name"},
    {"api_field": "last", "target": "user.last_name"},
    {"api_field": "team", "target": "group_membership:Team"},
    {"api_field": "leads", "target": "group_manager:Team"},
    {"api_field": "tags", "target": "user.tags", "list": "replace"}]}"#;

/// An integration's sender, and an administrator who looks at what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    integration_id: String,
    authorization: String,
    path: String,
    api_key: String,
}

/// A body's answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn of(request: RequestBuilder) -> reqwest::Result<Self> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Self { status, body })
    }

    pub(crate) fn upload_id(&self) -> String {
        text(&self.body["upload_id"])
    }

    /// What is said of the first error.
    pub(crate) fn description(&self) -> &str {
        self.body["errors"][0]["description"].as_str().unwrap_or_default()
    }
}

impl Sender {
    pub(crate) fn enable(server: &Server) -> Self {
        assert_eq!(server.cli(&["group-type", "create", "Team"]).code, 0);
        let made = enable(server, "json", MAPPING);
        let key = server
            .cli(&["api-key", "create", "--name", "tests", "--output", "json"])
            .json();
        Self {
            integration_id: text(&made["integration_id"]),
            authorization: format!("Token {}", text(&made["auth_token"])),
            path: format!("/api/v1/data/{}/", text(&made["route"])),
            api_key: text(&key["api_key"]),
        }
    }

    /// Another integration of the same workspace, for CSV: its path and the header that lets a body in.
    pub(crate) fn enable_csv(server: &Server, mapping: &str) -> (String, String) {
        let made = enable(server, "csv", mapping);
        let path = format!("/api/v1/data/{}/", text(&made["route"]));
        (path, format!("Token {}", text(&made["auth_token"])))
    }

    /// The path to which bodies are sent.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The header that lets a body in.
    pub(crate) fn authorization(&self) -> &str {
        &self.authorization
    }

    /// A POST of `body`, to be sent.
    pub(crate) fn post(&self, server: &Server, body: impl Into<reqwest::Body>) -> RequestBuilder {
        server
            .post(&self.path)
            .header("Authorization", &self.authorization)
            .header("Content-Type", "application/json")
            .body(body)
    }

    /// Gives everybody a mark.
    pub(crate) async fn upload(&self, server: &Server, mark: &str) -> Answer {
        Answer::of(self.post(server, people(mark))).await.unwrap()
    }

    pub(crate) async fn get(&self, server: &Server, path: &str) -> Answer {
        let request = server.get(&format!("/api/admin/{path}")).bearer_auth(&self.api_key);
        Answer::of(request).await.unwrap()
    }

    /// The mark that everybody bears; nobody there: `None`.
    pub(crate) async fn mark(&self, server: &Server) -> Option<String> {
        let list = self.get(server, "users/?limit=1000&search=bearer").await;
        assert_eq!(list.status, 200, "{}", list.body);
        let users = list.body["users"].as_array().unwrap();
        let mut marks = BTreeSet::new();
        for user in users {
            marks.extend([&user["first_name"], &user["last_name"], &user["groups"]["Team"]].map(text));
            let one = |list: &Value| {
                let list = list.as_array().unwrap();
                assert_eq!(list.len(), 1, "{user}");
                text(&list[0])
            };
            marks.extend([one(&user["tags"]), one(&user["manages"]["Team"])]);
        }
        if users.is_empty() {
            return None;
        }
        assert_eq!((users.len(), marks.len()), (PEOPLE, 1), "applied in part: {marks:?}");
        marks.pop_first()
    }

    /// The ids of all uploads that were applied, newest first.
    pub(crate) async fn applied(&self, server: &Server) -> Vec<String> {
        let mut ids = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("integrations/{}/uploads/?limit=1000{cursor}", self.integration_id);
            let list = self.get(server, &path).await;
            assert_eq!(list.status, 200, "{}", list.body);
            let uploads = list.body["uploads"].as_array().unwrap();
            let applied = uploads.iter().filter(|upload| upload["outcome"] == "applied");
            ids.extend(applied.map(|upload| text(&upload["id"])));
            match list.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return ids,
            }
        }
    }
}

fn enable(server: &Server, format: &str, mapping: &str) -> Value {
    let file = server.folder().join("mapping.json");
    std::fs::write(&file, mapping).unwrap();
    let file = file.to_string_lossy();
    let named = [
        "integration",
        "create",
        "--name",
        format,
        "--file-format",
        format,
        "--mapping",
        &file,
    ];
    server.cli(&[&named[..], &["--output", "json"]].concat()).json()
}

/// A body that gives everybody the same mark.
pub(crate) fn people(mark: &str) -> String {
    people_and(mark, &[])
}

/// The same with more people, by their addresses.
pub(crate) fn people_and(mark: &str, others: &[String]) -> String {
    let bearers = (0..PEOPLE).map(|at| format!("bearer{at}@yourcompany.com"));
    let records: Vec<Value> = bearers
        .chain(others.iter().cloned())
        .map(|email| json!({"email": email, "first": mark, "last": mark, "team": mark, "leads": mark, "tags": mark}))
        .collect();
    json!(records).to_string()
}

/// Waits until the server says that it is ready; how long that took.
pub(crate) async fn wait_until_ready(server: &Server, patience: Duration) -> Duration {
    let begin = Instant::now();
    loop {
        let answer = Answer::of(server.get("/readyz")).await;
        if answer.as_ref().is_ok_and(|answer| answer.status == 200) {
            return begin.elapsed();
        }
        assert!(begin.elapsed() < patience, "not ready after {patience:?}: {answer:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
        .to_owned()
}
