//! Group types, groups and the other things that a workspace defines before a file may name them.

use serde::{Deserialize, Serialize};

use crate::field::NAME_CHARACTERS;

/// A kind of group, such as Team or Office. Never created by an upload.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct GroupType {
    /// Case-sensitive, unique in the workspace.
    pub name: String,
    /// Names of its groups, case-sensitive; sorted.
    pub groups: Vec<String>,
}

/// A kind of ID in another system, such as Phone Extension. Never created by an upload.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct IntegrationIdType {
    /// The name in mapping documents: lower case, digits and `-`, such as `phone-extension`.
    pub slug: String,
    /// The name people read, such as `Phone Extension`.
    pub name: String,
}

/// The type of a custom attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum AttributeKind {
    /// Any text.
    #[default]
    String,
    /// A whole number within 64 bits.
    Integer,
    /// A decimal number.
    Float,
    /// True or False.
    Boolean,
    /// `2026-11-21`
    Date,
    /// `2026-11-21T08:30:00Z`
    Datetime,
    /// One of a list.
    Fixed,
    /// Any JSON value.
    Json,
}

impl AttributeKind {
    /// Each of them.
    pub const ALL: [Self; 8] = [
        Self::String,
        Self::Integer,
        Self::Float,
        Self::Boolean,
        Self::Date,
        Self::Datetime,
        Self::Fixed,
        Self::Json,
    ];
}

/// A custom attribute of users. Never created by an upload.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct AttributeType {
    /// Case-sensitive, unique in the workspace.
    pub name: String,
    /// Its type.
    pub kind: AttributeKind,
    /// The values of a `fixed` attribute.
    pub options: Vec<String>,
}

impl AttributeType {
    /// What keeps the options from fitting the kind; `None` for a sound type.
    pub fn fault(&self) -> Option<String> {
        let mut seen = std::collections::BTreeSet::new();
        let twice = self.options.iter().find(|option| !seen.insert(option.as_str()));
        let odd = self.options.iter().find(|option| {
            option.trim() != option.as_str() || option.is_empty() || option.chars().count() > NAME_CHARACTERS
        });
        match (self.kind, twice, odd) {
            (AttributeKind::Fixed, ..) if self.options.is_empty() => {
                Some("A fixed attribute needs the options that its values are taken from.".to_owned())
            }
            (AttributeKind::Fixed, Some(twice), _) => Some(format!("The option {twice:?} is there twice.")),
            (AttributeKind::Fixed, _, Some(odd)) => Some(format!(
                "The option {odd:?} is blank, has space around it, or more than {NAME_CHARACTERS} characters."
            )),
            (AttributeKind::Fixed, None, None) => None,
            _ if self.options.is_empty() => None,
            _ => Some("Only a fixed attribute has options.".to_owned()),
        }
    }
}

/// The slug of a name: lower case, letters and digits, `-` between words (`Phone Extension` → `phone-extension`).
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for character in name.trim().chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
