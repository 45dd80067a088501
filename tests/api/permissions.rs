//! Who may do what: every route of the admin API demands a permission, and roles and keys give them.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::described::{Operation, operations};
use crate::person::Person;
use crate::sender::{JSON_BODY, Sender, send};

/// What a refused request must leave as it is; the audit without those who signed in.
async fn everything(sender: &Sender<'_>) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ["users/", "groups/", "integrations/", "settings/"] {
        let mut found = sender.get(path).await;
        for integration in found["integrations"].as_array_mut().into_iter().flatten() {
            // Of two servers, each names itself.
            integration["endpoint"].take();
        }
        all.push(found);
    }
    all.push(json!(sender.audit("").await.len()));
    all
}

/// Each operation of the admin API, with real names in its path.
async fn places(sender: &Sender<'_>) -> Vec<(Operation, String)> {
    let upload = sender.upload(JSON_BODY).await.expect(201);
    let tokens = sender.get(&format!("integrations/{}", sender.integration_id)).await;
    let mut operations = operations(sender.server).await;
    operations.retain(|operation| !operation.permissions().is_empty());
    assert!(operations.len() > 40, "{}", operations.len());
    let with_path = |operation: Operation| {
        let is_of_upload = operation.path.starts_with("/api/admin/uploads");
        let id = if is_of_upload {
            &upload["upload_id"]
        } else {
            &json!(sender.integration_id)
        };
        let path = operation.path_with(&[
            ("id", id.as_str().unwrap()),
            ("token_id", tokens["tokens"][0]["id"].as_str().unwrap()),
            ("email", "jason@yourcompany.com"),
            ("group_type", "Team"),
            ("name", "Dogs"),
        ]);
        (operation, path)
    };
    operations.into_iter().map(with_path).collect()
}

on_both_databases! {
    async fn a_user_without_a_role_gets_403_everywhere_and_changes_nothing(server: Server) {
        let sender = Sender::of_json(&server);
        let bob = Person::new(&server, "bob@a.co", &[]).await;
        let session = bob.session().await.expect(200);
        assert_eq!((&session["email"], &session["permissions"]), (&json!("bob@a.co"), &json!([])));
        let places = places(&sender).await;
        let before = everything(&sender).await;
        for (operation, path) in &places {
            let method = &operation.method;
            for path in [path.clone(), format!("{path}/")] {
                let answer = send(bob.request(method.clone(), &path).json(&json!({}))).await;
                assert_eq!((answer.status, answer.error_id()), (403, "permission"), "{method} {path}");
                let answer = send(server.request(method.clone(), &path).json(&json!({}))).await;
                assert_eq!((answer.status, answer.error_id()), (401, "authentication"), "{method} {path}");
            }
        }
        assert_eq!(everything(&sender).await, before);
    }

    async fn a_limited_admin_edits_users_and_groups_and_looks_at_integrations(server: Server) {
        let sender = Sender::of_json(&server);
        let eve = Person::new(&server, "eve@a.co", &["--role", "LimitedAdmin"]).await;
        let session = eve.session().await.expect(200);
        assert_eq!(session["permissions"], json!(["Users: Edit", "Groups: Edit"]));
        for (operation, path) in places(&sender).await {
            // Without a document, so that nothing comes of what is allowed.
            let method = &operation.method;
            let answer = send(eve.request(method.clone(), &path)).await;
            let is_of = |what: &str| path.starts_with(&format!("/api/admin/{what}"));
            let is_look = method == Method::GET && ["integrations", "uploads", "settings"].into_iter().any(is_of);
            let is_allowed = is_look || is_of("users") || is_of("group");
            assert_eq!(answer.status != 403, is_allowed, "{method} {path}: {}", answer.body);
            // The document tells so.
            let is_told = operation.permissions().iter().any(|name| name == "Users: Edit" || name == "Groups: Edit");
            assert_eq!(is_told, is_allowed, "{method} {path}");
        }
        let integration = eve.get(&format!("integrations/{}", sender.integration_id)).await;
        assert_eq!((&integration["name"], &integration["tokens"]), (&json!("HR"), &json!([])));
    }

    async fn a_full_admin_may_do_everything(server: Server) {
        let sender = Sender::of_json(&server);
        let places = places(&sender).await;
        for (email, more) in [("ann@a.co", ["--role", "FullAdmin"].as_slice()), ("flo@a.co", &["--admin"])] {
            let admin = Person::new(&server, email, more).await;
            let session = admin.session().await.expect(200);
            assert_eq!(session["permissions"].as_array().unwrap().len(), 4, "{session}");
            for (operation, path) in &places {
                let method = &operation.method;
                let answer = send(admin.request(method.clone(), path)).await;
                assert!(!matches!(answer.status, 401 | 403), "{method} {path}: {}", answer.body);
            }
        }
    }

    async fn a_key_may_do_what_it_was_made_for(server: Server) {
        let sender = Sender::of_json(&server);
        let refused = server.cli(&["api-key", "create", "--name", "odd", "--permission", "Users: Read"]);
        assert_eq!(refused.code, 2, "{refused:?}");
        let made = server.cli(&["api-key", "create", "--name", "people", "--permission", "users: edit", "--output", "json"]);
        let key = made.json()["api_key"].as_str().unwrap().to_owned();
        let ask = |method: Method, path: &str| send(server.request(method, &format!("/api/admin/{path}")).bearer_auth(&key));
        assert_eq!(ask(Method::GET, "users/").await.status, 200);
        assert_eq!(ask(Method::GET, "audit/").await.status, 403);
        assert_eq!(ask(Method::POST, "group-types/").await.status, 403);
        let list = server.cli(&["api-key", "list", "--output", "json"]).json();
        let shown = list.as_array().unwrap().iter().find(|shown| shown["name"] == "people").unwrap();
        assert_eq!((&shown["permissions"], &shown["revoked_at"]), (&json!(["Users: Edit"]), &json!(null)));
        // The other key, which the tests use, was made for everything.
        assert!(list.as_array().unwrap().iter().any(|shown| shown["permissions"].as_array().unwrap().len() == 4));
        assert_eq!(server.cli(&["api-key", "revoke", "nobody's"]).code, 1);
        assert_eq!(ask(Method::GET, "users/").await.status, 200);
        assert_eq!(server.cli(&["api-key", "revoke", "people"]).code, 0);
        let revoked = ask(Method::GET, "users/").await;
        assert_eq!((revoked.status, revoked.header("www-authenticate")), (401, "Bearer"));
        let entries = sender.audit("?target=people").await;
        let actions: Vec<&str> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["api_key_revoked", "api_key_created"]);
    }
}
