//! What the fuzz targets have found so far, tried again: each file of `fuzz/corpus` by the oracle of its target.

use std::fs;
use std::path::Path;

use passmuster_core::mapping::FileFormat;

use crate::oracles::{any_body, any_mapping};

fn each(target: &str, hold: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut bytes = 0;
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("a corpus")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    for file in &files {
        let body = fs::read(file).expect("a file that can be read");
        bytes += body.len();
        println!("{}", file.display());
        hold(&body);
    }
    assert!(
        (100..300).contains(&files.len()) && bytes < 1_000_000,
        "{} files of {bytes} bytes",
        files.len()
    );
}

#[test]
fn the_corpus_of_csv_holds() {
    each("csv", |body| any_body(body, FileFormat::Csv));
}

#[test]
fn the_corpus_of_json_holds() {
    each("json", |body| any_body(body, FileFormat::Json));
}

#[test]
fn the_corpus_of_mappings_holds() {
    each("mapping", any_mapping);
}
