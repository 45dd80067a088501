//! Limits: an upload that crosses one waits for a person.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Answer, Sender, send};

/// With what limits speak of.
const MAPPING: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first_name", "target": "user.first_name"},
    {"api_field": "last_name", "target": "user.last_name"},
    {"api_field": "active", "target": "user.is_active"},
    {"api_field": "admin", "target": "user.is_admin"},
    {"api_field": "manager", "target": "user.manager"},
    {"api_field": "team", "target": "group_membership:Team"}]}"#;

fn sender_of(server: &Server) -> Sender<'_> {
    assert_eq!(server.cli(&["group-type", "create", "Team"]).code, 0);
    Sender::of_mapped_json(server, MAPPING)
}

/// So many people, the first `leaving` of them not active any more.
fn people(count: usize, leaving: usize) -> String {
    let person = |at: usize| json!({"email": format!("p{at:03}@a.co"), "first_name": "Jo", "last_name": "Doe", "active": at >= leaving});
    Value::from((0..count).map(person).collect::<Vec<_>>()).to_string()
}

async fn set(sender: &Sender<'_>, settings: Value) {
    let path = format!("integrations/{}/", sender.integration_id);
    send(sender.admin(Method::PATCH, &path).json(&settings))
        .await
        .expect(200);
}

async fn decide(sender: &Sender<'_>, upload: &str, verb: &str, plan_hash: Option<&str>) -> Answer {
    let mut request = sender.admin(Method::POST, &format!("uploads/{upload}/{verb}/"));
    if let Some(hash) = plan_hash {
        request = request.header("If-Match", format!("\"{hash}\""));
    }
    send(request).await
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

on_both_databases! {
    async fn a_fifth_of_the_active_users_may_leave_at_once(server: Server) {
        let sender = sender_of(&server);
        sender.upload(people(120, 0)).await.expect(201);
        let answer = sender.upload(people(120, 24)).await.expect(201);
        assert_eq!(answer["deactivated"], 24);
    }

    async fn one_more_waits_and_changes_nothing(server: Server) {
        let sender = sender_of(&server);
        sender.upload(people(120, 0)).await.expect(201);
        let planned = sender.plan(people(120, 25)).await;
        assert_eq!(planned["limits"][0]["limit"], "deactivations");
        assert_eq!((&planned["limits"][0]["count"], &planned["limits"][0]["of"]), (&json!(25), &json!(120)));
        let refused = sender.upload(people(120, 25)).await;
        assert_eq!((refused.status, refused.error_id()), (409, "limit_exceeded"));
        assert_eq!(refused.body["plan_hash"], planned["plan"]["hash"]);
        assert_eq!(refused.body["counts"]["deactivated"], 25);
        assert_eq!(sender.user("p000@a.co").await["is_active"], true);
        let upload = sender.get(&format!("uploads/{}/", text(&refused.body["upload_id"]))).await;
        assert_eq!((&upload["outcome"], &upload["has_body"]), (&json!("held"), &json!(true)));
        let integration = sender.get(&format!("integrations/{}", sender.integration_id)).await;
        assert_eq!(integration["held_uploads"], 1);
        assert_eq!(upload["crossed"][0]["allowed"], 24);
        assert_eq!(upload["crossed"][0]["message"], refused.body["errors"][0]["description"]);
    }

    async fn a_person_allows_a_held_upload_once(server: Server) {
        let sender = sender_of(&server);
        sender.upload(people(120, 0)).await.expect(201);
        let held = sender.upload(people(120, 60)).await.expect(409);
        let id = text(&held["upload_id"]);
        let plan = sender.get(&format!("uploads/{id}/plan/")).await;
        assert_eq!(plan["plan"]["hash"], held["plan_hash"]);
        let allowed = decide(&sender, &id, "allow", None).await.expect(201);
        assert_eq!((&allowed["upload_id"], &allowed["deactivated"]), (&json!(id), &json!(60)));
        assert_eq!(sender.user("p059@a.co").await["is_active"], false);
        let upload = sender.get(&format!("uploads/{id}/")).await;
        assert_eq!((&upload["outcome"], &upload["decided_by"]), (&json!("applied"), &json!("API key tests")));
        decide(&sender, &id, "allow", None).await.expect(409);
        decide(&sender, &id, "reject", None).await.expect(409);
        assert_eq!(sender.uploads().await.len(), 2);
    }

    async fn a_rejected_upload_stays_unapplied(server: Server) {
        let sender = sender_of(&server);
        sender.upload(people(120, 0)).await.expect(201);
        let id = text(&sender.upload(people(120, 60)).await.expect(409)["upload_id"]);
        let rejected = decide(&sender, &id, "reject", None).await.expect(200);
        assert_eq!(rejected["outcome"], "rejected");
        decide(&sender, &id, "allow", None).await.expect(409);
        assert_eq!(sender.user("p000@a.co").await["is_active"], true);
    }

    async fn a_directory_that_moved_is_shown_before_allowing(server: Server) {
        let sender = sender_of(&server);
        sender.upload(people(120, 0)).await.expect(201);
        let id = text(&sender.upload(people(120, 60)).await.expect(409)["upload_id"]);
        sender.get(&format!("uploads/{id}/plan/")).await;
        sender.upload(people(120, 1)).await.expect(201);
        let moved = decide(&sender, &id, "allow", None).await;
        assert_eq!((moved.status, moved.error_id()), (409, "conflict"));
        assert_eq!(sender.user("p059@a.co").await["is_active"], true);
        let hash = text(&moved.body["plan_hash"]);
        assert_eq!(decide(&sender, &id, "allow", Some(&hash)).await.expect(201)["deactivated"], 59);
    }

    async fn the_difference_names_who_moved(server: Server) {
        let sender = sender_of(&server);
        sender.upload(people(3, 0)).await.expect(201);
        let agreed = text(&sender.plan(people(4, 2)).await["plan"]["hash"]);
        sender.upload(people(3, 1)).await.expect(201);
        let refused = send(sender.post("").header("If-Match", format!("\"{agreed}\"")).body(people(4, 2))).await;
        assert_eq!((refused.status, refused.error_id()), (409, "conflict"));
        if refused.body["difference"].is_null() {
            // The other server made the plan; this one says that it is another, not where.
            assert_ne!(refused.body["plan_hash"], agreed);
            return;
        }
        assert_eq!(refused.body["difference"], json!({
            "total": 1, "users": [{"email": "p000@a.co", "was_in_plan": true, "change": null}]
        }));
    }

    async fn other_limits_are_one_setting_away(server: Server) {
        let sender = sender_of(&server);
        set(&sender, json!({"limits": {
            "groups_created": {"count": 1}, "admins_granted": {"count": 0}, "managers_cleared": {"percent": 50},
            "rows_touched": {"count": 3}, "deactivations": null,
        }})).await;
        let body = |more: [Value; 3]| {
            let people = more.into_iter().enumerate().map(|(at, more)| {
                let mut user = json!({"email": format!("p{at}@a.co"), "first_name": "Jo", "last_name": "Doe"});
                user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
                user
            });
            Value::from(people.collect::<Vec<_>>()).to_string()
        };
        let crossed = |answer: Value| text(&answer["errors"][0]["rule"]);
        let plain = || json!({});
        let groups = body([json!({"team": "Dogs"}), json!({"team": "Cats"}), plain()]);
        assert_eq!(crossed(sender.upload(groups).await.expect(409)), "groups_created");
        let admins = body([json!({"admin": true}), plain(), plain()]);
        assert_eq!(crossed(sender.upload(admins).await.expect(409)), "admins_granted");
        let managed = body([plain(), json!({"manager": "p0@a.co"}), json!({"manager": "p0@a.co", "team": "Dogs"})]);
        sender.upload(managed).await.expect(201);
        let cleared = body([plain(), json!({"manager": ""}), json!({"manager": ""})]);
        assert_eq!(crossed(sender.upload(cleared).await.expect(409)), "managers_cleared");
        let rows = sender.upload(people(10, 0)).await.expect(409);
        assert_eq!(crossed(rows), "rows_touched");
        let leaving = body([plain(), json!({"active": false}), json!({"active": false})]);
        assert_eq!(sender.upload(leaving).await.expect(201)["deactivated"], 2);
    }

    async fn the_same_key_is_answered_with_the_same_refusal(server: Server) {
        let sender = sender_of(&server);
        sender.upload(people(120, 0)).await.expect(201);
        let twice = || send(sender.post("").header("Idempotency-Key", "night-1").body(people(120, 60)));
        let (first, second) = (twice().await, twice().await);
        assert_eq!((first.status, second.status), (409, 409));
        assert_eq!(first.body["upload_id"], second.body["upload_id"]);
        assert_eq!(second.header("idempotent-replayed"), "true");
        assert_eq!(sender.uploads().await.len(), 2);
    }
}
