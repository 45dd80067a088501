//! Several users changed at once: one plan, all or nothing.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    person::Person,
    sender::{Answer, JSON_BODY, Sender, send},
};

async fn bulk(sender: &Sender<'_>, query: &str, document: Value) -> Answer {
    send(
        sender
            .admin(Method::POST, &format!("users/bulk/{query}"))
            .json(&document),
    )
    .await
}

async fn workspace(server: &Server) -> Sender<'_> {
    assert_eq!(server.cli(&["group-type", "create", "Team"]).code, 0);
    let sender = Sender::of_json(server);
    sender.upload(JSON_BODY).await.expect(201);
    sender
}

const BOTH: [&str; 2] = ["Jason@yourcompany.com", " susan@yourcompany.com"];

on_both_databases! {
    async fn a_change_that_is_there_already_leaves_no_trace(server: Server) {
        let sender = workspace(&server).await;
        let (users, entries) = (sender.get("users/").await, sender.audit("").await);
        let answer = bulk(&sender, "", json!({"emails": BOTH, "set": {"is_active": true, "groups": {"Team": null}}})).await.expect(200);
        assert_eq!((&answer["users"], &answer["plan"]["changes"]), (&json!(2), &json!([])));
        assert_eq!((sender.get("users/").await, sender.audit("").await), (users, entries));
    }

    async fn one_who_can_not_be_changed_keeps_all_from_it(server: Server) {
        let sender = workspace(&server).await;
        let admin = Person::new(&server, "boss@a.co", &["--admin"]).await;
        let limited = Person::new(&server, "limited@a.co", &["--role", "LimitedAdmin"]).await;
        let users = sender.get("users/").await;
        let off = json!({"is_active": false});
        let group = |name: &str| json!({"groups": {"Team": name}});
        for (document, status) in [
            // The last admin stays one.
            (json!({"emails": ["jason@yourcompany.com", "boss@a.co"], "set": off}), 400),
            (json!({"filter": {}, "set": off}), 400),
            (json!({"emails": ["jason@yourcompany.com", "nobody@a.co"], "set": off}), 404),
            (json!({"emails": [], "set": off}), 400),
            (json!({"emails": BOTH, "filter": {}, "set": off}), 400),
            (json!({"emails": BOTH, "set": {}}), 400),
            (json!({"emails": BOTH, "set": {"is_admin": true}}), 400),
            (json!({"emails": BOTH, "set": group("a;b")}), 400),
            (json!({"emails": BOTH, "set": {"groups": {"Office": "Bonn"}}}), 400),
        ] {
            assert_eq!(bulk(&sender, "", document.clone()).await.status, status, "{document}");
        }
        let planned = bulk(&sender, "?mode=plan", json!({"emails": ["boss@a.co", "jason@yourcompany.com"], "set": off})).await.expect(200);
        assert_eq!((&planned["plan"], &planned["report"]["error_count"]), (&json!(null), &json!(1)));
        let refused = limited.admin(Method::POST, "users/bulk/").json(&json!({"emails": ["boss@a.co", "jason@yourcompany.com"], "set": off}));
        assert_eq!(send(refused).await.status, 403);
        assert_eq!(sender.get("users/").await, users);
        drop(admin);
    }

    async fn a_plan_is_shown_first_and_held_to(server: Server) {
        let sender = workspace(&server).await;
        let document = json!({"filter": {"search": "yourcompany"}, "set": {"groups": {"Team": "Dogs"}, "add_tags": ["new"], "is_active": false}});
        let planned = bulk(&sender, "?mode=plan", document.clone()).await.expect(200);
        assert_eq!((&planned["applied"], &planned["users"], &planned["plan"]["counts"]["deactivated"], &planned["plan"]["counts"]["groups_created"]),
            (&json!(false), &json!(2), &json!(2), &json!(1)));
        assert_eq!(sender.user("jason@yourcompany.com").await["is_active"], true);
        let hash = planned["plan"]["hash"].as_str().unwrap().to_owned();
        let apply = || send(sender.admin(Method::POST, "users/bulk/").header("If-Match", format!("\"{hash}\"")).json(&document));
        // Somebody was there first: told by name, and nothing is done.
        send(sender.admin(Method::PATCH, "users/susan@yourcompany.com").json(&json!({"tags": ["old"]}))).await.expect(200);
        let stale = apply().await;
        assert_eq!(stale.status, 409);
        // Another server knows that the plan is another one, but not where.
        let differing = &stale.body["difference"]["users"][0]["email"];
        assert!(*differing == json!("susan@yourcompany.com") || stale.body["difference"].is_null(), "{}", stale.body);
        assert_eq!(sender.user("jason@yourcompany.com").await["is_active"], true);
        let planned = bulk(&sender, "?mode=plan", document.clone()).await.expect(200);
        let hash = planned["plan"]["hash"].as_str().unwrap().to_owned();
        let applied = send(sender.admin(Method::POST, "users/bulk/").header("If-Match", format!("\"{hash}\"")).json(&document)).await.expect(200);
        assert_eq!(applied["applied"], true);
        let susan = sender.user("susan@yourcompany.com").await;
        assert_eq!((&susan["tags"], &susan["groups"], &susan["is_active"]), (&json!(["new", "old"]), &json!({"Team": "Dogs"}), &json!(false)));
        let entry = &sender.audit("?target=jason@yourcompany.com").await[0];
        assert_eq!((&entry["action"], entry["request_id"].is_string()), (&json!("user_deactivated"), true));
    }

    async fn an_edit_tells_what_changed_meanwhile(server: Server) {
        let sender = workspace(&server).await;
        let path = "users/jason@yourcompany.com";
        let document = json!({"last_name": "Smythe"});
        let planned = send(sender.admin(Method::PATCH, &format!("{path}?mode=plan")).json(&document)).await.expect(200);
        send(sender.admin(Method::PATCH, path).json(&json!({"last_name": "Schmidt"}))).await.expect(200);
        let hash = planned["plan"]["hash"].as_str().unwrap();
        let stale = send(sender.admin(Method::PATCH, path).header("If-Match", format!("\"{hash}\"")).json(&document)).await;
        assert_eq!(stale.status, 409);
        let before = &stale.body["difference"]["users"][0]["change"]["edits"][0]["before"];
        assert!(*before == json!("Schmidt") || stale.body["difference"].is_null(), "{}", stale.body);
    }
}
