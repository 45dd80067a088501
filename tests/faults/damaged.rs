//! A start on a damaged or newer database is refused with the reason, and changes nothing; damage that comes later is told.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use passmuster_tests::{Database, Output, Postgres, Server};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::sender::{Answer, Sender};

/// A migration that this program can't know.
const NEWER: &str = include_str!("newer.sql");
const OTHER_PROGRAM: &str = include_str!("other_program.sql");
const PAGE: usize = 4096;

/// A directory with fifty people in one file, at rest; the folder goes with the value.
async fn directory() -> (TempDir, PathBuf) {
    let mut server = Server::start(Database::Sqlite);
    let sender = Sender::enable(&server);
    assert_eq!(sender.upload(&server, "Ann").await.status, 201);
    server.stop();
    // One file holds it all; a copy of it is a copy of the directory.
    assert!(!server.folder().join("passmuster.db-wal").exists());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    std::fs::copy(server.folder().join("passmuster.db"), &file).unwrap();
    (folder, file)
}

/// Starts on `file` and asks for the reason; nothing of it may change.
fn refused(file: &Path) -> Output {
    let before = std::fs::read(file).unwrap();
    let refused = Server::start_refused(&format!("sqlite:{}", file.display()));
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(std::fs::read(file).unwrap() == before, "the file was changed");
    refused
}

fn overwrite(file: &Path, from: usize, to: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    assert!(bytes.len() >= to, "{} bytes", bytes.len());
    bytes[from..to].fill(0xA5);
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn a_flipped_page_is_refused() {
    let (_folder, file) = directory().await;
    let pages = std::fs::metadata(&file).unwrap().len() as usize / PAGE;
    for page in [1, pages / 2, pages - 1] {
        let copy = file.with_extension(format!("{page}.db"));
        std::fs::copy(&file, &copy).unwrap();
        overwrite(&copy, page * PAGE, (page + 1) * PAGE);
        let refused = refused(&copy);
        assert!(
            refused.stderr.contains("the database is damaged"),
            "page {page}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_truncated_file_is_refused() {
    let (_folder, file) = directory().await;
    let bytes = std::fs::read(&file).unwrap();
    for length in [100, PAGE, bytes.len() / 2, bytes.len() - PAGE] {
        std::fs::write(&file, &bytes[..length]).unwrap();
        let refused = refused(&file);
        assert!(
            refused.stderr.contains("the database is damaged"),
            "{length} bytes: {refused:?}"
        );
    }
}

#[tokio::test]
async fn an_emptied_file_beside_its_log_is_refused() {
    let mut server = Server::start(Database::Sqlite);
    let sender = Sender::enable(&server);
    assert_eq!(sender.upload(&server, "Ann").await.status, 201);
    server.kill();
    let file = server.folder().join("passmuster.db");
    let log = std::fs::read(server.folder().join("passmuster.db-wal")).unwrap();
    assert!(!log.is_empty());
    std::fs::write(&file, "").unwrap();
    let refused = refused(&file);
    assert!(refused.stderr.contains("is empty, but"), "{refused:?}");
    assert!(std::fs::read(server.folder().join("passmuster.db-wal")).unwrap() == log);
}

#[tokio::test]
async fn what_is_no_directory_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "This is not a database.\n".repeat(500)).unwrap();
    let about_text = refused(&text);
    assert!(about_text.stderr.contains("file is not a database"), "{about_text:?}");

    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch(OTHER_PROGRAM)
        .unwrap();
    let about_other = refused(&other);
    assert!(
        about_other.stderr.contains("is the database of another program"),
        "{about_other:?}"
    );
}

#[tokio::test]
async fn a_newer_sqlite_database_is_refused() {
    let (_folder, file) = directory().await;
    rusqlite::Connection::open(&file).unwrap().execute_batch(NEWER).unwrap();
    let refused = refused(&file);
    assert!(
        refused.stderr.contains("was written by a newer Passmuster"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_newer_postgres_database_is_refused() {
    let mut server = Server::start(Database::Postgres);
    server.stop();
    Postgres::shared().run(server.database(), NEWER);
    let refused = Server::start_refused(server.database());
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(
        refused.stderr.contains("was written by a newer Passmuster"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn damage_that_comes_later_is_told_by_readyz() {
    let (_folder, file) = directory().await;
    let server = Server::start_on(&format!("sqlite:{}", file.display()), &["--check-interval", "1"]);
    assert_eq!(Answer::of(server.get("/readyz")).await.unwrap().status, 200);
    let length = std::fs::metadata(&file).unwrap().len() as usize;
    overwrite(&file, length - 4 * PAGE, length);
    let begin = Instant::now();
    loop {
        let answer = Answer::of(server.get("/readyz")).await.unwrap();
        if answer.status == 503 {
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(15), "{}", answer.body);
        sleep(Duration::from_millis(50)).await;
    }
    assert!(server.log().contains("the check found damage"), "{}", server.log());
    assert_eq!(Answer::of(server.get("/healthz")).await.unwrap().status, 200);
}
