//! `passmuster-bench peers`: our check of a file against other programs that hold it to the same rules.
//!
//! Whole files in turn, round by round, on one thread each; CPU time; the median of the ratios of the rounds. A peer counts
//! only when it finds exactly what was planted in the dirty file.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use passmuster_bench::{Manifest, People, Profile};
use passmuster_core::mapping::FileFormat;
use serde::Deserialize;

use crate::clock::cpu_ms;
use crate::engine::{check, mapping};
use crate::table::{Results, Row, Unit};

const ROUNDS: usize = 5;

/// A peer, by how much we mean to be quicker, and what it can't check.
const PEERS: [(&str, f64, Option<&str>); 4] = [
    ("polars", 3.0, None),
    ("duckdb", 5.0, None),
    ("pydantic", 14.0, None),
    ("frictionless", 60.0, Some("manager_not_in_file")),
];

/// The files of a profile below a folder: a clean one and a dirty one, with its manifest.
pub(crate) struct Files {
    pub(crate) clean: PathBuf,
    pub(crate) dirty: PathBuf,
    pub(crate) manifest: Manifest,
}

impl Files {
    /// Writes them, with the mapping.
    pub(crate) fn write(profile: Profile, folder: &Path) -> Result<Self, Box<dyn Error>> {
        fs::create_dir_all(folder)?;
        let place = |ending: &str| folder.join(format!("{}{ending}", profile.name()));
        let people = People::new(profile, profile.users());
        people.write_csv(BufWriter::new(File::create(place(".csv"))?))?;
        let manifest = people
            .dirty()
            .write_csv(BufWriter::new(File::create(place("-dirty.csv"))?))?;
        fs::write(place(".csv.mapping"), profile.mapping(FileFormat::Csv))?;
        Ok(Self {
            clean: place(".csv"),
            dirty: place("-dirty.csv"),
            manifest,
        })
    }

    /// Whether somebody found what was planted, but for one rule that they don't know.
    pub(crate) fn are_found(&self, found: &BTreeMap<String, u64>, but: Option<&str>) -> bool {
        let planted = self.manifest.iter().filter(|(rule, _)| Some(**rule) != but);
        planted
            .map(|(rule, count)| (*rule, *count))
            .eq(found.iter().map(|(rule, count)| (rule.as_str(), *count)))
    }
}

#[derive(Deserialize)]
struct Hello {
    version: String,
}

#[derive(Deserialize)]
struct Answer {
    ms: f64,
    found: BTreeMap<String, u64>,
}

/// A peer's process.
struct Peer {
    name: &'static str,
    version: String,
    bound: f64,
    but: Option<&'static str>,
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    fn start(name: &'static str, bound: f64, but: Option<&'static str>) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(crate::kept().join("peers-venv/bin/python"))
            .arg(crate::root().join("crates/bench/peers/peers.py"))
            .arg(name)
            .env("POLARS_MAX_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let orders = child.stdin.take().ok_or("no standard input")?;
        let mut answers = BufReader::new(child.stdout.take().ok_or("no standard output")?);
        let mut line = String::new();
        answers.read_line(&mut line)?;
        let Hello { version } = serde_json::from_str(&line)?;
        Ok(Self {
            name,
            version,
            bound,
            but,
            child,
            orders,
            answers,
        })
    }

    fn ask(&mut self, profile: Profile, file: &Path) -> Result<Answer, Box<dyn Error>> {
        writeln!(self.orders, "{} {}", profile.name(), file.display())?;
        self.orders.flush()?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        serde_json::from_str(&line).map_err(|error| format!("{}: {error} in {line:?}", self.name).into())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Fails only for a process that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let mut results = Results::new("cargo xtask bench peers");
    let start = |(name, bound, but)| Peer::start(name, bound, but);
    let mut peers = PEERS.into_iter().map(start).collect::<Result<Vec<_>, _>>()?;
    for profile in [Profile::Full, Profile::Lean] {
        let files = Files::write(profile, &crate::kept().join("files"))?;
        for peer in &mut peers {
            let answer = peer.ask(profile, &files.dirty)?;
            if !files.are_found(&answer.found, peer.but) {
                let (name, found) = (peer.name, answer.found);
                return Err(format!("{name} finds {found:?}, planted was {:?}", files.manifest).into());
            }
        }
        let mapping = mapping(profile, FileFormat::Csv);
        let mut ours = Vec::new();
        let mut theirs = vec![Vec::new(); peers.len()];
        for round in 0..=ROUNDS {
            let mut reports = 0;
            let time = cpu_ms(&mut || {
                let bytes = fs::read(&files.clean).expect("we wrote it");
                reports += check(&bytes, &mapping).records;
            });
            assert!(reports > 0);
            for (peer, theirs) in peers.iter_mut().zip(&mut theirs) {
                let answer = peer.ask(profile, &files.clean)?;
                if round > 0 {
                    theirs.push(answer.ms);
                }
            }
            if round > 0 {
                ours.push(time);
            }
        }
        for (peer, theirs) in peers.iter().zip(&theirs) {
            let work = format!("full check of {}.csv, native", profile.name());
            let mut row =
                Row::ratio(7, work, format!("{} {}", peer.name, peer.version), (theirs, &ours)).bound(peer.bound);
            row.unit = Unit::TimesFaster;
            row.remark = match peer.but {
                Some(_) => format!("{}; it doesn't look for managers", row.remark),
                None => row.remark,
            };
            results.add(row);
        }
    }
    results.add(Row::missing(
        7,
        "full check of full.csv, native",
        "qsv validate",
        "no registry has the program built, and building it takes longer than all the rest",
    ));
    results.save(&crate::kept(), "peers")?;
    Ok(())
}
