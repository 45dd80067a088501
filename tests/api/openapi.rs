//! The OpenAPI document: it tells of what is served, fits the standard, and the server keeps to it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;

use passmuster_tests::{Database, Server, redocly, schemathesis};
use serde_json::{Value, json};

use crate::described::{document, operations};
use crate::person::Person;
use crate::sender::{CSV_BODY, Sender, send};

/// The recommended ones but two: our endpoints end in a slash where those that they are known from do, and what probes
/// ask is never refused.
const RULES: &str = "extends: [recommended]\nrules:\n  no-path-trailing-slash: off\n  operation-4xx-response: off\n";
/// Seconds that Schemathesis may take in all.
const PATIENCE: u32 = 60;
/// No answer is a server's error, and each has a status, a media type and a shape that the document tells of.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";

#[tokio::test]
async fn each_operation_is_told_of_in_full_and_served() {
    let server = Server::start_with(Database::Sqlite, &["--trusted-proxy", "127.0.0.1"]);
    let mut ids = BTreeSet::new();
    for (at, operation) in operations(&server).await.into_iter().enumerate() {
        let told = &operation.told;
        assert!(ids.insert(operation.id().to_owned()), "{} twice", operation.id());
        assert!(!told["summary"].as_str().unwrap().is_empty(), "{}", operation.id());
        let responses = told["responses"].as_object().unwrap();
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{}",
            operation.id()
        );
        for parameter in told["parameters"].as_array().unwrap() {
            let has_words = parameter["description"].as_str().is_some_and(|words| !words.is_empty());
            assert!(has_words, "{}: {parameter}", operation.id());
        }
        // A client of its own each time, because somebody who is unknown is soon not answered any more.
        let path = operation.path_with(&[]);
        let request = operation
            .request(&server, &path)
            .header("X-Forwarded-For", format!("10.0.0.{at}"));
        let answer = send(request).await;
        let status = answer.status.to_string();
        assert!(
            responses.contains_key(&status),
            "{}: {status} {}",
            operation.id(),
            answer.body
        );
        assert_ne!(
            answer.body["errors"][0]["description"], "There is nothing at this path.",
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_document_is_open_to_everybody_and_sent_once() {
    let server = Server::start(Database::Sqlite);
    let first = server.get("/api/openapi.json").send().await.unwrap();
    assert_eq!(first.headers()["content-type"], "application/json");
    let etag = first.headers()["etag"].clone();
    let document: Value = first.json().await.unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["servers"], json!([{"url": "/", "description": "This server"}]));
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let again = server.get("/api/openapi.json").header("If-None-Match", etag);
    assert_eq!(again.send().await.unwrap().status(), 304);
}

#[tokio::test]
async fn a_linter_finds_no_fault_with_the_document() {
    let server = Server::start(Database::Sqlite);
    let file = server.folder().join("openapi.json");
    std::fs::write(&file, document(&server).await.to_string()).unwrap();
    let rules = server.folder().join("redocly.yaml");
    std::fs::write(&rules, RULES).unwrap();
    let linted = Command::new(redocly())
        .arg("lint")
        .arg(&file)
        .arg("--config")
        .arg(&rules)
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
        .current_dir(server.folder())
        .output()
        .expect("Redocly's linter is there: start the tests with `cargo xtask test`");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&linted.stdout),
        String::from_utf8_lossy(&linted.stderr)
    );
    assert!(linted.status.success() && !said.contains("You have"), "{said}");
}

/// What Schemathesis is to send to the operations that a filter chooses, and what to put into their paths.
struct Part<'a> {
    filter: &'a str,
    header: (&'a str, String),
    names: Vec<(&'a str, &'a str)>,
}

fn settings(parts: &[Part<'_>]) -> String {
    let mut settings = String::from("[generation]\ndeterministic = true\n");
    for (at, Part { filter, header, names }) in parts.iter().enumerate() {
        let (name, value) = header;
        let _ = writeln!(settings, "\n[[operations]]\ninclude-path-regex = {filter:?}");
        // Of a client of its own: whoever is unknown to some of them is soon not answered any more.
        let _ = writeln!(
            settings,
            "headers = {{ {name:?} = {value:?}, X-Forwarded-For = \"10.0.0.{at}\" }}"
        );
        let _ = writeln!(settings, "[operations.parameters]");
        for (name, value) in names {
            let _ = writeln!(settings, "\"path.{name}\" = {value:?}");
        }
    }
    settings
}

#[tokio::test]
async fn the_server_keeps_to_the_document_whatever_is_sent() {
    let server = Server::start_with(Database::Sqlite, &["--trusted-proxy", "127.0.0.1"]);
    let sender = Sender::of_example(&server);
    let upload = sender.upload(CSV_BODY).await.expect(201);
    let person = Person::new(&server, "flo@a.co", &["--admin"]).await;
    let file = server.folder().join("openapi.json");
    let mut document = document(&server).await;
    let paths = document["paths"].as_object_mut().unwrap();
    // A session that is ended, or a key or token that is revoked, would end the rest.
    let ends = ["/api/session", "/api/session/password", "/api/admin/api-keys/{id}"];
    paths.retain(|path, _| !ends.contains(&&**path) && !path.contains("{token_id}"));
    let of_session = paths.keys().filter(|path| path.starts_with("/api/session")).count();
    assert!(of_session > 0);
    std::fs::write(&file, document.to_string()).unwrap();
    let key = server
        .cli(&["api-key", "create", "--name", "schemathesis", "--output", "json"])
        .json();
    let key_text = key["api_key"].as_str().unwrap();
    let key = || ("Authorization", format!("Bearer {key_text}"));
    let route = sender.path.trim_matches('/').rsplit('/').next().unwrap();
    let upload_id = upload["upload_id"].as_str().unwrap();
    let directory = [
        ("email", "joey@freshwater.com"),
        ("group_type", "Team"),
        ("name", "Alpha Dogs"),
    ];
    let of_token = || ("Authorization", format!("Token {}", sender.token));
    let settings = settings(&[
        Part {
            filter: "^/api/admin/uploads/",
            header: key(),
            names: vec![("id", upload_id)],
        },
        Part {
            filter: "^/api/admin/(?!uploads/)",
            header: key(),
            names: [&directory[..], &[("id", &sender.integration_id)]].concat(),
        },
        Part {
            filter: "^/api/session",
            header: ("Cookie", person.cookie.clone()),
            names: Vec::new(),
        },
        Part {
            filter: "^/api/v1/",
            header: of_token(),
            names: vec![("route", route), ("id", upload_id)],
        },
        Part {
            filter: "^/api/public/",
            header: of_token(),
            names: vec![("id", "1")],
        },
        Part {
            filter: "^/app/",
            header: ("X-ApiKey", key_text.to_owned()),
            names: vec![("id", "01990a6e-7d3c-7c1f-9b1e-0c5d6b7a8f90")],
        },
        Part {
            filter: "^/api/setup",
            header: ("Accept", "*/*".to_owned()),
            names: Vec::new(),
        },
    ]);
    let config = server.folder().join("schemathesis.toml");
    std::fs::write(&config, settings).unwrap();
    let mut command = Command::new(schemathesis());
    command.arg("--config-file").arg(&config).arg("run").arg(&file);
    command.args([
        "--url",
        &server.url(""),
        "--max-time",
        &PATIENCE.to_string(),
        "--no-color",
    ]);
    command.args([
        "--max-examples",
        "10",
        "--workers",
        "1",
        "--phases",
        "examples,coverage,fuzzing",
    ]);
    command
        .args(["--checks", CHECKS, "--suppress-health-check", "all"])
        .current_dir(server.folder());
    // Beside this, so that connections which the server ends meanwhile are seen to have ended.
    let held = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let held = held.expect("Schemathesis is there: start the tests with `cargo xtask test`");
    let said = String::from_utf8_lossy(&held.stdout);
    assert!(held.status.success(), "{said}{}", String::from_utf8_lossy(&held.stderr));
    // It was let in, and what it sent was more than refused.
    assert!(!said.contains("Rate limited"), "{said}");
    assert!(
        sender.audit("?actor=API%20key%20schemathesis").await.len() > 3,
        "{said}"
    );
}

#[tokio::test]
async fn the_readable_pages_come_from_the_program() {
    let server = Server::start(Database::Sqlite);
    let moved = server.get("/docs").send().await.unwrap();
    assert_eq!(
        (moved.status().as_u16(), &moved.headers()["location"]),
        (308, &"/docs/".parse().unwrap())
    );
    for (name, kind) in [
        ("", "text/html"),
        ("start.js", "text/javascript"),
        ("swagger-ui-bundle.js", "text/javascript"),
        ("swagger-ui.css", "text/css"),
    ] {
        let plain = server.get(&format!("/docs/{name}")).send().await.unwrap();
        assert_eq!(plain.status(), 200, "{name}");
        let headers = plain.headers().clone();
        assert!(headers["content-type"].to_str().unwrap().starts_with(kind), "{name}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(!headers.contains_key("content-encoding"));
        assert!(!plain.bytes().await.unwrap().is_empty());
        let packed = server
            .get(&format!("/docs/{name}"))
            .header("Accept-Encoding", "br, gzip");
        let packed = packed.send().await.unwrap();
        assert_eq!(
            packed.headers().contains_key("content-encoding"),
            name.starts_with("swagger-ui"),
            "{name}"
        );
        let again = server
            .get(&format!("/docs/{name}"))
            .header("If-None-Match", &headers["etag"]);
        assert_eq!(again.send().await.unwrap().status(), 304, "{name}");
    }
    assert_eq!(
        server.get("/docs/swagger-ui.js.map").send().await.unwrap().status(),
        404
    );
}
