//! Uploads that were received: looked at, decided, undone.

use gloo_net::http::Request;
use js_sys::{Array, Uint8Array};
use passmuster_core::{
    mapping::Mapping,
    wire::{
        PlanAnswer, UploadAnswer,
        integration::{ChangeList, Outcome, RecordList, UndoAnswer, UploadDays, UploadDetail, UploadList},
    },
};

use web_sys::File;

use super::{Answer, Fault, get, read, refusal, send, with_query};

/// Records of a page.
pub(crate) const RECORDS: u64 = 50;

/// Which uploads of an integration are asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct SoughtUploads {
    /// Those that ended like this.
    pub(crate) outcome: Option<Outcome>,
    /// Those received then or later, RFC 3339.
    pub(crate) since: Option<String>,
    /// Those received earlier, RFC 3339.
    pub(crate) until: Option<String>,
    /// What the sender's address or token has in it.
    pub(crate) by: String,
    /// Where the page begins; empty: with the newest.
    pub(crate) cursor: String,
}

/// One page of an integration's uploads, newest first.
pub(crate) async fn uploads(id: &str, sought: &SoughtUploads) -> Answer<UploadList> {
    let request = Request::get(&format!("/api/admin/integrations/{id}/uploads/"));
    let query = [
        ("outcome", sought.outcome.map_or("", Outcome::as_str)),
        ("since", sought.since.as_deref().unwrap_or_default()),
        ("until", sought.until.as_deref().unwrap_or_default()),
        ("by", &sought.by),
        ("cursor", &sought.cursor),
    ];
    read(with_query(request, &query)).await
}

/// How many uploads of an integration ended how, on each of the last days of a clock so many minutes ahead of UTC.
pub(crate) async fn uploads_per_day(id: &str, days: u32, minutes_ahead: i32) -> Answer<UploadDays> {
    get(&format!(
        "/api/admin/integrations/{id}/uploads/per-day/?days={days}&offset={minutes_ahead}"
    ))
    .await
}

/// The records of an upload behind the record `after`; those with problems only, if so asked.
pub(crate) async fn records(id: &str, after: u64, only_problems: bool) -> Answer<RecordList> {
    get(&format!(
        "/api/admin/uploads/{id}/records/?limit={RECORDS}&cursor={after}&problems={only_problems}"
    ))
    .await
}

/// One page of what an upload changed.
pub(crate) async fn changes(id: &str, cursor: &str) -> Answer<ChangeList> {
    let request = Request::get(&format!("/api/admin/uploads/{id}/changes/"));
    read(with_query(request, &[("cursor", cursor)])).await
}

/// Where the very bytes of an upload are.
pub(crate) fn body_address(id: &str) -> String {
    format!("/api/admin/uploads/{id}/body/")
}

/// The very bytes of an upload, as a file of this name.
pub(crate) async fn original(id: &str, name: &str) -> Answer<File> {
    let answer = Request::get(&body_address(id)).send().await;
    let answer = answer.map_err(|_| Fault::Network)?;
    if !answer.ok() {
        return Err(refusal(answer).await);
    }
    let bytes = answer.binary().await.map_err(|_| Fault::Network)?;
    let bytes = Uint8Array::from(bytes.as_slice());
    File::new_with_u8_array_sequence(&Array::of1(&bytes), name).map_err(|_| Fault::Network)
}

/// What an upload's body would change now if it were read with this mapping.
pub(crate) async fn plan_with(id: &str, mapping: &Mapping) -> Answer<PlanAnswer> {
    send(Request::post(&format!("/api/admin/uploads/{id}/plan/")), mapping).await
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
    read(request.header("If-Match", &format!("\"{plan_hash}\""))).await
}

/// Ends a held upload without applying it.
pub(crate) async fn reject(id: &str) -> Answer<UploadDetail> {
    read(Request::post(&format!("/api/admin/uploads/{id}/reject/"))).await
}

/// What undoing an upload would do.
pub(crate) async fn undo_plan(id: &str) -> Answer<UndoAnswer> {
    read(Request::post(&format!("/api/admin/uploads/{id}/undo/?mode=plan"))).await
}

/// Undoes an upload, if what that does is still the plan of this hash.
pub(crate) async fn undo(id: &str, plan_hash: &str) -> Answer<UndoAnswer> {
    let request = Request::post(&format!("/api/admin/uploads/{id}/undo/?mode=apply"));
    read(request.header("If-Match", &format!("\"{plan_hash}\""))).await
}
