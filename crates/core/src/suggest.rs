//! Which target a column probably means: exact, by a known synonym, or by likeness.

use serde::{Deserialize, Serialize};

use crate::field::Target;
use crate::group::slug_of;
use crate::mapping::Mapping;
use crate::order;
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

/// Other names that columns have in exports of HR systems, folded.
const SYNONYMS: [(Target, &[&str]); 12] = [
    (
        Target::Email,
        &[
            "email",
            "emailaddress",
            "workemail",
            "primaryemail",
            "mail",
            "useremail",
            "businessemail",
            "emailwork",
            "companyemail",
        ],
    ),
    (
        Target::FirstName,
        &[
            "firstname",
            "givenname",
            "forename",
            "first",
            "preferredfirstname",
            "legalfirstname",
            "fname",
        ],
    ),
    (
        Target::LastName,
        &["lastname", "surname", "familyname", "last", "legallastname", "lname"],
    ),
    (
        Target::Username,
        &[
            "username",
            "login",
            "salesforceusername",
            "userid",
            "userprincipalname",
            "upn",
        ],
    ),
    (Target::TimeZone, &["timezone", "tz", "timezonename", "zone"]),
    (
        Target::Manager,
        &[
            "manager",
            "manageremail",
            "supervisor",
            "supervisoremail",
            "reportsto",
            "reportstoemail",
            "lead",
            "managersemail",
            "linemanager",
        ],
    ),
    (
        Target::IsActive,
        &[
            "isactive",
            "active",
            "status",
            "employmentstatus",
            "employeestatus",
            "accountstatus",
            "userstatus",
        ],
    ),
    (
        Target::IsManager,
        &["ismanager", "peoplemanager", "managerflag", "ispeoplemanager"],
    ),
    (
        Target::IsAdmin,
        &["isadmin", "admin", "systemadmin", "administrator", "superuser"],
    ),
    (Target::Role, &["accessrole", "userrole", "permissionrole"]),
    (Target::Tags, &["tags", "labels", "keywords"]),
    (Target::Aliases, &["aliases", "alias", "alsoknownas", "othernames"]),
];

/// How alike two folded names must be to be suggested.
const LIKENESS: f64 = 0.9;

/// A name without case, space and punctuation: `Work E-mail` → `workemail`.
pub fn folded(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .filter(|character| character.is_alphanumeric())
        .collect()
}

/// Whether a folded name is one that columns of users have.
pub fn is_known(folded: &str) -> bool {
    SYNONYMS.iter().any(|(_, names)| names.contains(&folded))
}

/// Suggests a target for each column; a target is suggested for one column at most.
pub fn suggest(columns: &[String], saved: Option<&Mapping>, catalog: &Catalog) -> Vec<Suggestion> {
    let targets = targets_of(catalog);
    let mut candidates: Vec<(Match, u8, usize, Target)> = Vec::new();
    let own = crate::mend::telling::own_columns(columns);
    for (column, name) in columns.iter().enumerate().take(own) {
        if let Some(field) = saved.and_then(|saved| saved.fields.iter().find(|field| field.api_field == *name)) {
            candidates.push((Match::Exact, 100, column, field.target.clone()));
        }
        let folded = folded(name);
        if folded.is_empty() {
            continue;
        }
        for (target, names) in &targets {
            if names.contains(&folded) {
                candidates.push((Match::Alias, 100, column, target.clone()));
            } else if let Some(likeness) = names
                .iter()
                .filter(|name| name.len() > 3 && folded.len() > 3)
                .map(|name| strsim::jaro_winkler(name, &folded))
                .filter(|likeness| *likeness >= LIKENESS)
                .max_by(f64::total_cmp)
            {
                candidates.push((Match::Similar, (likeness * 100.0) as u8, column, target.clone()));
            }
        }
    }
    let certainty = |matched| match matched {
        Match::Exact => 0,
        Match::Alias => 1,
        Match::Similar => 2,
        Match::None => 3,
    };
    order::sort_by_key(&mut candidates, |(matched, percent, column, target)| {
        (certainty(*matched), 100 - percent, *column, target.clone())
    });
    let mut suggestions: Vec<Suggestion> = columns
        .iter()
        .map(|column| Suggestion {
            column: column.clone(),
            target: None,
            matched: Match::None,
            percent: 0,
        })
        .collect();
    let mut taken: Vec<Target> = Vec::new();
    for (matched, percent, column, target) in candidates {
        if suggestions[column].target.is_none() && !taken.contains(&target) {
            taken.push(target.clone());
            suggestions[column] = Suggestion {
                column: columns[column].clone(),
                target: Some(target),
                matched,
                percent,
            };
        }
    }
    suggestions
}

/// Every target that the workspace has, with the folded names that mean it.
fn targets_of(catalog: &Catalog) -> Vec<(Target, Vec<String>)> {
    let mut targets: Vec<(Target, Vec<String>)> = SYNONYMS
        .iter()
        .map(|(target, names)| (target.clone(), names.iter().map(|name| (*name).to_owned()).collect()))
        .collect();
    for kind in &catalog.integration_ids {
        targets.push((
            Target::IntegrationId(kind.slug.clone()),
            vec![folded(&kind.name), folded(&kind.slug)],
        ));
    }
    for group_type in &catalog.group_types {
        let name = folded(&group_type.name);
        let managed = ["managed", "smanaged", "manager", "managers"]
            .iter()
            .map(|ending| format!("{name}{ending}"))
            .collect();
        targets.push((
            Target::GroupMembership(group_type.name.clone()),
            vec![name.clone(), format!("{name}name")],
        ));
        targets.push((Target::GroupManager(group_type.name.clone()), managed));
    }
    for attribute in &catalog.attributes {
        targets.push((
            Target::Attribute(attribute.name.clone()),
            vec![folded(&attribute.name), slug_of(&attribute.name)],
        ));
    }
    targets
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::group::GroupType;

    #[test]
    fn headers_of_hr_exports_are_recognised_once_each() {
        let columns: Vec<String> = [
            "Work Email",
            "First name",
            "Last_Name",
            "Team",
            "Teams Managed",
            "Email",
            "Cost Center",
            "Time Zne",
        ]
        .map(str::to_owned)
        .to_vec();
        let catalog = Catalog {
            group_types: vec![GroupType {
                name: "Team".to_owned(),
                groups: Vec::new(),
            }],
            ..Catalog::default()
        };
        let targets: Vec<_> = suggest(&columns, None, &catalog)
            .into_iter()
            .map(|suggestion| suggestion.target.map(|target| target.to_string()).unwrap_or_default())
            .collect();
        assert_eq!(
            targets,
            [
                "user.email",
                "user.first_name",
                "user.last_name",
                "group_membership:Team",
                "group_manager:Team",
                "",
                "",
                "user.time_zone"
            ]
        );
    }
}
