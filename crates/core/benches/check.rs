//! How long a full check of a 15 MB file takes, as a ratio to a bare scan of the same bytes by the `csv` crate.
//!
//! Both in turn, round by round; CPU time of this thread; the median of the ratios of the rounds. As WebAssembly the
//! check runs in Node, when the package is there: `cargo xtask bench` builds it and calls this.

use std::hint::black_box;
use std::path::Path;
use std::process::Command;

use passmuster_core::import::{Options, prepare};
use passmuster_core::mapping::Mapping;

mod people;

const USERS: usize = 88_443;
const ROUNDS: usize = 9;

fn main() {
    let file = people::full(USERS);
    let mapping = Mapping::parse(people::MAPPING.as_bytes()).expect("a sound mapping");
    let report = prepare(file.as_bytes(), &mapping, &Options::default()).into_report();
    assert_eq!(
        (report.records, report.error_count),
        (USERS as u64, 0),
        "{:?}",
        report.problems.first()
    );
    println!(
        "{} users, {} columns, {:.1} MB",
        report.records,
        report.file.columns.len(),
        file.len() as f64 / 1e6
    );

    let mut scans = Vec::new();
    let mut checks = Vec::new();
    for _ in 0..ROUNDS {
        scans.push(cpu_ms(|| scan(&file)));
        checks.push(cpu_ms(|| {
            black_box(prepare(black_box(file.as_bytes()), &mapping, &Options::default()).into_report());
        }));
    }
    let ratios = ratios(&checks, &scans);
    println!("bare csv scan           {:6.1} ms   1.00", median(&scans));
    println!(
        "full check, native      {:6.1} ms   {:.2}",
        median(&checks),
        median(&ratios)
    );
    wasm(&file, &scans);
}

fn scan(file: &str) {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let mut record = csv::ByteRecord::new();
    let mut cells = 0;
    while reader.read_byte_record(&mut record).expect("CSV") {
        cells += record.len();
    }
    black_box(cells);
}

fn wasm(file: &str, scans: &[f64]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let package = root.join("target/wasm-node");
    if !package.is_dir() {
        println!("full check, wasm        not measured: run `cargo xtask bench`, which builds it");
        return;
    }
    let folder = std::env::temp_dir().join(format!("passmuster-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the file");
    std::fs::write(folder.join("full.csv"), file).expect("the file");
    std::fs::write(folder.join("mapping.json"), people::MAPPING).expect("the mapping");
    let node = Command::new("node")
        .arg(root.join("crates/core/benches/check.mjs"))
        .args([&package, &folder.join("full.csv"), &folder.join("mapping.json")])
        .arg(scans.len().to_string())
        .output()
        .expect("node runs");
    std::fs::remove_dir_all(&folder).expect("the folder goes");
    assert!(node.status.success(), "{}", String::from_utf8_lossy(&node.stderr));
    let checks: Vec<f64> = String::from_utf8_lossy(&node.stdout)
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect();
    println!(
        "full check, wasm        {:6.1} ms   {:.2}",
        median(&checks),
        median(&checks) / median(scans)
    );
}

/// CPU time of this thread that a piece of work takes, in milliseconds; wall time where the system doesn't tell.
///
/// Done ten times over, because some systems count CPU time in ticks of 4 ms.
fn cpu_ms(mut work: impl FnMut()) -> f64 {
    const TIMES: u32 = 10;
    let (start, wall) = (cpu_ns(), std::time::Instant::now());
    for _ in 0..TIMES {
        work();
    }
    let total = match (start, cpu_ns()) {
        (Some(start), Some(end)) => (end - start) as f64 / 1e6,
        _ => wall.elapsed().as_secs_f64() * 1e3,
    };
    total / f64::from(TIMES)
}

fn cpu_ns() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()?
        .split(' ')
        .next()?
        .parse()
        .ok()
}

fn ratios(work: &[f64], base: &[f64]) -> Vec<f64> {
    work.iter().zip(base).map(|(work, base)| work / base).collect()
}

fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}
