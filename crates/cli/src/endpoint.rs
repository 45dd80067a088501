//! Speaks to a server: one request, repeated where that is safe, and what it answered.
//!
//! The token goes to the host that was named and nowhere else. What an answer means is not decided here.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use passmuster_core::wire::{ErrorBody, ErrorItem};
use ureq::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, IF_MATCH, LOCATION};
use ureq::http::uri::{Authority, Scheme};
use ureq::http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Proxy, SendBody};

use crate::progress::Progress;
use crate::retry::{Failed, wait, wait_for_earlier_try, why};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// For sending a body, and again for the answer: a large body on a slow line, a large plan on a busy server.
const TIMEOUT: Duration = Duration::from_secs(600);
/// The most bytes of an answer, which may hold a plan for a million people.
const ANSWER_LIMIT: u64 = 4 * 1024 * 1024 * 1024;
/// From how many bytes on a server is asked first whether it wants the body.
const ASK_FIRST: usize = 256 * 1024;

/// What all commands that speak to a server take.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// The environment variable that holds the token
    #[arg(long, value_name = "NAME", default_value = "PASSMUSTER_TOKEN")]
    pub(crate) token_env: String,
    /// Certificates (PEM) to trust instead of the system's
    #[arg(long, value_name = "FILE")]
    ca_cert: Option<PathBuf>,
    /// How often a request is repeated when the server can't be reached or asks to come back
    #[arg(long, value_name = "N", default_value_t = 5)]
    retries: u32,
    /// Writes no progress and no notes to standard error
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// A server, and who speaks to it.
pub(crate) struct Endpoint {
    agent: Agent,
    address: Uri,
    scheme: Scheme,
    authority: Authority,
    token: String,
    retries: u32,
    is_quiet: bool,
    command: &'static str,
    /// Where requests go first.
    proxy: Option<String>,
}

/// What is to be sent.
pub(crate) struct Message<'a> {
    /// The whole address.
    pub(crate) address: Uri,
    /// `Token` or `Bearer`.
    pub(crate) scheme: &'static str,
    pub(crate) content_type: Option<String>,
    pub(crate) is_gzip: bool,
    pub(crate) if_match: Option<&'a str>,
    pub(crate) idempotency_key: Option<&'a str>,
    pub(crate) body: &'a [u8],
    /// Whether it may be sent again though nobody knows what became of it the first time.
    pub(crate) is_repeatable: bool,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// No answer came.
#[derive(Debug)]
pub(crate) struct Unreachable {
    /// In words.
    pub(crate) reason: String,
    /// Whether the server may have received the request all the same.
    pub(crate) may_have_arrived: bool,
}

impl Unreachable {
    /// The same as a refusal in the shape of every other one.
    pub(crate) fn into_body(self) -> ErrorBody {
        let hint = if self.may_have_arrived {
            "Whether the request arrived is not known."
        } else {
            "Nothing was sent. Check the address, and that the server runs."
        };
        ErrorBody {
            errors: vec![ErrorItem {
                id: "unavailable".to_owned(),
                description: self.reason,
                hint: Some(hint.to_owned()),
                ..ErrorItem::default()
            }],
            error_count: 1,
            ..ErrorBody::default()
        }
    }
}

impl Endpoint {
    /// # Errors
    /// A mistaken address or option, in words.
    pub(crate) fn new(address: &str, options: &Options, command: &'static str) -> Result<Self, String> {
        let (uri, scheme, authority) = parse_address(address)?;
        let token = token(&options.token_env)?;
        // A machine is not reached through a proxy from itself.
        let proxy = if is_loopback(&authority) {
            None
        } else {
            Proxy::try_from_env().filter(|proxy| !proxy.is_no_proxy(&uri))
        };
        let proxy_name = proxy.as_ref().map(|proxy| format!("{}:{}", proxy.host(), proxy.port()));
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("passmuster/", env!("CARGO_PKG_VERSION")))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_send_body(Some(TIMEOUT))
            .timeout_recv_response(Some(TIMEOUT))
            .timeout_recv_body(Some(TIMEOUT))
            .proxy(proxy);
        if scheme == Scheme::HTTPS {
            let roots = roots(options)?;
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        let endpoint = Self {
            agent: config.build().new_agent(),
            address: uri,
            scheme,
            authority,
            token,
            retries: options.retries,
            is_quiet: options.quiet,
            command,
            proxy: proxy_name,
        };
        if endpoint.scheme == Scheme::HTTP && !is_loopback(&endpoint.authority) && !endpoint.is_quiet {
            eprintln!("passmuster {command}: note: http:// sends token and file in the clear; https:// doesn't.");
        }
        Ok(endpoint)
    }

    /// The path of the address that was given.
    pub(crate) fn path(&self) -> &str {
        self.address.path()
    }

    /// Another address at the same server.
    ///
    /// # Errors
    /// A path that is none.
    pub(crate) fn at(&self, path: &str, query: &[(&str, &str)]) -> Result<Uri, String> {
        let mut text = path.to_owned();
        for (at, (key, value)) in query.iter().enumerate() {
            // Writing to a string never fails.
            let _ = write!(text, "{}{key}={}", if at == 0 { '?' } else { '&' }, escaped(value));
        }
        let uri = Uri::builder()
            .scheme(self.scheme.clone())
            .authority(self.authority.clone())
            .path_and_query(&text);
        uri.build().map_err(|_| format!("{text:?} is not a path"))
    }

    /// Sends a message until it is answered, as long as that is safe and the retries last.
    ///
    /// # Errors
    /// No answer at all.
    pub(crate) fn send(&self, message: &Message, progress: &Progress) -> Result<Answer, Unreachable> {
        let mut address = message.address.clone();
        let mut may_have_arrived = false;
        let mut tries = 0;
        let mut was_sent_on = false;
        let mut waits_since: Option<Instant> = None;
        loop {
            let outcome = self.try_send(message, &address, progress);
            if let Ok(answer) = &outcome
                && !was_sent_on
                && let Some(place) = self.same_method_elsewhere_here(answer)
            {
                self.note(progress, &format!("the server sends on to {place}; following."));
                address = place;
                was_sent_on = true;
                continue;
            }
            if let Err(failure) = &outcome {
                may_have_arrived |= failure.may_have_arrived;
            }
            // An answer was lost while the server worked on: it is not asked to begin again, but waited for.
            if tries > 0
                && let Some(wait) = wait_for_earlier_try(&outcome)
                && waits_since.is_none_or(|since| since.elapsed() < TIMEOUT)
            {
                if waits_since.is_none() {
                    waits_since = Some(Instant::now());
                    self.note(
                        progress,
                        "the server still works on the first try; waiting for its answer.",
                    );
                }
                sleep(wait);
                continue;
            }
            let wait = if tries < self.retries {
                wait(&outcome, message.is_repeatable, tries)
            } else {
                None
            };
            let Some(wait) = wait else {
                progress.end();
                let through = self.proxy.as_ref().map(|proxy| format!(", through the proxy {proxy}"));
                let through = through.unwrap_or_default();
                return outcome.map_err(|failure| Unreachable {
                    reason: format!("{}{through}: {}", address_of(&address), failure.reason),
                    may_have_arrived,
                });
            };
            tries += 1;
            let seconds = wait.as_secs();
            let line = format!(
                "{}; trying again in {seconds} s ({tries} of {}).",
                why(&outcome),
                self.retries
            );
            self.note(progress, &line);
            sleep(wait);
        }
    }

    fn note(&self, progress: &Progress, line: &str) {
        if !self.is_quiet {
            progress.note(&format!("passmuster {}: {line}", self.command));
        }
    }

    fn try_send(&self, message: &Message, address: &Uri, progress: &Progress) -> Result<Answer, Failed> {
        let mut authorization = HeaderValue::try_from(format!("{} {}", message.scheme, self.token))
            .map_err(|_| Failed::for_good("the token holds characters that no header can carry"))?;
        authorization.set_sensitive(true);
        let mut request = Request::post(address)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_LENGTH, message.body.len());
        if message.body.len() >= ASK_FIRST {
            request = request.header(EXPECT, "100-continue");
        }
        if message.is_gzip {
            request = request.header(CONTENT_ENCODING, "gzip");
        }
        if let Some(content_type) = &message.content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        if let Some(hash) = message.if_match {
            request = request.header(IF_MATCH, format!("\"{hash}\""));
        }
        if let Some(key) = message.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        let mut body = progress.reading(message.body);
        let request = request
            .body(SendBody::from_reader(&mut body))
            .map_err(|error| Failed::for_good(error.to_string()))?;
        let response = self.agent.run(request).map_err(Failed::from)?;
        let (parts, mut body) = response.into_parts();
        let body = body.with_config().limit(ANSWER_LIMIT).read_to_vec();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.map_err(Failed::from)?,
        })
    }

    /// Where a 307 or 308 leads, when that is the same server.
    fn same_method_elsewhere_here(&self, answer: &Answer) -> Option<Uri> {
        if !matches!(
            answer.status,
            StatusCode::PERMANENT_REDIRECT | StatusCode::TEMPORARY_REDIRECT
        ) {
            return None;
        }
        let place: Uri = answer.headers.get(LOCATION)?.to_str().ok()?.parse().ok()?;
        let is_here = place.scheme().is_none_or(|scheme| *scheme == self.scheme)
            && place.authority().is_none_or(|authority| *authority == self.authority);
        let path = place.path_and_query()?.as_str();
        is_here.then(|| self.at(path, &[]).ok())?
    }
}

/// Without its query.
fn address_of(address: &Uri) -> String {
    let (scheme, authority) = (address.scheme_str(), address.authority());
    match (scheme, authority) {
        (Some(scheme), Some(authority)) => format!("{scheme}://{authority}{}", address.path()),
        _ => address.path().to_owned(),
    }
}

fn parse_address(address: &str) -> Result<(Uri, Scheme, Authority), String> {
    let example = "such as https://passmuster.example.com/api/v1/data/hr/";
    let wrong = |what: &str| format!("--endpoint {address:?} {what}; give an address {example}");
    let uri: Uri = address.parse().map_err(|_| wrong("is not an address"))?;
    let (Some(scheme), Some(authority)) = (uri.scheme().cloned(), uri.authority().cloned()) else {
        return Err(wrong("has no https:// or no host"));
    };
    if scheme != Scheme::HTTP && scheme != Scheme::HTTPS {
        return Err(wrong("begins with neither https:// nor http://"));
    }
    if authority.as_str().contains('@') {
        return Err("--endpoint holds a name or password; give the token in the variable of --token-env".to_owned());
    }
    if uri.query().is_some() {
        return Err(wrong("has a \"?\"; what is to be done is said by the command"));
    }
    Ok((uri, scheme, authority))
}

fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn token(variable: &str) -> Result<String, String> {
    let hint = "set it to the integration's token, or name another one with --token-env";
    let value = match std::env::var(variable) {
        Ok(value) => value,
        Err(std::env::VarError::NotPresent) => {
            return Err(format!("the environment variable {variable} is not set; {hint}"));
        }
        Err(std::env::VarError::NotUnicode(_)) => {
            return Err(format!("the environment variable {variable} holds no text; {hint}"));
        }
    };
    let token = value.trim();
    if token.is_empty() {
        return Err(format!("the environment variable {variable} is empty; {hint}"));
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(format!(
            "the environment variable {variable} holds more than a token; {hint}"
        ));
    }
    Ok(token.to_owned())
}

/// The certificates of `--ca-cert`, else the system's, else those of Mozilla.
fn roots(options: &Options) -> Result<RootCerts, String> {
    if let Some(file) = &options.ca_cert {
        let name = file.display();
        let pem = std::fs::read(file).map_err(|error| format!("{name} can't be read: {error}"))?;
        let mut certificates = Vec::new();
        for item in parse_pem(&pem) {
            if let PemItem::Certificate(certificate) = item.map_err(|error| format!("{name}: {error}"))? {
                certificates.push(certificate);
            }
        }
        if certificates.is_empty() {
            return Err(format!("{name} holds no certificate in PEM form"));
        }
        return Ok(RootCerts::from(certificates));
    }
    let of_system = rustls_native_certs::load_native_certs().certs;
    if of_system.is_empty() {
        return Ok(RootCerts::WebPki);
    }
    let certificates = of_system
        .iter()
        .map(|certificate| Certificate::from_der(certificate).to_owned());
    Ok(RootCerts::from(certificates.collect::<Vec<_>>()))
}

/// As a part of a query.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}
