//! What the workspace has defined: group types with their groups, integration IDs, attributes.

use std::collections::BTreeMap;

use gloo_net::http::Request;
use passmuster_core::{
    group::GroupType,
    wire::{
        directory::{Catalog, GroupsChanged, MergeGroup, NewName, RenameGroup, WantedGroup},
        people::{GroupList, GroupTypeList},
    },
};

use super::{Answer, get, planned, read, send, with_query};
use crate::page::in_path;

/// The largest page of groups that the server gives.
const MOST_GROUPS: &str = "1000";

/// What mappings may name.
pub(crate) async fn catalog() -> Answer<Catalog> {
    get("/api/admin/groups/").await
}

/// Group types, and how much they hold.
pub(crate) async fn group_types() -> Answer<GroupTypeList> {
    get("/api/admin/group-types/").await
}

/// Makes a group type.
pub(crate) async fn new_group_type(name: &str) -> Answer<GroupType> {
    let wanted = NewName { name: name.to_owned() };
    send(Request::post("/api/admin/group-types/"), &wanted).await
}

/// One page of the groups of a type, by name.
pub(crate) async fn groups(group_type: &str, query: &[(&str, &str)]) -> Answer<GroupList> {
    let request = Request::get(&format!("/api/admin/group-types/{}/groups/", in_path(group_type)));
    read(with_query(request, query)).await
}

/// How many members each group of a type has, by name; of a type with very many groups, of the first of them.
pub(crate) async fn members(group_type: &str) -> Answer<BTreeMap<String, u64>> {
    let list = groups(group_type, &[("limit", MOST_GROUPS)]).await?;
    Ok(list
        .groups
        .into_iter()
        .map(|group| (group.name, group.members))
        .collect())
}

/// Makes a group, or with `hash: None` says what that would do.
pub(crate) async fn create_group(wanted: &WantedGroup, hash: Option<&str>) -> Answer<GroupsChanged> {
    regroup(Request::post, "/api/admin/groups/", wanted, hash).await
}

/// Renames a group, or with `hash: None` says what that would do.
pub(crate) async fn rename_group(group: &WantedGroup, name: &str, hash: Option<&str>) -> Answer<GroupsChanged> {
    let wanted = RenameGroup { name: name.to_owned() };
    regroup(Request::patch, &address(group), &wanted, hash).await
}

/// Merges a group into another one, or with `hash: None` says what that would do.
pub(crate) async fn merge_groups(group: &WantedGroup, into: &str, hash: Option<&str>) -> Answer<GroupsChanged> {
    let wanted = MergeGroup { into: into.to_owned() };
    regroup(Request::post, &format!("{}/merge/", address(group)), &wanted, hash).await
}

fn address(group: &WantedGroup) -> String {
    format!(
        "/api/admin/groups/{}/{}",
        in_path(&group.group_type),
        in_path(&group.name)
    )
}

async fn regroup(
    method: fn(&str) -> gloo_net::http::RequestBuilder,
    address: &str,
    wanted: &impl serde::Serialize,
    hash: Option<&str>,
) -> Answer<GroupsChanged> {
    match hash {
        Some(hash) => send(planned(method(address), hash), wanted).await,
        None => send(method(&format!("{address}?mode=plan")), wanted).await,
    }
}
