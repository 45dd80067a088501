//! The User Provisioning API: the article's own examples, and what they don't show.

use passmuster_tests::{Server, on_both_databases};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::sender::{Answer, Sender, send};

/// The article's table of users, with the header that it lost: `email`.
const ACCOUNTS: &str = "is_active,first_name,last_name,email,username\n\
                        true,Jason,Smith,jason@yourcompany.com,jason@yourcompany.com\n\
                        true,Susan,Simpson,susan@yourcompany.com,susan@yourcompany.com\n";
/// Its table of memberships.
const MEMBERSHIPS: &str = "username,group_type,group_name\n\
                           jason@yourcompany.com,Role,Account Executive\n\
                           jason@yourcompany.com,Team,Dogs\n\
                           susan@yourcompany.com,Role,Customer Support\n\
                           susan@yourcompany.com,Team,Cats\n";

fn request(sender: &Sender<'_>, method: Method, path: &str, media: &str) -> RequestBuilder {
    sender
        .server
        .request(method, &format!("/api/v1/{path}"))
        .header("Authorization", format!("Token {}", sender.token))
        .header("Content-Type", media)
}

async fn csv(sender: &Sender<'_>, method: Method, path: &str, body: &str) -> Answer {
    send(request(sender, method, path, "text/csv").body(body.to_owned())).await
}

async fn json(sender: &Sender<'_>, method: Method, path: &str, body: Value) -> Answer {
    send(request(sender, method, path, "application/json").body(body.to_string())).await
}

fn rules(answer: &Answer) -> Vec<String> {
    let errors = answer.body["errors"].as_array().unwrap().iter();
    errors
        .map(|error| {
            format!(
                "{} {} {}",
                error["row"],
                error["column"].as_str().unwrap_or("-"),
                error["rule"].as_str().unwrap_or("-")
            )
        })
        .collect()
}

on_both_databases! {
    async fn the_articles_accounts_and_memberships_are_loaded(server: Server) {
        let sender = Sender::of_json(&server);
        let made = csv(&sender, Method::POST, "account/", ACCOUNTS).await.expect(201);
        assert_eq!((&made["records"], &made["created"]), (&json!(2), &json!(2)));
        let set = csv(&sender, Method::POST, "group_membership/", MEMBERSHIPS).await.expect(201);
        assert_eq!((&set["records"], &set["groups_created"], &set["memberships_set"]), (&json!(4), &json!(4), &json!(4)));
        let jason = sender.user("jason@yourcompany.com").await;
        assert_eq!(jason["groups"], json!({"Role": "Account Executive", "Team": "Dogs"}));
        assert_eq!(jason["username"], "jason@yourcompany.com");
        // The article's own call.
        let body = json!([{"username": "jason@yourcompany.com", "Role": "Account Executive"}]);
        let again = json(&sender, Method::POST, "group_membership/", body).await.expect(201);
        assert_eq!((&again["unchanged"], &again["memberships_set"]), (&json!(1), &json!(0)));
        let same = csv(&sender, Method::POST, "account/", ACCOUNTS).await.expect(201);
        assert_eq!((&same["unchanged"], &same["updated"]), (&json!(2), &json!(0)));
        // Create and deactivate in one request, as JSON.
        let body = json!([
            {"username": "susan@yourcompany.com", "is_active": false},
            {"username": "eve@yourcompany.com", "email": "eve@yourcompany.com", "first_name": "Eve", "last_name": "Fox", "is_active": true}]);
        let both = json(&sender, Method::POST, "account/", body).await.expect(201);
        assert_eq!((&both["created"], &both["deactivated"]), (&json!(1), &json!(1)));
        assert_eq!(sender.user("susan@yourcompany.com").await["is_active"], false);
    }

    async fn a_request_is_applied_whole_or_not_at_all(server: Server) {
        let sender = Sender::of_json(&server);
        csv(&sender, Method::POST, "account/", ACCOUNTS).await.expect(201);
        let body = "username,email,first_name,last_name,is_active\n\
                    jason@yourcompany.com,jason@yourcompany.com,Jay,Smith,true\n\
                    ,eve@yourcompany.com,Eve,Fox,true\n\
                    bob@yourcompany.com,susan@yourcompany.com,Bob,Roe,true\n\
                    joe@yourcompany.com,joe@yourcompany,Joe,Roe,perhaps\n";
        let refused = csv(&sender, Method::POST, "account/", body).await;
        assert_eq!(refused.status, 400);
        assert_eq!(
            rules(&refused),
            ["2 username missing_value", "3 email email_taken", "4 email invalid_email", "4 is_active invalid_boolean"]
        );
        assert_eq!((refused.error_id(), &refused.body["error_count"]), ("import_transform_data", &json!(4)));
        assert_eq!(refused.body["errors"][1]["line"], 4);
        assert_eq!(sender.user("jason@yourcompany.com").await["first_name"], "Jason");
        assert_eq!(sender.emails().await.len(), 2);
        // It is recorded beside the uploads of the integration.
        let uploads = sender.uploads().await;
        assert_eq!((&uploads[0]["via"], &uploads[0]["outcome"]), (&json!("account"), &json!("rejected")));
        for (media, body, id) in [
            ("application/json", "[{\"username\": 1,", "import_parse_json"),
            ("application/json", "{\"a\": {\"b\": 1}}", "import_transform_data"),
            ("text/csv", "username,email\na@b.co,c@d.co,e\n", "import_parse_csv"),
            ("text/csv", "", "import_parse_csv"),
            ("application/json", "[]", "import_transform_data"),
            ("text/csv", "username,email\n", "import_transform_data"),
        ] {
            let refused = send(request(&sender, Method::POST, "account/", media).body(body)).await;
            assert_eq!((refused.status, refused.error_id()), (400, id), "{body:?}: {}", refused.body);
        }
        assert_eq!(send(request(&sender, Method::POST, "account/", "text/plain").body("x")).await.status, 415);
    }

    async fn a_user_keeps_their_username_when_their_address_changes(server: Server) {
        let sender = Sender::of_json(&server);
        csv(&sender, Method::POST, "account/", ACCOUNTS).await.expect(201);
        let id = sender.user("jason@yourcompany.com").await["id"].clone();
        let moved = "username,email\njason@yourcompany.com,j.smith@yourcompany.com\n";
        let plan = csv(&sender, Method::POST, "account/?mode=plan", moved).await.expect(200);
        assert_eq!(plan["plan"]["changes"][0]["edits"][0]["field"], "user.email");
        let answer = csv(&sender, Method::POST, "account/", moved).await.expect(201);
        assert_eq!(answer["updated"], 1);
        let jason = sender.user("j.smith@yourcompany.com").await;
        assert_eq!((&jason["id"], &jason["username"]), (&id, &json!("jason@yourcompany.com")));
        // He is found by his username still, and the old address is free.
        let unchanged = csv(&sender, Method::POST, "account/", moved).await.expect(201);
        assert_eq!(unchanged["unchanged"], 1);
        let undone = send(sender.admin(Method::POST, &format!("uploads/{}/undo/", answer["upload_id"].as_str().unwrap()))).await.expect(200);
        assert_eq!(undone["counts"]["updated"], 1, "{undone}");
        assert_eq!(sender.user("jason@yourcompany.com").await["id"], id);
    }

    async fn groups_and_their_types_are_made_here(server: Server) {
        let sender = Sender::of_json(&server);
        let made = json(&sender, Method::POST, "group_type/", json!({"name": "Team"})).await.expect(201);
        assert_eq!(made, json!({"applied": true, "created_count": 1, "names": [{"group_type": "Team", "created": true}]}));
        let again = json(&sender, Method::POST, "group_type/", json!([{"name": "Team"}, {"name": "Region"}])).await.expect(201);
        assert_eq!(again["created_count"], 1);
        let groups = json!([{"group_type": "Team", "group_name": "Dogs"}, {"group_type": "Office", "group_name": "Boston"}]);
        let planned = json(&sender, Method::POST, "group/?mode=plan", groups.clone()).await.expect(200);
        assert_eq!((&planned["applied"], &planned["created_count"]), (&json!(false), &json!(2)));
        let types = |catalog: Value| -> Vec<String> {
            let types = catalog["group_types"].as_array().unwrap().iter();
            types.map(|kind| format!("{}: {}", kind["name"].as_str().unwrap(), kind["groups"])).collect()
        };
        assert_eq!(types(sender.get("groups/").await), ["Region: []", "Team: []"]);
        json(&sender, Method::POST, "group/", groups).await.expect(201);
        assert_eq!(types(sender.get("groups/").await), ["Office: [\"Boston\"]", "Region: []", "Team: [\"Dogs\"]"]);
        let refused = json(&sender, Method::POST, "group/", json!([{"group_type": "Team", "group_name": "Cats"}, {"group_type": "Team"}])).await;
        assert_eq!((refused.status, rules(&refused)), (400, vec!["2 group_name missing_value".to_owned()]));
        let odd = json(&sender, Method::POST, "group/", json!([{"group_type": "Team", "group_name": "A;B"}])).await;
        assert_eq!(odd.status, 400);
        assert_eq!(types(sender.get("groups/").await)[2], "Team: [\"Dogs\"]");
    }

    async fn a_membership_is_taken_away_by_delete(server: Server) {
        let sender = Sender::of_json(&server);
        csv(&sender, Method::POST, "account/", ACCOUNTS).await.expect(201);
        csv(&sender, Method::POST, "group_membership/", MEMBERSHIPS).await.expect(201);
        let wrong = "username,group_type,group_name\njason@yourcompany.com,Team,Cats\n";
        let refused = csv(&sender, Method::DELETE, "group_membership/", wrong).await;
        assert_eq!((refused.status, rules(&refused)), (400, vec!["1 group_name not_a_member".to_owned()]));
        let one = json!([{"username": "jason@yourcompany.com", "group_type": "Team", "group_name": "Dogs"}]);
        let planned = json(&sender, Method::DELETE, "group_membership/?mode=plan", one.clone()).await.expect(200);
        assert_eq!(planned["plan"]["counts"]["memberships_removed"], 1);
        let hash = planned["plan"]["hash"].as_str().unwrap().to_owned();
        let other = json!([{"username": "susan@yourcompany.com", "Team": "Cats"}]);
        let refused = send(request(&sender, Method::DELETE, "group_membership/", "application/json").header("If-Match", format!("\"{hash}\"")).body(other.to_string())).await;
        assert_eq!(refused.status, 409);
        let agreed = request(&sender, Method::DELETE, "group_membership/", "application/json").header("If-Match", format!("\"{hash}\""));
        let removed = send(agreed.body(one.to_string())).await.expect(200);
        assert_eq!(removed["memberships_removed"], 1);
        assert_eq!(sender.user("jason@yourcompany.com").await["groups"], json!({"Role": "Account Executive"}));
        // A second time there is nothing to do.
        let again = json(&sender, Method::DELETE, "group_membership/", one).await.expect(200);
        assert_eq!((&again["memberships_removed"], &again["unchanged"]), (&json!(0), &json!(1)));
        let nobody = json(&sender, Method::DELETE, "group_membership/", json!([{"username": "x@y.co", "Team": "Dogs"}])).await;
        assert_eq!((nobody.status, rules(&nobody)), (400, vec!["1 username unknown_user".to_owned()]));
    }

    async fn any_active_integrations_token_serves_and_nothing_else(server: Server) {
        let sender = Sender::of_json(&server);
        let key = server.cli(&["api-key", "create", "--name", "k", "--permission", "Audit: View", "--output", "json"]).json();
        let paths = [(Method::POST, "account"), (Method::POST, "group_type"), (Method::POST, "group"), (Method::POST, "group_membership"), (Method::DELETE, "group_membership")];
        for (method, path) in paths {
            let path = format!("/api/v1/{path}/");
            let plain = || server.request(method.clone(), &path).header("Content-Type", "text/csv").body(ACCOUNTS);
            let refused = send(plain()).await;
            assert_eq!((refused.status, refused.header("www-authenticate"), refused.error_id()), (401, "Token", "authentication"));
            assert_eq!(send(plain().header("Authorization", format!("Token {}", "0".repeat(64)))).await.status, 401);
            let lacking = plain().header("Authorization", format!("Token {}", key["api_key"].as_str().unwrap()));
            assert_eq!(send(lacking).await.status, 403);
        }
        let disabled = json!({"enabled": false});
        send(sender.admin(Method::PATCH, &format!("integrations/{}/", sender.integration_id)).json(&disabled)).await.expect(200);
        assert_eq!(csv(&sender, Method::POST, "account/", ACCOUNTS).await.status, 403);
        assert_eq!(sender.emails().await, Vec::<String>::new());
        assert_eq!(sender.uploads().await, Vec::<Value>::new());
    }

    async fn the_same_key_gives_the_first_answer_again(server: Server) {
        let sender = Sender::of_json(&server);
        let send_it = |body: &'static str| {
            let request = request(&sender, Method::POST, "account/", "text/csv").header("Idempotency-Key", "night-1");
            send(request.body(body))
        };
        let (first, second) = (send_it(ACCOUNTS).await, send_it(ACCOUNTS).await);
        assert_eq!((second.status, second.header("idempotent-replayed")), (201, "true"));
        assert_eq!(first.body, second.body);
        assert_eq!(send_it("username\na@b.co\n").await.status, 422);
        assert_eq!(sender.uploads().await.len(), 1);
        // The same rows mean another thing elsewhere.
        let elsewhere = request(&sender, Method::POST, "group_membership/", "text/csv").header("Idempotency-Key", "night-1");
        assert_eq!(send(elsewhere.body(ACCOUNTS)).await.status, 422);
    }

    async fn a_request_over_a_limit_waits_for_a_person(server: Server) {
        let sender = Sender::of_json(&server);
        let rows: String = (0..120).map(|n| format!("u{n}@a.co,u{n}@a.co,U,N{n},true\n")).collect();
        csv(&sender, Method::POST, "account/", &format!("username,email,first_name,last_name,is_active\n{rows}")).await.expect(201);
        let gone: String = (0..60).map(|n| format!("u{n}@a.co,false\n")).collect();
        let body = format!("username,is_active\n{gone}");
        let held = csv(&sender, Method::POST, "account/", &body).await;
        assert_eq!((held.status, held.error_id()), (409, "limit_exceeded"));
        let active = |users: Value| users["active"].as_u64().unwrap();
        assert_eq!(active(sender.get("users/count/").await), 120);
        let id = held.body["upload_id"].as_str().unwrap();
        send(sender.admin(Method::POST, &format!("uploads/{id}/allow/"))).await.expect(201);
        assert_eq!(active(sender.get("users/count/").await), 60);
        send(sender.admin(Method::POST, &format!("uploads/{id}/undo/"))).await.expect(200);
        assert_eq!(active(sender.get("users/count/").await), 120);
    }
}
