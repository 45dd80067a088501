//! How much memory the check of a file takes: the peak of a process that reads it, checks it, and does nothing else.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use passmuster_bench::People;
use passmuster_core::mapping::{FileFormat, Mapping};

use crate::clock::memory_of;
use crate::table::{Results, Row, Unit};

/// What a process may take besides the file and so much a user.
const BESIDES: u64 = 4 << 20;

pub(crate) fn run(people: &People, results: &mut Results) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (file, mapping) = (folder.path().join("file.csv"), folder.path().join("mapping.json"));
    let bytes = people.csv();
    fs::write(&file, &bytes)?;
    fs::write(&mapping, people.profile().mapping(FileFormat::Csv))?;
    let peak = peak_of(&file, &mapping)?;
    let a_user = (peak as f64 - (bytes.len() as u64 + BESIDES) as f64) / people.count() as f64;
    let name = people.profile().name();
    let work = format!("memory of the check of {name}.csv, without the file and 4 MiB");
    let remark = format!(
        "{:.1} MiB at the peak, the file {:.1}",
        peak as f64 / 1048576.0,
        bytes.len() as f64 / 1048576.0
    );
    results.add(
        Row::new(4, work, "", a_user, Unit::BytesAUser)
            .bound(64.0)
            .remark(remark),
    );
    Ok(())
}

/// The peak memory of a process of its own that checks a file.
pub(crate) fn peak_of(file: &Path, mapping: &Path) -> Result<u64, Box<dyn Error>> {
    let child = Command::new(std::env::current_exe()?)
        .arg("memory")
        .args([file, mapping])
        .output()?;
    if !child.status.success() {
        return Err(String::from_utf8_lossy(&child.stderr).into_owned().into());
    }
    Ok(String::from_utf8(child.stdout)?.trim().parse()?)
}

/// That process: checks a file and prints the bytes that it held at its peak.
pub(crate) fn child(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [file, mapping] = arguments else {
        return Err("usage: passmuster-bench memory FILE MAPPING".into());
    };
    let mapping = Mapping::parse(&fs::read(mapping)?)?;
    let report = super::check(&fs::read(file)?, &mapping);
    let peak = memory_of("self", "VmHWM").ok_or("this system doesn't tell")?;
    drop(report);
    println!("{peak}");
    Ok(())
}
