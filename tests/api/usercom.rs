//! User.com users: the article's samples as printed, and what its clients do besides.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{Answer, Sender, send};

/// The article's answer; the keys of ours are the same.
const ANSWER: &str = r#"{
"updated_at": "2017-06-13T12:22:38.748397Z",
"companies": [{"id": 14, "name": "Company name", "member_since": "2018-06-14T08:49:56.515083Z"}],
"key": "xSoYQG00fg9z", "city": null, "linkedin_url": null, "tags": [], "last_contacted": null, "phone_number": null,
"facebook_url": null, "notifications": true, "region": null, "timezone": null, "status": "visitor",
"gravatar_url": null, "twitter_url": null, "google_url": null, "os_type": null, "email": "myemail@example.org",
"score": 0, "unsubscribed": false, "first_seen": null, "page_views": 0, "last_ip": null,
"chat_id": "Chat ID is deprecated and will be removed in future", "browser": null, "gender": "unknown",
"resolution": null, "country": null, "name": "John Doe", "created_at": "2017-06-13T12:22:38.748373Z",
"last_seen": null, "lists": [], "attributes": [], "browser_language": null, "id": 20901703 }"#;

struct Client<'a> {
    sender: Sender<'a>,
}

impl<'a> Client<'a> {
    fn new(server: &'a Server) -> Self {
        Self {
            sender: Sender::of_json(server),
        }
    }

    async fn send_as(&self, method: Method, path: &str, media: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.sender.server.request(method, &format!("/api/public/{path}"));
        let request = request.header("Authorization", format!("Token {}", self.sender.token));
        send(request.header("Content-Type", media).body(body)).await
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        self.send_as(method, path, "application/json", body.to_string()).await
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send_as(Method::GET, path, "application/json", "").await
    }
}

fn keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    keys
}

on_both_databases! {
    async fn the_articles_samples_make_the_user_of_its_answer(server: Server) {
        let client = Client::new(&server);
        assert_eq!(client.sender.token.len(), 64);
        // curl and Python
        let made = client.send_as(Method::POST, "users/", "application/json", "{\n\"email\": \"myemail@example.org\", \n\"first_name\":\"John\", \n\"last_name\":\"Doe\" \n}").await.expect(201);
        let printed: Value = serde_json::from_str(ANSWER).unwrap();
        assert_eq!(keys(&made), keys(&printed));
        for (key, value) in printed.as_object().unwrap() {
            if !["id", "key", "created_at", "updated_at", "companies"].contains(&key.as_str()) {
                assert_eq!(made[key], *value, "{key}");
            }
        }
        assert!(made["id"].is_i64() && made["key"].as_str().unwrap().len() == 12);
        assert_eq!(made["created_at"].as_str().unwrap().len(), "2017-06-13T12:22:38.748373Z".len());
        // A form that says it is JSON, as the article's XMLHttpRequest sends it.
        let form = "email=mynewemail%40mydomain.com&first_name=John&last_name=Doe";
        let odd = client.send_as(Method::POST, "users/", "application/json", form).await.expect(201);
        assert_eq!((&odd["email"], &odd["name"]), (&json!("mynewemail@mydomain.com"), &json!("John Doe")));
        let form = form.replace("mynewemail", "third");
        client.send_as(Method::POST, "users/", "application/x-www-form-urlencoded", form).await.expect(201);
        assert_eq!(client.sender.emails().await.len(), 3);
        let again = client.post("users/", json!({"email": "MyEmail@example.org"})).await;
        assert_eq!((again.status, &again.body), (400, &json!({"email": ["User with this email already exists."]})));
    }

    async fn refusals_are_told_as_its_clients_read_them(server: Server) {
        let client = Client::new(&server);
        let missing = client.post("users/", json!({"first_name": "John"})).await;
        assert_eq!((missing.status, &missing.body), (400, &json!({"email": ["This field is required."]})));
        let odd = client.post("users/", json!({"email": "john@doe", "score": "many", "plan": "gold", "tags": 7})).await;
        assert_eq!((odd.status, keys(&odd.body)), (400, vec!["email".to_owned(), "plan".to_owned(), "score".to_owned(), "tags".to_owned()]));
        assert_eq!(client.get("users/77/").await.body, json!({"detail": "Not found."}));
        assert_eq!(client.get("users/x/").await.status, 404);
        assert_eq!(client.send_as(Method::POST, "users/", "application/json", "{").await.status, 400);
        let nobody = send(server.get("/api/public/users/")).await;
        assert_eq!((nobody.status, nobody.header("www-authenticate"), keys(&nobody.body)), (401, "Token", vec!["detail".to_owned()]));
        let method = client.send(Method::DELETE, "users/", json!({})).await;
        assert_eq!((method.status, keys(&method.body)), (405, vec!["detail".to_owned()]));
        assert_eq!(client.sender.emails().await, Vec::<String>::new());
    }

    async fn a_user_is_found_changed_and_let_go(server: Server) {
        let client = Client::new(&server);
        let made = client.post("users/", json!({"email": "john@example.org", "first_name": "John", "last_name": "Doe", "company_id": "Acme", "timezone": "America/New_York", "city": "Boston", "tags": ["AE"]})).await.expect(201);
        let path = format!("users/{}/", made["id"]);
        assert_eq!((&made["companies"][0]["name"], &made["timezone"], &made["city"], &made["tags"][0]["name"]), (&json!("Acme"), &json!("America/New_York"), &json!("Boston"), &json!("AE")));
        assert_eq!(client.get(&path).await.expect(200), made);
        assert_eq!(client.get("users/search/?email=JOHN%40example.org").await.expect(200), made);
        assert_eq!(client.get("users/search/?email=eve%40example.org").await.status, 404);
        // The answer may be sent back, with a change; the address may be another.
        let mut changed = made.clone();
        changed["city"] = json!(null);
        changed["email"] = json!("j.doe@example.org");
        changed["score"] = json!(12);
        let put = client.send(Method::PUT, &path, changed).await.expect(200);
        assert_eq!((&put["city"], &put["email"], &put["score"], &put["id"]), (&json!(null), &json!("j.doe@example.org"), &json!(12), &made["id"]));
        assert_eq!(put["tags"], made["tags"]);
        let john = client.sender.user("j.doe@example.org").await;
        assert_eq!((&john["attributes"], &john["groups"]), (&json!({"score": 12}), &json!({"Company": "Acme"})));
        let gone = client.send_as(Method::DELETE, &path, "application/json", "").await;
        assert_eq!((gone.status, &gone.body), (204, &json!("")));
        assert_eq!(client.sender.user("j.doe@example.org").await["is_active"], false);
        assert_eq!(client.get(&path).await.status, 404);
        assert_eq!(client.get("users/").await.expect(200)["count"], 0);
        // Who comes back is the same person.
        let back = client.post("users/", json!({"email": "j.doe@example.org"})).await.expect(201);
        assert_eq!((&back["id"], &back["name"]), (&made["id"], &json!("John Doe")));
        let uploads = client.sender.uploads().await;
        assert_eq!(uploads[0]["via"], "usercom");
        let id = uploads[0]["id"].as_str().unwrap();
        send(client.sender.admin(Method::POST, &format!("uploads/{id}/undo/"))).await.expect(200);
        assert_eq!(client.sender.user("j.doe@example.org").await["is_active"], false);
    }

    async fn update_or_create_goes_by_the_clients_id_then_by_the_address(server: Server) {
        let client = Client::new(&server);
        let put = async |body: Value| client.post("users/update_or_create/", body).await;
        let made = put(json!({"user_id": "crm-7", "email": "john@example.org", "last_name": "Doe"})).await.expect(201);
        assert_eq!((&made["created"], &made["name"]), (&json!(true), &json!("John Doe")));
        let found = put(json!({"user_id": "crm-7", "first_name": "Jack"})).await.expect(200);
        assert_eq!((&found["created"], &found["id"], &found["name"]), (&json!(false), &made["id"], &json!("Jack Doe")));
        let by_address = put(json!({"email": "john@example.org", "city": "Boston"})).await.expect(200);
        assert_eq!((&by_address["id"], &by_address["city"]), (&made["id"], &json!("Boston")));
        let by_id = client.send(Method::PUT, "users-by-id/crm-7/", json!({"region": "MA"})).await.expect(200);
        assert_eq!((&by_id["id"], &by_id["region"]), (&made["id"], &json!("MA")));
        assert_eq!(client.get("users-by-id/crm-7/").await.expect(200)["id"], made["id"]);
        assert_eq!(client.get("users-by-id/crm-8/").await.status, 404);
    }

    async fn attributes_have_to_be_there_and_have_their_type(server: Server) {
        let client = Client::new(&server);
        let made = client.post("users/", json!({"email": "john@example.org"})).await.expect(201);
        let path = |operation: &str| format!("users/{}/{operation}/", made["id"]);
        let set = json!({"attribute": "seats", "value": 5});
        let refused = client.post(&path("set_attribute"), set.clone()).await;
        assert_eq!((refused.status, keys(&refused.body)), (400, vec!["seats".to_owned()]));
        send(client.sender.admin(Method::POST, "attributes/").json(&json!({"name": "seats", "kind": "integer"}))).await.expect(201);
        let user = client.post(&path("set_attribute"), set).await.expect(200);
        assert_eq!(user["attributes"], json!([{"name": "seats", "value": 5}]));
        let odd = client.post(&path("set_attribute"), json!({"attribute": "seats", "value": "five"})).await;
        assert_eq!((odd.status, keys(&odd.body)), (400, vec!["seats".to_owned()]));
        let several = client.post(&path("set_multiple_attributes"), json!({"seats": 6, "city": "Boston", "unsubscribed": true})).await.expect(200);
        assert_eq!((&several["attributes"][0]["value"], &several["city"], &several["unsubscribed"]), (&json!(6), &json!("Boston"), &json!(true)));
        let removed = client.post(&path("remove_attribute"), json!({"attribute": "seats"})).await.expect(200);
        assert_eq!((&removed["attributes"], &removed["city"]), (&json!([]), &json!("Boston")));
        assert_eq!(client.post(&path("set_attribute"), json!({"attribute": "email", "value": "x@y.co"})).await.status, 400);
        assert_eq!(client.post(&path("dance"), json!({})).await.status, 404);
    }

    async fn tags_and_lists_are_given_and_taken(server: Server) {
        let client = Client::new(&server);
        let made = client.post("users/", json!({"email": "john@example.org", "tags": ["new", "verified"]})).await.expect(201);
        let path = |operation: &str| format!("users/{}/{operation}/", made["id"]);
        let names = |user: &Value, key: &str| -> Vec<Value> { user[key].as_array().unwrap().iter().map(|one| one["name"].clone()).collect() };
        let tagged = client.post(&path("add_tag"), json!({"name": "AE"})).await.expect(200);
        assert_eq!(names(&tagged, "tags"), ["AE", "new", "verified"]);
        let untagged = client.post(&path("remove_tag"), json!({"name": "new"})).await.expect(200);
        assert_eq!(names(&untagged, "tags"), ["AE", "verified"]);
        assert_eq!(client.post(&path("add_to_list"), json!({"list": "Prospects"})).await.status, 400);
        let list = client.post("lists/", json!({"name": "Prospects"})).await.expect(201);
        let listed = client.post(&path("add_to_list"), json!({"list": list["id"]})).await.expect(200);
        assert_eq!(listed["lists"], json!([list]));
        assert_eq!(client.get("lists/").await.expect(200)["results"], json!([list]));
        let taken = client.post(&path("remove_from_list"), json!({"list": "Prospects"})).await.expect(200);
        assert_eq!(taken["lists"], json!([]));
        let company = client.post("companies/", json!({"name": "Acme"})).await.expect(201);
        assert_eq!(client.get(&format!("companies/{}/", company["id"])).await.expect(200), company);
        let tags = client.get("tags/").await.expect(200);
        assert_eq!(tags["count"], 3);
    }

    async fn the_list_is_read_page_by_page_to_its_end(server: Server) {
        let client = Client::new(&server);
        let people: Vec<Value> = (0..25).map(|n| json!({"email": format!("u{n:02}@a.co"), "first_name": "U", "last_name": format!("N{n}")})).collect();
        client.sender.upload(json!(people).to_string()).await.expect(201);
        let mut path = "users/?page_size=10".to_owned();
        let (mut seen, mut pages) = (Vec::new(), 0);
        let last = loop {
            let page = client.get(&path).await.expect(200);
            assert_eq!(page["count"], 25);
            seen.extend(page["results"].as_array().unwrap().iter().map(|user| (user["id"].as_i64().unwrap(), user["email"].clone())));
            pages += 1;
            let Some(next) = page["next"].as_str() else {
                break page["previous"].clone();
            };
            path = next.split("/api/public/").nth(1).unwrap().to_owned();
            // Somebody who leaves meanwhile neither hides nor repeats anybody else.
            if pages == 1 {
                let gone = client.send_as(Method::DELETE, &format!("users/{}/", seen[0].0), "application/json", "").await;
                assert_eq!(gone.status, 204);
                client.post("users/", json!({"email": "u00@a.co"})).await.expect(201);
            }
        };
        assert_eq!((pages, seen.len()), (3, 25));
        seen.sort_by_key(|(id, _)| *id);
        seen.dedup_by_key(|(id, _)| *id);
        assert_eq!(seen.len(), 25);
        let before = client.get(last.as_str().unwrap().split("/api/public/").nth(1).unwrap()).await.expect(200);
        assert_eq!(before["results"].as_array().unwrap().len(), 10);
        assert_eq!(client.get("users/?cursor=nonsense").await.status, 404);
    }
}
