//! A line of the URL table: a route, who may call it, and what it tells of itself; none can be written without the others.
//!
//! Who calls is known to a handler of the admin API only through [`crate::auth::Caller`], and only a route with
//! permissions brings one. A dialect's route is open, and its handler finds out by itself who calls.

use std::sync::Arc;

use axum::handler::Handler;
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use axum::{Router, http::Method};
use passmuster_core::permission::Permission;

use crate::App;
use crate::auth::demand;
use crate::error::Failure;
use crate::openapi::{Described, Operation, Scheme};

/// Method, path and handler, who may call it, and what it tells.
pub(crate) struct Route {
    method: Method,
    /// Without a `/` at its end, the route is there with one, too; with one, without it is told where it is.
    path: &'static str,
    guard: Guard,
    handler: MethodRouter<Arc<App>>,
    /// Of a path that stands for many, one for each that people know.
    operations: Vec<(&'static str, Operation)>,
}

/// Who may call.
#[derive(Debug, Clone, Copy)]
enum Guard {
    /// A caller of the admin API with at least one of these.
    AnyOf(&'static [Permission]),
    /// The handler finds out, from one of these; none: everybody.
    Own(&'static [Scheme]),
}

/// What callers of the admin API say who they are with.
const ADMINISTRATIVE: &[Scheme] = &[Scheme::Bearer, Scheme::Session];

/// A route that has not told of itself yet, and so is none.
#[must_use]
pub(crate) struct Untold {
    method: Method,
    path: &'static str,
    guard: Guard,
    handler: MethodRouter<Arc<App>>,
}

macro_rules! methods {
    ($($name:ident: $method:ident;)+) => {$(
        /// A route of the admin API.
        pub(crate) fn $name<H, T>(path: &'static str, any_of: &'static [Permission], handler: H) -> Untold
        where
            H: Handler<T, Arc<App>>,
            T: 'static,
        {
            Untold {
                method: Method::$method,
                path,
                guard: Guard::AnyOf(any_of),
                handler: on(MethodFilter::$method, handler),
            }
        }
    )+};
}

methods! {
    get: GET;
    post: POST;
    put: PUT;
    patch: PATCH;
    delete: DELETE;
}

/// A route whose handler finds out by itself who calls; see [`Untold::secured_by`].
pub(crate) fn open<H, T>(method: Method, path: &'static str, handler: H) -> Untold
where
    H: Handler<T, Arc<App>>,
    T: 'static,
{
    Untold {
        handler: on(filter(&method), handler),
        method,
        path,
        guard: Guard::Own(&[]),
    }
}

/// Those that have no name here are not served.
fn filter(method: &Method) -> MethodFilter {
    MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::TRACE)
}

impl Untold {
    /// The ways in which a caller may say who they are, of which one is enough.
    pub(crate) fn secured_by(mut self, schemes: &'static [Scheme]) -> Self {
        self.guard = Guard::Own(schemes);
        self
    }

    /// What it tells of itself.
    pub(crate) fn tells(self, operation: Operation) -> Route {
        let path = self.path;
        self.tells_of(vec![(path, operation)])
    }

    /// What it tells of a path that stands for many, such as `/app/OData/{*path}`: paths as people know them.
    pub(crate) fn tells_of(self, operations: Vec<(&'static str, Operation)>) -> Route {
        Route {
            method: self.method,
            path: self.path,
            guard: self.guard,
            handler: self.handler,
            operations,
        }
    }
}

impl Route {
    /// Its operations, with where they stand and who may call them.
    pub(crate) fn described(&self) -> impl Iterator<Item = Described<'_>> {
        let (schemes, permissions) = match self.guard {
            Guard::AnyOf(permissions) => (ADMINISTRATIVE, permissions),
            Guard::Own(schemes) => (schemes, &[] as &[Permission]),
        };
        self.operations.iter().map(move |(path, operation)| Described {
            method: &self.method,
            path,
            operation,
            schemes,
            permissions,
        })
    }

    /// With a slash at its end, where it is there without one; the other way round, the place that says so.
    fn twin(&self) -> Option<(String, MethodRouter<Arc<App>>)> {
        if self.path.contains("{*") {
            return None;
        }
        Some(match self.path.strip_suffix('/') {
            Some(without) => (without.to_owned(), on(filter(&self.method), add_slash)),
            None => (format!("{}/", self.path), self.handler.clone()),
        })
    }
}

/// Adds the routes to a router, each behind its demand.
pub(crate) fn add(router: Router<Arc<App>>, routes: Vec<Route>, app: &Arc<App>) -> Router<Arc<App>> {
    routes.into_iter().fold(router, |router, mut route| {
        if let Guard::AnyOf(any_of) = route.guard {
            let demand = from_fn_with_state((Arc::clone(app), any_of), demand);
            route.handler = route.handler.route_layer(demand);
        }
        let router = match route.twin() {
            Some((path, handler)) => router.route(&path, handler),
            None => router,
        };
        router.route(route.path, route.handler)
    })
}

/// Says where the trailing `/` is missing; stores nothing.
async fn add_slash(uri: Uri) -> Response {
    let place = match uri.query() {
        Some(query) => format!("{}/?{query}", uri.path()),
        None => format!("{}/", uri.path()),
    };
    let description = format!(
        "The endpoint ends in \"/\": it is {}/. Nothing of the body was stored.",
        uri.path()
    );
    let failure = Failure::new(
        StatusCode::PERMANENT_REDIRECT,
        "not_found",
        description,
        "Send the same request to the address with the trailing \"/\".",
    );
    failure.with_header(LOCATION, &place).into_response()
}
