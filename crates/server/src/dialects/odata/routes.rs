//! Where the feed is, and what it tells of itself.

use axum::http::Method;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::{PATH, show};
use crate::openapi::{Operation, Schemas, Scheme, operation};
use crate::route::{Route, open};

const TAG: &str = "OData";
const SCHEMES: &[Scheme] = &[Scheme::ApiKey, Scheme::Basic];
const JSON: &str = "application/json";

/// Each entity set: where it is, its operation, what that does.
const PLACES: [(&str, &str, &str); 6] = [
    ("/app/OData/User", "OData_User", "Reads users"),
    ("/app/OData/Team", "OData_Team", "Reads teams"),
    ("/app/OData/Group", "OData_Group", "Reads groups"),
    ("/app/OData/Membership", "OData_Membership", "Reads memberships"),
    (
        "/app/OData/CustomVariable",
        "OData_CustomVariable",
        "Reads custom variables",
    ),
    ("/app/OData/Upload", "OData_Upload", "Reads uploads"),
];

/// What lies behind the feed's path it takes apart itself: keys stand in parentheses.
pub(crate) fn routes() -> Vec<Route> {
    let service = told("OData_Service", "Lists the entity sets of the feed").answers_schema(
        200,
        "The service document.",
        JSON,
        |_| list_of(&json!({"type": "object", "required": ["name", "url"]})),
    );
    let metadata = told("OData_Metadata", "Tells what the feed holds, as CSDL").answers_text(
        200,
        "Entity sets, properties and navigation.",
        "application/xml",
    );
    let mut operations = vec![("/app/OData/$metadata", metadata)];
    operations.extend(PLACES.map(|(path, id, summary)| (path, set_told(id, summary))));
    vec![
        open(Method::GET, PATH, show)
            .secured_by(SCHEMES)
            .tells_of(vec![("/app/OData/", service)]),
        open(Method::GET, "/app/OData/{*resource}", show)
            .secured_by(SCHEMES)
            .tells_of(operations),
    ]
}

fn told(id: &'static str, summary: &'static str) -> Operation {
    operation(TAG, id, summary)
        .refusals_schema(JSON, refusal)
        .refuses(406, "The feed can't be told in a format that is accepted.")
}

fn set_told(id: &'static str, summary: &'static str) -> Operation {
    told(id, summary)
        .describes(
            "A page of at most 1,000 entities; `@odata.nextLink` is where the next one is. One entity is at its key, such \
             as `User('ID')`, what belongs to it behind that, such as `User('ID')/memberships`.",
        )
        .query::<Options>()
        .refuses(400, "An option can't be understood; the message says which.")
        .refuses(501, "OData has it, this feed doesn't.")
        .answers_schema(200, "A page of entities.", JSON, |_| list_of(&json!({"type": "object"})))
}

/// The system query options.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is used")]
struct Options {
    /// Such as `isActive eq true and contains(tolower(lastName),'smith')`; at most 16,384 characters and 32 levels.
    #[schemars(rename = "$filter")]
    filter: Option<String>,
    /// Properties, separated by commas.
    #[schemars(rename = "$select")]
    select: Option<String>,
    /// Navigation properties, separated by commas, with options of their own in parentheses.
    #[schemars(rename = "$expand")]
    expand: Option<String>,
    /// Such as `lastName,createdAt desc`.
    #[schemars(rename = "$orderby")]
    orderby: Option<String>,
    /// How many at most.
    #[schemars(rename = "$top")]
    top: Option<u64>,
    /// How many to leave out first.
    #[schemars(rename = "$skip")]
    skip: Option<u64>,
    /// Whether to count all, whatever the page holds.
    #[schemars(rename = "$count")]
    count: Option<bool>,
}

fn list_of(items: &Value) -> Value {
    json!({"type": "object", "required": ["value"], "properties": {
        "@odata.context": {"type": "string"},
        "@odata.count": {"type": "integer"},
        "@odata.nextLink": {"type": "string"},
        "value": {"type": "array", "items": items},
    }})
}

/// A refusal as OData tells it.
fn refusal(_: &mut Schemas) -> Value {
    json!({"type": "object", "required": ["error"], "properties": {
        "error": {"type": "object", "required": ["code", "message"], "properties": {
            "code": {"type": "string"},
            "message": {"type": "string"},
            "target": {"type": "string"},
            "details": {"type": "array", "items": {"type": "object"}},
            "innererror": {"type": "object"},
        }},
    }})
}

#[cfg(test)]
mod tests {
    use super::super::model::SETS;
    use super::*;

    #[test]
    fn every_entity_set_is_told_of() {
        let told: Vec<&str> = PLACES.iter().filter_map(|(path, ..)| path.rsplit('/').next()).collect();
        let sets: Vec<&str> = SETS.iter().map(|set| set.name).collect();
        assert_eq!(told, sets);
    }
}
