//! Workspaces, their settings, and what the Salesforce integration asks of users and mappings.

use passmuster_tests::{Database, Server, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::{
    described::{Operation, operations},
    person::{PASSWORD, make},
    sender::{JSON_BODY, Sender, send},
};

/// With usernames, and a manager.
const SALESFORCE: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first_name", "target": "user.first_name"},
    {"api_field": "last_name", "target": "user.last_name"},
    {"api_field": "username", "target": "user.username"},
    {"api_field": "manager", "target": "user.manager"}]}"#;

async fn edit(sender: &Sender<'_>, document: serde_json::Value) -> crate::sender::Answer {
    send(sender.admin(Method::PATCH, "settings/").json(&document)).await
}

on_both_databases! {
    async fn settings_that_are_saved_unchanged_leave_no_trace(server: Server) {
        let sender = Sender::of_json(&server);
        let settings = sender.get("settings/").await;
        assert_eq!(settings, json!({"name": "Passmuster", "subdomain": "default", "salesforce": false, "needs_username": []}));
        let same = edit(&sender, json!({"name": "Passmuster", "salesforce": false})).await.expect(200);
        assert_eq!(same, settings);
        assert!(sender.audit("?action=settings_edited").await.is_empty());
    }

    async fn settings_that_are_refused_change_nothing(server: Server) {
        let sender = Sender::of_json(&server);
        for document in [json!({"name": " "}), json!({"salesforce": "yes"}), json!({"subdomain": "other"})] {
            assert_eq!(edit(&sender, document.clone()).await.status, 400, "{document}");
        }
        assert_eq!(sender.get("settings/").await["name"], "Passmuster");
        assert!(sender.audit("?action=settings_edited").await.is_empty());
    }

    async fn salesforce_asks_for_usernames_in_mappings(server: Server) {
        let sender = Sender::of_json(&server);
        let edited = edit(&sender, json!({"name": "Acme", "salesforce": true})).await.expect(200);
        // Told on enabling …
        assert_eq!((&edited["name"], &edited["needs_username"]), (&json!("Acme"), &json!(["HR"])));
        let entries = sender.audit("?action=settings_edited").await;
        assert_eq!(entries[0]["edits"], json!([
            {"field": "name", "before": "Passmuster", "after": "Acme"},
            {"field": "salesforce", "before": false, "after": true},
        ]));
        let refused = sender.upload(JSON_BODY).await;
        assert_eq!((refused.status, &refused.body["errors"][0]["rule"]), (400, &json!("missing_username")));
        // … and refused on saving.
        let place = format!("integrations/{}", sender.integration_id);
        let mut mapping = sender.get(&place).await["mapping"].clone();
        mapping["fields"][0]["api_field"] = json!("mail");
        let save = |mapping: &serde_json::Value| send(sender.admin(Method::PUT, &format!("{place}/mapping")).json(mapping));
        let refused = save(&mapping).await;
        assert_eq!((refused.status, refused.error_id()), (400, "invalid_request"), "{}", refused.body);
        assert_eq!(sender.get(&place).await["mapping_version"], 1);
        mapping["fields"].as_array_mut().unwrap().push(json!({"api_field": "username", "target": "user.username"}));
        save(&mapping).await.expect(200);
        assert_eq!(sender.get("settings/").await["needs_username"], json!([]));
        // A new integration begins with one.
        let new = server.cli(&["integration", "create", "--name", "New", "--file-format", "csv", "--output", "json"]).json();
        let new = sender.get(&format!("integrations/{}", new["integration_id"].as_str().unwrap())).await;
        assert!(new["mapping"]["fields"].as_array().unwrap().iter().any(|field| field["target"] == "user.username"));
    }

    async fn with_salesforce_managers_are_named_by_username(server: Server) {
        let sender = Sender::of_mapped_json(&server, SALESFORCE);
        assert_eq!(server.cli(&["workspace", "set", "--salesforce", "on"]).code, 0);
        let person = |name: &str, manager: &str| json!({
            "email": format!("{name}@a.co"), "username": format!("{name}@acme.salesforce.example"), "first_name": name,
            "last_name": "Doe", "manager": manager,
        });
        let body = json!([person("boss", ""), person("ann", "boss@acme.salesforce.example")]).to_string();
        sender.upload(body).await.expect(201);
        assert_eq!(sender.user("ann@a.co").await["manager"], "boss@a.co");
        // By address they are not found, so that the policy clears.
        let by_address = sender.upload(json!([person("ann", "boss@a.co")]).to_string()).await.expect(201);
        assert_eq!((&by_address["managers_cleared"], &by_address["warning_count"]), (&json!(1), &json!(1)));
        let mut nameless = person("eve", "");
        nameless["username"] = json!("");
        assert_eq!(sender.upload(json!([nameless]).to_string()).await.status, 400);
        // Somebody made by hand goes by their address unless told otherwise.
        make(&server, "flo@a.co", &[]);
        assert_eq!(sender.user("flo@a.co").await["username"], "flo@a.co");
        assert_eq!(sender.emails().await, ["ann@a.co", "boss@a.co", "flo@a.co"]);
    }

    async fn the_command_line_administers_the_workspace_that_it_is_told(server: Server) {
        let sender = Sender::of_json(&server);
        let made = server.cli(&["workspace", "create", "Acme Inc.", "--subdomain", "acme"]);
        assert_eq!((made.code, made.stdout.trim()), (0, "acme"), "{made:?}");
        assert_eq!(server.cli(&["workspace", "create", "Other", "--subdomain", "acme"]).code, 1);
        assert_eq!(server.cli(&["workspace", "create", "Other", "--subdomain", "Acme_Inc"]).code, 1);
        let all = server.cli(&["workspace", "list", "--output", "json"]).json();
        assert_eq!(all, json!([
            {"name": "Acme Inc.", "subdomain": "acme", "salesforce": false},
            {"name": "Passmuster", "subdomain": "default", "salesforce": false},
        ]));
        assert_eq!(server.cli(&["group-type", "create", "Team", "--workspace", "acme"]).code, 0);
        assert_eq!(server.cli(&["group-type", "create", "Team", "--workspace", "nowhere"]).code, 1);
        make(&server, "ann@acme.example", &["--admin", "--workspace", "acme"]);
        assert_eq!(sender.get("groups/").await["group_types"], json!([]));
        assert!(sender.emails().await.is_empty());
    }
}

#[tokio::test]
async fn a_workspace_is_reached_by_its_subdomain_and_nobody_elses() {
    let server = Server::start_with(Database::Sqlite, &["--base-domain", "pm.example"]);
    assert_eq!(
        server.cli(&["workspace", "create", "Acme", "--subdomain", "acme"]).code,
        0
    );
    make(&server, "ann@acme.example", &["--admin", "--workspace", "acme"]);
    let sign_in = |host: &'static str| {
        let document = json!({"email": "ann@acme.example", "password": PASSWORD});
        send(server.post("/api/session").header("Host", host).json(&document))
    };
    assert_eq!(sign_in("default.pm.example").await.status, 401);
    assert_eq!(sign_in("nowhere.pm.example").await.status, 404);
    let signed_in = sign_in("acme.pm.example").await;
    assert_eq!((signed_in.status, &signed_in.body["workspace"]), (200, &json!("Acme")));
    let cookie = crate::person::cookie_of(&signed_in);
    let users = |host: &'static str| {
        send(
            server
                .get("/api/admin/users/")
                .header("Cookie", &cookie)
                .header("Host", host),
        )
    };
    assert_eq!(users("acme.pm.example").await.status, 200);
    assert_eq!(users("default.pm.example").await.status, 401);
    // A key of one workspace opens no other one.
    let key = server
        .cli(&["api-key", "create", "--name", "k", "--workspace", "acme"])
        .stdout;
    let with_key = |host: &'static str| {
        send(
            server
                .get("/api/admin/users/")
                .bearer_auth(key.trim())
                .header("Host", host),
        )
    };
    assert_eq!(with_key("acme.pm.example").await.status, 200);
    assert_eq!(with_key("default.pm.example").await.status, 401);
    // Not more than somebody who guesses may try.
    let is_of_people = |operation: &Operation| {
        let resource = operation.path.strip_prefix("/api/admin/").unwrap_or_default();
        let resource = resource.split('/').next().unwrap_or_default();
        operation.method == Method::GET
            && ["users", "group-types", "api-keys", "about", "diagnostics"].contains(&resource)
    };
    for operation in operations(&server).await.into_iter().filter(is_of_people) {
        let path = operation.path_with(&[]);
        let request = server.get(&path).bearer_auth(key.trim());
        let answer = send(request.header("Host", "default.pm.example")).await;
        assert_eq!(answer.status, 401, "{path}");
    }
}
