//! The records of an upload as they were received, each with what it came to: the kept body, read again.

use std::collections::{BTreeSet, HashMap};

use passmuster_core::plan::ChangeKind;
use passmuster_core::problem::Problem;
use passmuster_core::wire::integration::{Outcome, RecordList, RecordOutcome, UploadRecord};

use crate::App;
use crate::admin::By;
use crate::error::Failure;
use crate::held::{find, submission_of};
use crate::store::workspaces::Workspace;
use crate::store::{audit, uploads};

/// Which records are wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// The record behind which they begin; 0: with the first.
    pub(crate) after: u64,
    /// How many at most.
    pub(crate) limit: usize,
    /// Only those that the report holds a problem of.
    pub(crate) only_problems: bool,
}

/// A page of the records of an upload.
pub(crate) async fn list(
    app: &App,
    workspace: &Workspace,
    id: &str,
    by: By<'_>,
    wanted: Page,
) -> Result<RecordList, Failure> {
    let mut tx = app.db.read().await?;
    let upload = find(&mut tx, &workspace.id, id).await?;
    let submission = submission_of(&mut tx, workspace, &upload, by).await?;
    let prepared = submission.read(app).await;
    let Page { after, limit, .. } = wanted;
    let mut page = if wanted.only_problems {
        let rows = upload.report.problems.iter().filter_map(|problem| problem.row);
        let rows: BTreeSet<u64> = rows.filter(|row| *row > after).collect();
        let record = |row: u64| prepared.page(row - 1, 1).pop().filter(|record| record.row == row);
        rows.into_iter().filter_map(record).take(limit + 1).collect()
    } else {
        prepared.page(after, limit + 1)
    };
    let has_more = page.len() > limit;
    page.truncate(limit);
    let rows = match (page.first(), page.last()) {
        (Some(first), Some(last)) => (first.row, last.row),
        _ => (0, 0),
    };
    let trail = uploads::trail(&mut tx, &workspace.id, id).await?;
    let kinds: HashMap<u64, ChangeKind> = match trail.and_then(|trail| trail.audit) {
        Some(range) => audit::kinds_by_row(&mut tx, &workspace.id, id, &range, rows).await?,
        None => HashMap::new(),
    };
    let outcome = |row: u64| match upload.upload.outcome {
        Outcome::Rejected => RecordOutcome::Rejected,
        Outcome::Held => RecordOutcome::Held,
        Outcome::Applied | Outcome::Undone => match kinds.get(&row) {
            Some(ChangeKind::Created) => RecordOutcome::Created,
            Some(ChangeKind::Updated | ChangeKind::Removed) => RecordOutcome::Updated,
            Some(ChangeKind::Deactivated) => RecordOutcome::Deactivated,
            Some(ChangeKind::Reactivated) => RecordOutcome::Reactivated,
            None => RecordOutcome::Unchanged,
        },
    };
    let problems = |row: u64| -> Vec<Problem> {
        let all = upload.report.problems.iter();
        all.filter(|problem| problem.row == Some(row)).cloned().collect()
    };
    let next_cursor = page.last().filter(|_| has_more).map(|last| last.row.to_string());
    Ok(RecordList {
        columns: prepared.file().columns.clone(),
        records: page
            .into_iter()
            .map(|record| UploadRecord {
                outcome: outcome(record.row),
                problems: problems(record.row),
                row: record.row,
                line: record.line,
                cells: record.cells,
                email: record.email,
            })
            .collect(),
        next_cursor,
    })
}
