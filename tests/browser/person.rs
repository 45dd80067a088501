//! One user: each card, where values came from, the history and taking it back, who reports to them.

use crate::{
    people::address,
    visit::{Visit, test},
};

#[tokio::test]
async fn a_user_is_edited_card_by_card() {
    let visit = Visit::start_with_people().await;
    visit.open(&format!("/users/{}", address(13))).await;
    visit.see_heading("Bruno Berg").await;
    visit.see(&test("card-groups")).await;
    visit.look_from_all_sides("person-values").await;

    // A value tells where it came from.
    visit.press("#value-time_zone").await;
    visit
        .see_words("From the upload of NA Sales", "#value-time_zone-origin")
        .await;

    // What does just what was asked is saved at once.
    let zone = visit.see("#value-time_zone").await;
    zone.clear().await.unwrap();
    visit.fill("#value-time_zone", "europe/berlin").await;
    visit
        .press(&format!("{} button[type='submit']", test("card-profile")))
        .await;
    visit.see_words("Updated 1 user.", &test("done")).await;
    visit.press("#value-time_zone").await;
    visit
        .see_words("By ada@larkfield.example", "#value-time_zone-origin")
        .await;

    // A fault stands at its field.
    visit.see("#value-time_zone").await.clear().await.unwrap();
    visit.fill("#value-time_zone", "Europe/Berlinx").await;
    visit
        .press(&format!("{} button[type='submit']", test("card-profile")))
        .await;
    visit.see_words("Europe/Berlinx", "#value-time_zone-error").await;

    // What is typed is kept behind the other tabs, and saved with Ctrl+S or the bar; or put back.
    visit.see_words("Profile", &test("unsaved")).await;
    visit.press_words("History", ".tabs a").await;
    visit.see(&test("history")).await;
    visit.press_words("Values", ".tabs a").await;
    visit.see_words("Europe/Berlinx", "#value-time_zone-error").await;
    visit.replace("#value-last_name", "Bergman").await;
    visit.replace("#value-tags", "q4\nlead").await;
    visit.see_words("Profile, Tags and Aliases", &test("unsaved")).await;
    visit.look_from_all_sides("person-unsaved").await;
    visit.press(&test("discard")).await;
    visit.see("body:not(:has([data-test='unsaved']))").await;
    visit.replace("#value-last_name", "Bergman").await;
    visit.replace("#value-username", "bruno@larkfield.example").await;
    visit.press(&test("save-all")).await;
    visit.see_words("Updated 1 user.", &test("done")).await;
    visit.see_words("Bruno Bergman", "h1").await;

    // A circle is refused in words, at the field.
    visit.open(&format!("/users/{}", address(0))).await;
    visit.see("#value-manager").await;
    visit.fill("#value-manager", &address(13)).await;
    visit.see_words("Bruno Bergman", &test("card-manager")).await;
    visit
        .press(&format!("{} button[type='submit']", test("card-manager")))
        .await;
    visit.see_words("circle", "#value-manager-error").await;
    visit.look_from_all_sides("person-circle").await;
    visit.press(".side a[href='/users']").await;
    visit.see_words("Leave without saving?", "dialog[open] h2").await;
    visit.press(&format!("dialog[open] {}", test("cancel"))).await;
    visit.press(&test("discard")).await;

    // What gives somebody a right is looked at first.
    visit.open(&format!("/users/{}", address(13))).await;
    let manager = visit.see("#value-manager").await;
    manager.clear().await.unwrap();
    visit.fill("#value-manager", &address(2)).await;
    visit
        .press(&format!("{} button[type='submit']", test("card-manager")))
        .await;
    visit.see_words("2 people", &test("plan-dialog")).await;
    visit.look_from_all_sides("person-plan").await;
    visit.press(&test("confirm")).await;
    visit.see_words("Updated 2 users.", &test("done")).await;

    // The history, and back again.
    visit.press_words("History", ".tabs a").await;
    visit.see(&test("history")).await;
    visit.look_from_all_sides("person-history").await;
    visit.press(&test("undo-this")).await;
    visit.see_words("Take back", &test("confirm")).await;
    visit.press(&test("confirm")).await;
    visit.see_words("Updated 1 user.", &test("done")).await;
    visit.press_words("Values", ".tabs a").await;
    visit.see("#value-manager").await;
    let manager = visit.see("#value-manager").await.prop("value").await.unwrap();
    assert_eq!(manager, Some(address(0)));
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn somebody_was_there_first() {
    let visit = Visit::start_with_people().await;
    visit.open(&format!("/users/{}", address(14))).await;
    visit.press(&test("deactivate")).await;
    visit.see_words("Deactivate Chiara Berg", &test("confirm")).await;
    // Meanwhile somebody gives them a report, whose manager is cleared by it.
    let made = visit
        .server
        .cli(&["api-key", "create", "--name", "other", "--output", "json"])
        .json();
    let key = made["api_key"].as_str().unwrap().to_owned();
    let path = format!("/api/admin/users/{}", address(15));
    let request = visit.server.request("PATCH".parse().unwrap(), &path).bearer_auth(key);
    let answer = request
        .json(&serde_json::json!({"manager": address(14)}))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    visit.press(&test("confirm")).await;
    visit
        .see_words("Somebody changed this meanwhile", &test("plan-dialog"))
        .await;
    visit.see_words(&address(15), &test("plan-dialog")).await;
    visit.press(&test("confirm")).await;
    visit.see_words("Deactivated 1 user.", &test("done")).await;
    visit.see(&test("reactivate")).await;
}

#[tokio::test]
async fn a_managers_page_shows_who_reports_to_them_and_how() {
    let visit = Visit::start_with_people().await;
    visit.open(&format!("/users/{}?tab=reports", address(0))).await;
    visit.see_words("139 users", ".shown").await;
    visit.see_words("Through groups", "h2").await;
    visit.look_from_all_sides("person-reports").await;
    visit.open("/users/nobody@larkfield.example").await;
    visit.see_words("There is nothing at this address", ".banner").await;
    visit.look_from_all_sides("person-nobody").await;
}
