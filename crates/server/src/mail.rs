//! Sends plain-text mail over SMTP.
//!
//! Knows nothing of notices: what is written, to whom and when stands in `notices` and `delivery`.

use std::time::Duration;

use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

/// For each answer of the mail server.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// For a whole mail.
pub(crate) const MAIL_TIMEOUT: Duration = Duration::from_secs(60);
/// What stands for STARTTLS in the scheme of an address, and how the SMTP library spells it.
const STARTTLS: (&str, &str) = ("smtp+starttls://", "tls=required");

/// A mail server that takes our mail, and whom it comes from.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Mailer {
    /// Without the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mailer({})", self.from)
    }
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MailError {
    /// The address, or the mail, will never be taken.
    Refused(String),
    /// Trying again later may help.
    Later(String),
    /// There is no mail server to talk to, for nobody.
    Away(String),
}

impl MailError {
    /// The mail server's or the system's words.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Refused(text) | Self::Later(text) | Self::Away(text) => text,
        }
    }
}

impl Mailer {
    /// `url` is `smtp://USER:PASSWORD@HOST:PORT`, `smtp+starttls://…` or `smtps://…`; `from` an address, with or
    /// without a name: `Passmuster <passmuster@example.com>`. Server and user are not asked yet.
    ///
    /// # Errors
    /// In words, without the password.
    pub fn new(url: &str, from: &str) -> Result<Self, String> {
        let from: Mailbox = from
            .trim()
            .parse()
            .map_err(|error| format!("{from:?} is not an address that mail can come from: {error}"))?;
        let (starttls, required) = STARTTLS;
        let url = match url.trim().strip_prefix(starttls) {
            Some(rest) if rest.contains('?') => format!("smtp://{rest}&{required}"),
            Some(rest) => format!("smtp://{rest}?{required}"),
            None => url.trim().to_owned(),
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url).map_err(|error| {
            format!("The mail server's address has to be smtp://, smtp+starttls:// or smtps:// and a host: {error}")
        })?;
        let transport = transport
            .timeout(Some(ANSWER_TIMEOUT))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()));
        Ok(Self {
            transport: transport.build(),
            from,
        })
    }

    /// Sends one mail. Line breaks and other control characters in `to` or `subject` never reach a header.
    ///
    /// `id` tells the mail from others; one that is sent again after a crash has the same.
    ///
    /// # Errors
    /// [`MailError`].
    pub(crate) async fn send(&self, to: &str, subject: &str, text: &str, id: &str) -> Result<(), MailError> {
        let address: Address = to
            .trim()
            .parse()
            .map_err(|error| MailError::Refused(format!("{to:?} is not an address: {error}")))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(one_line(subject))
            .date_now()
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(text.to_owned())
            .map_err(|error| MailError::Refused(error.to_string()))?;
        match tokio::time::timeout(MAIL_TIMEOUT, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(verdict(&error, to)),
            Err(_) => Err(MailError::Away("the mail server is too slow".to_owned())),
        }
    }
}

/// A text without what could end a header's line.
pub(crate) fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// 5xx is for good, except where our own user or password is refused; no answer at all concerns everybody.
// RFC 5321 §4.2.1, RFC 4954 §6
fn verdict(error: &SmtpError, to: &str) -> MailError {
    let text = match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    };
    let code = error.status().map(u16::from);
    match code {
        // The server doesn't know letters beyond ASCII in addresses.
        None if error.is_client() && !to.is_ascii() => MailError::Refused(text),
        None | Some(421 | 454 | 530 | 534 | 535 | 538) => MailError::Away(text),
        Some(_) if error.is_permanent() => MailError::Refused(text),
        Some(_) => MailError::Later(text),
    }
}

/// Asks robots not to answer.
// RFC 3834 §5
#[derive(Debug, Clone, Copy)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_understood_or_refused_at_the_start() {
        let new = |url| Mailer::new(url, "Passmuster <pm@example.com>");
        for url in [
            "smtp://localhost:2525",
            "smtps://u:p@mail.example.com",
            "smtp+starttls://u:p%40@mail.example.com:587",
        ] {
            assert!(new(url).is_ok(), "{url}");
        }
        for url in ["mail.example.com", "http://mail.example.com", "smtp://"] {
            assert!(new(url).is_err(), "{url}");
        }
        assert!(Mailer::new("smtp://localhost", "nobody").is_err());
    }

    #[test]
    fn a_password_is_not_shown() {
        let mailer = Mailer::new("smtp://user:s3cret@localhost", "pm@example.com").expect("an address");
        assert!(!format!("{mailer:?}").contains("s3cret"));
    }

    #[tokio::test]
    async fn what_is_no_address_is_refused_before_anything_is_sent() {
        let mailer = Mailer::new("smtp://localhost:1", "pm@example.com").expect("an address");
        for to in ["", "a b", "a@b.co\r\nBcc: c@d.co", "a@b.co, c@d.co", "<a@b.co>"] {
            let sent = mailer.send(to, "s", "t", "id").await;
            assert!(matches!(sent, Err(MailError::Refused(_))), "{to:?}: {sent:?}");
        }
    }
}
