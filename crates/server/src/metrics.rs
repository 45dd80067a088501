//! `GET /metrics`: what the process has done so far, in the text format of OpenMetrics, which Prometheus reads.
//!
//! Labels have few values, all of them ours: a path that is no route of ours is `other`, and nothing that people send
//! is ever a label. Counted for this process, from its start.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, AtomicU64};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use passmuster_core::problem::Report;
use passmuster_core::wire::integration::Outcome;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::error::Failure;
use crate::store::StoreError;

/// Upper bounds of times, in seconds.
const SECONDS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SeverityLabels {
    severity: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct KindLabels {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ReasonLabels {
    reason: &'static str,
}

type Timings = Family<RouteLabels, Histogram, fn() -> Histogram>;
type Level = Gauge<i64, AtomicI64>;

struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_seconds: Timings,
    connections: Level,
    uploads: Family<OutcomeLabels, Counter>,
    records: Counter,
    problems: Family<SeverityLabels, Counter>,
    body_bytes: Counter,
    plans: Counter,
    repeated: Counter,
    standing: Counter,
    turn_seconds: Histogram,
    turned_away: Family<ReasonLabels, Counter>,
    bodies_held: Level,
    bodies_kept: Level,
    database_errors: Family<KindLabels, Counter>,
    notices_waiting: Level,
    mails: Family<OutcomeLabels, Counter>,
    memory: Level,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

fn timings() -> Histogram {
    Histogram::new(SECONDS)
}

impl Metrics {
    fn new() -> Self {
        let metrics = Self {
            registry: Registry::default(),
            requests: Family::default(),
            request_seconds: Timings::new_with_constructor(timings),
            connections: Level::default(),
            uploads: Family::default(),
            records: Counter::default(),
            problems: Family::default(),
            body_bytes: Counter::default(),
            plans: Counter::default(),
            repeated: Counter::default(),
            standing: Counter::default(),
            turn_seconds: timings(),
            turned_away: Family::default(),
            bodies_held: Level::default(),
            bodies_kept: Level::default(),
            database_errors: Family::default(),
            notices_waiting: Level::default(),
            mails: Family::default(),
            memory: Level::default(),
        };
        let mut registry = Registry::default();
        let own = registry.sub_registry_with_prefix("passmuster");
        own.register(
            "build",
            "The program",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
        own.register("requests", "Requests answered", metrics.requests.clone());
        let seconds = || Unit::Seconds;
        let timed = metrics.request_seconds.clone();
        own.register_with_unit("request", "From a request's headers to its answer", seconds(), timed);
        own.register("connections", "Connections that are open", metrics.connections.clone());
        own.register("uploads", "Uploads recorded", metrics.uploads.clone());
        own.register("records", "Records in recorded uploads", metrics.records.clone());
        own.register(
            "problems",
            "Problems found in recorded uploads",
            metrics.problems.clone(),
        );
        own.register(
            "uploaded_bytes",
            "Bytes of recorded uploads",
            metrics.body_bytes.clone(),
        );
        own.register(
            "plans",
            "Plans and checks answered without applying",
            metrics.plans.clone(),
        );
        own.register(
            "repeated_uploads",
            "Uploads of the very bytes that were applied last, answered without reading them",
            metrics.repeated.clone(),
        );
        own.register(
            "standing_records",
            "Records of applied uploads that say what they said the last time",
            metrics.standing.clone(),
        );
        let waited = metrics.turn_seconds.clone();
        own.register_with_unit("turn", "An upload's wait for those before it", seconds(), waited);
        let turned_away = metrics.turned_away.clone();
        own.register(
            "turned_away",
            "Requests refused with 429 or 503 to come back later",
            turned_away,
        );
        let held = metrics.bodies_held.clone();
        own.register(
            "bodies_in_memory_bytes",
            "Room that bodies being answered take up",
            held,
        );
        own.register(
            "bodies_kept_bytes",
            "Bodies in the database",
            metrics.bodies_kept.clone(),
        );
        let errors = metrics.database_errors.clone();
        own.register("database_errors", "What the database did not do", errors);
        own.register(
            "notices_waiting",
            "Notices not mailed yet",
            metrics.notices_waiting.clone(),
        );
        own.register("mails", "Mails to admins", metrics.mails.clone());
        let process = registry.sub_registry_with_prefix("process");
        let started = Gauge::<f64, AtomicU64>::default();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        started.set(since.as_secs_f64());
        process.register("start_time_seconds", "When the process started, since 1970", started);
        process.register("resident_memory_bytes", "Memory in use", metrics.memory.clone());
        Self { registry, ..metrics }
    }
}

/// `GET /metrics`
pub(crate) async fn show() -> Result<Response, Failure> {
    if let Some(bytes) = resident_memory() {
        METRICS.memory.set(bytes);
    }
    let mut text = String::new();
    encode(&mut text, &METRICS.registry).map_err(|error| Failure::internal(error.to_string()))?;
    let mut response = text.into_response();
    let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    Ok(response)
}

/// Linux tells it in pages.
fn resident_memory() -> Option<i64> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: i64 = pages.split(' ').nth(1)?.parse().ok()?;
    Some(pages * i64::try_from(rustix::param::page_size()).ok()?)
}

/// The very bytes that were applied last came again.
pub(crate) fn repeated() {
    METRICS.repeated.inc();
}

/// So many records of an upload that was applied said what they said the last time.
pub(crate) fn stood(records: usize) {
    METRICS.standing.inc_by(records as u64);
}

/// A request was answered; `route` is the pattern that it matched.
pub(crate) fn answered(method: &Method, route: Option<&str>, status: StatusCode, time: Duration) {
    let route = route.unwrap_or("other").trim_end_matches('/').to_owned();
    let method = match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        _ => "other",
    };
    let timed = RouteLabels { route: route.clone() };
    METRICS
        .request_seconds
        .get_or_create(&timed)
        .observe(time.as_secs_f64());
    let labels = RequestLabels {
        method,
        route,
        status: u32::from(status.as_u16()),
    };
    METRICS.requests.get_or_create(&labels).inc();
}

/// An upload was recorded.
pub(crate) fn uploaded(outcome: Outcome, report: &Report, bytes: u64) {
    let outcome = match outcome {
        Outcome::Applied => "applied",
        Outcome::Rejected => "rejected",
        Outcome::Held => "held",
        Outcome::Undone => "undone",
    };
    METRICS.uploads.get_or_create(&OutcomeLabels { outcome }).inc();
    METRICS.records.inc_by(report.records);
    METRICS.body_bytes.inc_by(bytes);
    let counts = [
        ("error", report.error_count),
        ("warning", report.warning_count),
        ("info", report.info_count),
    ];
    for (severity, count) in counts {
        METRICS
            .problems
            .get_or_create(&SeverityLabels { severity })
            .inc_by(count);
    }
}

/// A plan or a report was made and nothing applied.
pub(crate) fn planned() {
    METRICS.plans.inc();
}

/// An upload had its turn, or gave up waiting for it.
pub(crate) fn waited(time: Duration) {
    METRICS.turn_seconds.observe(time.as_secs_f64());
}

/// Why a request is to come back later.
#[derive(Debug, Clone, Copy)]
pub(crate) enum TurnedAway {
    Rate,
    UnknownCredential,
    SignIn,
    Room,
    Queue,
}

/// A request was refused that may come back.
pub(crate) fn turned_away(reason: TurnedAway) {
    let reason = match reason {
        TurnedAway::Rate => "rate",
        TurnedAway::UnknownCredential => "unknown_credential",
        TurnedAway::SignIn => "sign_in",
        TurnedAway::Room => "room",
        TurnedAway::Queue => "queue",
    };
    METRICS.turned_away.get_or_create(&ReasonLabels { reason }).inc();
}

/// Something that is counted as long as it is there.
#[derive(Debug)]
pub(crate) struct Present {
    level: &'static Level,
    amount: i64,
}

impl Present {
    fn new(level: &'static Level, amount: i64) -> Self {
        level.inc_by(amount);
        Self { level, amount }
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.level.dec_by(self.amount);
    }
}

/// A connection, as long as it is open.
pub(crate) fn connection() -> Present {
    Present::new(&METRICS.connections, 1)
}

/// A body in memory, as long as it is there.
pub(crate) fn body_in_memory(bytes: u64) -> Present {
    Present::new(&METRICS.bodies_held, i64::try_from(bytes).unwrap_or(i64::MAX))
}

/// The database did not do what a request asked.
pub(crate) fn database_error(error: &StoreError) {
    let kind = match error {
        StoreError::Busy(_) => "busy",
        StoreError::Again(_) => "again",
        StoreError::Full(_) => "full",
        StoreError::Unavailable(_) => "unavailable",
        StoreError::Unsure(_) => "unsure",
        StoreError::Damaged(_) => "damaged",
        StoreError::Taken(_) => "taken",
        StoreError::Refused(_) => "refused",
        StoreError::Unexpected(_) => "unexpected",
    };
    METRICS.database_errors.get_or_create(&KindLabels { kind }).inc();
}

/// How many notices wait to be mailed.
pub(crate) fn set_notices_waiting(count: u64) {
    METRICS.notices_waiting.set(i64::try_from(count).unwrap_or(i64::MAX));
}

/// How many bytes of bodies the database keeps.
pub(crate) fn set_bodies_kept(bytes: u64) {
    METRICS.bodies_kept.set(i64::try_from(bytes).unwrap_or(i64::MAX));
}

/// A mail was sent (`sent`), refused for good (`refused`) or is tried again (`failed`).
pub(crate) fn mailed(outcome: &'static str) {
    METRICS.mails.get_or_create(&OutcomeLabels { outcome }).inc();
}
