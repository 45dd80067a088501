//! FIELDS: the one table of what an API field can be mapped to.
//!
//! Reading, rules, forms, columns, mapping documents and the export all follow this table; adding
//! a target begins with a line here.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::mapping::{ListPolicy, OnBlank, OnUnknown};

/// How the text of a cell is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The address that is the key of a user.
    Email,
    /// A person's name: not blank, at most 150 characters.
    Name,
    /// In the form of an e-mail address.
    Username,
    /// An IANA zone.
    TimeZone,
    /// The e-mail address, or Salesforce username, of a user.
    Manager,
    /// True or False.
    Boolean,
    /// Text that identifies the user in another system.
    IntegrationId,
    /// The name of one group.
    Group,
    /// Names of groups, separated by semicolons.
    GroupList,
    /// One of [`ROLES`].
    Role,
    /// Words separated by `|`.
    List,
    /// A typed custom attribute.
    Attribute,
}

/// One line of [`FIELDS`].
#[derive(Debug)]
pub struct Field {
    /// The code in mapping documents and APIs; one that ends in `:` takes a name behind it.
    pub code: &'static str,
    /// The label on the page; `{}` stands for the name.
    pub label: &'static str,
    /// The heading it is listed under.
    pub section: &'static str,
    /// How its text is understood.
    pub kind: Kind,
    /// Mapped on enabling, and in every row.
    pub required: bool,
    /// In CSV, if the column is there, every row has a value.
    // seed: User API Integration, "User - Time Zone", "User - Is Manager", "User - Is Admin"
    pub every_cell: bool,
    /// What a blank cell does unless the mapping says otherwise.
    pub on_blank: OnBlank,
    /// What an unknown name does unless the mapping says otherwise; `None`: nothing can be unknown.
    pub on_unknown: Option<OnUnknown>,
    /// How a list is taken unless the mapping says otherwise; `None`: not a list.
    pub list: Option<ListPolicy>,
    /// One sentence for the page.
    pub help: &'static str,
}

/// The roles a user can have.
// seed: Create Or Update Users, "role"
pub const ROLES: [&str; 4] = ["FullAdmin", "LimitedAdmin", "Participant", "Deactivated"];

/// The most characters that an API field has.
// seed: User API Integration, "API Fields … 43 character limit"
pub const API_FIELD_CHARACTERS: usize = 43;

/// The most characters that a name of a person, group, tag or other thing has.
pub const NAME_CHARACTERS: usize = 150;

/// Every target, in the order of the page.
pub static FIELDS: [Field; 16] = [
    Field {
        code: "user.email",
        label: "User - Email",
        section: "User",
        kind: Kind::Email,
        required: true,
        every_cell: true,
        on_blank: OnBlank::Error,
        on_unknown: None,
        list: None,
        help: "The key: a known address updates, an unknown one creates.",
    },
    Field {
        code: "user.first_name",
        label: "User - First Name",
        section: "User",
        kind: Kind::Name,
        required: true,
        every_cell: true,
        on_blank: OnBlank::Error,
        on_unknown: None,
        list: None,
        help: "At most 150 characters, never blank.",
    },
    Field {
        code: "user.last_name",
        label: "User - Last Name",
        section: "User",
        kind: Kind::Name,
        required: true,
        every_cell: true,
        on_blank: OnBlank::Error,
        on_unknown: None,
        list: None,
        help: "At most 150 characters, never blank.",
    },
    Field {
        code: "user.username",
        label: "User - Username",
        section: "User",
        kind: Kind::Username,
        required: false,
        every_cell: false,
        on_blank: OnBlank::Keep,
        on_unknown: None,
        list: None,
        help: "In the form of an e-mail address; required with Salesforce.",
    },
    Field {
        code: "user.time_zone",
        label: "User - Time Zone",
        section: "User",
        kind: Kind::TimeZone,
        required: false,
        every_cell: true,
        on_blank: OnBlank::Error,
        on_unknown: None,
        list: None,
        help: "An IANA name such as America/New_York. In CSV every row has a value.",
    },
    Field {
        code: "user.manager",
        label: "User - Manager",
        section: "User",
        kind: Kind::Manager,
        required: false,
        every_cell: false,
        on_blank: OnBlank::Clear,
        on_unknown: Some(OnUnknown::Clear),
        list: None,
        help: "The manager's e-mail. An empty cell clears the manager.",
    },
    Field {
        code: "user.is_active",
        label: "User - Is Active",
        section: "User",
        kind: Kind::Boolean,
        required: false,
        every_cell: false,
        on_blank: OnBlank::Keep,
        on_unknown: None,
        list: None,
        help: "False deactivates. Nobody is deleted.",
    },
    Field {
        code: "user.is_manager",
        label: "User - Is Manager",
        section: "User",
        kind: Kind::Boolean,
        required: false,
        every_cell: true,
        on_blank: OnBlank::Error,
        on_unknown: None,
        list: None,
        help: "True or False. In CSV every cell has a value.",
    },
    Field {
        code: "user.is_admin",
        label: "User - Is Admin",
        section: "User",
        kind: Kind::Boolean,
        required: false,
        every_cell: true,
        on_blank: OnBlank::Error,
        on_unknown: None,
        list: None,
        help: "True or False. In CSV every cell has a value.",
    },
    Field {
        code: "user.role",
        label: "User - Role",
        section: "User",
        kind: Kind::Role,
        required: false,
        every_cell: false,
        on_blank: OnBlank::Keep,
        on_unknown: None,
        list: None,
        help: "FullAdmin, LimitedAdmin, Participant or Deactivated.",
    },
    Field {
        code: "user.tags",
        label: "User - Tags",
        section: "User",
        kind: Kind::List,
        required: false,
        every_cell: false,
        on_blank: OnBlank::Keep,
        on_unknown: None,
        list: Some(ListPolicy::Add),
        help: "Separated by |, added to those the user has.",
    },
    Field {
        code: "user.aliases",
        label: "User - Aliases",
        section: "User",
        kind: Kind::List,
        required: false,
        every_cell: false,
        on_blank: OnBlank::Keep,
        on_unknown: None,
        list: Some(ListPolicy::Add),
        help: "Separated by |. An alias belongs to one user.",
    },
    Field {
        code: "integration_id:",
        label: "{}",
        section: "Integration ID",
        kind: Kind::IntegrationId,
        required: false,
        every_cell: false,
        on_blank: OnBlank::Keep,
        on_unknown: None,
        list: None,
        help: "The user's ID in another system. Always text: leading zeros stay.",
    },
    Field {
        code: "group_membership:",
        label: "Group Membership - {}",
        section: "Group Membership",
        kind: Kind::Group,
        required: false,
        every_cell: false,
        on_blank: OnBlank::Keep,
        on_unknown: Some(OnUnknown::Create),
        list: None,
        help: "The group of this type that the user is a member of. Upper and lower case differ.",
    },
    Field {
        code: "group_manager:",
        label: "Group Manager - {}",
        section: "Group Manager",
        kind: Kind::GroupList,
        required: false,
        every_cell: false,
        on_blank: OnBlank::Clear,
        on_unknown: Some(OnUnknown::Create),
        list: Some(ListPolicy::Replace),
        help: "Groups separated by semicolons: exactly these afterwards. An empty cell takes all away.",
    },
    Field {
        code: "attribute:",
        label: "Attribute - {}",
        section: "Attribute",
        kind: Kind::Attribute,
        required: false,
        every_cell: false,
        on_blank: OnBlank::Keep,
        on_unknown: None,
        list: None,
        help: "A custom attribute that exists already, of its own type.",
    },
];

/// What an API field is mapped to: a line of [`FIELDS`] and, where the line asks for one, a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// `user.email`
    Email,
    /// `user.first_name`
    FirstName,
    /// `user.last_name`
    LastName,
    /// `user.username`
    Username,
    /// `user.time_zone`
    TimeZone,
    /// `user.manager`
    Manager,
    /// `user.is_active`
    IsActive,
    /// `user.is_manager`
    IsManager,
    /// `user.is_admin`
    IsAdmin,
    /// `user.role`
    Role,
    /// `user.tags`
    Tags,
    /// `user.aliases`
    Aliases,
    /// `integration_id:{slug}`
    IntegrationId(String),
    /// `group_membership:{Group Type}`
    GroupMembership(String),
    /// `group_manager:{Group Type}`
    GroupManager(String),
    /// `attribute:{name}`
    Attribute(String),
}

impl Target {
    /// The targets that every mapping has.
    pub const REQUIRED: [Self; 3] = [Self::Email, Self::FirstName, Self::LastName];

    /// Reads a code such as `user.email` or `group_membership:Team`; `None` if there is no such target.
    pub fn parse(code: &str) -> Option<Self> {
        let plain = match code {
            "user.email" => Self::Email,
            "user.first_name" => Self::FirstName,
            "user.last_name" => Self::LastName,
            "user.username" => Self::Username,
            "user.time_zone" => Self::TimeZone,
            "user.manager" => Self::Manager,
            "user.is_active" => Self::IsActive,
            "user.is_manager" => Self::IsManager,
            "user.is_admin" => Self::IsAdmin,
            "user.role" => Self::Role,
            "user.tags" => Self::Tags,
            "user.aliases" => Self::Aliases,
            _ => {
                let (family, name) = code.split_once(':')?;
                let name = name.trim();
                if name.is_empty() || name.chars().count() > NAME_CHARACTERS {
                    return None;
                }
                return match family {
                    "integration_id" => Some(Self::IntegrationId(name.to_owned())),
                    "group_membership" => Some(Self::GroupMembership(name.to_owned())),
                    "group_manager" => Some(Self::GroupManager(name.to_owned())),
                    "attribute" => Some(Self::Attribute(name.to_owned())),
                    _ => None,
                };
            }
        };
        Some(plain)
    }

    /// Its line of [`FIELDS`].
    pub fn field(&self) -> &'static Field {
        let index = match self {
            Self::Email => 0,
            Self::FirstName => 1,
            Self::LastName => 2,
            Self::Username => 3,
            Self::TimeZone => 4,
            Self::Manager => 5,
            Self::IsActive => 6,
            Self::IsManager => 7,
            Self::IsAdmin => 8,
            Self::Role => 9,
            Self::Tags => 10,
            Self::Aliases => 11,
            Self::IntegrationId(_) => 12,
            Self::GroupMembership(_) => 13,
            Self::GroupManager(_) => 14,
            Self::Attribute(_) => 15,
        };
        &FIELDS[index]
    }

    /// The name behind the code, for the targets that have one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::IntegrationId(name)
            | Self::GroupMembership(name)
            | Self::GroupManager(name)
            | Self::Attribute(name) => Some(name),
            _ => None,
        }
    }

    /// The label on the page, such as `Group Membership - Team`.
    pub fn label(&self) -> String {
        self.field().label.replace("{}", self.name().unwrap_or_default())
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.field().code)?;
        f.write_str(self.name().unwrap_or_default())
    }
}

impl Serialize for Target {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        Self::parse(&code).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "{code:?} is not a target; use one of user.email, user.first_name, user.last_name, user.username, \
                 user.time_zone, user.manager, user.is_active, user.is_manager, user.is_admin, user.role, user.tags, \
                 user.aliases, integration_id:SLUG, group_membership:GROUP TYPE, group_manager:GROUP TYPE, attribute:NAME"
            ))
        })
    }
}

/// A text: the codes are for reading, the names behind them are the workspace's own.
#[cfg(feature = "schema")]
impl schemars::JsonSchema for Target {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Target".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let codes: Vec<&str> = FIELDS.iter().map(|field| field.code).collect();
        schemars::json_schema!({
            "type": "string",
            "description": format!("What an API field is mapped to: one of {}; a code that ends in a colon is \
                followed by a name of the workspace.", codes.join(", ")),
            "examples": ["user.email", "group_membership:Team"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_reached_by_its_own_code() {
        for field in &FIELDS {
            let code = if field.code.ends_with(':') {
                format!("{}Team", field.code)
            } else {
                field.code.to_owned()
            };
            let target = Target::parse(&code).expect("a code of the table");
            assert_eq!(target.field().code, field.code);
            assert_eq!(target.to_string(), code);
        }
        assert_eq!(Target::parse("user.shoe_size"), None);
        assert_eq!(Target::parse("group_membership:"), None);
    }
}
