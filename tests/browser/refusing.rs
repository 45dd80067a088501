//! Files that are not what they seem.

use std::path::PathBuf;

use crate::visit::{Visit, WIDE_LIGHT, example, test};

impl Visit {
    /// Writes a file to choose.
    pub(crate) fn write_file(&self, name: &str, content: &[u8]) -> PathBuf {
        let file = self.server.folder().join(name);
        std::fs::write(&file, content).unwrap();
        file
    }
}

#[tokio::test]
async fn a_wrong_file_says_what_it_is() {
    let visit = Visit::start().await;
    let pdf = visit.write_file(
        "users.csv",
        b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n",
    );

    visit.open("/check").await;
    visit.wait_for_worker().await;
    visit.choose_file(&pdf).await;

    visit.see_words("The file can't be used as it is", ".banner").await;
    visit.see_words("PDF", ".problem-text").await;
    assert!(!visit.has(&test("check")).await, "it can be checked all the same");
    visit.picture("a-pdf-named-csv", WIDE_LIGHT).await;

    // Another file mends it.
    visit.choose_file(&example("users.csv")).await;
    visit.see_words("Match columns", ".step-head h2").await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn an_empty_file_says_that_it_is_empty() {
    let visit = Visit::start().await;
    let empty = visit.write_file("users.csv", b"");
    let header = visit.write_file("header.csv", b"Email,First Name,Last Name\r\n");

    visit.open("/check").await;
    visit.wait_for_worker().await;
    visit.choose_file(&empty).await;
    visit.see_words("The file can't be used as it is", ".banner").await;
    visit.see_words("empty", ".problem-text").await;
    assert!(!visit.has(&test("check")).await, "it can be checked all the same");
    visit.picture("an-empty-file", WIDE_LIGHT).await;

    visit.choose_file(&header).await;
    visit.see_words("header.csv", &test("file-bar")).await;
    visit.press(&test("check")).await;
    visit.see("[data-rule='no_records']").await;
    visit.picture("only-a-header", WIDE_LIGHT).await;
    visit.expect_quiet_console().await;
}
