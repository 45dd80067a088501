//! A file on its way: what it would change, and loading it.

use passmuster_core::{
    mapping::Mapping,
    wire::{PlanAnswer, UploadAnswer},
};
use serde::de::DeserializeOwned;
use web_sys::{File, FormData};

use super::{
    Answer, Fault,
    sending::{Listener, post_form},
};

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
pub(crate) async fn plan(parcel: &Parcel, listener: Listener) -> Answer<PlanAnswer> {
    upload_form(parcel, "plan", None, false, listener).await
}

/// The same, with all changes, however many.
pub(crate) async fn plan_in_full(parcel: &Parcel) -> Answer<PlanAnswer> {
    upload_form(parcel, "plan&changes=all", None, false, Listener::nobody()).await
}

/// Sends the file and loads it, if the plan is still the one of this hash; over limits only if a person said so.
pub(crate) async fn apply(
    parcel: &Parcel,
    plan_hash: &str,
    allow_limits: bool,
    listener: Listener,
) -> Answer<UploadAnswer> {
    upload_form(parcel, "apply", Some(plan_hash), allow_limits, listener).await
}

async fn upload_form<T: DeserializeOwned>(
    parcel: &Parcel,
    mode: &str,
    plan_hash: Option<&str>,
    allow_limits: bool,
    listener: Listener,
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
    let address = format!("/api/admin/integrations/{integration}/uploads/?mode={mode}");
    post_form(&address, &form, listener).await
}
