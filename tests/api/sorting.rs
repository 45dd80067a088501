//! Lists of users in each order, in both directions; how far a change of several goes.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Sender, send};

const PEOPLE: &str = r#"{"version": 1, "file_format": "json", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first_name", "target": "user.first_name"},
    {"api_field": "last_name", "target": "user.last_name"},
    {"api_field": "username", "target": "user.username", "on_blank": "keep"},
    {"api_field": "manager", "target": "user.manager"},
    {"api_field": "active", "target": "user.is_active"}]}"#;

const NAMES: [&str; 6] = ["anna", "Zoë", "Bob", "ÉVA", "bob", "de la Cruz"];

/// A hundred and thirty people, whose names come again and again; some have a username, some left.
async fn workspace(server: &Server) -> Sender<'_> {
    let sender = Sender::of_mapped_json(server, PEOPLE);
    let people: Vec<Value> = (0..130)
        .map(|at: usize| {
            let email = format!("p{:03}@a.co", at * 37 % 130);
            json!({
                "email": email, "first_name": NAMES[at % 6], "last_name": if at.is_multiple_of(2) { "Doe" } else { "abel" },
                "username": match at % 3 { 0 => format!("U{at:03}@b.co"), 1 => email.clone(), _ => String::new() },
                "manager": if at == 0 { "" } else { "p000@a.co" }, "active": at % 7 != 3,
            })
        })
        .collect();
    sender.upload(json!(people).to_string()).await.expect(201);
    for email in ["p005@a.co", "p009@a.co"] {
        let edit = json!({"time_zone": "UTC"});
        send(sender.admin(Method::PATCH, &format!("users/{email}")).json(&edit))
            .await
            .expect(200);
    }
    sender
}

/// Whether a user has no place in either direction, and what they are sorted by.
fn key(user: &Value, by: &str) -> (bool, String) {
    let text = |name: &str| user[name].as_str().unwrap_or_default().to_owned();
    match by {
        "name" => (
            false,
            format!("{} {}", text("first_name"), text("last_name")).to_lowercase(),
        ),
        "username" => (user["username"].is_null(), text("username").to_lowercase()),
        "status" => (false, (!user["is_active"].as_bool().unwrap()).to_string()),
        "change" => (
            false,
            match text("email").as_str() {
                "p005@a.co" => "1",
                "p009@a.co" => "2",
                _ => "0",
            }
            .to_owned(),
        ),
        _ => (false, text("email")),
    }
}

fn sorted(all: &[Value], by: &str, falls: bool) -> Vec<String> {
    let mut all = all.to_vec();
    all.sort_by(|a, b| {
        let ((no_a, key_a), (no_b, key_b)) = (key(a, by), key(b, by));
        let keys = if falls { key_b.cmp(&key_a) } else { key_a.cmp(&key_b) };
        let emails = a["email"].as_str().cmp(&b["email"].as_str());
        no_a.cmp(&no_b).then(keys).then(emails)
    });
    emails(&json!({"users": all}))
}

fn emails(list: &Value) -> Vec<String> {
    let users = list["users"].as_array().unwrap().iter();
    users.map(|user| user["email"].as_str().unwrap().to_owned()).collect()
}

async fn pages(sender: &Sender<'_>, query: &str) {
    let whole = emails(&sender.get(&format!("users/?{query}&limit=1000")).await);
    let mut there = Vec::new();
    let mut page = sender.get(&format!("users/?{query}&limit=30")).await;
    assert_eq!(page["previous_cursor"], json!(null), "{query}");
    while let Some(next) = page["next_cursor"].as_str().map(str::to_owned) {
        there.extend(emails(&page));
        page = sender.get(&format!("users/?{query}&limit=30&cursor={next}")).await;
    }
    let last = emails(&page);
    there.extend(last.clone());
    assert_eq!(there, whole, "{query}");
    let mut back = last;
    while let Some(previous) = page["previous_cursor"].as_str().map(str::to_owned) {
        page = sender.get(&format!("users/?{query}&limit=30&before={previous}")).await;
        back.splice(0..0, emails(&page));
    }
    assert_eq!(back, whole, "{query}, back");
}

on_both_databases! {
    async fn each_order_is_right_and_pages_lead_there_and_back(server: Server) {
        let sender = workspace(&server).await;
        let all = sender.get("users/?limit=1000").await["users"].as_array().unwrap().clone();
        assert_eq!(all.len(), 130);
        for by in ["email", "name", "username", "status", "change"] {
            for falls in [false, true] {
                let sort = format!("sort={}{by}", if falls { "-" } else { "" });
                let list = sender.get(&format!("users/?{sort}&limit=1000")).await;
                assert_eq!(emails(&list), sorted(&all, by, falls), "{sort}");
                pages(&sender, &sort).await;
                // Those of a filter are the same ones in the same order.
                let few = format!("{sort}&search=bob&status=active");
                let meant = |user: &&Value| user["is_active"] == true && key(user, "name").1.starts_with("bob");
                let meant: Vec<Value> = all.iter().filter(meant).cloned().collect();
                assert_eq!(emails(&sender.get(&format!("users/?{few}")).await), sorted(&meant, by, falls), "{few}");
                pages(&sender, &format!("{sort}&manager=p000@a.co")).await;
                assert_eq!(sender.get(&format!("users/?{sort}&manager=nobody@a.co")).await["users"], json!([]));
            }
        }
        for query in ["sort=colour", "sort=name&cursor=ann@a.co", "sort=--name"] {
            assert_eq!(send(sender.admin(Method::GET, &format!("users/?{query}"))).await.status, 400, "{query}");
        }
    }

    async fn a_change_of_many_says_which_limit_an_upload_would_cross(server: Server) {
        let sender = workspace(&server).await;
        let plan = async |filter: Value, set: Value| {
            let edit = json!({"filter": filter, "set": set});
            send(sender.admin(Method::POST, "users/bulk/?mode=plan").json(&edit)).await.expect(200)
        };
        // 112 are active: 22 may leave.
        let off = json!({"is_active": false});
        let few = plan(json!({"search": "p00"}), off.clone()).await;
        assert_eq!((few["plan"]["counts"]["deactivated"].as_u64() <= Some(10), &few["crossed"]), (true, &json!(null)));
        let many = plan(json!({"manager": "p000@a.co"}), off).await;
        let crossed = &many["crossed"][0];
        assert_eq!((&crossed["limit"], &crossed["of"], &crossed["count"]), (&json!("deactivations"), &json!(111), &many["plan"]["counts"]["deactivated"]));
        let tagged = plan(json!({}), json!({"add_tags": ["q4"]})).await;
        assert_eq!((&tagged["plan"]["counts"]["updated"], &tagged["crossed"]), (&json!(130), &json!(null)));
    }
}
