//! The line between browser and server: passes every byte on, and counts what the browser sends.
//!
//! What a page and its workers send is counted here alike, because there is no other way to the server.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard},
    thread,
    time::Duration,
};

const PATIENCE: Duration = Duration::from_secs(30);

/// A line that leads to one server at a time.
pub(crate) struct Line {
    address: SocketAddr,
    shared: Arc<Shared>,
}

/// What a browser has sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sent {
    /// The first lines of the requests, such as `GET /check HTTP/1.1`.
    pub(crate) requests: Vec<String>,
    /// All bytes, those of bodies included.
    pub(crate) bytes: u64,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    has_changed: Condvar,
}

#[derive(Default)]
struct State {
    sent: Sent,
    server: String,
    is_held: bool,
    is_closed: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nothing panics while it holds the state")
    }

    /// Waits until `is_so`; `false` when it doesn't become so.
    fn wait_until(&self, is_so: impl Fn(&State) -> bool) -> bool {
        let waited = self
            .has_changed
            .wait_timeout_while(self.state(), PATIENCE, |state| !is_so(state));
        !waited.expect("nothing panics while it holds the state").1.timed_out()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.has_changed.notify_all();
    }
}

impl Line {
    /// A line to the server at `url`.
    pub(crate) fn to(url: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::<Shared>::default();
        let line = Self {
            address,
            shared: Arc::clone(&shared),
        };
        line.lead_to(url);
        thread::spawn(move || {
            for browser in listener.incoming().flatten() {
                if shared.state().is_closed {
                    return;
                }
                let shared = Arc::clone(&shared);
                thread::spawn(move || connect(&shared, browser));
            }
        });
        line
    }

    /// Leads new connections to another server.
    pub(crate) fn lead_to(&self, url: &str) {
        let server = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
        self.shared.change(|state| state.server = server);
    }

    /// The address of `path` at this end of the line.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Everything sent so far.
    pub(crate) fn sent(&self) -> Sent {
        self.shared.state().sent.clone()
    }

    /// Waits until a request was sent whose first line holds each of `parts`.
    pub(crate) fn wait_for_request(&self, parts: &[&str]) {
        let is_meant = |request: &String| parts.iter().all(|part| request.contains(part));
        let came = self.shared.wait_until(|state| state.sent.requests.iter().any(is_meant));
        assert!(came, "no request has {parts:?}: {:#?}", self.sent().requests);
    }

    /// Keeps what the browser sends from now on, as a slow network does.
    pub(crate) fn hold(&self) {
        self.shared.change(|state| state.is_held = true);
    }

    /// Passes on what was kept.
    pub(crate) fn release(&self) {
        self.shared.change(|state| state.is_held = false);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.change(|state| {
            state.is_closed = true;
            state.is_held = false;
        });
        // Wakes the listener, which then ends; it is gone already if this fails.
        let _ = TcpStream::connect(self.address);
    }
}

/// Passes on both ways until one side closes or the server isn't there.
fn connect(shared: &Arc<Shared>, mut browser: TcpStream) {
    let server = shared.state().server.clone();
    let (Ok(mut server), Ok(mut to_browser)) = (TcpStream::connect(server), browser.try_clone()) else {
        return;
    };
    let Ok(mut from_server) = server.try_clone() else {
        return;
    };
    thread::spawn(move || {
        // A connection that breaks is closed on both sides; that is all there is to do.
        let _ = std::io::copy(&mut from_server, &mut to_browser);
        let _ = to_browser.shutdown(Shutdown::Both);
    });
    let mut requests = Requests::default();
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = browser.read(&mut buffer) {
        let bytes = &buffer[..length];
        let begun = requests.take(bytes);
        shared.change(|state| {
            state.sent.requests.extend(begun);
            state.sent.bytes += length as u64;
        });
        shared.wait_until(|state| !state.is_held);
        if server.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
    let _ = browser.shutdown(Shutdown::Both);
}

/// Finds the requests among the bytes of a connection.
#[derive(Default)]
struct Requests {
    head: Vec<u8>,
    body_left: usize,
}

impl Requests {
    /// The first lines of the requests whose heads end in `bytes`.
    fn take(&mut self, mut bytes: &[u8]) -> Vec<String> {
        let mut begun = Vec::new();
        while let Some(&byte) = bytes.first() {
            if self.body_left > 0 {
                let passed = self.body_left.min(bytes.len());
                self.body_left -= passed;
                bytes = &bytes[passed..];
                continue;
            }
            self.head.push(byte);
            bytes = &bytes[1..];
            if self.head.ends_with(b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&std::mem::take(&mut self.head)).into_owned();
                self.body_left = content_length(&head);
                begun.extend(head.lines().next().map(str::to_owned));
            }
        }
        begun
    }
}

fn content_length(head: &str) -> usize {
    let mut lengths = head.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then_some(value)
    });
    lengths
        .next_back()
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(0)
}

#[test]
fn requests_are_found_however_their_bytes_arrive() {
    let bytes = b"POST /a HTTP/1.1\r\nContent-Length: 6\r\n\r\nGET /\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut whole = Requests::default();
    let mut piecemeal = Requests::default();
    let begun: Vec<String> = bytes.iter().flat_map(|byte| piecemeal.take(&[*byte])).collect();
    assert_eq!(begun, ["POST /a HTTP/1.1", "GET /b HTTP/1.1"]);
    assert_eq!(whole.take(bytes), begun);
}
