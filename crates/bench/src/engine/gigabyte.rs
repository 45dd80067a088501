//! A file of 1 GB: what `passmuster check` takes, as a ratio to a bare scan; both are processes of their own.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use passmuster_bench::{People, Profile};
use passmuster_core::mapping::FileFormat;

use crate::clock::{cpu_ms_of_ended_children, median};
use crate::table::{Results, Row, Unit};

const USERS: u64 = 5_850_000;
const ROUNDS: usize = 3;

pub(crate) fn run(results: &mut Results) -> Result<(), Box<dyn Error>> {
    let program =
        std::env::var_os("PASSMUSTER_BIN").map_or_else(|| crate::target().join("release/passmuster"), Into::into);
    let folder = tempfile::Builder::new()
        .prefix("gigabyte")
        .tempdir_in(crate::target())?;
    let (file, mapping) = (folder.path().join("file.csv"), folder.path().join("mapping.json"));
    let mut to = BufWriter::with_capacity(1 << 20, File::create(&file)?);
    People::new(Profile::Full, USERS).write_csv(&mut to)?;
    to.flush()?;
    let bytes = fs::metadata(&file)?.len();
    fs::write(&mapping, Profile::Full.mapping(FileFormat::Csv))?;
    let (mut scans, mut checks, mut peak) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        scans.push(cost(Command::new(std::env::current_exe()?).arg("scan").arg(&file))?.0);
        let (time, memory) = cost(Command::new(&program).args([
            "check".as_ref(),
            file.as_os_str(),
            "--mapping".as_ref(),
            mapping.as_os_str(),
        ]))?;
        checks.push(time);
        peak = peak.max(memory);
    }
    let work = format!("passmuster check of {:.2} GB ({USERS} users)", bytes as f64 / 1e9);
    let remark = format!(
        "{:.1} s to {:.1} s, whole processes",
        median(&checks) / 1e3,
        median(&scans) / 1e3
    );
    results.add(
        Row::ratio(3, work, super::SCAN, (&checks, &scans))
            .bound(3.0)
            .remark(remark),
    );
    let a_user = (peak as f64 - f64::from(16 << 20)) / USERS as f64;
    let remark = format!("{:.0} MiB at the peak", peak as f64 / 1048576.0);
    let row = Row::new(3, "its memory, without 16 MiB", "", a_user, Unit::BytesAUser);
    results.add(row.bound(100.0).remark(remark));
    Ok(())
}

/// That scan: reads a file piece by piece.
pub(crate) fn scan(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [file] = arguments else {
        return Err("usage: passmuster-bench scan FILE".into());
    };
    let file = BufReader::with_capacity(1 << 16, File::open(Path::new(file))?);
    println!("{}", passmuster_bench::baseline::scan(file));
    Ok(())
}

/// CPU milliseconds of a program, and its memory at its peak in bytes.
fn cost(command: &mut Command) -> Result<(f64, u64), Box<dyn Error>> {
    let before = cpu_ms_of_ended_children();
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let id = child.id().to_string();
    let mut peak = 0;
    let status = loop {
        // the peak only grows, so that the last look tells
        peak = crate::clock::memory_of(&id, "VmHWM").unwrap_or(peak).max(peak);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    };
    if !status.success() {
        return Err(format!("{command:?}: {status}").into());
    }
    Ok((cpu_ms_of_ended_children() - before, peak))
}
