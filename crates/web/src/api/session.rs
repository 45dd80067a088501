//! Who is signed in.

use gloo_net::http::Request;
use passmuster_core::wire::session::{Session, Setup, SignIn};

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
