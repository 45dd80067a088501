//! Full snapshots: who is missing left, with guards.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Sender, send};

const MAPPING: &str = r#"{"version": 1, "file_format": "csv", "fields": [
    {"api_field": "Email", "target": "user.email"},
    {"api_field": "First", "target": "user.first_name"},
    {"api_field": "Last", "target": "user.last_name"},
    {"api_field": "Manager", "target": "user.manager"},
    {"api_field": "Admin", "target": "user.is_admin", "on_blank": "keep"}]}"#;

async fn sender_of(server: &Server) -> Sender<'_> {
    let sender = Sender::of_csv(server, MAPPING);
    let path = format!("integrations/{}/", sender.integration_id);
    let settings = json!({"upload_mode": "snapshot"});
    let shown = send(sender.admin(Method::PATCH, &path).json(&settings))
        .await
        .expect(200);
    assert_eq!(shown["upload_mode"], "snapshot");
    sender
}

/// People by number; the first manages the others.
fn file(people: impl IntoIterator<Item = usize>) -> String {
    let mut text = String::from("Email,First,Last,Manager\n");
    for at in people {
        let manager = if at == 0 { "" } else { "p0@a.co" };
        text.push_str(&format!("p{at}@a.co,Jo,Doe,{manager}\n"));
    }
    text
}

fn alarms(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().unwrap().iter();
    errors.map(|error| error["rule"].as_str().unwrap().to_owned()).collect()
}

on_both_databases! {
    async fn the_same_snapshot_again_changes_nothing(server: Server) {
        let sender = sender_of(&server).await;
        sender.upload(file(0..10)).await.expect(201);
        assert_eq!(sender.upload(file(0..10)).await.expect(201)["unchanged"], 10);
    }

    async fn who_is_missing_is_deactivated_and_loses_their_reports(server: Server) {
        let sender = sender_of(&server).await;
        server.cli(&["user", "create", "--email", "by.hand@a.co", "--first-name", "B", "--last-name", "H"]);
        sender.upload(file(0..10)).await.expect(201);
        let planned = sender.plan(file(1..10)).await;
        assert_eq!(planned["plan"]["counts"]["deactivated"], 1);
        let answer = sender.upload(file(1..10)).await.expect(201);
        assert_eq!((&answer["deactivated"], &answer["managers_cleared"]), (&json!(1), &json!(9)));
        assert_eq!(sender.user("p0@a.co").await["is_active"], false);
        assert_eq!(sender.user("by.hand@a.co").await["is_active"], true, "nobody's snapshot names them");
        let back = sender.upload(file(0..10)).await.expect(201);
        assert_eq!(back["reactivated"], 0, "only Is Active brings somebody back");
    }

    async fn admins_are_never_deactivated_by_missing(server: Server) {
        let sender = sender_of(&server).await;
        let file = file(0..10).replace("Manager\n", "Manager,Admin\n").replace("p0@a.co,Jo,Doe,", "p0@a.co,Jo,Doe,,True")
            .replace(",p0@a.co\n", ",p0@a.co,\n");
        sender.upload(file.clone()).await.expect(201);
        let without = file.replace("p0@a.co,Jo,Doe,,True\n", "");
        sender.upload(without).await.expect(201);
        assert_eq!(sender.user("p0@a.co").await["is_active"], true);
    }

    async fn another_integrations_users_are_not_missed(server: Server) {
        let sender = sender_of(&server).await;
        let other = server.cli(&["integration", "create", "--name", "Other", "--file-format", "json", "--output", "json"]).json();
        let path = format!("/api/v1/data/{}/", other["route"].as_str().unwrap());
        let body = r#"[{"email": "other@a.co", "first_name": "O", "last_name": "T"}]"#;
        let token = format!("Token {}", other["auth_token"].as_str().unwrap());
        let request = server.post(&path).header("Authorization", token).header("Content-Type", "application/json");
        send(request.body(body)).await.expect(201);
        sender.upload(file(0..10)).await.expect(201);
        sender.upload(file(0..10)).await.expect(201);
        assert_eq!(sender.user("other@a.co").await["is_active"], true);
    }

    async fn an_empty_snapshot_is_an_error(server: Server) {
        let sender = sender_of(&server).await;
        sender.upload(file(0..10)).await.expect(201);
        for body in ["", "Email,First,Last,Manager\n"] {
            sender.upload(body).await.expect(400);
        }
        assert_eq!(sender.user("p0@a.co").await["is_active"], true);
    }

    async fn a_shape_that_shrinks_is_held(server: Server) {
        let sender = sender_of(&server).await;
        sender.upload(file(0..20)).await.expect(201);
        let fewer = sender.upload(file(0..14)).await.expect(409);
        assert_eq!((alarms(&fewer), &fewer["errors"][0]["id"]), (vec!["records_down".to_owned()], &json!("limit_exceeded")));
        let column = file(0..20).replace(",Manager", "").replace(",p0@a.co", "").replace("Doe,\n", "Doe\n");
        assert_eq!(alarms(&sender.upload(column).await.expect(409)), ["column_gone"]);
        let cut = file(0..20).trim_end().to_owned();
        assert_eq!(alarms(&sender.upload(cut).await.expect(409)), ["cut_off"]);
        let short = file(0..20).trim_end().trim_end_matches(",p0@a.co").to_owned();
        assert_eq!(alarms(&sender.upload(short).await.expect(409)), ["cut_off"]);
        assert_eq!(sender.user("p19@a.co").await["is_active"], true);
        // Held against the last accepted one, not against those that were held.
        sender.upload(file(0..19)).await.expect(201);
    }

    async fn the_limit_of_deactivations_can_not_be_lifted(server: Server) {
        let sender = sender_of(&server).await;
        let path = format!("integrations/{}/", sender.integration_id);
        let settings = json!({"limits": {"deactivations": null}});
        send(sender.admin(Method::PATCH, &path).json(&settings)).await.expect(200);
        sender.upload(file(0..150)).await.expect(201);
        let held = sender.upload(file(0..110)).await.expect(409);
        assert_eq!(alarms(&held), ["deactivations"]);
    }

    async fn undoing_a_wrong_snapshot_forgets_whom_it_named(server: Server) {
        let sender = sender_of(&server).await;
        server.cli(&["user", "create", "--email", "p99@a.co", "--first-name", "Jo", "--last-name", "Doe"]);
        sender.upload(file(0..10)).await.expect(201);
        let wrong = sender.upload(file((0..10).chain([99]))).await.expect(201);
        let path = format!("uploads/{}/undo/", wrong["upload_id"].as_str().unwrap());
        send(sender.admin(Method::POST, &path)).await.expect(200);
        sender.upload(file(0..10)).await.expect(201);
        assert_eq!(sender.user("p99@a.co").await["is_active"], true);
    }
}
