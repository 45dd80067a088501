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
