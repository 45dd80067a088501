//! `passmuster-bench browser NPM CHROMIUM [peers|page]`: our check as WebAssembly against what pages check files with, in the
//! same page, and in Node; and our page, whether it stays alive.
//!
//! The rounds are those of `browser/rounds.mjs`; here their outcome is weighed. A peer counts only when it finds exactly
//! what was planted in the dirty file.

mod page;

use std::collections::BTreeMap;
use std::error::Error;
use std::process::{Command, Stdio};

use passmuster_bench::Profile;
use serde::Deserialize;

use crate::peers::Files;
use crate::table::{Results, Row, Unit};

const ROUNDS: &str = "7";
const OURS: &str = "ours";

/// A peer, the package whose version tells, and by how much we mean to be quicker: with all columns, and with few.
const PEERS: [(&str, &str, f64, f64); 3] = [
    ("PapaParse + zod", "zod", 12.0, 8.0),
    ("PapaParse + ajv", "ajv", 8.0, 8.0),
    ("uDSV + by hand", "udsv", 6.0, 6.0),
];

#[derive(Deserialize)]
struct Work {
    found: BTreeMap<String, u64>,
    ms: Vec<f64>,
}

type Works = BTreeMap<String, BTreeMap<String, Work>>;

#[derive(Deserialize)]
struct Outcome {
    versions: BTreeMap<String, String>,
    browser: String,
    node: String,
    outcome: Works,
    in_node: Works,
}

pub(crate) fn run(arguments: &[String]) -> Result<(), Box<dyn Error>> {
    let [npm, chromium, parts @ ..] = arguments else {
        return Err("usage: passmuster-bench browser NPM CHROMIUM [peers|page]".into());
    };
    let mut results = Results::new("cargo xtask bench browser");
    let is_wanted = |part: &str| parts.is_empty() || parts.iter().any(|wanted| wanted == part);
    if is_wanted("page") {
        page::run(chromium, &mut results)?;
    }
    if is_wanted("peers") {
        peers(npm, chromium, &mut results)?;
    }
    results.save(&crate::kept(), "browser")?;
    Ok(())
}

fn peers(npm: &str, chromium: &str, results: &mut Results) -> Result<(), Box<dyn Error>> {
    let folder = crate::kept().join("files");
    let profiles = [Profile::Full, Profile::Lean];
    let files = profiles.map(|profile| Files::write(profile, &folder));
    let output = Command::new("node")
        .arg(crate::root().join("crates/bench/browser/bench.mjs"))
        .arg(npm)
        .args([crate::target().join("wasm-node"), folder])
        .args([chromium, ROUNDS])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("bench.mjs failed".into());
    }
    let outcome: Outcome = serde_json::from_slice(&output.stdout)?;
    let chromium = outcome
        .browser
        .split_whitespace()
        .find_map(|word| word.split_once("Chrome/"));
    let chromium = format!(
        "Chromium {}",
        chromium.map_or("", |(_, version)| version.split('.').next().unwrap_or(""))
    );
    for (profile, files) in profiles.iter().zip(files) {
        let files = files?;
        for (place, works, is_goal) in [
            (chromium.as_str(), &outcome.outcome, true),
            (&format!("Node {}", outcome.node), &outcome.in_node, false),
        ] {
            let works = works.get(profile.name()).ok_or("a profile is missing")?;
            let ours = works.get(OURS).ok_or("our own check is missing")?;
            for (peer, package, full, lean) in PEERS {
                let theirs = works.get(peer).ok_or("a peer is missing")?;
                for (name, found) in [(OURS, &ours.found), (peer, &theirs.found)] {
                    if !files.are_found(found, None) {
                        return Err(format!("{name} finds {found:?}, planted was {:?}", files.manifest).into());
                    }
                }
                let version = outcome.versions.get(package).map_or("", String::as_str);
                let work = format!("full check of {}.csv, {place}", profile.name());
                let mut row = Row::ratio(6, work, format!("{peer} ({version})"), (&theirs.ms, &ours.ms));
                row.unit = Unit::TimesFaster;
                row.remark += if is_goal { ", wall" } else { ", CPU" };
                let bound = if *profile == Profile::Full { full } else { lean };
                results.add(if is_goal { row.bound(bound) } else { row });
            }
        }
    }
    Ok(())
}
