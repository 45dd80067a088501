//! Opens a file in the worker, and takes what the worker answers.

use js_sys::Uint8Array;
use leptos::prelude::*;
use passmuster_core::{
    preview::Preview,
    problem::Severity,
    wire::worker::{FromWorker, ToWorker},
};
use web_sys::File;

use super::{Chosen, Flow, Reading, Step};
use crate::{components::row_pages::PAGE, text, worker::Checker};

impl Flow {
    /// Starts the worker before a file is chosen, so that nothing is requested afterwards but, for the first workbook,
    /// the page's own Excel reader.
    pub(crate) fn make_ready(self) {
        if self.checker.with_value(Option::is_none) {
            self.checker
                .set_value(Checker::start(move |message, bytes| self.take(message, bytes)));
        }
    }

    /// Opens a file: the worker reads it; nothing is sent.
    pub(crate) fn open(self, file: File) {
        if self.is_busy() {
            self.checker.set_value(None);
        }
        self.encoding.set(None);
        self.sheet.set(None);
        self.chosen.set(Some(Chosen {
            name: file.name(),
            size: file.size() as u64,
        }));
        self.file.set_value(Some(file));
        self.read();
    }

    /// Reads the file again, in another encoding; `None`: the one found in it.
    pub(crate) fn set_encoding(self, label: Option<String>) {
        self.encoding.set(label);
        self.read();
    }

    /// Reads another sheet of the workbook.
    pub(crate) fn set_sheet(self, name: String) {
        self.sheet.set(Some(name));
        self.read();
    }

    /// Whether the worker has something to do, which only ending it can stop.
    pub(super) fn is_busy(self) -> bool {
        self.reading.with_untracked(Option::is_some) || self.checking.get_untracked()
    }

    pub(super) fn read(self) {
        self.forget_check();
        self.mending.forget();
        self.result.set(None);
        self.kept_columns.set(None);
        self.preview.set(None);
        if let Some(draft) = self.draft.get_untracked() {
            self.before.set_value(Some(draft));
        }
        self.draft.set(None);
        self.failed.set(None);
        self.step.set(Step::Upload);
        self.reading.set(Some(Reading::Bytes(
            0,
            self.chosen
                .with_untracked(|file| file.as_ref().map_or(0, |file| file.size)),
        )));
        let expected = self
            .saved
            .with_untracked(|saved| saved.as_ref().map(|mapping| mapping.file_format));
        let open = ToWorker::Open {
            expected: expected.filter(|_| !self.is_local()),
            encoding: self.encoding.get_untracked(),
            sheet: self.sheet.get_untracked(),
        };
        self.make_ready();
        let sent = self.checker.with_value(|checker| {
            let file = self.file.get_value();
            checker.as_ref().map(|checker| checker.send(&open, file.as_ref()))
        });
        if sent.is_none() {
            self.fail(
                "This browser can't start a Web Worker, in which files are checked. Try a current browser.".into(),
            );
        }
    }

    /// Puts the file away and gets ready for another one; a busy worker is ended.
    pub(crate) fn close(self) {
        if self.is_busy() {
            self.checker.set_value(None);
        }
        self.make_ready();
        self.file.set_value(None);
        self.forget_check();
        self.mending.forget();
        self.chosen.set(None);
        self.reading.set(None);
        self.failed.set(None);
        self.preview.set(None);
        self.draft.set(None);
        self.before.set_value(None);
        self.result.set(None);
        self.kept_columns.set(None);
        self.step.set(Step::Upload);
    }

    pub(super) fn fail(self, message: String) {
        self.reading.set(None);
        self.checking.set(false);
        self.planning.set(false);
        self.checker.set_value(None);
        self.failed.set(Some(message));
        self.step.set(Step::Upload);
    }

    pub(super) fn take(self, message: FromWorker, bytes: Option<Uint8Array>) {
        match message {
            FromWorker::Ready => {}
            FromWorker::Reading { read, total } => self.reading.set(Some(Reading::Bytes(read, total))),
            FromWorker::Looking { done, total } => self.reading.set(Some(Reading::Looking(done, total))),
            FromWorker::Opened { preview } => self.opened(preview),
            FromWorker::Checking {
                number,
                done,
                total,
                found,
            } => {
                if number == self.check_number.get_value() {
                    self.checked.set(Some((done, total)));
                    if self.found.with_untracked(|known| *known != found) {
                        self.found.set(found);
                    }
                }
            }
            FromWorker::Checked { number, report, counts } => {
                if number == self.check_number.get_value() {
                    let was_checking = self.checking.get_untracked();
                    self.checking.set(false);
                    self.mending.again.set(false);
                    self.mending.counts.set(counts);
                    let left = text::count(report.error_count + report.warning_count, "problem", "problems");
                    self.shell.say(if was_checking {
                        format!(
                            "Checked {}: {}, {}",
                            text::count(report.records, "row", "rows"),
                            text::count(report.error_count, "error", "errors"),
                            text::count(report.warning_count, "warning", "warnings"),
                        )
                    } else {
                        format!("{}. {left} left", self.shell.said.get_untracked())
                    });
                    self.follow_group(&report);
                    self.report.set(Some(report));
                    self.rows.refresh();
                }
            }
            FromWorker::Rows {
                number,
                show,
                count,
                after,
                rows,
            } => {
                if number == self.check_number.get_value() && show == self.mending.show.get_untracked() {
                    self.rows.take(after / PAGE, rows, count);
                }
            }
            FromWorker::Failed { message } => self.fail(message),
            message => self.take_mended(message, bytes),
        }
    }

    pub(super) fn opened(self, preview: Preview) {
        self.reading.set(None);
        // A fault in one row waits for the check; one of the file as a whole stops here.
        let readable = !preview.columns.is_empty()
            && !preview
                .problems
                .iter()
                .any(|problem| problem.severity == Severity::Error && problem.row.is_none());
        if readable {
            self.shell.say(format!(
                "{} and {} read",
                text::count(preview.records, "row", "rows"),
                text::count(preview.columns.len() as u64, "column", "columns"),
            ));
            let mut draft = self.fresh_draft(&preview);
            self.before.with_value(|before| {
                if let Some(before) = before {
                    draft.take_over(before);
                }
            });
            self.draft.set(Some(draft));
            self.step.set(Step::Match);
        } else {
            self.shell.say("The file can't be used as it is");
        }
        self.preview.set(Some(preview));
    }
}
