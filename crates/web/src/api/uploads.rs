//! Uploads that were received: looked at, decided, undone.

use gloo_net::http::Request;
use passmuster_core::wire::{
    PlanAnswer, UploadAnswer,
    integration::{UndoAnswer, UploadDetail, UploadList},
};

use super::{Answer, get, read, with_query};

/// One page of an integration's uploads, newest first.
pub(crate) async fn uploads(id: &str, cursor: &str) -> Answer<UploadList> {
    let request = Request::get(&format!("/api/admin/integrations/{id}/uploads/"));
    read(with_query(request, &[("cursor", cursor)]).send().await).await
}

/// One upload, with its report.
pub(crate) async fn upload(id: &str) -> Answer<UploadDetail> {
    get(&format!("/api/admin/uploads/{id}")).await
}

/// What a held upload would change now.
pub(crate) async fn held_plan(id: &str) -> Answer<PlanAnswer> {
    get(&format!("/api/admin/uploads/{id}/plan/")).await
}

/// Applies a held upload, if its plan is still the one of this hash.
pub(crate) async fn allow(id: &str, plan_hash: &str) -> Answer<UploadAnswer> {
    let request = Request::post(&format!("/api/admin/uploads/{id}/allow/"));
    read(request.header("If-Match", &format!("\"{plan_hash}\"")).send().await).await
}

/// Ends a held upload without applying it.
pub(crate) async fn reject(id: &str) -> Answer<UploadDetail> {
    read(Request::post(&format!("/api/admin/uploads/{id}/reject/")).send().await).await
}

/// What undoing an upload would do.
pub(crate) async fn undo_plan(id: &str) -> Answer<UndoAnswer> {
    read(
        Request::post(&format!("/api/admin/uploads/{id}/undo/?mode=plan"))
            .send()
            .await,
    )
    .await
}

/// Undoes an upload, if what that does is still the plan of this hash.
pub(crate) async fn undo(id: &str, plan_hash: &str) -> Answer<UndoAnswer> {
    let request = Request::post(&format!("/api/admin/uploads/{id}/undo/?mode=apply"));
    read(request.header("If-Match", &format!("\"{plan_hash}\"")).send().await).await
}
