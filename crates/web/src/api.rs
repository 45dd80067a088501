//! The server, as the page knows it: one function a request, typed by the core's `wire`. The only user of gloo-net.

use gloo_net::http::{Request, RequestBuilder, Response};
use passmuster_core::{
    mapping::Mapping,
    wire::{
        PlanAnswer, UploadAnswer,
        directory::{Catalog, UserList},
        integration::{
            EnableIntegration, EnabledIntegration, Integration, IntegrationList, NewToken, UndoAnswer, UploadDetail,
            UploadList,
        },
        session::{Session, Setup, SignIn},
    },
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use web_sys::{File, FormData};

/// Why a request gave nothing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    /// The server was not reached, or its answer was cut off.
    Network,
    /// The server refused.
    Refused {
        /// The status.
        status: u16,
        /// Why.
        body: Refusal,
    },
}

/// What a person is told of a refusal's [`passmuster_core::wire::ErrorBody`]: the rest would weigh on every visit.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Refusal {
    /// The first reasons.
    pub(crate) errors: Vec<Reason>,
    /// The upload that was recorded, when one was.
    pub(crate) upload_id: Option<String>,
}

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Reason {
    /// Such as `conflict`.
    pub(crate) id: String,
    /// What was found, and what was expected.
    pub(crate) description: String,
    /// What to do instead.
    pub(crate) hint: Option<String>,
}

impl Fault {
    /// One sentence or two for a person.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Network => {
                "The server can't be reached. Nothing was lost: check the connection and try again.".into()
            }
            Self::Refused { status, body } => match body.errors.first() {
                Some(Reason { description, hint, .. }) => match hint {
                    Some(hint) if !hint.is_empty() => format!("{description} {hint}"),
                    _ => description.clone(),
                },
                None => format!("The server answered with status {status}. Try again."),
            },
        }
    }

    /// The status of a refusal.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Network => None,
            Self::Refused { status, .. } => Some(*status),
        }
    }
}

/// What a request gives.
pub(crate) type Answer<T> = Result<T, Fault>;

/// Who is signed in; `None` when nobody is.
pub(crate) async fn session() -> Answer<Option<Session>> {
    match get("/api/session").await {
        Err(Fault::Refused { status: 401, .. }) => Ok(None),
        other => other.map(Some),
    }
}

/// Signs in.
pub(crate) async fn sign_in(form: &SignIn) -> Answer<Session> {
    send(Request::post("/api/session"), form).await
}

/// Signs out.
pub(crate) async fn sign_out() -> Answer<()> {
    let answer = Request::delete("/api/session")
        .send()
        .await
        .map_err(|_| Fault::Network)?;
    if answer.ok() {
        Ok(())
    } else {
        Err(refusal(answer).await)
    }
}

/// Makes the first admin, who is signed in by it.
pub(crate) async fn setup(form: &Setup) -> Answer<Session> {
    send(Request::post("/api/setup"), form).await
}

/// All integrations.
pub(crate) async fn integrations() -> Answer<IntegrationList> {
    get("/api/admin/integrations/").await
}

/// Enables one.
pub(crate) async fn enable_integration(form: &EnableIntegration) -> Answer<EnabledIntegration> {
    send(Request::post("/api/admin/integrations/"), form).await
}

/// One integration.
pub(crate) async fn integration(id: &str) -> Answer<Integration> {
    get(&format!("/api/admin/integrations/{id}")).await
}

/// What of an integration's settings is to change.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct SettingsPatch {
    /// The name.
    pub(crate) name: String,
    /// Who is told when uploads fail.
    pub(crate) admin_email: Option<String>,
    /// Whether it takes uploads.
    pub(crate) enabled: bool,
}

/// Saves an integration's settings.
pub(crate) async fn save_settings(id: &str, patch: &SettingsPatch) -> Answer<Integration> {
    send(Request::patch(&format!("/api/admin/integrations/{id}")), patch).await
}

/// Saves an integration's mapping.
pub(crate) async fn save_mapping(id: &str, mapping: &Mapping) -> Answer<Integration> {
    send(Request::put(&format!("/api/admin/integrations/{id}/mapping")), mapping).await
}

/// Makes a token, which is shown this once.
pub(crate) async fn new_token(id: &str) -> Answer<NewToken> {
    let request = Request::post(&format!("/api/admin/integrations/{id}/tokens/"));
    read(request.send().await).await
}

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

/// What mappings may name.
pub(crate) async fn catalog() -> Answer<Catalog> {
    get("/api/admin/groups/").await
}

/// One page of users, by address.
pub(crate) async fn users(search: &str, cursor: &str) -> Answer<UserList> {
    let request = Request::get("/api/admin/users/");
    let query = [("search", search), ("limit", "50"), ("cursor", cursor)];
    read(with_query(request, &query).send().await).await
}

/// What is uploaded: a file, and how a person said it is to be read.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    /// The integration it goes through.
    pub(crate) integration: String,
    /// The file.
    pub(crate) file: File,
    /// What its columns mean.
    pub(crate) mapping: Mapping,
    /// The encoding a person chose.
    pub(crate) encoding: Option<String>,
    /// The sheet of a workbook that a person chose.
    pub(crate) sheet: Option<String>,
}

/// Sends the file and asks what it would change; nothing is stored.
pub(crate) async fn plan(parcel: &Parcel) -> Answer<PlanAnswer> {
    upload_form(parcel, "plan", None, false).await
}

/// Sends the file and loads it, if the plan is still the one of this hash; over limits only if a person said so.
pub(crate) async fn apply(parcel: &Parcel, plan_hash: &str, allow_limits: bool) -> Answer<UploadAnswer> {
    upload_form(parcel, "apply", Some(plan_hash), allow_limits).await
}

async fn upload_form<T: DeserializeOwned>(
    parcel: &Parcel,
    mode: &str,
    plan_hash: Option<&str>,
    allow_limits: bool,
) -> Answer<T> {
    let Parcel {
        integration,
        file,
        mapping,
        encoding,
        sheet,
    } = parcel;
    let form = FormData::new().map_err(|_| Fault::Network)?;
    // Appending fails only for values that are no part of a form.
    let _ = form.append_with_str("mapping", &mapping.to_json());
    if let Some(hash) = plan_hash {
        let _ = form.append_with_str("plan_hash", hash);
    }
    if allow_limits {
        let _ = form.append_with_str("allow_limits", "true");
    }
    if let Some(encoding) = encoding {
        let _ = form.append_with_str("encoding", encoding);
    }
    if let Some(sheet) = sheet {
        let _ = form.append_with_str("sheet", sheet);
    }
    let _ = form.append_with_blob_and_filename("file", file, &file.name());
    let request = Request::post(&format!("/api/admin/integrations/{integration}/uploads/?mode={mode}"));
    let request = request.body(form).map_err(|_| Fault::Network)?;
    read(request.send().await).await
}

async fn get<T: DeserializeOwned>(address: &str) -> Answer<T> {
    read(Request::get(address).send().await).await
}

async fn send<T: DeserializeOwned>(request: RequestBuilder, body: &impl Serialize) -> Answer<T> {
    let request = request.json(body).map_err(|_| Fault::Network)?;
    read(request.send().await).await
}

fn with_query(request: RequestBuilder, query: &[(&str, &str)]) -> RequestBuilder {
    request.query(query.iter().filter(|(_, value)| !value.is_empty()).copied())
}

async fn read<T: DeserializeOwned>(answer: Result<Response, gloo_net::Error>) -> Answer<T> {
    let answer = answer.map_err(|_| Fault::Network)?;
    if answer.ok() {
        answer.json().await.map_err(|_| Fault::Network)
    } else {
        Err(refusal(answer).await)
    }
}

async fn refusal(answer: Response) -> Fault {
    Fault::Refused {
        status: answer.status(),
        body: answer.json().await.unwrap_or_default(),
    }
}
