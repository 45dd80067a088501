//! What is old goes; what waits for somebody stays.

use std::time::Duration;

use passmuster_tests::{Database, Server, on_each_database};
use reqwest::Method;
use serde_json::json;

use crate::sender::{JSON_BODY, Sender, send};

/// Half a second, in days.
const HALF_A_SECOND: &str = "0.0000058";

async fn has_body(sender: &Sender<'_>, upload_id: &serde_json::Value) -> bool {
    let path = format!("uploads/{}/body/", upload_id.as_str().unwrap());
    match send(sender.admin(Method::GET, &path)).await.status {
        200 => true,
        404 | 410 => false,
        other => panic!("{other}"),
    }
}

/// Asks until it is so, for at most ten seconds.
async fn comes_true<F: Future<Output = bool>>(what: &str, ask: impl Fn() -> F) {
    for _ in 0..100 {
        if ask().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("never: {what}");
}

on_each_database! {
    async fn bodies_go_when_they_are_old_but_not_those_that_wait(database: Database) {
        let server = Server::start_with(database, &["--keep-bodies", HALF_A_SECOND, "--tidy-interval", "1"]);
        let sender = Sender::of_json(&server);
        let path = format!("integrations/{}", sender.integration_id);
        let limits = json!({"limits": {"rows_touched": {"percent": null, "count": 1}}});
        let applied = sender.upload(JSON_BODY).await.expect(201);
        send(sender.admin(Method::PATCH, &path).json(&limits)).await.expect(200);
        let other = JSON_BODY.replace("Smith", "Smythe").replace("Simpson", "Simson");
        let held = sender.upload(other).await.expect(409);
        comes_true("the applied body goes", async || !has_body(&sender, &applied["upload_id"]).await).await;
        // Long after its time.
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(has_body(&sender, &held["upload_id"]).await);
        let reject = format!("uploads/{}/reject/", held["upload_id"].as_str().unwrap());
        send(sender.admin(Method::POST, &reject)).await.expect(200);
        comes_true("the rejected body goes", async || !has_body(&sender, &held["upload_id"]).await).await;
    }

    async fn an_operator_who_keeps_no_bodies_keeps_none(database: Database) {
        let server = Server::start_with(database, &["--keep-bodies", "0"]);
        let sender = Sender::of_json(&server);
        let applied = sender.upload(JSON_BODY).await.expect(201);
        assert!(!has_body(&sender, &applied["upload_id"]).await);
    }

    async fn bodies_are_kept_unless_told_otherwise(database: Database) {
        let server = Server::start_with(database, &["--tidy-interval", "1"]);
        let sender = Sender::of_json(&server);
        let applied = sender.upload(JSON_BODY).await.expect(201);
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert!(has_body(&sender, &applied["upload_id"]).await);
    }
}
