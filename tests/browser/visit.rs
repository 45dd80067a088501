//! A person in front of the page: what they see, press, choose and type, waiting as long as a person would.

use std::path::{Path, PathBuf};

use passmuster_core::mapping::Mapping;
use passmuster_tests::{Browser, Database, Server, root};
use thirtyfour::{components::SelectElement, error::WebDriverErrorInner, prelude::*};

use crate::line::Line;

/// The password of the admin.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// Lets the system want no motion, so that what is looked at stands still.
const REDUCED_MOTION: (&str, &str) = ("prefers-reduced-motion", "reduce");

/// The tries that a press gets while the page draws itself anew under the finger.
const TRIES: usize = 5;

/// A person, a browser and a server with an empty directory.
pub(crate) struct Visit {
    pub(crate) server: Server,
    pub(crate) line: Line,
    pub(crate) browser: Browser,
}

/// How the page is looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) name: &'static str,
    pub(crate) width: u32,
    pub(crate) scheme: &'static str,
}

pub(crate) const WIDE_LIGHT: Look = Look {
    name: "wide-light",
    width: 1280,
    scheme: "light",
};
pub(crate) const WIDE_DARK: Look = Look {
    name: "wide-dark",
    width: 1280,
    scheme: "dark",
};
pub(crate) const NARROW_LIGHT: Look = Look {
    name: "narrow-light",
    width: 320,
    scheme: "light",
};
pub(crate) const NARROW_DARK: Look = Look {
    name: "narrow-dark",
    width: 320,
    scheme: "dark",
};

/// A file of `examples/`.
pub(crate) fn example(name: &str) -> PathBuf {
    root().join("examples").join(name)
}

/// A mapping of `examples/`.
pub(crate) fn example_mapping(name: &str) -> Mapping {
    let document = std::fs::read(example(name)).expect("the examples are there");
    Mapping::parse(&document).expect("the examples are right")
}

/// What names an element for tests.
pub(crate) fn test(name: &str) -> String {
    format!("[data-test='{name}']")
}

impl Visit {
    /// A new server, and a browser that has opened nothing yet.
    pub(crate) async fn start() -> Self {
        let server = Server::start(Database::Sqlite);
        let line = Line::to(&server.url(""));
        let browser = Browser::start().await;
        let visit = Self { server, line, browser };
        visit.look(WIDE_LIGHT).await;
        visit
    }

    /// The same in a workspace that has what the export of the HR system speaks of.
    pub(crate) async fn start_with_hris() -> Self {
        let visit = Self::start().await;
        for group_type in ["Department", "Office", "Team"] {
            assert_eq!(visit.server.cli(&["group-type", "create", group_type]).code, 0);
        }
        for id in ["Employee ID", "Phone Extension"] {
            assert_eq!(visit.server.cli(&["integration-id", "create", id]).code, 0);
        }
        visit
    }

    /// Opens a page by its address.
    pub(crate) async fn open(&self, path: &str) {
        self.browser.goto(self.line.url(path)).await.expect("the page opens");
    }

    /// Opens the one-time link and makes oneself the first admin.
    pub(crate) async fn become_admin(&mut self) {
        self.open_first_sign_in().await;
        self.fill("#email", "ada@larkfield.example").await;
        self.fill("#first-name", "Ada").await;
        self.fill("#last-name", "Hill").await;
        self.fill("#password", PASSWORD).await;
        self.press(&test("setup")).await;
        self.see_heading("Integrations").await;
    }

    /// Opens the one-time link.
    pub(crate) async fn open_first_sign_in(&mut self) {
        let link = self.server.first_sign_in();
        let path = link.find("/setup/").map(|at| link[at..].trim().to_owned());
        self.open(&path.expect("the link leads to the setup")).await;
        self.see_heading("Set up Passmuster").await;
    }

    /// Enables an integration for CSV; gives back its token.
    pub(crate) async fn enable_integration(&self) -> String {
        self.press(&test("enable-integration")).await;
        self.see_heading("Enable Integration").await;
        self.press("input[name='file-format'][value='csv']").await;
        self.press(&test("enable")).await;
        self.text(&test("auth-token")).await
    }

    /// Goes to a tab of the integration.
    pub(crate) async fn go_to_tab(&self, name: &str) {
        self.press_words(name, ".tabs a").await;
        self.see(&format!(".tabs a[aria-current='page'][href$='{}']", slug(name)))
            .await;
    }

    /// Waits until page and worker have loaded: from then on, nothing more is needed.
    pub(crate) async fn wait_for_worker(&self) {
        self.see(&test("drop-zone")).await;
        self.line.wait_for_request(&["GET ", "worker", ".wasm"]);
    }

    /// Chooses a file to check.
    pub(crate) async fn choose_file(&self, file: &Path) {
        self.browser
            .set_file(&test("file-input"), file)
            .await
            .expect("a file can be chosen");
    }

    /// Matches the columns as `mapping` says, by what the page offers to a person.
    pub(crate) async fn match_columns(&self, mapping: &Mapping) {
        self.see_words("Match columns", ".step-head h2").await;
        if self.has(&test("accept-all")).await {
            self.press(&test("accept-all")).await;
        }
        for field in &mapping.fields {
            let select = format!("select[data-column='{}']", field.api_field);
            self.choose(&select, &field.target.to_string()).await;
            if field.value_map.is_empty() {
                continue;
            }
            let toggle = format!(
                "//tr[.//select[@data-column='{}']]//button[@aria-expanded]",
                field.api_field
            );
            self.press_by(By::XPath(&toggle)).await;
            for (word, meaning) in &field.value_map {
                self.choose(&format!("select[data-value='{word}']"), meaning).await;
            }
        }
    }

    /// Waits until it is displayed.
    pub(crate) async fn see(&self, css: &str) -> WebElement {
        self.see_by(By::Css(css)).await
    }

    /// Waits for an element that the browser itself may show, such as a proposal.
    pub(crate) async fn is_offered(&self, css: &str) {
        if self.browser.query(By::Css(css)).first().await.is_err() {
            self.miss(css).await;
        }
    }

    /// Waits until an element like `css` has `words`.
    pub(crate) async fn see_words(&self, words: &str, css: &str) -> WebElement {
        let words_in = words.to_owned();
        // An element that is drawn anew while it is looked at is looked for again.
        let query = self.browser.query(By::Css(css)).ignore_errors(true).and_displayed();
        let found = query
            .with_text(move |text: &str| text.contains(&words_in))
            .first()
            .await;
        match found {
            Ok(element) => element,
            Err(_) => {
                self.miss(&format!("{css} with the words \u{201c}{words}\u{201d}"))
                    .await
            }
        }
    }

    /// Waits for the page with this heading.
    pub(crate) async fn see_heading(&self, words: &str) {
        self.see_words(words, "h1").await;
    }

    async fn see_by(&self, by: By) -> WebElement {
        match self
            .browser
            .query(by.clone())
            .ignore_errors(true)
            .and_displayed()
            .first()
            .await
        {
            Ok(element) => element,
            Err(_) => self.miss(&format!("{by:?}")).await,
        }
    }

    /// Fails with what there is in the place of what was waited for.
    async fn miss(&self, what: &str) -> ! {
        // The picture only helps to understand a failure that is told anyway.
        let _ = self.browser.take_screenshot("failure").await;
        let page = self.browser.find(By::Css("body")).await.expect("a page has a body");
        let text = page.text().await.unwrap_or_default();
        let errors = self.browser.console_errors().await;
        panic!(
            "{what} doesn't come. The page says:\n{text}\n\nThe console says:\n{}",
            errors.join("\n")
        );
    }

    /// Whether it is there now.
    pub(crate) async fn has(&self, css: &str) -> bool {
        self.browser.find(By::Css(css)).await.is_ok()
    }

    /// What it says.
    pub(crate) async fn text(&self, css: &str) -> String {
        self.see(css).await.text().await.expect("what is seen can be read")
    }

    /// What all like it say.
    pub(crate) async fn texts(&self, css: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for element in self.browser.find_all(By::Css(css)).await.expect("the page answers") {
            texts.push(element.text().await.expect("what is seen can be read"));
        }
        texts
    }

    /// Presses it.
    pub(crate) async fn press(&self, css: &str) {
        self.press_by(By::Css(css)).await;
    }

    /// Presses the element like `css` that has `words`.
    pub(crate) async fn press_words(&self, words: &str, css: &str) {
        let element = self.see_words(words, css).await;
        click(&element).await.expect("what is seen can be pressed");
    }

    async fn press_by(&self, by: By) {
        for _ in 0..TRIES {
            match click(&self.see_by(by.clone()).await).await {
                Err(error) if is_redrawn(&error) => {}
                pressed => return pressed.expect("what is seen can be pressed"),
            }
        }
        panic!("{by:?} doesn't stand still");
    }

    /// Chooses an option of a select by its value.
    pub(crate) async fn choose(&self, css: &str, value: &str) {
        for _ in 0..TRIES {
            let chosen = async {
                let select = SelectElement::new(&self.see(css).await).await?;
                select.select_by_value(value).await
            };
            match chosen.await {
                Err(error) if is_redrawn(&error) => {}
                chosen => return chosen.unwrap_or_else(|error| panic!("{css} has no {value}: {error}")),
            }
        }
        panic!("{css} doesn't stand still");
    }

    /// Types into a field.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.see(css).await;
        field.send_keys(text).await.expect("a field takes keys");
    }

    /// Types into a field in the place of what it holds.
    pub(crate) async fn replace(&self, css: &str, text: &str) {
        let field = self.see(css).await;
        field.clear().await.expect("a field can be emptied");
        field.send_keys(text).await.expect("a field takes keys");
    }

    /// What the element says that has the focus.
    pub(crate) async fn focused(&self) -> String {
        let words = self
            .browser
            .execute("return document.activeElement.textContent", [])
            .await;
        words
            .expect("the page answers")
            .json()
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Looks at the page in another way.
    pub(crate) async fn look(&self, look: Look) {
        let features = [("prefers-color-scheme", look.scheme), REDUCED_MOTION]
            .map(|(name, value)| serde_json::json!({ "name": name, "value": value }));
        let media = serde_json::json!({ "features": features });
        self.command("Emulation.setEmulatedMedia", media).await;
        self.size(look.width, 900).await;
    }

    async fn size(&self, width: u32, height: u32) {
        let size = serde_json::json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.command("Emulation.setDeviceMetricsOverride", size).await;
    }

    async fn command(&self, name: &str, arguments: serde_json::Value) {
        let done = self.browser.cdp().send_raw(name, arguments).await;
        done.unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    /// Takes a picture of the page as far as it goes down, named by the step and the look.
    pub(crate) async fn picture(&self, step: &str, look: Look) {
        let height = self
            .number("Math.min(document.documentElement.scrollHeight, 2400)")
            .await;
        self.size(
            look.width,
            u32::try_from(height).expect("a height is positive").max(600),
        )
        .await;
        let taken = self.browser.take_screenshot(&format!("{step}-{}", look.name)).await;
        taken.expect("a picture can be taken");
        self.size(look.width, 900).await;
    }

    /// The value of an expression in the page.
    pub(crate) async fn number(&self, expression: &str) -> i64 {
        let value = self.browser.execute(format!("return {expression}"), []).await;
        value
            .expect("the page answers")
            .json()
            .as_f64()
            .expect("it is a number") as i64
    }

    /// Fails if the page has logged an error.
    ///
    /// Chromium itself logs the answer 401 to the question who is signed in, while nobody is.
    pub(crate) async fn expect_quiet_console(&self) {
        let mut errors = self.browser.console_errors().await;
        errors.retain(|error| !(error.contains("/api/session ") && error.contains("401")));
        assert_eq!(errors, Vec::<String>::new());
    }
}

fn slug(name: &str) -> String {
    name.replace(" & ", "-").replace(' ', "-").to_lowercase()
}

/// Clicks on an element; where something that stays at the foot of the window lies over it, a person scrolls first.
async fn click(element: &WebElement) -> WebDriverResult<()> {
    match element.click().await {
        Err(error) if matches!(*error, WebDriverErrorInner::ElementClickIntercepted(_)) => {
            element.scroll_into_view().await?;
            element.click().await
        }
        clicked => clicked,
    }
}

/// Whether the page was drawn anew between finding an element and using it.
fn is_redrawn(error: &WebDriverError) -> bool {
    matches!(
        error.as_inner(),
        WebDriverErrorInner::StaleElementReference(_) | WebDriverErrorInner::ElementClickIntercepted(_)
    )
}
