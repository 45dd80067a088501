//! `passmuster undo`: what whoever takes an upload back at the command line may rely on.

use passmuster_tests::{Server, on_both_databases};
use serde_json::{Value, json};

use crate::sender::{CSV_BODY, Sender};
use crate::sending::{Caller, document, expect};

/// Uploads the example, then moves Joey elsewhere by another upload; the first upload's ID.
async fn joey_moved_since(sender: &Sender<'_>) -> String {
    let first = sender.upload(CSV_BODY).await.expect(201);
    let moved: String = CSV_BODY.lines().take(2).map(|line| format!("{line}\n")).collect();
    sender
        .upload(moved.replace("Alpha Dogs", "Beta Cats"))
        .await
        .expect(201);
    first["upload_id"].as_str().unwrap().to_owned()
}

async fn groups(sender: &Sender<'_>) -> Value {
    sender.user("joey@freshwater.com").await["groups"].clone()
}

on_both_databases! {
    async fn a_sender_takes_back_its_own_upload(server: Server) {
        let sender = Sender::of_example(&server);
        let upload = joey_moved_since(&sender).await;
        let caller = Caller::of(&sender);
        let before = groups(&sender).await;

        let planned = caller.run("undo", &upload, &["--plan"]);
        expect(&planned, 0, &[&format!("Undoing upload {upload} would put back:\n"), "remove", "Kept, because it was changed since: ", "Beta Cats"], &[]);
        assert_eq!((groups(&sender).await, sender.emails().await.len()), (before, 2));

        let (code, answer) = caller.json("undo", &upload, &[]);
        assert_eq!((code, &answer["applied"], &answer["upload_id"]), (0, &json!(true), &json!(upload)));
        assert!(answer["kept_count"].as_u64().unwrap() > 0, "{answer}");
        assert_eq!(sender.emails().await, ["joey@freshwater.com"]);
        assert_eq!(groups(&sender).await["Team"], "Beta Cats");

        let again = caller.run("undo", &upload, &[]);
        expect(&again, 1, &[], &["passmuster undo: 409 conflict: The upload was undone already"]);
        let (code, again) = caller.json("undo", &upload, &["--plan"]);
        assert_eq!((code, &again["errors"][0]["id"]), (1, &json!("conflict")));
    }

    async fn an_api_key_takes_back_any_upload(server: Server) {
        let sender = Sender::of_example(&server);
        let upload = joey_moved_since(&sender).await;
        let key = server.cli(&["api-key", "create", "--name", "operations"]).stdout;
        let base = server.url("/");
        let undo = |options: &[&str]| {
            let arguments = [&["undo", &upload, "--endpoint", &base, "--token-env", "API_KEY"], options].concat();
            server.cli_within(&[("API_KEY", &key)], &arguments, b"")
        };
        expect(&undo(&["--plan"]), 0, &["would put back"], &[]);
        expect(&undo(&[]), 0, &["is undone. Put back:\n"], &[]);
        assert_eq!(sender.emails().await, ["joey@freshwater.com"]);
        // An integration's token is no API key.
        let arguments = ["undo", &upload, "--endpoint", &base];
        expect(&server.cli_within(&[("PASSMUSTER_TOKEN", &sender.token)], &arguments, b""), 1, &[], &["401 authentication"]);
    }

    async fn an_operator_takes_back_an_upload_on_the_database(server: Server) {
        let sender = Sender::of_example(&server);
        let upload = joey_moved_since(&sender).await;
        let planned = server.cli(&["undo", &upload, "--plan", "--output", "json"]);
        assert_eq!((planned.code, &document(&planned)["applied"]), (0, &json!(false)));
        assert_eq!(sender.emails().await.len(), 2);
        expect(&server.cli(&["undo", &upload, "--database", server.database()]), 0, &["is undone. Put back:\n"], &[]);
        assert_eq!(sender.emails().await, ["joey@freshwater.com"]);
        expect(&server.cli(&["undo", &upload]), 1, &[], &["passmuster undo: The upload was undone already"]);
        expect(&server.cli(&["undo", "01999999-0000-7000-8000-000000000000"]), 1, &[], &["There is no such upload"]);
        expect(&server.cli(&["undo", "../../users"]), 2, &[], &["is not the ID of an upload"]);
    }
}
