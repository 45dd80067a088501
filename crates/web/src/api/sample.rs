//! The sample file, a part of the page.

use gloo_net::http::Request;

use super::{Answer, Fault};

/// The sample's text; fetched before any file is chosen.
pub(crate) async fn sample() -> Answer<String> {
    let answer = Request::get("/hris-export.csv")
        .send()
        .await
        .map_err(|_| Fault::Network)?;
    if !answer.ok() {
        return Err(super::refusal(answer).await);
    }
    answer.text().await.map_err(|_| Fault::Network)
}
