//! The Data Explorer: an upload that waits is allowed by a person, undone, and looked into.

use serde_json::{Value, json};

use crate::visit::{NARROW_LIGHT, Visit, WIDE_LIGHT, test};

/// So many people, the first `leaving` of them not active any more.
fn people(count: usize, leaving: usize) -> String {
    let mut file = "email,first_name,last_name,active\n".to_owned();
    for at in 0..count {
        file.push_str(&format!(
            "p{at:03}@a.co,Jo,Doe {at},{}\n",
            if at < leaving { "False" } else { "True" }
        ));
    }
    file
}

impl Visit {
    /// An admin, and an integration that knows who is active; its endpoint and token.
    async fn with_active(&mut self) -> (String, String) {
        self.become_admin().await;
        let token = self.enable_integration().await;
        self.press_words("Credentials", "main .actions a").await;
        let endpoint = self.text(&test("endpoint")).await;
        let key = self
            .server
            .cli(&["api-key", "create", "--name", "test", "--output", "json"])
            .json();
        let key = key["api_key"].as_str().unwrap();
        let list: Value = self
            .server
            .get("/api/admin/integrations/")
            .bearer_auth(key)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        let id = list["integrations"][0]["id"].as_str().unwrap();
        let mapping = json!({"version": 1, "file_format": "csv", "fields": [
            {"api_field": "email", "target": "user.email"},
            {"api_field": "first_name", "target": "user.first_name"},
            {"api_field": "last_name", "target": "user.last_name"},
            {"api_field": "active", "target": "user.is_active"},
        ]});
        let path = format!("/api/admin/integrations/{id}/mapping/");
        let saved = self
            .server
            .request(reqwest::Method::PUT, &path)
            .bearer_auth(key)
            .json(&mapping)
            .send()
            .await
            .unwrap();
        assert_eq!(saved.status(), 200);
        (endpoint, token)
    }

    async fn upload_to(&self, (endpoint, token): &(String, String), body: String) -> u16 {
        let request = reqwest::Client::new().post(endpoint).header("Content-Type", "text/csv");
        let request = request.header("Authorization", format!("Token {token}"));
        request.body(body).send().await.unwrap().status().as_u16()
    }
}

#[tokio::test]
async fn a_held_upload_is_allowed_by_a_person_and_undone() {
    let mut visit = Visit::start().await;
    let sender = visit.with_active().await;
    assert_eq!(visit.upload_to(&sender, people(120, 0)).await, 201);
    assert_eq!(visit.upload_to(&sender, people(120, 60)).await, 409);
    assert_eq!(
        visit
            .upload_to(&sender, "email,first_name,last_name,active\nnone,A,B,True\n".to_owned())
            .await,
        400
    );

    // It stands first in the list of integrations, and on the tab.
    visit.press(".side a[href='/integrations']").await;
    visit
        .press_words("1 upload waiting", &format!("{} a", test("integrations")))
        .await;
    visit.see_words("1", ".tab-count").await;
    visit.see_words("3 uploads", &test("chart")).await;
    visit.picture("explorer-list", WIDE_LIGHT).await;
    visit.fill(&test("filter-by"), "nobody\n").await;
    visit.see_words("No upload is like that", "main").await;
    visit.press_words("Clear filters", ".filter-line a").await;
    visit.choose(&test("filter-result"), "held").await;
    visit
        .see_words(
            "Waiting for approval",
            &format!("{} tbody tr:only-child", test("uploads")),
        )
        .await;
    visit.press_words("View", &format!("{} a", test("uploads"))).await;

    // What it would change, and the word of a person.
    visit
        .see_words("deactivate 60 of 121 active users", &test("held"))
        .await;
    visit.see_words("60 people", &format!("{} .shown", test("plan"))).await;
    visit.picture("explorer-held", WIDE_LIGHT).await;
    visit.press(&test("allow")).await;
    visit.see_words("Deactivate 60 users?", "dialog[open]").await;
    assert_eq!(visit.focused().await, "Cancel");
    visit.fill("dialog[open] input", "60").await;
    visit.picture("explorer-allow", WIDE_LIGHT).await;
    visit.press(&format!("dialog[open] {}", test("allow-now"))).await;
    visit.see_words("Allowed by", &test("facts")).await;
    visit.see_words("p000@a.co", &test("changes")).await;
    visit.picture("explorer-changes", WIDE_LIGHT).await;

    // The body, record by record.
    visit.press_words("Content", ".upload-tabs .tabs a").await;
    visit
        .see_words("Deactivated", &format!("{} tbody tr", test("records")))
        .await;
    visit.see_words("Records 1 to 50 of 120", ".shown").await;
    visit.picture("explorer-content", WIDE_LIGHT).await;
    visit.press(&test("next-records")).await;
    visit.see_words("Records 51 to 100 of 120", ".shown").await;
    let here = visit.browser.current_url().await.unwrap();
    visit
        .browser
        .goto(format!(
            "{}?show=content&row=107",
            here.as_str().split('?').next().unwrap()
        ))
        .await
        .unwrap();
    visit.see_words("107", &test("sought")).await;
    visit.press_words("Request", ".upload-tabs .tabs a").await;
    visit.see_words("Version 2", ".facts").await;
    visit.picture("explorer-request", WIDE_LIGHT).await;

    // Undone, as a plan with its three parts.
    visit.press(&test("undo")).await;
    visit.see_words("Put back", "h3").await;
    visit.see_words("60 people", &format!("{} .shown", test("plan"))).await;
    visit.picture("explorer-undo", WIDE_LIGHT).await;
    visit.press(&test("undo-now")).await;
    visit.see_words("Undone by", &test("facts")).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn a_rejected_upload_is_kept_with_its_problems() {
    let mut visit = Visit::start().await;
    let sender = visit.with_active().await;
    let body = "email,first_name,last_name,active\na@a.co,A,A,True\nnone,B,B,True\nc@a.co,C,C,maybe\n";
    assert_eq!(visit.upload_to(&sender, body.to_owned()).await, 400);
    visit.press(".side a[href='/integrations']").await;
    visit.press(&format!("{} .upload-lines a", test("integrations"))).await;
    visit.see_words("Rejected", ".page-head").await;
    visit.press_words("2", &format!("{} td a", test("problems"))).await;
    visit.see_words("2", &test("sought")).await;
    visit.press(&test("only-problems")).await;
    visit.see_words("2 records with problems shown", ".shown").await;
    visit.picture("explorer-problems", WIDE_LIGHT).await;
    visit.look(NARROW_LIGHT).await;
    visit.expect_quiet_console().await;
    visit.picture("explorer-rejected", NARROW_LIGHT).await;

    // What was received is opened as if it had been chosen, and only once.
    visit.press_words("Request", ".upload-tabs .tabs a").await;
    visit.press(&test("check-again")).await;
    visit.see_words("upload-", ".file-bar").await;
    visit.press(&test("check")).await;
    visit.see_words("2 errors", ".step-head h2").await;
    assert!(!visit.browser.current_url().await.unwrap().as_str().contains('?'));
    visit.press(&test("other-file")).await;
    visit.see(&test("drop-zone")).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn a_mapping_is_weighed_with_the_last_file() {
    let mut visit = Visit::start().await;
    let sender = visit.with_active().await;
    assert_eq!(visit.upload_to(&sender, people(20, 0)).await, 201);
    visit.press(".side a[href='/integrations']").await;
    visit
        .press_words("User API Integration", &format!("{} a", test("integrations")))
        .await;
    visit.go_to_tab("Data Format").await;
    let line = |name: &str| format!("tbody[data-field='{name}']");
    let sample = |name: &str| format!("{} {}", line(name), test("sample-of"));
    visit.see_words("Last file: p000@a.co", &sample("email")).await;
    visit.see_words("Last file: True", &sample("active")).await;

    // A column that is required and that the last file doesn't have.
    visit.replace(&format!("{} input", line("last_name")), "surname").await;
    visit.see_words("Not in the last file", &sample("surname")).await;
    visit.press(&test("save-mapping")).await;
    let told = format!("dialog[open] {}", test("last-file"));
    visit.see_words("it would be rejected", &told).await;
    visit.see_words("no column \"surname\"", &told).await;
    visit.picture("format-last-file-rejected", WIDE_LIGHT).await;
    visit.press_words("Cancel", "dialog[open] button").await;
    visit.replace(&format!("{} input", line("surname")), "last_name").await;

    // A word that would mean something else.
    visit.map_value("active", "True", "False").await;
    visit.press(&test("save-mapping")).await;
    visit.see_words("Deactivate 20 users.", &told).await;
    visit.look(NARROW_LIGHT).await;
    visit.picture("format-last-file", NARROW_LIGHT).await;
    visit.expect_quiet_console().await;
}
