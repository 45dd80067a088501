//! Hostile bodies are refused within 2 s and 128 MiB, and the process takes the next upload.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use passmuster_tests::{Database, Server};

use crate::memory::Memory;
use crate::sender::{Answer, Sender, people};
use crate::workbooks;

const MIB: usize = 1024 * 1024;
const LIMIT: usize = 15 * MIB;
const MEMORY: usize = 128 * MIB;
const TIME: Duration = Duration::from_secs(2);
/// How much longer an unoptimised program may take than the one whose time is promised, on a machine that does other
/// things too. To hold the promise itself to its word: `PASSMUSTER_BIN=target/release/passmuster`.
const UNOPTIMISED: u32 = 30;

const CSV_MAPPING: &str = r#"{"version": 1, "file_format": "csv", "fields": [
    {"api_field": "email", "target": "user.email"},
    {"api_field": "first_name", "target": "user.first_name"},
    {"api_field": "last_name", "target": "user.last_name"}]}"#;
const CSV_HEADER: &str = "email,first_name,last_name\n";

fn is_optimised() -> bool {
    let program = passmuster_tests::passmuster();
    program.parent().is_some_and(|folder| folder.ends_with("release"))
}

fn patience() -> Duration {
    if is_optimised() { TIME } else { TIME * UNOPTIMISED }
}

/// A body that is not what its sender says, or not for our good.
struct Hostile {
    name: &'static str,
    body: Vec<u8>,
    headers: &'static [(&'static str, &'static str)],
    status: u16,
    /// The rule, or the id, of one of the errors.
    reason: &'static str,
}

fn hostile(name: &'static str, body: impl Into<Vec<u8>>, status: u16, reason: &'static str) -> Hostile {
    Hostile {
        name,
        body: body.into(),
        headers: &[],
        status,
        reason,
    }
}

fn packed(
    name: &'static str,
    body: Vec<u8>,
    encoding: &'static [(&'static str, &'static str)],
    status: u16,
    reason: &'static str,
) -> Hostile {
    Hostile {
        headers: encoding,
        ..hostile(name, body, status, reason)
    }
}

const GZIP: &[(&str, &str)] = &[("Content-Encoding", "gzip")];
const BROTLI: &[(&str, &str)] = &[("Content-Encoding", "br")];
const GZIP_TWICE: &[(&str, &str)] = &[("Content-Encoding", "gzip, gzip")];
const GZIP_IN_TWO_HEADERS: &[(&str, &str)] = &[("Content-Encoding", "gzip"), ("Content-Encoding", "gzip")];

fn gzip(pieces: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut pack = GzEncoder::new(Vec::new(), Compression::fast());
    pieces.for_each(|piece| pack.write_all(&piece).unwrap());
    pack.finish().unwrap()
}

/// `text` again and again, up to the limit of a body, between `begin` and `end`; less of it where only time is at stake
/// and the program is slow.
fn filled(begin: &str, text: &str, end: &str) -> String {
    filled_to(if is_optimised() { LIMIT } else { LIMIT / 4 }, begin, text, end)
}

fn filled_to(size: usize, begin: &str, text: &str, end: &str) -> String {
    let count = (size - begin.len() - end.len()) / text.len();
    format!("{begin}{}{end}", text.repeat(count))
}

fn columns(count: usize, comma: &str, column: impl Fn(usize) -> String) -> String {
    (0..count).map(column).collect::<Vec<_>>().join(comma)
}

fn json_bodies() -> Vec<Hostile> {
    let nested = 100_000;
    let bomb = gzip((0..1024).map(|_| vec![b' '; MIB]));
    let mut cut = gzip(std::iter::once(people("Ann").into_bytes()));
    cut.truncate(cut.len() / 2);
    vec![
        hostile("100,000 arrays, open", "[".repeat(nested), 400, "too_deep"),
        hostile(
            "100,000 arrays in a field",
            format!(r#"[{{"email":{}{}}}]"#, "[".repeat(nested), "]".repeat(nested)),
            400,
            "too_deep",
        ),
        hostile("100,000 objects", r#"{"email":"#.repeat(nested), 400, "too_deep"),
        hostile(
            "34 levels",
            format!(r#"[{{"email":{}{}}}]"#, "[".repeat(32), "]".repeat(32)),
            400,
            "too_deep",
        ),
        hostile(
            "a field of 15 MB",
            filled(r#"[{"email":""#, "x", r#""}]"#),
            400,
            "invalid_email",
        ),
        hostile(
            "a key of 15 MB",
            filled(r#"[{""#, "x", r#"":1}]"#),
            400,
            "missing_value",
        ),
        hostile(
            "millions of empty objects",
            filled_to(LIMIT, "[", "{},", "{}]"),
            400,
            "missing_value",
        ),
        hostile("millions of numbers", filled("[", "1,", "1]"), 400, "not_a_list"),
        hostile(
            "a million keys",
            format!("[{{{}}}]", columns(1_000_000, ",", |at| format!(r#""c{at}":1"#))),
            400,
            "too_many_columns",
        ),
        hostile(
            "a million equal keys",
            filled("[{", r#""email":"a","#, r#""email":"a"}]"#),
            400,
            "duplicate_key",
        ),
        hostile(
            "a number of 15 MB",
            filled(r#"[{"email":"#, "9", "}]"),
            400,
            "invalid_email",
        ),
        hostile(
            "escapes only",
            filled(r#"[{"email":""#, r"\u0041", r#""}]"#),
            400,
            "invalid_email",
        ),
        hostile("zero bytes", vec![0; LIMIT], 400, ""),
        hostile("one byte too many", vec![b' '; LIMIT + 1], 413, "too_large"),
        packed("1 GiB packed into 4 MiB", bomb, GZIP, 413, "too_large"),
        packed("half of a gzip", cut, GZIP, 400, "invalid_request"),
        packed("no gzip", people("Ann").into_bytes(), GZIP, 400, "invalid_request"),
        packed(
            "an unknown encoding",
            people("Ann").into_bytes(),
            BROTLI,
            415,
            "unsupported_type",
        ),
        packed(
            "two encodings",
            people("Ann").into_bytes(),
            GZIP_TWICE,
            415,
            "unsupported_type",
        ),
        packed(
            "two encodings in two headers",
            people("Ann").into_bytes(),
            GZIP_IN_TWO_HEADERS,
            415,
            "unsupported_type",
        ),
    ]
}

fn csv_bodies() -> Vec<Hostile> {
    vec![
        hostile(
            "a cell of 15 MB",
            filled(&format!("{CSV_HEADER}a@b.co,A,\""), "x", "\"\n"),
            400,
            "too_long",
        ),
        hostile(
            "a million columns",
            columns(1_000_000, ",", |at| format!("c{at}")) + "\n",
            400,
            "too_many_columns",
        ),
        hostile("commas only", filled("", ",", "\n"), 400, "no_header"),
        hostile("quotes only", filled(CSV_HEADER, "\"", "\n"), 400, ""),
        hostile("line breaks only", filled(CSV_HEADER, "\n", ""), 400, "no_records"),
        hostile("blank rows only", filled(CSV_HEADER, ",,\n", ""), 400, "no_records"),
        hostile(
            "millions of rows of one letter",
            filled_to(LIMIT, CSV_HEADER, "a\n", ""),
            400,
            "",
        ),
        hostile("a million faulty rows", filled(CSV_HEADER, "a,b,\n", ""), 400, ""),
    ]
}

async fn refuse(server: &Server, path: &str, authorization: &str, content_type: &str, hostile: Hostile) {
    let name = hostile.name;
    let mut request = server
        .post(path)
        .header("Authorization", authorization)
        .header("Content-Type", content_type);
    for &(header, value) in hostile.headers {
        request = request.header(header, value);
    }
    let before = Memory::of(server).resident;
    let begin = Instant::now();
    let answer = Answer::of(request.body(hostile.body))
        .await
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let (took, cost) = (begin.elapsed(), Memory::of(server).peak.saturating_sub(before));
    println!("{name}: {} in {took:?}, {} MiB", answer.status, cost / MIB);
    let errors = answer.body["errors"].as_array().unwrap();
    let mut reasons = errors
        .iter()
        .filter_map(|error| error["rule"].as_str().or(error["id"].as_str()));
    assert_eq!(answer.status, hostile.status, "{name}: {}", answer.body);
    let is_told = hostile.reason.is_empty() || reasons.any(|reason| reason == hostile.reason);
    assert!(is_told, "{name}: {}", answer.body);
    assert!(took < patience(), "{name}: {took:?}");
    assert!(cost < MEMORY, "{name}: {} MiB", cost / MIB);
}

#[tokio::test]
async fn hostile_json_is_refused() {
    for hostile in json_bodies() {
        // Each has a server of its own, whose peak is this body's.
        let server = Server::start(Database::Sqlite);
        let sender = Sender::enable(&server);
        refuse(
            &server,
            sender.path(),
            sender.authorization(),
            "application/json",
            hostile,
        )
        .await;
        assert_eq!(
            (sender.mark(&server).await, sender.applied(&server).await.len()),
            (None, 0)
        );
        assert_eq!(sender.upload(&server, "Next").await.status, 201);
    }
}

#[tokio::test]
async fn hostile_csv_is_refused() {
    for hostile in csv_bodies() {
        let server = Server::start(Database::Sqlite);
        let sender = Sender::enable(&server);
        let (path, authorization) = Sender::enable_csv(&server, CSV_MAPPING);
        refuse(&server, &path, &authorization, "text/csv", hostile).await;
        assert_eq!(sender.mark(&server).await, None);
        assert_eq!(sender.upload(&server, "Next").await.status, 201);
    }
}

#[tokio::test]
async fn hostile_workbooks_are_refused() {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let harmless = [("a workbook without rows", workbooks::sound(), "no_records")];
    for (name, body, rule) in harmless.into_iter().chain(workbooks::bodies()) {
        let server = Server::start(Database::Sqlite);
        let sender = Sender::enable(&server);
        let (path, authorization) = Sender::enable_csv(&server, workbooks::MAPPING);
        refuse(&server, &path, &authorization, XLSX, hostile(name, body, 400, rule)).await;
        assert_eq!(sender.mark(&server).await, None);
        assert_eq!(sender.upload(&server, "Next").await.status, 201);
    }
}

/// Requests that no client library would send.
#[tokio::test]
async fn lies_about_a_body_are_refused() {
    let server = Server::start_with(Database::Sqlite, &["--body-idle-timeout", "1"]);
    let sender = Sender::enable(&server);
    let body = people("Lie");
    let length = body.len();
    let chunk = format!("{length:x}\r\n{body}\r\n0\r\n\r\n");
    let lies: [(&str, String, &str, &[u16]); 9] = [
        (
            "a length beyond the limit",
            "Content-Length: 99999999999".to_owned(),
            "",
            &[413],
        ),
        (
            "a length beyond all numbers",
            format!("Content-Length: {}", "9".repeat(40)),
            "",
            &[400],
        ),
        ("a negative length", "Content-Length: -1".to_owned(), &body, &[400]),
        (
            "two lengths",
            format!("Content-Length: {length}\r\nContent-Length: {}", length - 1),
            &body,
            &[400],
        ),
        (
            "too short a length",
            format!("Content-Length: {}", length - 1),
            &body[..length - 1],
            &[400],
        ),
        (
            "length and chunks",
            format!("Content-Length: 5\r\nTransfer-Encoding: chunked\r\nX-Pad: {length}"),
            &chunk,
            &[201, 400],
        ),
        (
            "chunks that are none",
            "Transfer-Encoding: chunked".to_owned(),
            "zz\r\n[]\r\n0\r\n\r\n",
            &[400],
        ),
        (
            "an endless chunk size",
            "Transfer-Encoding: chunked".to_owned(),
            "fffffffffffffffff\r\n",
            &[400],
        ),
        (
            "an unknown transfer",
            "Transfer-Encoding: gzip, chunked, gzip".to_owned(),
            &chunk,
            &[400, 501],
        ),
    ];
    for (name, framing, bytes, expected) in lies {
        let before = sender.mark(&server).await;
        let begin = Instant::now();
        let answer = exchange(&server, &sender, &framing, bytes);
        let took = begin.elapsed();
        let status: u16 = answer
            .get(9..12)
            .and_then(|digits| digits.parse().ok())
            .unwrap_or_default();
        println!("{name}: {status} in {took:?}");
        assert!(expected.contains(&status), "{name}: {answer}");
        assert!(took < patience(), "{name}: {took:?}");
        if status != 201 {
            assert_eq!(sender.mark(&server).await, before, "{name}");
        }
    }
    // A client whose headers are duplicated or endless is no reason to stop either.
    let twice = format!("Content-Length: {length}\r\nAuthorization: Token other\r\nContent-Type: text/csv");
    let answer = exchange(&server, &sender, &twice, &body);
    assert!(
        answer.starts_with("HTTP/1.1 201") || answer.starts_with("HTTP/1.1 4"),
        "{answer}"
    );
    let many = (0..500).map(|at| format!("\r\nX-{at}: a")).collect::<String>();
    let answer = exchange(&server, &sender, &format!("Content-Length: {length}{many}"), &body);
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let long = format!("Content-Length: {length}\r\nX-Long: {}", "a".repeat(MIB));
    let answer = exchange(&server, &sender, &long, &body);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431"), "{answer}");
    assert_eq!(sender.upload(&server, "Next").await.status, 201);
}

fn exchange(server: &Server, sender: &Sender, framing: &str, body: &str) -> String {
    let address = server.url("").trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let request = format!(
        "POST {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: {}\r\nContent-Type: application/json\r\n{framing}\r\n\r\n{body}",
        sender.path(),
        sender.authorization()
    );
    // The server may have closed the connection before it read all.
    let _ = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}
