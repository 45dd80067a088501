//! Mapping documents: read, written back, and used on files with their own headers.

#![no_main]

#[path = "../../tests/properties/oracles.rs"]
#[expect(dead_code, reason = "each target asks its own of them")]
mod oracles;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| oracles::any_mapping(body));
