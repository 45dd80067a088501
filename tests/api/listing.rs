//! Lists of users and groups: found, counted, paged in both directions, exported, and where a value came from.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Sender, send};

const TEAMS: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first_name", "target": "user.first_name"},
    {"api_field": "last_name", "target": "user.last_name"},
    {"api_field": "manager", "target": "user.manager"},
    {"api_field": "active", "target": "user.is_active"},
    {"api_field": "team", "target": "group_membership:Team"},
    {"api_field": "leads", "target": "group_manager:Team"}]}"#;

fn person(email: &str, first_name: &str, team: &str) -> Value {
    json!({"email": email, "first_name": first_name, "last_name": "Doe", "team": team, "active": true})
}

/// Ann, Bob (who left) and Éva in Dogs, Cy in Cats; Ann manages Bob and leads both teams. Then a hundred others.
async fn workspace(server: &Server) -> (Sender<'_>, String) {
    assert_eq!(server.cli(&["group-type", "create", "Team"]).code, 0);
    let sender = Sender::of_mapped_json(server, TEAMS);
    let mut people = vec![person("ann@a.co", "Ann", "Dogs"), person("bob@a.co", "Bob", "Dogs")];
    people.extend([person("cy@a.co", "Cy", "Cats"), person("eva@a.co", "ÉVA", "Dogs")]);
    people[0]["leads"] = "Cats;Dogs".into();
    people[1]["manager"] = "ann@a.co".into();
    people[1]["active"] = false.into();
    let first = sender.upload(json!(people).to_string()).await.expect(201);
    let others: Vec<Value> = (0..100)
        .map(|at| person(&format!("p{at:03}@a.co"), "Pat", ""))
        .collect();
    sender.upload(json!(others).to_string()).await.expect(201);
    (sender, first["upload_id"].as_str().unwrap().to_owned())
}

fn emails(list: &Value) -> Vec<&str> {
    list["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["email"].as_str().unwrap())
        .collect()
}

on_both_databases! {
    async fn each_filter_finds_its_users_and_counts_them(server: Server) {
        let (sender, upload) = workspace(&server).await;
        for (query, found, active) in [
            ("search=%20EVA@".to_owned(), vec!["eva@a.co"], 1),
            ("search=éva".to_owned(), vec!["eva@a.co"], 1),
            ("search=ann%20doe".to_owned(), vec!["ann@a.co"], 1),
            ("search=%25".to_owned(), vec![], 0),
            ("status=deactivated".to_owned(), vec!["bob@a.co"], 103),
            ("group_type=Team&group=Dogs".to_owned(), vec!["ann@a.co", "bob@a.co", "eva@a.co"], 2),
            ("group_type=Team&group=Dogs&status=active".to_owned(), vec!["ann@a.co", "eva@a.co"], 2),
            ("group_type=Team&group=Birds".to_owned(), vec![], 0),
            ("group_type=Team&manages=Cats".to_owned(), vec!["ann@a.co"], 1),
            ("manager=ANN@a.co".to_owned(), vec!["bob@a.co"], 0),
            ("manager=nobody@a.co".to_owned(), vec![], 0),
            ("group_manager=ann@a.co".to_owned(), vec!["ann@a.co", "bob@a.co", "cy@a.co", "eva@a.co"], 3),
            ("group_manager=cy@a.co".to_owned(), vec![], 0),
            (format!("upload={upload}"), vec!["ann@a.co", "bob@a.co", "cy@a.co", "eva@a.co"], 3),
            ("upload=nothing".to_owned(), vec![], 0),
            ("administers=true".to_owned(), vec![], 0),
        ] {
            let list = sender.get(&format!("users/?{query}")).await;
            assert_eq!(emails(&list), found, "{query}");
            let counts = sender.get(&format!("users/count/?{query}")).await;
            assert_eq!(counts["active"], active, "{query}");
            if !query.contains("status") {
                assert_eq!(counts["deactivated"], found.len() as u64 - active, "{query}");
            }
        }
        assert_eq!(sender.get("users/count/").await, json!({"active": 103, "deactivated": 1}));
        // What was counted is not what there is once the directory changed.
        send(sender.admin(Method::PATCH, "users/bob@a.co").json(&json!({"is_active": true}))).await.expect(200);
        assert_eq!(sender.get("users/count/").await, json!({"active": 104, "deactivated": 0}));
        assert_eq!(send(sender.admin(Method::GET, "users/?status=gone")).await.status, 400);
        assert_eq!(send(sender.admin(Method::GET, "users/?colour=red")).await.status, 400);
    }

    async fn pages_lead_there_and_back(server: Server) {
        let (sender, upload) = workspace(&server).await;
        let blocks = sender.get("users/?upload=none").await;
        assert_eq!((emails(&blocks).len(), &blocks["next_cursor"], &blocks["previous_cursor"]), (0, &json!(null), &json!(null)));
        let all = sender.get("users/?limit=1000").await;
        let all = emails(&all);
        let mut there = Vec::new();
        let mut page = sender.get("users/?limit=30").await;
        assert_eq!(page["previous_cursor"], json!(null));
        loop {
            there.extend(emails(&page).into_iter().map(str::to_owned));
            let Some(next) = page["next_cursor"].as_str() else { break };
            page = sender.get(&format!("users/?limit=30&cursor={next}")).await;
        }
        assert_eq!(there, all);
        let mut back = Vec::new();
        while let Some(previous) = page["previous_cursor"].as_str() {
            page = sender.get(&format!("users/?limit=30&before={previous}")).await;
            back.splice(0..0, emails(&page).into_iter().map(str::to_owned));
        }
        assert_eq!((back, page["previous_cursor"].clone()), (there[..90].to_vec(), json!(null)));
        let of_upload = sender.get(&format!("users/?upload={upload}&limit=1&cursor=ann@a.co")).await;
        assert_eq!(emails(&of_upload), ["bob@a.co"]);
    }

    async fn a_list_tells_what_changed_each_user_last(server: Server) {
        let (sender, upload) = workspace(&server).await;
        let list = sender.get("users/?limit=5&last_change=true").await;
        let id = |at: usize| list["users"][at]["id"].as_str().unwrap();
        let change = &list["last_changes"][id(0)];
        assert_eq!((&change["upload_id"], &change["via"], &change["integration"][1], &change["row"]), (&json!(upload), &json!("data"), &json!("HR"), &json!(1)));
        // Of those who were made together, whatever the audit keeps them in.
        assert_eq!(list["last_changes"][id(4)]["via"], "data");
        send(sender.admin(Method::PATCH, "users/p000@a.co").json(&json!({"first_name": "Paddy"}))).await.expect(200);
        let list = sender.get("users/?search=p000&last_change=true").await;
        let change = &list["last_changes"][list["users"][0]["id"].as_str().unwrap()];
        assert_eq!((&change["actor"], &change["upload_id"]), (&json!("API key tests"), &json!(null)));
        assert_eq!(sender.get("users/?search=p000").await["last_changes"], json!(null));
    }

    async fn each_value_says_where_it_came_from(server: Server) {
        let (sender, upload) = workspace(&server).await;
        for email in ["bob@a.co", "p007@a.co"] {
            send(sender.admin(Method::PATCH, &format!("users/{email}")).json(&json!({"time_zone": "UTC"}))).await.expect(200);
            let origins = sender.get(&format!("users/{email}/origins/")).await["values"].clone();
            assert_eq!(origins["user.time_zone"]["actor"], "API key tests", "{email}");
            assert_eq!(origins["user.first_name"]["via"], "data", "{email}");
            assert_eq!(origins["user.username"], json!(null), "{email}");
        }
        let of_bob = sender.get("users/bob@a.co/origins/").await["values"]["user.manager"].clone();
        assert_eq!((&of_bob["upload_id"], &of_bob["row"], &of_bob["integration"][1]), (&json!(upload), &json!(2), &json!("HR")));
        let history = sender.get("users/bob@a.co/history/?limit=1").await;
        let entry = &history["entries"][0];
        assert_eq!((&entry["action"], entry["request_id"].is_string(), &entry["address"]), (&json!("user_updated"), true, &json!("127.0.0.1")));
        let older = sender.get(&format!("users/bob@a.co/history/?cursor={}", history["next_cursor"].as_str().unwrap())).await;
        assert_eq!((&older["entries"][0]["action"], &older["next_cursor"]), (&json!("user_created"), &json!(null)));
        assert_eq!(send(sender.admin(Method::GET, "users/nobody@a.co/history/")).await.status, 404);
        assert_eq!(send(sender.admin(Method::GET, "users/nobody@a.co/origins/")).await.status, 404);
    }

    async fn groups_are_counted_and_paged(server: Server) {
        let (sender, upload) = workspace(&server).await;
        send(sender.admin(Method::POST, "groups/").json(&json!({"group_type": "Team", "name": "Birds"}))).await.expect(201);
        assert_eq!(sender.get("group-types/").await, json!({"group_types": [{"name": "Team", "groups": 3, "members": 4}]}));
        let of = |name: &str, members: u64, managers: u64| json!({"name": name, "members": members, "managers": managers});
        let bare = |mut list: Value| {
            for group in list["groups"].as_array_mut().unwrap() {
                let made = group.as_object_mut().unwrap().remove("made");
                assert!(made.is_some_and(|made| made["at"].is_string()), "{group}");
            }
            list
        };
        let list = sender.get("group-types/Team/groups/").await;
        assert_eq!((&list["groups"][0]["made"]["via"], &list["groups"][1]["made"]["upload_id"]), (&json!("api"), &json!(upload)));
        assert_eq!(list["groups"][1]["made"]["integration"][1], "HR");
        let list = bare(list);
        assert_eq!(list, json!({"groups": [of("Birds", 0, 0), of("Cats", 1, 1), of("Dogs", 3, 1)], "total": 3, "next_cursor": null}));
        let first = bare(sender.get("group-types/Team/groups/?limit=2").await);
        assert_eq!((&first["next_cursor"], &first["total"]), (&json!("Cats"), &json!(3)));
        let second = bare(sender.get("group-types/Team/groups/?limit=2&cursor=Cats").await);
        assert_eq!(second["groups"], json!([of("Dogs", 3, 1)]));
        assert_eq!(bare(sender.get("group-types/Team/groups/?empty=true").await)["groups"], json!([of("Birds", 0, 0)]));
        assert_eq!(sender.get("group-types/Team/groups/?search=DOG").await["total"], 1);
        assert_eq!(send(sender.admin(Method::GET, "group-types/Office/groups/")).await.status, 404);
        // Who moves is counted where they are.
        send(sender.admin(Method::PATCH, "users/cy@a.co").json(&json!({"groups": {"Team": "Birds"}}))).await.expect(200);
        assert_eq!(bare(sender.get("group-types/Team/groups/?empty=true").await)["groups"], json!([of("Cats", 0, 1)]));
    }

    async fn an_export_comes_back_as_nothing_to_do(server: Server) {
        for arguments in [["group-type", "create", "Role"], ["group-type", "create", "Location"], ["group-type", "create", "Team"]] {
            assert_eq!(server.cli(&arguments).code, 0);
        }
        assert_eq!(server.cli(&["integration-id", "create", "Phone Extension"]).code, 0);
        let sender = Sender::of_csv(&server, crate::sender::CSV_MAPPING);
        sender.upload(crate::sender::CSV_BODY).await.expect(201);
        let exported = send(sender.admin(Method::GET, &format!("users/export/?integration={}", sender.integration_id))).await;
        assert_eq!((exported.status, exported.header("content-disposition")), (200, "attachment; filename=\"users-hr.csv\""));
        let csv = exported.body.as_str().unwrap().to_owned();
        let by_command = server.cli(&["user", "export", "--integration", "HR"]).stdout;
        assert_eq!(csv, by_command);
        let planned = sender.plan(csv).await;
        assert_eq!((&planned["plan"]["changes"], &planned["report"]["error_count"]), (&json!([]), &json!(0)));
        let everything = send(sender.admin(Method::GET, "users/export/")).await.body;
        assert_eq!(everything.as_str().unwrap(), server.cli(&["user", "export"]).stdout);
        assert_eq!(send(sender.admin(Method::GET, "users/export/?integration=nobody")).await.status, 404);
        let entries = sender.audit("?action=users_exported").await;
        assert_eq!((entries.len(), &entries[1]["target"]), (2, &json!("HR")));
    }

    async fn the_audit_is_exported_whole(server: Server) {
        let (sender, upload) = workspace(&server).await;
        let json = send(sender.admin(Method::GET, &format!("audit/export/?format=json&upload_id={upload}"))).await.expect(200);
        assert_eq!(json, json!(sender.audit(&format!("?upload_id={upload}&limit=1000")).await));
        let csv = send(sender.admin(Method::GET, "audit/export/?action=user_created")).await.body;
        let csv = csv.as_str().unwrap();
        assert!(csv.starts_with("time,who,through,action,target,field,before,after,"), "{}", &csv[..200]);
        assert_eq!(csv.matches(",user.email,,").count(), 104);
        assert_eq!(send(sender.admin(Method::GET, "audit/export/?format=xml")).await.status, 400);
        let nothing = send(sender.admin(Method::GET, "audit/export/?format=json&actor=nobody")).await.expect(200);
        assert_eq!(nothing, json!([]));
    }
}
