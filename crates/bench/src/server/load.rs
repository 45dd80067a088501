//! Many at once: small uploads by several clients, and others who read meanwhile; and what large ones take in memory.

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use passmuster_bench::{People, Profile};
use serde_json::Value;

use super::serving::{Database, Serving};
use crate::table::{Results, Row, Unit};

const CLIENTS: usize = 8;
const READERS: usize = 4;
/// Reads that are asked for in a second, all readers together; as fast as they can, they would keep the uploads waiting.
const READS: f64 = 2_200.0;
/// People of a small upload.
const PEOPLE: u64 = 100;
const DIRECTORY: u64 = 17_000;
const SECONDS: f64 = 8.0;

pub(crate) fn small_uploads(database: &Database, name: &str, results: &mut Results) -> Result<(), Box<dyn Error>> {
    let serving = Serving::start(database)?;
    serving.send(&People::new(Profile::Full, DIRECTORY).csv(), "")?;
    let key: Value =
        serde_json::from_str(&serving.command(&["api-key", "create", "--name", "bench", "--output", "json"])?)?;
    let key = key["api_key"].as_str().ok_or("no key")?;
    let mut addresses = Vec::new();
    People::new(Profile::Full, DIRECTORY).only(0..1_000).each(|row| {
        addresses.push(format!("/api/admin/users/{}", row.cells[2]));
        Ok::<(), Box<dyn Error>>(())
    })?;
    let next = AtomicU64::new(0);
    let started = Instant::now();
    let goes_on = || started.elapsed().as_secs_f64() < SECONDS;
    let (uploads, mut reads) = thread::scope(|scope| -> Result<(u64, Vec<f64>), String> {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    let mut sent = 0;
                    while goes_on() {
                        let first = DIRECTORY + next.fetch_add(PEOPLE, Ordering::Relaxed);
                        let file = People::new(Profile::Full, DIRECTORY).only(first..first + PEOPLE).csv();
                        serving.send(&file, "").map_err(|error| error.to_string())?;
                        sent += 1;
                    }
                    Ok::<u64, String>(sent)
                })
            })
            .collect();
        let (serving, addresses) = (&serving, &addresses);
        let readers: Vec<_> = (0..READERS)
            .map(|reader| {
                scope.spawn(move || {
                    let mut times = Vec::new();
                    for (at, address) in addresses.iter().cycle().skip(reader * 250).enumerate() {
                        let due = Duration::from_secs_f64(at as f64 * READERS as f64 / READS);
                        thread::sleep(due.saturating_sub(started.elapsed()));
                        if !goes_on() {
                            break;
                        }
                        let asked = Instant::now();
                        match serving.get(address, key) {
                            Ok(200) => times.push(asked.elapsed().as_secs_f64() * 1e3),
                            other => return Err(format!("{address}: {other:?}")),
                        }
                    }
                    Ok(times)
                })
            })
            .collect();
        let mut uploads = 0;
        for client in clients {
            uploads += client.join().map_err(|_| "a client panicked")??;
        }
        let mut reads = Vec::new();
        for reader in readers {
            reads.extend(reader.join().map_err(|_| "a reader panicked")??);
        }
        Ok((uploads, reads))
    })?;
    let seconds = started.elapsed().as_secs_f64();
    reads.sort_by(f64::total_cmp);
    let p99 = reads.get(reads.len() * 99 / 100).copied().unwrap_or(f64::NAN);
    let work = format!("uploads of {PEOPLE} people by {CLIENTS} clients, {name}");
    results.add(
        Row::new(14, work, "", uploads as f64 / seconds, Unit::PerSecond)
            .bound(50.0)
            .remark("on the wall clock, the clients on the same machine"),
    );
    let work = format!("reads of a user meanwhile by {READERS} clients, {name}");
    results.add(
        Row::new(14, work, "", reads.len() as f64 / seconds, Unit::PerSecond)
            .bound(2_000.0)
            .remark(format!("{READS:.0} a second are asked for")),
    );
    results.add(
        Row::new(
            14,
            format!("the slowest of 100 reads (p99), {name}"),
            "",
            p99,
            Unit::Milliseconds,
        )
        .bound(50.0),
    );
    Ok(())
}

/// Peak memory of the server by how many files of 15 MB it takes at once, and what it keeps of it.
pub(crate) fn memory(results: &mut Results) -> Result<(), Box<dyn Error>> {
    let files: Vec<Vec<u8>> = (0..4)
        .map(|seed| People::new(Profile::Full, Profile::Full.users()).seeded(seed + 1).csv())
        .collect();
    let mib = |bytes: u64| bytes as f64 / 1048576.0;
    let mut alone = 0.0;
    for at_once in [1, 2, 4] {
        let serving = Serving::start(&Database::Sqlite)?;
        if at_once == 1 {
            thread::sleep(Duration::from_secs(1));
            let idle = mib(serving.memory("VmRSS"));
            results.add(
                Row::new(
                    13,
                    "memory of the server, idle after its start",
                    "",
                    idle,
                    Unit::Mebibytes,
                )
                .bound(60.0),
            );
        }
        let (serving, files) = (&serving, &files[..at_once]);
        thread::scope(|scope| -> Result<(), String> {
            let send = |file| move || serving.send(file, "").map_err(|error| error.to_string());
            let senders: Vec<_> = files.iter().map(|file| scope.spawn(send(file))).collect();
            for sender in senders {
                sender.join().map_err(|_| "a sender panicked")??;
            }
            Ok(())
        })?;
        let peak = mib(serving.memory("VmHWM"));
        if at_once == 1 {
            alone = peak;
            results.add(Row::new(13, "its peak with one upload of 15 MB", "", peak, Unit::Mebibytes).bound(128.0));
            thread::sleep(Duration::from_secs(12));
            let after = mib(serving.memory("VmRSS"));
            results.add(Row::new(13, "idle again, 12 s after it", "", after, Unit::Mebibytes).bound(60.0));
        } else {
            let more = (peak - alone) / (at_once - 1) as f64;
            let work = format!("more for each further one, {at_once} at once");
            let remark = format!("{peak:.0} MiB at the peak");
            results.add(Row::new(13, work, "", more, Unit::Mebibytes).bound(40.0).remark(remark));
        }
    }
    Ok(())
}
