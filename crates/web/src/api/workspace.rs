//! The workspace: its settings, its keys, and what runs here.

use gloo_net::http::Request;
use passmuster_core::wire::workspace::{About, ApiKeyList, NewApiKey, Settings, SettingsEdit, TestMail, WantedApiKey};

use super::{Answer, done, get, read, send};
use crate::page::in_path;

/// The settings.
pub(crate) async fn settings() -> Answer<Settings> {
    get("/api/admin/settings/").await
}

/// Edits them; what is absent stays.
pub(crate) async fn edit_settings(edit: &SettingsEdit) -> Answer<Settings> {
    send(Request::patch("/api/admin/settings/"), edit).await
}

/// All API keys, the newest first.
pub(crate) async fn api_keys() -> Answer<ApiKeyList> {
    get("/api/admin/api-keys/").await
}

/// Makes a key, which is shown this once.
pub(crate) async fn new_api_key(wanted: &WantedApiKey) -> Answer<NewApiKey> {
    send(Request::post("/api/admin/api-keys/"), wanted).await
}

/// Ends a key at once.
pub(crate) async fn revoke_api_key(id: &str) -> Answer<()> {
    let request = Request::delete(&format!("/api/admin/api-keys/{}", in_path(id)));
    done(request).await
}

/// What runs here.
pub(crate) async fn about() -> Answer<About> {
    get("/api/admin/about/").await
}

/// Sends oneself a mail.
pub(crate) async fn test_mail() -> Answer<TestMail> {
    read(Request::post("/api/admin/test-mail/")).await
}
