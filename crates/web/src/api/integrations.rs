//! Integrations: enabling, settings and mapping.

use gloo_net::http::Request;
use passmuster_core::{
    mapping::Mapping,
    wire::integration::{EnableIntegration, EnabledIntegration, Integration, IntegrationList},
};
use serde::Serialize;

use super::{Answer, get, send};

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

/// What of an integration's settings is to change.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SettingsPatch {
    /// The name.
    pub(crate) name: String,
    /// Who is told when uploads fail.
    pub(crate) admin_email: Option<String>,
    /// Whether it takes uploads.
    pub(crate) enabled: bool,
}

/// Saves an integration's settings.
pub(crate) async fn save_settings(id: &str, patch: &SettingsPatch) -> Answer<Integration> {
    send(Request::patch(&format!("/api/admin/integrations/{id}")), patch).await
}

/// Saves an integration's mapping.
pub(crate) async fn save_mapping(id: &str, mapping: &Mapping) -> Answer<Integration> {
    send(Request::put(&format!("/api/admin/integrations/{id}/mapping")), mapping).await
}
