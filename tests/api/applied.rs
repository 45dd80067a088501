//! What a body has made of the directory afterwards.

use passmuster_tests::{Server, on_both_databases};
use serde_json::json;

use crate::sender::Sender;

/// Everything that a body can say of a user.
const WIDE: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first_name", "target": "user.first_name"},
    {"api_field": "last_name", "target": "user.last_name"},
    {"api_field": "username", "target": "user.username"},
    {"api_field": "zone", "target": "user.time_zone"},
    {"api_field": "manager", "target": "user.manager"},
    {"api_field": "active", "target": "user.is_active"},
    {"api_field": "is_manager", "target": "user.is_manager"},
    {"api_field": "is_admin", "target": "user.is_admin"},
    {"api_field": "role", "target": "user.role"},
    {"api_field": "tags", "target": "user.tags", "list": "replace"},
    {"api_field": "aliases", "target": "user.aliases", "list": "replace"},
    {"api_field": "extension", "target": "integration_id:phone-extension"},
    {"api_field": "team", "target": "group_membership:Team", "on_blank": "clear"},
    {"api_field": "leads", "target": "group_manager:Team"}]}"#;

fn wide_sender(server: &Server) -> Sender<'_> {
    assert_eq!(server.cli(&["group-type", "create", "Team"]).code, 0);
    assert_eq!(server.cli(&["integration-id", "create", "Phone Extension"]).code, 0);
    Sender::of_mapped_json(server, WIDE)
}

fn person(email: &str, more: serde_json::Value) -> serde_json::Value {
    let mut user = json!({"email": email, "first_name": "Jo", "last_name": "Doe"});
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    user
}

on_both_databases! {
    async fn every_field_is_stored_and_read_back(server: Server) {
        let sender = wide_sender(&server);
        let body = json!([
            person("boss@a.co", json!({"is_manager": true, "leads": "Dogs;Cats"})),
            person("ann@a.co", json!({
                "username": "Ann@a.co", "zone": "america/new_york", "manager": "boss@a.co", "role": "Participant",
                "tags": "new|remote", "aliases": "annie", "extension": "0042", "team": "Dogs",
            })),
        ]).to_string();
        sender.upload(body.clone()).await.expect(201);
        let mut ann = sender.user("ann@a.co").await;
        ann["id"].take();
        assert_eq!(ann, json!({
            "id": null, "email": "ann@a.co", "first_name": "Jo", "last_name": "Doe", "username": "Ann@a.co",
            "time_zone": "America/New_York", "manager": "boss@a.co", "is_active": true, "is_manager": false,
            "is_admin": false, "role": "Participant", "tags": ["new", "remote"], "aliases": ["annie"],
            "attributes": {}, "integration_ids": {"phone-extension": "0042"}, "groups": {"Team": "Dogs"}, "manages": {},
        }));
        let boss = sender.user("boss@a.co").await;
        assert_eq!((&boss["is_manager"], &boss["manages"]), (&json!(true), &json!({"Team": ["Cats", "Dogs"]})));
        assert_eq!(sender.upload(body).await.expect(201)["unchanged"], 2);
    }

    async fn every_field_can_change_and_go(server: Server) {
        let sender = wide_sender(&server);
        let first = json!([
            person("boss@a.co", json!({"is_manager": true, "leads": "Dogs;Cats"})),
            person("ann@a.co", json!({
                "username": "ann@a.co", "zone": "America/New_York", "manager": "boss@a.co", "role": "Participant",
                "tags": "new|remote", "aliases": "annie", "extension": "0042", "team": "Dogs",
            })),
        ]);
        sender.upload(first.to_string()).await.expect(201);
        let second = json!([
            person("boss@a.co", json!({"leads": "Cats;Birds"})),
            person("ann@a.co", json!({
                "first_name": "Ann", "username": "<clear>", "zone": "Europe/Berlin", "manager": "", "role": "LimitedAdmin",
                "tags": "old", "aliases": "ann|a", "extension": "43", "team": "Cats", "active": false,
            })),
        ]);
        let counts = sender.upload(second.to_string()).await.expect(201);
        assert_eq!((&counts["deactivated"], &counts["updated"]), (&json!(1), &json!(1)), "{counts}");
        let ann = sender.user("ann@a.co").await;
        assert_eq!((&ann["username"], &ann["time_zone"], &ann["manager"]), (&json!(null), &json!("Europe/Berlin"), &json!(null)));
        assert_eq!((&ann["tags"], &ann["aliases"]), (&json!(["old"]), &json!(["a", "ann"])));
        assert_eq!((&ann["groups"], &ann["is_active"]), (&json!({"Team": "Cats"}), &json!(false)));
        assert_eq!(ann["integration_ids"], json!({"phone-extension": "43"}));
        assert_eq!(sender.user("boss@a.co").await["manages"], json!({"Team": ["Birds", "Cats"]}));
        assert_eq!(sender.upload(second.to_string()).await.expect(201)["unchanged"], 2);
    }

    async fn two_users_can_swap_what_is_unique(server: Server) {
        let sender = wide_sender(&server);
        let body = |ann: [&str; 3], bob: [&str; 3]| {
            let more = |[username, extension, alias]: [&str; 3]| {
                json!({"username": username, "extension": extension, "aliases": alias})
            };
            json!([person("ann@a.co", more(ann)), person("bob@a.co", more(bob))]).to_string()
        };
        let (one, other) = (["one@a.co", "1", "first"], ["two@a.co", "2", "second"]);
        sender.upload(body(one, other)).await.expect(201);
        sender.upload(body(other, one)).await.expect(201);
        let (ann, bob) = (sender.user("ann@a.co").await, sender.user("bob@a.co").await);
        assert_eq!((&ann["username"], &bob["username"]), (&json!("two@a.co"), &json!("one@a.co")));
        assert_eq!(ann["integration_ids"], json!({"phone-extension": "2"}));
        assert_eq!((&ann["aliases"], &bob["aliases"]), (&json!(["second"]), &json!(["first"])));
    }

    async fn a_chain_of_managers_is_followed_all_the_way_up(server: Server) {
        let sender = wide_sender(&server);
        let users: Vec<_> = (0..40)
            .map(|at| {
                let manager = if at == 0 { String::new() } else { format!("user{}@a.co", at - 1) };
                person(&format!("user{at}@a.co"), json!({"manager": manager}))
            })
            .collect();
        sender.upload(json!(users).to_string()).await.expect(201);
        // So few of so many are read by key, not by a scan.
        let others: Vec<_> = (0..400).map(|at| person(&format!("other{at}@a.co"), json!({}))).collect();
        sender.upload(json!(others).to_string()).await.expect(201);
        let circle = json!([person("user0@a.co", json!({"manager": "user39@a.co"}))]);
        let answer = sender.upload(circle.to_string()).await.expect(400);
        assert_eq!(answer["errors"][0]["rule"], "manager_circle");
        let unchanged = json!([person("user7@a.co", json!({"manager": "user6@a.co"}))]);
        assert_eq!(sender.upload(unchanged.to_string()).await.expect(201)["unchanged"], 1);
    }

    async fn what_belongs_to_somebody_else_is_refused_by_key(server: Server) {
        let sender = wide_sender(&server);
        let holder = person("ann@a.co", json!({"username": "one@a.co", "extension": "1", "aliases": "first"}));
        sender.upload(json!([holder]).to_string()).await.expect(201);
        let others: Vec<_> = (0..100).map(|at| person(&format!("other{at}@a.co"), json!({}))).collect();
        sender.upload(json!(others).to_string()).await.expect(201);
        for (field, value, rule) in [
            ("username", "ONE@a.co", "username_taken"),
            ("extension", "1", "integration_id_taken"),
            ("aliases", "First", "alias_taken"),
        ] {
            let answer = sender.upload(json!([person("new@a.co", json!({field: value}))]).to_string()).await.expect(400);
            assert_eq!(answer["errors"][0]["rule"], rule, "{answer}");
        }
    }

    async fn who_reports_to_somebody_that_leaves_is_told(server: Server) {
        let sender = wide_sender(&server);
        let users = json!([
            person("boss@a.co", json!({})),
            person("ann@a.co", json!({"manager": "boss@a.co"})),
        ]);
        sender.upload(users.to_string()).await.expect(201);
        let others: Vec<_> = (0..100).map(|at| person(&format!("other{at}@a.co"), json!({}))).collect();
        sender.upload(json!(others).to_string()).await.expect(201);
        let leaves = json!([person("boss@a.co", json!({"active": false}))]);
        let plan = sender.plan(leaves.to_string()).await;
        assert_eq!(plan["plan"]["counts"]["managers_cleared"], 1, "{plan}");
        sender.upload(leaves.to_string()).await.expect(201);
        assert_eq!(sender.user("ann@a.co").await["manager"], json!(null));
    }
}
