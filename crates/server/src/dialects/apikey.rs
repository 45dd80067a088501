//! Users with `X-ApiKey`: created or updated by address, their team, and their custom variables.
//!
//! Who comes with a key acts as the full admin that it belongs to. What a valid user is, the core says.
// seed: Create Or Update Users

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use passmuster_core::field::Target;
use passmuster_core::import::Needs;
use passmuster_core::mapping::ListPolicy;
use passmuster_core::permission::Permission;
use passmuster_core::problem::Problem;
use passmuster_core::request::{
    CUSTOM_VARIABLES, Heard, Said, SaidField, custom_variables, custom_variables_type, names_of, problem, tell,
};
use passmuster_core::rules::{missing_value, not_a_member};
use passmuster_core::user::{User, email_key};
use passmuster_core::value::{CLEAR, email};
use passmuster_core::wire::PlanAnswer;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::data::{Asked, Mode, plan_hash};
use crate::App;
use crate::error::{self, Failure};
use crate::foreign::{self, Ask, Visitor, Wish};
use crate::openapi::{Operation, Scheme, operation};
use crate::receive::Defines;
use crate::route::{Route, open};
use crate::store::directory::{Wanted, known};
use crate::store::{Tx, groups, users};
use crate::{auth, body};

/// What the audit and uploads call it.
const VIA: &str = "apikey";
/// The group type that teams are of.
pub(crate) const TEAM: &str = "Team";

/// The fields of a user beside the address, and what they are here.
const FIELDS: [(&str, Target); 5] = [
    ("role", Target::Role),
    ("firstName", Target::FirstName),
    ("lastName", Target::LastName),
    ("tags", Target::Tags),
    ("aliases", Target::Aliases),
];

const TAG: &str = "users with X-ApiKey";
const SCHEMES: &[Scheme] = &[Scheme::ApiKey, Scheme::Basic];
const JSON: &str = "application/json";

pub(crate) fn routes() -> Vec<Route> {
    let of_user = |operation: Operation| {
        operation.query::<Asked>().if_match().answers_schema(
            200,
            "The user as they are now; with `mode=plan` the plan.",
            JSON,
            |schemas| json!({"anyOf": [schemas.written::<Answer>(), schemas.written::<PlanAnswer>()]}),
        )
    };
    let of_team = |operation: Operation| {
        of_user(operation)
            .takes::<TeamInput>()
            .like(json!({"systemUserId": "01990a6e-7d3c-7c1f-9b1e-0c5d6b7a8f90", "teamId": "Dogs"}))
    };
    vec![
        open(Method::POST, "/app/Api/CreateOrUpdateUser", create_or_update)
            .secured_by(SCHEMES)
            .tells(
                of_user(operation(
                    TAG,
                    "ApiKey_CreateOrUpdateUser",
                    "Creates or updates a user by address",
                ))
                .describes(
                    "Tags and aliases are added to those that the user has. Nobody is deleted: the role \
                         `Deactivated` deactivates. Comments in the JSON are read over.",
                )
                .takes::<UserInput>()
                .like(json!({
                    "emailAddress": "bob@yourcompany.com", "role": "FullAdmin", "firstName": "Bob",
                    "lastName": "Smith", "tags": "AE|SouthEast", "aliases": "ID-123",
                })),
            ),
        open(Method::POST, "/app/Api/AddUserToTeam", add_to_team)
            .secured_by(SCHEMES)
            .tells(
                of_team(operation(
                    TAG,
                    "ApiKey_AddUserToTeam",
                    "Makes a user a member of a team",
                ))
                .describes("A user is in one team at a time: whoever was in another one goes over."),
            ),
        open(Method::POST, "/app/Api/RemoveUserFromTeam", remove_from_team)
            .secured_by(SCHEMES)
            .tells(of_team(operation(
                TAG,
                "ApiKey_RemoveUserFromTeam",
                "Takes a user out of a team",
            ))),
        open(Method::POST, "/app/Api/SetCustomVariables", set_custom_variables)
            .secured_by(SCHEMES)
            .tells(
                of_user(operation(
                    TAG,
                    "ApiKey_SetCustomVariables",
                    "Sets a user's custom variables",
                ))
                .describes("Exactly these afterwards; an empty list takes all away.")
                .takes::<VariablesInput>()
                .like(json!({
                    "systemUserId": "01990a6e-7d3c-7c1f-9b1e-0c5d6b7a8f90",
                    "customVariables": [
                        {"name": "Quota", "value": "100000", "startDate": "2026-01-01", "endDate": "2026-12-31"},
                    ],
                })),
            ),
    ]
}

/// The body of `CreateOrUpdateUser`, for those who write one; it is read by [`Fields`].
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
struct UserInput {
    /// Who it is.
    email_address: String,
    /// `FullAdmin`, `LimitedAdmin`, `Participant` or `Deactivated`; a new user has to have one.
    role: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    /// Separated by `|`.
    tags: Option<String>,
    /// Separated by `|`; an alias belongs to one user.
    aliases: Option<String>,
}

/// The body of `AddUserToTeam` and `RemoveUserFromTeam`.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
struct TeamInput {
    /// The user's identifier, or address.
    system_user_id: String,
    /// The team's identifier, or name.
    team_id: String,
}

/// The body of `SetCustomVariables`.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
struct VariablesInput {
    /// The user's identifier, or address.
    system_user_id: String,
    custom_variables: Vec<VariableInput>,
}

/// A custom variable and the days that it holds for.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its schema is used")]
struct VariableInput {
    name: String,
    /// A text, a number, true or false.
    value: serde_json::Value,
    /// Such as `2026-01-01`.
    start_date: Option<String>,
    end_date: Option<String>,
}

/// A request's JSON object; its keys are taken in any case, as the original does.
struct Fields(Map<String, Json>);

impl Fields {
    async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<Self, Failure> {
        let bytes = body::read(headers, body, body::of_document(app)).await?;
        match body::loose_json(&bytes)? {
            Json::Object(fields) => Ok(Self(fields)),
            _ => Err(Failure::invalid(
                "The body is not a JSON object.",
                "Send one object, such as {\"emailAddress\": \"bob@example.com\", \"role\": \"Participant\"}.",
            )),
        }
    }

    fn find(&self, name: &str) -> Option<&Json> {
        let exact = self.0.get(name);
        exact.or_else(|| {
            self.0
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name))
                .map(|(_, value)| value)
        })
    }

    /// What a field says as a cell would; nothing for null.
    ///
    /// # Errors
    /// 400 for a list or an object.
    fn text(&self, name: &str) -> Result<Option<String>, Failure> {
        match self.find(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.trim().to_owned())),
            Some(Json::Array(_) | Json::Object(_)) => Err(Failure::invalid(
                format!("{name} is a list or an object."),
                "Send a text; several tags or aliases are separated by |.",
            )),
            Some(other) => Ok(Some(other.to_string())),
        }
    }

    /// The keys that nothing here reads.
    fn ignored(&self, read: &[&str]) -> Vec<String> {
        let is_read = |key: &&String| read.iter().any(|name| key.eq_ignore_ascii_case(name));
        self.0.keys().filter(|key| !is_read(key)).cloned().collect()
    }
}

/// A user as they are told.
struct CreateOrUpdate {
    address: String,
    fields: Vec<(&'static str, Target, String)>,
}

impl Ask for CreateOrUpdate {
    async fn hear(&self, _app: &App, tx: &mut Tx, visitor: &Visitor) -> Result<Wish, Failure> {
        let user = find_user(tx, visitor, &self.address).await?;
        let mut problems = Vec::new();
        let mut fields: Vec<SaidField> = Vec::new();
        for (name, target, text) in &self.fields {
            if !text.is_empty() || (user.is_none() && *target == Target::Role) {
                fields.push(SaidField::new(*name, target.clone(), text));
            }
        }
        let says = |target: &Target| {
            self.fields
                .iter()
                .any(|(_, said, text)| said == target && !text.is_empty())
        };
        if user.is_none() {
            if !says(&Target::Role) {
                let words = missing_value::words("The role of a new user", true, false, None);
                problems.push(problem(&missing_value::RULE, (1, 0), "role", "", words));
            }
            // The names are optional here; a user has some.
            let (first, last) = names_of(email::clean(&self.address));
            for (name, target, text) in [
                ("firstName", Target::FirstName, first),
                ("lastName", Target::LastName, last),
            ] {
                if !says(&target) {
                    fields.push(SaidField::new(name, target, text));
                }
            }
        }
        let said = Said {
            row: 1,
            user: user.as_ref(),
            email: user.is_none().then(|| self.address.clone()),
            fields,
            ..Said::default()
        };
        let told = tell(&[said], ListPolicy::Add, visitor.workspace.salesforce).with_address_called("emailAddress");
        let heard = Heard {
            problems,
            ..Heard::default()
        };
        Ok(Wish::of(told, heard))
    }
}

async fn find_user(tx: &mut Tx, visitor: &Visitor, address: &str) -> Result<Option<User>, Failure> {
    let needs = Needs {
        email_keys: vec![email_key(email::clean(address))],
        ..Needs::default()
    };
    let known = known(tx, &visitor.workspace, Wanted::Named(&needs)).await?;
    let mut users = known.directory.users.into_iter();
    Ok(users.find(|user| email_key(&user.email) == needs.email_keys[0]))
}

/// A user as this API shows them.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "UserWithKey")]
struct Answer {
    system_user_id: String,
    email_address: String,
    role: Option<String>,
    first_name: String,
    last_name: String,
    /// Separated by `|`.
    tags: String,
    /// Separated by `|`.
    aliases: String,
    is_active: bool,
    /// The user's team.
    team: Option<String>,
    /// Whether the user is new.
    created: bool,
    /// Whether anything changed.
    changed: bool,
    /// Keys of the request that mean nothing here.
    ignored: Vec<String>,
    /// By which it can be undone.
    upload_id: String,
}

/// `POST /app/Api/CreateOrUpdateUser`
async fn create_or_update(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let visitor = holder(&app, &headers).await?;
    let fields = Fields::read(&app, &headers, body).await?;
    let Some(address) = fields.text("emailAddress")?.filter(|address| !address.is_empty()) else {
        return Err(missing("emailAddress", "The e-mail address"));
    };
    let mut said = Vec::new();
    for (name, target) in FIELDS {
        said.extend(fields.text(name)?.map(|text| (name, target, text)));
    }
    let ask = CreateOrUpdate { address, fields: said };
    let names: Vec<&str> = FIELDS.iter().map(|(name, _)| *name).chain(["emailAddress"]).collect();
    let address = email::clean(&ask.address).to_owned();
    answer(
        &app,
        &visitor,
        &ask,
        (&asked, &headers),
        &address,
        fields.ignored(&names),
    )
    .await
}

/// Whom a request speaks of, by identifier or address, and what it says of them.
struct Change {
    who: String,
    about: About,
}

enum About {
    Team {
        id: String,
        leaves: bool,
    },
    /// The cell, or what is wrong.
    Variables(Result<String, Vec<Problem>>),
}

impl Change {
    /// # Errors
    /// 404 for nobody.
    async fn user(&self, tx: &mut Tx, visitor: &Visitor) -> Result<User, Failure> {
        let workspace = &visitor.workspace.id;
        let found = match self.who.contains('@') {
            true => users::find(tx, workspace, email::clean(&self.who)).await?,
            false => users::find_by_id(tx, workspace, &self.who).await?,
        };
        found.ok_or_else(|| Failure::not_found(&format!("user {:?}", self.who)))
    }
}

impl Ask for Change {
    async fn hear(&self, _app: &App, tx: &mut Tx, visitor: &Visitor) -> Result<Wish, Failure> {
        let user = self.user(tx, visitor).await?;
        let mut heard = Heard::default();
        let mut defines = Defines::default();
        let field = match &self.about {
            About::Team { id, leaves } => {
                let team = groups::find(tx, &visitor.workspace.id, TEAM, id).await?;
                let team = team.ok_or_else(|| Failure::not_found(&format!("team {id:?}")))?;
                let now = user.groups.get(TEAM);
                if let Some(now) = now.filter(|now| *leaves && **now != team) {
                    let words = not_a_member::words(&team, now, TEAM);
                    let problem = problem(&not_a_member::RULE, (1, 0), "teamId", id, words);
                    heard.problems.push(problem);
                }
                let text = if *leaves { CLEAR.to_owned() } else { team };
                SaidField::new("teamId", Target::GroupMembership(TEAM.to_owned()), text)
            }
            About::Variables(cell) => {
                defines.attributes.push(custom_variables_type());
                let text = cell.clone().unwrap_or_else(|problems| {
                    heard.problems = problems;
                    CLEAR.to_owned()
                });
                SaidField::new("customVariables", Target::Attribute(CUSTOM_VARIABLES.to_owned()), text)
            }
        };
        let said = Said {
            row: 1,
            user: Some(&user),
            fields: vec![field],
            ..Said::default()
        };
        let told = tell(&[said], ListPolicy::Add, visitor.workspace.salesforce);
        Ok(Wish {
            defines,
            ..Wish::of(told, heard)
        })
    }
}

/// `POST /app/Api/AddUserToTeam`
async fn add_to_team(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    change_team(&app, &asked, &headers, body, false).await
}

/// `POST /app/Api/RemoveUserFromTeam`
async fn remove_from_team(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    change_team(&app, &asked, &headers, body, true).await
}

async fn change_team(
    app: &Arc<App>,
    asked: &Asked,
    headers: &HeaderMap,
    body: Body,
    leaves: bool,
) -> Result<Response, Failure> {
    let visitor = holder(app, headers).await?;
    let fields = Fields::read(app, headers, body).await?;
    let who = whom(&fields)?;
    let id = fields.text("teamId")?.filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| missing("teamId", "The team's identifier"))?;
    let about = About::Team { id, leaves };
    let ignored = fields.ignored(&["systemUserId", "emailAddress", "teamId"]);
    change(app, &visitor, Change { who, about }, (asked, headers), ignored).await
}

/// `POST /app/Api/SetCustomVariables`: exactly these afterwards.
async fn set_custom_variables(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let visitor = holder(&app, &headers).await?;
    let fields = Fields::read(&app, &headers, body).await?;
    let who = whom(&fields)?;
    let list = fields.find("customVariables").or_else(|| fields.find("variables"));
    let list = list.ok_or_else(|| missing("customVariables", "The list of custom variables"))?;
    let about = About::Variables(custom_variables(list));
    let ignored = fields.ignored(&["systemUserId", "emailAddress", "customVariables", "variables"]);
    change(&app, &visitor, Change { who, about }, (&asked, &headers), ignored).await
}

async fn change(
    app: &Arc<App>,
    visitor: &Visitor,
    ask: Change,
    how: (&Asked, &HeaderMap),
    ignored: Vec<String>,
) -> Result<Response, Failure> {
    let mut tx = app.db.read().await?;
    let address = ask.user(&mut tx, visitor).await?.email;
    drop(tx);
    answer(app, visitor, &ask, how, &address, ignored).await
}

fn whom(fields: &Fields) -> Result<String, Failure> {
    let by_id = fields.text("systemUserId")?.filter(|id| !id.is_empty());
    let found = by_id.or(fields.text("emailAddress")?.filter(|address| !address.is_empty()));
    found.ok_or_else(|| missing("systemUserId", "The user's identifier"))
}

/// 400: a field that is needed isn't there.
fn missing(column: &str, label: &str) -> Failure {
    let words = missing_value::words(label, true, false, None);
    let problem = problem(&missing_value::RULE, (1, 0), column, "", words);
    Failure::of_problems(vec![problem])
}

/// A full admin with their key.
async fn holder(app: &Arc<App>, headers: &HeaderMap) -> Result<Visitor, Failure> {
    let caller = auth::key_holder(app, headers, VIA, &Permission::ALL).await?;
    Ok(Visitor::with_key(caller, VIA))
}

async fn answer(
    app: &Arc<App>,
    visitor: &Visitor,
    ask: &impl Ask,
    (asked, headers): (&Asked, &HeaderMap),
    address: &str,
    ignored: Vec<String>,
) -> Result<Response, Failure> {
    let mode = asked.mode()?;
    if mode != Mode::Apply {
        return foreign::rehearse(app, visitor, ask, (asked, mode)).await;
    }
    let done = foreign::carry(app, visitor, ask, plan_hash(headers)?.as_deref(), None).await?;
    let mut tx = app.db.read().await?;
    let user = users::find(&mut tx, &visitor.workspace.id, address).await?;
    let user = user.ok_or_else(|| Failure::internal("a user that was just written is not there"))?;
    let plan = done.plan.as_ref();
    let answer = Answer {
        created: plan.is_some_and(|plan| plan.counts.created > 0),
        changed: plan.is_some_and(|plan| !plan.is_empty()),
        system_user_id: user.id,
        email_address: user.email,
        role: user.role,
        first_name: user.first_name,
        last_name: user.last_name,
        tags: user.tags.join("|"),
        aliases: user.aliases.join("|"),
        is_active: user.is_active,
        team: user.groups.get(TEAM).cloned(),
        ignored,
        upload_id: done.upload_id,
    };
    Ok(error::json(StatusCode::OK, &answer))
}
