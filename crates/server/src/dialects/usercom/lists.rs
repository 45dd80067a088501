//! Lists, a page at a time: users, and the tags, lists and companies that they have.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use passmuster_core::wire::people::UserFilter;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::fields::COMPANY;
use super::{PERMISSIONS, VIA, name_in, object, read};
use crate::App;
use crate::admin::name_of;
use crate::auth;
use crate::error::{Failure, json as answer_json};
use crate::foreign::{self, Visitor};
use crate::store::numbers::{self, Kind};
use crate::store::users::Side;
use crate::store::{groups, listing, users, workspaces};
use crate::ui::public_url;

/// Users of a page, unless asked otherwise, and at most.
const PAGE: u32 = 100;
const LARGEST_PAGE: u32 = 1000;

/// `?cursor=&page_size=`
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Paged {
    /// Where the page begins, as an answer gave it.
    cursor: Option<String>,
    /// Users of a page: 100 unless told otherwise, at most 1,000.
    page_size: Option<u32>,
}

/// `GET /api/public/users/`: active users in the order in which they came.
pub(super) async fn users(
    State(app): State<Arc<App>>,
    Query(paged): Query<Paged>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let visitor = auth::visitor(&app, &headers, VIA, PERMISSIONS).await?;
    let size = paged.page_size.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let side = side_of(paged.cursor.as_deref())?;
    let workspace = &visitor.workspace;
    let mut tx = app.db.read().await?;
    let count = listing::count(&mut tx, &workspace.id, &UserFilter::default())
        .await?
        .active;
    let (page, has_before, has_after) = users::page_of_active(&mut tx, &workspace.id, &side, size).await?;
    drop(tx);
    let link = |sign: char, id: &str| {
        let cursor = BASE64.encode(format!("{sign}{id}"));
        let place = public_url(&app, &headers);
        format!("{place}/api/public/users/?cursor={cursor}&page_size={size}")
    };
    let next = page.last().filter(|_| has_after).map(|user| link('>', &user.id));
    let previous = page.first().filter(|_| has_before).map(|user| link('<', &user.id));
    let results = object::show(&app, workspace, &page).await?;
    Ok(answer_json(
        StatusCode::OK,
        &json!({"count": count, "next": next, "previous": previous, "results": results}),
    ))
}

fn side_of(cursor: Option<&str>) -> Result<Side, Failure> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_empty()) else {
        return Ok(Side::After(String::new()));
    };
    let decoded = BASE64
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.as_deref().unwrap_or_default();
    match (decoded.strip_prefix('>'), decoded.strip_prefix('<')) {
        (Some(id), _) => Ok(Side::After(id.to_owned())),
        (_, Some(id)) => Ok(Side::Before(id.to_owned())),
        _ => Err(Failure::not_found("such page")),
    }
}

fn whole(results: Vec<Json>) -> Response {
    let list = json!({"count": results.len(), "next": null, "previous": null, "results": results});
    answer_json(StatusCode::OK, &list)
}

/// What is listed whole, by the last part of its path.
fn kind_of(what: &str) -> Result<Kind, Failure> {
    match what {
        "tags" => Ok(Kind::Tag),
        "lists" => Ok(Kind::List),
        "companies" => Ok(Kind::Company),
        _ => Err(Failure::not_found("such list")),
    }
}

/// `GET /api/public/tags/`, `lists/`, `companies/`, `attributes/`
pub(super) async fn all(
    State(app): State<Arc<App>>,
    Path(what): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let visitor = auth::visitor(&app, &headers, VIA, PERMISSIONS).await?;
    let workspace = &visitor.workspace;
    let mut tx = app.db.read().await?;
    if what == "attributes" {
        let (catalog, _) = groups::catalog(&mut tx, &workspace.id, workspace.salesforce).await?;
        return Ok(whole(catalog.attributes.iter().map(object::attribute).collect()));
    }
    let kind = kind_of(&what)?;
    drop(tx);
    Ok(whole(named(&app, &visitor, kind).await?))
}

/// Everything of a kind with its number.
async fn named(app: &App, visitor: &Visitor, kind: Kind) -> Result<Vec<Json>, Failure> {
    let workspace = &visitor.workspace.id;
    if kind == Kind::Company {
        let mut tx = app.db.read().await?;
        let (catalog, _) = groups::catalog(&mut tx, workspace, visitor.workspace.salesforce).await?;
        drop(tx);
        let companies = catalog.group_types.into_iter().find(|found| found.name == COMPANY);
        number(
            app,
            visitor,
            kind,
            &companies.map(|found| found.groups).unwrap_or_default(),
        )
        .await?;
    }
    let mut tx = app.db.read().await?;
    let all = numbers::all(&mut tx, workspace, kind).await?;
    Ok(all
        .into_iter()
        .map(|(id, name)| json!({"id": id, "name": name}))
        .collect())
}

/// Gives numbers to those of some names that have none.
async fn number(app: &App, visitor: &Visitor, kind: Kind, names: &[String]) -> Result<(), Failure> {
    let workspace = &visitor.workspace.id;
    let mut tx = app.db.read().await?;
    if numbers::find(&mut tx, workspace, kind, names).await?.len() == names.len() {
        return Ok(());
    }
    drop(tx);
    let _turn = app.turns.write(workspace).await?;
    let mut tx = app.db.write().await?;
    workspaces::lock(&mut tx, workspace).await?;
    numbers::give(&mut tx, workspace, kind, names, app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// `POST /api/public/tags/`, `lists/`, `companies/`: one by its `name`; one that is there stays.
pub(super) async fn make(
    State(app): State<Arc<App>>,
    Path(what): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Failure> {
    let visitor = auth::visitor(&app, &headers, VIA, PERMISSIONS).await?;
    let kind = kind_of(&what)?;
    let said = read(&app, &headers, body).await?;
    let name = name_of(&name_in(&said, &["name", "company_id"])?, "a list")?;
    if kind == Kind::Company {
        let wanted = [(COMPANY.to_owned(), name.clone())];
        foreign::make_groups(&app, &visitor, (&[], &wanted), false).await?;
    }
    let names = [name.clone()];
    number(&app, &visitor, kind, &names).await?;
    let mut tx = app.db.read().await?;
    let found = numbers::find(&mut tx, &visitor.workspace.id, kind, &names).await?;
    let id = found.get(&name).map(|numbered| numbered.number);
    Ok(answer_json(StatusCode::CREATED, &json!({"id": id, "name": name})))
}

/// `GET /api/public/companies/{id}/`, and the same of tags and lists.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path((what, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let visitor = auth::visitor(&app, &headers, VIA, PERMISSIONS).await?;
    let kind = kind_of(&what)?;
    let number = id.parse().map_err(|_| Failure::not_found("such number"))?;
    let mut tx = app.db.read().await?;
    let name = numbers::named(&mut tx, &visitor.workspace.id, kind, number).await?;
    let name = name.ok_or_else(|| Failure::not_found("such number"))?;
    Ok(answer_json(StatusCode::OK, &json!({"id": number, "name": name})))
}
