//! Keys of the admin API, one's sessions, and what the server says of itself.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::{
    person::Person,
    sender::{Sender, send},
};

on_both_databases! {
    async fn a_key_is_shown_once_and_can_do_what_it_was_made_for(server: Server) {
        let sender = Sender::of_json(&server);
        let made = send(sender.admin(Method::POST, "api-keys/").json(&json!({"name": "nightly", "permissions": ["Users: Edit"]}))).await.expect(201);
        let key = made["api_key"].as_str().unwrap().to_owned();
        let ask = |path: &str| send(server.request(Method::GET, &format!("/api/admin/{path}")).bearer_auth(&key));
        assert_eq!((ask("users/").await.status, ask("audit/").await.status), (200, 403));
        let list = sender.get("api-keys/").await;
        let shown = &list["api_keys"][0];
        assert_eq!((&shown["name"], &shown["permissions"], &shown["created_by"]), (&json!("nightly"), &json!(["Users: Edit"]), &json!("API key tests")));
        assert!(!list.to_string().contains(&key));
        let id = shown["id"].as_str().unwrap();
        assert_eq!(send(sender.admin(Method::DELETE, &format!("api-keys/{id}"))).await.status, 204);
        assert_eq!((ask("users/").await.status, send(sender.admin(Method::DELETE, &format!("api-keys/{id}"))).await.status), (401, 204));
        assert_eq!(send(sender.admin(Method::DELETE, "api-keys/nobody")).await.status, 404);
    }

    async fn nobody_gives_a_key_what_they_lack(server: Server) {
        let sender = Sender::of_json(&server);
        let some = server.cli(&["api-key", "create", "--name", "some", "--permission", "Integrations: Edit", "--output", "json"]).json();
        let some = some["api_key"].as_str().unwrap();
        let before = sender.get("api-keys/").await;
        let make = |permissions: serde_json::Value| {
            let request = server.request(Method::POST, "/api/admin/api-keys/").bearer_auth(some);
            send(request.json(&json!({"name": "more", "permissions": permissions})))
        };
        assert_eq!(make(json!(["Integrations: Edit", "Users: Edit"])).await.status, 403);
        assert_eq!(make(json!([])).await.status, 400);
        assert_eq!(make(json!(["Everything"])).await.status, 400);
        let mut after = sender.get("api-keys/").await;
        // Asking leaves the time of a key's use.
        for (key, was) in after["api_keys"].as_array_mut().unwrap().iter_mut().zip(before["api_keys"].as_array().unwrap()) {
            key["last_used_at"] = was["last_used_at"].clone();
        }
        assert_eq!(after, before);
        make(json!(["Integrations: Edit"])).await.expect(201);
    }

    async fn one_sees_where_one_is_signed_in_and_nobody_else(server: Server) {
        let ann = Person::new(&server, "ann@a.co", &[]).await;
        let there = Person::signed_in(&server, "ann@a.co").await;
        Person::new(&server, "bob@a.co", &["--admin"]).await;
        let list = |person: &Person<'_>| send(person.request(Method::GET, "/api/session/all").header("User-Agent", "other"));
        let sessions = list(&ann).await.expect(200);
        let sessions = sessions["sessions"].as_array().unwrap();
        assert_eq!(sessions.len(), 2, "{sessions:?}");
        assert_eq!(sessions.iter().filter(|session| session["is_this"] == true).count(), 1);
        assert!(sessions.iter().all(|session| session["address"] == "127.0.0.1" && session["began_at"].is_string()), "{sessions:?}");
        assert!(!json!(sessions).to_string().contains("digest"));
        assert_eq!(send(ann.request(Method::DELETE, "/api/session?everywhere=true")).await.status, 204);
        assert_eq!((list(&ann).await.status, list(&there).await.status), (401, 401));
        assert_eq!(send(server.request(Method::GET, "/api/session/all")).await.status, 401);
    }

    async fn diagnostics_name_nobody(server: Server) {
        let sender = Sender::of_json(&server);
        let ann = Person::new(&server, "ann.secret@a.co", &["--admin"]).await;
        let about = ann.get("about/").await;
        assert!(["SQLite", "PostgreSQL"].contains(&about["database"].as_str().unwrap()), "{about}");
        assert_eq!((&about["keep_bodies_days"], &about["sends_mail"], &about["password_characters"]), (&json!(30), &json!(false), &json!(12)));
        let found = ann.get("diagnostics/").await;
        assert_eq!((&found["active_users"], &found["integrations"], &found["about"]), (&json!(1), &json!(1), &about));
        let text = found.to_string();
        assert!(!["ann", "secret", "HR", "Jo", "Doe"].iter().any(|word| text.contains(word)), "{text}");
        assert_eq!(send(ann.admin(Method::POST, "test-mail/")).await.status, 409);
        assert_eq!(send(sender.admin(Method::POST, "test-mail/")).await.status, 400);
    }
}
