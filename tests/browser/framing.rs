//! What stands around every page: help, keys that lead somewhere, light and dark.

use crate::visit::{NARROW_LIGHT, Visit, WIDE_DARK, WIDE_LIGHT, test};

impl Visit {
    /// Presses keys where the focus is.
    async fn type_keys(&self, keys: &str) {
        let focused = self.browser.active_element().await.unwrap();
        focused.send_keys(keys).await.unwrap();
    }

    /// The colour behind the page.
    async fn background(&self) -> String {
        let colour = self
            .browser
            .execute("return getComputedStyle(document.body).backgroundColor", [])
            .await;
        colour.unwrap().convert().unwrap()
    }
}

#[tokio::test]
async fn keys_lead_from_page_to_page_and_can_be_switched_off() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.type_keys("gu").await;
    visit.see_heading("Users").await;
    visit.type_keys("/").await;
    visit.see("input[type='search']:focus").await;
    // Within a field a letter is a letter.
    visit.type_keys("gi").await;
    visit.see_heading("Users").await;
    visit.press("h1").await;
    visit.type_keys("gi").await;
    visit.see_heading("Integrations").await;

    visit.type_keys("?").await;
    visit.see_words("Keyboard shortcuts", "dialog[open] h2").await;
    for look in [WIDE_LIGHT, WIDE_DARK, NARROW_LIGHT] {
        visit.look(look).await;
        visit.picture("shortcuts", look).await;
        assert_eq!(visit.browser.axe().await.unwrap(), [], "{look:?}");
    }
    visit.look(WIDE_LIGHT).await;
    visit.press_words("Single keys do something", "dialog label").await;
    visit.press_words("Close", "dialog button").await;
    visit.type_keys("gu").await;
    visit.type_keys("?").await;
    assert!(!visit.has("dialog[open]").await);
    visit.see_heading("Integrations").await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn help_is_in_the_same_place_on_every_page() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    visit.press_words("Help", ".side button").await;
    visit.see_words("Integrations", "#help h2:focus").await;
    for look in [WIDE_LIGHT, WIDE_DARK, NARROW_LIGHT] {
        visit.look(look).await;
        visit.picture("help", look).await;
        assert_eq!(visit.browser.axe().await.unwrap(), [], "{look:?}");
    }
    visit.look(WIDE_LIGHT).await;
    visit.press_words("Users", ".side a").await;
    visit.see_words("Users", "#help h2").await;
    visit.press("#help h2").await;
    visit.type_keys("\u{e00c}").await;
    visit
        .see_words("Help", ".side .help-button[aria-expanded='false']")
        .await;
    assert!(visit.has("#help[hidden]").await);
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn dark_is_kept_for_the_next_visit() {
    let mut visit = Visit::start().await;
    visit.become_admin().await;
    let light = visit.background().await;
    visit.press(".person summary").await;
    visit.choose(&test("appearance"), "dark").await;
    let dark = visit.background().await;
    assert_ne!(light, dark);
    visit.browser.refresh().await.unwrap();
    visit.see_heading("Integrations").await;
    assert_eq!(visit.background().await, dark);
    visit.press(".person summary").await;
    visit.choose(&test("appearance"), "system").await;
    assert_eq!(visit.background().await, light);
    visit.expect_quiet_console().await;
}
