//! What was wrong with an upload, each with the way to its row, and the rows that have errors as a file.

use leptos::prelude::*;
use passmuster_core::{
    problem::{Problem, Severity},
    wire::integration::UploadDetail,
};

use super::row_address;
use crate::{
    components::{badge::Tone, banner::Banner, button::Button, problems::Problems},
    page::Page,
    pages::flow::download::save_text,
    text,
};

/// The tab.
#[component]
pub(super) fn UploadProblems(
    /// The upload.
    detail: UploadDetail,
) -> impl IntoView {
    if detail.report.summary.is_empty() {
        return view! { <Banner tone=Tone::Good title="No problem was found" /> }.into_any();
    }
    let here = Page::Upload(detail.upload.integration_id.clone(), detail.upload.id.clone()).path();
    let row_address = Callback::new(move |row: u64| row_address(&here, row));
    let name = format!("rejects-{}.csv", detail.upload.id);
    let rejects = rejects(&detail);
    let is_some = detail.report.error_count > 0;
    let (told, all) = (errors(&detail).count() as u64, detail.report.error_count);
    let about = if told < all {
        format!(
            "The first {} of {} errors with their rows, as CSV.",
            text::number(told),
            text::number(all)
        )
    } else {
        format!("{} with the rows, as CSV.", text::count(all, "error", "errors"))
    };
    view! {
        <section class="stack">
            {is_some
                .then(|| {
                    view! {
                        <div class="actions">
                            <Button on_press=Callback::new(move |()| save_text(&name, "text/csv", &rejects)) test="rejects">
                                "Download rejects"
                            </Button>
                            <span class="hint">{about}</span>
                        </div>
                    }
                })}
            <Problems report=detail.report row_address=row_address />
        </section>
    }
    .into_any()
}

/// The errors that the report holds in full.
fn errors(detail: &UploadDetail) -> impl Iterator<Item = &Problem> {
    let problems = detail.report.problems.iter();
    problems.filter(|problem| problem.severity == Severity::Error)
}

/// The errors as CSV; a spreadsheet runs none of its cells.
fn rejects(detail: &UploadDetail) -> String {
    let mut lines = vec!["row,line,column,rule,value,problem,what to do".to_owned()];
    for problem in errors(detail) {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let column = problem.column.as_ref().map(ToString::to_string).unwrap_or_default();
        let cells = [
            number(problem.row),
            number(problem.line),
            quoted(&column),
            problem.rule.to_string(),
            quoted(problem.value.as_deref().unwrap_or_default()),
            quoted(&problem.message),
            quoted(&problem.hint),
        ];
        lines.push(cells.join(","));
    }
    let mut text = lines.join("\r\n");
    text.push_str("\r\n");
    text
}

fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        "'"
    } else {
        ""
    };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}
