//! Opening the page.

use passmuster_tests::{Browser, Database, Server};
use thirtyfour::prelude::*;

#[tokio::test]
async fn the_page_opens_with_a_heading_and_without_errors() {
    let server = Server::start(Database::Sqlite);
    let browser = Browser::start().await;

    browser.goto(server.url("/")).await.unwrap();

    let heading = browser.query(By::Css("h1")).first().await.unwrap();
    assert!(!heading.text().await.unwrap().is_empty());
    assert_eq!(browser.console_errors().await, Vec::<String>::new());
}
