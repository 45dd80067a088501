//! Users, groups and what a workspace has defined.

use serde::{Deserialize, Serialize};

use crate::group::{AttributeType, GroupType, IntegrationIdType};
use crate::user::User;

/// `GET /api/admin/users/?search=&limit=&cursor=`
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct UserList {
    /// One page, by address.
    pub users: Vec<User>,
    /// Where the next page begins; `None` on the last one.
    pub next_cursor: Option<String>,
}

/// `GET /api/admin/groups/`: what a mapping's targets may name, besides the users.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Catalog {
    /// Whether the workspace uses the Salesforce integration.
    pub salesforce: bool,
    /// Group types with their groups.
    pub group_types: Vec<GroupType>,
    /// Kinds of integration ID.
    pub integration_ids: Vec<IntegrationIdType>,
    /// Custom attributes.
    pub attributes: Vec<AttributeType>,
}

/// `POST /api/admin/group-types/` and `POST /api/admin/integration-ids/`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewName {
    /// The name people read.
    pub name: String,
}
