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
const FIRST_VISIT: i64 = 150_000;
const CHECKER: i64 = 330_000;
const WORKBOOKS: i64 = 300_000;

/// The same for all that a page loads, and in how many files. What is larger is to become smaller.
const PAGES: [(&str, i64, i64); 13] = [
    ("/integrations", 225_000, 12),
    ("/integrations/new", 250_000, 14),
    ("/integrations/ID/settings", 292_000, 18),
    ("/integrations/ID/credentials", 294_000, 18),
    ("/integrations/ID/data-explorer", 268_000, 16),
    ("/integrations/ID/api-sandbox", 380_000, 20),
    ("/integrations/ID/data-format", 435_000, 24),
    ("/users", 290_000, 18),
    ("/groups", 285_000, 18),
    ("/audit", 258_000, 16),
    ("/settings", 268_000, 16),
    ("/profile", 227_000, 12),
    ("/sandbox", 358_000, 16),
];

impl Visit {
    /// What the files of WebAssembly that the page has loaded weigh as they were sent, and how many there are.
    async fn loaded(&self) -> (i64, i64) {
        let files = "[...new Map(performance.getEntriesByType('resource')
            .filter(({ name }) => name.endsWith('.wasm'))
            .map(({ name, encodedBodySize }) => [name, encodedBodySize])).values()]";
        let weight = format!("{files}.reduce((sum, weight) => sum + weight, 0)");
        (
            self.number(&weight).await,
            self.number(&format!("{files}.length")).await,
        )
    }

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

    let (first, _) = visit.loaded().await;

    assert!((1..=FIRST_VISIT).contains(&first), "a first visit weighs {first}");
    let checker = visit.weight("/worker_bg.wasm").await;
    assert!((1..=CHECKER).contains(&checker), "the checker weighs {checker}");
    let workbooks = visit.weight("/excel_bg.wasm").await;
    assert!(
        (1..=WORKBOOKS).contains(&workbooks),
        "reading workbooks weighs {workbooks}"
    );
}

#[tokio::test]
async fn a_page_loads_what_it_is_made_of() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.enable_integration().await;
    let link = "return document.querySelector('[data-test=to-check-upload]').pathname";
    let place = visit.browser.execute(link, []).await.unwrap();
    let id = place.json().as_str().unwrap().split('/').nth(2).unwrap().to_owned();
    let mut heavy = Vec::new();
    for (path, most, most_files) in PAGES {
        visit.open(&path.replace("ID", &id)).await;
        // A tab comes with its first heading, below that of its integration.
        visit.see(if path.contains("ID") { "main h2" } else { "main h1" }).await;
        let (weight, files) = visit.loaded().await;
        println!("{path}: {weight} bytes in {files} files");
        if weight > most || files > most_files {
            heavy.push(format!("{path}: {weight} bytes in {files} files"));
        }
    }
    assert!(heavy.is_empty(), "heavier than before: {heavy:#?}");
}
