//! Signing in and out, and passwords: who is in, on how many devices, and until when.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::{
    person::{PASSWORD, Person, cookie_of, try_to_sign_in},
    sender::{Answer, Sender, send},
};

const OTHER: &str = "another sentence of words";

/// With a column by which somebody is deactivated.
const ACTIVE: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first_name", "target": "user.first_name"},
    {"api_field": "last_name", "target": "user.last_name"},
    {"api_field": "active", "target": "user.is_active"}]}"#;

async fn change(person: &Person<'_>, current: &str, new: &str) -> Answer {
    let document = json!({"current": current, "new": new});
    send(person.request(Method::PUT, "/api/session/password").json(&document)).await
}

on_both_databases! {
    async fn a_password_that_is_refused_stays_as_it_is(server: Server) {
        let ann = Person::new(&server, "ann@a.co", &["--admin"]).await;
        assert_eq!(change(&ann, "wrong", OTHER).await.status, 403);
        assert_eq!(change(&ann, PASSWORD, "short").await.status, 400);
        let nobody = server.request(Method::PUT, "/api/session/password").json(&json!({"current": PASSWORD, "new": OTHER}));
        assert_eq!(send(nobody).await.status, 401);
        assert_eq!(try_to_sign_in(&server, "ann@a.co", OTHER).await.status, 401);
        assert_eq!(try_to_sign_in(&server, "ann@a.co", PASSWORD).await.status, 200);
    }

    async fn a_new_password_ends_the_other_sessions(server: Server) {
        let ann = Person::new(&server, "ann@a.co", &["--admin"]).await;
        let elsewhere = Person::signed_in(&server, "ann@a.co").await;
        assert_eq!(change(&ann, PASSWORD, OTHER).await.status, 204);
        assert_eq!((ann.session().await.status, elsewhere.session().await.status), (200, 401));
        assert_eq!(try_to_sign_in(&server, "ann@a.co", PASSWORD).await.status, 401);
        assert_eq!(try_to_sign_in(&server, "ann@a.co", OTHER).await.status, 200);
    }

    async fn the_command_line_gives_a_new_password_and_ends_all_sessions(server: Server) {
        let ann = Person::new(&server, "ann@a.co", &["--admin"]).await;
        let set = |email: &str, password: &str| {
            server.cli_with_input(&["user", "set-password", email, "--password-stdin"], password.as_bytes()).code
        };
        assert_eq!((set("ann@a.co", "short"), set("bob@a.co", OTHER)), (1, 1));
        assert_eq!(ann.session().await.status, 200);
        assert_eq!(set("ANN@a.co", OTHER), 0);
        assert_eq!(ann.session().await.status, 401);
        assert_eq!(try_to_sign_in(&server, "ann@a.co", OTHER).await.status, 200);
    }

    async fn signing_out_everywhere_ends_every_session_of_ones_own(server: Server) {
        let (here, bob) = (Person::new(&server, "ann@a.co", &[]).await, Person::new(&server, "bob@a.co", &[]).await);
        let there = Person::signed_in(&server, "ann@a.co").await;
        let third = Person::signed_in(&server, "ann@a.co").await;
        let out = |person: &Person<'_>, query: &str| send(person.request(Method::DELETE, &format!("/api/session{query}")));
        assert_eq!(out(&third, "").await.status, 204);
        assert_eq!((here.session().await.status, third.session().await.status), (200, 401));
        assert_eq!(out(&here, "?everywhere=true").await.status, 204);
        assert_eq!((here.session().await.status, there.session().await.status), (401, 401));
        assert_eq!(bob.session().await.status, 200);
        // Who is nobody already is told the same.
        assert_eq!(out(&here, "?everywhere=true").await.status, 204);
    }

    async fn who_is_deactivated_is_signed_out_for_good(server: Server) {
        let sender = Sender::of_mapped_json(&server, ACTIVE);
        let bob = Person::new(&server, "bob@a.co", &[]).await;
        let body = |active: bool| json!([{"email": "bob@a.co", "first_name": "Jo", "last_name": "Doe", "active": active}]).to_string();
        sender.upload(body(false)).await.expect(201);
        assert_eq!(bob.session().await.status, 401);
        assert_eq!(try_to_sign_in(&server, "bob@a.co", PASSWORD).await.status, 401);
        // Coming back brings the account back, not the session.
        sender.upload(body(true)).await.expect(201);
        assert_eq!(bob.session().await.status, 401);
        assert_eq!(try_to_sign_in(&server, "bob@a.co", PASSWORD).await.status, 200);
    }

    async fn the_audit_tells_of_each_coming_and_going(mut server: Server) {
        let token = server.first_sign_in().rsplit('/').next().unwrap().to_owned();
        let document = json!({
            "token": token, "email": "ann@a.co", "first_name": "Ann", "last_name": "Ray", "password": PASSWORD,
        });
        let made = send(server.post("/api/setup").json(&document)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let cookie = cookie_of(&made);
        assert_eq!(try_to_sign_in(&server, "nobody@a.co", "x").await.status, 401);
        assert_eq!(try_to_sign_in(&server, "Ann@a.co", "x").await.status, 401);
        let ann = Person::signed_in(&server, "ann@a.co").await;
        assert_eq!(change(&ann, PASSWORD, OTHER).await.status, 204);
        send(ann.request(Method::DELETE, "/api/session")).await;
        let sender = Sender::of_json(&server);
        let entries = sender.audit("?until=2100-01-01").await;
        let mut told: Vec<(&str, &str)> = entries
            .iter()
            .map(|entry| (entry["action"].as_str().unwrap(), entry["target"].as_str().unwrap()))
            .filter(|(_, target)| target.ends_with("@a.co"))
            .collect();
        // Entries of one millisecond are in no order.
        told.sort_unstable();
        assert_eq!(told, [
            ("password_changed", "ann@a.co"),
            ("set_up", "ann@a.co"),
            ("sign_in_failed", "ann@a.co"),
            ("sign_in_failed", "nobody@a.co"),
            ("signed_in", "ann@a.co"),
            ("signed_in", "ann@a.co"),
            ("signed_out", "ann@a.co"),
            ("user_created", "ann@a.co"),
        ]);
        assert!(entries.iter().filter(|entry| entry["action"] == "sign_in_failed").all(|entry| entry["actor"] == "nobody"));
        // The change of the password ended the session of the first sign-in.
        assert_eq!(send(server.get("/api/session").header("Cookie", cookie)).await.status, 401);
        let id = entries.iter().find(|entry| entry["action"] == "set_up").unwrap()["user_id"].as_str().unwrap().to_owned();
        assert_eq!(sender.audit(&format!("?user_id={id}")).await.len(), 7);
    }
}
