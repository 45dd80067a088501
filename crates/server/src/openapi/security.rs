//! How somebody says who they are, as the document tells it.

use serde_json::{Value, json};

/// A way to say who one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// `Authorization: Token AUTH_TOKEN`: a token of an integration.
    Token,
    /// `Authorization: Bearer KEY`: a key of the admin API.
    Bearer,
    /// `X-ApiKey: KEY`: a person's own key.
    ApiKey,
    /// A person's own key as the password of HTTP Basic, for programs that send no other header.
    Basic,
    /// The cookie of somebody who is signed in.
    Session,
}

impl Scheme {
    /// What the document calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Token => "Token",
            Self::Bearer => "Bearer",
            Self::ApiKey => "X-ApiKey",
            Self::Basic => "Basic",
            Self::Session => "Session",
        }
    }

    fn told(self) -> Value {
        match self {
            Self::Token => json!({
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "The word `Token`, a space and an integration's AUTH_TOKEN, which Administration > Data \
                    > Integrations > Credentials shows once: `Token AUTH_TOKEN`.",
            }),
            Self::Bearer => json!({
                "type": "http",
                "scheme": "bearer",
                "description": "A key of the admin API, from Administration > Settings or `passmuster api-key create`.",
            }),
            Self::ApiKey => json!({
                "type": "apiKey",
                "in": "header",
                "name": "X-ApiKey",
                "description": "A full admin's own key, from Account > My Profile > Security.",
            }),
            Self::Basic => json!({
                "type": "http",
                "scheme": "basic",
                "description": "Any name, and a full admin's own key as the password: for Excel and Power BI.",
            }),
            Self::Session => json!({
                "type": "apiKey",
                "in": "cookie",
                "name": crate::auth::COOKIE_NAME,
                "description": "Set by signing in; a browser sends it by itself.",
            }),
        }
    }
}

/// Those that are in use, by name.
pub(super) fn schemes(used: &[Scheme]) -> Value {
    let told = used.iter().map(|scheme| (scheme.name().to_owned(), scheme.told()));
    Value::Object(told.collect())
}
