//! Every page and every step, looked at in every way: what all of them owe to everyone.

use crate::visit::{
    Look, NARROW_DARK, NARROW_LIGHT, PASSWORD, Visit, WIDE_DARK, WIDE_LIGHT, example, example_mapping, test,
};

/// Goes through all pages and stops at each, by its name.
async fn tour(mut stop: impl AsyncFnMut(&Visit, &str)) {
    let mapping = example_mapping("hris-export.mapping.json");
    let mut visit = Visit::start_with_hris().await;

    // Before anyone is signed in.
    visit.open("/sign-in").await;
    visit.see_heading("Sign in").await;
    stop(&visit, "sign-in").await;
    visit.open("/check").await;
    visit.wait_for_worker().await;
    stop(&visit, "check").await;
    visit.open_first_sign_in().await;
    visit.press(&test("setup")).await;
    visit.see_words("needs at least 12", "form").await;
    stop(&visit, "setup").await;
    visit.become_admin().await;

    // An integration.
    stop(&visit, "integrations-none").await;
    visit.press(&test("enable-integration")).await;
    visit.see(&test("enable")).await;
    stop(&visit, "enable-integration").await;
    visit.press(&test("enable")).await;
    visit.see(&test("auth-token")).await;
    stop(&visit, "enabled").await;

    // From a file to an upload.
    visit.press(&test("to-check-upload")).await;
    visit.wait_for_worker().await;
    stop(&visit, "flow-1-upload").await;
    let untold = visit.write_file("untold.csv", b"Report,,\nEmail,Name,Name\nann@example.com,Ann,Hill\n");
    visit.choose_file(&untold).await;
    visit.see(&test("heading")).await;
    stop(&visit, "flow-2-header").await;
    visit.press(".side a[href='/users']").await;
    visit.see(&test("leave")).await;
    stop(&visit, "flow-leave").await;
    visit.press(&test("stay")).await;
    visit.press(&test("other-file")).await;
    visit.see(&test("drop-zone")).await;
    visit.choose_file(&example("hris-export.csv")).await;
    visit.match_columns(&mapping).await;
    stop(&visit, "flow-2-match").await;
    visit.press(&test("save-mapping")).await;
    visit.see("dialog[open]").await;
    stop(&visit, "flow-2-save-mapping").await;
    visit.press_words("Cancel", "dialog[open] button").await;
    visit.press(&test("check")).await;
    visit.see(&test("problems")).await;
    stop(&visit, "flow-3-problems").await;
    visit.choose_file(&example("hris-export.fixed.csv")).await;
    visit.match_columns(&mapping).await;
    visit.press(&test("check")).await;
    visit.see(&test("show-plan")).await;
    stop(&visit, "flow-4-passes").await;
    visit.press(&test("show-plan")).await;
    visit.see(&test("plan")).await;
    stop(&visit, "flow-5-review").await;
    visit.browser.delete_all_cookies().await.unwrap();
    visit.press(&test("apply")).await;
    visit.see(&test("sign-in-again")).await;
    stop(&visit, "flow-5-signed-out").await;
    visit.fill("#password-again", PASSWORD).await;
    visit.press(&test("sign-in-again-now")).await;
    visit.see(&test("result")).await;
    stop(&visit, "flow-6-result").await;

    // What there is besides.
    visit.press_words("Look at the upload", "a").await;
    visit.see_heading("Upload").await;
    for show in ["Changes", "Content", "Problems", "Request"] {
        visit.press_words(show, ".upload-tabs .tabs a").await;
        visit
            .see(&format!(
                ".upload-tabs .tabs a[aria-current='page'][href$='{}']",
                show.to_lowercase()
            ))
            .await;
        visit.see(".upload-tabs + *").await;
        stop(&visit, &format!("upload-{}", show.to_lowercase())).await;
    }
    for _ in ["Changes", "Content", "Problems", "Request"] {
        visit.browser.back().await.unwrap();
    }
    visit.browser.back().await.unwrap();
    for (tab, sign, name) in [
        ("Data Explorer", "[data-test='uploads']", "uploads"),
        ("Data Format", "main table", "data-format"),
        ("Credentials", "[data-test='new-token']", "credentials"),
        ("Settings", "[data-test='limits']", "settings"),
        ("API Sandbox", "[data-test='request']", "api-sandbox"),
    ] {
        visit.go_to_tab(tab).await;
        visit.see(sign).await;
        stop(&visit, name).await;
    }
    visit.go_to_tab("Credentials").await;
    visit.press(&test("new-token")).await;
    visit.see(&test("create-token")).await;
    stop(&visit, "create-token").await;
    visit.press(&test("create-token")).await;
    visit.see(&format!("dialog {}", test("auth-token"))).await;
    stop(&visit, "new-token").await;
    visit.press(&test("stored")).await;
    visit.press(&test("close-token")).await;
    visit.press(".side a[href='/integrations']").await;
    visit.see("main table").await;
    stop(&visit, "integrations").await;
    visit.press(".side a[href='/users']").await;
    visit.see("main table").await;
    stop(&visit, "users").await;
    visit.open("/nowhere").await;
    visit.see_heading("There is no such page").await;
    stop(&visit, "not-found").await;
}

#[tokio::test]
async fn axe_finds_what_is_wrong() {
    let visit = Visit::start().await;
    visit.open("/sign-in").await;
    visit.see_heading("Sign in").await;
    let spoil = "document.querySelector('main').append(document.createElement('img'))";
    visit.browser.execute(spoil, []).await.unwrap();
    let violations = visit.browser.axe().await.unwrap();
    let rules: Vec<&str> = violations.iter().map(|violation| violation.rule.as_str()).collect();
    assert_eq!(rules, ["image-alt"]);
}

#[tokio::test]
async fn axe_finds_nothing() {
    let mut violations = Vec::new();
    tour(async |visit: &Visit, name: &str| {
        for look in [WIDE_DARK, NARROW_DARK, NARROW_LIGHT, WIDE_LIGHT] {
            visit.look(look).await;
            for violation in visit.browser.axe().await.unwrap() {
                violations.push((name.to_owned(), look.name, violation));
            }
            visit.picture(name, look).await;
        }
    })
    .await;
    let list: Vec<String> = violations
        .iter()
        .map(|(page, look, violation)| {
            format!(
                "{page}, {look}: {} ({})\n  {}",
                violation.rule,
                violation.help,
                violation.elements.join("\n  ")
            )
        })
        .collect();
    assert!(list.is_empty(), "axe finds {}:\n{}", list.len(), list.join("\n"));
}

/// What reaches beyond the right edge of the window, outside of anything that scrolls by itself.
const BEYOND_THE_EDGE: &str = "
    const width = document.documentElement.clientWidth;
    const scrolls = element => element && element !== document.documentElement
        && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement));
    const beyond = [...document.body.querySelectorAll('*')].filter(element =>
        element.getBoundingClientRect().right > width + 1 && !scrolls(element.parentElement));
    return document.documentElement.scrollWidth > width
        ? [`${document.documentElement.scrollWidth} px`, ...beyond.slice(0, 5).map(element => element.outerHTML.slice(0, 160))]
        : []";

#[tokio::test]
async fn every_page_fits_320_px() {
    let mut wide = Vec::new();
    tour(async |visit: &Visit, name: &str| {
        let look: Look = NARROW_LIGHT;
        visit.look(look).await;
        let beyond = visit.browser.execute(BEYOND_THE_EDGE, []).await.unwrap();
        let beyond: Vec<String> = beyond.convert().unwrap();
        if !beyond.is_empty() {
            wide.push(format!("{name}: {}", beyond.join("\n  ")));
        }
        visit.look(WIDE_LIGHT).await;
    })
    .await;
    assert!(
        wide.is_empty(),
        "{} pages scroll sideways:\n{}",
        wide.len(),
        wide.join("\n")
    );
}
