//! Custom attributes: made by an administrator, then mapped and loaded.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::sender::{Sender, send};

on_both_databases! {
    async fn an_attribute_that_is_refused_is_not_there(server: Server) {
        let sender = Sender::of_json(&server);
        for document in [
            json!({"name": " ", "kind": "string"}),
            json!({"name": "Shoe", "kind": "size"}),
            json!({"name": "Shirt", "kind": "fixed"}),
            json!({"name": "Shirt", "kind": "fixed", "options": ["S", "S"]}),
            json!({"name": "Shirt", "kind": "string", "options": ["S"]}),
        ] {
            let answer = send(sender.admin(Method::POST, "attributes/").json(&document)).await;
            assert_eq!((answer.status, answer.error_id()), (400, "invalid_request"), "{document}");
        }
        assert_eq!(sender.get("groups/").await["attributes"], json!([]));
    }

    async fn an_attribute_is_made_once_and_then_mapped(server: Server) {
        let sender = Sender::of_json(&server);
        assert_eq!(server.cli(&["attribute", "create", "Start Date", "--kind", "date"]).code, 0);
        assert_eq!(server.cli(&["attribute", "create", "Start Date", "--kind", "string"]).code, 1);
        let shirt = json!({"name": "Shirt", "kind": "fixed", "options": ["S", "M"]});
        let made = send(sender.admin(Method::POST, "attributes/").json(&shirt)).await.expect(201);
        assert_eq!(made, shirt);
        let known = sender.get("groups/").await["attributes"].clone();
        assert_eq!(known, json!([shirt, {"name": "Start Date", "kind": "date", "options": []}]));
        let place = format!("integrations/{}", sender.integration_id);
        let mut mapping = sender.get(&place).await["mapping"].clone();
        for (field, target) in [("shirt", "attribute:Shirt"), ("start", "attribute:Start Date")] {
            mapping["fields"].as_array_mut().unwrap().push(json!({"api_field": field, "target": target}));
        }
        send(sender.admin(Method::PUT, &format!("{place}/mapping")).json(&mapping)).await.expect(200);
        let person = |shirt: &str| json!([{
            "email": "ann@a.co", "first_name": "Ann", "last_name": "Ray", "shirt": shirt, "start": "2026-11-21",
        }]).to_string();
        assert_eq!(sender.upload(person("XL")).await.status, 400);
        sender.upload(person("M")).await.expect(201);
        assert_eq!(sender.user("ann@a.co").await["attributes"], json!({"Shirt": "M", "Start Date": "2026-11-21"}));
    }
}
