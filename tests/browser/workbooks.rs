//! Checking and uploading an Excel workbook.

use std::path::PathBuf;

use passmuster_core::mapping::Mapping;
use passmuster_tests::root;

use crate::visit::{Visit, WIDE_LIGHT, test};

/// The body of a case of the suite.
fn workbook(case: &str) -> PathBuf {
    root().join("tests/suite").join(case).join("input.xlsx")
}

#[tokio::test]
async fn a_workbook_is_checked_here_and_uploaded_by_its_sheet() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.enable_integration().await;
    visit.press_words("Check & upload a file", "main .actions a").await;
    visit.wait_for_worker().await;
    let before = visit.line.sent();

    // The first sheet holds a remark; the users are on the second.
    visit
        .choose_file(&workbook("a_sheet_of_a_workbook_is_read_by_its_name"))
        .await;
    visit.see_words("Excel (.xlsx)", &test("file-bar")).await;
    visit.choose(&test("sheet"), "Users").await;
    visit.see_words("1 row", &test("file-bar")).await;
    let mapping = std::fs::read(workbook("a_sheet_of_a_workbook_is_read_by_its_name").with_file_name("mapping.json"));
    let mapping = Mapping::parse(&mapping.unwrap()).unwrap();
    visit.match_columns(&mapping).await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;
    visit.picture("check-workbook", WIDE_LIGHT).await;

    // All that was asked for is the Excel reader, a part of the page.
    let sent = visit.line.sent();
    let asked: Vec<&String> = sent.requests[before.requests.len()..].iter().collect();
    assert_eq!(asked.len(), 2, "{asked:#?}");
    assert!(
        asked.iter().all(|request| request.starts_with("GET /excel")),
        "{asked:#?}"
    );

    // The next workbook needs nothing more.
    visit.press(&test("other-file")).await;
    visit.see(&test("drop-zone")).await;
    visit.choose_file(&workbook("a_workbook_is_read")).await;
    visit.see_words("2 rows", &test("file-bar")).await;
    assert_eq!(visit.line.sent(), sent);

    // The server reads the sheet that was looked at.
    visit.press(&test("other-file")).await;
    visit.see(&test("drop-zone")).await;
    visit
        .choose_file(&workbook("a_sheet_of_a_workbook_is_read_by_its_name"))
        .await;
    visit.choose(&test("sheet"), "Users").await;
    visit.match_columns(&mapping).await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;
    visit.press(&test("show-plan")).await;
    visit.see_words("ann@example.com", &test("plan")).await;
    visit.press(&test("apply")).await;
    visit.see(&test("result")).await;
    visit.expect_quiet_console().await;
}
