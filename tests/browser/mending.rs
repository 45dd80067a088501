//! Every fault of a messy export, mended in the page, then uploaded; and the same file the next night.

use serde_json::Value;
use thirtyfour::prelude::*;

use crate::visit::{NARROW_DARK, NARROW_LIGHT, Visit, WIDE_DARK, WIDE_LIGHT, example, example_mapping, test};

/// The longest that a new verdict may take after a cell was written, of 100,000 rows.
const VERDICT_MS: i64 = 50;

impl Visit {
    /// Opens the check of the export with its mapping, without signing in.
    pub(crate) async fn check_export(&self) {
        self.open("/check").await;
        self.wait_for_worker().await;
        let input = test("mapping-input");
        let mapping = example("hris-export.mapping.json");
        self.browser.set_file(&input, &mapping).await.unwrap();
        self.see_words("A mapping of 14 fields is used", ".mapping-file").await;
        self.choose_file(&example("hris-export.csv")).await;
        self.see_words("200 rows", &test("file-bar")).await;
        self.press(&test("check")).await;
        self.see_words("17 errors to mend", ".step-head h2").await;
        self.see_words("004410020011", &cell(2, 2)).await;
    }

    /// Presses keys where the focus is.
    async fn keys(&self, keys: impl Into<TypingData>) {
        let active = self.browser.active_element().await.expect("something has the focus");
        active.send_keys(keys).await.expect("it takes keys");
    }

    /// Shows the rows of a kind of problem.
    async fn show_kind(&self, rule: &str) {
        self.press(&format!(".problem-group[data-rule='{rule}']")).await;
        self.see(&format!(".problem-group[data-rule='{rule}'][aria-pressed='true']"))
            .await;
        let grid = test("grid");
        self.see(&format!("{grid}:not([aria-rowcount='201'])")).await;
    }

    /// Writes a text into a cell of the row with this number.
    pub(crate) async fn write(&self, row: u64, column: &str, text: &str) {
        self.press(&format!("{} .chips button:first-child", ".mend-summary"))
            .await;
        self.see(&format!("{}[aria-rowcount='201']", test("grid"))).await;
        self.go_to(row, column).await;
        self.keys(Key::F2).await;
        let editor = self.see(".grid-editor").await;
        editor.send_keys(text).await.unwrap();
        editor.send_keys(Key::Enter).await.unwrap();
        let cell = self.place(row, column).await;
        self.see_words(text, &cell).await;
    }

    /// Makes a cell the active one, by the keys of the grid.
    pub(crate) async fn go_to(&self, row: u64, column: &str) {
        let grid = self.see(&test("grid")).await;
        grid.focus().await.unwrap();
        self.keys(Key::Control + Key::Home).await;
        self.see(&format!("{}#grid-active-cell", cell(2, 2))).await;
        let script = "const grid = arguments[0]; grid.scrollTo(grid.scrollLeft, (arguments[1] - 1) * 32 - 64)";
        let arguments = [grid.to_json().unwrap(), Value::from(row)];
        self.browser.execute(script, arguments).await.unwrap();
        let place = self.place(row, column).await;
        self.see(&place).await;
        let script = "const cell = document.querySelector(arguments[0]);
            cell.scrollIntoView({ inline: 'center', block: 'nearest' });
            cell.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }))";
        self.browser
            .execute(script, [Value::from(place.clone())])
            .await
            .unwrap();
        grid.focus().await.unwrap();
        self.see(&format!("{place}#grid-active-cell")).await;
    }

    /// How the cell of a column in a row of the file is named while all rows are shown.
    pub(crate) async fn place(&self, row: u64, column: &str) -> String {
        let script = "return [...document.querySelectorAll('.grid-head [role=columnheader]')]
            .findIndex(head => head.textContent === arguments[0]) + 1";
        let found = self.browser.execute(script, [Value::from(column)]).await.unwrap();
        let index = found.json().as_u64().expect("the column is there");
        assert!(index > 0, "{column}");
        cell(row as usize + 1, index as usize)
    }

    /// Waits until so many errors are left.
    pub(crate) async fn errors(&self, count: u64) {
        let words = match count {
            0 => "The file passes".to_owned(),
            1 => "1 error to mend".to_owned(),
            count => format!("{count} errors to mend"),
        };
        self.see_words(&words, ".step-head h2").await;
    }
}

/// A cell of the grid, as those count who listen to the page: the head is row 1, the numbers are column 1.
pub(crate) fn cell(row: usize, column: usize) -> String {
    format!("[data-test='grid'] [aria-rowindex='{row}'] [aria-colindex='{column}']")
}

#[tokio::test]
async fn every_fault_of_the_export_is_mended_in_the_page() {
    let mapping = example_mapping("hris-export.mapping.json");
    let mut visit = Visit::start_with_hris().await;
    visit.become_admin().await;
    visit.enable_integration().await;
    visit.press_words("Credentials", "main .actions a").await;
    visit.go_to_tab("Check & Upload").await;
    visit.wait_for_worker().await;
    let before = visit.line.sent();
    visit.choose_file(&example("hris-export.csv")).await;
    visit.match_columns(&mapping).await;
    visit.press(&test("check")).await;
    visit.errors(17).await;
    visit.picture("mend-1-found", WIDE_LIGHT).await;

    // Two words of the source get a meaning that the next file has too: the file itself stays as it is.
    for (row, word, left) in [(13, "True", 16), (141, "False", 15)] {
        visit.write(row, "Status", word).await;
        visit.press(&test("save-rule")).await;
        visit.errors(left).await;
    }
    visit.picture("mend-2-rules", WIDE_LIGHT).await;

    // One value everywhere: first in a cell, then in all that say the same.
    visit.write(30, "Time Zone", "America/New_York").await;
    visit.press(&test("apply-to-all")).await;
    visit.errors(13).await;
    // By find and replace: the count comes before the change.
    visit.go_to(45, "Time Zone").await;
    visit.keys(Key::Control + "h").await;
    visit
        .see_words("2 cells in 2 rows would change", &test("find-count"))
        .await;
    visit.fill("#replace-with", "Europe/Paris").await;
    visit.see_words("Replace 2 cells", &test("replace-now")).await;
    visit.picture("mend-3-replace", WIDE_LIGHT).await;
    visit.press(&test("replace-now")).await;
    visit.errors(11).await;

    // Cell by cell.
    for (row, column, text, left) in [
        (43, "Last Name", "Marsh", 10),
        (49, "Work Email", "fixed.49@larkfield.example", 9),
        (57, "Work Email", "fixed.57@larkfield.example", 8),
        (72, "Manager Email", "bozena.kaminska@larkfield.example", 7),
        (81, "Employee ID", "004410099081", 6),
        (82, "Employee ID", "004410099082", 5),
        (99, "Team", "Field Support", 4),
        (146, "System Admin", "FALSE", 3),
    ] {
        visit.write(row, column, text).await;
        visit.errors(left).await;
    }
    for row in [74, 76, 103] {
        visit
            .write(row, "Manager Email", "bozena.kaminska@larkfield.example")
            .await;
    }
    visit.errors(2).await;

    // A row that can't be read: what was cut in two is joined again.
    visit.show_kind("ragged_row").await;
    visit.see_words("105", &test("details")).await;
    visit.picture("mend-4-ragged", WIDE_LIGHT).await;
    visit.press(&test("open-row")).await;
    visit
        .see_words("17 cells, the header has 16", &test("cell-count"))
        .await;
    visit.picture("mend-5-row", WIDE_LIGHT).await;
    visit.press(&test("join-2")).await;
    visit
        .see_words("As many cells as the header has", &test("cell-count"))
        .await;
    visit.press(&test("save-row")).await;
    visit.errors(1).await;

    // The same person twice: the second row stays out, and stays in sight.
    visit.show_kind("duplicate_email").await;
    visit.see_words("Row 175", &test("details")).await;
    visit.press(&test("leave-out")).await;
    visit.errors(0).await;
    visit.press(&test("show-changed-by-me")).await;
    visit.see(".grid-row.left-out").await;
    for look in [WIDE_LIGHT, WIDE_DARK, NARROW_LIGHT, NARROW_DARK] {
        visit.look(look).await;
        assert_eq!(visit.browser.axe().await.unwrap(), [], "{look:?}");
        visit.picture("mend-6-passes", look).await;
    }
    visit.look(WIDE_LIGHT).await;
    assert_eq!(
        visit.line.sent(),
        before,
        "something was sent before anyone asked for it"
    );

    // What is planned and uploaded is the mended file.
    visit.press(&test("show-plan")).await;
    visit.see(&test("plan")).await;
    let note = visit.text(&test("mended-note")).await;
    assert!(note.contains("1 row left out"), "{note}");
    visit.picture("mend-7-review", WIDE_LIGHT).await;
    visit.press(&test("apply")).await;
    let result = visit.text(&test("result")).await;
    assert!(result.contains("196 created"), "{result}");

    // The next night the words of the source are known.
    visit.press_words("Check another file", "button").await;
    visit.see(&test("drop-zone")).await;
    visit.choose_file(&example("hris-export.csv")).await;
    visit.see_words("Match columns", ".step-head h2").await;
    visit.press(&test("check")).await;
    visit.errors(15).await;
    assert!(!visit.has("[data-rule='invalid_boolean']").await);
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn the_grid_is_worked_by_keys_alone() {
    let visit = Visit::start().await;
    visit.check_export().await;
    let grid = visit.see(&test("grid")).await;
    grid.focus().await.unwrap();

    // On to the first problem, and back to the last.
    visit.keys(Key::F8).await;
    visit.see_words("Row 13", &test("details")).await;
    visit.see_words("LOA", "#grid-active-cell").await;
    visit.keys(Key::Shift + Key::F8).await;
    visit.see_words("Row 175", &test("details")).await;
    visit.keys(Key::F8).await;
    visit.see_words("LOA", "#grid-active-cell").await;

    // Escape changes nothing; what is typed replaces what was there.
    visit.keys("x").await;
    visit.keys(Key::Escape).await;
    visit.see_words("LOA", "#grid-active-cell").await;
    visit.keys("A").await;
    let editor = visit.see(".grid-editor").await;
    editor.send_keys("ctive").await.unwrap();
    editor.send_keys(Key::Enter).await.unwrap();
    visit.errors(16).await;
    visit.see_words("Row 14", &test("details")).await;

    // Back and forth.
    visit.keys(Key::Control + "z").await;
    visit.errors(17).await;
    visit.keys(Key::Control + "y").await;
    visit.errors(16).await;
    visit.keys(Key::Control + "z").await;
    visit.errors(17).await;

    // All same values at a stroke of find and replace, and one step back takes all of it back.
    visit.go_to(30, "Time Zone").await;
    visit.keys(Key::Control + "h").await;
    visit.see_words("2 cells in 2 rows", &test("find-count")).await;
    visit.fill("#replace-with", "America/New_York").await;
    visit.see_words("Replace 2 cells", &test("replace-now")).await;
    visit.keys(Key::Enter).await;
    visit.errors(15).await;
    visit.press(&test("undo")).await;
    visit.errors(17).await;

    // A row left out and taken back.
    visit.go_to(13, "Status").await;
    visit.press(&test("leave-out")).await;
    visit.errors(16).await;
    visit.see_words("Take the row back", &test("leave-out")).await;
    visit.press(&test("leave-out")).await;
    visit.errors(17).await;

    // The same rows as a plain table.
    visit.press(&test("plain")).await;
    visit.see_words("004410020011", &test("plain-table")).await;
    for look in [WIDE_LIGHT, NARROW_DARK] {
        visit.look(look).await;
        // What lies half below the head of the page is no target.
        visit.browser.execute("scrollTo(0, 0)", []).await.unwrap();
        assert_eq!(visit.browser.axe().await.unwrap(), [], "{look:?}");
        visit.picture("mend-table", look).await;
    }
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn only_the_good_rows_are_sent_when_a_person_wants_so() {
    let visit = Visit::start().await;
    visit.check_export().await;
    for look in [WIDE_LIGHT, WIDE_DARK, NARROW_LIGHT, NARROW_DARK] {
        visit.look(look).await;
        assert_eq!(visit.browser.axe().await.unwrap(), [], "{look:?}");
        visit.picture("mend-found", look).await;
    }
    visit.look(WIDE_LIGHT).await;
    visit.press(&test("leave-out-bad")).await;
    visit.picture("mend-good-rows", WIDE_LIGHT).await;
    visit.press(&test("leave-out-bad-now")).await;
    visit.errors(0).await;
    visit.see_words("17 left out", &test("rows-rest")).await;
    visit.press(&test("undo")).await;
    visit.errors(17).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn a_new_verdict_comes_at_once() {
    let visit = Visit::start().await;
    visit.open("/check").await;
    visit.wait_for_worker().await;
    let mut file = String::from("Email,First Name,Last Name\n");
    for row in 1..=100_000 {
        let first = if row == 3 { "" } else { "Ann" };
        file.push_str(&format!("user{row}@example.com,{first},Lee {row}\n"));
    }
    visit.choose_file(&visit.write_file("large.csv", file.as_bytes())).await;
    visit.press(&test("check")).await;
    visit.errors(1).await;
    visit.see_words("user3@example.com", &cell(4, 2)).await;
    visit.go_to(3, "First Name").await;
    visit.keys(Key::F2).await;
    let editor = visit.see(".grid-editor").await;
    editor.send_keys("Eve").await.unwrap();
    let script = "const done = arguments[arguments.length - 1];
        const cell = document.querySelector(arguments[0]);
        const from = performance.now();
        const observer = new MutationObserver(() => {
            if (!cell.hasAttribute('aria-invalid')) {
                observer.disconnect();
                done(performance.now() - from);
            }
        });
        observer.observe(cell, { attributes: true });
        document.querySelector('.grid-editor').dispatchEvent(
            new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));";
    let place = Value::from(cell(4, 3));
    let taken = visit.browser.execute_async(script, [place]).await.unwrap();
    let taken = taken.json().as_f64().unwrap() as i64;
    println!("the new verdict took {taken} ms");
    // A machine that also compiles is slow.
    assert!(taken <= 10 * VERDICT_MS, "{taken} ms");
    visit.errors(0).await;
    visit.expect_quiet_console().await;
}
