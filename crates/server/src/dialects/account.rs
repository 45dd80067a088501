//! The User Provisioning API: accounts, group types, groups and memberships, told by username.
//!
//! What a row means is said by the core's `request`; here is only what HTTP says about it.
// seed: User Provisioning API

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use passmuster_core::import::Options;
use passmuster_core::mapping::{FileFormat, ListPolicy};
use passmuster_core::permission::Permission::{self, GroupsEdit, UsersEdit};
use passmuster_core::problem::Problem;
use passmuster_core::request::{ACCOUNT_COLUMNS, Act, Rows, accounts, memberships, problem, tell, usernames};
use passmuster_core::rules::missing_value;
use passmuster_core::user::email_key;
use passmuster_core::wire::{PlanAnswer, UploadAnswer};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::data::{self, Asked, Mode};
use crate::App;
use crate::error::{self, Failure};
use crate::foreign::{self, Ask, Visitor, Wish};
use crate::openapi::{Operation, Scheme, Tag, operation};
use crate::route::{Route, open};
use crate::secret::digest;
use crate::store::Tx;
use crate::store::directory::{Wanted, known};
use crate::{auth, body};

/// What the audit and uploads call it.
pub(crate) const VIA: &str = "account";
const PERMISSIONS: &[Permission] = &[UsersEdit, GroupsEdit];

const TAG: Tag = Tag::new(
    "account",
    "The User Provisioning API: accounts, group types, groups and memberships by username.",
);
const SCHEMES: &[Scheme] = &[Scheme::Token];

pub(crate) fn routes() -> Vec<Route> {
    let kept = |operation: Operation| {
        of_rows(operation.header(
            "Idempotency-Key",
            "The same key and body within 24 hours give the first answer again, and nothing is done twice.",
        ))
        .if_match()
        .refuses(
            409,
            "It would now be another plan, or it crosses a limit and waits for a person; nothing was applied.",
        )
    };
    let memberships = |operation: Operation| {
        kept(operation)
            .takes_schema(JSON, |_| {
                rows_of(
                    json!({
                        "username": {"type": "string", "description": "Who it is about."},
                        "group_type": {"type": "string", "description": "The group type, in a long row."},
                        "group_name": {"type": "string", "description": "The group, in a long row."},
                    }),
                    json!(["username"]),
                    "A long row names one membership by `group_type` and `group_name`; a wide one has a key for each \
                     group type, with the group as its value.",
                )
            })
            .like(json!([{"username": "jason@yourcompany.com", "Role": "Account Executive"}]))
            .takes_text("text/csv")
            .like("username,group_type,group_name\njason@yourcompany.com,Role,Account Executive\n")
    };
    let names = |operation: Operation| {
        of_rows(operation)
            .answers::<NamesAnswer>(201, "Each name, and whether it is new.")
            .answers::<NamesAnswer>(
                200,
                "With `mode=check` or `mode=plan`: each name, and whether it would be new.",
            )
    };
    vec![
        open(Method::POST, "/api/v1/account/", receive_accounts)
            .secured_by(SCHEMES)
            .tells(
                kept(operation(
                    TAG,
                    "Public_Api_Account_Create",
                    "Creates, updates and deactivates users by username",
                ))
                .describes(
                    "A known username updates, an unknown one creates; `is_active` false deactivates. All or nothing. \
                     The token of any active integration of the workspace serves.",
                )
                .takes_schema(JSON, |_| {
                    rows_of(
                        json!({
                            "username": {"type": "string", "description": "In the form of an e-mail address; the key."},
                            "email": {"type": "string", "description": "Of a known user, another address."},
                            "first_name": {"type": "string"},
                            "last_name": {"type": "string"},
                            "is_active": {"type": ["boolean", "string"], "description": "False deactivates."},
                        }),
                        json!(["username"]),
                        "Users; other keys are not read.",
                    )
                })
                .like(json!([
                    {"is_active": true, "first_name": "Jason", "last_name": "Smith", "email": "jason@yourcompany.com",
                     "username": "jason@yourcompany.com"},
                    {"is_active": true, "first_name": "Susan", "last_name": "Simpson", "email": "susan@yourcompany.com",
                     "username": "susan@yourcompany.com"},
                ]))
                .takes_text("text/csv")
                .like(
                    "is_active,first_name,last_name,email,username\n\
                     true,Jason,Smith,jason@yourcompany.com,jason@yourcompany.com\n\
                     true,Susan,Simpson,susan@yourcompany.com,susan@yourcompany.com\n",
                )
                .answers::<UploadAnswer>(201, "Applied, and that is durable.")
                .answers::<PlanAnswer>(200, REHEARSED),
            ),
        open(Method::POST, "/api/v1/group_type/", make_group_types)
            .secured_by(SCHEMES)
            .tells(
                names(operation(TAG, "Public_Api_Group_Type_Create", "Creates group types"))
                    .describes("One that is there already stays as it is.")
                    .takes_schema(JSON, |_| {
                        rows_of(json!({"name": {"type": "string"}}), json!(["name"]), "Group types.")
                    })
                    .like(json!([{"name": "Team"}]))
                    .takes_text("text/csv")
                    .like("name\nTeam\n"),
            ),
        open(Method::POST, "/api/v1/group/", make_groups)
            .secured_by(SCHEMES)
            .tells(
                names(operation(TAG, "Public_Api_Group_Create", "Creates groups"))
                    .describes("With their group type, if that is not there. One that is there already stays as it is.")
                    .takes_schema(JSON, |_| {
                        let keys = json!({"group_type": {"type": "string"}, "group_name": {"type": "string"}});
                        rows_of(keys, json!(["group_type", "group_name"]), "Groups.")
                    })
                    .like(json!([{"group_type": "Team", "group_name": "Dogs"}]))
                    .takes_text("text/csv")
                    .like("group_type,group_name\nTeam,Dogs\n"),
            ),
        open(Method::POST, "/api/v1/group_membership/", set_memberships)
            .secured_by(SCHEMES)
            .tells(
                memberships(operation(
                    TAG,
                    "Public_Api_Group_Membership_Create",
                    "Makes users members of groups",
                ))
                .describes("Group types and groups that are not there are made. All or nothing.")
                .answers::<UploadAnswer>(201, "Applied, and that is durable.")
                .answers::<PlanAnswer>(200, REHEARSED),
            ),
        open(Method::DELETE, "/api/v1/group_membership/", revoke_memberships)
            .secured_by(SCHEMES)
            .tells(
                memberships(operation(
                    TAG,
                    "Public_Api_Group_Membership_Delete",
                    "Takes memberships away",
                ))
                .describes(
                    "The body says whose and which, as the one that sets them. Without a group's name whichever it is \
                     is taken away.",
                )
                .answers_schema(
                    200,
                    "Applied, and that is durable; or with `mode=plan` the plan.",
                    JSON,
                    |schemas| json!({"anyOf": [schemas.written::<UploadAnswer>(), schemas.written::<PlanAnswer>()]}),
                ),
            ),
    ]
}

/// What a rehearsal answers.
const REHEARSED: &str =
    "With `mode=check` the report, with `mode=plan` the report and the plan; nothing was stored or changed.";
const JSON: &str = "application/json";

/// What all requests with rows have.
fn of_rows(operation: Operation) -> Operation {
    operation.query::<Asked>().refuses(
        400,
        "The rows can't be loaded; nothing of them was applied. Each reason says where and what to do.",
    )
}

/// A list of flat objects, or a single one.
fn rows_of(keys: Value, required: Value, told: &str) -> Value {
    let cell = json!({"type": ["string", "number", "boolean", "null"]});
    let row = json!({"type": "object", "properties": keys, "required": required, "additionalProperties": cell});
    json!({"description": told, "anyOf": [{"type": "array", "items": row, "minItems": 1}, row]})
}

/// What rows are about.
#[derive(Debug, Clone, Copy)]
enum About {
    Accounts,
    Memberships(Act),
}

/// Rows that were received.
struct Received {
    rows: Rows,
    about: About,
}

impl Ask for Received {
    async fn hear(&self, _app: &App, tx: &mut Tx, visitor: &Visitor) -> Result<Wish, Failure> {
        let named = usernames(&self.rows);
        let needs = passmuster_core::import::Needs {
            email_keys: named.iter().map(|name| email_key(name)).collect(),
            username_keys: named.iter().map(|name| email_key(name)).collect(),
            ..Default::default()
        };
        let known = known(tx, &visitor.workspace, Wanted::Named(&needs)).await?;
        let heard = match self.about {
            About::Accounts => accounts(&self.rows, &known.directory.users),
            About::Memberships(act) => memberships(&self.rows, act, &known.directory),
        };
        let told = tell(&heard.said, ListPolicy::Replace, visitor.workspace.salesforce);
        Ok(Wish {
            reading: Some(self.rows.report.clone()),
            ..Wish::of(told, heard)
        })
    }
}

/// `POST /api/v1/account/`
async fn receive_accounts(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    receive(&app, About::Accounts, (&asked, &method), &headers, body).await
}

/// `POST /api/v1/group_membership/`
async fn set_memberships(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    receive(&app, About::Memberships(Act::Join), (&asked, &method), &headers, body).await
}

/// `DELETE /api/v1/group_membership/`
async fn revoke_memberships(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    receive(&app, About::Memberships(Act::Leave), (&asked, &method), &headers, body).await
}

async fn receive(
    app: &Arc<App>,
    about: About,
    (asked, method): (&Asked, &Method),
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let visitor = auth::visitor(app, headers, VIA, PERMISSIONS).await?;
    let mode = asked.mode()?;
    let plan_hash = data::plan_hash(headers)?;
    let again = data::idempotency_key(headers)?;
    let wanted: &[&str] = match about {
        About::Accounts => &ACCOUNT_COLUMNS,
        About::Memberships(_) => &[],
    };
    let (rows, sha256) = read_rows(app, &visitor, wanted, (headers, body)).await?;
    let received = Received { rows, about };
    if mode == Mode::Apply {
        // The same rows mean another thing elsewhere.
        let request = digest(format!("{method} {:?} {sha256}", received.about).as_bytes());
        let again = again.as_deref().map(|key| (key, request.as_str()));
        let done = foreign::carry(app, &visitor, &received, plan_hash.as_deref(), again).await?;
        let status = match *method {
            Method::DELETE => StatusCode::OK,
            _ => StatusCode::CREATED,
        };
        return Ok(foreign::respond(status, done));
    }
    foreign::rehearse(app, &visitor, &received, (asked, mode)).await
}

/// Reads a body's rows; with the digest of its bytes.
async fn read_rows(
    app: &App,
    visitor: &Visitor,
    wanted: &[&str],
    (headers, body): (&HeaderMap, Body),
) -> Result<(Rows, String), Failure> {
    let hint = "Send Content-Type: application/json or text/csv.";
    let (media, charset) = body::content_type(headers)
        .ok_or_else(|| Failure::unsupported("The Content-Type is missing or can't be read.", hint))?;
    let format = match media.as_str() {
        "application/json" => FileFormat::Json,
        "text/csv" => FileFormat::Csv,
        other => {
            let description = format!("The Content-Type {other:?} is not taken here.");
            return Err(Failure::unsupported(description, hint));
        }
    };
    let options = Options {
        encoding: data::encoding_named(charset)?,
        ..Options::default()
    };
    let _room = app
        .admission
        .enter(&visitor.workspace.id, headers, app.config.body_limit)
        .await?;
    let body = body::read(headers, body, app.config.patience()).await?;
    let rows = app.turns.compute(|| Rows::read(&body, format, wanted, &options)).await;
    Ok((rows, digest(&body)))
}

/// What became of a name of a group or group type.
#[derive(Debug, Serialize, JsonSchema)]
struct Named {
    /// Its group type.
    group_type: String,
    /// The group's name; not there for a group type.
    #[serde(skip_serializing_if = "Option::is_none")]
    group_name: Option<String>,
    /// Whether it wasn't there before.
    created: bool,
}

/// What became of the names of a request.
#[derive(Debug, Serialize, JsonSchema)]
struct NamesAnswer {
    /// Whether it was done; with `mode=check` and `mode=plan` it would be.
    applied: bool,
    /// How many were created.
    created_count: u64,
    /// Each name, in the order of the request.
    names: Vec<Named>,
}

/// `POST /api/v1/group_type/`: rows of `name` (or `group_type`).
async fn make_group_types(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    make_names(&app, &asked, &headers, body, false).await
}

/// `POST /api/v1/group/`: rows of `group_type` and `group_name` (or `name`).
async fn make_groups(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    make_names(&app, &asked, &headers, body, true).await
}

async fn make_names(
    app: &Arc<App>,
    asked: &Asked,
    headers: &HeaderMap,
    body: Body,
    are_groups: bool,
) -> Result<Response, Failure> {
    let visitor = auth::visitor(app, headers, VIA, PERMISSIONS).await?;
    let mode = asked.mode()?;
    let (rows, _) = read_rows(app, &visitor, &["name", "group_type", "group_name"], (headers, body)).await?;
    let (mut types, mut groups, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows.rows {
        let mut cell = |label: &str, columns: [&str; 2]| {
            let found = columns.iter().find_map(|column| rows.cell(row, column));
            let text = found.filter(|text| !text.is_empty());
            if text.is_none() {
                let words = missing_value::words(label, found.is_none(), false, None);
                let here = (row.row, row.line);
                problems.push(problem(&missing_value::RULE, here, columns[0], "", words));
            }
            text.map(str::to_owned)
        };
        if are_groups {
            let group_type = cell("The group type", ["group_type", "group_type"]);
            let name = cell("The group's name", ["group_name", "name"]);
            groups.extend(group_type.zip(name));
        } else {
            types.extend(cell("The group type's name", ["name", "group_type"]));
        }
    }
    refuse_unreadable(&rows, problems)?;
    let made = foreign::make_groups(app, &visitor, (&types, &groups), mode != Mode::Apply).await?;
    let is_new = |name: &str| made.group_types.iter().any(|new| new == name.trim());
    let mut names: Vec<Named> = types
        .iter()
        .map(|name| Named {
            group_type: name.clone(),
            group_name: None,
            created: is_new(name),
        })
        .collect();
    names.extend(groups.into_iter().map(|(group_type, name)| {
        Named {
            created: made
                .plan
                .groups_created
                .iter()
                .any(|new| new.group_type == group_type && new.name == name),
            group_type,
            group_name: Some(name),
        }
    }));
    let answer = NamesAnswer {
        applied: mode == Mode::Apply,
        created_count: names.iter().filter(|name| name.created).count() as u64,
        names,
    };
    let status = if answer.applied {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(error::json(status, &answer))
}

/// # Errors
/// 400 with everything that is wrong with the rows, or for no rows.
fn refuse_unreadable(rows: &Rows, problems: Vec<Problem>) -> Result<(), Failure> {
    let mut report = rows.report.clone();
    passmuster_core::request::add_problems(&mut report, problems);
    if report.error_count > 0 {
        return Err(Failure::rejected(&report, None));
    }
    if rows.rows.is_empty() {
        return Err(Failure::invalid("The request names nothing.", "Send at least one row."));
    }
    Ok(())
}
