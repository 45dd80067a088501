//! The one table of what the feed holds: entity sets, their properties, and what leads from one to another. The service
//! document, `$metadata`, the checks of `$select`, `$filter` and the like, and the rows are all made from it.

use passmuster_core::filter::{Kind, Schema};

/// The group type of the groups that are teams.
pub(super) use crate::dialects::apikey::TEAM;

/// The types of the feed are named `Passmuster.User` and the like.
pub(super) const NAMESPACE: &str = "Passmuster";

/// An entity set, and the entity type of the same name.
#[derive(Debug)]
pub(super) struct Set {
    pub(super) name: &'static str,
    /// For people who look at the metadata.
    pub(super) about: &'static str,
    /// The properties that tell its entities apart; it is read in their order.
    pub(super) key: &'static [&'static str],
    pub(super) properties: &'static [Property],
    pub(super) navigations: &'static [Navigation],
}

/// What an entity has.
#[derive(Debug)]
pub(super) struct Property {
    pub(super) name: &'static str,
    pub(super) edm: Edm,
    pub(super) is_nullable: bool,
}

/// Where an entity leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Navigation {
    pub(super) name: &'static str,
    /// The name of the set.
    pub(super) to: &'static str,
    /// Whether it leads to several.
    pub(super) is_many: bool,
    /// The property that has the other's key, where there is one.
    pub(super) by: Option<&'static str>,
}

/// The type of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edm {
    Boolean,
    Int32,
    Int64,
    Text,
    Instant,
    Date,
    /// Several texts.
    Texts,
}

impl Edm {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Boolean => "Edm.Boolean",
            Self::Int32 => "Edm.Int32",
            Self::Int64 => "Edm.Int64",
            Self::Text => "Edm.String",
            Self::Instant => "Edm.DateTimeOffset",
            Self::Date => "Edm.Date",
            Self::Texts => "Collection(Edm.String)",
        }
    }

    fn kind(self) -> Kind {
        match self {
            Self::Boolean => Kind::Boolean,
            Self::Int32 | Self::Int64 => Kind::Integer,
            Self::Text => Kind::Text,
            Self::Instant => Kind::Instant,
            Self::Date => Kind::Date,
            Self::Texts => Kind::List(Box::new(Kind::Text)),
        }
    }
}

const fn always(name: &'static str, edm: Edm) -> Property {
    Property {
        name,
        edm,
        is_nullable: false,
    }
}

const fn maybe(name: &'static str, edm: Edm) -> Property {
    Property {
        name,
        edm,
        is_nullable: true,
    }
}

const fn one(name: &'static str, to: &'static str, by: &'static str) -> Navigation {
    Navigation {
        name,
        to,
        is_many: false,
        by: Some(by),
    }
}

const fn many(name: &'static str, to: &'static str) -> Navigation {
    Navigation {
        name,
        to,
        is_many: true,
        by: None,
    }
}

const GROUP: &[Property] = &[
    always("id", Edm::Text),
    always("name", Edm::Text),
    always("groupType", Edm::Text),
    always("createdAt", Edm::Instant),
];
const OF_GROUP: &[Navigation] = &[many("members", "User"), many("managers", "User")];

/// All there are. The values of a row stand in the order of its set's properties.
pub(super) static SETS: [Set; 6] = [
    Set {
        name: "User",
        about: "The users of the directory, the deactivated ones included.",
        key: &["id"],
        properties: &[
            always("id", Edm::Text),
            always("emailAddress", Edm::Text),
            always("firstName", Edm::Text),
            always("lastName", Edm::Text),
            maybe("username", Edm::Text),
            maybe("timeZone", Edm::Text),
            maybe("managerId", Edm::Text),
            always("isActive", Edm::Boolean),
            always("isManager", Edm::Boolean),
            always("isAdmin", Edm::Boolean),
            maybe("role", Edm::Text),
            always("tags", Edm::Texts),
            always("aliases", Edm::Texts),
            always("createdAt", Edm::Instant),
            always("updatedAt", Edm::Instant),
        ],
        navigations: &[
            one("manager", "User", "managerId"),
            many("directReports", "User"),
            many("memberships", "Membership"),
            many("teams", "Team"),
            many("groups", "Group"),
            many("managedGroups", "Group"),
            many("customVariables", "CustomVariable"),
        ],
    },
    Set {
        name: "Team",
        about: "The groups of the group type Team.",
        key: &["id"],
        properties: GROUP,
        navigations: OF_GROUP,
    },
    Set {
        name: "Group",
        about: "The groups of every group type.",
        key: &["id"],
        properties: GROUP,
        navigations: OF_GROUP,
    },
    Set {
        name: "Membership",
        about: "Who is a member of which group: at most one of each group type.",
        key: &["userId", "groupId"],
        properties: &[
            always("userId", Edm::Text),
            always("groupId", Edm::Text),
            always("emailAddress", Edm::Text),
            always("groupType", Edm::Text),
            always("groupName", Edm::Text),
        ],
        navigations: &[one("user", "User", "userId"), one("group", "Group", "groupId")],
    },
    Set {
        name: "CustomVariable",
        about: "Values that users have under a name for a while; position counts those of one name.",
        key: &["userId", "name", "position"],
        properties: &[
            always("userId", Edm::Text),
            always("name", Edm::Text),
            always("position", Edm::Int32),
            maybe("value", Edm::Text),
            maybe("startDate", Edm::Date),
            maybe("endDate", Edm::Date),
            always("emailAddress", Edm::Text),
        ],
        navigations: &[one("user", "User", "userId")],
    },
    Set {
        name: "Upload",
        about: "The bodies that were received, and how each ended.",
        key: &["id"],
        properties: &[
            always("id", Edm::Text),
            always("integrationId", Edm::Text),
            always("receivedAt", Edm::Instant),
            always("receivedBy", Edm::Text),
            always("via", Edm::Text),
            always("bytes", Edm::Int64),
            always("records", Edm::Int64),
            always("outcome", Edm::Text),
            always("errorCount", Edm::Int64),
            always("warningCount", Edm::Int64),
            always("sandbox", Edm::Boolean),
            maybe("created", Edm::Int64),
            maybe("updated", Edm::Int64),
            maybe("deactivated", Edm::Int64),
            maybe("reactivated", Edm::Int64),
            maybe("unchanged", Edm::Int64),
            maybe("groupsCreated", Edm::Int64),
            maybe("decidedAt", Edm::Instant),
            maybe("decidedBy", Edm::Text),
            maybe("undoneAt", Edm::Instant),
            maybe("undoneBy", Edm::Text),
        ],
        navigations: &[],
    },
];

/// The set of a name.
pub(super) fn set(name: &str) -> Option<&'static Set> {
    SETS.iter().find(|set| set.name == name)
}

impl Set {
    /// Where a property's value stands in a row.
    pub(super) fn place(&self, property: &str) -> Option<usize> {
        self.properties.iter().position(|known| known.name == property)
    }

    pub(super) fn navigation(&self, name: &str) -> Option<&'static Navigation> {
        self.navigations.iter().find(|known| known.name == name)
    }
}

impl PartialEq for Set {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Navigation {
    /// The set it leads to.
    pub(super) fn target(&self) -> &'static Set {
        // A test holds each name to a set.
        set(self.to).unwrap_or(&SETS[0])
    }
}

/// What filters are held against.
#[derive(Debug)]
pub(super) struct Model;

impl Schema for Model {
    fn kind_of(&self, record: &str, property: &str) -> Option<Kind> {
        let set = set(record)?;
        if let Some(place) = set.place(property) {
            return Some(set.properties[place].edm.kind());
        }
        let navigation = set.navigation(property)?;
        let row = Kind::Record(navigation.to);
        Some(if navigation.is_many {
            Kind::List(Box::new(row))
        } else {
            row
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_in_the_table_is_there() {
        for known in &SETS {
            assert!(known.key.iter().all(|key| known.place(key).is_some()), "{}", known.name);
            for navigation in known.navigations {
                assert!(set(navigation.to).is_some(), "{}", navigation.name);
                assert!(navigation.by.is_none_or(|by| known.place(by).is_some()));
                assert!(known.place(navigation.name).is_none());
            }
        }
    }
}
