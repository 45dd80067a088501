//! User.com users: made, changed, found and listed by number; JSON or forms, and the refusals that its clients read.
//!
//! What a key of a request is in the directory says `fields`, how a user is shown `object`; what a valid user is, the core.
// seed: Create user

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use passmuster_core::field::Target;
use passmuster_core::import::Needs;
use passmuster_core::mapping::ListPolicy;
use passmuster_core::permission::Permission::{self, UsersEdit};
use passmuster_core::problem::Problem;
use passmuster_core::request::{Heard, Said, SaidField, names_of, problem, tell};
use passmuster_core::rules::{Rule, Words, email_taken, invalid_attribute, missing_value, unknown_attribute};
use passmuster_core::user::User;
use passmuster_core::value::{CLEAR, email};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::data::{self, Asked, Mode, plan_hash};
use crate::App;
use crate::error::{Failure, json as answer_json};
use crate::foreign::{self, Ask, Done, Visitor, Wish};
use crate::receive::Defines;
use crate::store::directory::{Wanted, known};
use crate::store::numbers::{self, Kind};
use crate::store::{Tx, groups, users};
use crate::{auth, body};

pub(crate) mod errors;
mod fields;
mod lists;
mod object;
mod routes;

pub(crate) use routes::routes;

use fields::{LISTS, USER_ID, Understood, understand};

/// What the audit and uploads call it.
const VIA: &str = "usercom";
const PERMISSIONS: &[Permission] = &[UsersEdit];

/// Whom a request speaks of.
#[derive(Debug, Clone)]
enum Whom {
    /// Of somebody who isn't there yet.
    New,
    /// Of the user with this number.
    Number(i64),
    /// Of the user whom the client knows by this ID.
    UserId(String),
    /// Of whoever has the ID or address that it says, or of somebody new.
    Said,
}

/// What is to happen.
#[derive(Debug, Clone)]
enum Act {
    /// The user is as it is said.
    Write(Map<String, Json>, ListPolicy),
    /// The user is not active any more.
    Delete,
    /// The user is on a list, by name, or isn't.
    List(String, bool),
    /// Custom attributes have these values.
    SetAttributes(Map<String, Json>),
}

/// A request about one user.
struct Request {
    whom: Whom,
    act: Act,
}

impl Request {
    /// The user it speaks of; deactivated ones are gone here.
    async fn find(&self, tx: &mut Tx, visitor: &Visitor) -> Result<Option<User>, Failure> {
        let workspace = &visitor.workspace.id;
        let found = match &self.whom {
            Whom::Number(number) => match numbers::named(tx, workspace, Kind::User, *number).await? {
                Some(id) => users::find_by_id(tx, workspace, &id).await?,
                None => None,
            },
            Whom::UserId(id) => by_user_id(tx, visitor, id).await?,
            Whom::New => return self.of_address(tx, visitor).await,
            Whom::Said => {
                let by_id = match self.said("user_id") {
                    Some(id) => by_user_id(tx, visitor, &id).await?,
                    None => None,
                };
                return match by_id {
                    Some(user) => Ok(Some(user)),
                    None => self.of_address(tx, visitor).await,
                };
            }
        };
        let found = found.filter(|user| user.is_active);
        found.map(Some).ok_or_else(|| Failure::not_found("such user"))
    }

    fn said(&self, key: &str) -> Option<String> {
        let Act::Write(said, _) = &self.act else { return None };
        let text = match said.get(key)? {
            Json::String(text) => text.trim().to_owned(),
            Json::Null => return None,
            other => other.to_string(),
        };
        (!text.is_empty()).then_some(text)
    }

    /// Whoever has the address that it says.
    async fn of_address(&self, tx: &mut Tx, visitor: &Visitor) -> Result<Option<User>, Failure> {
        match self.said("email") {
            Some(address) => Ok(users::find(tx, &visitor.workspace.id, email::clean(&address)).await?),
            None => Ok(None),
        }
    }
}

async fn by_user_id(tx: &mut Tx, visitor: &Visitor, id: &str) -> Result<Option<User>, Failure> {
    let needs = Needs {
        integration_ids: vec![(USER_ID.to_owned(), vec![id.to_owned()])],
        ..Needs::default()
    };
    let known = known(tx, &visitor.workspace, Wanted::Named(&needs)).await?;
    let mut users = known.directory.users.into_iter();
    Ok(users.find(|user| user.integration_ids.get(USER_ID).is_some_and(|known| known == id)))
}

impl Ask for Request {
    async fn hear(&self, _app: &App, tx: &mut Tx, visitor: &Visitor) -> Result<Wish, Failure> {
        let user = self.find(tx, visitor).await?;
        let (mut understood, list) = match &self.act {
            Act::Write(said, list) => (understand(said), *list),
            Act::SetAttributes(said) => (understand(said), ListPolicy::Replace),
            Act::Delete => (Understood::default(), ListPolicy::Replace),
            Act::List(name, is_on) => (on_list(user.as_ref(), name, *is_on), ListPolicy::Replace),
        };
        if let Some(user) = &user {
            understood.leave_out_usual(user);
        }
        let mut problems = Vec::new();
        let (catalog, _) = groups::catalog(tx, &visitor.workspace.id, visitor.workspace.salesforce).await?;
        for name in &understood.custom {
            if !catalog.attributes.iter().any(|known| known.name == *name) {
                let message = format!("There is no attribute {name:?}.");
                let hint = "Create it first; custom attributes are made by an administrator.";
                problems.push(refusal(&unknown_attribute::RULE, name, &message, hint));
            }
        }
        for (field, message) in &understood.faults {
            problems.push(refusal(&invalid_attribute::RULE, field, message, ""));
        }
        let is_new = matches!(self.whom, Whom::New);
        match &user {
            None => fill_in(&mut understood, &mut problems),
            Some(user) if is_new && user.is_active => {
                let message = "User with this email already exists.";
                let hint = "Change that user, or send the same to users/update_or_create/.";
                problems.push(refusal(&email_taken::RULE, "email", message, hint));
            }
            // Who was deleted here comes back.
            Some(user) if !user.is_active => {
                understood
                    .fields
                    .push(SaidField::new("is_active", Target::IsActive, "true"));
            }
            Some(_) => {}
        }
        if matches!(self.act, Act::Delete) {
            understood
                .fields
                .push(SaidField::new("is_active", Target::IsActive, "false"));
        }
        let subject = match &user {
            Some(user) => user.id.clone(),
            None => email::clean(understood.email.as_deref().unwrap_or_default()).to_owned(),
        };
        let said = Said {
            row: 1,
            user: user.as_ref(),
            email: understood.email,
            fields: understood.fields,
            ..Said::default()
        };
        let told = tell(&[said], list, visitor.workspace.salesforce);
        let heard = Heard {
            problems,
            ..Heard::default()
        };
        Ok(Wish {
            defines: understood.defines,
            subject,
            ..Wish::of(told, heard)
        })
    }
}

/// What a new user has to have.
fn fill_in(understood: &mut Understood, problems: &mut Vec<Problem>) {
    let address = understood.email.as_deref().unwrap_or_default();
    if address.is_empty() && !understood.faults.iter().any(|(field, _)| field == "email") {
        let message = "This field is required.";
        problems.push(refusal(
            &missing_value::RULE,
            "email",
            message,
            "A user is found by it.",
        ));
    }
    // The names are optional here; a user has some.
    let (first, last) = names_of(email::clean(address));
    for (column, target, text) in [
        ("first_name", Target::FirstName, first),
        ("last_name", Target::LastName, last),
    ] {
        if !understood.fields.iter().any(|field| field.target == target) {
            understood.fields.push(SaidField::new(column, target, text));
        }
    }
}

fn on_list(user: Option<&User>, name: &str, is_on: bool) -> Understood {
    let mut lists = user.map(object::lists_of).unwrap_or_default();
    lists.retain(|list| list != name);
    if is_on {
        lists.push(name.to_owned());
        lists.sort_unstable();
    }
    let text = match lists.is_empty() {
        true => CLEAR.to_owned(),
        false => json!(lists).to_string(),
    };
    Understood {
        fields: vec![SaidField::new("list", Target::Attribute(LISTS.to_owned()), text)],
        defines: Defines {
            attributes: fields::built_in(LISTS).into_iter().collect(),
            ..Defines::default()
        },
        ..Understood::default()
    }
}

fn refusal(rule: &Rule, column: &str, message: &str, hint: &str) -> Problem {
    let words = Words {
        message: message.to_owned(),
        hint: hint.to_owned(),
        value: None,
    };
    problem(rule, (1, 0), column, "", words)
}

async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<Map<String, Json>, Failure> {
    let bytes = body::read(headers, body, body::of_document(app)).await?;
    fields::read(headers, &bytes)
}

/// What a path's last part says of a user.
fn numbered(id: &str) -> Result<Whom, Failure> {
    let number = id.parse().map_err(|_| Failure::not_found("such user"))?;
    Ok(Whom::Number(number))
}

/// How a request comes: its query and headers.
type How<'a> = (&'a Asked, &'a HeaderMap);

async fn carry(app: &App, visitor: &Visitor, request: &Request, (asked, headers): How<'_>) -> Result<Carried, Failure> {
    let mode = asked.mode()?;
    if mode != Mode::Apply {
        return foreign::rehearse(app, visitor, request, (asked, mode))
            .await
            .map(Carried::Rehearsed);
    }
    let done = foreign::carry(app, visitor, request, plan_hash(headers)?.as_deref(), None).await?;
    Ok(Carried::Done(done))
}

enum Carried {
    Rehearsed(Response),
    Done(Done),
}

/// Does what a request says and answers with the user.
async fn answer(
    app: &App,
    visitor: &Visitor,
    request: &Request,
    how: How<'_>,
    status: StatusCode,
) -> Result<Response, Failure> {
    match carry(app, visitor, request, how).await? {
        Carried::Rehearsed(response) => Ok(response),
        Carried::Done(done) => Ok(answer_json(status, &shown(app, visitor, &done.subject).await?)),
    }
}

/// The user of an id or address as this API shows them.
async fn shown(app: &App, visitor: &Visitor, subject: &str) -> Result<Json, Failure> {
    let mut tx = app.db.read().await?;
    let workspace = &visitor.workspace;
    let user = match subject.contains('@') {
        true => users::find(&mut tx, &workspace.id, subject).await?,
        false => users::find_by_id(&mut tx, &workspace.id, subject).await?,
    };
    drop(tx);
    let user = user.ok_or_else(|| Failure::internal("a user that was just written is not there"))?;
    show_one(app, visitor, user).await
}

async fn show_one(app: &App, visitor: &Visitor, user: User) -> Result<Json, Failure> {
    let mut shown = object::show(app, &visitor.workspace, &[user]).await?;
    shown.pop().ok_or_else(|| Failure::internal("a user was not shown"))
}

/// `POST /api/public/users/`
async fn create(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let visitor = auth::visitor(&app, &headers, VIA, PERMISSIONS).await?;
    let said = read(&app, &headers, body).await?;
    let request = Request {
        whom: Whom::New,
        act: Act::Write(said, ListPolicy::Replace),
    };
    answer(&app, &visitor, &request, (&asked, &headers), StatusCode::CREATED).await
}

/// `POST /api/public/users/update_or_create/`: by `user_id`, else by `email`.
async fn update_or_create(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let visitor = auth::visitor(&app, &headers, VIA, PERMISSIONS).await?;
    let said = read(&app, &headers, body).await?;
    let request = Request {
        whom: Whom::Said,
        act: Act::Write(said, ListPolicy::Replace),
    };
    let done = match carry(&app, &visitor, &request, (&asked, &headers)).await? {
        Carried::Rehearsed(response) => return Ok(response),
        Carried::Done(done) => done,
    };
    let is_new = done.plan.is_some_and(|plan| plan.counts.created > 0);
    let mut user = shown(&app, &visitor, &done.subject).await?;
    user["created"] = is_new.into();
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(answer_json(status, &user))
}

async fn with_user(
    app: &Arc<App>,
    whom: Result<Whom, Failure>,
    how: How<'_>,
    act: impl AsyncFnOnce(&Visitor) -> Result<Act, Failure>,
) -> Result<Response, Failure> {
    let visitor = auth::visitor(app, how.1, VIA, PERMISSIONS).await?;
    let request = Request {
        whom: whom?,
        act: act(&visitor).await?,
    };
    answer(app, &visitor, &request, how, StatusCode::OK).await
}

/// `PUT` and `PATCH /api/public/users/{id}/`: what is left out stays as it is.
async fn update(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let said = || read(&app, &headers, body);
    with_user(&app, numbered(&id), (&asked, &headers), async |_| {
        Ok(Act::Write(said().await?, ListPolicy::Replace))
    })
    .await
}

/// `PUT` and `PATCH /api/public/users-by-id/{user_id}/`
async fn update_by_id(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let said = || read(&app, &headers, body);
    with_user(&app, Ok(Whom::UserId(id)), (&asked, &headers), async |_| {
        Ok(Act::Write(said().await?, ListPolicy::Replace))
    })
    .await
}

/// `DELETE /api/public/users/{id}/`: deactivates; nobody is ever deleted.
async fn delete(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    remove(&app, numbered(&id), (&asked, &headers)).await
}

/// `DELETE /api/public/users-by-id/{user_id}/`
async fn delete_by_id(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    remove(&app, Ok(Whom::UserId(id)), (&asked, &headers)).await
}

async fn remove(app: &Arc<App>, whom: Result<Whom, Failure>, how: How<'_>) -> Result<Response, Failure> {
    let visitor = auth::visitor(app, how.1, VIA, PERMISSIONS).await?;
    let request = Request {
        whom: whom?,
        act: Act::Delete,
    };
    Ok(match carry(app, &visitor, &request, how).await? {
        Carried::Rehearsed(response) => response,
        Carried::Done(_) => StatusCode::NO_CONTENT.into_response(),
    })
}

/// `GET /api/public/users/{id}/`
async fn find(State(app): State<Arc<App>>, Path(id): Path<String>, headers: HeaderMap) -> Result<Response, Failure> {
    find_one(&app, numbered(&id), &headers).await
}

/// `GET /api/public/users-by-id/{user_id}/`
async fn find_by_id(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    find_one(&app, Ok(Whom::UserId(id)), &headers).await
}

async fn find_one(app: &Arc<App>, whom: Result<Whom, Failure>, headers: &HeaderMap) -> Result<Response, Failure> {
    let visitor = auth::visitor(app, headers, VIA, PERMISSIONS).await?;
    let request = Request {
        whom: whom?,
        act: Act::Delete,
    };
    let mut tx = app.db.read().await?;
    let user = request.find(&mut tx, &visitor).await?;
    drop(tx);
    let user = user.ok_or_else(|| Failure::not_found("such user"))?;
    Ok(answer_json(StatusCode::OK, &show_one(app, &visitor, user).await?))
}

/// `?email=`
#[derive(Debug, Deserialize, JsonSchema)]
struct Sought {
    /// The address.
    email: Option<String>,
}

/// `GET /api/public/users/search/?email=`
async fn search(
    State(app): State<Arc<App>>,
    Query(sought): Query<Sought>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let visitor = auth::visitor(&app, &headers, VIA, PERMISSIONS).await?;
    let Some(address) = sought.email.filter(|address| !address.trim().is_empty()) else {
        let problem = refusal(
            &missing_value::RULE,
            "email",
            "This field is required.",
            "Add ?email= to the address.",
        );
        return Err(Failure::of_problems(vec![problem]));
    };
    let mut tx = app.db.read().await?;
    let found = users::find(&mut tx, &visitor.workspace.id, email::clean(address.trim())).await?;
    drop(tx);
    let user = found.filter(|user| user.is_active);
    let user = user.ok_or_else(|| Failure::not_found("such user"))?;
    Ok(answer_json(StatusCode::OK, &show_one(&app, &visitor, user).await?))
}

fn name_in(said: &Map<String, Json>, keys: &[&str]) -> Result<String, Failure> {
    let text = keys.iter().find_map(|key| match said.get(*key)? {
        Json::String(text) => Some(text.trim().to_owned()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    });
    text.filter(|text| !text.is_empty()).ok_or_else(|| {
        let problem = refusal(&missing_value::RULE, keys[0], "This field is required.", "");
        Failure::of_problems(vec![problem])
    })
}

/// `POST /api/public/users/{id}/{operation}/`: attributes, tags and lists of a user.
async fn operate(
    State(app): State<Arc<App>>,
    Path((id, operation)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let read = || read(&app, &headers, body);
    with_user(&app, numbered(&id), (&asked, &headers), async |visitor| {
        let said = read().await?;
        act_of(&app, visitor, &operation, said).await
    })
    .await
}

async fn act_of(app: &App, visitor: &Visitor, operation: &str, said: Map<String, Json>) -> Result<Act, Failure> {
    let tagged = |list| {
        let name = name_in(&said, &["name", "tag"])?;
        let tags = Map::from_iter([("tags".to_owned(), json!([name]))]);
        Ok(Act::Write(tags, list))
    };
    match operation {
        "set_attribute" => {
            let name = name_in(&said, &["attribute", "name"])?;
            let Some(value) = said.get("value") else {
                let problem = refusal(&missing_value::RULE, "value", "This field is required.", "");
                return Err(Failure::of_problems(vec![problem]));
            };
            attributes([(name, value.clone())])
        }
        "set_multiple_attributes" => attributes(said),
        "remove_attribute" => attributes([(name_in(&said, &["attribute", "name"])?, Json::Null)]),
        "add_tag" => tagged(ListPolicy::Add),
        "remove_tag" => tagged(ListPolicy::Remove),
        "add_to_list" | "remove_from_list" => {
            let wanted = name_in(&said, &["list", "id", "name"])?;
            let mut tx = app.db.read().await?;
            let by_number = match wanted.parse() {
                Ok(number) => numbers::named(&mut tx, &visitor.workspace.id, Kind::List, number).await?,
                Err(_) => None,
            };
            let by_name = numbers::find(
                &mut tx,
                &visitor.workspace.id,
                Kind::List,
                std::slice::from_ref(&wanted),
            );
            let name = match by_number {
                Some(name) => name,
                None if by_name.await?.contains_key(&wanted) => wanted,
                None => {
                    let message = format!("There is no list {wanted:?}.");
                    let problem = refusal(
                        &invalid_attribute::RULE,
                        "list",
                        &message,
                        "Make it by POST lists/ first.",
                    );
                    return Err(Failure::of_problems(vec![problem]));
                }
            };
            Ok(Act::List(name, operation == "add_to_list"))
        }
        other => Err(Failure::not_found(&format!("operation {other:?}"))),
    }
}

/// Values of attributes, custom ones and those that every user has; nothing else of a user is one.
fn attributes(said: impl IntoIterator<Item = (String, Json)>) -> Result<Act, Failure> {
    let said: Map<String, Json> = said.into_iter().collect();
    const OWN: [&str; 6] = ["email", "first_name", "last_name", "company_id", "user_id", "tags"];
    match said.keys().find(|name| OWN.contains(&name.as_str())) {
        None => Ok(Act::SetAttributes(said)),
        Some(name) => {
            let message = format!("{name:?} is no attribute.");
            let problem = refusal(
                &invalid_attribute::RULE,
                name,
                &message,
                "Change it with PUT users/{id}/.",
            );
            Err(Failure::of_problems(vec![problem]))
        }
    }
}
