//! The server, as the page knows it: one function a request, typed by the core's `wire`; one file a resource. The only user
//! of gloo-net.

mod audit;
mod definitions;
mod groups;
mod integrations;
mod parcel;
mod requests;
mod resource;
mod sample;
mod sending;
mod session;
mod tokens;
mod uploads;
mod users;
mod workspace;

use std::pin::Pin;

use gloo_net::http::{Request, RequestBuilder, Response};
use passmuster_core::wire::reading::from_json;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;

pub(crate) use self::{
    audit::*, definitions::*, groups::*, integrations::*, parcel::*, requests::*, resource::Resource, sample::*,
    sending::*, session::*, tokens::*, uploads::*, users::*, workspace::*,
};

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
    /// A [`passmuster_core::wire::Difference`], when the plan that was agreed to is not the one of now.
    pub(crate) difference: Option<Unread>,
}

/// JSON that is understood by whoever needs it: understanding any JSON would weigh on every visit.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Unread(Box<RawValue>);

impl Unread {
    /// What it says, if that is a `T`.
    pub(crate) fn read<T: DeserializeOwned>(&self) -> Option<T> {
        from_json(self.0.get()).ok()
    }
}

impl PartialEq for Unread {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
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

/// An answer's text on its way. In a box: each type of answer would have its own copy of the waiting otherwise.
type Coming = Pin<Box<dyn Future<Output = Answer<String>>>>;

async fn get<T: DeserializeOwned>(address: &str) -> Answer<T> {
    read(Request::get(address)).await
}

async fn send<T: DeserializeOwned>(request: RequestBuilder, body: &impl Serialize) -> Answer<T> {
    understand(&ask(with_json(request, serde_json::to_string(body))).await?)
}

async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Answer<T> {
    understand(&ask(request.build()).await?)
}

/// For answers that say nothing.
async fn done(request: RequestBuilder) -> Answer<()> {
    ask(request.build()).await.map(drop)
}

fn with_json(request: RequestBuilder, body: serde_json::Result<String>) -> Result<Request, gloo_net::Error> {
    request.header("Content-Type", "application/json").body(body?)
}

fn ask(request: Result<Request, gloo_net::Error>) -> Coming {
    Box::pin(async move {
        let request = request.map_err(|_| Fault::Network)?;
        let answer = request.send().await.map_err(|_| Fault::Network)?;
        if answer.ok() {
            answer.text().await.map_err(|_| Fault::Network)
        } else {
            Err(refusal(answer).await)
        }
    })
}

fn understand<T: DeserializeOwned>(answer: &str) -> Answer<T> {
    from_json(answer).map_err(|_| Fault::Network)
}

fn with_query(request: RequestBuilder, query: &[(&str, &str)]) -> RequestBuilder {
    request.query(query.iter().filter(|(_, value)| !value.is_empty()).copied())
}

/// Only if what it does is still the plan of this hash.
fn planned(request: RequestBuilder, hash: &str) -> RequestBuilder {
    request.header("If-Match", &format!("\"{hash}\""))
}

async fn refusal(answer: Response) -> Fault {
    Fault::Refused {
        status: answer.status(),
        body: understand(&answer.text().await.unwrap_or_default()).unwrap_or_default(),
    }
}
