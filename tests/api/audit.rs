//! The audit: every change leaves an entry, and the entries are found again.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::sender::{JSON_BODY, Sender, send};

on_both_databases! {
    async fn looking_leaves_no_entry(server: Server) {
        let sender = Sender::of_json(&server);
        let before = sender.audit("").await;
        for path in ["users/", "groups/", "integrations/", "settings/", "audit/"] {
            sender.get(path).await;
        }
        sender.plan(JSON_BODY).await;
        assert_eq!(sender.audit("").await, before);
    }

    async fn a_question_that_makes_no_sense_is_refused(server: Server) {
        let sender = Sender::of_json(&server);
        for query in ["?since=yesterday", "?until=2026-13-01", "?who=ann"] {
            let answer = send(sender.admin(Method::GET, &format!("audit/{query}"))).await;
            assert_eq!((answer.status, answer.error_id()), (400, "invalid_request"), "{query}");
        }
    }

    async fn entries_are_found_by_who_what_whom_and_when(server: Server) {
        let sender = Sender::of_json(&server);
        let upload = sender.upload(JSON_BODY).await.expect(201);
        let upload_id = upload["upload_id"].as_str().unwrap();
        let of_upload = sender.audit(&format!("?upload_id={upload_id}")).await;
        assert_eq!(of_upload.len(), 2, "{of_upload:?}");
        let entry = &sender.audit("?target=JASON@yourcompany.com").await[0];
        assert_eq!((&entry["action"], &entry["via"], &entry["upload_id"]), (&json!("user_created"), &json!("data"), &json!(upload_id)));
        assert!(entry["edits"].as_array().unwrap().iter().any(|edit| edit["field"] == "user.email" && edit["before"] == json!(null)));
        assert!(entry["request_id"].is_string() && entry["address"] == "127.0.0.1", "{entry}");
        assert_eq!(sender.audit("?action=user_created").await.len(), 2);
        for (query, count) in [("action=user_created", 2), ("target=JASON@yourcompany.com", 1), ("actor=nobody", 0)] {
            assert_eq!(sender.get(&format!("audit/count/?{query}")).await, json!({"entries": count, "is_capped": false}), "{query}");
        }
        let at = entry["at"].as_str().unwrap();
        assert_eq!(sender.audit(&format!("?action=user_created&since={at}")).await.len(), 2);
        assert!(sender.audit("?since=2100-01-01").await.is_empty());
        assert!(sender.audit("?until=2001-01-01T00:00:00Z").await.is_empty());
        let undone = send(sender.admin(Method::POST, &format!("uploads/{upload_id}/undo/"))).await;
        assert_eq!(undone.status, 200, "{}", undone.body);
        let of_upload = sender.audit(&format!("?upload_id={upload_id}")).await;
        let decided: Vec<&serde_json::Value> = of_upload.iter().filter(|entry| entry["action"] == "upload_undone").collect();
        assert_eq!((of_upload.len(), decided.len(), &decided[0]["actor"]), (5, 1, &json!("API key tests")), "{of_upload:?}");
        let by_hand = sender.audit("?actor=command%20line").await;
        assert_eq!((by_hand.len(), &by_hand[0]["action"]), (2, &json!("api_key_created")));
    }

    async fn entries_come_newest_first_in_pages(server: Server) {
        let sender = Sender::of_json(&server);
        for name in ["A", "B", "C"] {
            send(sender.admin(Method::POST, "group-types/").json(&json!({"name": name}))).await.expect(201);
        }
        let first = sender.get("audit/?action=group_type_created&limit=2").await;
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = sender.get(&format!("audit/?action=group_type_created&limit=2&cursor={cursor}")).await;
        let both = [&first, &second].map(|list| list["entries"].as_array().unwrap().clone());
        assert_eq!((both[0].len(), both[1].len()), (2, 1));
        let entries = both.concat();
        // To the millisecond: entries of one are in no order.
        assert!(entries.is_sorted_by(|newer, older| newer["at"].as_str() >= older["at"].as_str()), "{entries:?}");
        let mut targets: Vec<&str> = entries.iter().map(|entry| entry["target"].as_str().unwrap()).collect();
        targets.sort_unstable();
        assert_eq!(targets, ["A", "B", "C"]);
        assert_eq!(second["next_cursor"], json!(null));
        assert_eq!((&first["entries"][0]["actor"], &first["entries"][0]["via"]), (&json!("API key tests"), &json!("api")));
    }
}
