//! A full disk, a disk that fails, and a power cut: refused whole, read on, recovered by the same process.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use passmuster_tests::{Server, root};
use tempfile::TempDir;
use tokio::time::sleep;

use crate::sender::{Answer, PEOPLE, Sender, people, wait_until_ready};
use crate::{chance, rounds};

const READY: Duration = Duration::from_secs(2);
/// What is said of an upload of which only the next start knows.
const UNSURE: &str = "not known";

/// A disk whose files can be made to fail: `failing_disk.c` inside the server.
struct Disk {
    folder: TempDir,
}

impl Disk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let disk = Self { folder };
        let built = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()))
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(disk.path("failing_disk.so"))
            .arg(root().join("tests/faults/failing_disk.c"))
            .status()
            .expect("a C compiler is needed to build SQLite too");
        assert!(built.success());
        disk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A server on SQLite that writes to this disk.
    fn server(&self, more: &[(&str, OsString)]) -> Server {
        let own = [
            ("LD_PRELOAD", self.path("failing_disk.so").into()),
            ("FAULTS_FILES", "/passmuster.db".into()),
            ("FAULTS_CONTROL", self.path("control").into()),
        ];
        Server::start_within(&[&own[..], more].concat())
    }

    /// See `failing_disk.c`.
    fn fail(&self, how: &str) {
        // Whole or not there, for the server looks at any time.
        let new = self.path("control.new");
        std::fs::write(&new, how).unwrap();
        std::fs::rename(new, self.path("control")).unwrap();
    }

    fn mend(&self) {
        std::fs::remove_file(self.path("control")).unwrap();
    }
}

/// How often an upload was refused under a fault, and how often it was applied before the fault was met.
#[derive(Default, Debug)]
struct Count {
    refused: usize,
    unsure: usize,
    applied: usize,
}

/// Uploads at each point at which the disk can begin to fail; gives back what came of it.
async fn fail_everywhere(kind: &str, points: usize, expected: &[u16]) -> Count {
    let disk = Disk::new();
    let mut server = disk.server(&[]);
    let sender = Sender::enable(&server);
    let mut last = "Before".to_owned();
    assert_eq!(sender.upload(&server, &last).await.status, 201);
    let mut count = Count::default();
    for round in 0..points {
        // Closely at the beginning, then in larger steps until past the end of an upload.
        let point = round * (3 + round) / 4;
        disk.fail(&format!("{kind} {point}"));
        let mark = format!("During {point}");
        let during = sender.upload(&server, &mark).await;
        let is_unsure = during.description().contains(UNSURE);
        match during.status {
            201 => {
                last.clone_from(&mark);
                count.applied += 1;
            }
            status => {
                assert!(expected.contains(&status), "{kind} {point}: {status} {}", during.body);
                count.refused += 1;
                count.unsure += usize::from(is_unsure);
            }
        }
        // Reads go on, and see nothing of what was refused.
        assert_eq!(sender.mark(&server).await.as_ref(), Some(&last), "{kind} {point}");
        assert_eq!(Answer::of(server.get("/readyz")).await.unwrap().status, 200);
        if round % 3 == 2 {
            // Whoever restarts the server now finds the same, or whole what was said to be unsure.
            server.kill();
            disk.mend();
            server.restart();
            wait_until_ready(&server, READY).await;
            let found = sender.mark(&server).await.unwrap();
            assert!(
                found == last || is_unsure && found == mark,
                "{kind} {point}: {found:?} after {last:?}"
            );
        } else {
            disk.mend();
        }
        // Else the same process goes on.
        last = format!("After {point}");
        let after = sender.upload(&server, &last).await;
        assert_eq!(after.status, 201, "{kind} {point}: {}", after.body);
        assert_eq!(sender.mark(&server).await.as_ref(), Some(&last));
    }
    println!("{kind}: {count:?}");
    count
}

#[tokio::test]
async fn a_full_disk_refuses_uploads_whole() {
    let count = fail_everywhere("full", 36, &[507]).await;
    assert!(
        count.refused >= 10 && count.unsure == 0 && count.applied >= 1,
        "{count:?}"
    );
}

#[tokio::test]
async fn a_write_that_fails_refuses_uploads_whole() {
    let count = fail_everywhere("write", 36, &[503]).await;
    assert!(count.refused >= 10 && count.applied >= 1, "{count:?}");
}

#[tokio::test]
async fn there_is_no_201_without_a_sync() {
    let count = fail_everywhere("sync", 6, &[503]).await;
    assert!(count.refused >= 1 && count.applied >= 1, "{count:?}");
}

#[tokio::test]
async fn a_disk_that_stays_full_lets_everybody_read() {
    let disk = Disk::new();
    let server = disk.server(&[]);
    let sender = Sender::enable(&server);
    assert_eq!(sender.upload(&server, "Before").await.status, 201);
    let process = server.process_id();
    disk.fail("full 0");
    for attempt in 0..20 {
        let during = sender.upload(&server, &format!("During {attempt}")).await;
        assert_eq!(during.status, 507, "{}", during.body);
        // What is wrong with a body is told all the same.
        let faulty = Answer::of(sender.post(&server, "[]")).await.unwrap();
        assert_eq!(faulty.status, 400, "{}", faulty.body);
        assert_eq!(sender.mark(&server).await.as_deref(), Some("Before"));
    }
    disk.mend();
    assert_eq!(sender.upload(&server, "After").await.status, 201);
    assert_eq!(
        (sender.mark(&server).await.as_deref(), server.process_id()),
        (Some("After"), process)
    );
}

/// Only what was synced is there again: all else that the system had not written yet is lost with the power.
#[tokio::test]
async fn a_power_cut_loses_nothing_acknowledged() {
    let disk = Disk::new();
    let durable = disk.path("durable");
    std::fs::create_dir(&durable).unwrap();
    let mut server = disk.server(&[("FAULTS_DURABLE", durable.clone().into())]);
    let sender = Sender::enable(&server);
    let mut chance = chance();
    let cuts = rounds(40);
    let (mut acknowledged, mut last) = (0, None);
    for cut in 0..cuts {
        let mut sending = Vec::new();
        for at in 0..chance.usize(1..4) {
            let mark = format!("Cut {cut} upload {at}");
            let upload = sender.post(&server, people(&mark));
            sending.push((mark, upload));
        }
        let sending = tokio::spawn(async move {
            let (mut acknowledged, mut unanswered) = (Vec::new(), None);
            for (mark, upload) in sending {
                match Answer::of(upload).await {
                    Ok(answer) => {
                        assert_eq!(answer.status, 201, "{}", answer.body);
                        acknowledged.push(mark);
                    }
                    Err(_) => {
                        unanswered = Some(mark);
                        break;
                    }
                }
            }
            (acknowledged, unanswered)
        });
        sleep(Duration::from_micros(chance.u64(0..150_000))).await;
        server.kill();
        let (marks, unanswered) = sending.await.unwrap();
        lose_what_is_not_durable(server.folder(), &durable);
        server.restart();
        wait_until_ready(&server, READY).await;
        acknowledged += marks.len();
        last = marks.last().cloned().or(last);
        let found = sender.mark(&server).await;
        assert!(
            found == last || found == unanswered,
            "{found:?} after {last:?} and {unanswered:?}"
        );
        last = found;
    }
    println!("{cuts} power cuts: {acknowledged} uploads of {PEOPLE} people acknowledged, 0 lost, 0 in part");
}

fn lose_what_is_not_durable(folder: &Path, durable: &Path) {
    for name in ["passmuster.db", "passmuster.db-wal", "passmuster.db-shm"] {
        let (file, kept) = (folder.join(name), durable.join(name));
        if kept.is_file() {
            std::fs::copy(kept, file).unwrap();
        } else if file.is_file() {
            std::fs::remove_file(file).unwrap();
        }
    }
}
