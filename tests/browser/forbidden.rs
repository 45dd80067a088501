//! Somebody without the permission: what they may look at is there, what they may not do is not.

use crate::visit::{PASSWORD, Visit, WIDE_LIGHT, test};

impl Visit {
    /// Signs in somebody who is made at the command line.
    async fn sign_in_as(&self, email: &str, more: &[&str]) {
        let name = [
            "user",
            "create",
            "--email",
            email,
            "--first-name",
            "Eve",
            "--last-name",
            "Roe",
            "--password-stdin",
        ];
        let made = self
            .server
            .cli_with_input(&[&name[..], more].concat(), PASSWORD.as_bytes());
        assert_eq!(made.code, 0, "{made:?}");
        self.open("/sign-in").await;
        self.fill("#email", email).await;
        self.fill("#password", PASSWORD).await;
        self.press_words("Sign in", "main button[type='submit']").await;
        self.see(".person").await;
    }
}

#[tokio::test]
async fn a_limited_admin_looks_at_an_integration_and_changes_nothing() {
    let visit = Visit::start().await;
    let made = visit
        .server
        .cli(&[
            "integration",
            "create",
            "--name",
            "HR",
            "--file-format",
            "csv",
            "--output",
            "json",
        ])
        .json();
    let token = made["auth_token"].as_str().unwrap();
    visit.sign_in_as("eve@a.co", &["--role", "LimitedAdmin"]).await;
    visit.open("/integrations").await;
    visit.see(&test("integrations")).await;
    assert!(
        !visit.has(&test("enable-integration")).await,
        "an integration can be enabled"
    );
    visit.press_words("View", &format!("{} a", test("integrations"))).await;
    visit.see_words("Integrations: Edit", &test("read-only")).await;
    visit.see(&test("limits")).await;
    assert_eq!(
        visit
            .number("document.querySelectorAll('main form fieldset:not(:disabled)').length")
            .await,
        0
    );
    visit.picture("forbidden-settings", WIDE_LIGHT).await;

    visit.go_to_tab("Data Format").await;
    visit.see(&test("mapping")).await;
    assert_eq!(visit.number("document.querySelectorAll('main input:enabled, main .mapping-table select:enabled').length - document.querySelectorAll('main .segments input').length").await, 0);
    visit.picture("forbidden-format", WIDE_LIGHT).await;
    visit.go_to_tab("Credentials").await;
    visit
        .see_words("Tokens are shown to those who have", &test("tokens"))
        .await;
    let page = visit.browser.source().await.unwrap();
    assert!(!page.contains(&token[..8]), "the beginning of the token is shown");
    visit.picture("forbidden-credentials", WIDE_LIGHT).await;
    visit.go_to_tab("Data Explorer").await;
    visit.see_words("Nothing was uploaded yet", "main").await;
    visit.go_to_tab("API Sandbox").await;
    visit.see_words("Sending takes the permission", "main form").await;
    visit.picture("forbidden-sandbox", WIDE_LIGHT).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn somebody_without_any_role_is_told_what_is_missing() {
    let visit = Visit::start().await;
    visit.sign_in_as("bob@a.co", &[]).await;
    visit.open("/integrations").await;
    visit.see_words("You may not see this page", "main h2").await;
    visit.see_words("Integrations: Edit", "main .empty").await;
    visit.picture("forbidden-integrations", WIDE_LIGHT).await;
}
