//! Checking without signing in.

use crate::visit::{Visit, WIDE_LIGHT, example, test};

impl Visit {
    async fn load_mapping(&self, name: &str, fields: usize) {
        let input = test("mapping-input");
        self.browser.set_file(&input, &example(name)).await.unwrap();
        self.see_words(&format!("A mapping of {fields} fields is used"), ".mapping-file")
            .await;
    }
}

#[tokio::test]
async fn the_checker_needs_no_sign_in() {
    let visit = Visit::start().await;

    visit.open("/check").await;
    visit.see_heading("Check a file").await;
    visit.wait_for_worker().await;
    visit.browser.requests().await;
    let loaded = visit.line.sent();
    assert!(!loaded.requests.is_empty());

    // The export of the HR system, as its mapping file says: much is wrong.
    visit.load_mapping("hris-export.mapping.json", 14).await;
    visit.choose_file(&example("hris-export.csv")).await;
    visit.see_words("200 rows", &test("file-bar")).await;
    visit.press(&test("check")).await;
    visit.see_words("17 errors to mend", ".step-head h2").await;
    for (rule, count) in [
        ("manager_circle", "1"),
        ("invalid_time_zone", "4"),
        ("duplicate_email", "1"),
    ] {
        assert_eq!(
            visit.text(&format!("[data-rule='{rule}'] .group-count")).await,
            count,
            "{rule}"
        );
    }
    visit.picture("check-hris", WIDE_LIGHT).await;

    // Two users in its place, with their own mapping file: nothing is.
    visit.choose_file(&example("users.csv")).await;
    visit.see_words("2 rows", &test("file-bar")).await;
    visit.load_mapping("users.mapping.json", 8).await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;
    assert!(!visit.has(&test("problems")).await);
    assert!(!visit.has(&test("show-plan")).await);
    visit.picture("check-users", WIDE_LIGHT).await;

    // Another file needs nothing more.
    visit.press(&test("other-file")).await;
    visit.choose_file(&example("users.csv")).await;
    visit.see_words("Match columns", ".step-head h2").await;

    // Nothing was sent; but for one request, with which another page proves that the line counts.
    assert_eq!(visit.line.sent(), loaded);
    assert_eq!(visit.browser.requests().await, []);
    visit
        .browser
        .execute("return fetch('/healthz').then(answer => answer.text())", [])
        .await
        .unwrap();
    assert_eq!(visit.line.sent().requests.len(), loaded.requests.len() + 1);
    visit.expect_quiet_console().await;
}
