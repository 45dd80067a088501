//! Integrations after they were enabled: settings, limits, and every version of their mapping.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Answer, JSON_BODY, Sender, send};

fn place(sender: &Sender<'_>) -> String {
    format!("integrations/{}", sender.integration_id)
}

async fn edit(sender: &Sender<'_>, document: Value) -> Answer {
    send(sender.admin(Method::PATCH, &place(sender)).json(&document)).await
}

/// Without its address, which names one of two servers.
async fn shown(sender: &Sender<'_>) -> Value {
    let mut integration = sender.get(&place(sender)).await;
    integration["endpoint"].take();
    integration
}

on_both_databases! {
    async fn settings_that_are_saved_unchanged_leave_no_trace(server: Server) {
        let sender = Sender::of_json(&server);
        let before = shown(&sender).await;
        assert_eq!((&before["sandbox"], &before["upload_mode"]), (&json!(false), &json!("changes")));
        assert_eq!(before["limits"]["deactivations"], json!({"percent": 20, "count": null}));
        let same = json!({
            "name": before["name"], "admin_email": null, "enabled": true, "sandbox": false, "upload_mode": "changes",
            "limits": before["limits"],
        });
        edit(&sender, same).await.expect(200);
        edit(&sender, json!({})).await.expect(200);
        assert_eq!(shown(&sender).await, before);
        assert!(sender.audit("?action=integration_edited").await.is_empty());
    }

    async fn a_setting_that_is_refused_changes_nothing(server: Server) {
        let sender = Sender::of_json(&server);
        let before = shown(&sender).await;
        for document in [
            json!({"name": "", "sandbox": true}),
            json!({"admin_email": "ann at example", "sandbox": true}),
            json!({"upload_mode": "everything", "sandbox": true}),
            json!({"limits": {"deletions": null}, "sandbox": true}),
            json!({"limits": {"deactivations": {"percent": 101}}, "sandbox": true}),
            json!({"limits": {"deactivations": {}}, "sandbox": true}),
            json!({"mapping": {}, "sandbox": true}),
        ] {
            let answer = edit(&sender, document.clone()).await;
            assert_eq!((answer.status, answer.error_id()), (400, "invalid_request"), "{document}");
        }
        assert_eq!(shown(&sender).await, before);
        let nowhere = send(sender.admin(Method::PATCH, "integrations/nothing").json(&json!({"sandbox": true}))).await;
        assert_eq!(nowhere.status, 404);
    }

    async fn each_edit_is_told_with_before_and_after(server: Server) {
        let sender = Sender::of_json(&server);
        let edited = edit(&sender, json!({
            "sandbox": true, "upload_mode": "snapshot", "admin_email": " ann@a.co ",
            "limits": {"groups_created": {"count": 10}, "deactivations": {"percent": 5}},
        })).await.expect(200);
        assert_eq!((&edited["sandbox"], &edited["upload_mode"], &edited["admin_email"]), (&json!(true), &json!("snapshot"), &json!("ann@a.co")));
        assert_eq!(edited["limits"]["groups_created"], json!({"percent": null, "count": 10}));
        assert_eq!(edited["limits"]["managers_cleared"], json!(null));
        assert_eq!(sender.audit("?action=integration_edited").await[0]["edits"], json!([
            {"field": "admin_email", "before": null, "after": "ann@a.co"},
            {"field": "sandbox", "before": false, "after": true},
            {"field": "upload_mode", "before": "changes", "after": "snapshot"},
            {"field": "limits.deactivations", "before": {"percent": 20, "count": null}, "after": {"percent": 5, "count": null}},
            {"field": "limits.groups_created", "before": null, "after": {"percent": null, "count": 10}},
        ]));
        let upload = sender.upload(JSON_BODY).await.expect(201);
        let detail = sender.get(&format!("uploads/{}", upload["upload_id"].as_str().unwrap())).await;
        assert_eq!(detail["sandbox"], true);
        let cleared = edit(&sender, json!({"admin_email": null, "limits": {"groups_created": null}})).await.expect(200);
        assert_eq!((&cleared["admin_email"], &cleared["limits"]["groups_created"]), (&json!(null), &json!(null)));
        assert_eq!(cleared["limits"]["deactivations"]["percent"], 5);
    }

    async fn no_more_are_enabled_than_the_workspace_may_have(server: Server) {
        let sender = Sender::of_json(&server);
        let create = |name: &str| server.cli(&["integration", "create", "--name", name, "--file-format", "csv"]);
        assert_eq!(create("B").code, 0);
        assert_eq!(create("C").code, 1);
        assert_eq!(server.cli(&["integration", "set", "--integration", "HR", "--enabled", "off"]).code, 0);
        assert_eq!(sender.upload(JSON_BODY).await.status, 403);
        assert_eq!(create("C").code, 0);
        let again = edit(&sender, json!({"enabled": true})).await;
        assert_eq!((again.status, again.error_id()), (409, "conflict"));
        assert_eq!(server.cli(&["integration", "set", "--integration", "HR", "--enabled", "on"]).code, 1);
        assert_eq!(server.cli(&["integration", "set", "--integration", "c", "--enabled", "off"]).code, 0);
        edit(&sender, json!({"enabled": true})).await.expect(200);
        sender.upload(JSON_BODY).await.expect(201);
    }

    async fn the_command_line_lists_and_edits(server: Server) {
        let sender = Sender::of_json(&server);
        let set = |more: &[&str]| server.cli(&[&["integration", "set", "--integration", "HR"], more].concat());
        let edited = set(&[
            "--sandbox", "on", "--upload-mode", "snapshot", "--limit", "deactivations=off", "--limit", "rows_touched=50%,1000",
        ]);
        assert_eq!((edited.code, edited.stdout.trim()), (0, "HR"), "{edited:?}");
        for odd in ["deactivations", "deactivations=many", "deletions=1", "deactivations=101%"] {
            assert_ne!(set(&["--limit", odd]).code, 0, "{odd}");
        }
        let list = server.cli(&["integration", "list", "--output", "json"]).json();
        let mut listed = list[0].clone();
        listed["endpoint"].take();
        assert_eq!(listed, shown(&sender).await);
        assert_eq!((&listed["limits"]["deactivations"], &listed["limits"]["rows_touched"]), (&json!(null), &json!({"percent": 50, "count": 1000})));
        let table = server.cli(&["integration", "list"]).stdout;
        assert!(table.starts_with("NAME  ENDPOINT"), "{table}");
    }

    async fn every_mapping_is_kept_under_its_version(server: Server) {
        let sender = Sender::of_json(&server);
        let first = shown(&sender).await["mapping"].clone();
        let mut second = first.clone();
        second["fields"][0]["api_field"] = json!("mail");
        for mapping in [&first, &second, &second] {
            send(sender.admin(Method::PUT, &format!("{}/mapping", place(&sender))).json(mapping)).await.expect(200);
        }
        let versions = sender.get(&format!("{}/mapping/versions/", place(&sender))).await;
        let of = |at: usize, key: &str| versions["versions"][at][key].clone();
        assert_eq!((of(0, "version"), of(0, "saved_by")), (json!(2), json!("API key tests")));
        assert_eq!((of(1, "version"), of(1, "saved_by")), (json!(1), json!("command line")));
        assert_eq!(versions["versions"].as_array().unwrap().len(), 2);
        for (number, mapping) in [(1, &first), (2, &second)] {
            let saved = sender.get(&format!("{}/mapping/versions/{number}/", place(&sender))).await;
            assert_eq!((&saved["version"], &saved["mapping"]), (&json!(number), mapping));
        }
        let none = send(sender.admin(Method::GET, &format!("{}/mapping/versions/3/", place(&sender)))).await;
        assert_eq!(none.status, 404);
    }
}
