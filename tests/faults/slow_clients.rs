//! Slow, half-sent and idle: limits on time and number, and no cost for the others.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use passmuster_tests::{Database, Server};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::time::sleep;

use crate::memory::Memory;
use crate::sender::{Answer, Sender, people};

const IDLE_CONNECTIONS: usize = 10_000;
/// What that many may cost, in bytes.
const IDLE_MEMORY: usize = 150 * 1024 * 1024;
/// Files of this process that are none of those connections.
const OTHER_FILES: usize = 500;
/// For anything that takes a second by its own timeout.
const PATIENCE: Duration = Duration::from_secs(10);

fn connect(server: &Server) -> TcpStream {
    let address = server.url("").trim_start_matches("http://").to_owned();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// All that the server says until it closes the connection.
fn read_to_end(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("not closed: {error}"),
        _ => String::from_utf8_lossy(&answer).into_owned(),
    }
}

/// The beginning of an upload of `length` bytes.
fn head(sender: &Sender, length: &str) -> String {
    format!(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {}\r\nContent-Type: application/json\r\n{length}\r\n\r\n",
        sender.path(),
        sender.authorization()
    )
}

#[tokio::test]
async fn the_limits_are_what_is_promised() {
    let server = Server::start(Database::Sqlite);
    let help = server.cli(&["serve", "--help"]).stdout;
    let promises = [
        ("header-timeout", "10"),
        ("body-idle-timeout", "30"),
        ("check-interval", "86400"),
        ("connection-limit", "12000"),
        ("body-limit", "15728640"),
    ];
    for (setting, default) in promises {
        let (_, after) = help
            .split_once(&format!("--{setting} "))
            .unwrap_or_else(|| panic!("{setting}: {help}"));
        let about = after.split("\n      --").next().unwrap();
        assert!(about.contains(&format!("[default: {default}]")), "{setting}: {about}");
    }
}

#[tokio::test]
async fn headers_that_do_not_come_close_the_connection() {
    let server = Server::start_with(Database::Sqlite, &["--header-timeout", "1"]);
    for beginning in ["", "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "] {
        let mut stream = connect(&server);
        stream.write_all(beginning.as_bytes()).unwrap();
        let begin = Instant::now();
        read_to_end(stream);
        let closed = begin.elapsed();
        assert!(
            (Duration::from_millis(800)..Duration::from_secs(5)).contains(&closed),
            "{beginning:?}: {closed:?}"
        );
    }
    // Also one that was used before.
    let mut stream = connect(&server);
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    assert!(read_to_end(stream).starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn half_a_body_is_nothing() {
    let server = Server::start_with(Database::Sqlite, &["--body-idle-timeout", "1"]);
    let sender = Sender::enable(&server);
    let body = people("Half");
    let chunk = format!("{:x}\r\n{body}\r\n", body.len());
    // Each is whole JSON as far as it goes, or a part of it; what was announced never comes.
    let halves = [
        (
            head(&sender, &format!("Content-Length: {}", body.len())),
            &body[..body.len() / 2],
        ),
        (head(&sender, &format!("Content-Length: {}", body.len() + 1)), &body[..]),
        (head(&sender, "Transfer-Encoding: chunked"), &chunk[..]),
        (head(&sender, "Transfer-Encoding: chunked"), &chunk[..chunk.len() / 2]),
    ];
    for (head, part) in &halves {
        // Stops, and waits for an answer.
        let mut stream = connect(&server);
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(part.as_bytes()).unwrap();
        let begin = Instant::now();
        let answer = read_to_end(stream);
        assert!(
            answer.starts_with("HTTP/1.1 408") && answer.contains("The body stopped for 1 seconds."),
            "{answer}"
        );
        assert!(begin.elapsed() < PATIENCE);
        // Stops, and hangs up.
        let mut stream = connect(&server);
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(part.as_bytes()).unwrap();
        drop(stream);
    }
    sleep(Duration::from_millis(300)).await;
    assert_eq!(
        (sender.mark(&server).await, sender.applied(&server).await.len()),
        (None, 0)
    );
    assert_eq!(sender.upload(&server, "Whole").await.status, 201);
}

#[tokio::test]
async fn idle_connections_cost_little_and_slow_nobody() {
    let connections = allowed_connections();
    let server = Server::start_with(Database::Sqlite, &["--header-timeout", "300"]);
    let sender = Sender::enable(&server);
    assert_eq!(sender.upload(&server, "Before").await.status, 201);
    let alone = median_latency(&server).await;
    let before = Memory::of(&server).resident;
    let begin = Instant::now();
    let mut idle: Vec<TcpStream> = (0..connections).map(|_| connect(&server)).collect();
    let connected = begin.elapsed();
    // Half of them have asked something before they fell silent.
    for stream in idle.iter_mut().step_by(2) {
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .unwrap();
        let mut answer = [0; 512];
        let length = stream.read(&mut answer).unwrap();
        assert!(answer[..length].starts_with(b"HTTP/1.1 200"));
    }
    let cost = Memory::of(&server).resident.saturating_sub(before);
    let beside = median_latency(&server).await;
    let begin = Instant::now();
    assert_eq!(sender.upload(&server, "Beside").await.status, 201);
    let upload = begin.elapsed();
    println!(
        "{connections} idle connections, opened in {connected:?}: {} KiB; a request takes {beside:?} ({alone:?} alone), \
         an upload of 50 people {upload:?}",
        cost / 1024
    );
    let allowed = IDLE_MEMORY / IDLE_CONNECTIONS * connections;
    assert!(cost <= allowed, "{cost} bytes for {connections} connections");
    assert!(
        beside < alone * 5 + Duration::from_millis(20),
        "{beside:?}, alone {alone:?}"
    );
    drop(idle);
}

/// Raises this process's limit on open files; how many connections that allows.
fn allowed_connections() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).unwrap();
    let files = limit
        .maximum
        .map_or(usize::MAX, |files| usize::try_from(files).unwrap());
    let connections = IDLE_CONNECTIONS.min(files.saturating_sub(OTHER_FILES));
    if connections < IDLE_CONNECTIONS {
        println!("{connections} instead of {IDLE_CONNECTIONS} connections: this machine allows {files} open files");
    }
    assert!(connections >= 100, "{files} open files are too few to measure anything");
    connections
}

async fn median_latency(server: &Server) -> Duration {
    let mut times = Vec::new();
    for _ in 0..41 {
        let begin = Instant::now();
        assert_eq!(Answer::of(server.get("/readyz")).await.unwrap().status, 200);
        times.push(begin.elapsed());
    }
    times.sort();
    times[times.len() / 2]
}

#[tokio::test]
async fn connections_beyond_the_cap_wait_for_a_free_one() {
    const CAP: usize = 20;
    let server = Server::start_with(Database::Sqlite, &["--connection-limit", "20", "--header-timeout", "3"]);
    let mut first: Vec<TcpStream> = (0..CAP).map(|_| connect(&server)).collect();
    let mut waiting = connect(&server);
    waiting
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .unwrap();
    waiting.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut answer = [0; 512];
    assert_eq!(
        waiting.read(&mut answer).unwrap_err().kind(),
        ErrorKind::WouldBlock,
        "it should have to wait"
    );
    drop(first.pop());
    waiting.set_read_timeout(Some(PATIENCE)).unwrap();
    let begin = Instant::now();
    assert!(read_to_end(waiting).starts_with("HTTP/1.1 200"));
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    // And nobody keeps the others out for longer than the timeout.
    let idle: Vec<TcpStream> = (0..CAP * 2).map(|_| connect(&server)).collect();
    let answer = Answer::of(server.get("/healthz").timeout(PATIENCE)).await.unwrap();
    assert_eq!(answer.status, 200);
    drop((first, idle));
}

#[test]
fn a_timeout_of_nothing_is_a_mistake() {
    let refused = Command::new(passmuster_tests::passmuster())
        .args(["serve", "--header-timeout", "0"])
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
}
