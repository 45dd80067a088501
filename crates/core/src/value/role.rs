//! Roles.

use crate::field::ROLES;

/// The role of this name, to the letter.
pub fn parse(text: &str) -> Option<&'static str> {
    ROLES.into_iter().find(|role| *role == text)
}
