//! Bodies of JSON integrations: read, checked, decided on, and held against `serde_json`.

#![no_main]

#[path = "../../tests/properties/oracles.rs"]
#[expect(dead_code, reason = "each target asks its own of them")]
mod oracles;

use libfuzzer_sys::fuzz_target;
use passmuster_core::mapping::FileFormat;

fuzz_target!(|body: &[u8]| oracles::any_body(body, FileFormat::Json));
