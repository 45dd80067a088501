//! Sending while things happen: a session that ends, a person who nearly leaves.

use thirtyfour::Key;

use crate::visit::{PASSWORD, Visit, WIDE_LIGHT, example, test};

#[tokio::test]
async fn an_expired_session_is_renewed_in_place() {
    let mut visit = Visit::start_with_hris().await;
    visit.check_in_integration("hris-export.fixed.csv").await;
    visit.see(&test("show-plan")).await;

    // The session ends before the plan is asked for.
    visit.browser.delete_all_cookies().await.unwrap();
    visit.press(&test("show-plan")).await;
    visit.see(&test("sign-in-again")).await;
    let address = visit.see("dialog[open] input[type='email']").await;
    assert_eq!(address.value().await.unwrap().as_deref(), Some("ada@larkfield.example"));
    visit.picture("sign-in-again", WIDE_LIGHT).await;
    visit.press(&test("sign-in-again-now")).await;
    visit.see_words("Enter your password", "dialog[open]").await;
    visit.fill("#password-again", "not the password").await;
    visit.press(&test("sign-in-again-now")).await;
    visit.see_words("You are not signed in", "dialog[open]").await;
    let field = visit.see("#password-again").await;
    field.send_keys(Key::Control + "a").await.unwrap();
    visit.fill("#password-again", PASSWORD).await;
    visit.press(&test("sign-in-again-now")).await;
    visit.see(&test("plan")).await;

    // And again before it is loaded.
    visit.browser.delete_all_cookies().await.unwrap();
    visit.press(&test("apply")).await;
    visit.see(&test("sign-in-again")).await;
    visit.press_words("Not now", "dialog[open] button").await;
    visit.see_words("You are signed out", ".banner").await;
    visit.press(&test("try-again")).await;
    visit.fill("#password-again", PASSWORD).await;
    visit.press(&test("sign-in-again-now")).await;
    visit.see(&test("result")).await;
}

#[tokio::test]
async fn what_is_being_sent_is_stopped_and_what_is_sent_goes_on() {
    let mut visit = Visit::start_with_hris().await;
    visit.check_in_integration("hris-export.fixed.csv").await;
    visit.see(&test("show-plan")).await;

    // Cancelled while the plan is asked for: the check is there again, and nothing is lost.
    visit.line.hold();
    visit.press(&test("show-plan")).await;
    visit.see_words("asking what would change", &test("progress")).await;
    visit.picture("sending", WIDE_LIGHT).await;
    visit
        .press_words("Cancel", &format!("{} button", test("progress")))
        .await;
    visit.see_words("The file passes", ".step-head h2").await;
    visit.line.release();
    visit.press(&test("show-plan")).await;
    visit.see(&test("plan")).await;

    // Loading goes on once all is sent, wherever the person is.
    visit.line.hold();
    visit.press(&test("apply")).await;
    visit.see_words("All is sent", ".applying").await;
    visit.picture("applying", WIDE_LIGHT).await;
    visit.press(&test("leave-it")).await;
    visit.see("a[aria-current='page'][href$='/data-explorer']").await;
    visit.line.release();
    visit.go_to_tab("Check & Upload").await;
    visit.see(&test("result")).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn leaving_with_a_file_open_asks_first() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.enable_integration().await;
    visit.press(&test("to-check-upload")).await;
    visit.wait_for_worker().await;
    visit.choose_file(&example("hris-export.fixed.csv")).await;
    visit.see_words("Match columns", ".step-head h2").await;

    // Another tab keeps the file.
    visit.go_to_tab("Settings").await;
    visit.go_to_tab("Check & Upload").await;
    visit.see_words("Match columns", ".step-head h2").await;

    // Another page doesn't, and says so; the safe answer has the focus.
    visit.press(".side a[href='/users']").await;
    visit.see(&test("leave")).await;
    visit.picture("leave", WIDE_LIGHT).await;
    let focused = visit.browser.active_element().await.unwrap();
    assert_eq!(focused.text().await.unwrap(), "Stay here");
    focused.click().await.unwrap();
    visit.see_words("hris-export.fixed.csv", &test("file-bar")).await;

    // Nor does Back.
    visit.press_words("Match columns", ".step-head h2").await;
    visit.browser.execute("history.go(-3)", []).await.unwrap();
    visit.see(&test("leave")).await;
    visit.press(&test("stay")).await;
    visit.see_words("Match columns", ".step-head h2").await;

    visit.press(".side a[href='/users']").await;
    visit.press(&test("leave-now")).await;
    visit.see_heading("Users").await;
    visit.expect_quiet_console().await;
}
