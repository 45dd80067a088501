//! Who is signed in.

use gloo_net::http::Request;
use passmuster_core::wire::session::{PasswordChange, Session, SessionList, Setup, SignIn};

use super::{Answer, Fault, get, refusal, send};

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

/// Where one is signed in.
pub(crate) async fn sessions() -> Answer<SessionList> {
    get("/api/session/all").await
}

/// Gives oneself another password; ends one's other sessions.
pub(crate) async fn change_password(change: &PasswordChange) -> Answer<()> {
    let request = Request::put("/api/session/password");
    let request = request.json(change).map_err(|_| Fault::Network)?;
    done(request.send().await).await
}

/// Ends all of one's sessions.
pub(crate) async fn sign_out_everywhere() -> Answer<()> {
    done(Request::delete("/api/session?everywhere=true").send().await).await
}

async fn done(answer: Result<gloo_net::http::Response, gloo_net::Error>) -> Answer<()> {
    let answer = answer.map_err(|_| Fault::Network)?;
    if answer.ok() {
        Ok(())
    } else {
        Err(refusal(answer).await)
    }
}
