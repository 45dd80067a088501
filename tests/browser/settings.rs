//! The settings of an integration: saved card by card, kept from being lost, disabled and enabled again.

use crate::visit::{NARROW_DARK, Visit, WIDE_LIGHT, test};

#[tokio::test]
async fn settings_are_saved_card_by_card_and_not_lost() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.enable_integration().await;
    visit.press_words("Settings", "main .actions a").await;
    visit.see(&test("limits")).await;
    visit.picture("settings", WIDE_LIGHT).await;

    // A name, then leaving: asked first, kept on staying.
    visit.replace("#name", "EMEA User API").await;
    visit.see_words("name and e-mail", &test("unsaved")).await;
    visit.press_words("Credentials", ".tabs a").await;
    visit.see_words("Leave without saving?", "dialog[open]").await;
    assert_eq!(visit.focused().await, "Stay here");
    visit.press(&format!("dialog[open] {}", test("cancel"))).await;
    visit.press(&test("save-general")).await;
    visit.see_heading("EMEA User API").await;
    assert!(!visit.has(&test("unsaved")).await, "it says that something isn't saved");

    // What is wrong is told above the card, and leads to its field.
    visit.replace("#name", " ").await;
    visit.press(&test("save-general")).await;
    visit
        .press_words("Give the integration a name", &format!("{} a", test("errors")))
        .await;
    visit.press(&test("discard")).await;

    // The mail server's answer: this server has none.
    visit.press(&test("test-mail")).await;
    visit.see_words("This server sends no mail.", ".whole-line").await;

    // Limits by one press, all cards by one Save.
    visit
        .press_words("Use 10 %", &format!("{} button", test("limits")))
        .await;
    visit.press(&test("sandbox")).await;
    visit.press("input[name='upload-mode'][value='snapshot']").await;
    visit
        .see_words("how uploads are taken and limits", &test("unsaved"))
        .await;
    visit.picture("settings-unsaved", WIDE_LIGHT).await;
    visit.press(&test("save-all")).await;
    visit.see_words("Sandbox", ".page-head .badge").await;
    visit.browser.refresh().await.unwrap();
    visit.see(&test("limits")).await;
    let percent = visit
        .number("Number(document.querySelector('#managers_cleared-percent').value)")
        .await;
    assert_eq!(percent, 10);
    visit.replace("#deactivations-percent", "101").await;
    visit.press(&test("save-limits")).await;
    visit.see_words("write 0 to 100", &test("errors")).await;
    visit.press(&test("discard")).await;

    // Disabled, and enabled again.
    visit.press(&test("disable")).await;
    visit
        .see_words("Disable \u{201c}EMEA User API\u{201d}?", "dialog[open]")
        .await;
    assert_eq!(visit.focused().await, "Cancel");
    visit.picture("settings-disable", WIDE_LIGHT).await;
    visit.press(&format!("dialog[open] {}", test("disable-now"))).await;
    visit.see_words("Disabled", ".page-head .badge").await;
    visit.press(&test("enable-again")).await;
    visit.see_words("Enabled", ".page-head .badge").await;
    visit.look(NARROW_DARK).await;
    visit.picture("settings", NARROW_DARK).await;
    let mut errors = visit.browser.console_errors().await;
    // Refusals are answers.
    errors.retain(|error| !error.contains("/api/session ") && !error.contains("/test-mail/"));
    assert_eq!(errors, Vec::<String>::new());
}
