//! "Copy as": a call of an endpoint as a command for cURL, PowerShell or `passmuster`, ready to run.
//!
//! The token is never part of it; it stands in the variable `TOKEN`.

use leptos::prelude::*;
use passmuster_core::mapping::FileFormat;

use super::{copy_button::CopyButton, unique::unique};
use crate::api::Outgoing;

/// What a call sends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sent {
    /// A file of this name beside the person.
    File(String),
    /// This text.
    Text(String),
}

/// What the endpoint is to do with the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Report only.
    Check,
    /// Report and plan.
    Plan,
    /// Everything, or nothing.
    Apply,
}

impl Mode {
    /// As in `?mode=`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Plan => "plan",
            Self::Apply => "apply",
        }
    }
}

/// A body for an endpoint.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    /// The endpoint, with its trailing `/`.
    pub(crate) endpoint: String,
    /// What it is to do.
    pub(crate) mode: Mode,
    /// What the body is.
    pub(crate) format: FileFormat,
    /// The body.
    pub(crate) body: Sent,
}

/// A program that makes the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Program {
    Curl,
    PowerShell,
    Passmuster,
}

impl Program {
    const ALL: [Self; 3] = [Self::Curl, Self::PowerShell, Self::Passmuster];

    fn name(self) -> &'static str {
        match self {
            Self::Curl => "cURL",
            Self::PowerShell => "PowerShell",
            Self::Passmuster => "passmuster",
        }
    }
}

/// A text for a POSIX shell, whatever is in it.
fn for_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A text for PowerShell, which takes typographic quotes for quotes too.
fn for_powershell(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for letter in text.chars() {
        if matches!(letter, '\'' | '\u{2018}'..='\u{201B}') {
            quoted.push(letter);
        }
        quoted.push(letter);
    }
    quoted.push('\'');
    quoted
}

/// A request to any endpoint as a command; `credential` is the header, and what stands in it before the secret.
pub(crate) fn curl_of(outgoing: &Outgoing, credential: Option<(&str, &str)>) -> String {
    let origin = window().location().origin().unwrap_or_default();
    let address = for_shell(&format!("{origin}{}", outgoing.address));
    let mut parts = vec![format!("curl --fail-with-body --request {} {address}", outgoing.method)];
    parts.extend(credential.map(|(name, scheme)| format!("--header \"{name}: {scheme}$TOKEN\"")));
    if let Some((media, body)) = &outgoing.content {
        parts.push(format!("--header 'Content-Type: {media}'"));
        parts.push(format!("--data-raw {}", for_shell(body)));
    }
    parts.join(" \\\n  ")
}

impl Call {
    /// The whole address; applying is what the endpoint does without being asked.
    fn address(&self) -> String {
        match self.mode {
            Mode::Apply => self.endpoint.clone(),
            mode => format!("{}?mode={}", self.endpoint, mode.as_str()),
        }
    }

    fn content_type(&self) -> &'static str {
        match self.format {
            FileFormat::Csv => "text/csv",
            FileFormat::Json => "application/json",
        }
    }

    fn curl(&self) -> String {
        // --data-raw takes a leading @ for what it is.
        let body = match &self.body {
            Sent::File(name) => format!("--data-binary {}", for_shell(&format!("@{name}"))),
            Sent::Text(text) => format!("--data-raw {}", for_shell(text)),
        };
        [
            format!("curl --fail-with-body {}", for_shell(&self.address())),
            "--header \"Authorization: Token $TOKEN\"".to_owned(),
            format!("--header 'Content-Type: {}'", self.content_type()),
            body,
        ]
        .join(" \\\n  ")
    }

    fn powershell(&self) -> String {
        let body = match &self.body {
            Sent::File(name) => format!("-InFile {}", for_powershell(name)),
            Sent::Text(text) => format!("-Body ([Text.Encoding]::UTF8.GetBytes({}))", for_powershell(text)),
        };
        [
            format!(
                "Invoke-RestMethod -Method Post -Uri {}",
                for_powershell(&self.address())
            ),
            "-Headers @{ Authorization = \"Token $env:TOKEN\" }".to_owned(),
            format!("-ContentType '{}'", self.content_type()),
            body,
        ]
        .join(" `\n  ")
    }

    fn passmuster(&self) -> String {
        let file = match &self.body {
            Sent::File(name) => for_shell(name),
            Sent::Text(_) => "-".to_owned(),
        };
        let rest = match self.mode {
            Mode::Check => "--mapping mapping.json".to_owned(),
            Mode::Plan | Mode::Apply => {
                format!("--endpoint {} \\\n  --token-env TOKEN", for_shell(&self.endpoint))
            }
        };
        let command = format!("passmuster {} {file} \\\n  {rest}", self.mode.as_str());
        match &self.body {
            Sent::File(_) => command,
            Sent::Text(text) => format!("printf %s {} |\n  {command}", for_shell(text)),
        }
    }

    fn command(&self, program: Program) -> String {
        match program {
            Program::Curl => self.curl(),
            Program::PowerShell => self.powershell(),
            Program::Passmuster => self.passmuster(),
        }
    }
}

/// What to know about a command before it is run.
fn note(program: Program, mode: Mode) -> &'static str {
    match (program, mode) {
        (Program::Passmuster, Mode::Check) => {
            "Checks on your machine, without a token; export mapping.json under Data Format."
        }
        (Program::PowerShell, _) => "Set $env:TOKEN to an AUTH_TOKEN first.",
        _ => "Set TOKEN to an AUTH_TOKEN first: export TOKEN=…",
    }
}

/// A call, as a command for the program that is chosen here.
#[component]
pub(crate) fn CopyAs(
    /// What it is, such as `Upload a file`.
    #[prop(into)]
    label: String,
    /// The call.
    #[prop(into)]
    call: Signal<Call>,
) -> impl IntoView {
    let chosen = RwSignal::new(Program::Curl);
    let command = Memo::new(move |_| call.with(|call| call.command(chosen.get())));
    let group = unique("copy-as");
    let name = label.clone();
    let choices = Program::ALL
        .into_iter()
        .map(|program| {
            view! {
                <label>
                    <input
                        type="radio"
                        class="visually-hidden"
                        name=group.clone()
                        value=program.name()
                        prop:checked=move || chosen.get() == program
                        on:change=move |_| chosen.set(program)
                    />
                    <span>{program.name()}</span>
                </label>
            }
        })
        .collect_view();
    view! {
        <div class="copy-field copy-as" data-test="copy-as">
            <div class="copy-as-head">
                <span class="label">{label}</span>
                <div class="copy-as-choice">
                    <fieldset class="segments">
                        <legend class="visually-hidden">"Copy as"</legend>
                        {choices}
                    </fieldset>
                    <CopyButton name=name text=command />
                </div>
            </div>
            <div class="copy-box">
                <pre class="copy-text" tabindex="0" role="group" aria-label="Command"><code data-test="command">{command}</code></pre>
            </div>
            <p class="hint">{move || note(chosen.get(), call.with(|call| call.mode))}</p>
        </div>
    }
}
