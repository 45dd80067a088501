//! From a file to an upload: Upload → Match columns → Check → Review changes → Result.

mod check_step;
pub(crate) mod download;
mod draft;
mod match_step;
mod result_step;
mod review_step;
pub(crate) mod state;
mod upload_step;
pub(crate) mod view;
