//! Tokens of integrations.

use gloo_net::http::Request;
use passmuster_core::wire::integration::{NewToken, RotatedToken, Rotation, WantedToken};

use super::{Answer, done, send};

fn address(integration: &str) -> String {
    format!("/api/admin/integrations/{integration}/tokens/")
}

/// Makes a token, which is shown this once.
pub(crate) async fn create_token(integration: &str, wanted: &WantedToken) -> Answer<NewToken> {
    send(Request::post(&address(integration)), wanted).await
}

/// Makes a token that takes another one's place.
pub(crate) async fn rotate_token(integration: &str, token: &str, rotation: &Rotation) -> Answer<RotatedToken> {
    let request = Request::post(&format!("{}{token}/rotate/", address(integration)));
    send(request, rotation).await
}

/// Ends a token at once.
pub(crate) async fn revoke_token(integration: &str, token: &str) -> Answer<()> {
    let request = Request::delete(&format!("{}{token}", address(integration)));
    done(request).await
}
