//! The server as its callers meet it: one module per foreign API, each test on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod admin;
mod applied;
mod data;
mod health;
mod notices;
mod sender;
mod sending;
mod trouble;
