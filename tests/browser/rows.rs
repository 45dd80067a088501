//! A large file: told of while it is read, put away at once, its rows looked at.

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::visit::{NARROW_LIGHT, Visit, WIDE_DARK, WIDE_LIGHT, test};

/// More rows than an element can be tall.
const ROWS: usize = 400_000;

/// Notes what workers say and when they are ended, and presses Cancel as soon as there is such a button if it is to.
const RECORDER: &str = r#"
    window.told = [];
    window.ended = 0;
    window.Worker = class extends Worker {
        constructor(...options) {
            super(...options);
            this.addEventListener("message", ({ data }) => told.push(data.length < 9000 ? data : data.slice(0, 20)));
        }
        terminate() {
            super.terminate();
            ended += 1;
        }
    };
    new MutationObserver(() => {
        if (window.impatient) document.querySelector("[data-test='progress'] button")?.click();
    }).observe(document, { childList: true, subtree: true });
"#;

/// A file of users, every one of them sound.
fn users(rows: usize) -> Vec<u8> {
    let mut file = String::from("Email,First Name,Last Name\n");
    for row in 1..=rows {
        file.push_str(&format!("user{row}@example.com,Ann,Lee {row}\n"));
    }
    file.into_bytes()
}

impl Visit {
    async fn record(&self) {
        let script = serde_json::json!({ "source": RECORDER });
        let done = self
            .browser
            .cdp()
            .send_raw("Page.addScriptToEvaluateOnNewDocument", script)
            .await;
        done.expect("Chromium takes a script");
    }

    /// What the worker has said, by its kind.
    async fn told(&self, kind: &str) -> Vec<Value> {
        let told = self.browser.execute("return told", []).await.expect("the page answers");
        let told: Vec<String> = told.convert().expect("it is text");
        let messages = told.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok());
        messages.filter_map(|message| message.get(kind).cloned()).collect()
    }
}

#[tokio::test]
async fn a_large_file_is_told_of_and_its_rows_are_looked_at() {
    let visit = Visit::start().await;
    visit.record().await;
    visit.open("/check").await;
    visit.wait_for_worker().await;
    visit.choose_file(&visit.write_file("large.csv", &users(ROWS))).await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;

    let reading = visit.told("reading").await;
    assert!(reading.len() >= 10, "{reading:?}");
    for kind in ["looking", "checking"] {
        let progress = visit.told(kind).await;
        assert!(
            progress.iter().any(|progress| progress["total"] != 0),
            "{kind}: {progress:?}"
        );
        for progress in &progress {
            assert!(progress["done"].as_u64() <= progress["total"].as_u64(), "{progress}");
        }
    }

    let grid = visit.see(&test("grid")).await;
    let cell =
        |row: usize, column: usize| format!("[data-test='grid'] [aria-rowindex='{row}'] [aria-colindex='{column}']");
    visit.see_words("user1@example.com", &cell(2, 2)).await;
    assert_eq!(grid.attr("aria-rowcount").await.unwrap(), Some((ROWS + 1).to_string()));
    for look in [WIDE_DARK, NARROW_LIGHT, WIDE_LIGHT] {
        visit.look(look).await;
        assert_eq!(visit.browser.axe().await.unwrap(), [], "{look:?}");
        visit.picture("rows", look).await;
    }

    // By the bar to the end, by keys from there; never more in the page than is in view.
    let to_the_end = "const grid = arguments[0]; grid.scrollTo(0, grid.scrollHeight)";
    visit
        .browser
        .execute(to_the_end, [grid.to_json().unwrap()])
        .await
        .unwrap();
    visit
        .see_words(&format!("user{ROWS}@example.com"), &cell(ROWS + 1, 2))
        .await;
    grid.send_keys(Key::Control + Key::Home).await.unwrap();
    visit.see_words("user1@example.com", &cell(2, 2)).await;
    grid.send_keys(Key::PageDown + Key::Down).await.unwrap();
    let active = visit.see("#grid-active-cell").await;
    assert!(active.text().await.unwrap().starts_with("user"));
    grid.send_keys(Key::Control + Key::End).await.unwrap();
    visit.see_words(&format!("Lee {ROWS}"), &cell(ROWS + 1, 4)).await;
    visit.press(&cell(ROWS, 3)).await;
    assert_eq!(visit.text("#grid-active-cell").await, "Ann");
    let elements = visit.number("document.querySelectorAll(\"[data-test='grid'] [role='row']\").length");
    assert!(elements.await < 40);
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn problems_are_told_while_the_rest_is_checked() {
    let visit = Visit::start().await;
    visit.record().await;
    visit.open("/check").await;
    visit.wait_for_worker().await;
    let mut file = users(ROWS);
    file.splice(
        ..0,
        b"Email,First Name,Last Name\nnobody,Ann,Lee\n,Bob,Ray\n"
            .iter()
            .copied(),
    );
    visit.choose_file(&visit.write_file("large.csv", &file)).await;
    visit.press(&test("check")).await;
    visit.see_words("3 errors to mend", ".step-head h2").await;

    // The line of headers that comes again is a row, whose address is none.
    let told = visit.told("checking").await;
    let found = &told.last().expect("progress is told")["found"];
    assert_eq!(found["counts"][0], 3, "{told:?}");
    let rows: Vec<_> = found["problems"]
        .as_array()
        .expect("they are listed")
        .iter()
        .map(|problem| &problem["row"])
        .collect();
    assert_eq!(rows, [1, 2, 3]);
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn cancel_ends_the_worker_at_once() {
    let visit = Visit::start().await;
    visit.record().await;
    visit.open("/check").await;
    visit.wait_for_worker().await;
    visit.browser.execute("window.impatient = true", []).await.unwrap();
    visit.choose_file(&visit.write_file("large.csv", &users(ROWS))).await;
    visit.see(&test("drop-zone")).await;
    assert_eq!(visit.number("ended").await, 1);
    assert!(!visit.has(&test("file-bar")).await);

    // Another worker takes the next file.
    visit.browser.execute("window.impatient = false", []).await.unwrap();
    visit.choose_file(&visit.write_file("small.csv", &users(3))).await;
    visit.see_words("3 rows", &test("file-bar")).await;
    visit.expect_quiet_console().await;
}
