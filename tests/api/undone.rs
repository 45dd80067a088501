//! Undo: what an upload did is put back, as far as nobody did anything since.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Answer, Sender, send};

/// Everything that a body can say of a user, blank meaning blank.
const WIDE: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first_name", "target": "user.first_name"},
    {"api_field": "last_name", "target": "user.last_name"},
    {"api_field": "username", "target": "user.username", "on_blank": "clear"},
    {"api_field": "zone", "target": "user.time_zone", "on_blank": "clear"},
    {"api_field": "manager", "target": "user.manager"},
    {"api_field": "active", "target": "user.is_active"},
    {"api_field": "is_manager", "target": "user.is_manager"},
    {"api_field": "is_admin", "target": "user.is_admin"},
    {"api_field": "tags", "target": "user.tags", "list": "replace", "on_blank": "clear"},
    {"api_field": "aliases", "target": "user.aliases", "list": "replace", "on_blank": "clear"},
    {"api_field": "extension", "target": "integration_id:phone-extension", "on_blank": "clear"},
    {"api_field": "team", "target": "group_membership:Team", "on_blank": "clear"},
    {"api_field": "leads", "target": "group_manager:Team"}]}"#;

fn sender_of(server: &Server) -> Sender<'_> {
    assert_eq!(server.cli(&["group-type", "create", "Team"]).code, 0);
    assert_eq!(server.cli(&["integration-id", "create", "Phone Extension"]).code, 0);
    Sender::of_mapped_json(server, WIDE)
}

fn person(email: &str, more: Value) -> Value {
    let mut user = json!({"email": email, "first_name": "Jo", "last_name": "Doe"});
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    user
}

/// Users and groups, as the admin API shows them.
async fn directory(sender: &Sender<'_>) -> (Value, Value) {
    (
        sender.get("users/?limit=1000").await["users"].clone(),
        sender.get("groups/").await,
    )
}

async fn upload(sender: &Sender<'_>, people: &[Value]) -> String {
    let answer = sender
        .upload(Value::from(people.to_vec()).to_string())
        .await
        .expect(201);
    answer["upload_id"].as_str().unwrap().to_owned()
}

async fn undo(sender: &Sender<'_>, upload: &str, mode: &str) -> Answer {
    send(sender.admin(Method::POST, &format!("uploads/{upload}/undo/?mode={mode}"))).await
}

/// What an undo leaves: each part as (address, field or group).
fn left(answer: &Value, part: &str) -> Vec<(Value, Value)> {
    let items = answer[part].as_array().unwrap().iter();
    items
        .map(|item| (item["email"].clone(), item["field"].clone()))
        .collect()
}

on_both_databases! {
    async fn an_upload_that_changed_nothing_is_undone_by_nothing(server: Server) {
        let sender = sender_of(&server);
        upload(&sender, &[person("a@a.co", json!({}))]).await;
        let before = directory(&sender).await;
        let second = upload(&sender, &[person("a@a.co", json!({}))]).await;
        let undone = undo(&sender, &second, "apply").await.expect(200);
        assert_eq!((&undone["kept_count"], &undone["cannot_count"]), (&json!(0), &json!(0)));
        assert_eq!(undone["plan"]["changes"], json!([]));
        assert_eq!(directory(&sender).await, before);
    }

    async fn everything_is_put_back(server: Server) {
        let sender = sender_of(&server);
        upload(&sender, &[
            person("boss@a.co", json!({"leads": "Dogs;Cats", "is_admin": true})),
            person("ann@a.co", json!({
                "username": "ann@a.co", "zone": "Europe/Paris", "manager": "boss@a.co", "tags": "new|remote",
                "aliases": "annie", "extension": "0042", "team": "Dogs",
            })),
            person("bob@a.co", json!({"username": "bob@a.co", "extension": "0043", "team": "Cats"})),
        ]).await;
        let before = directory(&sender).await;
        let second = upload(&sender, &[
            person("boss@a.co", json!({"first_name": "Jane", "leads": "Birds"})),
            person("ann@a.co", json!({
                "username": "bob@a.co", "zone": "", "manager": "", "tags": "", "aliases": "bobby", "extension": "0043",
                "team": "", "active": false,
            })),
            person("bob@a.co", json!({"username": "ann@a.co", "extension": "0042", "team": "Birds", "aliases": "annie"})),
            person("new@a.co", json!({"manager": "newer@a.co", "team": "Fish", "extension": "7", "aliases": "n"})),
            person("newer@a.co", json!({"leads": "Fish", "tags": "x"})),
        ]).await;
        assert_ne!(directory(&sender).await, before);
        let planned = undo(&sender, &second, "plan").await.expect(200);
        assert_eq!((&planned["applied"], &planned["counts"]["removed"]), (&json!(false), &json!(2)));
        assert_ne!(directory(&sender).await, before, "a plan changes nothing");
        let undone = undo(&sender, &second, "apply").await.expect(200);
        assert_eq!((left(&undone, "kept"), left(&undone, "cannot")), (vec![], vec![]), "{undone}");
        assert_eq!(undone["plan"]["hash"], planned["plan"]["hash"]);
        assert_eq!(directory(&sender).await, before);
        let shown = sender.get(&format!("uploads/{second}/")).await;
        assert_eq!((&shown["outcome"], &shown["undone_by"]), (&json!("undone"), &json!("API key tests")));
        undo(&sender, &second, "apply").await.expect(409);
        undo(&sender, &second, "plan").await.expect(409);
    }

    async fn what_somebody_changed_since_is_kept(server: Server) {
        let sender = sender_of(&server);
        upload(&sender, &[person("ann@a.co", json!({"zone": "Europe/Paris", "tags": "a"}))]).await;
        let second = upload(&sender, &[
            person("ann@a.co", json!({"zone": "Asia/Tokyo", "tags": "b"})),
            person("bob@a.co", json!({})),
        ]).await;
        upload(&sender, &[person("ann@a.co", json!({"zone": "Asia/Seoul"})), person("bob@a.co", json!({"tags": "t"}))]).await;
        let undone = undo(&sender, &second, "apply").await.expect(200);
        assert_eq!(left(&undone, "kept"), [
            (json!("ann@a.co"), json!("user.time_zone")), (json!("bob@a.co"), json!("user.tags")),
        ]);
        let ann = sender.user("ann@a.co").await;
        assert_eq!((&ann["time_zone"], &ann["tags"]), (&json!("Asia/Seoul"), &json!(["a"])));
        assert_eq!(sender.user("bob@a.co").await["tags"], json!(["t"]));
    }

    async fn what_others_need_can_not_be_put_back(server: Server) {
        let sender = sender_of(&server);
        upload(&sender, &[person("ann@a.co", json!({"extension": "1", "manager": "boss@a.co"})), person("boss@a.co", json!({}))]).await;
        let second = upload(&sender, &[
            person("ann@a.co", json!({"extension": "2", "manager": "chief@a.co"})),
            person("chief@a.co", json!({})),
        ]).await;
        upload(&sender, &[
            person("eve@a.co", json!({"extension": "1", "manager": "chief@a.co"})),
            person("boss@a.co", json!({"active": false})),
        ]).await;
        let undone = undo(&sender, &second, "apply").await.expect(200);
        assert_eq!(left(&undone, "cannot"), [
            (json!("ann@a.co"), json!("user.manager")), (json!("ann@a.co"), json!("integration_id:phone-extension")),
            (json!("chief@a.co"), Value::Null),
        ]);
        let why = |at: usize| undone["cannot"][at]["why"].as_str().unwrap().to_owned();
        assert!(why(0).contains("boss@a.co has no active account"), "{}", why(0));
        assert!(why(1).contains("eve@a.co"), "{}", why(1));
        assert!(why(2).contains("manager of 2 people"), "{}", why(2));
        assert_eq!(sender.user("ann@a.co").await["manager"], "chief@a.co");
    }

    async fn rejected_and_held_uploads_have_nothing_to_undo(server: Server) {
        let sender = sender_of(&server);
        let rejected = sender.upload(r#"[{"email": "x"}]"#).await.expect(400);
        let id = rejected["upload_id"].as_str().unwrap();
        assert_eq!(undo(&sender, id, "apply").await.status, 409);
        assert_eq!(undo(&sender, "0198e2c0-0000-7000-8000-000000000000", "apply").await.status, 404);
    }

    async fn a_sender_undoes_its_own_uploads_only(server: Server) {
        let sender = sender_of(&server);
        let id = upload(&sender, &[person("ann@a.co", json!({}))]).await;
        let other = server.cli(&["integration", "create", "--name", "Other", "--file-format", "json", "--output", "json"]).json();
        let path = |route: &str| format!("/api/v1/data/{route}/uploads/{id}/undo/");
        let route = sender.path.trim_end_matches('/').rsplit('/').next().unwrap().to_owned();
        let with = |route: &str, token: &str| {
            send(server.post(&path(route)).header("Authorization", format!("Token {token}")))
        };
        let (other_route, other_token) = (other["route"].as_str().unwrap(), other["auth_token"].as_str().unwrap());
        with(other_route, other_token).await.expect(404);
        with(&route, other_token).await.expect(401);
        with(&route, "nonsense").await.expect(401);
        assert_eq!(sender.emails().await, ["ann@a.co"]);
        assert_eq!(with(&route, &sender.token).await.expect(200)["counts"]["removed"], 1);
        assert_eq!(sender.emails().await, [""; 0]);
    }
}
