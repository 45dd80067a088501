//! Integrations: enabling, settings and mapping.

use gloo_net::http::Request;
use passmuster_core::{
    mapping::Mapping,
    wire::integration::{EnableIntegration, EnabledIntegration, Integration, IntegrationEdit, IntegrationList},
};
use serde::Deserialize;

use super::{Answer, get, read, send};

/// All integrations.
pub(crate) async fn integrations() -> Answer<IntegrationList> {
    get("/api/admin/integrations/").await
}

/// Enables one.
pub(crate) async fn enable_integration(form: &EnableIntegration) -> Answer<EnabledIntegration> {
    send(Request::post("/api/admin/integrations/"), form).await
}

/// One integration.
pub(crate) async fn integration(id: &str) -> Answer<Integration> {
    get(&format!("/api/admin/integrations/{id}")).await
}

/// Saves what of an integration's settings is to change.
pub(crate) async fn edit_integration(id: &str, edit: &IntegrationEdit) -> Answer<Integration> {
    send(Request::patch(&format!("/api/admin/integrations/{id}")), edit).await
}

/// Saves an integration's mapping.
pub(crate) async fn save_mapping(id: &str, mapping: &Mapping) -> Answer<Integration> {
    send(Request::put(&format!("/api/admin/integrations/{id}/mapping")), mapping).await
}

/// Writes to the integration's admin; the address that was written to.
pub(crate) async fn send_test_mail(id: &str) -> Answer<String> {
    #[derive(Deserialize)]
    struct Sent {
        sent_to: String,
    }
    let request = Request::post(&format!("/api/admin/integrations/{id}/test-mail/"));
    let sent: Sent = read(request).await?;
    Ok(sent.sent_to)
}
