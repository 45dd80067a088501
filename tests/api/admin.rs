//! The admin API, as the page and scripts use it, and the commands beside a running server.

use passmuster_tests::{Server, on_both_databases};
use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::json;

use crate::{
    person::{PASSWORD, cookie_of},
    sender::{CSV_BODY, JSON_BODY, Sender, send},
};

on_both_databases! {
    async fn the_first_administrator_comes_by_a_link_that_works_once(mut server: Server) {
        let link = server.first_sign_in();
        let token = link.rsplit('/').next().unwrap().to_owned();
        let set_up = |password: &str| {
            server.post("/api/setup").json(&json!({
                "token": token, "email": "ann@a.co", "first_name": "Ann", "last_name": "Jones", "password": password,
            }))
        };
        assert_eq!(send(set_up("short")).await.status, 400);
        let made = send(set_up(PASSWORD)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        let cookie = made.header("set-cookie").to_owned();
        for part in ["__Host-passmuster=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert_eq!(send(set_up(PASSWORD)).await.status, 401);
        let session = send(server.get("/api/session").header("Cookie", cookie_of(&made))).await.expect(200);
        assert_eq!((&session["email"], &session["name"]), (&json!("ann@a.co"), &json!("Ann Jones")));
        let user = send(server.get("/api/admin/users/ann@a.co").header("Cookie", cookie_of(&made))).await.expect(200);
        assert_eq!((&user["is_admin"], &user["is_active"]), (&json!(true), &json!(true)));
    }

    async fn signing_in_and_out(server: Server) {
        let arguments = ["user", "create", "--email", "ann@a.co", "--first-name", "Ann", "--last-name", "Jones"];
        let made = server.cli_with_input(&[&arguments[..], &["--admin", "--password-stdin"]].concat(), PASSWORD.as_bytes());
        assert_eq!(made.code, 0, "{made:?}");
        assert_eq!(server.cli(&arguments).code, 1);
        let sign_in = |password: &str| server.post("/api/session").json(&json!({"email": "ANN@a.co", "password": password}));
        assert_eq!(send(sign_in("something else entirely")).await.status, 401);
        let signed_in = send(sign_in(PASSWORD)).await;
        let cookie = cookie_of(&signed_in);
        assert_eq!(signed_in.status, 200);
        assert_eq!(send(server.get("/api/session")).await.status, 401);
        assert_eq!(send(server.get("/api/admin/users/").header("Cookie", &cookie)).await.status, 200);
        let foreign = server.post("/api/admin/group-types/").header("Cookie", &cookie).header("Sec-Fetch-Site", "cross-site");
        assert_eq!(send(foreign.json(&json!({"name": "Team"}))).await.status, 403);
        let out = server.request(Method::DELETE, "/api/session").header("Cookie", &cookie);
        assert_eq!(send(out).await.status, 204);
        assert_eq!(send(server.get("/api/session").header("Cookie", &cookie)).await.status, 401);
    }

    async fn who_is_no_administrator_is_refused(server: Server) {
        let arguments = ["user", "create", "--email", "bob@a.co", "--first-name", "Bob", "--last-name", "Ray", "--password-stdin"];
        assert_eq!(server.cli_with_input(&arguments, PASSWORD.as_bytes()).code, 0);
        let signed_in = send(server.post("/api/session").json(&json!({"email": "bob@a.co", "password": PASSWORD}))).await;
        let answer = send(server.get("/api/admin/users/").header("Cookie", cookie_of(&signed_in))).await;
        assert_eq!((answer.status, answer.error_id()), (403, "permission"));
        let nobody = send(server.get("/api/admin/users/")).await;
        assert_eq!((nobody.status, nobody.error_id()), (401, "authentication"));
    }

    async fn users_are_found_and_paged(server: Server) {
        let sender = Sender::of_json(&server);
        let users: Vec<_> = (0..7)
            .map(|at| json!({"email": format!("User{at}@a.co"), "first_name": "Zoë", "last_name": format!("N{at}_%")}))
            .collect();
        sender.upload(json!(users).to_string()).await.expect(201);
        let first = sender.get("users/?limit=3").await;
        assert_eq!(first["users"].as_array().unwrap().len(), 3);
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = sender.get(&format!("users/?limit=4&cursor={cursor}")).await;
        assert_eq!((second["users"].as_array().unwrap().len(), &second["next_cursor"]), (4, &json!(null)));
        assert_eq!(second["users"][0]["email"], "User3@a.co");
        for (search, found) in [("uSER3", 1), ("ZOË", 7), ("n5_%25", 1), ("%25%25", 0), ("nobody", 0)] {
            let list = sender.get(&format!("users/?search={search}")).await;
            assert_eq!(list["users"].as_array().unwrap().len(), found, "{search}");
        }
        assert_eq!(sender.user("USER3%40a.co").await["email"], "User3@a.co");
        assert_eq!(send(sender.admin(Method::GET, "users/no@a.co")).await.status, 404);
    }

    async fn an_integration_is_enabled_mapped_and_rotated(server: Server) {
        let sender = Sender::of_json(&server);
        let enabled = send(sender.admin(Method::POST, "integrations/").json(&json!({"name": "", "file_format": "csv"}))).await;
        let enabled = enabled.expect(201);
        assert_eq!(enabled["route"], "user-api-integration");
        let third = send(sender.admin(Method::POST, "integrations/").json(&json!({"name": "C", "file_format": "csv"}))).await;
        assert_eq!((third.status, third.error_id()), (409, "conflict"));
        let place = format!("integrations/{}", enabled["integration_id"].as_str().unwrap());
        let shown = sender.get(&place).await;
        assert_eq!((&shown["name"], &shown["mapping_version"]), (&json!("User API Integration"), &json!(1)));
        let mut mapping = shown["mapping"].clone();
        mapping["fields"][0]["api_field"] = json!("Work Email");
        let save = |mapping: &serde_json::Value, version: &str| {
            let request = sender.admin(Method::PUT, &format!("{place}/mapping")).header("If-Match", format!("\"{version}\""));
            send(request.json(mapping))
        };
        assert_eq!(save(&mapping, "1").await.expect(200)["mapping_version"], 2);
        assert_eq!(save(&mapping, "1").await.status, 409);
        mapping["fields"][1]["api_field"] = json!("");
        mapping["fields"][2]["target"] = json!("user.email");
        let faults = save(&mapping, "2").await;
        assert_eq!((faults.status, faults.error_id()), (400, "invalid_request"));
        assert!(faults.body["error_count"].as_u64().unwrap() >= 2, "{}", faults.body);
        let token = send(sender.admin(Method::POST, &format!("{place}/tokens/"))).await.expect(201);
        assert_eq!(token["auth_token"].as_str().unwrap().len(), 64);
        assert_eq!(sender.get(&place).await["tokens"].as_array().unwrap().len(), 2);
        assert_eq!(sender.get("integrations/").await["limit"], 2);
    }

    async fn a_mapping_names_only_what_exists(server: Server) {
        let sender = Sender::of_json(&server);
        let place = format!("integrations/{}", sender.integration_id);
        let mut mapping = sender.get(&place).await["mapping"].clone();
        mapping["fields"].as_array_mut().unwrap().push(json!({"api_field": "team", "target": "group_membership:Team"}));
        let save = || send(sender.admin(Method::PUT, &format!("{place}/mapping")).json(&mapping));
        assert_eq!(save().await.status, 400);
        let team = || send(sender.admin(Method::POST, "group-types/").json(&json!({"name": "Team"})));
        team().await.expect(201);
        assert_eq!(team().await.status, 409);
        save().await.expect(200);
    }

    async fn the_page_plans_and_uploads_with_its_own_mapping(server: Server) {
        let sender = Sender::of_example(&server);
        let form = |more: &[(&'static str, String)]| {
            let file = Part::text(CSV_BODY).file_name("users.csv").mime_str("text/csv").unwrap();
            more.iter().cloned().fold(Form::new().part("file", file), |form, (name, text)| form.text(name, text))
        };
        let post = |mode: &str, form: Form| {
            let path = format!("integrations/{}/uploads/?mode={mode}", sender.integration_id);
            send(sender.admin(Method::POST, &path).multipart(form))
        };
        let planned = post("plan", form(&[])).await.expect(200);
        let hash = planned["plan"]["hash"].as_str().unwrap().to_owned();
        assert!(sender.uploads().await.is_empty());
        let mapping = crate::sender::CSV_MAPPING.replace("\"api_field\": \"Team\"", "\"api_field\": \"Squad\"");
        let other = post("apply", form(&[("mapping", mapping), ("plan_hash", hash.clone())])).await;
        assert!(matches!(other.status, 400 | 409), "{}", other.body);
        post("apply", form(&[("plan_hash", hash)])).await.expect(201);
        let uploads = sender.uploads().await;
        assert_eq!((uploads[0]["received_by"].as_str(), &uploads[0]["counts"]["created"]), (Some("API key tests"), &json!(2)));
        assert_eq!(post("plan", Form::new()).await.status, 400);
    }

    async fn the_page_sends_as_much_as_any_sender(server: Server) {
        let sender = Sender::of_example(&server);
        let (header, rows) = CSV_BODY.split_once('\n').unwrap();
        // The same rows again and again are taken once.
        let body = format!("{header}\n{}", rows.repeat(4 * 1024 * 1024 / rows.len()));
        assert!(body.len() > 3 * 1024 * 1024, "{} bytes", body.len());
        let path = format!("integrations/{}/uploads/?mode=check", sender.integration_id);
        let form = Form::new().part("file", Part::text(body).file_name("users.csv"));
        let answer = send(sender.admin(Method::POST, &path).multipart(form)).await;
        assert_eq!(answer.status, 200, "{:.300}", answer.body);
    }

    async fn what_is_exported_changes_nothing_when_uploaded(server: Server) {
        let sender = Sender::of_example(&server);
        sender.upload(CSV_BODY).await.expect(201);
        let exported = server.cli(&["user", "export", "--integration", "HR"]);
        assert_eq!(exported.code, 0, "{exported:?}");
        assert!(exported.stdout.starts_with("First Name,Last Name,Email,"), "{exported:?}");
        assert_eq!(sender.plan(exported.stdout).await["plan"]["changes"], json!([]));
        assert_eq!(server.cli(&["user", "export", "--integration", "nobody's"]).code, 1);
    }

    async fn uploads_are_listed_newest_first(server: Server) {
        let sender = Sender::of_json(&server);
        for _ in 0..3 {
            sender.upload(JSON_BODY).await.expect(201);
        }
        let path = format!("integrations/{}/uploads/", sender.integration_id);
        let first = sender.get(&format!("{path}?limit=2")).await;
        let second = sender.get(&format!("{path}?limit=2&cursor={}", first["next_cursor"].as_str().unwrap())).await;
        let created = |list: &serde_json::Value, at: usize| list["uploads"][at]["counts"]["created"].clone();
        assert_eq!((created(&first, 0), created(&first, 1), created(&second, 0)), (json!(0), json!(0), json!(2)));
        assert_eq!(second["next_cursor"], json!(null));
    }
}
