//! A route of the admin API and the permission that it demands: one can't be written without the other.
//!
//! Who calls is known to a handler only through [`crate::auth::Caller`], and only a route from here brings one.

use std::sync::Arc;

use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{self, MethodRouter};
use axum::{Router, http::Method};
use passmuster_core::permission::Permission;

use crate::App;
use crate::auth::demand;

/// Method, path and handler, and the permissions of which a caller has at least one.
pub(crate) struct Route {
    pub(crate) method: Method,
    /// Without a `/` at its end; the route is there with one, too.
    pub(crate) path: &'static str,
    any_of: &'static [Permission],
    handler: MethodRouter<Arc<App>>,
}

macro_rules! methods {
    ($($name:ident: $method:ident;)+) => {$(
        pub(crate) fn $name<H, T>(path: &'static str, any_of: &'static [Permission], handler: H) -> Route
        where
            H: Handler<T, Arc<App>>,
            T: 'static,
        {
            Route { method: Method::$method, path, any_of, handler: routing::$name(handler) }
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

/// Adds the routes to a router, each behind its demand.
pub(crate) fn add(router: Router<Arc<App>>, routes: Vec<Route>, app: &Arc<App>) -> Router<Arc<App>> {
    routes.into_iter().fold(router, |router, route| {
        let demand = from_fn_with_state((Arc::clone(app), route.any_of), demand);
        let handler = route.handler.route_layer(demand);
        router
            .route(route.path, handler.clone())
            .route(&format!("{}/", route.path), handler)
    })
}
