//! What Passmuster is timed with: made-up people, files of them, and the least that reading such a file takes.
//!
//! The same seed gives the same bytes on every machine. Nothing here times anything: the programs of this crate do, and
//! `cargo xtask bench` starts them.

pub mod baseline;
pub mod fault;
pub mod format;
pub mod order;
pub mod people;
mod words;
#[cfg(feature = "measure")]
pub mod workbook;

pub use fault::Manifest;
pub use people::{People, Profile};
