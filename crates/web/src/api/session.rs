//! Who is signed in.

use gloo_net::http::Request;
use passmuster_core::wire::session::{
    NewPersonalKey, PasswordChange, PersonalKeyList, Session, SessionList, Setup, SignIn, WantedPersonalKey,
};

use super::{Answer, Fault, ask, done, get, send, with_json};

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
    done(Request::delete("/api/session")).await
}

/// Makes the first admin, who is signed in by it.
pub(crate) async fn setup(form: &Setup) -> Answer<Session> {
    send(Request::post("/api/setup"), form).await
}

/// Where one is signed in.
pub(crate) async fn sessions() -> Answer<SessionList> {
    get("/api/session/all").await
}

/// Gives oneself another password; ends one's other sessions.
pub(crate) async fn change_password(change: &PasswordChange) -> Answer<()> {
    let request = Request::put("/api/session/password");
    ask(with_json(request, serde_json::to_string(change))).await.map(drop)
}

/// Ends all of one's sessions.
pub(crate) async fn sign_out_everywhere() -> Answer<()> {
    done(Request::delete("/api/session?everywhere=true")).await
}

/// One's own API keys.
pub(crate) async fn personal_keys() -> Answer<PersonalKeyList> {
    get("/api/session/keys").await
}

/// Makes an API key of one's own.
pub(crate) async fn new_personal_key(wanted: &WantedPersonalKey) -> Answer<NewPersonalKey> {
    send(Request::post("/api/session/keys"), wanted).await
}

/// Revokes an API key of one's own.
pub(crate) async fn revoke_personal_key(id: &str) -> Answer<()> {
    done(Request::delete(&format!("/api/session/keys/{id}"))).await
}
