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
use passmuster_core::request::{Act, Rows, accounts, memberships, problem, tell, usernames};
use passmuster_core::rules::missing_value;
use passmuster_core::user::email_key;
use serde::Serialize;

use super::data::{self, Asked, Mode};
use crate::App;
use crate::error::{Failure, json};
use crate::foreign::{self, Ask, Visitor, Wish};
use crate::store::Tx;
use crate::store::directory::{Wanted, known};
use crate::{auth, body};

/// What the audit and uploads call it.
pub(crate) const VIA: &str = "account";
const PERMISSIONS: &[Permission] = &[UsersEdit, GroupsEdit];

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
pub(crate) async fn receive_accounts(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    receive(&app, About::Accounts, (&asked, &method), &headers, body).await
}

/// `POST /api/v1/group_membership/`
pub(crate) async fn set_memberships(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    method: Method,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    receive(&app, About::Memberships(Act::Join), (&asked, &method), &headers, body).await
}

/// `DELETE /api/v1/group_membership/`
pub(crate) async fn revoke_memberships(
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
    let (rows, sha256) = read_rows(app, &visitor, headers, body).await?;
    let received = Received { rows, about };
    if mode == Mode::Apply {
        let again = again.as_deref().map(|key| (key, sha256.as_str()));
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
async fn read_rows(app: &App, visitor: &Visitor, headers: &HeaderMap, body: Body) -> Result<(Rows, String), Failure> {
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
    let rows = app.turns.compute(|| Rows::read(&body, format, &options)).await;
    Ok((rows, crate::secret::digest(&body)))
}

/// What became of a name of a group or group type.
#[derive(Debug, Serialize)]
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
#[derive(Debug, Serialize)]
struct NamesAnswer {
    /// Whether it was done; with `mode=check` and `mode=plan` it would be.
    applied: bool,
    /// How many were created.
    created_count: u64,
    /// Each name, in the order of the request.
    names: Vec<Named>,
}

/// `POST /api/v1/group_type/`: rows of `name` (or `group_type`).
pub(crate) async fn make_group_types(
    State(app): State<Arc<App>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    make_names(&app, &asked, &headers, body, false).await
}

/// `POST /api/v1/group/`: rows of `group_type` and `group_name` (or `name`).
pub(crate) async fn make_groups(
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
    let (rows, _) = read_rows(app, &visitor, headers, body).await?;
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
    Ok(json(status, &answer))
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
