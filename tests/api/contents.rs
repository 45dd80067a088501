//! What an upload held and changed, to be looked at afterwards.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{CSV_BODY, Sender, send};

async fn records(sender: &Sender<'_>, id: &str, query: &str) -> Value {
    sender.get(&format!("uploads/{id}/records/{query}")).await
}

fn id_of(answer: &Value) -> String {
    answer["upload_id"].as_str().unwrap().to_owned()
}

fn outcomes(list: &Value) -> Vec<&str> {
    let records = list["records"].as_array().unwrap().iter();
    records.map(|record| record["outcome"].as_str().unwrap()).collect()
}

on_both_databases! {
    async fn each_record_tells_what_it_came_to(server: Server) {
        let sender = Sender::of_json(&server);
        sender.upload(r#"[{"email": "a@a.co", "first_name": "A", "last_name": "A"}]"#).await.expect(201);
        let body = r#"[{"email": "a@a.co", "first_name": "A", "last_name": "A", "note": "x"},
            {"email": "b@a.co", "first_name": "B", "last_name": "B"},
            {"email": "b@a.co", "first_name": "B", "last_name": "B"}]"#;
        let id = id_of(&sender.upload(body).await.expect(201));
        let list = records(&sender, &id, "").await;
        assert_eq!(list["columns"], json!(["email", "first_name", "last_name", "note"]));
        assert_eq!(outcomes(&list), ["unchanged", "created", "unchanged"]);
        assert_eq!(list["records"][0]["cells"], json!(["a@a.co", "A", "A", "x"]));
        assert_eq!(list["records"][1]["cells"], json!(["b@a.co", "B", "B", null]));
        assert_eq!((&list["records"][1]["row"], &list["records"][1]["line"]), (&json!(2), &json!(2)));
        let changes = sender.get(&format!("uploads/{id}/changes/")).await;
        assert_eq!(changes["changes"].as_array().unwrap().len(), 1);
        assert_eq!((&changes["changes"][0]["email"], &changes["changes"][0]["row"]), (&json!("b@a.co"), &json!(2)));
    }

    async fn lists_come_in_pages(server: Server) {
        let sender = Sender::of_json(&server);
        let person = |at: usize| json!({"email": format!("p{at}@a.co"), "first_name": "Jo", "last_name": "Doe"});
        let body = Value::from((0..7).map(person).collect::<Vec<_>>()).to_string();
        let id = id_of(&sender.upload(body).await.expect(201));
        for (path, key) in [("records", "records"), ("changes", "changes")] {
            let (mut cursor, mut seen) = (String::new(), 0);
            loop {
                let page = sender.get(&format!("uploads/{id}/{path}/?limit=3&cursor={cursor}")).await;
                seen += page[key].as_array().unwrap().len();
                match page["next_cursor"].as_str() {
                    Some(next) => cursor = next.to_owned(),
                    None => break,
                }
            }
            assert_eq!(seen, 7, "{path}");
        }
        assert_eq!(send(sender.admin(Method::GET, &format!("uploads/{id}/records/?cursor=x"))).await.status, 400);
    }

    async fn a_rejected_body_is_kept_from_the_directory_not_from_sight(server: Server) {
        let sender = Sender::of_json(&server);
        let body = r#"[{"email": "a@a.co", "first_name": "A", "last_name": "A"}, {"email": "b", "first_name": "B", "last_name": "B"}]"#;
        let id = id_of(&sender.upload(body).await.expect(400));
        let list = records(&sender, &id, "").await;
        assert_eq!(outcomes(&list), ["rejected", "rejected"]);
        assert_eq!(list["records"][0]["problems"], json!([]));
        assert_eq!(list["records"][1]["problems"][0]["rule"], "invalid_email");
        let bytes = sender.admin(Method::GET, &format!("uploads/{id}/body/")).send().await.unwrap();
        assert_eq!(bytes.headers()["content-type"], "application/octet-stream");
        assert_eq!(bytes.text().await.unwrap(), body);
    }

    async fn a_body_is_read_by_the_mapping_that_it_came_with(server: Server) {
        let sender = Sender::of_example(&server);
        let id = id_of(&sender.upload(CSV_BODY).await.expect(201));
        let before = records(&sender, &id, "").await;
        let mapping = r#"{"version": 1, "file_format": "csv", "fields": [
            {"api_field": "A", "target": "user.email"}, {"api_field": "B", "target": "user.first_name"},
            {"api_field": "C", "target": "user.last_name"}]}"#;
        let path = format!("integrations/{}/mapping/", sender.integration_id);
        send(sender.admin(Method::PUT, &path).header("Content-Type", "application/json").body(mapping)).await.expect(200);
        assert_eq!(records(&sender, &id, "").await, before);
        assert_eq!(outcomes(&before), ["created", "created"]);
    }

    async fn a_sender_sees_its_own_upload(server: Server) {
        let sender = Sender::of_json(&server);
        let id = id_of(&sender.upload(crate::sender::JSON_BODY).await.expect(201));
        let path = format!("{}uploads/{id}/", sender.path);
        let own = send(server.get(&path).header("Authorization", format!("Token {}", sender.token))).await.expect(200);
        assert_eq!((&own["outcome"], &own["counts"]["created"]), (&json!("applied"), &json!(2)));
        assert_eq!(send(server.get(&path)).await.status, 401);
    }
}
