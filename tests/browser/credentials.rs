//! Tokens: made, shown once, replaced with an overlap, ended; and the commands that use them.

use std::process::Command;

use passmuster_tests::passmuster;
use serde_json::Value;

use crate::visit::{Visit, WIDE_LIGHT, test};

impl Visit {
    /// An admin at the Credentials of a new integration; its first token.
    async fn at_credentials(&mut self) -> String {
        self.become_admin().await;
        let token = self.enable_integration().await;
        self.press_words("Credentials", "main .actions a").await;
        self.see(&test("tokens")).await;
        token
    }

    /// Takes the token of the open dialog, and closes it.
    async fn take_token(&self) -> String {
        let token = self.text(&format!("dialog[open] {}", test("auth-token"))).await;
        self.press(&format!("dialog[open] {}", test("stored"))).await;
        self.press(&format!("dialog[open] {}", test("close-token"))).await;
        token
    }

    /// How the endpoint answers an upload with a token.
    async fn status_with(&self, endpoint: &str, token: &str) -> u16 {
        let request = reqwest::Client::new().post(endpoint).header("Content-Type", "text/csv");
        let request = request.header("Authorization", format!("Token {token}"));
        let body = "email,first_name,last_name\na@a.co,A,A\n";
        request.body(body).send().await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn a_token_is_rotated_and_both_are_good_for_a_while() {
    let mut visit = Visit::start().await;
    let old = visit.at_credentials().await;
    let endpoint = visit.text(&test("endpoint")).await;

    // Rotating: a new one at once, the old one for an hour still.
    visit.press(&test("rotate")).await;
    visit.press("dialog[open] input[name='overlap'][value='3600']").await;
    visit.picture("credentials-rotate", WIDE_LIGHT).await;
    visit.press(&format!("dialog[open] {}", test("rotate-now"))).await;
    let new = visit.take_token().await;
    assert_ne!(old, new);
    visit
        .see_words("Ending", &format!("tr[data-token='{}']", &old[..8]))
        .await;
    visit
        .see_words(
            &format!("replaced by {}…", &new[..8]),
            &format!("tr[data-token='{}']", &old[..8]),
        )
        .await;
    visit.see_words("in 59 min", &test("left")).await;
    visit
        .see_words("Active", &format!("tr[data-token='{}']", &new[..8]))
        .await;
    visit.picture("credentials-rotated", WIDE_LIGHT).await;
    assert_eq!(
        (
            visit.status_with(&endpoint, &old).await,
            visit.status_with(&endpoint, &new).await
        ),
        (201, 201)
    );

    // Ending the old one now.
    visit
        .press(&format!("tr[data-token='{}'] {}", &old[..8], test("revoke")))
        .await;
    visit.see_words("It was last used on", "dialog[open]").await;
    assert_eq!(visit.focused().await, "Cancel");
    visit.press(&format!("dialog[open] {}", test("revoke-now"))).await;
    visit
        .see_words("Revoked", &format!("tr[data-token='{}']", &old[..8]))
        .await;
    assert_eq!(
        (
            visit.status_with(&endpoint, &old).await,
            visit.status_with(&endpoint, &new).await
        ),
        (401, 201)
    );
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn a_new_token_is_not_lost_by_closing_once() {
    let mut visit = Visit::start().await;
    visit.at_credentials().await;
    visit.press(&test("new-token")).await;
    visit.press("dialog[open] input[name='lifetime'][value='90']").await;
    visit.press(&format!("dialog[open] {}", test("create-token"))).await;
    visit.see(&format!("dialog[open] {}", test("auth-token"))).await;
    visit.press(&format!("dialog[open] {}", test("close-token"))).await;
    visit
        .see_words("It can't be shown again.", "dialog[open] .field-error")
        .await;
    let token = visit.take_token().await;
    visit
        .see_words("in 89 days", &format!("tr[data-token='{}']", &token[..8]))
        .await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn the_command_that_is_copied_runs_in_a_shell() {
    let mut visit = Visit::start().await;
    let token = visit.at_credentials().await;
    let command = visit.text(&test("command")).await;
    assert!(!command.contains(&token), "the token stands in the command");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("users.csv"),
        "email,first_name,last_name\nzoe@a.co,Zoë,Müller\n",
    )
    .unwrap();
    let run = |command: &str| {
        let run = Command::new("bash")
            .args(["-euc", command])
            .current_dir(folder.path())
            .env("TOKEN", &token)
            .output();
        let run = run.unwrap();
        assert!(run.status.success(), "{command}\n{run:?}");
        serde_json::from_slice::<Value>(&run.stdout).unwrap()
    };
    assert_eq!(run(&command)["created"], 1);

    // Of a body with quotes of all kinds, the example of the API Sandbox.
    visit.go_to_tab("API Sandbox").await;
    let body = "email,first_name,last_name\njo@a.co,Jo 'J' \"the\" $HOME `x`,O\u{2019}Neil\\n\n";
    visit.replace("#body", body).await;
    visit.press("input[name='mode'][value='plan'] + span").await;
    let command = visit.text(&test("command")).await;
    let planned = run(&command);
    let change = &planned["plan"]["changes"][0];
    assert_eq!(change["email"], "jo@a.co", "{planned}");
    let words = change["edits"].to_string();
    assert!(
        words.contains("Jo 'J' \\\"the\\\" $HOME `x`") && words.contains("O\u{2019}Neil\\\\n"),
        "{words}"
    );

    // The same for `passmuster`, on one's own machine.
    visit.press("input[name^='copy-as'][value='passmuster'] + span").await;
    let command = visit.text(&test("command")).await;
    let program = passmuster().canonicalize().unwrap();
    let folders = format!(
        "{}:{}",
        program.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let mut bash = Command::new("bash");
    bash.args(["-euc", &command]).current_dir(folder.path());
    let planned = bash.env("TOKEN", &token).env("PATH", folders).output().unwrap();
    let words = String::from_utf8_lossy(&planned.stdout);
    assert!(planned.status.success(), "{command}\n{planned:?}");
    assert!(
        words.contains("jo@a.co") && words.contains("Jo 'J' \"the\" $HOME `x`"),
        "{words}"
    );
}
