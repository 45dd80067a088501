//! The audit, to read.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::Response;
use passmuster_core::audit_export::{write_entries, write_header};
use passmuster_core::wire::audit::{AuditCount, AuditEntry, AuditList};
use schemars::JsonSchema;
use serde::Deserialize;

use super::AUDIT;
use super::page_size;
use crate::App;
use crate::auth::Caller;
use crate::clock::micros_of;
use crate::download;
use crate::error::Failure;
use crate::openapi::{Tag, operation};
use crate::route::{Route, get};
use crate::store::audit::{self, Asked};

const TAG: Tag = Tag::new("Audit", "Who changed what, when and through what.");

pub(crate) fn routes() -> Vec<Route> {
    vec![
        get("/api/admin/audit", AUDIT, list).tells(
            operation(TAG, "Audit_List", "Lists who changed what")
                .query::<Wanted>()
                .answers::<AuditList>(200, "One page, newest first."),
        ),
        get("/api/admin/audit/count", AUDIT, count).tells(
            operation(TAG, "Audit_Count", "Counts entries")
                .query::<Wanted>()
                .answers::<AuditCount>(200, "How many entries the words find; counting ends at 10,000."),
        ),
        get("/api/admin/audit/export", AUDIT, export).tells(
            operation(TAG, "Audit_Export", "Exports entries as a file")
                .query::<Wanted>()
                .answers_text(200, "All entries that the words find, newest first.", "text/csv")
                .answers::<Vec<AuditEntry>>(200, "With `format=json`."),
        ),
    ]
}

/// `?limit=&cursor=&actor=&action=&target=&user_id=&upload_id=&since=&until=`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Entries of a page: 50 unless told otherwise, at most 1,000.
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// By whom.
    actor: Option<String>,
    /// What was done, such as `user_updated`.
    action: Option<String>,
    /// To whom or what.
    target: Option<String>,
    /// To the user of this id.
    user_id: Option<String>,
    /// By this upload.
    upload_id: Option<String>,
    /// From this day or time on, such as `2026-11-21` or `2026-11-21T08:30:00Z`.
    since: Option<String>,
    /// Up to this day or time.
    until: Option<String>,
    /// Of a file: `csv`, which is the default, or `json`.
    format: Option<String>,
}

impl Wanted {
    fn times(&self) -> Result<(Option<i64>, Option<i64>), Failure> {
        let since = time_of("since", self.since.as_deref())?;
        Ok((since, time_of("until", self.until.as_deref())?))
    }

    fn asked(&self, (since, until): (Option<i64>, Option<i64>)) -> Asked<'_> {
        Asked {
            actor: said(self.actor.as_deref()),
            action: said(self.action.as_deref()),
            target: said(self.target.as_deref()),
            user_id: said(self.user_id.as_deref()),
            upload_id: said(self.upload_id.as_deref()),
            since,
            until,
            ..Asked::default()
        }
    }
}

/// `GET /api/admin/audit/`: newest first.
pub(crate) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<AuditList>, Failure> {
    let asked = Asked {
        cursor: said(wanted.cursor.as_deref()),
        limit: page_size(wanted.limit),
        ..wanted.asked(wanted.times()?)
    };
    let mut tx = app.db.read().await?;
    let (entries, next_cursor) = audit::list(&mut tx, &caller.workspace.id, &asked).await?;
    Ok(Json(AuditList { entries, next_cursor }))
}

/// Entries that are counted; a million would be read one by one.
const COUNTED: usize = 10_000;

/// `GET /api/admin/audit/count/` with the words of a list.
pub(crate) async fn count(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<AuditCount>, Failure> {
    let asked = wanted.asked(wanted.times()?);
    let mut tx = app.db.read().await?;
    let found = audit::count(&mut tx, &caller.workspace.id, &asked, COUNTED).await?;
    Ok(Json(AuditCount {
        entries: found.min(COUNTED) as u64,
        is_capped: found > COUNTED,
    }))
}

/// Entries of one piece of a file.
const PIECE: u32 = 1000;

/// `GET /api/admin/audit/export/?format=csv|json` with the words of a list: all entries, newest first.
pub(crate) async fn export(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let is_json = match said(wanted.format.as_deref()) {
        None | Some("csv") => false,
        Some("json") => true,
        Some(other) => {
            return Err(Failure::invalid(
                format!("format={other:?} is not known."),
                "Use csv or json.",
            ));
        }
    };
    let (since, until) = wanted.times()?;
    let mut tx = app.db.read().await?;
    let (kind, name) = if is_json {
        ("application/json", "audit.json")
    } else {
        ("text/csv; charset=utf-8", "audit.csv")
    };
    Ok(download::answer(kind, name, move |pieces| async move {
        let mut cursor = None::<String>;
        let mut begun = false;
        loop {
            let asked = Asked {
                cursor: cursor.as_deref(),
                limit: PIECE,
                ..wanted.asked((since, until))
            };
            let (entries, next) = audit::list(&mut tx, &caller.workspace.id, &asked).await?;
            pieces.send(piece(&entries, is_json, !begun, next.is_none())?).await?;
            begun = true;
            match next {
                Some(next) => cursor = Some(next),
                None => return Ok(()),
            }
        }
    }))
}

/// Some entries as a part of the file, the first and the last with what the file begins and ends with.
fn piece(entries: &[AuditEntry], is_json: bool, is_first: bool, is_last: bool) -> Result<Vec<u8>, Failure> {
    let mut piece = Vec::new();
    let written = if is_json {
        if is_first {
            piece.push(b'[');
        }
        let mut write = |(at, entry): (usize, &AuditEntry)| {
            let begin: &[u8] = if is_first && at == 0 { b"\n" } else { b",\n" };
            piece.extend_from_slice(begin);
            serde_json::to_writer(&mut piece, entry)
        };
        let written = entries.iter().enumerate().try_for_each(&mut write);
        if is_last {
            piece.extend_from_slice(b"\n]\n");
        }
        written.map_err(|error| error.to_string())
    } else {
        let header = if is_first { write_header(&mut piece) } else { Ok(()) };
        header
            .and_then(|()| write_entries(entries, &mut piece))
            .map_err(|error| error.to_string())
    };
    written.map_err(Failure::internal)?;
    Ok(piece)
}

/// A blank field of a form asks for nothing.
fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

fn time_of(name: &str, text: Option<&str>) -> Result<Option<i64>, Failure> {
    let Some(text) = said(text) else { return Ok(None) };
    let micros = micros_of(text).ok_or_else(|| {
        Failure::invalid(
            format!("{name}={text:?} is neither a day nor a time."),
            "Write it as 2026-11-21 or 2026-11-21T08:30:00Z.",
        )
    })?;
    Ok(Some(micros))
}
