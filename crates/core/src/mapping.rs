//! The mapping document: the API fields of a file, their targets, value maps and policies.
//!
//! One readable, versioned JSON document, the same in page, API and command line. This file knows
//! whether a mapping is sound in itself; whether its group types exist is the directory's question.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::field::{API_FIELD_CHARACTERS, Kind, Target};

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FileFormat {
    /// Delimited text with headers.
    Csv,
    /// Flat objects.
    Json,
}

impl FileFormat {
    /// `csv` or `json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// What a blank cell does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum OnBlank {
    /// Leaves what the directory has.
    Keep,
    /// Clears what the directory has.
    Clear,
    /// Is an error.
    Error,
}

/// What a name that the directory doesn't know does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum OnUnknown {
    /// Clears what the directory has, with a warning (managers).
    Clear,
    /// Leaves what the directory has, with a warning (managers).
    Keep,
    /// Is an error.
    Error,
    /// Creates it (groups).
    Create,
}

/// How the words of a list meet those that the directory has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ListPolicy {
    /// Adds the words.
    Add,
    /// Exactly these words afterwards.
    Replace,
    /// Takes the words away.
    Remove,
}

/// One API field: a column or key of the file, what it is mapped to, and its policies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ApiField {
    /// The CSV header or JSON key: 1 to 43 characters, case-sensitive.
    pub api_field: String,
    /// What it is mapped to.
    pub target: Target,
    /// What a blank cell does.
    pub on_blank: OnBlank,
    /// What an unknown name does, for targets that name something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_unknown: Option<OnUnknown>,
    /// How a list is taken, for targets that are lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<ListPolicy>,
    /// Cells that mean another text, such as `Terminated` for `False`; compared after trimming, to
    /// the letter. `""` stands for a blank cell.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub value_map: BTreeMap<String, String>,
}

impl ApiField {
    /// An API field with the policies that the table of fields gives its target.
    pub fn new(api_field: impl Into<String>, target: Target) -> Self {
        let field = target.field();
        Self {
            api_field: api_field.into(),
            on_blank: field.on_blank,
            on_unknown: field.on_unknown,
            list: field.list,
            value_map: BTreeMap::new(),
            target,
        }
    }
}

/// A sound mapping document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "Document")]
pub struct Mapping {
    /// Version of the document: 1.
    pub version: u32,
    /// What the body is.
    pub file_format: FileFormat,
    /// The delimiter of a CSV body; `None`: found in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// The API fields, in the order of the page.
    pub fields: Vec<ApiField>,
}

/// One thing wrong with a mapping document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MappingFault {
    /// Which entry of `fields`, from 0; `None`: the document as a whole.
    pub field: Option<usize>,
    /// What is wrong and what to do.
    pub message: String,
}

/// Why a mapping document is refused: all its faults at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("\n"))]
pub struct MappingError {
    /// At least one.
    pub faults: Vec<MappingFault>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    file_format: FileFormat,
    #[serde(default)]
    delimiter: Option<char>,
    fields: Vec<DocumentField>,
}

#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct DocumentField {
    api_field: String,
    target: Target,
    #[serde(default)]
    on_blank: Option<OnBlank>,
    #[serde(default)]
    on_unknown: Option<OnUnknown>,
    #[serde(default)]
    list: Option<ListPolicy>,
    #[serde(default)]
    value_map: BTreeMap<String, String>,
}

impl TryFrom<Document> for Mapping {
    type Error = MappingError;

    fn try_from(document: Document) -> Result<Self, MappingError> {
        let mapping = Self {
            version: document.version,
            file_format: document.file_format,
            delimiter: document.delimiter,
            fields: document.fields.into_iter().map(ApiField::from).collect(),
        };
        let faults = mapping.faults();
        if faults.is_empty() {
            Ok(mapping)
        } else {
            Err(MappingError { faults })
        }
    }
}

impl From<DocumentField> for ApiField {
    fn from(field: DocumentField) -> Self {
        let mut api_field = Self::new(field.api_field, field.target);
        api_field.on_blank = field.on_blank.unwrap_or(api_field.on_blank);
        api_field.on_unknown = field.on_unknown.or(api_field.on_unknown);
        api_field.list = field.list.or(api_field.list);
        api_field.value_map = field.value_map;
        api_field
    }
}

impl Mapping {
    /// Reads and checks a mapping document.
    ///
    /// # Errors
    /// All faults at once; a JSON fault with line and column.
    pub fn parse(document: &[u8]) -> Result<Self, MappingError> {
        let document = document.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(document);
        let document: Document = serde_json::from_slice(document).map_err(|error| MappingError {
            faults: vec![MappingFault {
                field: None,
                message: format!("The mapping document can't be read: {error}."),
            }],
        })?;
        Self::try_from(document)
    }

    /// The mapping that an integration begins with: the required fields under their usual headers.
    // seed: User API Integration, "email, first_name, and last_name are mapped upon enabling"
    pub fn on_enabling(file_format: FileFormat) -> Self {
        let fields = [
            ("email", Target::Email),
            ("first_name", Target::FirstName),
            ("last_name", Target::LastName),
        ];
        Self {
            version: 1,
            file_format,
            delimiter: None,
            fields: fields
                .into_iter()
                .map(|(name, target)| ApiField::new(name, target))
                .collect(),
        }
    }

    /// The document as readable JSON, every policy spelled out.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The API field mapped to a target.
    pub fn field_of(&self, target: &Target) -> Option<&ApiField> {
        self.fields.iter().find(|field| field.target == *target)
    }

    /// All that is wrong with the mapping in itself; empty for a sound one.
    pub fn faults(&self) -> Vec<MappingFault> {
        let mut faults = Vec::new();
        let mut fault = |field: Option<usize>, message: String| faults.push(MappingFault { field, message });
        if self.version != 1 {
            fault(
                None,
                format!(
                    "The mapping document says version {}; this program reads version 1.",
                    self.version
                ),
            );
        }
        if let Some(delimiter) = self.delimiter
            && !",;\t|".contains(delimiter)
        {
            fault(
                None,
                format!("The delimiter {delimiter:?} is not one of comma, semicolon, tab and pipe."),
            );
        }
        for target in Target::REQUIRED {
            if self.field_of(&target).is_none() {
                fault(
                    None,
                    format!("{} ({target}) is required; map an API field to it.", target.label()),
                );
            }
        }
        let mut names = BTreeSet::new();
        for (index, field) in self.fields.iter().enumerate() {
            let name = &field.api_field;
            let characters = name.chars().count();
            if characters == 0 {
                fault(
                    Some(index),
                    format!(
                        "The API field of {} has no name; write the header or key as it stands in the file.",
                        field.target
                    ),
                );
            } else if characters > API_FIELD_CHARACTERS {
                fault(
                    Some(index),
                    format!(
                        "The API field {name:?} has {characters} characters; it needs 1 to {API_FIELD_CHARACTERS}. \
                         Shorten the header or key in the file and here."
                    ),
                );
            } else if self.file_format == FileFormat::Csv && name.trim() != name {
                fault(
                    Some(index),
                    format!(
                        "The API field {name:?} begins or ends with a space; headers are read without it. Remove it here."
                    ),
                );
            }
            if !names.insert(name.as_str()) {
                fault(
                    Some(index),
                    format!("The API field {name:?} is mapped twice; keep one of the two."),
                );
            }
            if let Some(other) = self.fields[..index].iter().find(|other| other.target == field.target) {
                fault(
                    Some(index),
                    format!(
                        "The API fields {:?} and {name:?} are both mapped to {}; a target takes one column.",
                        other.api_field, field.target
                    ),
                );
            }
            for message in field.policy_faults() {
                fault(Some(index), message);
            }
        }
        faults
    }
}

impl Mapping {
    /// What is allowed but probably not meant, field by field: names that differ from another one's, or from those of the
    /// mapping so far, by upper and lower case or by space around them only.
    pub fn doubts(&self, so_far: Option<&Self>) -> Vec<MappingFault> {
        let alike = |a: &str, b: &str| a != b && a.trim().to_lowercase() == b.trim().to_lowercase();
        let names =
            |mapping: &'_ Self| -> Vec<String> { mapping.fields.iter().map(|field| field.api_field.clone()).collect() };
        let own = names(self);
        let before = so_far.map(names).unwrap_or_default();
        let doubt = |(index, name): (usize, &String)| {
            let other = own.iter().find(|other| alike(other, name));
            let former = before.iter().find(|other| alike(other, name));
            let message = match (other, former) {
                (Some(other), _) => format!(
                    "{name:?} differs from {other:?} only by upper and lower case or space; headers and keys are told apart by both."
                ),
                (None, Some(former)) if !own.contains(former) => {
                    format!("It was {former:?} so far; a file that says {former:?} is not read by {name:?}.")
                }
                _ if name.trim() != name && self.file_format == FileFormat::Json => {
                    format!("{name:?} begins or ends with a space; the key in the file must have it too.")
                }
                _ => return None,
            };
            Some(MappingFault {
                field: Some(index),
                message,
            })
        };
        own.iter().enumerate().filter_map(doubt).collect()
    }
}

impl ApiField {
    /// What of its policies doesn't fit its target, in words; empty for sound ones.
    pub fn policy_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let line = self.target.field();
        let name = &self.api_field;
        if line.required && self.on_blank != OnBlank::Error {
            faults.push(format!(
                "{} is required, so {name:?} can't have on_blank other than \"error\".",
                self.target.label()
            ));
        }
        if line.kind == Kind::Boolean && self.on_blank == OnBlank::Clear {
            faults.push(format!(
                "{} is True or False and can't be cleared; give {name:?} on_blank \"keep\" or \"error\".",
                self.target.label()
            ));
        }
        let unknown_fits = match (line.kind, self.on_unknown) {
            (Kind::Manager, Some(policy)) => policy != OnUnknown::Create,
            (Kind::Group | Kind::GroupList, Some(policy)) => matches!(policy, OnUnknown::Create | OnUnknown::Error),
            (_, policy) => policy.is_none(),
        };
        if !unknown_fits {
            faults.push(format!(
                "on_unknown of {name:?} doesn't fit {}: managers take \"clear\", \"keep\" or \"error\", groups \"create\" or \"error\", others none.",
                self.target.label()
            ));
        }
        if self.list.is_some() && line.list.is_none() {
            faults.push(format!(
                "{} is not a list, so {name:?} takes no \"list\" policy.",
                self.target.label()
            ));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_spelled_out_and_read_back() {
        let mapping = Mapping::on_enabling(FileFormat::Csv);
        assert_eq!(Mapping::parse(mapping.to_json().as_bytes()).expect("sound"), mapping);
        assert!(mapping.to_json().contains("\"on_blank\": \"error\""));
    }

    #[test]
    fn names_that_are_alike_are_doubted() {
        let saved = Mapping::on_enabling(FileFormat::Csv);
        assert_eq!(saved.doubts(Some(&saved)), []);
        let mut mapping = saved.clone();
        mapping.fields[0].api_field = "Email".to_owned();
        let doubts = mapping.doubts(Some(&saved));
        assert_eq!(doubts.len(), 1, "{doubts:?}");
        assert_eq!(doubts[0].field, Some(0));
        assert_eq!(mapping.doubts(None), []);
        mapping.fields[1].api_field = "EMAIL".to_owned();
        assert_eq!(mapping.doubts(None).len(), 2);
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let document = br#"{"version":1,"file_format":"csv","fields":[
            {"api_field":"Email","target":"user.email","on_blank":"keep"},
            {"api_field":"Email","target":"user.first_name"},
            {"api_field":"Manager","target":"user.manager","on_unknown":"create"}]}"#;
        let error = Mapping::parse(document).expect_err("four faults");
        assert_eq!(error.faults.len(), 4, "{error}");
    }
}
