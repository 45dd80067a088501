//! The server as its callers meet it: one module per foreign API, each test on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account;
mod admin;
mod again;
mod answers;
mod apikey;
mod applied;
mod attributes;
mod audit;
mod checking;
mod contents;
mod data;
mod described;
mod editing;
mod explorer;
mod health;
mod held;
mod housekeeping;
mod integrations;
mod keeping;
mod listing;
mod many;
mod metrics;
mod notices;
mod odata;
mod openapi;
mod permissions;
mod person;
mod pressure;
mod rates;
mod refusals;
mod regrouping;
mod sender;
mod sending;
mod sessions;
mod several;
mod snapshots;
mod sorting;
mod taken_back;
mod tokens;
mod trouble;
mod undone;
mod usercom;
mod workbooks;
mod workspaces;
