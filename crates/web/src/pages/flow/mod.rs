//! From a file to an upload: Upload → Match columns → Check → Review changes → Result.

mod again;
mod check_step;
pub(crate) mod download;
mod draft;
mod file_bar;
mod header_step;
pub(crate) mod kept;
pub(crate) mod leaving;
mod limits;
mod mapping_file;
mod match_step;
mod refused;
mod result_step;
mod review_step;
mod save_mapping;
mod sign_in_again;
mod starting;
pub(crate) mod state;
mod traces;
mod upload_step;
pub(crate) mod view;
mod wrong_format;

/// What the address of Check & Upload calls the upload that is to be opened there.
pub(crate) const AGAIN: &str = "upload";
