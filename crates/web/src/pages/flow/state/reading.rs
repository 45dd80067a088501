//! Opens a file in the worker, and takes what the worker answers.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use passmuster_core::{
    mapping::FileFormat,
    preview::Preview,
    problem::Severity,
    read::heading::HeaderChoice,
    wire::worker::{FromWorker, ToWorker},
};
use wasm_bindgen::JsValue;
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
        self.delimiter.set(None);
        self.sheet.set(None);
        self.header.set(None);
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

    /// Reads the file again, with another delimiter; `None`: the one found in it.
    pub(crate) fn set_delimiter(self, delimiter: Option<char>) {
        self.delimiter.set(delimiter);
        self.read();
    }

    /// Reads another sheet of the workbook.
    pub(crate) fn set_sheet(self, name: String) {
        self.sheet.set(Some(name));
        self.header.set(None);
        self.read();
    }

    /// Reads the file under another header.
    pub(crate) fn set_header(self, header: HeaderChoice) {
        let is_first = self.heading.with_untracked(|heading| {
            let first = heading.as_ref().and_then(|heading| heading.rows.first());
            first.map(|row| row.line) == header.line
        });
        if is_first && header.names.is_empty() && self.rewritten.with_value(Option::is_none) {
            // The file was read like that already.
            self.header.set(Some(header));
            self.step.set(Step::Match);
            return;
        }
        self.header.set(Some(header));
        self.read();
    }

    /// What the file became, as a file of its own.
    fn file_of(self, text: &str) -> Option<File> {
        let name = self
            .chosen
            .with_untracked(|file| file.as_ref().map(|file| file.name.clone()))
            .unwrap_or_default();
        let stem = name.strip_suffix(".xlsx").or_else(|| name.strip_suffix(".xls"));
        let name = stem.map_or(name.clone(), |stem| format!("{stem}.csv"));
        File::new_with_str_sequence(&Array::of1(&JsValue::from_str(text)), &name).ok()
    }

    /// The encoding in which the file is, when it isn't found in it: one that was rewritten is in UTF-8.
    pub(super) fn encoding_now(self) -> Option<String> {
        self.encoding
            .get_untracked()
            .filter(|_| self.rewritten.with_value(Option::is_none))
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
        self.heading.set(None);
        self.rewritten.set_value(None);
        if let Some(draft) = self.draft.get_untracked() {
            self.before.set_value(Some(draft));
        }
        self.draft.set(None);
        self.forget_values();
        self.noted.set(None);
        self.wrong_format.set(None);
        self.failed.set(None);
        self.step.set(Step::Upload);
        self.reading.set(Some(Reading::Bytes(
            0,
            self.chosen
                .with_untracked(|file| file.as_ref().map_or(0, |file| file.size)),
        )));
        let saved = self
            .saved
            .with_untracked(|saved| saved.as_ref().and_then(|mapping| mapping.delimiter));
        let open = ToWorker::Open {
            // Whichever it is: a file of another format than the integration's is told by what it is.
            expected: None,
            encoding: self.encoding.get_untracked(),
            delimiter: self.delimiter.get_untracked().or(saved),
            sheet: self.sheet.get_untracked(),
            header: self.header.get_untracked(),
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
        self.forget_values();
        self.noted.set(None);
        self.wrong_format.set(None);
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
            FromWorker::Opened {
                preview,
                heading,
                rewritten,
            } => {
                self.heading.set(heading);
                self.rewritten.set_value(rewritten.and_then(|text| self.file_of(&text)));
                self.opened(preview);
            }
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
                    let passes = report.error_count == 0;
                    self.report.set(Some(report));
                    self.rows.refresh();
                    if self.plan_next.get_value() && passes {
                        self.ask_for_plan();
                    }
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
            FromWorker::Values { number, column, values } => self.take_values(number, column, values),
            FromWorker::Failed { message } => self.fail(message),
            message => self.take_mended(message, bytes),
        }
    }

    pub(super) fn opened(self, preview: Preview) {
        self.reading.set(None);
        let found = match preview.file.format.as_str() {
            "json" => FileFormat::Json,
            _ => FileFormat::Csv,
        };
        let taken = self
            .saved
            .with_untracked(|saved| saved.as_ref().map(|mapping| mapping.file_format));
        let is_wrong = !self.is_local() && !preview.columns.is_empty() && taken.is_some_and(|taken| taken != found);
        self.wrong_format.set(is_wrong.then_some(found));
        // A fault in one row waits for the check; one of the file as a whole stops here.
        let readable = !is_wrong
            && !preview.columns.is_empty()
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
            draft.set_delimiter(self.delimiter.get_untracked());
            self.before.with_value(|before| {
                if let Some(before) = before {
                    draft.take_over(before);
                }
            });
            self.draft.set(Some(draft));
            let settled = untrack(move || self.header_is_settled());
            self.step.set(if settled { Step::Match } else { Step::Header });
        } else {
            self.shell.say("The file can't be used as it is");
        }
        self.preview.set(Some(preview));
    }
}
