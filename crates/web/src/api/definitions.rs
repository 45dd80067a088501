//! What a workspace defines for mappings to name, and the versions of a mapping.

use gloo_net::http::Request;
use passmuster_core::{
    group::{AttributeType, GroupType, IntegrationIdType},
    mapping::Mapping,
    wire::{
        directory::NewName,
        integration::{Integration, MappingVersionList, SavedMapping},
    },
};

use super::{Answer, get, send};

/// Makes a group type.
pub(crate) async fn define_group_type(name: &str) -> Answer<GroupType> {
    let name = name.to_owned();
    send(Request::post("/api/admin/group-types/"), &NewName { name }).await
}

/// Makes a kind of integration ID.
pub(crate) async fn define_integration_id(name: &str) -> Answer<IntegrationIdType> {
    let name = name.to_owned();
    send(Request::post("/api/admin/integration-ids/"), &NewName { name }).await
}

/// Makes a custom attribute.
pub(crate) async fn define_attribute(attribute: &AttributeType) -> Answer<AttributeType> {
    send(Request::post("/api/admin/attributes/"), attribute).await
}

/// Saves an integration's mapping, if its version is still this one.
pub(crate) async fn save_mapping_over(id: &str, version: u64, mapping: &Mapping) -> Answer<Integration> {
    let request = Request::put(&format!("/api/admin/integrations/{id}/mapping"));
    send(request.header("If-Match", &format!("\"{version}\"")), mapping).await
}

/// All versions of an integration's mapping, newest first.
pub(crate) async fn mapping_versions(id: &str) -> Answer<MappingVersionList> {
    get(&format!("/api/admin/integrations/{id}/mapping/versions/")).await
}

/// One version of an integration's mapping.
pub(crate) async fn mapping_version(id: &str, version: u64) -> Answer<SavedMapping> {
    get(&format!("/api/admin/integrations/{id}/mapping/versions/{version}/")).await
}
