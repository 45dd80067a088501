//! Group types, groups, kinds of integration ID and custom attributes.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use passmuster_core::group::{AttributeType, GroupType, IntegrationIdType};
use passmuster_core::wire::directory::{Catalog, GroupsChanged, MergeGroup, NewName, RenameGroup, WantedGroup};
use passmuster_core::wire::people::{GroupCounts, GroupList, GroupTypeList};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::page_size;
use super::{ANYTHING, GROUPS, INTEGRATIONS};
use crate::App;
use crate::admin;
use crate::admin::regrouping::{self, Group, Regrouping};
use crate::auth::Caller;
use crate::body::Document;
use crate::dialects::data::{Asked, Mode, plan_hash};
use crate::error::Failure;
use crate::openapi::{Tag, operation};
use crate::route::{Route, get, patch, post};
use crate::store::{group_counts, groups, new_groups};

const TAG: Tag = Tag::new(
    "Groups",
    "Group types, groups, kinds of integration ID and custom attributes.",
);

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/api/admin/groups", ANYTHING, catalog).tells(
            operation(TAG, "Groups_Catalog", "Lists what a mapping may name").answers::<Catalog>(
                200,
                "Group types with their groups, kinds of integration ID, custom attributes.",
            ),
        ),
        post("/api/admin/groups", GROUPS, create).tells(
            operation(TAG, "Groups_Create", "Creates a group")
                .query::<Asked>()
                .if_match()
                .takes::<WantedGroup>()
                .like(json!({"group_type": "Team", "name": "Dogs"}))
                .answers::<GroupsChanged>(201, "The group was made.")
                .answers::<GroupsChanged>(200, "With `mode=plan`: what would happen."),
        ),
        patch("/api/admin/groups/{group_type}/{name}", GROUPS, rename).tells(
            operation(TAG, "Groups_Rename", "Renames a group")
                .query::<Asked>()
                .if_match()
                .takes::<RenameGroup>()
                .like(json!({"name": "Alpha Dogs"}))
                .answers::<GroupsChanged>(200, "What was done, or with `mode=plan` would be."),
        ),
        post("/api/admin/groups/{group_type}/{name}/merge", GROUPS, merge).tells(
            operation(TAG, "Groups_Merge", "Merges a group into another one")
                .describes("Everybody goes over to the other group of the same type; this one is removed.")
                .query::<Asked>()
                .if_match()
                .takes::<MergeGroup>()
                .like(json!({"into": "Cats"}))
                .answers::<GroupsChanged>(200, "What was done, or with `mode=plan` would be."),
        ),
        get("/api/admin/group-types", GROUPS, list_types).tells(
            operation(TAG, "GroupTypes_List", "Lists group types")
                .answers::<GroupTypeList>(200, "All, and how much each holds."),
        ),
        post("/api/admin/group-types", GROUPS, create_type).tells(
            operation(TAG, "GroupTypes_Create", "Creates a group type")
                .takes::<NewName>()
                .like(json!({"name": "Team"}))
                .answers::<GroupType>(201, "The group type was made."),
        ),
        get("/api/admin/group-types/{group_type}/groups", GROUPS, list_of_type).tells(
            operation(TAG, "GroupTypes_Groups", "Lists the groups of a type")
                .query::<WantedGroups>()
                .answers::<GroupList>(200, "One page, by name."),
        ),
        post("/api/admin/integration-ids", INTEGRATIONS, create_integration_id).tells(
            operation(TAG, "IntegrationIds_Create", "Creates a kind of integration ID")
                .takes::<NewName>()
                .like(json!({"name": "Phone Extension"}))
                .answers::<IntegrationIdType>(201, "The kind of integration ID was made."),
        ),
        post("/api/admin/attributes", INTEGRATIONS, create_attribute).tells(
            operation(TAG, "Attributes_Create", "Creates a custom attribute")
                .takes::<AttributeType>()
                .like(json!({"name": "Start date", "kind": "date"}))
                .answers::<AttributeType>(201, "The attribute was made."),
        ),
    ]
}

/// The most changes that an answer shows.
const CHANGES_SHOWN: usize = 1000;

/// How long a group is new, in microseconds: two weeks.
const NEW: i64 = 14 * 24 * 3600 * 1_000_000;

/// `GET /api/admin/groups/`
pub(crate) async fn catalog(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Catalog>, Failure> {
    let mut tx = app.db.read().await?;
    let (catalog, _) = groups::catalog(&mut tx, &caller.workspace.id, caller.workspace.salesforce).await?;
    Ok(Json(catalog))
}

/// `GET /api/admin/group-types/`: how much each holds.
pub(crate) async fn list_types(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<GroupTypeList>, Failure> {
    let mut tx = app.db.read().await?;
    let counts = group_counts::counts(&mut tx, &caller.workspace.id).await?;
    let group_types = counts.iter().map(|(group_type, _)| group_type.clone()).collect();
    Ok(Json(GroupTypeList { group_types }))
}

/// `?search=&empty=&limit=&cursor=`
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct WantedGroups {
    /// Part of a name, in any case.
    search: String,
    /// Only groups that nobody is a member of.
    empty: bool,
    /// Groups of a page: 50 unless told otherwise, at most 1,000.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: String,
}

/// `GET /api/admin/group-types/{group_type}/groups/?search=&empty=&limit=&cursor=`: the groups of a type, by name.
pub(crate) async fn list_of_type(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(group_type): Path<String>,
    Query(wanted): Query<WantedGroups>,
) -> Result<Json<GroupList>, Failure> {
    let mut tx = app.db.read().await?;
    let counts = group_counts::counts(&mut tx, &caller.workspace.id).await?;
    let of_type = counts.iter().find(|(known, _)| known.name == group_type);
    let (_, groups) = of_type.ok_or_else(|| Failure::not_found(&format!("group type {group_type:?}")))?;
    let sought = wanted.search.trim().to_lowercase();
    let is_meant = |group: &&GroupCounts| {
        (!wanted.empty || group.members == 0) && (sought.is_empty() || group.name.to_lowercase().contains(&sought))
    };
    let mut found: Vec<&GroupCounts> = groups.iter().filter(is_meant).collect();
    let total = found.len() as u64;
    found.retain(|group| group.name > wanted.cursor);
    let limit = page_size(wanted.limit) as usize;
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found.last().filter(|_| has_more).map(|group| group.name.clone());
    let mut groups: Vec<GroupCounts> = found.into_iter().cloned().collect();
    let since = app.clock.now().saturating_sub(NEW);
    let mut made = new_groups::made_since(&mut tx, &caller.workspace.id, &group_type, since).await?;
    for group in &mut groups {
        group.made = made.remove(&group.name);
    }
    Ok(Json(GroupList {
        next_cursor,
        groups,
        total,
    }))
}

/// `POST /api/admin/group-types/`
pub(crate) async fn create_type(
    State(app): State<Arc<App>>,
    caller: Caller,
    Document(new): Document<NewName>,
) -> Result<(StatusCode, Json<GroupType>), Failure> {
    let created = admin::create_group_type(&app, &caller.workspace, caller.by(), &new.name).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// `POST /api/admin/integration-ids/`
pub(crate) async fn create_integration_id(
    State(app): State<Arc<App>>,
    caller: Caller,
    Document(new): Document<NewName>,
) -> Result<(StatusCode, Json<IntegrationIdType>), Failure> {
    let created = admin::create_integration_id(&app, &caller.workspace, caller.by(), &new.name).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// `POST /api/admin/attributes/`
pub(crate) async fn create_attribute(
    State(app): State<Arc<App>>,
    caller: Caller,
    Document(wanted): Document<AttributeType>,
) -> Result<(StatusCode, Json<AttributeType>), Failure> {
    let created = admin::create_attribute(&app, &caller.workspace, caller.by(), wanted).await?;
    Ok((StatusCode::CREATED, Json(created)))
}

/// `POST /api/admin/groups/?mode=plan|apply`
pub(crate) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Document(wanted): Document<WantedGroup>,
) -> Result<(StatusCode, Json<GroupsChanged>), Failure> {
    let group = Group {
        group_type: wanted.group_type.trim(),
        name: wanted.name.trim(),
    };
    let changed = regroup_as_asked(&app, &caller, group, &Regrouping::Create, (&asked, &headers)).await?;
    let status = if changed.applied {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(changed)))
}

/// `PATCH /api/admin/groups/{group_type}/{name}?mode=plan|apply`: renames the group.
pub(crate) async fn rename(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((group_type, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Document(wanted): Document<RenameGroup>,
) -> Result<Json<GroupsChanged>, Failure> {
    let group = Group {
        group_type: &group_type,
        name: &name,
    };
    let wanted = Regrouping::Rename(wanted.name);
    let changed = regroup_as_asked(&app, &caller, group, &wanted, (&asked, &headers)).await?;
    Ok(Json(changed))
}

/// `POST /api/admin/groups/{group_type}/{name}/merge/?mode=plan|apply`
pub(crate) async fn merge(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((group_type, name)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    Document(wanted): Document<MergeGroup>,
) -> Result<Json<GroupsChanged>, Failure> {
    let group = Group {
        group_type: &group_type,
        name: &name,
    };
    let wanted = Regrouping::Merge(wanted.into);
    let changed = regroup_as_asked(&app, &caller, group, &wanted, (&asked, &headers)).await?;
    Ok(Json(changed))
}

async fn regroup_as_asked(
    app: &App,
    caller: &Caller,
    group: Group<'_>,
    wanted: &Regrouping,
    (asked, headers): (&Asked, &HeaderMap),
) -> Result<GroupsChanged, Failure> {
    let applied = asked.mode()? == Mode::Apply;
    let mut plan = if applied {
        regrouping::carry_out(app, caller, group, wanted, plan_hash(headers)?.as_deref()).await?
    } else {
        regrouping::plan(app, caller, group, wanted).await?
    };
    plan.cut(CHANGES_SHOWN);
    Ok(GroupsChanged { applied, plan })
}
