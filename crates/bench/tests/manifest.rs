//! Our own check finds in a file exactly what was planted, and nothing in a clean one.

use std::collections::BTreeMap;

use passmuster_bench::{Manifest, People, Profile};
use passmuster_core::import::{Options, prepare};
use passmuster_core::mapping::{FileFormat, Mapping};

const USERS: u64 = 20_000;

fn found(file: &[u8], profile: Profile, format: FileFormat) -> BTreeMap<String, u64> {
    let mapping = Mapping::parse(profile.mapping(format).as_bytes()).expect("a sound mapping");
    let report = prepare(file, &mapping, &Options::default()).into_report();
    assert_eq!(report.records, USERS);
    let mut found = BTreeMap::new();
    for tally in report.summary {
        *found.entry(tally.rule.into_owned()).or_default() += tally.count;
    }
    found
}

fn planted(manifest: Manifest) -> BTreeMap<String, u64> {
    manifest
        .into_iter()
        .map(|(rule, count)| (rule.to_owned(), count))
        .collect()
}

#[test]
fn nothing_is_wrong_with_a_clean_file() {
    for profile in [Profile::Full, Profile::Lean] {
        let people = People::new(profile, USERS);
        assert_eq!(people.manifest(), Manifest::new());
        assert_eq!(found(&people.csv(), profile, FileFormat::Csv), BTreeMap::new());
        assert_eq!(found(&people.json(), profile, FileFormat::Json), BTreeMap::new());
    }
}

#[test]
fn what_was_planted_is_found() {
    for profile in [Profile::Full, Profile::Lean] {
        let people = People::new(profile, USERS).dirty();
        let manifest = planted(people.manifest());
        assert!(manifest.values().sum::<u64>() > USERS / 200, "{manifest:?}");
        assert!(manifest.len() >= 6, "{manifest:?}");
        assert_eq!(found(&people.csv(), profile, FileFormat::Csv), manifest);
        assert_eq!(found(&people.json(), profile, FileFormat::Json), manifest);
    }
}

#[test]
fn two_cells_in_a_hundred_are_quoted() {
    for profile in [Profile::Full, Profile::Lean] {
        let people = People::new(profile, USERS);
        let file = String::from_utf8(people.csv()).expect("UTF-8");
        let quoted = file.matches('"').count() as f64 / 2.0;
        let cells = (USERS * profile.columns().len() as u64) as f64;
        assert!((0.015..0.03).contains(&(quoted / cells)), "{}", quoted / cells);
    }
}
