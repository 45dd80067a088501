//! What the fuzz target of workbooks has found so far, tried again: each is read or refused, and decided on.

use std::fs;
use std::path::Path;

use passmuster_core::import::{Options, decide, prepare_sheet};
use passmuster_core::mapping::{FileFormat, Mapping};
use passmuster_core::plan::Directory;

#[test]
fn the_corpus_of_workbooks_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/fuzz/corpus/workbook");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mapping = Mapping::on_enabling(FileFormat::Csv);
    let (mut bytes, mut opened) = (0, 0);
    for file in &files {
        let body = fs::read(file).unwrap();
        bytes += body.len();
        println!("{}", file.display());
        for sheet in [None, Some("Sheet2")] {
            let Some(workbook) = passmuster_workbook::open(&body, FileFormat::Csv, sheet) else {
                continue;
            };
            opened += 1;
            let prepared = prepare_sheet(workbook, &mapping, &Options::default());
            let decision = decide(prepared, &Directory::default());
            assert_eq!(
                decision.plan.is_some(),
                decision.report.is_clean(),
                "{}",
                file.display()
            );
        }
    }
    assert!(
        (100..300).contains(&files.len()) && bytes < 1_000_000 && opened > 100,
        "{} files of {bytes} bytes, {opened} opened",
        files.len()
    );
}
