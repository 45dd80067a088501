//! The same body again: answered from what was recorded, unless anything that its verdict rests on is another.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Answer, JSON_BODY, Sender, send};

/// How often the very bytes were answered without reading them, as `/metrics` counts it.
async fn repeated(server: &Server) -> String {
    let metrics = server.get("/metrics").send().await.unwrap().text().await.unwrap();
    let line = metrics
        .lines()
        .find_map(|line| line.strip_prefix("passmuster_repeated_uploads_total "));
    line.unwrap().to_owned()
}

async fn report(sender: &Sender<'_>, answer: &Value) -> Value {
    let id = answer["upload_id"].as_str().unwrap();
    sender.get(&format!("uploads/{id}")).await["report"].clone()
}

async fn edit(sender: &Sender<'_>, path: &str, document: Value) -> Answer {
    send(sender.admin(Method::PATCH, path).json(&document)).await
}

on_both_databases! {
    async fn the_same_bytes_are_another_upload_with_the_same_report(server: Server) {
        let sender = Sender::of_json(&server);
        let first = sender.upload(JSON_BODY).await.expect(201);
        let second = sender.upload(JSON_BODY).await.expect(201);
        assert_ne!(first["upload_id"], second["upload_id"]);
        assert_eq!(second["records"], first["records"]);
        assert_eq!(second["unchanged"], first["records"]);
        assert_eq!(second["created"], 0);
        assert_eq!(second["plan_hash"], sender.plan(JSON_BODY).await["plan"]["hash"]);
        assert_eq!(report(&sender, &first).await, report(&sender, &second).await);
        assert_eq!(sender.uploads().await.len(), 2);
    }

    async fn an_edit_in_between_is_seen(server: Server) {
        let sender = Sender::of_json(&server);
        sender.upload(JSON_BODY).await.expect(201);
        let email = sender.emails().await[0].clone();
        let before = sender.user(&email).await;
        edit(&sender, &format!("users/{email}"), json!({"last_name": "Another"})).await.expect(200);
        let back = sender.upload(JSON_BODY).await.expect(201);
        assert_eq!(back["updated"], 1, "{back}");
        assert_eq!(sender.user(&email).await["last_name"], before["last_name"]);
        assert_eq!(repeated(&server).await, "0");
    }

    async fn a_setting_in_between_is_seen(server: Server) {
        let sender = Sender::of_json(&server);
        sender.upload(JSON_BODY).await.expect(201);
        edit(&sender, "settings/", json!({"salesforce": true})).await.expect(200);
        assert_eq!(sender.upload(JSON_BODY).await.status, 400, "every row needs a username now");
        edit(&sender, "settings/", json!({"salesforce": false})).await.expect(200);
        sender.upload(JSON_BODY).await.expect(201);
        assert_eq!(repeated(&server).await, "0");
    }

    async fn another_plan_than_agreed_is_refused_all_the_same(server: Server) {
        let sender = Sender::of_json(&server);
        let agreed = sender.plan(JSON_BODY).await["plan"]["hash"].as_str().unwrap().to_owned();
        sender.upload(JSON_BODY).await.expect(201);
        let again = sender.post("").header("If-Match", format!("\"{agreed}\"")).body(JSON_BODY);
        let refused = send(again).await;
        assert_eq!(refused.status, 409, "{}", refused.body);
        assert_eq!(sender.uploads().await.len(), 1);
    }
}
