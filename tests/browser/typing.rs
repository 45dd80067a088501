//! The whole flow by keyboard alone, from the file to what was loaded.

use thirtyfour::{Key, prelude::*};

use crate::visit::{Visit, test};

/// More presses of a key than this lead nowhere.
const MOST: usize = 120;

impl Visit {
    /// Goes on by Tab until what has the focus is like `css`.
    async fn tab_to(&self, css: &str) -> WebElement {
        for _ in 0..MOST {
            let focused = self.browser.active_element().await.unwrap();
            let is_it = self
                .browser
                .execute(
                    "return document.activeElement.matches(arguments[0]) && !document.activeElement.disabled",
                    [css.into()],
                )
                .await
                .unwrap();
            if is_it.json().as_bool() == Some(true) {
                return focused;
            }
            self.strike(Key::Tab.into()).await;
        }
        panic!("Tab doesn't lead to {css}");
    }

    /// Presses a key, wherever the focus is.
    async fn strike(&self, key: char) {
        let focused = self.browser.active_element().await.unwrap();
        focused.send_keys(key.to_string()).await.unwrap();
    }

    /// Goes to it by Tab and presses it by Enter.
    async fn enter(&self, css: &str) {
        self.see(css).await;
        self.tab_to(css).await;
        self.strike(Key::Enter.into()).await;
    }

    /// Goes back to it by Shift and Tab, and presses it by Enter.
    async fn enter_back(&self, css: &str) {
        self.see(css).await;
        for _ in 0..MOST {
            let is_it = "return document.activeElement.matches(arguments[0])";
            let is_it = self.browser.execute(is_it, [css.into()]).await.unwrap();
            if is_it.json().as_bool() == Some(true) {
                return self.strike(Key::Enter.into()).await;
            }
            let focused = self.browser.active_element().await.unwrap();
            focused.send_keys(Key::Shift + Key::Tab).await.unwrap();
        }
        panic!("Shift and Tab don't lead to {css}");
    }

    /// Waits until the heading of the step has the focus.
    async fn at_step(&self, title: &str) {
        self.see_words(title, ".step-head h2").await;
        let wait = "const [title, done] = arguments;
            const look = () => document.activeElement.innerText === title ? done(true) : setTimeout(look, 50);
            look()";
        let waited = self.browser.execute_async(wait, [title.into()]).await;
        assert!(waited.is_ok(), "the heading of {title} doesn't get the focus");
    }
}

#[tokio::test]
async fn the_whole_flow_is_done_by_keyboard_alone() {
    let mut visit = Visit::start_with_hris().await;
    visit.begin().await;
    let file = visit.write_file(
        "users.csv",
        b"Staff,,,\nWork Email,First name,Last name,Status\nann@example.com,Ann,Hill,Here\nbob.example.com,Bob,Ross,Here\n",
    );

    // The button that opens the system's own dialog is reached; choosing in that is the system's.
    visit.tab_to(&test("file-input")).await;
    visit.choose_file(&file).await;

    visit.at_step("Select header").await;
    visit.tab_to("input[name='header']").await;
    visit.enter(&test("use-header")).await;

    visit.at_step("Match columns").await;
    let status = visit.tab_to("select[data-column='Status']").await;
    assert_eq!(status.value().await.unwrap().as_deref(), Some("user.is_active"));
    visit
        .see_words("1 value unclear", "tbody:has([data-column='Status'])")
        .await;
    visit
        .enter("tbody:has([data-column='Status']) .badge-cell button")
        .await;
    visit.see("select[data-value='Here']").await;
    let meaning = visit.tab_to("select[data-value='Here']").await;
    meaning.send_keys("True").await.unwrap();
    assert_eq!(meaning.value().await.unwrap().as_deref(), Some("True"));
    // Whoever chooses stays where they are.
    visit.tab_to("select[data-value='Here']").await;
    visit.enter(&test("check")).await;

    // In the grid: on to the problem, mended there, taken back and mended again.
    visit.at_step("1 error to mend").await;
    visit.tab_to(&test("grid")).await;
    visit.strike(Key::F8.into()).await;
    visit.see_words("bob.example.com", "#grid-active-cell").await;
    for _ in 0..2 {
        visit.strike(Key::F2.into()).await;
        let editor = visit.see(".grid-editor").await;
        editor.send_keys("bob@example.com").await.unwrap();
        visit.strike(Key::Enter.into()).await;
        visit.see_words("The file passes", ".step-head h2").await;
        visit.enter_back(&test("undo")).await;
        visit.see_words("1 error to mend", ".step-head h2").await;
        visit.tab_to(&test("grid")).await;
        visit.strike(Key::F8.into()).await;
    }
    visit.enter_back(&format!("{}:enabled", test("redo"))).await;
    visit.see_words("The file passes", ".step-head h2").await;
    visit.enter_back(&test("show-plan")).await;

    visit.at_step("Review changes").await;
    visit.enter(".plan button.tile").await;
    visit.enter(&test("apply")).await;

    visit.at_step("Loaded").await;
    visit.enter(&test("undo")).await;
    visit.enter(&test("undo-now")).await;
    visit.see_words("Undone", ".banner").await;
    visit.expect_quiet_console().await;
}
