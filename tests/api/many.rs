//! Many new users in one upload: each of them is told of, found and taken back as if they came alone.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Sender, send};

/// More than one block of the audit holds, and than is written at a time.
const PEOPLE: usize = 4_321;
/// The record of somebody whom the directory knows already.
const KNOWN: usize = 1_500;

const MAPPING: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first_name", "target": "user.first_name"},
    {"api_field": "last_name", "target": "user.last_name"},
    {"api_field": "username", "target": "user.username"},
    {"api_field": "manager", "target": "user.manager"},
    {"api_field": "extension", "target": "integration_id:phone-extension"},
    {"api_field": "role", "target": "group_membership:Role"},
    {"api_field": "team", "target": "group_membership:Team"}]}"#;

fn email(at: usize) -> String {
    format!("Person{at}@a.co")
}

/// Every second has a username that is their own address.
fn person(at: usize) -> Value {
    json!({"email": email(at), "first_name": "Jo", "last_name": format!("Doe {at}"),
        "username": if at.is_multiple_of(2) { email(at).to_lowercase() } else { format!("user{at}@b.co") },
        "manager": if at == 0 { String::new() } else { email((at - 1) / 8) },
        "extension": format!("{at:05}"), "role": (["SDR", "AE"][at % 2]), "team": format!("Team {}", at % 50)})
}

async fn pages(sender: &Sender<'_>, path: &str, key: &str) -> Vec<Value> {
    let (mut cursor, mut all) = (String::new(), Vec::new());
    loop {
        let page = sender.get(&format!("{path}limit=700&cursor={cursor}")).await;
        all.extend(page[key].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return all,
        }
    }
}

fn texts<'v>(values: &'v [Value], key: &str) -> Vec<&'v str> {
    values
        .iter()
        .map(|value| value[key].as_str().unwrap_or_default())
        .collect()
}

on_both_databases! {
    async fn many_new_users_are_told_of_one_by_one(server: Server) {
        for group_type in ["Role", "Team"] {
            assert_eq!(server.cli(&["group-type", "create", group_type]).code, 0);
        }
        assert_eq!(server.cli(&["integration-id", "create", "Phone Extension"]).code, 0);
        let sender = Sender::of_mapped_json(&server, MAPPING);
        let known = json!([{"email": email(KNOWN), "first_name": "Al", "last_name": "Old", "extension": "00003"}]);
        sender.upload(known.to_string()).await.expect(201);
        let mut people: Vec<Value> = (0..PEOPLE).map(person).collect();
        people[3]["extension"] = json!("x3");
        let body = Value::from(people.clone()).to_string();
        let answer = sender.upload(body.clone()).await.expect(201);
        assert_eq!((&answer["created"], &answer["updated"]), (&json!(PEOPLE - 1), &json!(1)), "{answer}");
        let upload = answer["upload_id"].as_str().unwrap();

        let wanted: Vec<String> = (0..PEOPLE).map(email).collect();
        let changes = pages(&sender, &format!("uploads/{upload}/changes/?"), "changes").await;
        assert_eq!(texts(&changes, "email"), wanted, "in the order of the rows");
        assert_eq!(changes[KNOWN]["kind"], "updated");
        let edits: Vec<&str> = texts(changes[PEOPLE - 1]["edits"].as_array().unwrap(), "field");
        assert_eq!(edits, ["user.email", "user.first_name", "user.last_name", "user.username", "user.manager",
            "user.is_active", "integration_id:phone-extension", "group_membership:Role", "group_membership:Team"]);

        let entries = pages(&sender, &format!("audit/?upload_id={upload}&"), "entries").await;
        assert_eq!(entries.len(), PEOPLE + 52, "52 groups were created too");
        let of_users: Vec<&Value> = entries.iter().filter(|entry| entry["action"] != "group_created").rev().collect();
        for (at, entry) in of_users.into_iter().enumerate() {
            assert_eq!((entry["target"].as_str(), entry["row"].as_u64()), (Some(&*wanted[at]), Some(at as u64 + 1)));
        }
        assert!(entries.is_sorted_by(|newer, older| newer["id"].as_str() > older["id"].as_str()));
        assert_eq!(pages(&sender, "audit/?action=user_created&", "entries").await.len(), PEOPLE);
        assert!(pages(&sender, "audit/?actor=nobody&", "entries").await.is_empty());

        for at in [0, 1, 63, 999, 1000, KNOWN, 3999, 4000, PEOPLE - 1] {
            let user = sender.user(&email(at)).await;
            let team = json!({"Role": (["SDR", "AE"][at % 2]), "Team": format!("Team {}", at % 50)});
            assert_eq!((&user["groups"], &user["integration_ids"]["phone-extension"]), (&team, &people[at]["extension"]));
            assert_eq!((&user["username"], &user["email"]), (&people[at]["username"], &people[at]["email"]));
            assert_eq!(user["manager"].as_str().unwrap_or_default(), people[at]["manager"]);
            let history = sender.audit(&format!("?user_id={}", user["id"].as_str().unwrap())).await;
            assert_eq!(history.len(), if at == KNOWN { 2 } else { 1 }, "{history:?}");
            assert_eq!((&history[0]["target"], &history[0]["upload_id"]), (&user["email"], &json!(upload)));
            assert_eq!(sender.audit(&format!("?target={}", email(at).to_uppercase())).await.len(), history.len());
        }
        let records = sender.get(&format!("uploads/{upload}/records/?limit=10&cursor={}", KNOWN - 5)).await;
        let outcomes = texts(records["records"].as_array().unwrap(), "outcome");
        assert_eq!(outcomes, ["created", "created", "created", "created", "created", "updated", "created", "created", "created", "created"]);

        // A username is taken, whether it is the address of the one who has it or not.
        for at in [2, 3] {
            let thief = json!([{"email": "thief@a.co", "first_name": "T", "last_name": "T", "username": person(at)["username"]}]);
            let refused = sender.upload(thief.to_string()).await;
            assert_eq!((refused.status, refused.error_id()), (400, "import_transform_data"), "{}", refused.body);
        }
        let again = sender.upload(body).await.expect(201);
        assert_eq!((&again["unchanged"], &again["created"]), (&json!(PEOPLE), &json!(0)));

        let undone = send(sender.admin(Method::POST, &format!("uploads/{upload}/undo/"))).await.expect(200);
        assert_eq!((&undone["counts"]["removed"], &undone["counts"]["groups_removed"]), (&json!(PEOPLE - 1), &json!(52)), "{}", undone["counts"]);
        assert_eq!(sender.emails().await, [email(KNOWN)]);
        let user = sender.user(&email(KNOWN)).await;
        assert_eq!((&user["last_name"], &user["groups"], &user["username"]), (&json!("Old"), &json!({}), &Value::Null));
        assert_eq!(user["integration_ids"], json!({"phone-extension": "00003"}));
    }
}
