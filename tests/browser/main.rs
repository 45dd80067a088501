//! The page as a person meets it, in a real Chromium against a real server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod auditing;
mod checking;
mod choosing;
mod credentials;
mod describing;
mod embedding;
mod explorer;
mod files;
mod forbidden;
mod formats;
mod framing;
mod grouping;
mod heading;
mod large;
mod line;
mod losing;
mod matching;
mod mending;
mod opening;
mod people;
mod person;
mod refusing;
mod reviewing;
mod rows;
mod sandbox;
mod sending;
mod settings;
mod taking_back;
mod touring;
mod typing;
mod uploading;
mod visit;
mod workbooks;
mod workspace;
