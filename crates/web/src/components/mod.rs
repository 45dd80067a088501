//! What pages are made of. Components take values and callbacks; none of them asks the server for anything.

pub(crate) mod badge;
pub(crate) mod banner;
pub(crate) mod button;
pub(crate) mod copy_field;
pub(crate) mod dialog;
pub(crate) mod drop_zone;
pub(crate) mod empty_state;
pub(crate) mod field;
pub(crate) mod grid;
mod grid_row;
pub(crate) mod icon;
pub(crate) mod layout;
pub(crate) mod loaded;
pub(crate) mod match_table;
pub(crate) mod page_head;
pub(crate) mod plan;
pub(crate) mod policies;
pub(crate) mod problems;
pub(crate) mod progress;
pub(crate) mod row_pages;
pub(crate) mod stepper;
pub(crate) mod tabs;
pub(crate) mod time;
