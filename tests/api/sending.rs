//! `passmuster plan` and `apply`: what whoever wires a nightly sync may rely on.

use std::{fs, thread, time::Duration};

use passmuster_tests::{Database, Output, Server, on_both_databases};
use reqwest::Method;
use serde_json::{Value, json};

use crate::sender::{CSV_BODY, JSON_BODY, Sender, send};
use crate::trouble::{Step, Way, silent_address};

/// More than what is sent without asking first.
const LARGE: usize = 400 * 1024;
const AWAY: Step = Step::Say(
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 3\r\nContent-Length: 4\r\nConnection: close\r\n\r\naway",
);

/// As the server says it while it works on the same key.
const BUSY: Step =
    Step::Say("HTTP/1.1 409 Conflict\r\nRetry-After: 1\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy");

/// Whoever calls `passmuster` with the sender's token, and with files in the server's folder.
pub(crate) struct Caller<'a> {
    sender: &'a Sender<'a>,
    endpoint: String,
}

impl<'a> Caller<'a> {
    pub(crate) fn of(sender: &'a Sender<'a>) -> Self {
        Self {
            sender,
            endpoint: sender.server.url(&sender.path),
        }
    }

    fn at(sender: &'a Sender<'a>, endpoint: String) -> Self {
        Self { sender, endpoint }
    }

    /// `passmuster COMMAND FILE --endpoint … OPTIONS`
    pub(crate) fn run(&self, command: &str, file: &str, options: &[&str]) -> Output {
        self.run_with_input(command, file, options, "")
    }

    fn run_with_input(&self, command: &str, file: &str, options: &[&str], input: &str) -> Output {
        let arguments = [&[command, file, "--endpoint", &self.endpoint], options].concat();
        let environment = [("PASSMUSTER_TOKEN", &*self.sender.token)];
        let output = self
            .sender
            .server
            .cli_within(&environment, &arguments, input.as_bytes());
        let all = format!("{}{}", output.stdout, output.stderr);
        assert!(!all.contains(&self.sender.token), "the token is told: {output:?}");
        output
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.sender.server.folder().join(name), text).unwrap();
    }

    pub(crate) fn json(&self, command: &str, file: &str, options: &[&str]) -> (i32, Value) {
        let output = self.run(command, file, &[options, &["--output", "json"]].concat());
        assert_eq!(output.stderr, "", "{output:?}");
        (output.code, document(&output))
    }
}

pub(crate) fn document(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("not JSON ({error}): {output:?}"))
}

#[track_caller]
pub(crate) fn expect(output: &Output, code: i32, stdout: &[&str], stderr: &[&str]) {
    assert_eq!(output.code, code, "{output:?}");
    for text in stdout {
        assert!(
            output.stdout.contains(text),
            "standard output lacks {text:?}:\n{}",
            output.stdout
        );
    }
    for text in stderr {
        assert!(
            output.stderr.contains(text),
            "standard error lacks {text:?}:\n{}",
            output.stderr
        );
    }
}

on_both_databases! {
    async fn a_workbook_is_sent_as_it_is(server: Server) {
        let case = passmuster_tests::root().join("tests/suite/a_workbook_is_read");
        let sender = Sender::of_csv(&server, &fs::read_to_string(case.join("mapping.json")).unwrap());
        let caller = Caller::of(&sender);
        // Neither name nor type has to tell: its first bytes do.
        fs::copy(case.join("input.xlsx"), server.folder().join("export")).unwrap();
        expect(&caller.run("plan", "export", &["--sheet", "No such sheet"]), 1, &["export: error[unknown_sheet]: ", "No such sheet"], &[]);
        expect(&caller.run("apply", "export", &[]), 0, &["export: 2 records applied", "users:          2 created\n"], &[]);
        expect(&caller.run("plan", "export", &[]), 0, &["Nothing would change: 2 users"], &[]);
    }

    async fn a_file_is_planned_then_applied_then_changes_nothing(server: Server) {
        let sender = Sender::of_example(&server);
        let caller = Caller::of(&sender);
        caller.write("users.csv", CSV_BODY);

        let planned = caller.run("plan", "users.csv", &[]);
        expect(&planned, 0, &["users.csv: 2 records, no problems\n", "joey@freshwater.com", "Alpha Dogs", "users:          2 created\n"], &[]);
        assert_eq!(planned.stderr, "");
        assert_eq!(sender.emails().await, Vec::<String>::new());
        let (code, plan) = caller.json("plan", "users.csv", &[]);
        assert_eq!((code, &plan), (0, &sender.plan(CSV_BODY).await));
        assert!(planned.stdout.contains(plan["plan"]["hash"].as_str().unwrap()));

        let applied = caller.run("apply", "users.csv", &[]);
        let uploads = sender.uploads().await;
        assert_eq!(uploads.len(), 1);
        let upload = format!("users.csv: 2 records applied as upload {}\n", uploads[0]["id"].as_str().unwrap());
        expect(&applied, 0, &[&upload, "users:          2 created\n", "groups:         6 created\n"], &[]);
        assert_eq!((applied.stderr.as_str(), sender.emails().await.len()), ("", 2));

        expect(&caller.run("plan", "users.csv", &[]), 0, &["Nothing would change: 2 users as the directory has them.\n"], &[]);
        let (code, again) = caller.json("apply", "users.csv", &[]);
        assert_eq!((code, &again["created"], &again["unchanged"]), (0, &json!(0), &json!(2)));
        assert_eq!(sender.uploads().await.len(), 2);

        caller.write("moved.csv", &CSV_BODY.replace("Alpha Dogs", "Beta Cats"));
        let moved = caller.run("plan", "moved.csv", &[]);
        expect(&moved, 0, &["update  joey@freshwater.com", "Alpha Dogs → Beta Cats", "New groups:\n  Team  Beta Cats\n", "memberships:    1 set\n"], &[]);
    }

    async fn a_bad_file_is_red_and_says_where(server: Server) {
        let sender = Sender::of_example(&server);
        let caller = Caller::of(&sender);
        caller.write("bad.csv", &CSV_BODY.replace("joey@freshwater.com", "joey@freshwater"));
        let place = "  at:   row 1, column Email\n";
        let planned = caller.run("plan", "bad.csv", &[]);
        expect(&planned, 1, &["bad.csv:2:", "error[invalid_email]: \"joey@freshwater\"", place, "1 error"], &[]);
        let (code, plan) = caller.json("plan", "bad.csv", &[]);
        assert_eq!((code, &plan["report"]["error_count"]), (1, &json!(1)));
        let applied = caller.run("apply", "bad.csv", &[]);
        expect(&applied, 1, &["bad.csv:2: error[invalid_email]", place, "  hint: ", "bad.csv: 1 error, nothing was applied\n"], &[]);
        let (code, refusal) = caller.json("apply", "bad.csv", &[]);
        assert_eq!((code, &refusal["errors"][0]["rule"], &refusal["errors"][0]["line"]), (1, &json!("invalid_email"), &json!(2)));
        assert_eq!(sender.emails().await, Vec::<String>::new());
    }

    async fn what_is_mistaken_is_told_and_nothing_is_sent(server: Server) {
        let sender = Sender::of_example(&server);
        let caller = Caller::of(&sender);
        caller.write("users.csv", CSV_BODY);
        expect(&caller.run("apply", "users.csv", &["--token-env", "NIGHTLY"]), 2, &[], &["environment variable NIGHTLY is not set"]);
        expect(&caller.run("plan", "nowhere.csv", &[]), 2, &[], &["nowhere.csv can't be read"]);
        expect(&caller.run("apply", "users.csv", &["--if-match", "two words"]), 2, &[], &["--if-match"]);
        expect(&caller.run("apply", "users.csv", &["--ca-cert", "users.csv", "--retries", "many"]), 2, &[], &["--retries"]);
        for endpoint in ["hr", "ftp://h/api/", "https://me:secret@h/api/", "http://h/api/?mode=apply"] {
            let output = Caller::at(&sender, endpoint.to_owned()).run("apply", "users.csv", &[]);
            expect(&output, 2, &[], &["--endpoint"]);
            assert!(!output.stderr.contains("secret"), "{output:?}");
        }
        assert!(sender.uploads().await.is_empty());
    }

    async fn a_wrong_token_is_red(server: Server) {
        let sender = Sender::of_example(&server);
        let other = [("OTHER_TOKEN", "wrong\n")];
        let endpoint = server.url(&sender.path);
        let arguments = ["apply", "-", "--endpoint", &endpoint, "--token-env", "OTHER_TOKEN"];
        let refused = server.cli_within(&other, &arguments, CSV_BODY.as_bytes());
        expect(&refused, 1, &[], &["passmuster apply: 401 authentication: ", "environment variable OTHER_TOKEN", "request "]);
        assert_eq!(refused.stdout, "");
        let as_json = server.cli_within(&other, &[&arguments[..], &["--output", "json"]].concat(), CSV_BODY.as_bytes());
        assert_eq!((as_json.code, &document(&as_json)["errors"][0]["id"]), (1, &json!("authentication")));
        // A body too large to send unasked is not sent to be refused.
        let body = format!("{CSV_BODY}{}", "\n".repeat(LARGE));
        let way = Way::to(&server.url(""), &[Step::Pass]);
        let arguments = ["apply", "-", "--endpoint", &way.url(&sender.path), "--token-env", "OTHER_TOKEN"];
        expect(&server.cli_within(&other, &arguments, body.as_bytes()), 1, &[], &["401"]);
        assert!(way.heads()[0].to_lowercase().contains("expect: 100-continue"));
    }

    async fn a_server_that_is_away_is_red_in_the_same_shape(server: Server) {
        let sender = Sender::of_example(&server);
        let caller = Caller::at(&sender, format!("http://{}/api/v1/data/hr/", silent_address()));
        caller.write("users.csv", CSV_BODY);
        let output = caller.run("apply", "users.csv", &["--retries", "1"]);
        expect(&output, 1, &[], &["trying again in 1 s (1 of 1)", "connection refused", "Nothing was sent"]);
        assert_eq!(output.stdout, "");
        let output = caller.run("plan", "users.csv", &["--retries", "0", "--output", "json"]);
        assert_eq!((output.code, &document(&output)["errors"][0]["id"]), (1, &json!("unavailable")));
        // Nor is everything that answers a server of ours.
        let page = Way::to("http://127.0.0.1:1", &[Step::Say("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<h1>Sign in</h1>")]);
        for command in ["plan", "apply"] {
            let output = Caller::at(&sender, page.url("/api/v1/data/hr/")).run(command, "users.csv", &["--output", "json"]);
            assert_eq!((output.code, &document(&output)["errors"][0]["id"]), (1, &json!("unavailable")), "{output:?}");
            expect(&output, 1, &[], &["200 OK with text/html"]);
        }
    }

    async fn a_server_that_comes_up_late_is_waited_for(server: Server) {
        let sender = Sender::of_example(&server);
        let address = silent_address();
        let caller = Caller::at(&sender, format!("http://{address}{}", sender.path));
        caller.write("users.csv", CSV_BODY);
        let server_url = server.url("");
        let comes_up = thread::spawn(move || {
            thread::sleep(Duration::from_millis(1500));
            Way::at(address, &server_url, &[AWAY, Step::Pass])
        });
        let applied = caller.run("apply", "users.csv", &[]);
        expect(&applied, 0, &["2 records applied"], &["connection refused); trying again in 1 s (1 of 5)", "503 Service Unavailable; trying again in "]);
        let heads = comes_up.join().unwrap().heads();
        assert_eq!(heads.len(), 2, "{heads:#?}");
        assert_eq!(sender.uploads().await.len(), 1);
    }

    async fn a_lost_answer_is_asked_for_again_and_nothing_is_applied_twice(server: Server) {
        let sender = Sender::of_example(&server);
        let way = Way::to(&server.url(""), &[AWAY, Step::LoseAnswer, BUSY, BUSY, Step::Pass]);
        let caller = Caller::at(&sender, way.url(&sender.path));
        caller.write("users.csv", CSV_BODY);
        let applied = caller.run("apply", "users.csv", &["--retries", "2"]);
        let told = ["503 Service Unavailable; trying again in 3 s (1 of 2)", "trying again in 2 s (2 of 2)", "still works on the first try"];
        expect(&applied, 0, &["2 records applied", "users:          2 created\n", "It had been applied before"], &told);
        let uploads = sender.uploads().await;
        assert_eq!(uploads.len(), 1);
        assert!(applied.stdout.contains(uploads[0]["id"].as_str().unwrap()));
        let key = |head: &String| head.lines().find(|line| line.to_lowercase().starts_with("idempotency-key: ")).map(str::to_owned);
        let keys: Vec<_> = way.heads().iter().map(key).collect();
        assert_eq!(keys.len(), 5);
        assert!(keys[0].is_some() && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
        // Without retries the key is named, so that a person can ask once more.
        let way = Way::to(&server.url(""), &[Step::LoseAnswer]);
        let caller = Caller::at(&sender, way.url(&sender.path));
        let lost = caller.run("apply", "users.csv", &["--retries", "0", "--idempotency-key", "tonight"]);
        expect(&lost, 1, &[], &["is not known", "--idempotency-key tonight"]);
        expect(&Caller::of(&sender).run("apply", "users.csv", &["--idempotency-key", "tonight"]), 0, &["It had been applied before"], &[]);
        assert_eq!(sender.uploads().await.len(), 2);
    }

    async fn only_the_plan_that_was_seen_is_applied(server: Server) {
        let sender = Sender::of_example(&server);
        let caller = Caller::of(&sender);
        caller.write("users.csv", CSV_BODY);
        let (_, plan) = caller.json("plan", "users.csv", &[]);
        let hash = plan["plan"]["hash"].as_str().unwrap();
        let first_only: String = CSV_BODY.lines().take(2).map(|line| format!("{line}\n")).collect();
        sender.upload(first_only).await.expect(201);
        let refused = caller.run("apply", "users.csv", &["--if-match", hash]);
        expect(&refused, 1, &[], &["passmuster apply: 409 conflict: "]);
        assert_eq!(sender.emails().await.len(), 1);
        let (_, plan) = caller.json("plan", "users.csv", &[]);
        let quoted = format!("\"{}\"", plan["plan"]["hash"].as_str().unwrap());
        expect(&caller.run("apply", "users.csv", &["--if-match", &quoted]), 0, &["1 created, 1 unchanged"], &[]);
    }

    async fn the_type_follows_the_file(server: Server) {
        let sender = Sender::of_json(&server);
        let caller = Caller::of(&sender);
        expect(&caller.run_with_input("apply", "-", &[], JSON_BODY), 0, &["(standard input): 2 records applied"], &[]);
        caller.write("users.json", JSON_BODY);
        expect(&caller.run("apply", "users.json", &["--gzip"]), 0, &["2 unchanged"], &[]);
        expect(&caller.run("plan", "users.json", &["--charset", "utf-8"]), 0, &["Nothing would change"], &[]);
        expect(&caller.run("plan", "users.json", &["--charset", "klingon"]), 1, &[], &["415 unsupported_type", "klingon"]);
        caller.write("users.csv", "email,first_name,last_name\n");
        expect(&caller.run("apply", "users.csv", &[]), 1, &["File Format is JSON", "nothing was applied"], &[]);
    }

    async fn a_large_body_is_sent_packed_or_plain_and_a_larger_one_refused(server: Server) {
        let sender = Sender::of_example(&server);
        let caller = Caller::of(&sender);
        let line = CSV_BODY.lines().nth(1).unwrap();
        let header = CSV_BODY.lines().next().unwrap();
        let people = (0..LARGE / line.len()).map(|at| line.replace("joey@", &format!("joey{at}@")).replace("4233", &at.to_string()));
        let body = format!("{header}\n{}\n", people.collect::<Vec<_>>().join("\n"));
        caller.write("many.csv", &body);
        let count = body.lines().count() - 1;
        let planned = caller.run("plan", "many.csv", &[]);
        expect(&planned, 0, &["more; --all shows them.\n"], &[]);
        let (_, plan) = caller.json("plan", "many.csv", &["--all"]);
        assert_eq!(plan["plan"]["changes_shown"], json!(count));
        expect(&caller.run("apply", "many.csv", &[]), 0, &["applied as upload"], &[]);
        let (code, again) = caller.json("apply", "many.csv", &["--gzip"]);
        assert_eq!((code, &again["unchanged"]), (0, &json!(count)));
        caller.write("huge.csv", &format!("{body}{}", "x".repeat(16 * 1024 * 1024)));
        expect(&caller.run("apply", "huge.csv", &[]), 1, &[], &["413 too_large"]);
    }

    async fn the_token_stays_with_the_host_that_was_named(server: Server) {
        let sender = Sender::of_example(&server);
        let caller = Caller::at(&sender, server.url(sender.path.trim_end_matches('/')));
        caller.write("users.csv", CSV_BODY);
        let applied = caller.run("apply", "users.csv", &[]);
        expect(&applied, 0, &["2 records applied"], &["the server sends on to "]);
        assert_eq!(caller.run("plan", "users.csv", &["--quiet"]).stderr, "");
        // Another host is not followed, and hears nothing.
        let lures = Way::to(&server.url(""), &[Step::Say("HTTP/1.1 308 Permanent Redirect\r\nLocation: http://127.0.0.2/api/v1/data/hr/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]);
        let lured = Caller::at(&sender, lures.url(&sender.path)).run("apply", "users.csv", &[]);
        expect(&lured, 1, &[], &["308 Permanent Redirect, on to http://127.0.0.2/", "only to the address that was named"]);
        assert_eq!(lures.heads().len(), 1);
    }

    async fn a_held_upload_is_red_and_waits_for_a_person(server: Server) {
        let mapping = r#"{"version": 1, "file_format": "json", "fields": [
            {"api_field": "email", "target": "user.email"}, {"api_field": "first_name", "target": "user.first_name"},
            {"api_field": "last_name", "target": "user.last_name"}, {"api_field": "active", "target": "user.is_active"}]}"#;
        let people = |leaving: usize| {
            let person = |at: usize| json!({"email": format!("p{at:03}@a.co"), "first_name": "Jo", "last_name": "Doe", "active": at >= leaving});
            Value::from((0..120).map(person).collect::<Vec<_>>()).to_string()
        };
        let sender = Sender::of_mapped_json(&server, mapping);
        let caller = Caller::of(&sender);
        caller.write("people.json", &people(0));
        expect(&caller.run("apply", "people.json", &[]), 0, &["users:          120 created\n"], &[]);
        caller.write("leaving.json", &people(40));
        let planned = caller.run("plan", "leaving.json", &[]);
        expect(&planned, 1, &["users:          40 deactivated, 80 unchanged\n", "limit[deactivations]: ", "would wait for a person"], &[]);
        let (code, plan) = caller.json("plan", "leaving.json", &[]);
        assert_eq!((code, &plan["limits"][0]["limit"], &plan["limits"][0]["count"]), (1, &json!("deactivations"), &json!(40)));

        let held = caller.run("apply", "leaving.json", &[]);
        let uploads = sender.uploads().await;
        assert_eq!(uploads[0]["outcome"], "held");
        let waits = format!("Upload {} is held: nothing of it is applied until a person allows it, at {}\n", uploads[0]["id"].as_str().unwrap(), caller.endpoint.split("/api/").next().unwrap());
        expect(&held, 1, &[], &["passmuster apply: 409 limit_exceeded: ", "40 deactivated", &waits, "Data Explorer"]);
        let (code, refusal) = caller.json("apply", "leaving.json", &[]);
        assert_eq!((code, &refusal["errors"][0]["id"], &refusal["counts"]["deactivated"]), (1, &json!("limit_exceeded"), &json!(40)));
        assert_eq!(sender.user("p000@a.co").await["is_active"], true);
    }

    async fn a_disabled_integration_is_red(server: Server) {
        let sender = Sender::of_example(&server);
        let edit = sender.admin(Method::PATCH, &format!("integrations/{}", sender.integration_id));
        send(edit.json(&json!({"enabled": false}))).await.expect(200);
        let caller = Caller::of(&sender);
        caller.write("users.csv", CSV_BODY);
        expect(&caller.run("plan", "users.csv", &[]), 1, &[], &["passmuster plan: 403 permission: "]);
    }
}

#[test]
fn a_server_that_asks_for_patience_gets_it() {
    let server = Server::start_with(Database::Sqlite, &["--upload-rate", "1"]);
    let sender = Sender::of_json(&server);
    let caller = Caller::of(&sender);
    let outputs: Vec<Output> = thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| caller.run_with_input("apply", "-", &[], JSON_BODY)))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert!(outputs.iter().all(|output| output.code == 0), "{outputs:?}");
    let waited = outputs
        .iter()
        .filter(|output| output.stderr.contains("429 Too Many Requests; trying again in "));
    assert!(waited.count() > 0, "{outputs:?}");
}
