//! `/docs/`: readable pages of the API, made by Swagger UI in the browser from `/api/openapi.json`.
//!
//! Everything comes from the program; nothing is fetched from elsewhere, and no script stands in the page.

use std::io::Read;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    REFERRER_POLICY, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use flate2::read::GzDecoder;

use crate::secret::digest;

/// What these pages may do: the page's own policy, without WebAssembly and workers.
const POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// A file of these pages.
struct File {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
    is_packed: bool,
}

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

static FILES: [File; 4] = [
    File {
        name: "",
        kind: HTML,
        bytes: include_bytes!("../docs/index.html"),
        is_packed: false,
    },
    File {
        name: "start.js",
        kind: SCRIPT,
        bytes: include_bytes!("../docs/start.js"),
        is_packed: false,
    },
    File {
        name: "swagger-ui-bundle.js",
        kind: SCRIPT,
        bytes: include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui-bundle.js.gz")),
        is_packed: true,
    },
    File {
        name: "swagger-ui.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!(concat!(env!("OUT_DIR"), "/swagger-ui.css.gz")),
        is_packed: true,
    },
];

/// As in `ETag`: weak, because packed and plain have the same.
static ETAGS: LazyLock<[String; FILES.len()]> = LazyLock::new(|| {
    FILES
        .each_ref()
        .map(|file| format!("W/\"{}\"", &digest(file.bytes)[..24]))
});

/// Adds the pages to a router.
pub(crate) fn add<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    router
        .route("/docs", get(async || Redirect::permanent("/docs/")))
        .route("/docs/", get(async |headers: HeaderMap| show("", &headers)))
        .route(
            "/docs/{name}",
            get(async |Path(name): Path<String>, headers: HeaderMap| show(&name, &headers)),
        )
}

fn show(name: &str, asked: &HeaderMap) -> Response {
    let Some((file, etag)) = FILES.iter().zip(ETAGS.iter()).find(|(file, _)| file.name == name) else {
        return (StatusCode::NOT_FOUND, "There is no such file.").into_response();
    };
    let mut response = if asked.get(IF_NONE_MATCH).is_some_and(|known| known == etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else if file.is_packed && !takes_gzip(asked) {
        let mut plain = Vec::new();
        match GzDecoder::new(file.bytes).read_to_end(&mut plain) {
            Ok(_) => Response::new(Body::from(plain)),
            Err(error) => return crate::error::Failure::internal(error.to_string()).into_response(),
        }
    } else {
        let mut response = Response::new(Body::from(file.bytes));
        if file.is_packed {
            let packing = HeaderValue::from_static("gzip");
            response.headers_mut().insert(CONTENT_ENCODING, packing);
        }
        response
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, file.kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (VARY, "Accept-Encoding"),
        // A new program may bring a new Swagger UI.
        (CACHE_CONTROL, "no-cache"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(etag) = HeaderValue::from_str(etag) {
        headers.insert(ETAG, etag);
    }
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let codings = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    codings.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip")) && !parts.any(|quality| quality == "q=0")
    })
}
