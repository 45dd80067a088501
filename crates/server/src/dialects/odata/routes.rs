//! Where the feed is, and what it tells of itself: made from the same table as `$metadata`.

use axum::http::Method;
use schemars::JsonSchema;
use serde_json::{Map, Value as Json, json};

use super::model::{self, Edm, SETS, Set};
use super::{PATH, show};
use crate::openapi::{Operation, Scheme, Tag, operation};
use crate::route::{Route, open};

const TAG: Tag = Tag::new(
    "OData",
    "The directory as a feed that Power BI, Excel and other clients of OData V4 read.",
);
const SCHEMES: &[Scheme] = &[Scheme::ApiKey, Scheme::Basic];
const JSON: &str = "application/json";

/// Methods that only read take; with the others, the feed says so itself.
const OTHERS: [Method; 5] = [
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

/// What may be asked of the rows of a set.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "`options` reads them, this tells of them")]
struct OfRows {
    /// Which rows, such as `isActive and startswith(lastName,'S')`: `eq ne gt ge lt le in`, `and or not`, `any` and
    /// `all` of a list, and functions such as `contains` and `tolower`. At most 16,384 characters and 32 levels.
    #[schemars(rename = "$filter")]
    filter: Option<String>,
    /// Which properties, separated by commas.
    #[schemars(rename = "$select")]
    select: Option<String>,
    /// In which order, such as `lastName desc,firstName`.
    #[schemars(rename = "$orderby")]
    orderby: Option<String>,
    /// What to show that a row leads to, such as `memberships($select=groupName)`.
    #[schemars(rename = "$expand")]
    expand: Option<String>,
    /// How many rows at most.
    #[schemars(rename = "$top")]
    top: Option<u32>,
    /// How many rows to leave out at the beginning.
    #[schemars(rename = "$skip")]
    skip: Option<u32>,
    /// Whether to say how many rows there are in all.
    #[schemars(rename = "$count")]
    count: Option<bool>,
}

/// What may be asked of one row.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "`options` reads them, this tells of them")]
struct OfRow {
    /// Which properties, separated by commas.
    #[schemars(rename = "$select")]
    select: Option<String>,
    /// What to show that the row leads to, such as `manager`.
    #[schemars(rename = "$expand")]
    expand: Option<String>,
}

/// What may be asked of a number of rows.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "`options` reads them, this tells of them")]
struct OfCount {
    /// Which rows.
    #[schemars(rename = "$filter")]
    filter: Option<String>,
}

/// The routes: what lies behind the path, the feed takes apart itself, for keys stand in parentheses.
pub(crate) fn routes() -> Vec<Route> {
    const ANY: &str = "/app/OData/{*resource}";
    let service =
        told("OData_Service", "Lists the entity sets").answers_schema(200, "The service document.", JSON, |_| {
            object(json!({"value": {"type": "array", "items": {"type": "object"}}}))
        });
    let mut operations = vec![(
        "/app/OData/$metadata",
        told("OData_Metadata", "Tells what the feed holds").answers_text(
            200,
            "The entity types and sets, as CSDL.",
            "application/xml",
        ),
    )];
    operations.extend(PLACES.iter().filter_map(|(path, id, name)| {
        let set = model::set(name)?;
        let operation = told(id, set.about).query::<OfRows>().header(
            "Prefer",
            "`odata.maxpagesize=N` for pages of at most N rows, up to 5,000; without it they have up to 1,000.",
        );
        let rows = "A page of rows; `@odata.nextLink` is where the next one is.";
        Some((*path, operation.answers_schema(200, rows, JSON, schema_of(name))))
    }));
    operations.extend([
        (
            "/app/OData/User/$count",
            told("OData_CountUsers", "Counts users")
                .query::<OfCount>()
                .answers_text(200, "The number.", "text/plain"),
        ),
        (
            "/app/OData/User('{id}')",
            told("OData_OneUser", "Shows one user")
                .query::<OfRow>()
                .answers_schema(200, "The user.", JSON, |_| row_of(&SETS[0])),
        ),
    ]);
    let mut routes = vec![
        open(Method::GET, PATH, show)
            .secured_by(SCHEMES)
            .tells_of(vec![("/app/OData/", service)]),
        open(Method::GET, ANY, show).secured_by(SCHEMES).tells_of(operations),
    ];
    for path in [PATH, ANY] {
        let others = OTHERS
            .into_iter()
            .map(|method| open(method, path, show).tells_of(Vec::new()));
        routes.extend(others);
    }
    routes
}

/// Path, id of the operation and name of each set.
const PLACES: [(&str, &str, &str); 6] = [
    ("/app/OData/User", "OData_User", "User"),
    ("/app/OData/Team", "OData_Team", "Team"),
    ("/app/OData/Group", "OData_Group", "Group"),
    ("/app/OData/Membership", "OData_Membership", "Membership"),
    ("/app/OData/CustomVariable", "OData_CustomVariable", "CustomVariable"),
    ("/app/OData/Upload", "OData_Upload", "Upload"),
];

/// An operation that refuses as OData does.
fn told(id: &'static str, summary: &'static str) -> Operation {
    operation(TAG, id, summary)
        .refuses(
            400,
            "An option or a key is not understood; the message says which, and what to write instead.",
        )
        .refuses(406, "Neither `Accept` nor `$format` takes what there is.")
        .refuses(501, "OData knows it, but it is not done here.")
        .refusals_schema(JSON, |_| {
            object(json!({"error": {
                "type": "object",
                "required": ["code", "message"],
                "properties": {
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "target": {"type": "string"},
                    "details": {"type": "array", "items": {"type": "object"}},
                    "innererror": {"type": "object"},
                },
            }}))
        })
}

fn object(properties: Json) -> Json {
    let required: Vec<&String> = properties.as_object().into_iter().flat_map(Map::keys).collect();
    json!({"type": "object", "required": required, "properties": properties})
}

/// The schema of a page of a set; a function for each, as schemas are made.
fn schema_of(name: &str) -> fn(&mut crate::openapi::Schemas) -> Json {
    match name {
        "Team" => |_| page_of(&SETS[1]),
        "Group" => |_| page_of(&SETS[2]),
        "Membership" => |_| page_of(&SETS[3]),
        "CustomVariable" => |_| page_of(&SETS[4]),
        "Upload" => |_| page_of(&SETS[5]),
        _ => |_| page_of(&SETS[0]),
    }
}

fn page_of(set: &Set) -> Json {
    let mut schema = object(json!({"value": {"type": "array", "items": row_of(set)}}));
    schema["properties"]["@odata.context"] = json!({"type": "string"});
    schema["properties"]["@odata.count"] = json!({"type": "integer"});
    schema["properties"]["@odata.nextLink"] = json!({"type": "string"});
    schema
}

fn row_of(set: &Set) -> Json {
    let properties = set.properties.iter().map(|property| {
        let kind = match property.edm {
            Edm::Boolean => "boolean",
            Edm::Int32 | Edm::Int64 => "integer",
            Edm::Text | Edm::Instant | Edm::Date => "string",
            Edm::Texts => "array",
        };
        let mut schema = match property.is_nullable {
            true => json!({"type": [kind, "null"]}),
            false => json!({"type": kind}),
        };
        if property.edm == Edm::Texts {
            schema["items"] = json!({"type": "string"});
        }
        (property.name.to_owned(), schema)
    });
    json!({"type": "object", "properties": properties.collect::<Map<_, _>>()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_set_is_told_of() {
        let names: Vec<&str> = PLACES.iter().map(|(.., name)| *name).collect();
        assert_eq!(names, SETS.each_ref().map(|set| set.name));
        for (path, _, name) in PLACES {
            assert_eq!(path, format!("{PATH}/{name}"));
            assert!(schema_of(name)(&mut crate::openapi::Schemas::new())["properties"]["value"].is_object());
        }
    }
}
