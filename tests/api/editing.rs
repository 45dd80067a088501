//! Users as a person makes and edits them: each edit is a plan, by the rules of every body.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    person::Person,
    sender::{Answer, Sender, send},
};

async fn create(sender: &Sender<'_>, document: Value) -> Answer {
    send(sender.admin(Method::POST, "users/").json(&document)).await
}

async fn edit(sender: &Sender<'_>, email: &str, document: Value) -> Answer {
    send(sender.admin(Method::PATCH, &format!("users/{email}")).json(&document)).await
}

fn ann(more: Value) -> Value {
    let mut user = json!({"email": "ann@a.co", "first_name": "Ann", "last_name": "Ray"});
    user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    user
}

/// A workspace with everything that a user can have, a boss, and Ann.
async fn workspace(server: &Server) -> Sender<'_> {
    for arguments in [
        &["group-type", "create", "Team"][..],
        &["integration-id", "create", "Phone Extension"],
        &[
            "attribute",
            "create",
            "Shirt",
            "--kind",
            "fixed",
            "--option",
            "S",
            "--option",
            "M",
        ],
        &["attribute", "create", "Score", "--kind", "integer"],
    ] {
        assert_eq!(server.cli(arguments).code, 0);
    }
    let sender = Sender::of_json(server);
    create(
        &sender,
        json!({"email": "boss@a.co", "first_name": "Bo", "last_name": "Ss"}),
    )
    .await
    .expect(201);
    create(&sender, ann(json!({}))).await.expect(201);
    sender
}

on_both_databases! {
    async fn an_edit_that_says_what_is_there_leaves_no_trace(server: Server) {
        let sender = workspace(&server).await;
        let before = sender.user("ann@a.co").await;
        let entries = sender.audit("").await;
        for document in [json!({}), ann(json!({"is_active": true, "manager": null, "tags": [], "groups": {"Team": null}}))] {
            let changed = edit(&sender, "ANN@a.co", document).await.expect(200);
            assert_eq!((&changed["plan"]["changes"], &changed["user"]), (&json!([]), &before));
        }
        assert_eq!(sender.audit("").await, entries);
    }

    async fn an_edit_that_is_refused_changes_nothing(server: Server) {
        let sender = workspace(&server).await;
        let before = sender.get("users/").await;
        let entries = sender.audit("").await.len();
        for (document, status) in [
            (json!({"first_name": "", "role": "Participant"}), 400),
            (json!({"first_name": "Anna", "time_zone": "EST"}), 400),
            (json!({"first_name": "Anna", "manager": "nobody@a.co"}), 400),
            (json!({"first_name": "Anna", "manager": "ann@a.co"}), 400),
            (json!({"first_name": "Anna", "role": "King"}), 400),
            (json!({"first_name": "Anna", "groups": {"Office": "Bonn"}}), 400),
            (json!({"first_name": "Anna", "tags": ["a|b"]}), 400),
            (json!({"first_name": "Anna", "attributes": {"Score": "many"}}), 400),
            (json!({"first_name": "Anna", "email": "ann at a.co"}), 400),
            (json!({"first_name": "Anna", "email": "Boss@a.co"}), 409),
            (json!({"first_name": "Anna", "shoe_size": 42}), 400),
        ] {
            assert_eq!(edit(&sender, "ann@a.co", document.clone()).await.status, status, "{document}");
        }
        assert_eq!(edit(&sender, "nobody@a.co", json!({"first_name": "X"})).await.status, 404);
        assert_eq!(create(&sender, ann(json!({"first_name": "Other"}))).await.status, 409);
        assert_eq!(create(&sender, json!({"email": "new@a.co", "first_name": "N"})).await.status, 400);
        assert_eq!(sender.get("users/").await, before);
        assert_eq!(sender.audit("").await.len(), entries);
    }

    async fn every_field_is_edited_and_cleared(server: Server) {
        let sender = workspace(&server).await;
        let everything = json!({
            "first_name": "Anna", "last_name": "Roy", "username": "anna@a.co", "time_zone": "europe/berlin",
            "manager": "boss@a.co", "is_manager": true, "role": "Participant", "tags": ["old", "new"],
            "aliases": ["annie"], "attributes": {"Shirt": "M", "Score": 7}, "integration_ids": {"phone-extension": "0042"},
            "groups": {"Team": "Dogs"}, "manages": {"Team": ["Dogs", "Cats"]},
        });
        let changed = edit(&sender, "ann@a.co", everything).await.expect(200);
        assert_eq!(changed["plan"]["counts"]["groups_created"], 2);
        let mut user = sender.user("ann@a.co").await;
        assert_eq!(changed["user"], user);
        user["id"].take();
        assert_eq!(user, json!({
            "id": null, "email": "ann@a.co", "first_name": "Anna", "last_name": "Roy", "username": "anna@a.co",
            "time_zone": "Europe/Berlin", "manager": "boss@a.co", "is_active": true, "is_manager": true, "is_admin": false,
            "role": "Participant", "tags": ["new", "old"], "aliases": ["annie"], "attributes": {"Score": 7, "Shirt": "M"},
            "integration_ids": {"phone-extension": "0042"}, "groups": {"Team": "Dogs"}, "manages": {"Team": ["Cats", "Dogs"]},
        }));
        // Who becomes a manager is told in the plan, and is one.
        assert_eq!(changed["plan"]["changes"][1]["email"], "boss@a.co");
        assert_eq!(sender.user("boss@a.co").await["is_manager"], true);
        let nothing = json!({
            "username": null, "time_zone": "", "manager": null, "role": null, "tags": [], "aliases": [],
            "attributes": {"Shirt": null, "Score": null}, "integration_ids": {"phone-extension": null},
            "groups": {"Team": null}, "manages": {"Team": []}, "is_manager": false, "is_active": false,
        });
        edit(&sender, "ann@a.co", nothing).await.expect(200);
        let mut user = sender.user("ann@a.co").await;
        user["id"].take();
        assert_eq!(user, json!({
            "id": null, "email": "ann@a.co", "first_name": "Anna", "last_name": "Roy", "username": null, "time_zone": null,
            "manager": null, "is_active": false, "is_manager": false, "is_admin": false, "role": null, "tags": [],
            "aliases": [], "attributes": {}, "integration_ids": {}, "groups": {}, "manages": {},
        }));
        let entry = &sender.audit("?target=ann@a.co").await[0];
        assert_eq!((&entry["action"], &entry["via"], &entry["actor"]), (&json!("user_deactivated"), &json!("api"), &json!("API key tests")));
    }

    async fn an_address_changes_here_and_keeps_its_history(server: Server) {
        let sender = workspace(&server).await;
        edit(&sender, "boss@a.co", json!({"manager": "ann@a.co"})).await.expect(200);
        let changed = edit(&sender, "ann@a.co", json!({"email": " Ann.Roy@a.co ", "last_name": "Roy"})).await.expect(200);
        let fields: Vec<&str> = changed["plan"]["changes"][0]["edits"].as_array().unwrap().iter().map(|edit| edit["field"].as_str().unwrap()).collect();
        assert_eq!((&changed["user"]["email"], fields), (&json!("Ann.Roy@a.co"), vec!["user.email", "user.last_name"]));
        assert_eq!(sender.user("boss@a.co").await["manager"], "Ann.Roy@a.co");
        assert_eq!(send(sender.admin(Method::GET, "users/ann@a.co")).await.status, 404);
        let id = changed["user"]["id"].as_str().unwrap();
        let history = sender.audit(&format!("?user_id={id}")).await;
        let actions: Vec<&str> = history.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["user_updated", "user_updated", "user_created"]);
        // The address that is free now is somebody else's to have, and an upload finds the user by the new one.
        create(&sender, ann(json!({}))).await.expect(201);
        let upload = sender.upload(json!([{"email": "ann.roy@A.co", "first_name": "Ann", "last_name": "Roy"}]).to_string()).await.expect(201);
        assert_eq!(upload["unchanged"], 1);
    }

    async fn a_plan_is_shown_first_and_held_to(server: Server) {
        let sender = workspace(&server).await;
        let document = json!({"last_name": "Roy", "email": "ann.roy@a.co"});
        let plan = || send(sender.admin(Method::PATCH, "users/ann@a.co?mode=plan").json(&document));
        let planned = plan().await.expect(200);
        assert_eq!(planned["plan"]["counts"]["updated"], 1);
        assert_eq!(sender.user("ann@a.co").await["last_name"], "Ray");
        let apply = |hash: &str| {
            let request = sender.admin(Method::PATCH, "users/ann@a.co").header("If-Match", format!("\"{hash}\""));
            send(request.json(&document))
        };
        assert_eq!(apply("00").await.status, 409);
        assert_eq!(sender.user("ann@a.co").await["last_name"], "Ray");
        apply(planned["plan"]["hash"].as_str().unwrap()).await.expect(200);
        assert_eq!(sender.user("ann.roy@a.co").await["last_name"], "Roy");
        let faulty = send(sender.admin(Method::PATCH, "users/boss@a.co?mode=plan").json(&json!({"time_zone": "EST"}))).await.expect(200);
        assert_eq!((&faulty["plan"], &faulty["report"]["error_count"]), (&json!(null), &json!(1)));
    }

    async fn nobody_gives_or_takes_rights_that_they_lack(server: Server) {
        let sender = workspace(&server).await;
        let full = Person::new(&server, "full@a.co", &["--admin"]).await;
        let limited = Person::new(&server, "limited@a.co", &["--role", "LimitedAdmin"]).await;
        let edit = |person: &Person<'_>, email: &str, document: Value| send(person.admin(Method::PATCH, &format!("users/{email}")).json(&document));
        assert_eq!(edit(&limited, "ann@a.co", json!({"first_name": "Anna"})).await.status, 200);
        for (email, document) in [
            ("limited@a.co", json!({"is_admin": true})),
            ("limited@a.co", json!({"role": "FullAdmin"})),
            ("ann@a.co", json!({"is_admin": true})),
            ("full@a.co", json!({"email": "mine@a.co"})),
            ("full@a.co", json!({"is_active": false})),
        ] {
            let refused = edit(&limited, email, document.clone()).await;
            assert_eq!((refused.status, refused.error_id()), (403, "permission"), "{email} {document}");
        }
        let made = send(limited.admin(Method::POST, "users/").json(&json!({
            "email": "new@a.co", "first_name": "N", "last_name": "N", "is_admin": true,
        }))).await;
        assert_eq!(made.status, 403);
        assert_eq!(sender.user("full@a.co").await["is_active"], true);
        assert_eq!(edit(&full, "ann@a.co", json!({"role": "LimitedAdmin"})).await.status, 200);
        // The last admin stays one.
        assert_eq!(edit(&full, "full@a.co", json!({"is_admin": false})).await.status, 400);
        assert_eq!(sender.emails().await, ["ann@a.co", "boss@a.co", "full@a.co", "limited@a.co"]);
    }

    async fn with_salesforce_a_manager_is_named_by_address_here(server: Server) {
        let sender = workspace(&server).await;
        assert_eq!(server.cli(&["workspace", "set", "--salesforce", "on"]).code, 0);
        // Without a username nobody is edited.
        assert_eq!(edit(&sender, "ann@a.co", json!({"first_name": "Anna"})).await.status, 400);
        edit(&sender, "boss@a.co", json!({"username": "boss@acme.example"})).await.expect(200);
        edit(&sender, "ann@a.co", json!({"username": "ann@acme.example", "manager": "boss@a.co"})).await.expect(200);
        let user = sender.user("ann@a.co").await;
        assert_eq!((&user["manager"], &user["username"]), (&json!("boss@a.co"), &json!("ann@acme.example")));
        let changed = edit(&sender, "ann@a.co", json!({"first_name": "Anna"})).await.expect(200);
        assert_eq!(changed["plan"]["counts"]["updated"], 1);
        let new = create(&sender, json!({"email": "eve@a.co", "first_name": "Eve", "last_name": "Doe"})).await.expect(201);
        assert_eq!(new["user"]["username"], "eve@a.co");
    }
}
