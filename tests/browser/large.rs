//! A file as large as an upload may be: progress, cancelling, and again.

use std::fmt::Write as _;

use crate::visit::{Visit, WIDE_LIGHT, test};

/// Presses Cancel when it comes, as quickly as nobody can, and marks the place where a file is chosen again.
const CANCEL: &str = "
    let pressed = false;
    new MutationObserver((_, observer) => {
        const cancel = document.querySelector('[data-test=progress] button');
        if (cancel && !pressed) { pressed = true; cancel.click(); }
        const zone = document.querySelector('.drop-zone');
        if (pressed && zone && !document.querySelector('[data-test=progress]')) {
            zone.dataset.cancelled = '';
            observer.disconnect();
        }
    }).observe(document.body, { childList: true, subtree: true });";

/// Keeps what the page says to those who listen to it.
const LISTEN: &str = "
    window.said = [];
    const region = document.querySelector('.visually-hidden[role=status]');
    new MutationObserver(() => window.said.push(region.textContent))
        .observe(region, { childList: true, characterData: true, subtree: true });";

/// About 15 MB of people.
fn people() -> String {
    let mut text = String::from("email,first_name,last_name,Notes\n");
    let mut number = 0;
    while text.len() < 15_000_000 {
        number += 1;
        let filler = "as the people of a large company have them in their exports";
        writeln!(text, "person.{number}@example.com,First{number},Last{number},{filler}").unwrap();
    }
    text
}

#[tokio::test]
async fn a_file_of_15_mb_is_cancelled_and_checked_again() {
    let mut visit = Visit::start().await;
    visit.begin().await;
    let people = people();
    let rows = people.lines().count() - 1;
    let file = visit.write_file("everybody.csv", people.as_bytes());

    // Cancelled as soon as it can be.
    visit.browser.execute(CANCEL, []).await.unwrap();
    visit.choose_file(&file).await;
    visit.see(".drop-zone[data-cancelled]").await;
    assert!(!visit.has(&test("file-bar")).await, "the file is still there");

    // And again, to the end. Those who listen to the page hear every quarter.
    visit.browser.execute(LISTEN, []).await.unwrap();
    visit.choose_file(&file).await;
    visit.see_words("Match columns", ".step-head h2").await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;
    let said = visit
        .browser
        .execute("return window.said.join('\\n')", [])
        .await
        .unwrap();
    let said = said.json().as_str().unwrap().to_owned();
    for quarter in ["25 %", "50 %", "75 %", "100 %"] {
        let is_it = |line: &str| line.starts_with("Reading ") && line.ends_with(&format!(" {quarter}"));
        assert!(said.lines().any(is_it), "{quarter} isn't told: {said}");
    }
    for quarter in ["0 %", "100 %"] {
        let is_it = |line: &str| line.starts_with("Checking ") && line.ends_with(&format!("… {quarter}"));
        assert!(said.lines().any(is_it), "{quarter} isn't told: {said}");
    }
    visit.press(&test("show-plan")).await;
    let create = format!("Create {} users", thousands(rows));
    visit.see_words(&create, &test("apply")).await;
    visit.see_words("First 100 of", ".shown").await;
    visit.picture("review-15-mb", WIDE_LIGHT).await;
    visit.expect_quiet_console().await;
}

/// `88000` → `88,000`
fn thousands(number: usize) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}
