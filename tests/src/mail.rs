//! A mail server that keeps what it is given: SMTP over a real socket, as far as senders of plain mail go.
//!
//! It can be away, be slow, and refuse recipients. It checks nothing and delivers nothing.

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};

/// How often is looked whether the server should go away.
const LOOK: Duration = Duration::from_millis(10);

/// A mail as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    /// Headers and text, with line breaks as `\n`.
    pub text: String,
}

impl Mail {
    /// A header's value, unfolded; `None` when it is not there.
    pub fn header(&self, name: &str) -> Option<String> {
        let (headers, _) = self.text.split_once("\n\n")?;
        let unfolded = headers.replace("\n ", " ").replace("\n\t", " ");
        unfolded.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// What follows the headers, unpacked where it is quoted-printable.
    pub fn body(&self) -> String {
        let body = self.text.split_once("\n\n").map_or("", |(_, body)| body);
        match self.header("content-transfer-encoding").as_deref() {
            Some("quoted-printable") => unquoted(body),
            None | Some("7bit" | "8bit") => body.to_owned(),
            Some(other) => panic!("a mail is packed as {other}"),
        }
    }
}

// RFC 2045 §6.7
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut pieces = joined.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (code, rest) = piece.split_at_checked(2).expect("two digits follow =");
        bytes.push(u8::from_str_radix(code, 16).expect("two digits follow ="));
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).expect("mails are UTF-8")
}

/// A running mail server, which ends with this value.
pub struct MailServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    listening: Option<thread::JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_up: bool,
    pause: Duration,
    refused: Vec<String>,
    asked: Vec<String>,
    mails: Vec<Mail>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics with the mails")
    }
}

impl MailServer {
    /// Starts a server on a free port.
    pub fn start() -> Self {
        let mut server = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            shared: Arc::default(),
            listening: None,
        };
        server.come_back();
        server
    }

    /// What `--smtp-url` takes.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Goes away: connections are refused until it comes back.
    pub fn go_away(&mut self) {
        self.shared.state().is_up = false;
        if let Some(listening) = self.listening.take() {
            listening.join().expect("the mail server doesn't panic");
        }
    }

    /// Listens, at the same address as before.
    pub fn come_back(&mut self) {
        let listener = TcpListener::bind(self.address).expect("the port is free");
        self.address = listener.local_addr().expect("a listener has an address");
        listener.set_nonblocking(true).expect("a socket can be asked");
        self.shared.state().is_up = true;
        let shared = Arc::clone(&self.shared);
        self.listening = Some(thread::spawn(move || {
            while shared.state().is_up {
                match listener.accept() {
                    Ok((stream, _)) => {
                        let shared = Arc::clone(&shared);
                        // A sender that hangs up ends its conversation, no more.
                        thread::spawn(move || drop(converse(stream, &shared)));
                    }
                    Err(_) => thread::sleep(LOOK),
                }
            }
        }));
    }

    /// Refuses mail to this address for good.
    pub fn refuse(&self, address: &str) {
        self.shared.state().refused.push(address.to_owned());
    }

    /// Thinks so long before each answer.
    pub fn answer_after(&self, pause: Duration) {
        self.shared.state().pause = pause;
    }

    /// Every recipient that was asked for so far, refused or not.
    pub fn asked(&self) -> Vec<String> {
        self.shared.state().asked.clone()
    }

    /// Every mail so far.
    pub fn mails(&self) -> Vec<Mail> {
        self.shared.state().mails.clone()
    }

    /// Waits until there are `count` mails, at most `patience`; all there are then.
    pub fn wait_for(&self, count: usize, patience: Duration) -> Vec<Mail> {
        self.wait_until(patience, |state| state.mails.len() >= count)
    }

    /// Waits until this address was asked for.
    pub fn wait_for_asking(&self, address: &str, patience: Duration) -> bool {
        self.wait_until(patience, |state| state.asked.iter().any(|asked| asked == address));
        self.asked().iter().any(|asked| asked == address)
    }

    fn wait_until(&self, patience: Duration, done: impl Fn(&State) -> bool) -> Vec<Mail> {
        let deadline = Instant::now() + patience;
        let mut state = self.shared.state();
        while !done(&state) {
            let remaining = deadline.saturating_duration_since(Instant::now());
            if remaining.is_zero() {
                break;
            }
            let waited = self.shared.changed.wait_timeout(state, remaining);
            state = waited.expect("nobody panics with the mails").0;
        }
        state.mails.clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.shared.state().is_up = false;
    }
}

// RFC 5321 §4.1
fn converse(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    let mut out = stream.try_clone()?;
    let mut say = |line: &str| {
        let pause = shared.state().pause;
        thread::sleep(pause);
        out.write_all(format!("{line}\r\n").as_bytes())
    };
    let mut lines = BufReader::new(stream).lines();
    say("220 sink ready")?;
    let (mut from, mut to) = (String::new(), Vec::new());
    while let Some(line) = lines.next().transpose()? {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" => say("250-sink\r\n250 8BITMIME")?,
            "HELO" | "NOOP" => say("250 fine")?,
            "RSET" => {
                (from, to) = (String::new(), Vec::new());
                say("250 forgotten")?;
            }
            "MAIL" => {
                from = bracketed(&line);
                say("250 fine")?;
            }
            "RCPT" => {
                let address = bracketed(&line);
                let is_refused = {
                    let mut state = shared.state();
                    state.asked.push(address.clone());
                    shared.changed.notify_all();
                    state.refused.contains(&address)
                };
                if is_refused {
                    say("550 5.1.1 no such mailbox here")?;
                } else {
                    to.push(address);
                    say("250 fine")?;
                }
            }
            "DATA" if to.is_empty() => say("503 5.5.1 nobody to give it to")?,
            "DATA" => {
                say("354 go on")?;
                let mut text = String::new();
                while let Some(line) = lines.next().transpose()? {
                    if line == "." {
                        break;
                    }
                    // A leading dot was doubled on its way.
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                let mail = Mail {
                    from: std::mem::take(&mut from),
                    to: std::mem::take(&mut to),
                    text,
                };
                say("250 kept")?;
                shared.state().mails.push(mail);
                shared.changed.notify_all();
            }
            "QUIT" => return say("221 bye"),
            _ => say("502 5.5.1 not known here")?,
        }
    }
    Ok(())
}

fn bracketed(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}
