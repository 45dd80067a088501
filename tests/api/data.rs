//! `POST /api/v1/data/{route}/`: what a sender of bodies may rely on.

use std::io::Write;

use passmuster_tests::{Server, on_both_databases};
use serde_json::json;

use crate::sender::{CSV_BODY, JSON_BODY, Sender, send};

/// 15 MB as the seeds say it.
const LIMIT: usize = 15 * 1024 * 1024;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut pack = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    pack.write_all(bytes).unwrap();
    pack.finish().unwrap()
}

/// Ten users, of whom the eighth has no last name.
fn eighth_is_malformed() -> String {
    let users: Vec<_> = (1..=10)
        .map(|at| {
            let last_name = if at == 8 { "" } else { "Smith" };
            json!({ "email": format!("user{at}@yourcompany.com"), "first_name": "Jason", "last_name": last_name })
        })
        .collect();
    json!(users).to_string()
}

on_both_databases! {
    async fn the_same_file_again_changes_nothing(server: Server) {
        let sender = Sender::of_example(&server);
        let first = sender.upload(CSV_BODY).await.expect(201);
        assert_eq!((&first["records"], &first["created"], &first["groups_created"]), (&json!(2), &json!(2), &json!(6)));
        let again = sender.plan(CSV_BODY).await;
        assert_eq!(again["plan"]["changes"], json!([]));
        let second = sender.upload(CSV_BODY).await.expect(201);
        assert_eq!((&second["created"], &second["unchanged"]), (&json!(0), &json!(2)));
        let joey = sender.user("joey@freshwater.com").await;
        assert_eq!(joey["groups"], json!({"Location": "East", "Role": "Account Executive", "Team": "Alpha Dogs"}));
        assert_eq!(joey["integration_ids"], json!({"phone-extension": "4233"}));
        assert_eq!(joey["time_zone"], "America/New_York");
    }

    async fn a_bad_row_stores_nothing(server: Server) {
        let sender = Sender::of_json(&server);
        let answer = sender.upload(eighth_is_malformed()).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        assert_eq!(answer.body["error_count"], 1);
        let error = &answer.body["errors"][0];
        assert_eq!((&error["id"], &error["row"]), (&json!("import_transform_data"), &json!(8)));
        assert_eq!((&error["rule"], &error["column"]), (&json!("missing_value"), &json!("last_name")));
        assert_eq!(sender.emails().await, Vec::<String>::new());
        // It is not hidden, though.
        let uploads = sender.uploads().await;
        assert_eq!(uploads.len(), 1);
        assert_eq!((&uploads[0]["outcome"], &uploads[0]["records"]), (&json!("rejected"), &json!(10)));
        assert_eq!(uploads[0]["id"], answer.body["upload_id"]);
        let detail = sender.get(&format!("uploads/{}", uploads[0]["id"].as_str().unwrap())).await;
        assert_eq!(detail["report"]["problems"][0]["row"], 8);
    }

    async fn each_family_of_faults_has_its_id(server: Server) {
        let json = Sender::of_json(&server);
        let broken = json.upload("[{\"email\": ").await;
        assert_eq!((broken.status, broken.error_id()), (400, "import_parse_json"));
        let nested = json.upload(r#"[{"email": {"work": "a@b.co"}, "first_name": "A", "last_name": "B"}]"#).await;
        assert_eq!((nested.status, nested.error_id()), (400, "import_transform_data"));
        let csv = Sender::of_example(&server);
        let ragged = csv.upload(CSV_BODY.replace("4233", "4233,1,2,3")).await;
        assert_eq!((ragged.status, ragged.error_id()), (400, "import_parse_csv"));
        assert_eq!(ragged.body["errors"][0]["line"], 2);
    }

    async fn a_wrong_token_is_told_the_scheme(server: Server) {
        let sender = Sender::of_json(&server);
        let request = |authorization: &str| {
            let request = server.post(&sender.path).header("Content-Type", "application/json").body(JSON_BODY);
            send(if authorization.is_empty() { request } else { request.header("Authorization", authorization) })
        };
        for authorization in ["", "Token", "Token ", "Token wrong", &format!("Bearer {}", sender.token), &sender.token] {
            let answer = request(authorization).await;
            assert_eq!((answer.status, answer.error_id()), (401, "authentication"), "{authorization}");
            assert_eq!(answer.header("www-authenticate"), "Token");
            assert_eq!(answer.body["request_id"], answer.header("x-request-id"));
        }
        let elsewhere = server.post("/api/v1/data/elsewhere/").header("Authorization", format!("Token {}", sender.token));
        assert_eq!(send(elsewhere.body(JSON_BODY)).await.status, 401);
        assert!(sender.emails().await.is_empty());
    }

    async fn a_disabled_integration_refuses(server: Server) {
        let sender = Sender::of_json(&server);
        let edit = sender.admin(reqwest::Method::PATCH, &format!("integrations/{}", sender.integration_id));
        send(edit.json(&json!({"enabled": false}))).await.expect(200);
        let answer = sender.upload(JSON_BODY).await;
        assert_eq!((answer.status, answer.error_id()), (403, "permission"));
    }

    async fn a_missing_slash_is_told_and_stores_nothing(server: Server) {
        let sender = Sender::of_json(&server);
        let place = sender.path.trim_end_matches('/').to_owned();
        let request = server.post(&format!("{place}?mode=apply")).header("Authorization", format!("Token {}", sender.token));
        let answer = send(request.header("Content-Type", "application/json").body(JSON_BODY)).await;
        assert_eq!(answer.status, 308);
        assert_eq!(answer.header("location"), format!("{}?mode=apply", sender.path));
        assert!(answer.body["errors"][0]["description"].as_str().unwrap().contains("ends in \"/\""));
        assert!(sender.emails().await.is_empty());
        assert!(sender.uploads().await.is_empty());
    }

    async fn another_method_and_another_path_are_refused_in_our_shape(server: Server) {
        let sender = Sender::of_json(&server);
        let get = send(server.get(&sender.path)).await;
        assert_eq!((get.status, get.error_id(), get.header("allow")), (405, "invalid_request", "POST"));
        let nowhere = send(server.get("/api/nowhere")).await;
        assert_eq!((nowhere.status, nowhere.error_id()), (404, "not_found"));
    }

    async fn the_content_type_decides(server: Server) {
        let sender = Sender::of_json(&server);
        let with_type = |content_type: &'static str| {
            let request = server.post(&sender.path).header("Authorization", format!("Token {}", sender.token));
            let request = request.body(JSON_BODY);
            send(if content_type.is_empty() { request } else { request.header("Content-Type", content_type) })
        };
        for content_type in ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=klingon"] {
            let answer = with_type(content_type).await;
            assert_eq!((answer.status, answer.error_id()), (415, "unsupported_type"), "{content_type}");
        }
        for content_type in ["text/csv", "application/vnd.ms-excel", "application/vns.ms-excel"] {
            let answer = with_type(content_type).await;
            assert_eq!((answer.status, answer.error_id()), (400, "import_transform_data"), "{content_type}");
        }
        assert_eq!(with_type("Application/JSON; charset=\"utf-8\"").await.status, 201);
    }

    async fn excel_types_mean_csv(server: Server) {
        let sender = Sender::of_example(&server);
        for content_type in ["application/vnd.ms-excel", "application/vns.ms-excel", "text/csv; charset=utf-8"] {
            let request = server.post(&sender.path).header("Authorization", format!("Token {}", sender.token));
            let answer = send(request.header("Content-Type", content_type).body(CSV_BODY)).await;
            assert_eq!(answer.status, 201, "{content_type}: {}", answer.body);
        }
    }

    async fn gzip_is_unpacked_and_limited(server: Server) {
        let sender = Sender::of_json(&server);
        let packed = |bytes: Vec<u8>| send(sender.post("").header("Content-Encoding", "gzip").body(bytes));
        packed(gzip(JSON_BODY.as_bytes())).await.expect(201);
        let mut cut = gzip(JSON_BODY.as_bytes());
        cut.truncate(cut.len() - 5);
        assert_eq!(packed(cut).await.status, 400);
        let bomb = packed(gzip(&vec![b' '; LIMIT + 1])).await;
        assert_eq!((bomb.status, bomb.error_id()), (413, "too_large"));
        let unknown = send(sender.post("").header("Content-Encoding", "br").body(JSON_BODY)).await;
        assert_eq!((unknown.status, unknown.error_id()), (415, "unsupported_type"));
    }

    async fn a_body_over_the_limit_is_refused(server: Server) {
        let sender = Sender::of_json(&server);
        let mut body = JSON_BODY.as_bytes().to_vec();
        body.resize(LIMIT, b' ');
        sender.upload(body.clone()).await.expect(201);
        body.push(b' ');
        let answer = sender.upload(body).await;
        assert_eq!((answer.status, answer.error_id()), (413, "too_large"));
    }

    async fn check_and_plan_store_nothing(server: Server) {
        let sender = Sender::of_json(&server);
        let check = send(sender.post("?mode=check").body(JSON_BODY)).await.expect(200);
        assert_eq!((check["report"]["records"].clone(), check.get("plan")), (json!(2), None));
        let plan = sender.plan(JSON_BODY).await;
        assert_eq!(plan["plan"]["counts"]["created"], 2);
        let rehearsal = send(sender.post("?dry_run=true").body(JSON_BODY)).await.expect(200);
        assert_eq!(rehearsal, plan);
        let unknown = send(sender.post("?mode=pretend").body(JSON_BODY)).await;
        assert_eq!((unknown.status, unknown.error_id()), (400, "invalid_request"));
        assert!(sender.emails().await.is_empty());
        assert!(sender.uploads().await.is_empty());
    }

    async fn a_long_plan_says_that_it_is_cut(server: Server) {
        let sender = Sender::of_json(&server);
        let users: Vec<_> = (0..1001)
            .map(|at| json!({"email": format!("user{at}@yourcompany.com"), "first_name": "Jason", "last_name": "Smith"}))
            .collect();
        let body = json!(users).to_string();
        let plan = &sender.plan(body.clone()).await["plan"];
        assert_eq!((&plan["changes_total"], &plan["changes_shown"]), (&json!(1001), &json!(1000)));
        assert_eq!(plan["changes"].as_array().unwrap().len(), 1000);
        let all = send(sender.post("?mode=plan&changes=all").body(body)).await.expect(200);
        assert_eq!(all["plan"]["changes"].as_array().unwrap().len(), 1001);
        assert_eq!(all["plan"]["hash"], plan["hash"]);
    }

    async fn only_the_agreed_plan_is_applied(server: Server) {
        let sender = Sender::of_json(&server);
        let agreed = sender.plan(JSON_BODY).await["plan"]["hash"].as_str().unwrap().to_owned();
        let only_agreed = || send(sender.post("").header("If-Match", format!("\"{agreed}\"")).body(JSON_BODY));
        // Meanwhile somebody else makes one of the two.
        sender.upload(r#"[{"email": "susan@yourcompany.com", "first_name": "S", "last_name": "S"}]"#).await.expect(201);
        let refused = only_agreed().await;
        assert_eq!((refused.status, refused.error_id()), (409, "conflict"));
        let now = sender.plan(JSON_BODY).await["plan"]["hash"].as_str().unwrap().to_owned();
        assert_eq!(refused.header("etag"), format!("\"{now}\""));
        assert_eq!(sender.user("susan@yourcompany.com").await["first_name"], "S");
        let answer = send(sender.post("").header("If-Match", format!("\"{now}\"")).body(JSON_BODY)).await.expect(201);
        assert_eq!((&answer["created"], &answer["updated"]), (&json!(1), &json!(1)));
        assert_eq!(answer["plan_hash"], now);
    }

    async fn a_repeated_request_is_applied_once(server: Server) {
        let sender = Sender::of_json(&server);
        let with_key = |body: &'static str| send(sender.post("").header("Idempotency-Key", "night-1").body(body));
        let first = with_key(JSON_BODY).await;
        assert_eq!((first.status, first.header("idempotent-replayed")), (201, ""));
        let second = with_key(JSON_BODY).await;
        assert_eq!((second.status, second.header("idempotent-replayed")), (201, "true"));
        assert_eq!(first.body, second.body);
        let other = with_key("[]").await;
        assert_eq!((other.status, other.error_id()), (422, "idempotency"));
        assert_eq!(sender.uploads().await.len(), 1);
    }

    async fn a_repeated_refusal_is_recorded_once(server: Server) {
        let sender = Sender::of_json(&server);
        let body = eighth_is_malformed();
        let request = || send(sender.post("").header("Idempotency-Key", "night-2").body(body.clone()));
        let (first, second) = (request().await, request().await);
        assert_eq!((first.status, second.status), (400, 400));
        assert_eq!(first.body["upload_id"], second.body["upload_id"]);
        assert_eq!(second.header("idempotent-replayed"), "true");
        assert_eq!(sender.uploads().await.len(), 1);
    }

    async fn racing_uploads_win_one_after_the_other(server: Server) {
        let sender = Sender::of_json(&server);
        let body = |name: &str| {
            let users: Vec<_> = (0..200)
                .map(|at| json!({"email": format!("user{at}@yourcompany.com"), "first_name": name, "last_name": name}))
                .collect();
            json!(users).to_string()
        };
        let (a, b, c, d) = tokio::join!(
            sender.upload(body("Ann")),
            sender.upload(body("Bob")),
            sender.upload(body("Cid")),
            sender.upload(body("Dan"))
        );
        let created = [a, b, c, d].map(|answer| answer.expect(201)["created"].as_u64().unwrap());
        assert_eq!(created.iter().sum::<u64>(), 200, "{created:?}");
        let users = sender.get("users/?limit=1000").await["users"].as_array().unwrap().clone();
        assert_eq!(users.len(), 200);
        let winner = &users[0]["first_name"];
        assert!(users.iter().all(|user| user["first_name"] == *winner && user["last_name"] == *winner));
    }

    async fn an_acknowledged_upload_survives_a_kill(mut server: Server) {
        let (integration, token, path) = {
            let sender = Sender::of_json(&server);
            sender.upload(JSON_BODY).await.expect(201);
            (sender.integration_id.clone(), sender.token.clone(), sender.path.clone())
        };
        server.kill_and_restart();
        let request = server.post(&path).header("Authorization", format!("Token {token}"));
        let answer = send(request.header("Content-Type", "application/json").body(JSON_BODY)).await.expect(201);
        assert_eq!(answer["unchanged"], 2, "{integration}");
    }

    async fn a_hundred_errors_are_shown_and_all_are_counted(server: Server) {
        let sender = Sender::of_json(&server);
        let users: Vec<_> = (0..150).map(|at| json!({"email": format!("user{at}"), "first_name": "A", "last_name": "B"})).collect();
        let body = sender.upload(json!(users).to_string()).await.expect(400);
        assert_eq!(body["errors"].as_array().unwrap().len(), 100);
        assert_eq!((&body["error_count"], &body["errors_capped"]), (&json!(150), &json!(true)));
    }
}
