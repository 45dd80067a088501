//! The API Sandbox: a request is checked, planned, and really sent only after a question.

use crate::visit::{NARROW_LIGHT, Visit, WIDE_DARK, WIDE_LIGHT, test};

#[tokio::test]
async fn a_request_is_checked_planned_and_really_sent() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.enable_integration().await;
    visit.press_words("Settings", "main .actions a").await;
    visit.go_to_tab("API Sandbox").await;
    visit.see("#body").await;

    // Checking is what it does unless told otherwise; the example passes.
    visit.press(&test("send")).await;
    visit.see_words("200", &test("answer")).await;
    visit.see_words("\"error_count\": 0", &test("json")).await;
    visit.picture("sandbox-checked", WIDE_LIGHT).await;
    visit.press("input[name='mode'][value='plan'] + span").await;
    visit.press(&test("send")).await;
    visit.see_words("\"created\": 2", &test("json")).await;

    // What a client would get for the other Content-Type.
    visit.press("input[name='content-type'][value='json'] + span").await;
    visit.press(&test("send")).await;
    visit.see_words("400", &test("answer")).await;
    visit.see_words("import_transform_data", &test("json")).await;
    visit.press("input[name='content-type'][value='csv'] + span").await;

    // Really: named, asked, then an upload.
    visit.press("input[name='mode'][value='apply'] + span").await;
    visit.press(&test("send")).await;
    visit.see_words("Really send this to", "dialog[open]").await;
    assert_eq!(visit.focused().await, "Cancel");
    visit.press(&format!("dialog[open] {}", test("cancel"))).await;
    visit.look(WIDE_DARK).await;
    visit.picture("sandbox-for-real", WIDE_DARK).await;
    visit.look(WIDE_LIGHT).await;
    assert_eq!(visit.text(&test("last-upload")).await, "Nothing was uploaded yet.");
    visit.press(&test("send")).await;
    visit.press(&format!("dialog[open] {}", test("send-now"))).await;
    visit.see_words("201", &test("answer")).await;
    visit.see_words("Applied", &test("last-upload")).await;
    visit.look(NARROW_LIGHT).await;
    visit.picture("sandbox-sent", NARROW_LIGHT).await;
    let mut errors = visit.browser.console_errors().await;
    errors.retain(|error| !error.contains("/api/session ") && !error.contains("/requests/"));
    assert_eq!(errors, Vec::<String>::new());
}

#[tokio::test]
async fn any_operation_is_filled_in_rehearsed_and_really_sent() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.enable_integration().await;
    visit.open("/sandbox").await;
    visit.see_heading("API Sandbox").await;
    visit.fill("#find-operation", "deactivates users by username").await;
    visit
        .press_words("Creates, updates and deactivates users by username", ".operation")
        .await;

    // The example of the document is filled in; checking is what it does unless told otherwise.
    visit.see_words("/api/v1/account/?mode=check", ".request-line").await;
    visit.press(&test("send")).await;
    visit.see_words("200", &test("answer")).await;
    visit.see_words("\"error_count\": 0", &test("json")).await;
    visit.look(WIDE_DARK).await;
    visit.picture("operations-checked", WIDE_DARK).await;
    visit.look(WIDE_LIGHT).await;

    // Really: asked first; then it is in the directory.
    visit.press("input[name='mode'][value='apply'] + span").await;
    visit.press(&test("send")).await;
    visit.see_words("Really send this to", "dialog[open]").await;
    visit.press(&format!("dialog[open] {}", test("send-now"))).await;
    visit.see_words("201", &test("answer")).await;
    visit.see_words("\"created\": 2", &test("json")).await;

    // A DELETE shows its body, too.
    visit.open("/sandbox?op=Public_Api_Group_Membership_Delete").await;
    visit.see("#operation-body").await;
    visit.see_words("--request DELETE", &test("curl")).await;
    visit.press("input[name='mode'][value='plan'] + span").await;
    visit.press(&test("send")).await;
    visit.see_words("200", &test("answer")).await;
    visit.see_words("unknown_group_type", &test("json")).await;
    visit.look(NARROW_LIGHT).await;
    visit.picture("operations-refused", NARROW_LIGHT).await;

    // Whatever it was made with is gone again.
    visit.open("/profile").await;
    visit.see_words("You have none yet.", &test("card-personal-keys")).await;
    let mut errors = visit.browser.console_errors().await;
    errors.retain(|error| !error.contains("/api/session ") && !error.contains("/group_membership/"));
    assert_eq!(errors, Vec::<String>::new());
}

#[tokio::test]
async fn an_admin_makes_a_key_of_their_own() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.open("/profile").await;
    visit.press(&test("open-personal-key")).await;
    visit.fill("#personal-key-name", "Power BI").await;
    visit.press(&test("make-personal-key")).await;
    visit.see_words("Copy it now", "dialog[open]").await;
    let key = visit.text(&test("personal-key")).await;
    assert!(key.contains(|sign: char| sign.is_ascii_hexdigit()), "{key}");
    visit.press_words("I have stored it", "dialog[open] button").await;
    visit.see_words("Power BI", &test("personal-keys")).await;
    visit.picture("personal-keys", WIDE_LIGHT).await;
    visit
        .press_words("Revoke…", &format!("{} button", test("personal-keys")))
        .await;
    visit
        .press(&format!("dialog[open] {}", test("revoke-personal-key")))
        .await;
    visit.see_words("You have none yet.", &test("card-personal-keys")).await;
    visit.expect_quiet_console().await;
}
