//! What the pages of users and groups share: acts and their plans, dialogs, and the cards of one user.

pub(super) mod act;
pub(super) mod add_tag;
pub(super) mod add_user;
pub(super) mod ask_name;
pub(super) mod audit_filters;
pub(super) mod choose_integration;
pub(super) mod entries;
pub(super) mod group_people;
mod looking;
pub(super) mod person_search;
pub(super) mod planning;
pub(super) mod selection;
pub(super) mod set_group;
pub(super) mod user_cards;
pub(super) mod user_filters;
pub(super) mod user_form;
pub(super) mod user_table;
pub(super) mod words;
