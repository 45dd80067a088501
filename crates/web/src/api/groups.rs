//! What the workspace has defined: group types with their groups, integration IDs, attributes.

use passmuster_core::wire::directory::Catalog;

use super::{Answer, get};

/// What mappings may name.
pub(crate) async fn catalog() -> Answer<Catalog> {
    get("/api/admin/groups/").await
}
