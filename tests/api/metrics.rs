//! `GET /metrics`, read as a scraper reads it: every line.

use std::collections::{BTreeMap, BTreeSet};

use passmuster_tests::{Database, Server, on_each_database};

use crate::sender::{JSON_BODY, Sender, send};

/// Every sample by its name and labels, after each line was held against the format.
// https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
fn samples(text: &str) -> BTreeMap<String, f64> {
    let mut kinds = BTreeMap::new();
    let mut samples = BTreeMap::new();
    let (last, lines) = text
        .trim_end()
        .lines()
        .collect::<Vec<_>>()
        .split_last()
        .map(|(a, b)| (*a, b.to_vec()))
        .unwrap();
    assert_eq!(last, "# EOF");
    assert!(text.ends_with('\n'));
    for line in lines {
        if let Some(comment) = line.strip_prefix("# ") {
            let mut words = comment.splitn(3, ' ');
            let (word, name, rest) = (
                words.next().unwrap(),
                words.next().unwrap(),
                words.next().unwrap_or_default(),
            );
            assert!(is_name(name), "{line}");
            match word {
                "TYPE" => {
                    assert!(["counter", "gauge", "histogram", "info"].contains(&rest), "{line}");
                    assert_eq!(kinds.insert(name.to_owned(), rest.to_owned()), None, "twice: {line}");
                }
                "HELP" => assert!(!rest.is_empty(), "{line}"),
                "UNIT" => assert!(name.ends_with(rest), "{line}"),
                _ => panic!("{line}"),
            }
            continue;
        }
        let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
        let name = series.split('{').next().unwrap();
        assert!(is_name(name), "{line}");
        if let Some(labels) = series.strip_prefix(name).and_then(|rest| rest.strip_prefix('{')) {
            let labels = labels.strip_suffix('}').unwrap_or_else(|| panic!("{line}"));
            for label in labels.split(',') {
                let (key, value) = label.split_once('=').unwrap_or_else(|| panic!("{line}"));
                assert!(
                    is_name(key) && value.len() >= 2 && value.starts_with('"') && value.ends_with('"'),
                    "{line}"
                );
                assert!(!value[1..value.len() - 1].contains(['"', '\\']), "{line}");
            }
        }
        let family = ["_total", "_bucket", "_sum", "_count", "_info"]
            .into_iter()
            .find_map(|ending| name.strip_suffix(ending).filter(|family| kinds.contains_key(*family)));
        assert!(
            kinds.contains_key(family.unwrap_or(name)),
            "a sample without a type: {line}"
        );
        let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
        assert!(value >= 0.0, "{line}");
        assert_eq!(samples.insert(series.to_owned(), value), None, "twice: {line}");
    }
    samples
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

async fn scrape(server: &Server) -> BTreeMap<String, f64> {
    let answer = send(server.get("/metrics")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header("content-type"),
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    samples(answer.body.as_str().unwrap())
}

on_each_database! {
    async fn what_was_done_is_counted(database: Database) {
        let server = Server::start(database);
        let sender = Sender::of_json(&server);
        sender.upload(JSON_BODY).await.expect(201);
        sender.upload("[]").await.expect(400);
        sender.plan(JSON_BODY).await;
        let counts = scrape(&server).await;
        let data = r#"method="POST",route="/api/v1/data/{route}""#;
        for (series, expected) in [
            (format!("passmuster_requests_total{{{data},status=\"201\"}}"), 1.0),
            (format!("passmuster_requests_total{{{data},status=\"400\"}}"), 1.0),
            (format!("passmuster_requests_total{{{data},status=\"200\"}}"), 1.0),
            (r#"passmuster_request_seconds_count{route="/api/v1/data/{route}"}"#.to_owned(), 3.0),
            (r#"passmuster_uploads_total{outcome="applied"}"#.to_owned(), 1.0),
            (r#"passmuster_uploads_total{outcome="rejected"}"#.to_owned(), 1.0),
            ("passmuster_records_total".to_owned(), 2.0),
            (r#"passmuster_problems_total{severity="error"}"#.to_owned(), 1.0),
            ("passmuster_uploaded_bytes_total".to_owned(), (JSON_BODY.len() + 2) as f64),
            ("passmuster_plans_total".to_owned(), 1.0),
            ("passmuster_turn_seconds_count".to_owned(), 1.0),
            ("passmuster_bodies_in_memory_bytes".to_owned(), 0.0),
            ("passmuster_notices_waiting".to_owned(), 0.0),
        ] {
            assert_eq!(counts.get(&series), Some(&expected), "{series} of {counts:#?}");
        }
        assert!(counts["passmuster_connections"] >= 1.0);
        assert!(counts["process_start_time_seconds"] > 1.7e9);
        assert!(counts["process_resident_memory_bytes"] > 1e6);
        assert!(counts.keys().any(|series| series.starts_with("passmuster_build_info{version=")), "{counts:#?}");
    }

    async fn nothing_that_people_send_is_a_label(database: Database) {
        let server = Server::start(database);
        let before: BTreeSet<String> = scrape(&server).await.into_keys().collect();
        for at in 0..20 {
            send(server.get(&format!("/api/secret-{at}?q=secret"))).await;
            send(server.get(&format!("/secret-{at}\"}}"))).await;
            send(server.post(&format!("/api/v1/data/secret-{at}/")).header("Authorization", "Token secret")).await;
            let method = reqwest::Method::from_bytes(format!("SECRET{at}").as_bytes()).unwrap();
            send(server.request(method, "/healthz")).await;
        }
        let after: BTreeSet<String> = scrape(&server).await.into_keys().collect();
        assert!(!after.iter().any(|series| series.to_lowercase().contains("secret")), "{after:#?}");
        // A histogram has 14 lines.
        assert!(after.len() < before.len() + 80, "{after:#?}");
    }
}
