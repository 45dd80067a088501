//! The sample file, a part of the page.

use gloo_net::http::Request;

use super::{Answer, ask};

/// The sample's text; fetched before any file is chosen.
pub(crate) async fn sample() -> Answer<String> {
    ask(Request::get("/hris-export.csv").build()).await
}
