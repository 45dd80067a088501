//! Matching columns, and the words in them.

use serde_json::json;

use crate::visit::{Visit, WIDE_LIGHT, test};

#[tokio::test]
async fn columns_are_matched_by_name_and_by_a_persons_word() {
    let mut visit = Visit::start_with_hris().await;
    visit.begin().await;
    let file = visit.write_file(
        "users.csv",
        b"Email,first_name,Surname,Time Zne,Notes\nann@example.com,Ann,Hill,Europe/Paris,x\n",
    );
    visit.choose_file(&file).await;
    visit.see_words("Match columns", ".step-head h2").await;
    // Keys are case-sensitive: the saved one is `email`.
    visit
        .see_words("Differs only by capitals from", "tbody:has([data-column='Email'])")
        .await;
    visit.see_words("Exact", "tbody:has([data-column='first_name'])").await;
    visit.see_words("Alias", "tbody:has([data-column='Surname'])").await;
    visit.see_words("Not used", "tbody:has([data-column='Notes'])").await;
    visit.see_words("Similar", "tbody:has([data-column='Time Zne'])").await;
    visit.press(&test("accept-all")).await;
    visit.see_words("Accepted", "tbody:has([data-column='Time Zne'])").await;

    // A field that is taken moves, and the page says so.
    visit.choose("select[data-column='Notes']", "user.last_name").await;
    visit.see_words("moved here from column Surname", ".noted").await;
    visit.choose("select[data-column='Surname']", "user.last_name").await;
    visit.see_words("moved here from column Notes", ".noted").await;
    // Two columns that are both used swap.
    visit.choose("select[data-column='Surname']", "user.first_name").await;
    visit
        .see_words("User - Last Name from column first_name", ".noted")
        .await;
    visit.choose("select[data-column='Surname']", "user.last_name").await;
    visit
        .see_words("User - First Name from column first_name", ".noted")
        .await;
    visit.picture("match", WIDE_LIGHT).await;

    // What saving it would change is shown first.
    visit.press(&test("save-mapping")).await;
    let difference = visit.text(&test("mapping-difference")).await;
    assert!(
        difference.contains("User - Email: from Email instead of email."),
        "{difference}"
    );
    assert!(
        difference.contains("New: Time Zne becomes User - Time Zone."),
        "{difference}"
    );
    visit.picture("save-mapping", WIDE_LIGHT).await;
    visit.press(&test("save-mapping-now")).await;
    visit
        .see_words("Saved as the integration's mapping", ".step-foot")
        .await;
    assert!(!visit.has(&test("save-mapping")).await);
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn words_get_a_meaning_and_groups_their_right_name() {
    let mut visit = Visit::start_with_hris().await;
    let key = visit.key();
    let made = visit.server.post("/api/admin/groups/").bearer_auth(&key);
    let group = json!({"group_type": "Team", "name": "Account Executive"});
    assert!(made.json(&group).send().await.unwrap().status().is_success());
    visit.begin().await;
    let file = visit.write_file(
        "users.csv",
        b"email,first_name,last_name,Team,Time Zone,Status\n\
          ann@example.com,Ann,Hill,Account Executives,EST,Active\n\
          ben@example.com,Ben,Hill,Dogs,Europe/Paris,Gone\n",
    );
    visit.choose_file(&file).await;
    visit
        .see_words("1 value unclear", "tbody:has([data-column='Team'])")
        .await;
    visit
        .see_words("1 value unclear", "tbody:has([data-column='Time Zone'])")
        .await;
    visit
        .see_words("2 values unclear", "tbody:has([data-column='Status'])")
        .await;
    visit
        .press_words("1 value unclear", "tbody:has([data-column='Team']) button")
        .await;
    visit
        .see_words("Almost a group there is", "tbody:has([data-column='Team'])")
        .await;
    visit.press_words("Use Account Executive", ".offers button").await;
    visit
        .press_words("1 value unclear", "tbody:has([data-column='Time Zone']) button")
        .await;
    visit.press_words("Use America/New_York", ".offers button").await;
    visit
        .press_words("2 values unclear", "tbody:has([data-column='Status']) button")
        .await;
    visit.choose("select[data-value='Active']", "True").await;
    visit.choose("select[data-value='Gone']", "False").await;
    visit.picture("values", WIDE_LIGHT).await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;
    visit.press(&test("show-plan")).await;
    visit.see_words("Dogs", &test("new-groups")).await;
    let groups = visit.text(&test("new-groups")).await;
    assert!(!groups.contains("Account Executives"), "{groups}");
    visit.expect_quiet_console().await;
}
