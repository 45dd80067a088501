//! Tokens of an integration: several at a time, with an end, replaced with an overlap, ended at once.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Answer, JSON_BODY, Sender, send};

async fn upload_with(sender: &Sender<'_>, token: &Value) -> Answer {
    let request = sender
        .server
        .post(&sender.path)
        .header("Content-Type", "application/json");
    let authorization = format!("Token {}", token.as_str().unwrap());
    send(request.header("Authorization", authorization).body(JSON_BODY)).await
}

async fn tokens(sender: &Sender<'_>) -> Vec<Value> {
    let integration = sender.get(&format!("integrations/{}", sender.integration_id)).await;
    integration["tokens"].as_array().unwrap().clone()
}

async fn post(sender: &Sender<'_>, rest: &str, document: Value) -> Answer {
    let path = format!("integrations/{}/tokens/{rest}", sender.integration_id);
    send(sender.admin(Method::POST, &path).json(&document)).await
}

fn id_of(token: &Value) -> &str {
    token["id"].as_str().unwrap()
}

on_both_databases! {
    async fn a_token_tells_where_it_comes_from_and_how_it_is_used(server: Server) {
        let sender = Sender::of_json(&server);
        let token = &tokens(&sender).await[0];
        assert_eq!((&token["state"], &token["ends_at"], &token["last_used_at"]), (&json!("active"), &json!(null), &json!(null)));
        assert_eq!(token["created_by"], "command line");
        sender.upload(JSON_BODY).await.expect(201);
        assert_ne!(tokens(&sender).await[0]["last_used_at"], json!(null));
    }

    async fn a_refused_rotation_changes_nothing(server: Server) {
        let sender = Sender::of_json(&server);
        let before = tokens(&sender).await;
        let id = id_of(&before[0]).to_owned();
        assert_eq!(post(&sender, &format!("{id}/rotate/"), json!({"overlap_seconds": 99_999_999})).await.status, 400);
        assert_eq!(post(&sender, &format!("{id}/rotate/"), json!({"overlap": 1})).await.status, 400);
        assert_eq!(post(&sender, "0/rotate/", json!({})).await.status, 404);
        assert_eq!(post(&sender, "", json!({"expires_in_days": 0})).await.status, 400);
        let other = server.cli(&["integration", "create", "--name", "B", "--file-format", "csv", "--output", "json"]).json();
        let elsewhere = format!("integrations/{}/tokens/{id}", other["integration_id"].as_str().unwrap());
        assert_eq!(send(sender.admin(Method::DELETE, &elsewhere)).await.status, 404);
        assert_eq!(send(sender.admin(Method::POST, &format!("{elsewhere}/rotate/"))).await.status, 404);
        assert_eq!(tokens(&sender).await, before);
        upload_with(&sender, &json!(sender.token)).await.expect(201);
    }

    async fn a_token_makes_way_for_another_with_an_overlap(server: Server) {
        let sender = Sender::of_json(&server);
        let first = id_of(&tokens(&sender).await[0]).to_owned();
        let rotated = post(&sender, &format!("{first}/rotate/"), json!({"overlap_seconds": 3600})).await.expect(201);
        assert_eq!(rotated["old_token_id"], json!(first));
        let after = tokens(&sender).await;
        assert_eq!((&after[0]["state"], &after[0]["id"]), (&json!("active"), &rotated["token_id"]));
        assert_eq!((&after[1]["state"], &after[1]["ends_at"]), (&json!("ending"), &rotated["old_ends_at"]));
        // Both are good until then.
        upload_with(&sender, &json!(sender.token)).await.expect(201);
        upload_with(&sender, &rotated["auth_token"]).await.expect(201);
        let again = post(&sender, &format!("{first}/rotate/"), json!({})).await;
        assert_eq!((again.status, again.error_id()), (409, "conflict"));
        // Without an overlap, the old one is over at once.
        let second = rotated["token_id"].as_str().unwrap();
        let third = post(&sender, &format!("{second}/rotate/"), json!({"overlap_seconds": 0})).await.expect(201);
        let over = upload_with(&sender, &rotated["auth_token"]).await;
        assert_eq!((over.status, over.error_id(), over.header("www-authenticate")), (401, "authentication", "Token"));
        upload_with(&sender, &third["auth_token"]).await.expect(201);
        assert_eq!(tokens(&sender).await[1]["state"], "expired");
        let entries = sender.audit("?action=token_rotated").await;
        assert_eq!((entries.len(), &entries[0]["target"], &entries[0]["actor"]), (2, &json!("HR"), &json!("API key tests")));
    }

    async fn a_token_with_an_end_is_replaced_by_one_with_the_same_lifetime(server: Server) {
        let sender = Sender::of_json(&server);
        let made = post(&sender, "", json!({"expires_in_days": 30})).await.expect(201);
        upload_with(&sender, &made["auth_token"]).await.expect(201);
        assert_eq!(tokens(&sender).await[0]["ends_at"], made["expires_at"]);
        let rotated = post(&sender, &format!("{}/rotate/", made["token_id"].as_str().unwrap()), json!({})).await.expect(201);
        assert!(rotated["expires_at"].as_str() > made["expires_at"].as_str(), "{rotated}");
        assert!(rotated["old_ends_at"].as_str() < made["expires_at"].as_str(), "{rotated}");
    }

    async fn a_revoked_token_is_over_at_once(server: Server) {
        let sender = Sender::of_json(&server);
        let id = id_of(&tokens(&sender).await[0]).to_owned();
        let path = format!("integrations/{}/tokens/{id}", sender.integration_id);
        for _ in 0..2 {
            assert_eq!(send(sender.admin(Method::DELETE, &path)).await.status, 204);
        }
        let over = upload_with(&sender, &json!(sender.token)).await;
        assert_eq!((over.status, over.header("www-authenticate")), (401, "Token"));
        assert_eq!(tokens(&sender).await[0]["state"], "revoked");
        assert_eq!(sender.audit("?action=token_revoked").await.len(), 1);
        assert!(sender.emails().await.is_empty());
    }

    async fn the_command_line_rotates_and_revokes(server: Server) {
        let sender = Sender::of_json(&server);
        let rotated = server.cli(&["token", "rotate", "--integration", "HR", "--overlap", "0", "--output", "json"]).json();
        assert_eq!(upload_with(&sender, &json!(sender.token)).await.status, 401);
        upload_with(&sender, &rotated["auth_token"]).await.expect(201);
        let more = server.cli(&["token", "create", "--integration", "HR", "--expires-in-days", "7"]);
        assert!(more.stdout.starts_with("AUTH_TOKEN  "), "{more:?}");
        // Which of two, it doesn't guess.
        assert_eq!(server.cli(&["token", "rotate", "--integration", "HR"]).code, 1);
        let id = rotated["token_id"].as_str().unwrap();
        assert_eq!(server.cli(&["token", "rotate", "--integration", "HR", "--token", id]).code, 0);
        assert_eq!(server.cli(&["token", "revoke", id]).code, 0);
        assert_eq!(server.cli(&["token", "revoke", "nothing"]).code, 1);
        assert_eq!(upload_with(&sender, &rotated["auth_token"]).await.status, 401);
        let listed = server.cli(&["token", "list", "--integration", "HR", "--output", "json"]).json();
        assert_eq!(listed, json!(tokens(&sender).await));
    }
}
