//! Opening the page.

use crate::visit::Visit;

#[tokio::test]
async fn the_page_opens_with_a_heading_and_without_errors() {
    let visit = Visit::start().await;

    visit.open("/").await;

    assert!(!visit.text("h1").await.is_empty());
    visit.expect_quiet_console().await;
}

/// The most that files of WebAssembly may weigh as they are sent, in bytes: those of a first visit, the checker, and the
/// reader of workbooks.
const FIRST_VISIT: i64 = 170_000;
const CHECKER: i64 = 330_000;
const WORKBOOKS: i64 = 300_000;

impl Visit {
    /// What a file weighs as it is sent.
    async fn weight(&self, path: &str) -> i64 {
        let script = "return fetch(arguments[0]).then(answer => answer.arrayBuffer()).then(() =>
            performance.getEntriesByName(location.origin + arguments[0])[0].encodedBodySize)";
        let weight = self.browser.execute(script, [path.into()]).await.unwrap();
        weight.json().as_f64().unwrap() as i64
    }
}

#[tokio::test]
async fn the_page_is_light() {
    let visit = Visit::start().await;
    visit.open("/sign-in").await;
    visit.see_heading("Sign in").await;

    let first = visit
        .number(
            "[...new Map(performance.getEntriesByType('resource')
                .filter(({ name }) => name.endsWith('.wasm'))
                .map(({ name, encodedBodySize }) => [name, encodedBodySize])).values()]
                .reduce((sum, weight) => sum + weight, 0)",
        )
        .await;

    assert!((1..=FIRST_VISIT).contains(&first), "a first visit weighs {first}");
    let checker = visit.weight("/worker_bg.wasm").await;
    assert!((1..=CHECKER).contains(&checker), "the checker weighs {checker}");
    let workbooks = visit.weight("/excel_bg.wasm").await;
    assert!(
        (1..=WORKBOOKS).contains(&workbooks),
        "reading workbooks weighs {workbooks}"
    );
}
