//! Data Format: the mapping changed in its table, from a file, and back to an earlier version.

use crate::visit::{NARROW_LIGHT, Visit, WIDE_DARK, WIDE_LIGHT, example, example_mapping, test};

impl Visit {
    /// An admin at the Data Format of a new integration.
    async fn at_data_format(&mut self) {
        self.become_admin().await;
        self.enable_integration().await;
        self.press_words("Settings", "main .actions a").await;
        self.go_to_tab("Data Format").await;
        self.see(&test("mapping")).await;
    }

    /// Gives a word of an API field a meaning.
    pub(crate) async fn map_value(&self, name: &str, from: &str, to: &str) {
        self.press(&format!("{} {}", line(name), test("value-map"))).await;
        self.fill(&test("value-from"), from).await;
        self.choose(".value-map select", to).await;
        self.press(&test("add-value")).await;
        self.see_words(from, ".value-pairs").await;
    }

    /// Saves the mapping, past the difference.
    async fn save_mapping(&self) {
        self.press(&test("save-mapping")).await;
        self.see(&format!("dialog[open] {}", test("difference"))).await;
        self.press(&format!("dialog[open] {}", test("save-mapping-now"))).await;
    }
}

/// The name of an API field's line.
fn line(name: &str) -> String {
    format!("tbody[data-field='{name}']")
}

#[tokio::test]
async fn a_mapping_is_changed_saved_and_restored() {
    let mut visit = Visit::start().await;
    visit.at_data_format().await;
    visit.picture("format", WIDE_LIGHT).await;

    // What is required can't be taken away; a second field like it is refused at the field.
    assert!(!visit.has(&format!("{} {}", line("email"), test("remove-field"))).await);
    visit.press(&test("add-field")).await;
    visit.fill("tbody:last-of-type input", "Email").await;
    visit
        .see_words(
            "differs from \"email\" only by",
            &format!("{} .field-doubt", line("Email")),
        )
        .await;
    visit.replace("tbody:last-of-type input", "email").await;
    visit
        .see_words("is mapped twice", "tbody:last-of-type .field-error")
        .await;
    visit.press(&test("save-mapping")).await;
    visit.see_words("is mapped twice", &test("errors")).await;

    // A name of its own, a value map, and a group type that isn't there yet.
    visit.replace("tbody:last-of-type input", "Status").await;
    visit
        .choose("tbody:last-of-type select[data-test='target']", "user.is_active")
        .await;
    visit.map_value("Status", "Terminated", "False").await;
    visit.press(&test("add-field")).await;
    visit.fill("tbody:last-of-type input", "Team").await;
    visit
        .choose("tbody:last-of-type select[data-test='target']", "new membership")
        .await;
    visit.fill("#new-name", "Team").await;
    visit.press(&test("make-now")).await;
    visit.see_words("Example Team", &test("example")).await;
    visit.picture("format-changed", WIDE_LIGHT).await;
    visit.press(&test("save-mapping")).await;
    visit
        .see_words("Terminated", &format!("dialog[open] {}", test("difference")))
        .await;
    visit.picture("format-difference", WIDE_LIGHT).await;
    visit.press(&format!("dialog[open] {}", test("save-mapping-now"))).await;
    visit
        .see_words("In force", &format!("{} tr:first-child", test("versions")))
        .await;
    visit
        .see_words("2", &format!("{} tr:first-child", test("versions")))
        .await;

    // The first version again, as the third.
    visit.press(&test("look-at-version")).await;
    visit
        .see_words("Removed", &format!("dialog[open] {}", test("difference")))
        .await;
    visit.picture("format-restore", WIDE_LIGHT).await;
    visit.press(&format!("dialog[open] {}", test("restore-version"))).await;
    visit
        .see_words("3", &format!("{} tr:first-child", test("versions")))
        .await;
    assert!(!visit.has(&line("Team")).await, "the restored mapping is not shown");
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn api_fields_come_from_the_headers_of_a_file_that_is_not_sent() {
    let mut visit = Visit::start_with_hris().await;
    visit.at_data_format().await;
    let before = visit.line.sent();
    let file = example("hris-export.csv");
    visit.browser.set_file(&test("from-file"), &file).await.unwrap();
    visit.see_words("Work Email", &test("from-file-columns")).await;
    visit.picture("format-from-file", WIDE_DARK).await;
    visit.press(&test("take-fields")).await;
    visit.see(&line("Work Email")).await;
    // The checker itself comes, and what shows its answer, and goes to nobody with anything.
    let sent = visit.line.sent().requests;
    let since = &sent[before.requests.len()..];
    assert!(
        since.iter().all(|request| ["GET /worker", "GET /parts/"]
            .iter()
            .any(|own| request.starts_with(own))),
        "{since:?}"
    );
    visit.look(NARROW_LIGHT).await;
    visit.picture("format", NARROW_LIGHT).await;
    visit.look(WIDE_LIGHT).await;

    // A mapping file takes its place; the example always fits.
    let mapping = example_mapping("hris-export.mapping.json");
    visit
        .browser
        .set_file(&test("import-mapping"), &example("hris-export.mapping.json"))
        .await
        .unwrap();
    for field in &mapping.fields {
        visit.see(&line(&field.api_field)).await;
    }
    let shown = visit.text(&test("example")).await;
    let report = passmuster_core::import::prepare(shown.as_bytes(), &mapping, &Default::default()).into_report();
    assert_eq!(report.error_count, 0, "{shown}\n{:?}", report.problems);
    visit.save_mapping().await;
    visit
        .see_words("2", &format!("{} tr:first-child", test("versions")))
        .await;
    visit.expect_quiet_console().await;
}
