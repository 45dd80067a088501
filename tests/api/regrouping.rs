//! Groups as a person makes, renames and merges them: each time a plan, with everybody whose groups are others.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Answer, Sender, send};

const TEAMS: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first_name", "target": "user.first_name"},
    {"api_field": "last_name", "target": "user.last_name"},
    {"api_field": "team", "target": "group_membership:Team"},
    {"api_field": "leads", "target": "group_manager:Team"}]}"#;

/// Two teams: Ann in Dogs, Bob in Cats, and Eve who leads both.
async fn workspace(server: &Server) -> Sender<'_> {
    assert_eq!(server.cli(&["group-type", "create", "Team"]).code, 0);
    let sender = Sender::of_mapped_json(server, TEAMS);
    let person = |email: &str, team: &str, leads: &str| {
        json!({
            "email": email, "first_name": "Jo", "last_name": "Doe", "team": team, "leads": leads,
        })
    };
    let body = json!([
        person("ann@a.co", "Dogs", ""),
        person("bob@a.co", "Cats", ""),
        person("eve@a.co", "", "Cats;Dogs")
    ]);
    sender.upload(body.to_string()).await.expect(201);
    sender
}

async fn ask(sender: &Sender<'_>, method: Method, path: &str, document: Value) -> Answer {
    send(sender.admin(method, path).json(&document)).await
}

async fn teams(sender: &Sender<'_>) -> Value {
    sender.get("groups/").await["group_types"][0]["groups"].clone()
}

on_both_databases! {
    async fn a_group_that_keeps_its_name_leaves_no_trace(server: Server) {
        let sender = workspace(&server).await;
        let entries = sender.audit("").await;
        let same = ask(&sender, Method::PATCH, "groups/Team/Dogs", json!({"name": " Dogs "})).await.expect(200);
        assert_eq!((&same["plan"]["changes"], &same["plan"]["groups_created"]), (&json!([]), &json!([])));
        let planned = ask(&sender, Method::PATCH, "groups/Team/Dogs?mode=plan", json!({"name": "Hounds"})).await.expect(200);
        assert_eq!((&planned["applied"], planned["plan"]["changes"].as_array().unwrap().len()), (&json!(false), 2));
        assert_eq!((teams(&sender).await, sender.audit("").await), (json!(["Cats", "Dogs"]), entries));
    }

    async fn a_regrouping_that_is_refused_changes_nothing(server: Server) {
        let sender = workspace(&server).await;
        let before = sender.get("users/").await;
        for (method, path, document, status) in [
            (Method::POST, "groups/", json!({"group_type": "Team", "name": "Dogs"}), 409),
            (Method::POST, "groups/", json!({"group_type": "Office", "name": "Bonn"}), 404),
            (Method::POST, "groups/", json!({"group_type": "Team", "name": "a;b"}), 400),
            (Method::PATCH, "groups/Team/Dogs", json!({"name": "Cats"}), 409),
            (Method::PATCH, "groups/Team/Dogs", json!({"name": " "}), 400),
            (Method::PATCH, "groups/Team/Birds", json!({"name": "Fish"}), 404),
            (Method::POST, "groups/Team/Dogs/merge/", json!({"into": "Birds"}), 404),
            (Method::POST, "groups/Team/Dogs/merge/", json!({"into": "Dogs"}), 400),
        ] {
            assert_eq!(ask(&sender, method, path, document.clone()).await.status, status, "{path} {document}");
        }
        let stale = sender.admin(Method::PATCH, "groups/Team/Dogs").header("If-Match", "\"00\"");
        assert_eq!(send(stale.json(&json!({"name": "Hounds"}))).await.status, 409);
        assert_eq!((teams(&sender).await, sender.get("users/").await), (json!(["Cats", "Dogs"]), before));
    }

    async fn a_renamed_group_keeps_its_people(server: Server) {
        let sender = workspace(&server).await;
        ask(&sender, Method::POST, "groups/", json!({"group_type": "Team", "name": "Birds"})).await.expect(201);
        let renamed = ask(&sender, Method::PATCH, "groups/Team/Dogs/", json!({"name": "Big / Dogs"})).await.expect(200);
        assert_eq!((&renamed["applied"], &renamed["plan"]["groups_removed"]), (&json!(true), &json!([{"group_type": "Team", "name": "Dogs"}])));
        assert_eq!(teams(&sender).await, json!(["Big / Dogs", "Birds", "Cats"]));
        assert_eq!(sender.user("ann@a.co").await["groups"], json!({"Team": "Big / Dogs"}));
        let eve = sender.user("eve@a.co").await;
        assert_eq!((&eve["manages"], &eve["is_manager"]), (&json!({"Team": ["Big / Dogs", "Cats"]}), &json!(true)));
        // A name may hold what addresses give a meaning to.
        ask(&sender, Method::PATCH, "groups/Team/Big%20%2F%20Dogs", json!({"name": "Dogs"})).await.expect(200);
        assert_eq!(sender.user("ann@a.co").await["groups"], json!({"Team": "Dogs"}));
        let entries = sender.audit("?action=group_renamed").await;
        assert_eq!((entries.len(), &entries[1]["target"], &entries[1]["edits"]), (
            2, &json!("Team: Dogs"), &json!([{"field": "name", "before": "Dogs", "after": "Big / Dogs"}]),
        ));
        assert_eq!(sender.audit("?target=ann@a.co").await.len(), 3);
    }

    async fn merged_groups_are_one(server: Server) {
        let sender = workspace(&server).await;
        let merged = ask(&sender, Method::POST, "groups/Team/Dogs/merge", json!({"into": "Cats"})).await.expect(200);
        assert_eq!(merged["plan"]["counts"]["memberships_set"], 1);
        assert_eq!(teams(&sender).await, json!(["Cats"]));
        for email in ["ann@a.co", "bob@a.co"] {
            assert_eq!(sender.user(email).await["groups"], json!({"Team": "Cats"}), "{email}");
        }
        assert_eq!(sender.user("eve@a.co").await["manages"], json!({"Team": ["Cats"]}));
        assert_eq!(sender.audit("?action=group_merged").await[0]["edits"], json!([{"field": "into", "before": null, "after": "Cats"}]));
    }
}
