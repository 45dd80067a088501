//! Users of the directory: found, counted, looked at, changed.

use gloo_net::http::Request;
use passmuster_core::{
    user::User,
    wire::{
        PlanAnswer,
        audit::AuditList,
        directory::{UserChanged, UserEdit, UserList},
        people::{BulkAnswer, BulkEdit, Origins, UserCounts},
    },
};

use super::{Answer, get, planned, read, send, with_query};
use crate::page::in_path;

/// One page of users, by address; the keys and values are those of the request.
pub(crate) async fn users(query: &[(&str, &str)]) -> Answer<UserList> {
    read(with_query(Request::get("/api/admin/users/"), query)).await
}

/// How many users a list holds.
pub(crate) async fn user_counts(query: &[(&str, &str)]) -> Answer<UserCounts> {
    read(with_query(Request::get("/api/admin/users/count/"), query)).await
}

/// One user.
pub(crate) async fn user(email: &str) -> Answer<User> {
    get(&format!("/api/admin/users/{}", in_path(email))).await
}

/// Where what a user has came from.
pub(crate) async fn origins(email: &str) -> Answer<Origins> {
    get(&format!("/api/admin/users/{}/origins/", in_path(email))).await
}

/// What happened to a user, newest first.
pub(crate) async fn user_history(email: &str, cursor: &str, size: &str) -> Answer<AuditList> {
    let request = Request::get(&format!("/api/admin/users/{}/history/", in_path(email)));
    read(with_query(request, &[("cursor", cursor), ("limit", size)])).await
}

/// What making a user would do.
pub(crate) async fn plan_new_user(edit: &UserEdit) -> Answer<PlanAnswer> {
    send(Request::post("/api/admin/users/?mode=plan"), edit).await
}

/// Makes a user, if that is still the plan of this hash.
pub(crate) async fn new_user(edit: &UserEdit, hash: &str) -> Answer<UserChanged> {
    send(planned(Request::post("/api/admin/users/"), hash), edit).await
}

/// What an edit would do.
pub(crate) async fn plan_user(email: &str, edit: &UserEdit) -> Answer<PlanAnswer> {
    send(
        Request::patch(&format!("/api/admin/users/{}?mode=plan", in_path(email))),
        edit,
    )
    .await
}

/// Edits a user, if that is still the plan of this hash.
pub(crate) async fn edit_user(email: &str, edit: &UserEdit, hash: &str) -> Answer<UserChanged> {
    let request = Request::patch(&format!("/api/admin/users/{}", in_path(email)));
    send(planned(request, hash), edit).await
}

/// What one change for several users would do.
pub(crate) async fn plan_several(edit: &BulkEdit) -> Answer<BulkAnswer> {
    send(Request::post("/api/admin/users/bulk/?mode=plan"), edit).await
}

/// Changes several users, all or none, if that is still the plan of this hash.
pub(crate) async fn edit_several(edit: &BulkEdit, hash: &str) -> Answer<BulkAnswer> {
    send(planned(Request::post("/api/admin/users/bulk/"), hash), edit).await
}

/// Where all users can be fetched as CSV, in an integration's own headers.
pub(crate) fn export_address(integration: &str) -> String {
    format!("/api/admin/users/export/?integration={integration}")
}
