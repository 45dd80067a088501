//! `/app/OData/`: the directory as an OData V4 feed that Power BI, Excel and other clients of OData read.
//!
//! Only reads. What there is to read is told by the table in `model`; the rest of the folder goes from a request to its
//! answer: `path` and `options` read it, `reading` and `paging` find the rows, `answer` writes them.
// http://docs.oasis-open.org/odata/odata/v4.0/odata-v4.0-part1-protocol.html

mod answer;
mod errors;
mod metadata;
mod model;
mod options;
mod paging;
mod path;
mod reading;
mod routes;
mod rows;
mod url;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{ALLOW, HOST, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use passmuster_core::permission::Permission;

use answer::{Format, Level, Writer, raw, response};
use errors::Refusal;
pub(crate) use errors::shape;
use model::{SETS, Set};
use options::{Needs, Of, Options, of_document};
use paging::Rows;
use path::Segment;
use reading::Reader;
pub(crate) use routes::routes;
use rows::Row;

use crate::App;
use crate::auth;
use crate::client::{Peer, is_trusted};
use crate::error::Failure;
use crate::store::workspaces::Workspace;

/// Where the feed is.
pub(crate) const PATH: &str = "/app/OData";
const VERSION: HeaderName = HeaderName::from_static("odata-version");
const VERSION_SPOKEN: &str = "4.0";
const MAX_VERSION: HeaderName = HeaderName::from_static("odata-maxversion");
/// Rows on a page, unless the client prefers another number.
const PAGE: u64 = 1000;
/// The most rows on a page.
const LARGEST_PAGE: u64 = 5000;

/// Answers and refuses with the headers that OData's clients look for.
async fn show(State(app): State<Arc<App>>, request: Request) -> Result<Response, Failure> {
    let (parts, _) = request.into_parts();
    let shown = show_parts(&app, &parts).await;
    let mut response = shown.map_err(|failure| failure.with_header(VERSION, VERSION_SPOKEN))?;
    let headers = response.headers_mut();
    headers.insert(VERSION, HeaderValue::from_static(VERSION_SPOKEN));
    headers.insert(
        VARY,
        HeaderValue::from_static("Accept, Authorization, Prefer, X-ApiKey"),
    );
    Ok(response)
}

async fn show_parts(app: &Arc<App>, parts: &Parts) -> Result<Response, Failure> {
    let caller = auth::key_holder(app, &parts.headers, "odata", &[Permission::UsersEdit]).await?;
    if parts.method != Method::GET && parts.method != Method::HEAD {
        let failure = Failure::of_status(StatusCode::METHOD_NOT_ALLOWED, "The feed can only be read.");
        return Err(failure.with_hint("Send GET or HEAD.").with_header(ALLOW, "GET, HEAD"));
    }
    look_at_version(&parts.headers)?;
    let rest = parts.uri.path().strip_prefix(PATH).unwrap_or_default();
    let segments = path::segments(rest)?;
    let base = base(app, parts);
    let Some((first, others)) = segments.split_first() else {
        let options = of_document(query(parts))?;
        let format = Format::of(options.format.as_deref(), &parts.headers)?;
        let document = metadata::service(&base, format.level != Level::None);
        return Ok(response(document.to_string(), format.media()));
    };
    if first.name == "$metadata" && others.is_empty() {
        return show_metadata(parts);
    }
    let Some(set) = model::set(&first.name) else {
        return Err(no_set(&first.name).into());
    };
    Visit {
        app,
        workspace: &caller.workspace,
        parts,
        base,
    }
    .go(set, first, others)
    .await
}

fn no_set(name: &str) -> Refusal {
    if name.starts_with('$') {
        let hint = "Ask for one entity set at a time.";
        return Refusal::unsupported(format!("{name:?} is not done here."), hint);
    }
    let like = SETS
        .iter()
        .find(|set| set.name.eq_ignore_ascii_case(name.trim_end_matches('s')));
    let hint = like
        .map(|set| format!(" Its name is {}.", set.name))
        .unwrap_or_default();
    Refusal::missing(format!("There is no entity set {name:?}.{hint}"))
}

/// # Errors
/// 400 for a client that understands nothing as new as this.
fn look_at_version(headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(version) = headers.get(MAX_VERSION).and_then(|version| version.to_str().ok()) else {
        return Ok(());
    };
    match version.trim().trim_end_matches(';').parse::<f32>() {
        Ok(version) if version >= 4.0 => Ok(()),
        _ => {
            let message = format!("OData-MaxVersion is {version:?}; the feed speaks OData 4.0.");
            Err(Refusal::bad(message, "Use a client for OData V4."))
        }
    }
}

fn show_metadata(parts: &Parts) -> Result<Response, Failure> {
    let options = of_document(query(parts))?;
    let format = options.format.as_deref();
    let is_xml = |format: &str| matches!(format, "xml" | "application/xml");
    if let Some(format) = format.filter(|format| !is_xml(format)) {
        return Err(
            Refusal::not_acceptable(format!("$metadata is not written as {format:?}."))
                .of("$format")
                .into(),
        );
    }
    // Clients that say they take only JSON ask for it all the same, and read XML.
    Ok(response(metadata::csdl(), "application/xml;charset=utf-8"))
}

fn query(parts: &Parts) -> &str {
    parts.uri.query().unwrap_or_default()
}

/// The feed's address as the client sees it, with a `/` at its end.
fn base(app: &App, parts: &Parts) -> String {
    let host = parts
        .headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("127.0.0.1");
    let set = app.config.public_url.as_deref();
    if let (Some(url), None) = (set, &app.config.base_domain) {
        return format!("{}{PATH}/", url.trim_end_matches('/'));
    }
    let peer: Option<Peer> = parts.extensions.get().copied();
    let forwarded = is_trusted(peer, &app.config.trusted_proxies)
        .then(|| parts.headers.get("x-forwarded-proto")?.to_str().ok())
        .flatten()
        .filter(|scheme| matches!(*scheme, "http" | "https"));
    let scheme = forwarded.or_else(|| set?.split_once("://").map(|(scheme, _)| scheme));
    format!("{}://{host}{PATH}/", scheme.unwrap_or("http"))
}

/// What a path leads to.
enum Found {
    Rows(Rows, &'static Set),
    /// `None`: a navigation property that leads to nothing.
    Row(Option<Box<Row>>, &'static Set),
    Property(Box<Row>, usize),
}

/// A request for rows.
struct Visit<'v> {
    app: &'v App,
    workspace: &'v Workspace,
    parts: &'v Parts,
    base: String,
}

impl Visit<'_> {
    async fn go(&self, set: &'static Set, first: &Segment, others: &[Segment]) -> Result<Response, Failure> {
        let mut reader = Reader::new(self.app, self.workspace).await?;
        let mut found = match first.key(set)? {
            None => Found::Rows(Rows::Set, set),
            Some(key) => {
                let row = reader.find(set, &key).await?;
                let row = row.ok_or_else(|| Refusal::missing(format!("There is no such {}.", set.name)))?;
                Found::Row(Some(Box::new(row)), set)
            }
        };
        let mut rest = others.iter().peekable();
        while let Some(segment) = rest.next() {
            let is_last = rest.peek().is_none();
            found = match (found, segment.name.as_str()) {
                (Found::Rows(rows, set), "$count") if is_last && !segment.has_key() => {
                    let options = Options::of_query(query(self.parts), set, Of::Count)?;
                    let count = paging::count(&mut reader, rows, &options).await?;
                    return Ok(response(count.to_string(), "text/plain;charset=utf-8"));
                }
                (Found::Property(row, place), "$count") if is_last => return count_of(&row, place),
                (Found::Property(row, place), "$value") if is_last => {
                    of_document(query(self.parts))?;
                    return value_of(&row, place);
                }
                (Found::Row(Some(row), set), _) => lead_on(&mut reader, *row, set, segment).await?,
                (_, name) => return Err(nothing_there(name).into()),
            };
        }
        match found {
            Found::Rows(rows, set) => self.collection(&mut reader, rows, set).await,
            Found::Row(Some(row), set) => {
                let options = Options::of_query(query(self.parts), set, Of::Entity)?;
                let mut writer = self.writer(&options)?;
                let mut row = *row;
                reader.attach(vec![&mut row], &options.needs_to_show()).await?;
                writer.entity(&row, &options);
                Ok(writer.finish()?)
            }
            Found::Row(None, set) => {
                Options::of_query(query(self.parts), set, Of::Entity)?;
                Ok(nothing())
            }
            Found::Property(row, place) => {
                let options = of_document(query(self.parts))?;
                let mut writer = self.writer(&options)?;
                let value = &row.values[place];
                if matches!(value, passmuster_core::filter::Value::Null) {
                    return Ok(nothing());
                }
                writer.property(&row, &row.set.properties[place], value);
                Ok(writer.finish()?)
            }
        }
    }

    fn writer(&self, options: &Options) -> Result<Writer<'_>, Refusal> {
        let format = Format::of(options.format.as_deref(), &self.parts.headers)?;
        Ok(Writer::new(&self.base, format))
    }

    async fn collection(&self, reader: &mut Reader<'_>, rows: Rows, set: &'static Set) -> Result<Response, Failure> {
        let options = Options::of_query(query(self.parts), set, Of::Collection)?;
        let mut writer = self.writer(&options)?;
        let preferred = preferred_page(&self.parts.headers);
        let size = preferred.unwrap_or(PAGE);
        let mut page = paging::page(reader, rows, &options, size).await?;
        reader
            .attach(page.rows.iter_mut().collect(), &options.needs_to_show())
            .await?;
        let next = page.next.as_ref().map(|mark| self.next_link(&mark.text()));
        let app = reader.app;
        app.turns
            .compute(|| writer.collection(&page.rows, &options, (page.count, next.as_deref())))
            .await;
        let mut response = writer.finish()?;
        if let Some(size) = preferred
            && let Ok(applied) = HeaderValue::from_str(&format!("odata.maxpagesize={size}"))
        {
            response.headers_mut().insert("preference-applied", applied);
        }
        Ok(response)
    }

    /// The same request from a mark on.
    fn next_link(&self, mark: &str) -> String {
        let resource = self
            .parts
            .uri
            .path()
            .strip_prefix(PATH)
            .unwrap_or_default()
            .trim_matches('/');
        let is_kept = |option: &&str| {
            let name = option.split('=').next().unwrap_or_default();
            !matches!(url::decode(name).as_deref(), Ok("$skiptoken" | "$skip"))
        };
        let mut options: Vec<&str> = query(self.parts)
            .split('&')
            .filter(|option| !option.is_empty())
            .collect();
        options.retain(is_kept);
        let mark = format!("$skiptoken={}", url::encode(mark));
        options.push(&mark);
        format!("{}{resource}?{}", self.base, options.join("&"))
    }
}

/// From a row on to what a segment names.
async fn lead_on(
    reader: &mut Reader<'_>,
    mut row: Row,
    set: &'static Set,
    segment: &Segment,
) -> Result<Found, Failure> {
    if let Some(place) = set.place(&segment.name).filter(|_| !segment.has_key()) {
        return Ok(Found::Property(Box::new(row), place));
    }
    let Some(navigation) = set.navigation(&segment.name) else {
        return Err(nothing_there(&segment.name).into());
    };
    let mut needs = Needs::default();
    needs.0.insert(navigation.name, Needs::default());
    reader.attach(vec![&mut row], &needs).await?;
    let related = row.related.remove(navigation.name).unwrap_or_default();
    let target = navigation.target();
    match segment.key(target)? {
        Some(key) if navigation.is_many => {
            let row = related.into_iter().find(|row| key.is_of(row));
            let row = row.ok_or_else(|| Refusal::missing(format!("There is no such {} here.", target.name)))?;
            Ok(Found::Row(Some(Box::new(row)), target))
        }
        Some(_) => Err(Refusal::bad(
            format!("{:?} leads to one row and takes no key.", segment.name),
            "Leave it out.",
        )
        .into()),
        None if navigation.is_many => Ok(Found::Rows(Rows::Given(related), target)),
        None => Ok(Found::Row(related.into_iter().next().map(Box::new), target)),
    }
}

fn nothing_there(name: &str) -> Refusal {
    if matches!(name, "$ref" | "$each" | "$filter" | "$query") {
        return Refusal::unsupported(format!("{name:?} is not done here."), "Ask for the rows themselves.");
    }
    Refusal::missing(format!("Nothing is called {name:?} there."))
}

fn count_of(row: &Row, place: usize) -> Result<Response, Failure> {
    match &row.values[place] {
        passmuster_core::filter::Value::List(values) => {
            Ok(response(values.len().to_string(), "text/plain;charset=utf-8"))
        }
        _ => Err(nothing_there("$count").into()),
    }
}

fn value_of(row: &Row, place: usize) -> Result<Response, Failure> {
    use passmuster_core::filter::Value;
    match &row.values[place] {
        Value::Null => Ok(nothing()),
        Value::List(_) => Err(Refusal::bad("A list has no $value.", "Ask for it without $value.").into()),
        value => Ok(response(
            raw(value, row.set.properties[place].edm),
            "text/plain;charset=utf-8",
        )),
    }
}

/// 204.
fn nothing() -> Response {
    let mut response = Response::new(axum::body::Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// Rows on a page as the client prefers, within bounds.
fn preferred_page(headers: &HeaderMap) -> Option<u64> {
    let preferences = headers.get_all("prefer").iter();
    let mut preferences = preferences.flat_map(|value| value.to_str().unwrap_or_default().split([',', ';']));
    preferences.find_map(|preference| {
        let (name, value) = preference.split_once('=')?;
        let is_it = matches!(
            name.trim().to_ascii_lowercase().as_str(),
            "odata.maxpagesize" | "maxpagesize"
        );
        let size: u64 = value.trim().trim_matches('"').parse().ok()?;
        (is_it && size > 0).then(|| size.min(LARGEST_PAGE))
    })
}
