//! What a user may do in Administration, by their role.
//!
//! Knows nothing of sessions and keys: whoever lets somebody in asks here what they may do.

use serde::{Deserialize, Serialize};

use crate::user::User;

/// One thing that somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Permission {
    /// Enabling and editing integrations, their mappings and credentials; uploading through them; settings.
    #[serde(rename = "Integrations: Edit")]
    IntegrationsEdit,
    /// Seeing, making and editing users.
    #[serde(rename = "Users: Edit")]
    UsersEdit,
    /// Making, renaming and merging groups and what else a workspace defines.
    #[serde(rename = "Groups: Edit")]
    GroupsEdit,
    /// Seeing who changed what.
    #[serde(rename = "Audit: View")]
    AuditView,
}

use Permission::{AuditView, GroupsEdit, IntegrationsEdit, UsersEdit};

impl Permission {
    /// All there are.
    pub const ALL: [Self; 4] = [IntegrationsEdit, UsersEdit, GroupsEdit, AuditView];

    /// As it is written everywhere, such as `Users: Edit`.
    pub fn as_str(self) -> &'static str {
        match self {
            IntegrationsEdit => "Integrations: Edit",
            UsersEdit => "Users: Edit",
            GroupsEdit => "Groups: Edit",
            AuditView => "Audit: View",
        }
    }

    /// Reads what [`Self::as_str`] writes, in any case.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        Self::ALL
            .into_iter()
            .find(|known| known.as_str().eq_ignore_ascii_case(text))
    }
}

impl std::fmt::Display for Permission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a user may do: admins everything, a `LimitedAdmin` users and groups, others nothing.
pub fn permissions_of(is_admin: bool, role: Option<&str>) -> &'static [Permission] {
    match role {
        _ if is_admin => &Permission::ALL,
        Some("FullAdmin") => &Permission::ALL,
        Some("LimitedAdmin") => &[UsersEdit, GroupsEdit],
        _ => &[],
    }
}

/// Whether somebody with these permissions may make `before` into `after`.
///
/// Nobody gives or takes a permission that they lack, nor edits a user who may do what they may not: else a limited
/// admin could take a full admin's account.
pub fn may_edit(permissions: &[Permission], before: Option<&User>, after: &User) -> bool {
    before.into_iter().chain([after]).all(|user| {
        permissions_of(user.is_admin, user.role.as_deref())
            .iter()
            .all(|theirs| permissions.contains(theirs))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_read_as_it_is_written() {
        for permission in Permission::ALL {
            assert_eq!(Permission::parse(permission.as_str()), Some(permission));
            let json = serde_json::to_value(permission).expect("a word");
            assert_eq!(json, permission.as_str());
        }
        assert_eq!(Permission::parse("Users: View"), None);
    }

    #[test]
    fn a_role_gives_permissions_and_is_admin_all() {
        assert_eq!(permissions_of(false, Some("FullAdmin")), Permission::ALL);
        assert_eq!(permissions_of(true, Some("Participant")), Permission::ALL);
        assert_eq!(permissions_of(false, Some("LimitedAdmin")), [UsersEdit, GroupsEdit]);
        assert!(permissions_of(false, Some("Participant")).is_empty());
        assert!(permissions_of(false, None).is_empty());
    }

    #[test]
    fn nobody_gives_or_takes_what_they_lack() {
        let limited = permissions_of(false, Some("LimitedAdmin"));
        let person = User::default();
        let admin = User {
            is_admin: true,
            ..User::default()
        };
        assert!(may_edit(limited, Some(&person), &person));
        assert!(!may_edit(limited, Some(&person), &admin));
        assert!(!may_edit(limited, Some(&admin), &person));
        assert!(may_edit(&Permission::ALL, Some(&admin), &person));
    }
}
