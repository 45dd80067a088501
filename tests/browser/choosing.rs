//! Choosing a file: from a template, a sample, the clipboard; read as it should be.

use passmuster_core::mapping::{FileFormat, Mapping};

use crate::visit::{Visit, WIDE_LIGHT, test};

/// Keeps what the page hands to a person as a file, so that it can be read.
const KEEP_FILES: &str = "
    window.kept = [];
    const make = URL.createObjectURL;
    URL.createObjectURL = blob => { window.kept.push(blob); return make.call(URL, blob); };";

impl Visit {
    /// Reads from now on what the page hands over as files.
    pub(crate) async fn keep_files(&self) {
        self.browser.execute(KEEP_FILES, []).await.unwrap();
    }

    /// What the page has handed over as a file last.
    pub(crate) async fn kept_file(&self) -> String {
        let read = "const done = arguments[arguments.length - 1];
            const wait = () => window.kept.length ? window.kept.pop().text().then(done) : setTimeout(wait, 50);
            wait()";
        let text = self.browser.execute_async(read, []).await.unwrap();
        text.convert().unwrap()
    }

    /// Pastes a text, as a spreadsheet puts it into the clipboard.
    async fn paste(&self, text: &str) {
        let paste = "const data = new DataTransfer();
            data.setData('text/plain', arguments[0]);
            document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))";
        self.browser.execute(paste, [text.into()]).await.unwrap();
    }

    /// Becomes admin, enables an integration and goes to its first step.
    pub(crate) async fn begin(&mut self) {
        self.become_admin().await;
        self.enable_integration().await;
        self.press(&test("to-check-upload")).await;
        self.wait_for_worker().await;
    }
}

#[tokio::test]
async fn a_template_fits_the_mapping_and_passes() {
    let mut visit = Visit::start().await;
    visit.begin().await;
    visit.picture("upload", WIDE_LIGHT).await;
    visit.keep_files().await;
    visit.press(&test("template")).await;
    let template = visit.kept_file().await;
    assert!(template.starts_with("email,first_name,last_name\n"), "{template}");
    let file = visit.write_file("template.csv", template.as_bytes());
    visit.choose_file(&file).await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;
    visit.press(&test("show-plan")).await;
    visit.see_words("Create 2 users", &test("apply")).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn a_sample_is_there_to_try() {
    let visit = Visit::start().await;
    visit.open("/check").await;
    visit.wait_for_worker().await;
    visit.press(&test("sample")).await;
    visit.see_words("hris-export.csv", &test("file-bar")).await;
    // What Excel did to two of its IDs is said at once.
    visit.see_words("This file went through Excel", ".banner").await;
    visit.see_words("1.23E+11", ".banner").await;
    visit.picture("sample", WIDE_LIGHT).await;
    let before = visit.line.sent();
    visit.press(&test("check")).await;
    visit.see(".step-head h2").await;
    assert_eq!(visit.line.sent(), before, "the file was sent somewhere");
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn rows_are_pasted_from_a_spreadsheet() {
    let visit = Visit::start().await;
    visit.open("/check").await;
    visit.wait_for_worker().await;
    visit.paste("just one cell").await;
    visit.see_words("Only one line was copied", ".drop-told").await;
    visit
        .paste("Email\tFirst Name\tLast Name\nann@example.com\tAnn\tHill\nben@example.com\tBen\tHill\n")
        .await;
    visit.see_words("pasted.tsv", &test("file-bar")).await;
    visit.see_words("2 rows", &test("file-bar")).await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn encoding_and_delimiter_show_what_the_file_would_be() {
    let visit = Visit::start().await;
    let file = visit.write_file(
        "latin.csv",
        b"Email;First Name;Last Name\nzoe@example.com;Zo\xEB;M\xFCller\n",
    );
    visit.open("/check").await;
    visit.wait_for_worker().await;
    visit.choose_file(&file).await;
    visit.see_words("Match columns", ".step-head h2").await;
    let encodings = visit.text(&test("encoding")).await;
    assert!(encodings.contains("Windows-1252: Zoë"), "{encodings}");
    assert!(encodings.contains("UTF-8: Zo\u{FFFD}"), "{encodings}");
    let delimiters = visit.text(&test("delimiter")).await;
    assert!(delimiters.contains("Semicolon: 3 columns"), "{delimiters}");
    visit.see_words("Zoë", ".samples").await;
    visit.choose(&test("encoding"), "windows-1252").await;
    visit.see_words("Zoë", ".samples").await;
    visit.choose(&test("delimiter"), ",").await;
    visit.see_words("1 column", &test("file-bar")).await;
    visit.choose(&test("delimiter"), ";").await;
    visit.see_words("3 columns", &test("file-bar")).await;
    visit.picture("encoding", WIDE_LIGHT).await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;
}

#[tokio::test]
async fn a_file_of_the_other_format_is_told_and_can_be_allowed() {
    let mut visit = Visit::start().await;
    let file = visit.write_file(
        "users.json",
        br#"[{"email":"ann@example.com","first_name":"Ann","last_name":"Hill"}]"#,
    );
    visit.begin().await;
    visit.choose_file(&file).await;
    visit
        .see_words(
            "This is a JSON file, and this integration takes CSV and Excel",
            ".banner",
        )
        .await;
    visit.picture("wrong-format", WIDE_LIGHT).await;
    visit.press(&test("switch-format")).await;
    visit.see_words("Match columns", ".step-head h2").await;
    visit.press(&test("check")).await;
    visit.press(&test("show-plan")).await;
    visit.see_words("Create 1 user", &test("apply")).await;
    visit.expect_quiet_console().await;
}

#[tokio::test]
async fn checking_here_saves_and_loads_its_mapping_and_sends_nothing() {
    let visit = Visit::start().await;
    visit.open("/check").await;
    visit.wait_for_worker().await;
    let before = visit.line.sent();
    visit
        .paste("Mail\tGiven\tFamily\tState\nann@example.com\tAnn\tHill\tHere\n")
        .await;
    visit.see_words("Match columns", ".step-head h2").await;
    for (column, target) in [
        ("Mail", "user.email"),
        ("Given", "user.first_name"),
        ("Family", "user.last_name"),
        ("State", "user.is_active"),
    ] {
        visit.choose(&format!("select[data-column='{column}']"), target).await;
    }
    visit
        .see_words("1 value unclear", "tbody:has([data-column='State'])")
        .await;
    visit
        .press_words("1 value unclear", "tbody:has([data-column='State']) button")
        .await;
    visit.choose("select[data-value='Here']", "True").await;
    visit.keep_files().await;
    visit.press(&test("save-mapping")).await;
    let mapping = Mapping::parse(visit.kept_file().await.as_bytes()).unwrap();
    assert_eq!((mapping.file_format, mapping.fields.len()), (FileFormat::Csv, 4));
    assert_eq!(mapping.fields[3].value_map["Here"], "True");

    // The next time the mapping is loaded, and all is matched.
    let file = visit.write_file("mapping.json", mapping.to_json().as_bytes());
    visit.press(&test("other-file")).await;
    visit.see(&test("drop-zone")).await;
    visit.browser.set_file(&test("mapping-input"), &file).await.unwrap();
    visit.see_words("A mapping of 4 fields is used", ".mapping-file").await;
    visit
        .paste("Mail\tGiven\tFamily\tState\nann@example.com\tAnn\tHill\tHere\n")
        .await;
    visit.see_words("Match columns", ".step-head h2").await;
    visit.press(&test("check")).await;
    visit.see_words("The file passes", ".step-head h2").await;
    assert_eq!(visit.line.sent(), before, "something was sent");
    assert!(!visit.has(&test("show-plan")).await);
    visit.expect_quiet_console().await;
}
