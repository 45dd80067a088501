//! Users with `X-ApiKey`: the article's own body, and what it says of updates, tags and aliases.

use passmuster_tests::{Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::person::Person;
use crate::sender::{Answer, Sender, send};

/// The article's body as it is printed, comments and all, with the line that it lost: the address.
const PRINTED: &str = r#"{
"emailAddress": "bob@yourcompany.com",
"role": "FullAdmin", // ex: "LimitedAdmin", "Participant", "Deactivated"
"firstName": "Bob", // optional
"lastName": "Smith", // optional
"tags": "AE|SouthEast", // optional
"aliases": "ID-123", // optional
}"#;

struct Holder<'a> {
    server: &'a Server,
    key: String,
}

impl Holder<'_> {
    /// As the article's program does: no `Content-Type`.
    async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self
            .server
            .post(&format!("/app/Api/{path}"))
            .header("X-ApiKey", &self.key);
        send(request.body(body)).await
    }

    async fn put(&self, user: Value) -> Answer {
        self.post("CreateOrUpdateUser", user.to_string()).await
    }
}

fn holder(server: &Server) -> Holder<'_> {
    let made = server
        .cli(&["api-key", "create", "--name", "sync", "--output", "json"])
        .json();
    Holder {
        server,
        key: made["api_key"].as_str().unwrap().to_owned(),
    }
}

on_both_databases! {
    async fn the_articles_body_creates_a_user(server: Server) {
        let (sender, holder) = (Sender::of_json(&server), holder(&server));
        let made = holder.post("CreateOrUpdateUser", PRINTED).await.expect(200);
        assert_eq!((&made["created"], &made["emailAddress"], &made["tags"]), (&json!(true), &json!("bob@yourcompany.com"), &json!("AE|SouthEast")));
        let bob = sender.user("bob@yourcompany.com").await;
        assert_eq!((&bob["role"], &bob["first_name"], &bob["last_name"]), (&json!("FullAdmin"), &json!("Bob"), &json!("Smith")));
        assert_eq!((&bob["tags"], &bob["aliases"]), (&json!(["AE", "SouthEast"]), &json!(["ID-123"])));
        assert_eq!(made["systemUserId"], bob["id"]);
        let again = holder.post("CreateOrUpdateUser", PRINTED).await.expect(200);
        assert_eq!((&again["created"], &again["changed"]), (&json!(false), &json!(false)));
    }

    async fn tags_and_aliases_are_added_and_nothing_else_changes(server: Server) {
        let (sender, holder) = (Sender::of_json(&server), holder(&server));
        holder.post("CreateOrUpdateUser", PRINTED).await.expect(200);
        let made = holder.put(json!({"EmailAddress": "BOB@yourcompany.com", "tags": "West|AE", "aliases": "ID-9", "colour": "red"})).await.expect(200);
        assert_eq!((&made["tags"], &made["aliases"]), (&json!("AE|SouthEast|West"), &json!("ID-123|ID-9")));
        assert_eq!((&made["firstName"], &made["role"], &made["ignored"]), (&json!("Bob"), &json!("FullAdmin"), &json!(["colour"])));
        holder.put(json!({"emailAddress": "eve@yourcompany.com", "role": "Participant"})).await.expect(200);
        let eve = sender.user("eve@yourcompany.com").await;
        assert_eq!((&eve["first_name"], &eve["last_name"]), (&json!("Eve"), &json!("Yourcompany")));
        // An alias belongs to one user, whatever its case.
        let taken = holder.put(json!({"emailAddress": "eve@yourcompany.com", "aliases": "id-123"})).await;
        assert_eq!((taken.status, &taken.body["errors"][0]["rule"]), (400, &json!("alias_taken")));
        let gone = holder.put(json!({"emailAddress": "eve@yourcompany.com", "role": "Deactivated"})).await.expect(200);
        assert_eq!(gone["isActive"], false);
        let back = holder.put(json!({"emailAddress": "eve@yourcompany.com", "role": "Participant"})).await.expect(200);
        assert_eq!(back["isActive"], true);
        let id = back["upload_id"].as_str().or(back["uploadId"].as_str()).unwrap();
        send(sender.admin(Method::POST, &format!("uploads/{id}/undo/"))).await.expect(200);
        assert_eq!(sender.user("eve@yourcompany.com").await["is_active"], false);
    }

    async fn what_cannot_be_is_refused_and_changes_nothing(server: Server) {
        let (sender, holder) = (Sender::of_json(&server), holder(&server));
        for (body, column, rule) in [
            (json!({"role": "Participant"}), "emailAddress", "missing_value"),
            (json!({"emailAddress": "a@b.co"}), "role", "missing_value"),
            (json!({"emailAddress": "a@b", "role": "Participant"}), "emailAddress", "invalid_email"),
            (json!({"emailAddress": "a@b.co", "role": "Boss"}), "role", "invalid_role"),
        ] {
            let refused = holder.put(body.clone()).await;
            let error = &refused.body["errors"][0];
            assert_eq!((refused.status, &error["column"], &error["rule"]), (400, &json!(column), &json!(rule)), "{body}: {}", refused.body);
        }
        for body in ["", "[]", "{\"emailAddress\": ", "{'emailAddress': 1}"] {
            assert_eq!(holder.post("CreateOrUpdateUser", body).await.status, 400, "{body}");
        }
        let planned = holder.post("CreateOrUpdateUser?mode=plan", PRINTED).await.expect(200);
        assert_eq!(planned["plan"]["counts"]["created"], 1);
        assert_eq!(sender.emails().await, Vec::<String>::new());
    }

    async fn a_user_is_put_into_a_team_and_taken_out(server: Server) {
        let (sender, holder) = (Sender::of_json(&server), holder(&server));
        send(sender.admin(Method::POST, "group-types/").json(&json!({"name": "Team"}))).await.expect(201);
        send(sender.admin(Method::POST, "groups/").json(&json!({"group_type": "Team", "name": "Dogs"}))).await;
        let made = holder.post("CreateOrUpdateUser", PRINTED).await.expect(200);
        let put = |id: &str| json!({"systemUserId": made["systemUserId"], "teamId": id}).to_string();
        let added = holder.post("AddUserToTeam", put("Dogs")).await.expect(200);
        assert_eq!(added["team"], "Dogs");
        assert_eq!(holder.post("AddUserToTeam", put("Cats")).await.status, 404);
        let removed = holder.post("RemoveUserFromTeam", put("Dogs")).await.expect(200);
        assert_eq!((&removed["team"], &removed["changed"]), (&json!(null), &json!(true)));
        assert_eq!(holder.post("RemoveUserFromTeam", put("Dogs")).await.expect(200)["changed"], false);
        let nobody = json!({"systemUserId": "01990a6e-7d3c-7c1f-9b1e-0c5d6b7a8f90", "teamId": "Dogs"});
        assert_eq!(holder.post("AddUserToTeam", nobody.to_string()).await.status, 404);
    }

    async fn custom_variables_are_replaced_all_at_once(server: Server) {
        let (sender, holder) = (Sender::of_json(&server), holder(&server));
        let made = holder.post("CreateOrUpdateUser", PRINTED).await.expect(200);
        let set = |list: Value| json!({"systemUserId": made["systemUserId"], "customVariables": list}).to_string();
        let quota = json!({"name": "Quota", "value": "100", "startDate": "2026-01-01", "endDate": "2026-12-31"});
        let rate = json!({"name": "Rate", "value": 0.1});
        holder.post("SetCustomVariables", set(json!([quota, rate]))).await.expect(200);
        let kept = json!({"Custom Variables": [quota, {"name": "Rate", "value": 0.1, "startDate": null, "endDate": null}]});
        assert_eq!(sender.user("bob@yourcompany.com").await["attributes"], kept);
        holder.post("SetCustomVariables", set(json!([rate]))).await.expect(200);
        let bob = sender.user("bob@yourcompany.com").await;
        assert_eq!(bob["attributes"]["Custom Variables"].as_array().unwrap().len(), 1);
        let odd = json!([{"name": "", "value": 1}, {"name": "Q", "startDate": "2026-02-30"}, {"name": "Q", "startDate": "2026-02-02", "endDate": "2026-01-01"}]);
        let refused = holder.post("SetCustomVariables", set(odd)).await;
        assert_eq!((refused.status, &refused.body["error_count"]), (400, &json!(3)), "{}", refused.body);
        assert_eq!(sender.user("bob@yourcompany.com").await, bob);
        holder.post("SetCustomVariables", set(json!([]))).await.expect(200);
        assert_eq!(sender.user("bob@yourcompany.com").await["attributes"], json!({}));
    }

    async fn a_full_admins_own_key_opens_as_long_as_they_are_one(server: Server) {
        let sender = Sender::of_json(&server);
        let admin = Person::new(&server, "ann@a.co", &["--admin"]).await;
        let limited = Person::new(&server, "lim@a.co", &["--role", "LimitedAdmin"]).await;
        assert_eq!(send(limited.request(Method::POST, "/api/session/keys/").json(&json!({"name": "x"}))).await.status, 403);
        let made = send(admin.request(Method::POST, "/api/session/keys/").json(&json!({"name": "Power BI"}))).await.expect(201);
        let key = made["api_key"].as_str().unwrap();
        assert_eq!(key.len(), 64);
        let holder = Holder { server: &server, key: key.to_owned() };
        holder.post("CreateOrUpdateUser", PRINTED).await.expect(200);
        let entries = sender.audit("?target=bob@yourcompany.com").await;
        assert_eq!((&entries[0]["actor"], &entries[0]["via"]), (&json!("ann@a.co"), &json!("apikey")));
        // As the password of HTTP Basic, with any name.
        let request = server.post("/app/Api/CreateOrUpdateUser").basic_auth("anybody", Some(key));
        send(request.body(PRINTED)).await.expect(200);
        let listed = send(admin.request(Method::GET, "/api/session/keys/")).await.expect(200);
        assert_eq!((&listed["keys"][0]["name"], listed["keys"].as_array().unwrap().len()), (&json!("Power BI"), 1));
        // Bob is a full admin, too: Ann may lose her role, and her key opens nothing.
        send(sender.admin(Method::PATCH, "users/ann@a.co").json(&json!({"is_admin": false}))).await.expect(200);
        assert_eq!(holder.post("CreateOrUpdateUser", PRINTED).await.status, 403);
        send(sender.admin(Method::PATCH, "users/ann@a.co").json(&json!({"is_admin": true, "is_active": false}))).await.expect(200);
        assert_eq!(holder.post("CreateOrUpdateUser", PRINTED).await.status, 401);
    }
}
