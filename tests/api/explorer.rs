//! What the Data Explorer and the API Sandbox ask: uploads by how they ended and when, records with problems, and bodies
//! sent to the endpoint by a person.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{JSON_BODY, Sender, send};

async fn uploads(sender: &Sender<'_>, query: &str) -> Vec<Value> {
    let list = sender
        .get(&format!("integrations/{}/uploads/{query}", sender.integration_id))
        .await;
    list["uploads"].as_array().unwrap().clone()
}

const BAD_BODY: &str = r#"[{"email": "a", "first_name": "A", "last_name": "A"}]"#;

on_both_databases! {
    async fn nothing_was_uploaded_and_nothing_waits(server: Server) {
        let sender = Sender::of_json(&server);
        let place = format!("integrations/{}", sender.integration_id);
        assert_eq!(sender.get(&place).await["held_uploads"], 0);
        let list = sender.get(&format!("{place}/uploads/")).await;
        assert_eq!((&list["uploads"], &list["kept_days"]), (&json!([]), &json!(30)));
        assert_eq!(sender.get(&format!("{place}/uploads/per-day/")).await, json!({"days": 30, "counts": []}));
    }

    async fn uploads_are_found_by_how_they_ended_and_when(server: Server) {
        let sender = Sender::of_json(&server);
        sender.upload(JSON_BODY).await.expect(201);
        sender.upload(BAD_BODY).await.expect(400);
        let all = uploads(&sender, "").await;
        assert_eq!(all.len(), 2);
        assert_eq!(uploads(&sender, "?outcome=rejected").await, all[..1]);
        assert_eq!(uploads(&sender, "?outcome=applied").await, all[1..]);
        assert_eq!(uploads(&sender, "?outcome=held").await, [] as [Value; 0]);
        let first = all[1]["received_at"].as_str().unwrap();
        let second = all[0]["received_at"].as_str().unwrap();
        assert_eq!(uploads(&sender, &format!("?since={second}")).await, all[..1]);
        assert_eq!(uploads(&sender, &format!("?until={second}")).await, all[1..]);
        assert_eq!(uploads(&sender, &format!("?since={first}&until={first}")).await, [] as [Value; 0]);
        let by = all[1]["received_by"].as_str().unwrap();
        assert_eq!(uploads(&sender, &format!("?by={}", by.to_uppercase())).await, all);
        assert_eq!(uploads(&sender, &format!("?outcome=applied&by={}", &by[2..])).await, all[1..]);
        let (any_end, any_letter) = (format!("{}%25", &by[..2]), format!("_{}", &by[1..]));
        for nobody in ["nobody", "!", &any_end, &any_letter] {
            assert_eq!(uploads(&sender, &format!("?by={nobody}")).await, [] as [Value; 0], "{nobody}");
        }
        assert_eq!(uploads(&sender, "?outcome=&since=&until=&by=&cursor=").await, all);
        for wrong in ["?outcome=good", "?since=yesterday", "?until=2026-11-21"] {
            let path = format!("integrations/{}/uploads/{wrong}", sender.integration_id);
            let answer = send(sender.admin(Method::GET, &path)).await;
            assert_eq!((answer.status, answer.error_id()), (400, "invalid_request"), "{wrong}");
        }
    }

    async fn a_received_body_is_planned_with_another_mapping(server: Server) {
        let sender = Sender::of_json(&server);
        sender.upload(JSON_BODY).await.expect(201);
        let all = uploads(&sender, "").await;
        let id = all[0]["id"].as_str().unwrap();
        let place = format!("uploads/{id}/plan/");
        let field = |api_field: &str, target: &str| json!({"api_field": api_field, "target": target});
        let mapping = |first: &str, last: &str| {
            let fields = [
                field("email", "user.email"),
                field(first, "user.first_name"),
                field(last, "user.last_name"),
            ];
            json!({"version": 1, "file_format": "json", "fields": fields})
        };
        let plan = async |mapping: &Value| send(sender.admin(Method::POST, &place).json(mapping)).await;
        let same = plan(&mapping("first_name", "last_name")).await.expect(200);
        assert_eq!(same["plan"]["counts"]["unchanged"], 2);
        let swapped = plan(&mapping("last_name", "first_name")).await.expect(200);
        assert_eq!(swapped["plan"]["counts"]["updated"], 2);
        let missing = plan(&mapping("given_name", "last_name")).await.expect(200);
        assert_eq!(missing["plan"], Value::Null);
        assert!(missing["report"]["error_count"].as_u64().unwrap() > 0, "{missing}");
        let mut unknown = mapping("first_name", "last_name");
        unknown["fields"]
            .as_array_mut()
            .unwrap()
            .push(field("team", "group_membership:Team"));
        let refused = plan(&unknown).await;
        assert_eq!((refused.status, refused.error_id()), (400, "invalid_request"));
        // Nothing came of it.
        assert_eq!(uploads(&sender, "").await, all);
        let nowhere = sender.admin(Method::POST, "uploads/01a20186-7a12-7c77-a32d-0c222cb12b9a/plan/");
        assert_eq!(send(nowhere.json(&unknown)).await.status, 404);
    }

    async fn uploads_are_counted_day_by_day(server: Server) {
        let sender = Sender::of_json(&server);
        sender.upload(JSON_BODY).await.expect(201);
        sender.upload(JSON_BODY).await.expect(201);
        sender.upload(BAD_BODY).await.expect(400);
        let place = format!("integrations/{}/uploads/per-day/", sender.integration_id);
        // Wherever midnight is, what just came is of today, or of yesterday if midnight has just been.
        for offset in [-840, 0, 330, 840] {
            let days = sender.get(&format!("{place}?days=7&offset={offset}")).await;
            let total = |what: &str| -> u64 {
                days["counts"].as_array().unwrap().iter().map(|day| day[what].as_u64().unwrap()).sum()
            };
            assert_eq!(days["days"], 7);
            assert!(days["counts"][0]["days_ago"].as_u64().unwrap() <= 1, "{days}");
            assert_eq!((total("applied"), total("rejected"), total("held"), total("undone")), (2, 1, 0, 0), "{days}");
        }
    }

    async fn an_upload_tells_how_it_was_read(server: Server) {
        let sender = Sender::of_json(&server);
        let id = sender.upload(JSON_BODY).await.expect(201)["upload_id"].as_str().unwrap().to_owned();
        let upload = sender.get(&format!("uploads/{id}/")).await;
        assert_eq!((&upload["mapping_version"], &upload["encoding"], &upload["sheet"]), (&json!(1), &json!(null), &json!(null)));
        assert_eq!(upload["body_sha256"].as_str().map(str::len), Some(64));
    }

    async fn records_with_problems_are_found_among_the_others(server: Server) {
        let sender = Sender::of_json(&server);
        let person = |at: usize| {
            let email = if at % 10 == 3 { "none".to_owned() } else { format!("p{at}@a.co") };
            json!({"email": email, "first_name": "Jo", "last_name": "Doe"})
        };
        let body = Value::from((0..40).map(person).collect::<Vec<_>>()).to_string();
        let refused = sender.upload(body).await.expect(400);
        let place = format!("uploads/{}/records/", refused["upload_id"].as_str().unwrap());
        let rows = |list: &Value| -> Vec<u64> {
            list["records"].as_array().unwrap().iter().map(|record| record["row"].as_u64().unwrap()).collect()
        };
        let first = sender.get(&format!("{place}?problems=true&limit=3")).await;
        assert_eq!((rows(&first), &first["next_cursor"]), (vec![4, 14, 24], &json!("24")));
        let last = sender.get(&format!("{place}?problems=true&limit=3&cursor=24")).await;
        assert_eq!((rows(&last), &last["next_cursor"]), (vec![34], &json!(null)));
        assert_eq!(rows(&sender.get(&format!("{place}?limit=2&cursor=24")).await), [25, 26]);
    }

    async fn a_person_gets_the_answer_that_a_sender_would_get(server: Server) {
        let sender = Sender::of_json(&server);
        let place = format!("integrations/{}/requests/", sender.integration_id);
        let ask = |query: &str, media: &str, body: &str| {
            let request = sender.admin(Method::POST, &format!("{place}{query}"));
            send(request.header("Content-Type", media).body(body.to_owned()))
        };
        let checked = ask("?mode=check", "application/json", JSON_BODY).await.expect(200);
        assert_eq!((&checked["report"]["error_count"], &checked["plan"]), (&json!(0), &Value::Null));
        let planned = ask("?mode=plan", "application/json", JSON_BODY).await.expect(200);
        assert_eq!(planned["plan"], sender.plan(JSON_BODY).await["plan"]);
        assert_eq!(ask("?mode=check", "text/csv", "email\n").await.error_id(), "import_transform_data");
        assert_eq!(ask("?mode=check", "text/plain", "email\n").await.status, 415);
        assert_eq!(uploads(&sender, "").await, [] as [Value; 0]);
        let applied = ask("", "application/json", JSON_BODY).await.expect(201);
        let upload = sender.get(&format!("uploads/{}/", applied["upload_id"].as_str().unwrap())).await;
        assert_eq!((&upload["outcome"], &upload["counts"]["created"]), (&json!("applied"), &json!(2)));
        assert_ne!(upload["received_by"], sender.token[..8]);
    }

    async fn nobody_sends_to_a_disabled_integration(server: Server) {
        let sender = Sender::of_json(&server);
        let place = format!("integrations/{}", sender.integration_id);
        send(sender.admin(Method::PATCH, &place).json(&json!({"enabled": false}))).await.expect(200);
        let request = sender.admin(Method::POST, &format!("{place}/requests/")).header("Content-Type", "application/json");
        assert_eq!(send(request.body(JSON_BODY)).await.status, 403);
        assert_eq!(uploads(&sender, "").await, [] as [Value; 0]);
    }

    async fn a_rotated_token_names_the_one_that_took_its_place(server: Server) {
        let sender = Sender::of_json(&server);
        let place = format!("integrations/{}", sender.integration_id);
        let old = sender.get(&place).await["tokens"][0]["id"].as_str().unwrap().to_owned();
        let path = format!("{place}/tokens/{old}/rotate/");
        let rotated = send(sender.admin(Method::POST, &path).json(&json!({"overlap_seconds": 60}))).await.expect(201);
        let tokens = sender.get(&place).await["tokens"].clone();
        assert_eq!((&tokens[0]["id"], &tokens[0]["replaced_by"]), (&rotated["token_id"], &Value::Null));
        assert_eq!((&tokens[1]["id"], &tokens[1]["replaced_by"]), (&json!(old), &rotated["token_id"]));
    }
}
