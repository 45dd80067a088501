//! The words of a mail to the admin of an integration: how often what happened, then what, newest first.

use std::fmt::Write;

use crate::config::Config;
use crate::mail::one_line;
use crate::notices::counted;
use crate::store::notices::{Recipient, Told};

/// The most lines of what happened.
pub(crate) const LINES: u32 = 50;
/// The most characters of an integration's name in a subject.
const NAME_CHARACTERS: usize = 60;

/// Subject and text of a mail.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) subject: String,
    pub(crate) text: String,
}

/// All that happened: `totals` by kind with its number and its first time, `told` what there is room for.
pub(crate) fn digest(config: &Config, to: &Recipient, totals: &[(String, u64, i64)], told: &[Told]) -> Letter {
    let counts: Vec<String> = totals.iter().map(|(kind, number, _)| words(kind, *number)).collect();
    let integration = one_line(&to.integration_name);
    let page = page(config, to);
    let mut text = format!(
        "At the integration {integration:?} of the workspace {:?}",
        one_line(&to.workspace_name)
    );
    if let Some(first) = totals.iter().map(|(_, _, first)| *first).min() {
        let _ = write!(text, " since {}", moment(first));
    }
    let _ = write!(text, ":\n\n{}\n\nNewest first:\n", counts.join("\n"));
    for one in told {
        let _ = match one.count {
            1 => write!(text, "\n{}  {}\n", moment(one.last_at), one_line(&one.text)),
            often => write!(
                text,
                "\n{}  {often} times since {}: {}\n",
                moment(one.last_at),
                moment(one.first_at),
                one_line(&one.text)
            ),
        };
        if let Some(page) = &page
            && one.kind != "token_expires"
        {
            let _ = writeln!(text, "  {page}/data-explorer/{}", one.about);
        }
    }
    let all: u64 = totals.iter().map(|(_, number, _)| number).sum();
    let listed: u64 = told.iter().map(|one| one.count).sum();
    if all > listed {
        let _ = write!(text, "\nAnd {} more, which the Data Explorer lists.\n", all - listed);
    }
    text.push_str(&ending(config, page.as_deref()));
    Letter {
        subject: format!("[Passmuster] {}: {}", short(&integration), counts.join(", ")),
        text,
    }
}

/// A mail that tells only that mail arrives.
pub(crate) fn trial(config: &Config, to: &Recipient) -> Letter {
    let integration = one_line(&to.integration_name);
    let page = page(config, to);
    Letter {
        subject: format!("[Passmuster] {}: test mail", short(&integration)),
        text: format!(
            "This is a test: mail about the integration {integration:?} of the workspace {:?} arrives here.\n{}",
            one_line(&to.workspace_name),
            ending(config, page.as_deref())
        ),
    }
}

fn words(kind: &str, number: u64) -> String {
    let plural = if number == 1 { "" } else { "s" };
    match kind {
        "rejected" => format!("{} rejected", counted(number, "upload")),
        "held" => format!("{} held by a limit", counted(number, "upload")),
        "token_expires" => format!("{} about to expire", counted(number, "token")),
        other => format!("{number} notice{plural} ({other})"),
    }
}

fn ending(config: &Config, page: Option<&str>) -> String {
    let place = match page {
        Some(page) => format!("{page}/settings"),
        None => "Administration > Data > Integrations > Settings".to_owned(),
    };
    let minutes = config.notice_interval.as_secs().div_ceil(60);
    format!(
        "\n-- \nPassmuster writes to the integration's admin e-mail, at most every {}, when\nuploads are rejected or held \
         or a token is about to expire. To change the address:\n{place}\n",
        counted(minutes, "minute")
    )
}

/// Where the integration's own pages begin, when the server knows its own address.
fn page(config: &Config, to: &Recipient) -> Option<String> {
    let public_url = config.public_url.as_deref()?;
    let home = match &config.base_domain {
        None => public_url.to_owned(),
        Some(base) => {
            let (scheme, rest) = public_url.split_once("://")?;
            let port = rest.rsplit_once(':').filter(|(_, port)| port.parse::<u16>().is_ok());
            let port = port.map(|(_, port)| format!(":{port}")).unwrap_or_default();
            format!("{scheme}://{}.{base}{port}", to.subdomain)
        }
    };
    Some(format!("{home}/integrations/{}", to.integration_id))
}

/// `2026-11-21 08:00:00 UTC`
fn moment(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros)
        .map(|time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
        .unwrap_or_default()
}

fn short(name: &str) -> String {
    if name.chars().count() <= NAME_CHARACTERS {
        return name.to_owned();
    }
    let cut: String = name.chars().take(NAME_CHARACTERS - 1).collect();
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipient(integration_name: &str) -> Recipient {
        Recipient {
            workspace: "default".to_owned(),
            workspace_name: "Acme".to_owned(),
            subdomain: "acme".to_owned(),
            integration_id: "1".to_owned(),
            integration_name: integration_name.to_owned(),
            email: "ann@a.co".to_owned(),
            tries: 0,
            was_refused: false,
        }
    }

    fn told(count: u64) -> Told {
        Told {
            kind: "rejected".to_owned(),
            text: "Upload of 3 records rejected, 1 error: invalid_email (1, first in row 2).".to_owned(),
            count,
            first_at: 1_795_248_000_000_000,
            last_at: 1_795_248_060_000_000,
            about: "7".to_owned(),
        }
    }

    #[test]
    fn the_same_again_and_again_is_one_line() {
        let totals = [
            ("rejected".to_owned(), 37, 1_795_248_000_000_000),
            ("held".to_owned(), 1, 1_795_248_000_000_001),
        ];
        let config = Config {
            public_url: Some("https://pm.example.com".to_owned()),
            ..Config::default()
        };
        let letter = digest(&config, &recipient("HR"), &totals, &[told(36), told(1)]);
        assert_eq!(
            letter.subject,
            "[Passmuster] HR: 37 uploads rejected, 1 upload held by a limit"
        );
        let text = "At the integration \"HR\" of the workspace \"Acme\" since 2026-11-21 08:00:00 UTC:\n\n\
            37 uploads rejected\n1 upload held by a limit\n\nNewest first:\n\n\
            2026-11-21 08:01:00 UTC  36 times since 2026-11-21 08:00:00 UTC: Upload of 3 records rejected, 1 error: \
            invalid_email (1, first in row 2).\n  https://pm.example.com/integrations/1/data-explorer/7\n\n\
            2026-11-21 08:01:00 UTC  Upload of 3 records rejected, 1 error: invalid_email (1, first in row 2).\n  \
            https://pm.example.com/integrations/1/data-explorer/7\n\nAnd 1 more, which the Data Explorer lists.\n";
        assert!(letter.text.starts_with(text), "{}", letter.text);
    }

    #[test]
    fn a_name_stays_on_its_line() {
        let letter = digest(
            &Config::default(),
            &recipient("HR\r\nBcc: x@y.z\r\n\r\nHello"),
            &[],
            &[],
        );
        assert!(!letter.subject.contains(['\r', '\n']), "{:?}", letter.subject);
        assert!(!letter.text.contains("\nBcc"), "{:?}", letter.text);
    }

    #[test]
    fn a_workspace_has_links_of_its_own() {
        let config = Config {
            public_url: Some("https://pm.example.com:8443".to_owned()),
            base_domain: Some("pm.example.com".to_owned()),
            ..Config::default()
        };
        let page = page(&config, &recipient("HR"));
        assert_eq!(page.as_deref(), Some("https://acme.pm.example.com:8443/integrations/1"));
    }
}
