//! Changes taken back one by one, rows that keep their numbers, and the columns that stay in view.

use thirtyfour::prelude::*;

use crate::{
    mending::cell,
    visit::{NARROW_DARK, NARROW_LIGHT, Visit, WIDE_LIGHT, example, test},
};

impl Visit {
    /// Takes back the change whose words begin so.
    async fn take_back(&self, words: &str) {
        let list = test("changes");
        if !self.has(&format!("{list}[open]")).await {
            self.press(&format!("{list} > summary")).await;
        }
        let line = self.see_words(words, &format!("{list} li")).await;
        let button = line.find(By::Css("button")).await.unwrap();
        button.scroll_into_view().await.unwrap();
        button.click().await.unwrap();
    }
}

#[tokio::test]
async fn any_change_is_taken_back_by_itself_and_a_rule_with_it() {
    let visit = Visit::start().await;
    visit.check_export().await;
    visit.write(13, "Status", "True").await;
    visit.press(&test("save-rule")).await;
    visit.errors(16).await;
    visit.write(43, "Last Name", "Marsh").await;
    visit.errors(15).await;
    visit.write(99, "Team", "Field Support").await;
    visit.errors(14).await;
    let list = test("changes");
    visit.press(&format!("{list} > summary")).await;
    visit.see_words("Your 4 changes", &format!("{list} > summary")).await;
    for look in [WIDE_LIGHT, NARROW_DARK] {
        visit.look(look).await;
        visit.picture("mend-list", look).await;
    }
    visit.look(WIDE_LIGHT).await;

    // One of the middle: what came behind it stays.
    visit.take_back("Row 43, Last Name").await;
    visit.errors(15).await;
    visit.see_words("Your 3 changes", &format!("{list} > summary")).await;
    let place = visit.place(99, "Team").await;
    visit.write(13, "Status", "FALSE").await;
    visit.see_words("Your 4 changes", &format!("{list} > summary")).await;
    visit.take_back("Row 13, Status: “LOA” → “FALSE”").await;
    visit.see_words("Your 3 changes", &format!("{list} > summary")).await;

    // The rule: what the cell said before it was a rule is there again, and the word means nothing any more.
    visit.take_back("Status: “LOA” means “True”").await;
    visit.see_words("Your 2 changes", &format!("{list} > summary")).await;
    visit.errors(15).await;
    visit.take_back("Row 13, Status").await;
    visit.errors(16).await;
    visit.go_to(99, "Team").await;
    visit.see_words("Field Support", &place).await;

    // And forth: first the cell, then the rule in its place.
    visit.press(&test("redo")).await;
    visit.errors(15).await;
    visit.press(&test("redo")).await;
    visit.see_words("Your 3 changes", &format!("{list} > summary")).await;
    visit.errors(15).await;
    visit.go_to(13, "Status").await;
    let place = visit.place(13, "Status").await;
    visit.see_words("LOA", &place).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn rows_keep_their_numbers_when_others_are_left_out() {
    let mut visit = Visit::start_with_hris().await;
    visit.check_in_integration("hris-export.csv").await;
    visit.see(&test("leave-out-bad")).await;
    visit.press(&test("leave-out-bad")).await;
    visit.press(&test("leave-out-bad-now")).await;
    visit.errors(0).await;
    visit.press(&test("show-plan")).await;
    visit.see(&test("plan")).await;
    let note = visit.text(&test("mended-note")).await;
    assert!(note.contains("numbered as in your file"), "{note}");
    // The row behind the first one left out.
    let row = visit
        .see_words("travis.boudreaux@larkfield.example", "table.changes tbody tr")
        .await;
    let number = row.find(By::Css(".number")).await.unwrap();
    let named = std::fs::read_to_string(example("hris-export.csv")).unwrap();
    let place = named
        .lines()
        .position(|line| line.contains(",travis.boudreaux@"))
        .unwrap();
    assert_eq!(number.text().await.unwrap(), place.to_string());
    visit.picture("review-good-rows", WIDE_LIGHT).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn who_a_row_is_about_stays_in_view() {
    let visit = Visit::start().await;
    visit.check_export().await;
    for look in [WIDE_LIGHT, NARROW_LIGHT, NARROW_DARK] {
        visit.look(look).await;
        visit.see(&test("grid")).await;
        visit.go_to(13, "Hire Date").await;
        visit.see(".grid-keys").await;
        let script = "const [held, cell] = ['.grid-keys [data-row=\"12\"]', arguments[0]].map(css => document.querySelector(css));
            const [key, active] = [held, cell].map(element => element.getBoundingClientRect());
            return [held.textContent, key.right <= active.left + 1 && key.left >= 0]";
        let place = visit.place(13, "Hire Date").await;
        let grid = visit.see(&test("grid")).await;
        grid.focus().await.unwrap();
        grid.send_keys(Key::Left + Key::Right).await.unwrap();
        visit.see_words("2019-12-10", "#grid-active-cell").await;
        let found = visit.browser.execute(script, [place.into()]).await.unwrap();
        let found = found.json().as_array().unwrap().clone();
        assert_eq!(found[0], "vinicius.queiros@larkfield.example");
        assert_eq!(found[1], true, "{look:?}: the active cell is under what stays in view");
        assert_eq!(visit.browser.axe().await.unwrap(), [], "{look:?}");
        visit.picture("mend-held", look).await;
        // Back at the key itself, nothing is held.
        visit.go_to(13, "Work Email").await;
        grid.send_keys(Key::Left + Key::Right).await.unwrap();
        visit.see(&format!("{}:not(.holds-key)", test("grid"))).await;
        visit.see_words("vinicius", &cell(14, 5)).await;
    }
    visit.expect_quiet_console().await;
}
