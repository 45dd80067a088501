//! The pages: each asks the server for what it shows, and hands it to components.

pub(crate) mod audit;
pub(crate) mod check;
mod deciding;
pub(crate) mod enable_integration;
pub(crate) mod flow;
pub(crate) mod gate;
pub(crate) mod groups;
pub(crate) mod integration;
pub(crate) mod integrations;
pub(crate) mod not_found;
mod people;
mod personal_keys;
pub(crate) mod profile;
pub(crate) mod sandbox;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod tabs;
pub(crate) mod upload;
pub(crate) mod user;
pub(crate) mod users;
mod workspace;
