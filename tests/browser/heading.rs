//! Which row is the header: found, asked about, corrected.

use crate::visit::{Visit, WIDE_LIGHT, test};

#[tokio::test]
async fn a_certain_header_is_passed_and_can_be_changed() {
    let visit = Visit::start().await;
    let file = visit.write_file("users.csv", b"Email,First Name,Last Name\nann@example.com,Ann,Hill\n");
    visit.open("/check").await;
    visit.wait_for_worker().await;
    visit.choose_file(&file).await;
    visit.see_words("Match columns", ".step-head h2").await;
    visit.see_words("Header: row 1", &test("file-bar")).await;
    visit.press(&test("change-header")).await;
    visit.see_words("Select header", ".step-head h2").await;
    visit.press_words("Leave it as it was", ".step-foot button").await;
    visit.see_words("Match columns", ".step-head h2").await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn a_header_below_a_title_is_chosen_and_lines_keep_their_numbers() {
    let mut visit = Visit::start().await;
    visit.begin().await;
    let file = visit.write_file(
        "report.csv",
        b"Staff report,,\n\nEmail,Name,Name\nann@example.com,Ann,Hill\nben at example.com,Ben,Hill\n",
    );
    visit.choose_file(&file).await;
    visit.see_words("Select header", ".step-head h2").await;
    visit.see_words("Name\u{201d} is there twice", ".banner").await;
    visit.picture("select-header", WIDE_LIGHT).await;
    let second = visit.see("input[data-name='2']").await;
    assert_eq!(second.value().await.unwrap().as_deref(), Some("Name 2"));
    visit.press_words("Use row 3 as the header", &test("use-header")).await;
    visit.see_words("Match columns", ".step-head h2").await;
    visit.see_words("Header: row 3", &test("file-bar")).await;
    visit.choose("select[data-column='Name']", "user.first_name").await;
    visit.choose("select[data-column='Name 2']", "user.last_name").await;
    visit.press(&test("check")).await;
    visit.see("[data-rule='invalid_email']").await;
    visit
        .see_words("5", ".problem-list, .problems, [role='grid'], main")
        .await;

    // Mended, what is sent has the header that was chosen.
    let file = visit.write_file(
        "report.csv",
        b"Staff report,,\n\nEmail,Name,Name\nann@example.com,Ann,Hill\n",
    );
    visit.press(&test("other-file")).await;
    visit.see(&test("drop-zone")).await;
    visit.choose_file(&file).await;
    visit.press(&test("use-header")).await;
    visit.see_words("Match columns", ".step-head h2").await;
    visit.choose("select[data-column='Name']", "user.first_name").await;
    visit.choose("select[data-column='Name 2']", "user.last_name").await;
    visit.press(&test("check")).await;
    visit.press(&test("show-plan")).await;
    visit.see_words("Create 1 user", &test("apply")).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn a_file_without_a_header_is_given_names() {
    let visit = Visit::start().await;
    let file = visit.write_file("people.csv", b"ann@example.com,Ann,Hill\nben@example.com,Ben,Hill\n");
    visit.open("/check").await;
    visit.wait_for_worker().await;
    visit.choose_file(&file).await;
    visit.see_words("Probably no row", ".banner").await;
    visit.picture("no-header", WIDE_LIGHT).await;
    for (column, name) in ["Email", "First Name", "Last Name"].into_iter().enumerate() {
        let field = visit.see(&format!("input[data-name='{column}']")).await;
        field.clear().await.unwrap();
        field.send_keys(name).await.unwrap();
    }
    visit.press_words("Go on without a header", &test("use-header")).await;
    visit.see_words("2 rows", &test("file-bar")).await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;
    visit.expect_quiet_console().await;
}
