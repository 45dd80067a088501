//! One piece of work, some times over, to be counted from outside: `passmuster-work WORK FILE MAPPING TIMES`.
//!
//! WORK is `scan`, `walk` or `check`. The difference between two numbers of TIMES is what the work itself takes.

use std::error::Error;
use std::hint::black_box;
use std::{env, fs};

use passmuster_bench::baseline::{scan, walk};
use passmuster_core::import::{Options, prepare};
use passmuster_core::mapping::Mapping;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [work, file, mapping, times] = arguments.as_slice() else {
        return Err("usage: passmuster-work scan|walk|check FILE MAPPING TIMES".into());
    };
    let file = fs::read(file)?;
    let mapping = Mapping::parse(&fs::read(mapping)?)?;
    for _ in 0..times.parse()? {
        match work.as_str() {
            "scan" => {
                black_box(scan(black_box(file.as_slice())));
            }
            "walk" => {
                black_box(walk(black_box(&file)));
            }
            "check" => {
                let report = prepare(black_box(&file), &mapping, &Options::default()).into_report();
                if report.error_count > 0 {
                    return Err(format!("the file is not clean: {:?}", report.problems.first()).into());
                }
                black_box(report);
            }
            other => return Err(format!("no such work: {other}").into()),
        }
    }
    Ok(())
}
