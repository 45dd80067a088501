//! Which failures may pass, how long to wait for that, and what they are called.
//!
//! Waits for nothing itself.

use std::time::Duration;

use ureq::http::StatusCode;
use ureq::http::header::RETRY_AFTER;

use crate::endpoint::Answer;

/// The longest that a server's `Retry-After` is obeyed; a server that asks for more is left alone.
const LONGEST_WAIT: Duration = Duration::from_secs(120);
/// The shortest, whatever it says.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// Why one try brought no answer.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) reason: String,
    pub(crate) may_have_arrived: bool,
    /// Whether another try could end otherwise.
    may_pass: bool,
}

impl Failed {
    pub(crate) fn for_good(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            may_have_arrived: false,
            may_pass: false,
        }
    }
}

impl From<ureq::Error> for Failed {
    fn from(error: ureq::Error) -> Self {
        use std::io::ErrorKind::{
            AddrNotAvailable, ConnectionRefused, HostUnreachable, InvalidData, NetworkDown, NetworkUnreachable,
        };
        use ureq::{Error, Timeout};
        let (may_have_arrived, may_pass) = match &error {
            Error::HostNotFound | Error::ConnectionFailed | Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                (false, true)
            }
            Error::Io(error) => match error.kind() {
                ConnectionRefused | HostUnreachable | NetworkUnreachable | NetworkDown | AddrNotAvailable => {
                    (false, true)
                }
                // What TLS refuses once it refuses again.
                InvalidData => (false, false),
                _ => (!is_unknown_host(error), true),
            },
            Error::Timeout(_) => (true, true),
            Error::Protocol(_) | Error::LargeResponseHeader(..) | Error::BodyExceedsLimit(_) => (true, false),
            _ => (false, false),
        };
        let reason = match &error {
            Error::HostNotFound => "no host of this name is known".to_owned(),
            Error::Io(error) if is_unknown_host(error) => "no host of this name is known".to_owned(),
            Error::Io(error) => match error.kind() {
                ConnectionRefused => "nothing listens there (connection refused)".to_owned(),
                InvalidData if error.to_string().contains("certificate") => {
                    format!("its certificate is not trusted ({error}); --ca-cert FILE names those to trust")
                }
                InvalidData => format!("no secure connection comes about ({error}); is it http:// there?"),
                _ => format!("the connection broke ({error})"),
            },
            Error::Timeout(_) => "no answer came in time".to_owned(),
            Error::Protocol(_) => format!("what came back is not HTTP ({error})"),
            _ => error.to_string(),
        };
        Self {
            reason,
            may_have_arrived,
            may_pass,
        }
    }
}

/// The system's resolver has no kind of error of its own.
fn is_unknown_host(error: &std::io::Error) -> bool {
    error.to_string().starts_with("failed to lookup address information")
}

/// How long to wait before another try; `None` when there is to be none.
pub(crate) fn wait(outcome: &Result<Answer, Failed>, is_repeatable: bool, tries: u32) -> Option<Duration> {
    let by_itself = Duration::from_secs(1 << tries.min(5));
    match outcome {
        Err(failure) => (failure.may_pass && (is_repeatable || !failure.may_have_arrived)).then_some(by_itself),
        Ok(answer) => {
            let is_for_now = match answer.status {
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => true,
                // A proxy speaks for a server that is away; whether that one got the request, it doesn't know.
                StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT | StatusCode::REQUEST_TIMEOUT => is_repeatable,
                _ => false,
            };
            let wait = told(answer).unwrap_or_default().max(by_itself);
            (is_for_now && wait <= LONGEST_WAIT).then_some(wait)
        }
    }
}

/// What `Retry-After` asks for in seconds; a date there is not understood.
fn told(answer: &Answer) -> Option<Duration> {
    let seconds = answer.headers.get(RETRY_AFTER)?.to_str().ok()?;
    Some(Duration::from_secs(seconds.trim().parse().ok()?))
}

/// How long to wait while the server still works on an earlier try with the same Idempotency-Key; `None`: it doesn't.
pub(crate) fn wait_for_earlier_try(outcome: &Result<Answer, Failed>) -> Option<Duration> {
    let answer = outcome.as_ref().ok()?;
    (answer.status == StatusCode::CONFLICT)
        .then(|| told(answer))?
        .map(|wait| wait.clamp(SHORTEST_WAIT, LONGEST_WAIT))
}

/// `503 Service Unavailable`, or why there was no answer.
pub(crate) fn why(outcome: &Result<Answer, Failed>) -> String {
    match outcome {
        Ok(answer) => format!("the server answers {}", answer.status),
        Err(failure) => failure.reason.clone(),
    }
}
