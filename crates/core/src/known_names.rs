//! Holds the names in a mapping against what the workspace has defined.
//!
//! A body can only be loaded through names that exist; saying so when the mapping is saved spares the sender.

use crate::field::Target;
use crate::mapping::{ApiField, FileFormat, Mapping, MappingError, MappingFault};
use crate::wire::directory::Catalog;

impl Mapping {
    /// The mapping that an integration of this workspace begins with: the fields that it requires.
    // seed: User API Integration, "Required for organizations using the Salesforce Integration"
    pub fn to_begin_with(file_format: FileFormat, salesforce: bool) -> Self {
        let mut mapping = Self::on_enabling(file_format);
        if salesforce {
            mapping.fields.push(ApiField::new("username", Target::Username));
        }
        mapping
    }

    /// Checks that group types, integration IDs and attributes exist, and that what the workspace requires is mapped.
    ///
    /// # Errors
    /// All names that don't, at once.
    pub fn check_names(&self, catalog: &Catalog) -> Result<(), MappingError> {
        let mut faults: Vec<MappingFault> = self
            .fields
            .iter()
            .enumerate()
            .filter_map(|(index, field)| {
                let what = missing(&field.target, catalog)?;
                let (api_field, target) = (&field.api_field, &field.target);
                let message = format!(
                    "The API field {api_field:?} is mapped to {target}, but there is no such {what}; make it first, or \
                     choose another target."
                );
                Some(MappingFault {
                    field: Some(index),
                    message,
                })
            })
            .collect();
        if catalog.salesforce && self.field_of(&Target::Username).is_none() {
            let message = format!(
                "{} ({}) is required, because the workspace uses the Salesforce integration; map an API field to it.",
                Target::Username.label(),
                Target::Username
            );
            faults.push(MappingFault { field: None, message });
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(MappingError { faults })
        }
    }
}

/// What kind of thing the target names, when the workspace doesn't have it.
fn missing(target: &Target, catalog: &Catalog) -> Option<&'static str> {
    let (is_known, what) = match target {
        Target::IntegrationId(slug) => (
            catalog.integration_ids.iter().any(|id| id.slug == *slug),
            "integration ID",
        ),
        Target::GroupMembership(name) | Target::GroupManager(name) => (
            catalog.group_types.iter().any(|known| known.name == *name),
            "group type",
        ),
        Target::Attribute(name) => (catalog.attributes.iter().any(|known| known.name == *name), "attribute"),
        _ => return None,
    };
    (!is_known).then_some(what)
}
