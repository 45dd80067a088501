//! Bytes to cells with their place.
pub mod decode;
