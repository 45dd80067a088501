//! Opening the page.

use crate::visit::Visit;

#[tokio::test]
async fn the_page_opens_with_a_heading_and_without_errors() {
    let visit = Visit::start().await;

    visit.open("/").await;

    assert!(!visit.text("h1").await.is_empty());
    visit.expect_quiet_console().await;
}
