//! The cards of Settings, one job each.

pub(super) mod about;
pub(super) mod api_keys;
pub(super) mod appearance;
pub(super) mod connections;
pub(super) mod mail;
pub(super) mod name;
pub(super) mod people;
