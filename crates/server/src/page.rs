//! The page: the files of `dist/`, embedded at build time, and the headers they are served with.
//!
//! A path that doesn't look like a file and is not under `/api` is a route of the page and gets `index.html`.

use axum::body::Body;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
    REFERRER_POLICY, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use crate::error::Failure;
use crate::request::is_api;

/// A file of the page.
struct File {
    /// Without a leading `/`.
    path: &'static str,
    /// As in `ETag`: weak, because the packed file has the same.
    etag: &'static str,
    plain: &'static [u8],
    /// Packed with brotli, when that was made.
    brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// Shown when the server was built without the page.
const NOTICE: &str = "<!doctype html><meta charset=\"utf-8\"><title>Passmuster</title><h1>The page was not built</h1>\
    <p>This server works, but was built without its page. Build both with <code>cargo xtask run</code>.";

/// Answers everything that no other route does.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if is_api(path) {
        return Failure::of_status(StatusCode::NOT_FOUND, "").into_response();
    }
    if method != Method::GET && method != Method::HEAD {
        let mut response = StatusCode::METHOD_NOT_ALLOWED.into_response();
        response
            .headers_mut()
            .insert(axum::http::header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let name = path.trim_start_matches('/');
    let file = find(name).or_else(|| if is_file_name(name) { None } else { find("index.html") });
    let mut response = match file {
        Some(file) => answer(file, &headers),
        None if is_file_name(name) => (StatusCode::NOT_FOUND, "There is no such file.").into_response(),
        None => axum::response::Html(NOTICE).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    response
}

/// A route may end in an address, and that has a dot too.
fn is_file_name(path: &str) -> bool {
    path.contains('.') && !path.contains('@') && !path.contains("%40")
}

fn find(name: &str) -> Option<&'static File> {
    FILES.iter().find(|file| file.path == name)
}

fn answer(file: &'static File, asked: &HeaderMap) -> Response {
    let is_known = asked
        .get(IF_NONE_MATCH)
        .and_then(|tags| tags.to_str().ok())
        .is_some_and(|tags| {
            tags.split(',').any(|tag| {
                tag.trim().trim_start_matches("W/") == file.etag.trim_start_matches("W/") || tag.trim() == "*"
            })
        });
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match file.brotli.filter(|_| takes_brotli(asked)) {
            Some(packed) => {
                let mut response = Response::new(Body::from(packed));
                response
                    .headers_mut()
                    .insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
                response
            }
            None => Response::new(Body::from(file.plain)),
        }
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(file.path)));
    headers.insert(ETAG, HeaderValue::from_static(file.etag));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache_control(file.path)));
    response
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            value.split(',').any(|coding| {
                let mut parts = coding.split(';').map(str::trim);
                parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"))
                    && !parts.any(|quality| matches!(quality, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
            })
        })
}

/// A hash of the content is in the names that Trunk gives, but not in those of the worker, and in the folder of parts.
fn cache_control(path: &str) -> &'static str {
    let is_hashed = path.rsplit_once('.').is_some_and(|(stem, _)| {
        let hash = stem
            .split(['-', '.', '/'])
            .find(|part| part.len() == 16 || part.len() == 15);
        hash.is_some_and(|hash| hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }) || stem_ends_hashed(path);
    if is_hashed {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// `page-1f3a9c0d2b4e5f67_bg.wasm`
fn stem_ends_hashed(path: &str) -> bool {
    path.strip_suffix("_bg.wasm")
        .and_then(|stem| stem.rsplit_once('-'))
        .is_some_and(|(_, hash)| hash.len() >= 15 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("csv") => "text/csv; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        assert!(cache_control("passmuster-web-1f3a9c0d2b4e5f67_bg.wasm").contains("immutable"));
        assert!(cache_control("main-1f3a9c0d2b4e5f67.css").contains("immutable"));
        assert!(cache_control("parts/1f3a9c0d2b4e5f67/split_checking.wasm").contains("immutable"));
        for name in ["index.html", "worker.js", "worker_bg.wasm", "worker_loader.js"] {
            assert_eq!(cache_control(name), "no-cache", "{name}");
        }
    }
}
