//! Users: found, counted, shown, made and edited, one or several; exported.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use passmuster_core::user::User;
use passmuster_core::wire::PlanAnswer;
use passmuster_core::wire::audit::AuditList;
use passmuster_core::wire::directory::{UserChanged, UserEdit, UserList};
use passmuster_core::wire::people::{BulkAnswer, BulkEdit, Order, Origins, Status, UserCounts, UserFilter};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::USERS;
use super::{Wanted as Paged, page_size};
use crate::App;
use crate::admin::editing::{self, Whom};
use crate::admin::{bulk, exporting, history};
use crate::auth::Caller;
use crate::body::Document;
use crate::dialects::data::{Asked, Mode, plan_hash};
use crate::error::{Failure, json};
use crate::openapi::{Tag, operation};
use crate::route::{Route, get, patch, post};
use crate::store::Tx;
use crate::store::audit;
use crate::store::listing::{self, Place};
use crate::store::sorted;
use crate::store::users::{self, Glanced};

const TAG: Tag = Tag::new(
    "Users",
    "The people of the directory: found, shown, made, edited, exported.",
);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/api/admin/users", USERS, list).tells(
            operation(TAG, "Users_List", "Lists users")
                .describes("One page of the users whom the words find; all that is said must hold.")
                .query::<Wanted>()
                .answers::<UserList>(200, "One page, in the order that was asked for."),
        ),
        post("/api/admin/users", USERS, create).tells(
            operation(TAG, "Users_Create", "Creates a user")
                .query::<Asked>()
                .if_match()
                .takes::<UserEdit>()
                .like(json!({"email": "jason@yourcompany.com", "first_name": "Jason", "last_name": "Smith"}))
                .answers::<UserChanged>(201, "The user was made.")
                .answers::<PlanAnswer>(200, "With `mode=check` or `mode=plan`: what would happen."),
        ),
        get("/api/admin/users/count", USERS, count).tells(
            operation(TAG, "Users_Count", "Counts users")
                .query::<Wanted>()
                .answers::<UserCounts>(200, "How many users the words find, whatever they say of the status."),
        ),
        get("/api/admin/users/export", USERS, export).tells(
            operation(TAG, "Users_Export", "Exports users as CSV")
                .describes("In the headers of an integration: uploaded unchanged, the file changes nothing.")
                .query::<Wanted>()
                .answers_text(200, "The file.", "text/csv")
                .refuses(409, "There is no integration whose headers could be used."),
        ),
        post("/api/admin/users/bulk", USERS, edit_several).tells(
            operation(TAG, "Users_EditSeveral", "Edits several users alike")
                .describes("All or nothing: those whose addresses are given, or all whom a filter finds.")
                .query::<Asked>()
                .if_match()
                .takes::<BulkEdit>()
                .like(json!({"emails": ["jason@yourcompany.com"], "set": {"add_tags": ["north"]}}))
                .answers::<BulkAnswer>(200, "What was done, or with `mode=plan` would be."),
        ),
        get("/api/admin/users/{email}", USERS, show)
            .tells(operation(TAG, "Users_Show", "Shows a user").answers::<User>(200, "The user.")),
        patch("/api/admin/users/{email}", USERS, edit).tells(
            operation(TAG, "Users_Edit", "Edits a user")
                .describes("What is absent stays as it is, `null` clears. `is_active` false deactivates.")
                .query::<Asked>()
                .if_match()
                .takes::<UserEdit>()
                .like(json!({"time_zone": "America/New_York"}))
                .answers::<UserChanged>(200, "The user was edited.")
                .answers::<PlanAnswer>(200, "With `mode=check` or `mode=plan`: what would happen."),
        ),
        get("/api/admin/users/{email}/history", USERS, history).tells(
            operation(TAG, "Users_History", "Shows what happened to a user")
                .query::<Paged>()
                .answers::<AuditList>(200, "One page, newest first, under any address that the user had."),
        ),
        get("/api/admin/users/{email}/origins", USERS, origins).tells(
            operation(TAG, "Users_Origins", "Shows where a user's values came from")
                .answers::<Origins>(200, "By target, what left the value as it is."),
        ),
    ]
}

/// The words of a [`UserFilter`] in an address, and which page is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Part of an address, a username or a name, in any case.
    search: String,
    /// `active`, `deactivated` or `all`, which is the default.
    status: String,
    /// The group type of `group` and `manages`.
    group_type: String,
    /// Members of this group.
    group: String,
    /// Managers of this group.
    manages: String,
    /// Those whose direct manager has this address.
    manager: String,
    /// Members of any group that the user of this address manages.
    group_manager: String,
    /// Those whom the upload of this id changed.
    upload: String,
    /// Those who may administer something.
    administers: bool,
    /// Users of a page: 50 unless told otherwise, at most 1,000.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// `previous_cursor` of the page after.
    before: Option<String>,
    /// Whether to tell what changed each of them last.
    last_change: bool,
    /// `email`, `name`, `username`, `status` or `change`, with a `-` before it for the other way round.
    sort: String,
    /// The integration whose headers an export has, by its id.
    integration: String,
}

impl Wanted {
    /// # Errors
    /// 400 for a status that is none.
    fn filter(&self) -> Result<UserFilter, Failure> {
        let status = match self.status.trim() {
            "" | "all" => None,
            "active" => Some(Status::Active),
            "deactivated" => Some(Status::Deactivated),
            other => {
                return Err(Failure::invalid(
                    format!("status={other:?} is not known."),
                    "Use active, deactivated or all.",
                ));
            }
        };
        Ok(UserFilter {
            search: self.search.clone(),
            status,
            group_type: self.group_type.clone(),
            group: self.group.clone(),
            manages: self.manages.clone(),
            manager: self.manager.clone(),
            group_manager: self.group_manager.clone(),
            upload: self.upload.clone(),
            administers: self.administers,
        })
    }
}

/// `GET /api/admin/users/?sort=&limit=&cursor=`, or `before=` for the page before, with the words of a filter.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<UserList>, Failure> {
    let filter = wanted.filter()?;
    let place = match (&wanted.before, &wanted.cursor) {
        (Some(before), _) if !before.is_empty() => Place::Before(before),
        (_, cursor) => Place::After(cursor.as_deref().unwrap_or_default()),
    };
    let order = Order::of_str(wanted.sort.trim()).ok_or_else(|| {
        Failure::invalid(
            format!("sort={:?} is not known.", wanted.sort),
            "Use email, name, username, status or change, with a - before it for the other way round.",
        )
    })?;
    let workspace = &caller.workspace.id;
    let mut tx = app.db.read().await?;
    let page = sorted::page(&mut tx, workspace, (&filter, order), place, page_size(wanted.limit)).await?;
    let page = page.ok_or_else(|| {
        Failure::invalid(
            "The cursor is not one of this order.",
            "Begin at the first page, and go on with the cursors that it gives.",
        )
    })?;
    let last_changes = if wanted.last_change {
        let ids: Vec<String> = page.users.iter().map(|user| user.id.clone()).collect();
        listing::last_changes(&mut tx, workspace, &ids).await?
    } else {
        Default::default()
    };
    Ok(Json(UserList {
        users: page.users,
        next_cursor: page.next,
        previous_cursor: page.previous,
        last_changes,
    }))
}

/// `GET /api/admin/users/count/` with the words of a filter.
pub(crate) async fn count(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<UserCounts>, Failure> {
    let mut tx = app.db.read().await?;
    Ok(Json(
        listing::count(&mut tx, &caller.workspace.id, &wanted.filter()?).await?,
    ))
}

/// `GET /api/admin/users/export/?integration=` with the words of a filter: CSV in the integration's own headers.
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let integration = Some(wanted.integration.as_str()).filter(|integration| !integration.is_empty());
    exporting::export(&app, caller, integration, wanted.filter()?).await
}

/// `POST /api/admin/users/bulk/?mode=plan|apply`, with `If-Match: "PLAN_HASH"` for the plan that was looked at.
pub(crate) async fn edit_several(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Document(edit): Document<BulkEdit>,
) -> Result<Json<BulkAnswer>, Failure> {
    let answer = if asked.mode()? == Mode::Apply {
        bulk::carry_out(&app, &caller, &edit, plan_hash(&headers)?.as_deref()).await?
    } else {
        bulk::plan(&app, &caller, &edit).await?
    };
    Ok(Json(answer))
}

/// `GET /api/admin/users/{email}/history/?limit=&cursor=`: what happened to the user, under any address, newest first.
pub(crate) async fn history(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(email): Path<String>,
    Query(wanted): Query<Paged>,
) -> Result<Json<AuditList>, Failure> {
    let workspace = &caller.workspace.id;
    let mut tx = app.db.read().await?;
    let id = id_of(&mut tx, workspace, &email).await?;
    let asked = audit::Asked {
        user_id: Some(&id),
        cursor: wanted.cursor.as_deref().filter(|cursor| !cursor.is_empty()),
        limit: wanted.limit(),
        ..audit::Asked::default()
    };
    let (entries, next_cursor) = audit::list(&mut tx, workspace, &asked).await?;
    Ok(Json(AuditList { entries, next_cursor }))
}

/// `GET /api/admin/users/{email}/origins/`: where each of the user's values came from.
pub(crate) async fn origins(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(email): Path<String>,
) -> Result<Json<Origins>, Failure> {
    let workspace = &caller.workspace.id;
    let mut tx = app.db.read().await?;
    let id = id_of(&mut tx, workspace, &email).await?;
    Ok(Json(history::origins(&mut tx, workspace, &id).await?))
}

async fn id_of(tx: &mut Tx, workspace: &str, email: &str) -> Result<String, Failure> {
    let found = users::find(tx, workspace, email.trim()).await?;
    Ok(found.ok_or_else(no_user)?.id)
}

fn no_user() -> Failure {
    Failure::not_found("user with this e-mail")
}

/// `GET /api/admin/users/{email}`
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(email): Path<String>,
) -> Result<Json<User>, Failure> {
    let (workspace, email) = (&caller.workspace.id, email.trim());
    let mut tx = app.db.glance().await?;
    let found = match users::glance(&mut tx, workspace, email).await? {
        Glanced::Nobody => None,
        Glanced::User(user) => Some(*user),
        Glanced::NotAtOnce => {
            drop(tx);
            let mut tx = app.db.read().await?;
            users::find(&mut tx, workspace, email).await?
        }
    };
    found.map(Json).ok_or_else(no_user)
}

/// `POST /api/admin/users/?mode=plan|apply`
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Document(edit): Document<UserEdit>,
) -> Result<Response, Failure> {
    edit_as_asked(&app, &caller, Whom::New, &edit, (&asked, &headers)).await
}

/// `PATCH /api/admin/users/{email}?mode=plan|apply`, with `If-Match: "PLAN_HASH"` for the plan that was looked at.
pub(crate) async fn edit(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(email): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Document(edit): Document<UserEdit>,
) -> Result<Response, Failure> {
    edit_as_asked(&app, &caller, Whom::Known(&email), &edit, (&asked, &headers)).await
}

async fn edit_as_asked(
    app: &App,
    caller: &Caller,
    whom: Whom<'_>,
    edit: &UserEdit,
    (asked, headers): (&Asked, &HeaderMap),
) -> Result<Response, Failure> {
    let mode = asked.mode()?;
    if mode == Mode::Apply {
        let changed = editing::carry_out(app, caller, whom, edit, plan_hash(headers)?.as_deref()).await?;
        let status = match whom {
            Whom::New => StatusCode::CREATED,
            Whom::Known(_) => StatusCode::OK,
        };
        return Ok(json(status, &changed));
    }
    let mut answer = editing::plan(app, caller, whom, edit).await?;
    answer.plan = answer.plan.filter(|_| mode == Mode::Plan);
    Ok(json(StatusCode::OK, &answer))
}
