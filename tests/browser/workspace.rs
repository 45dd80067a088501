//! Settings, and one's own account.

use crate::visit::{Visit, test};

#[tokio::test]
async fn settings_are_edited_card_by_card() {
    let visit = Visit::start_with_people().await;
    visit.press(".side a[href='/settings']").await;
    visit.see(&test("card-about")).await;
    visit.see_words("The last one", ".person-line").await;
    visit.look_from_all_sides("settings-workspace").await;
    visit.see("#workspace-name").await.clear().await.unwrap();
    visit.fill("#workspace-name", "Larkfield").await;
    visit
        .press(&format!("{} button[type='submit']", test("card-workspace")))
        .await;
    visit
        .see_words("The workspace was saved.", &test("card-workspace"))
        .await;

    // A key is shown once, and ended.
    visit.press(&test("open-new-key")).await;
    visit.fill("#key-name", "nightly").await;
    visit.press(&test("make-key")).await;
    visit.see_words("Choose at least one", "dialog").await;
    visit.press("input[name='permission'][value='Users: Edit']").await;
    visit.look_from_all_sides("settings-key").await;
    visit.press(&test("make-key")).await;
    let key = visit.text(&test("api-key")).await;
    let ask = |path: &'static str| visit.server.get(path).bearer_auth(&key).send();
    assert_eq!(ask("/api/admin/users/").await.unwrap().status(), 200);
    assert_eq!(ask("/api/admin/audit/").await.unwrap().status(), 403);
    visit.press_words("I have stored it", "dialog button").await;
    visit
        .press_words("Revoke…", &format!("{} button", test("api-keys")))
        .await;
    visit.look_from_all_sides("settings-revoke").await;
    visit.press(&test("revoke")).await;
    visit.see_words("Revoked", &test("api-keys")).await;
    assert_eq!(ask("/api/admin/users/").await.unwrap().status(), 401);

    // Dark, whatever the system says, and after a reload.
    visit.press("input[name='theme'][value='dark']").await;
    visit.see("html[data-theme='dark']").await;
    visit.browser.refresh().await.unwrap();
    visit.see("html[data-theme='dark']").await;
    visit.press("input[name='theme'][value='system']").await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn one_changes_ones_password_and_ends_ones_sessions() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.open("/profile").await;
    visit.see_words("This browser", &test("sessions")).await;
    visit.look_from_all_sides("profile").await;
    visit.fill("#current-password", "something else entirely").await;
    visit.fill("#new-password", "another battery staple").await;
    visit.press(&test("change-password")).await;
    visit
        .see_words("The current password is another one", &test("card-password"))
        .await;
    visit.see("#current-password").await.clear().await.unwrap();
    visit.fill("#current-password", "correct horse battery staple").await;
    visit.press(&test("change-password")).await;
    visit
        .see_words("Your password was changed", &test("card-password"))
        .await;
    visit.press(&test("sign-out-everywhere")).await;
    visit.press(&test("confirm-sign-out")).await;
    visit.see_heading("Sign in").await;
}
