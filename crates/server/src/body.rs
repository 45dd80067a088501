//! Reads a body: limited while it is read and unpacked, and not for ever.
//!
//! Knows nothing of what the body says.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;

use crate::App;
use crate::error::Failure;

/// The most bytes of a JSON document of the page, which never holds a file.
const DOCUMENT_LIMIT: usize = 1024 * 1024;

/// How a body is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
}

/// What a sender of a body is held to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// The most bytes, as sent and unpacked.
    pub(crate) bytes: usize,
    /// How long a sender may pause.
    pub(crate) pause: Duration,
}

/// Reads a whole body, unpacked.
///
/// # Errors
/// 413 over the limit, 415 for an unknown `Content-Encoding`, 400 for broken gzip, 408 for a sender that pauses.
pub(crate) async fn read(headers: &HeaderMap, body: Body, patience: Patience) -> Result<Bytes, Failure> {
    let limit = patience.bytes;
    let packing = packing(headers)?;
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(Failure::too_large(limit));
    }
    match packing {
        Packing::Plain => {
            // What a sender announces is not believed beyond a first piece.
            let mut plain = Vec::with_capacity(announced.unwrap_or_default().min(1024 * 1024));
            each_chunk(body, patience, |chunk| {
                plain.extend_from_slice(chunk);
                Ok(())
            })
            .await?;
            Ok(plain.into())
        }
        Packing::Gzip => {
            let mut unpack = MultiGzDecoder::new(Limited {
                bytes: Vec::new(),
                limit,
                is_over: false,
            });
            each_chunk(body, patience, |chunk| {
                unpack.write_all(chunk).map_err(|error| unpack_failure(&unpack, &error))
            })
            .await?;
            unpack.try_finish().map_err(|error| unpack_failure(&unpack, &error))?;
            Ok(std::mem::take(&mut unpack.get_mut().bytes).into())
        }
    }
}

async fn each_chunk(
    mut body: Body,
    patience: Patience,
    mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut received = 0_usize;
    loop {
        let frame = tokio::time::timeout(patience.pause, body.frame()).await.map_err(|_| {
            let hint = "Nothing of it was applied; send it again.";
            Failure::new(
                StatusCode::REQUEST_TIMEOUT,
                "invalid_request",
                format!("The body stopped for {} seconds.", patience.pause.as_secs()),
                hint,
            )
        })?;
        let Some(frame) = frame else { return Ok(()) };
        let frame = frame.map_err(|error| {
            let mut failure = Failure::invalid("The body ended before it was complete.", "Send it again.");
            failure.cause = Some(error.to_string());
            failure
        })?;
        if let Some(chunk) = frame.data_ref() {
            received = received.saturating_add(chunk.len());
            if received > patience.bytes {
                return Err(Failure::too_large(patience.bytes));
            }
            take(chunk)?;
        }
    }
}

fn packing(headers: &HeaderMap) -> Result<Packing, Failure> {
    let mut packing = Packing::Plain;
    for value in headers.get_all(CONTENT_ENCODING) {
        let name = value.to_str().unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            "" | "identity" => {}
            "gzip" | "x-gzip" if packing == Packing::Plain => packing = Packing::Gzip,
            _ => {
                let description = format!("The Content-Encoding {name:?} is not known here.");
                return Err(Failure::unsupported(
                    description,
                    "Send the body plain, or packed once with gzip.",
                ));
            }
        }
    }
    Ok(packing)
}

fn unpack_failure(unpack: &MultiGzDecoder<Limited>, error: &std::io::Error) -> Failure {
    if unpack.get_ref().is_over {
        return Failure::too_large(unpack.get_ref().limit);
    }
    let mut failure = Failure::invalid(
        "The body is not whole gzip, though Content-Encoding says gzip.",
        "Pack it again and resend.",
    );
    failure.cause = Some(error.to_string());
    failure
}

/// Takes what is unpacked until there is too much of it.
struct Limited {
    bytes: Vec<u8>,
    limit: usize,
    is_over: bool,
}

impl Write for Limited {
    fn write(&mut self, chunk: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + chunk.len() > self.limit {
            self.is_over = true;
            return Err(std::io::Error::other("over the limit"));
        }
        self.bytes.extend_from_slice(chunk);
        Ok(chunk.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The media type in lower case and the `charset`, if there is one.
pub(crate) fn content_type(headers: &HeaderMap) -> Option<(String, Option<String>)> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let mut parts = value.split(';');
    let media = parts.next()?.trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches('"').to_owned())
    });
    Some((media, charset))
}

/// What the sender of a document is held to.
pub(crate) fn of_document(app: &App) -> Patience {
    Patience {
        bytes: DOCUMENT_LIMIT,
        pause: app.config.body_idle_timeout,
    }
}

/// A JSON document as people write it: with comments and commas behind the last entry, too.
///
/// # Errors
/// 400 for what is none.
pub(crate) fn loose_json(bytes: &[u8]) -> Result<serde_json::Value, Failure> {
    let strictly = serde_json::from_slice(bytes);
    let Err(error) = strictly else {
        return strictly.map_err(|error| no_document(&error.to_string()));
    };
    let options = jsonc_parser::ParseOptions {
        allow_comments: true,
        allow_trailing_commas: true,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.trim().is_empty());
    let loosely = text.and_then(|text| jsonc_parser::parse_to_serde_value(text, &options).ok());
    loosely.ok_or_else(|| no_document(&error.to_string()))
}

fn no_document(fault: &str) -> Failure {
    Failure::invalid(
        format!("The document can't be read: {fault}."),
        "See the API's documentation for its keys.",
    )
}

/// A JSON document sent by the page or a script.
#[derive(Debug)]
pub(crate) struct Document<T>(pub(crate) T);

/// A document that may be left out.
impl<T: DeserializeOwned> OptionalFromRequest<Arc<App>> for Document<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Option<Self>, Failure> {
        if !request.headers().contains_key(CONTENT_TYPE) && request.body().is_end_stream() {
            return Ok(None);
        }
        <Self as FromRequest<Arc<App>>>::from_request(request, app)
            .await
            .map(Some)
    }
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Document<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        // A plain form of another site can't send this type.
        if content_type(&parts.headers).is_none_or(|(media, _)| media != "application/json") {
            return Err(Failure::unsupported(
                "This takes a JSON document.",
                "Send Content-Type: application/json.",
            ));
        }
        let bytes = read(&parts.headers, body, of_document(app)).await?;
        let document = serde_json::from_slice(&bytes);
        document.map(Self).map_err(|error| no_document(&error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut pack = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        pack.write_all(text).expect("memory");
        pack.finish().expect("memory")
    }

    async fn read_gzip(bytes: Vec<u8>) -> Result<Bytes, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, "gzip".parse().expect("a header"));
        let patience = Patience {
            bytes: 1000,
            pause: Duration::from_secs(1),
        };
        read(&headers, Body::from(bytes), patience).await
    }

    #[tokio::test]
    async fn gzip_is_limited_and_must_be_whole() {
        assert_eq!(read_gzip(gzip(b"email")).await.expect("whole").as_ref(), b"email");
        let bomb = read_gzip(gzip(&vec![b'a'; 100_000])).await.expect_err("too large");
        assert_eq!(bomb.status, StatusCode::PAYLOAD_TOO_LARGE);
        let mut cut = gzip(b"email");
        cut.truncate(cut.len() - 4);
        assert_eq!(read_gzip(cut).await.expect_err("cut").status, StatusCode::BAD_REQUEST);
    }
}
