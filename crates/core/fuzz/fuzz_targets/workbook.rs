//! Workbooks: opened, read, checked and decided on like any body, within the bounds of memory and time.

#![no_main]

#[path = "../../tests/properties/oracles.rs"]
#[expect(dead_code, reason = "each target asks its own of them")]
mod oracles;

use libfuzzer_sys::fuzz_target;
use passmuster_core::import::{Options, decide, prepare_sheet};
use passmuster_core::mapping::FileFormat;

fuzz_target!(|body: &[u8]| {
    let mapping = oracles::wide(FileFormat::Csv);
    for sheet in [None, Some("Sheet2")] {
        let Some(opened) = passmuster_workbook::open(body, FileFormat::Csv, sheet) else {
            return;
        };
        let prepared = prepare_sheet(opened, mapping, &Options::default());
        let decision = decide(prepared, oracles::small_directory());
        oracles::report_holds(&decision.report);
        assert_eq!(decision.plan.is_some(), decision.report.is_clean(), "a plan unless there is an error");
    }
});
