//! The page as a person meets it, in a real Chromium against a real server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checking;
mod embedding;
mod files;
mod line;
mod losing;
mod opening;
mod refusing;
mod rows;
mod touring;
mod uploading;
mod visit;
mod workbooks;
