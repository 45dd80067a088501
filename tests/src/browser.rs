//! A real Chromium, driven as a person would: opened for one test, with a profile of its own, and closed after it.

use std::{io::Write, net::TcpStream, ops::Deref, path::Path, process::Command, sync::Arc, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel, extensions::query::ElementPollerWithTimeout, prelude::*};

use crate::{place, process::Process};

/// How often chromedriver is started before giving up.
const STARTS: usize = 3;

const START_PATIENCE: Duration = Duration::from_secs(30);
const END_PATIENCE: Duration = Duration::from_secs(10);
const SCRIPT_PATIENCE: Duration = Duration::from_secs(60);

/// How long a query waits for its element; a machine that also compiles is slow.
const QUERY_PATIENCE: Duration = Duration::from_secs(20);
const QUERY_INTERVAL: Duration = Duration::from_millis(50);

const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A browser window. What is not here comes from [`WebDriver`], to which it dereferences.
pub struct Browser {
    driver: WebDriver,
    chromedriver: Process,
    chromedriver_port: u16,
    _profile: TempDir,
}

/// What the system prefers, as CSS sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorScheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// One request that the page sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Such as `GET`.
    pub method: String,
    /// The whole address.
    pub url: String,
}

/// One rule of accessibility that the page breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// axe-core's name of the rule.
    pub rule: String,
    /// What the rule asks for.
    pub help: String,
    /// The HTML of the elements that break it.
    pub elements: Vec<String>,
}

/// Starts chromedriver on a free port. It looks for one of its own for IPv4 and IPv6 alike, and now and then another program
/// takes that one in between.
fn start_chromedriver() -> (Process, u16) {
    let mut log = String::new();
    for _ in 0..STARTS {
        let program = place::machine_program("CHROMEDRIVER", "chromedriver");
        let mut chromedriver = Process::start(Command::new(program).arg("--port=0"));
        let port = chromedriver.wait_for("started successfully on port ", START_PATIENCE);
        match port.and_then(|port| port.trim_end_matches('.').parse().ok()) {
            Some(port) => return (chromedriver, port),
            None => log = chromedriver.log(),
        }
    }
    panic!("chromedriver doesn't start:\n{log}");
}

impl Browser {
    /// Opens a window of 1280 × 900 CSS pixels.
    pub async fn start() -> Self {
        Self::start_with_window(1280, 900).await
    }

    /// Opens a window of another size, in CSS pixels.
    pub async fn start_with_window(width: u32, height: u32) -> Self {
        let (chromedriver, chromedriver_port) = start_chromedriver();
        let profile = tempfile::tempdir().expect("the temporary folder can be written");
        let capabilities = capabilities(profile.path(), width, height).expect("these options are known");
        // A proxy of the machine has nothing to do with this.
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client without settings can be built");
        let driver = WebDriver::builder(format!("http://127.0.0.1:{chromedriver_port}"), capabilities)
            .client(client)
            .request_timeout(SCRIPT_PATIENCE * 2)
            .poller(Arc::new(ElementPollerWithTimeout::new(QUERY_PATIENCE, QUERY_INTERVAL)))
            .connect()
            .await
            .unwrap_or_else(|error| panic!("Chromium doesn't start: {error}\n{}", chromedriver.log()));
        driver
            .set_script_timeout(SCRIPT_PATIENCE)
            .await
            .expect("Chromium answers");
        Self {
            driver,
            chromedriver,
            chromedriver_port,
            _profile: profile,
        }
    }

    /// Every request that the page has sent since the last call, or since the start.
    ///
    /// Two calls frame a person's steps: what comes from the second was sent in between. `data:` and `blob:`
    /// addresses don't leave the browser and are left out.
    pub async fn requests(&self) -> Vec<Request> {
        let log = self
            .driver
            .get_log("performance")
            .await
            .expect("Chromium logs its requests");
        log.iter().filter_map(|entry| sent_request(&entry.message)).collect()
    }

    /// Every error on the console since the last call, or since the start.
    pub async fn console_errors(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.expect("Chromium logs its console");
        log.into_iter()
            .filter(|entry| entry.level == "SEVERE")
            .map(|entry| entry.message)
            .collect()
    }

    /// Chooses `file` in the file input that `css` names.
    pub async fn set_file(&self, css: &str, file: &Path) -> WebDriverResult<()> {
        let path = file
            .canonicalize()
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        // A file input is often hidden behind something nicer, so that it need not be displayed.
        self.driver
            .query(By::Css(css))
            .first()
            .await?
            .send_keys(path.to_string_lossy())
            .await
    }

    /// Writes what the window shows to `target/screenshots/NAME.png`.
    pub async fn take_screenshot(&self, name: &str) -> WebDriverResult<()> {
        self.driver
            .screenshot(&place::screenshots().join(format!("{name}.png")))
            .await
    }

    /// Lets the page believe that the system is light or dark.
    pub async fn prefer(&self, scheme: ColorScheme) -> WebDriverResult<()> {
        let value = match scheme {
            ColorScheme::Light => "light",
            ColorScheme::Dark => "dark",
        };
        let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
        self.driver
            .cdp()
            .send_raw("Emulation.setEmulatedMedia", media)
            .await
            .map(drop)
    }

    /// What axe-core finds against WCAG 2.2 AA in the page as it is now.
    pub async fn axe(&self) -> WebDriverResult<Vec<Violation>> {
        let script = std::fs::read_to_string(place::axe())
            .unwrap_or_else(|error| panic!("axe-core is missing ({error}): start the tests with `cargo xtask test`"));
        self.driver.execute(script, []).await?;
        let found = self.driver.execute_async(RUN_AXE, []).await?;
        let found = found.json();
        let violations = found.as_array().unwrap_or_else(|| panic!("axe-core failed: {found}"));
        Ok(violations.iter().map(violation).collect())
    }
}

const RUN_AXE: &str = r#"
    const done = arguments[arguments.length - 1];
    const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const name = ({ id, help, nodes }) => ({ id, help, elements: nodes.map(node => node.html) });
    axe.run(document, { runOnly: levels }).then(
        result => done(result.violations.map(name)),
        error => done(String(error)),
    );
"#;

fn violation(found: &Value) -> Violation {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let elements = found["elements"].as_array().into_iter().flatten().map(text).collect();
    Violation {
        rule: text(&found["id"]),
        help: text(&found["help"]),
        elements,
    }
}

fn capabilities(profile: &Path, width: u32, height: u32) -> WebDriverResult<ChromeCapabilities> {
    let mut capabilities = DesiredCapabilities::chrome();
    if let Some(place) = std::env::var_os("CHROMIUM") {
        capabilities.set_binary(&place.to_string_lossy())?;
    }
    for flag in FLAGS {
        capabilities.add_arg(flag)?;
    }
    capabilities.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    capabilities.add_arg(&format!("--window-size={width},{height}"))?;
    capabilities.set_logging_prefs("browser", LoggingPrefsLogLevel::All)?;
    capabilities.set_logging_prefs("performance", LoggingPrefsLogLevel::All)?;
    Ok(capabilities)
}

/// `message` is an event of Chromium's DevTools as JSON.
fn sent_request(message: &str) -> Option<Request> {
    let event: Value = serde_json::from_str(message).ok()?;
    let event = &event["message"];
    let request = &event["params"]["request"];
    let url = request["url"].as_str()?;
    let is_sent = event["method"] == "Network.requestWillBeSent" && url.starts_with("http");
    is_sent.then(|| Request {
        method: request["method"].as_str().unwrap_or_default().to_owned(),
        url: url.to_owned(),
    })
}

impl Deref for Browser {
    type Target = WebDriver;

    fn deref(&self) -> &WebDriver {
        &self.driver
    }
}

impl Drop for Browser {
    /// WebDriver's own way out waits for the thread that it blocks; chromedriver closes Chromium by itself.
    fn drop(&mut self) {
        // Fails only for a session that a test has quit itself.
        let _ = self.driver.clone().leak();
        if let Ok(mut connection) = TcpStream::connect(("127.0.0.1", self.chromedriver_port)) {
            let _ = connection.write_all(b"GET /shutdown HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
            self.chromedriver.wait_for_end(END_PATIENCE);
        }
    }
}
