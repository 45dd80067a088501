//! Somebody with a password who signs in, as the page does it.

use passmuster_tests::Server;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::sender::{Answer, send};

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A user who is signed in.
pub(crate) struct Person<'a> {
    server: &'a Server,
    pub(crate) cookie: String,
}

/// Makes a user at the command line.
pub(crate) fn make(server: &Server, email: &str, more: &[&str]) {
    let arguments = [
        "user",
        "create",
        "--email",
        email,
        "--first-name",
        "Jo",
        "--last-name",
        "Doe",
        "--password-stdin",
    ];
    let made = server.cli_with_input(&[&arguments[..], more].concat(), PASSWORD.as_bytes());
    assert_eq!(made.code, 0, "{made:?}");
}

pub(crate) async fn try_to_sign_in(server: &Server, email: &str, password: &str) -> Answer {
    send(
        server
            .post("/api/session")
            .json(&json!({"email": email, "password": password})),
    )
    .await
}

/// The session's cookie as a browser sends it back.
pub(crate) fn cookie_of(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

impl<'a> Person<'a> {
    /// Makes a user at the command line, with a role for example, and signs them in.
    pub(crate) async fn new(server: &'a Server, email: &str, more: &[&str]) -> Self {
        make(server, email, more);
        Self::signed_in(server, email).await
    }

    /// Signs in a user who has the usual password.
    pub(crate) async fn signed_in(server: &'a Server, email: &str) -> Self {
        let answer = try_to_sign_in(server, email, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        Self {
            server,
            cookie: cookie_of(&answer),
        }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.server.request(method, path).header("Cookie", &self.cookie)
    }

    pub(crate) fn admin(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, &format!("/api/admin/{path}"))
    }

    /// What `GET /api/session` says.
    pub(crate) async fn session(&self) -> Answer {
        send(self.request(Method::GET, "/api/session")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        send(self.admin(Method::GET, path)).await.expect(200)
    }
}
