//! Which target a column probably means: exact, by a known synonym, or by likeness.

use serde::{Deserialize, Serialize};

use crate::field::Target;
use crate::mapping::Mapping;
use crate::wire::directory::Catalog;

/// Why a target is suggested for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Match {
    /// Equal to the saved API field, upper and lower case included.
    Exact,
    /// A known other name of the target, such as `Work Email`.
    Alias,
    /// Alike; needs a person's word.
    Similar,
    /// Nothing comes near.
    None,
}

/// What one column of the file probably means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The column's header, or the key.
    pub column: String,
    /// The target, if any comes near.
    pub target: Option<Target>,
    /// Why.
    pub matched: Match,
    /// How alike, 0 to 100.
    pub percent: u8,
}

/// Suggests a target for each column; a target is suggested for one column at most.
pub fn suggest(_columns: &[String], _saved: Option<&Mapping>, _catalog: &Catalog) -> Vec<Suggestion> {
    unimplemented!()
}
