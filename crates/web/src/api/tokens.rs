//! Tokens of integrations.

use gloo_net::http::Request;
use passmuster_core::wire::integration::NewToken;

use super::{Answer, read};

/// Makes a token, which is shown this once.
pub(crate) async fn new_token(id: &str) -> Answer<NewToken> {
    let request = Request::post(&format!("/api/admin/integrations/{id}/tokens/"));
    read(request.send().await).await
}
