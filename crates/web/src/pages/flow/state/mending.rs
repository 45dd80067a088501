//! What a person mends in the file. The changes themselves are in the worker; here is what the page shows of them.

use std::time::Duration;

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use passmuster_core::problem::Report;
use passmuster_core::{
    field::Target,
    mend::{
        Extent,
        listing::{RowCounts, RowProblem, Show},
        replacing::Find,
    },
    wire::worker::{Act, FromWorker, Given, ToWorker},
};
use web_sys::{Blob, BlobPropertyBag, File, FilePropertyBag};

use super::{Flow, Step};
use crate::{
    components::{
        grid::{At, GridAct},
        row_pages::PAGE,
    },
    pages::flow::{download::save_blob, draft::Draft},
    text,
};

/// How long nothing is changed before the whole file is checked again.
const QUIET: Duration = Duration::from_millis(300);

/// What could be done with the same value in other rows, once a cell was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offer {
    /// The row of the file.
    pub(crate) row: u32,
    /// The column.
    pub(crate) column: u32,
    /// What stood there.
    pub(crate) from: String,
    /// What stands there now.
    pub(crate) to: String,
    /// How many others have it.
    pub(crate) same: u64,
}

impl Offer {
    /// The cells that it is about.
    pub(crate) fn find(&self) -> Find {
        Find {
            text: self.from.clone(),
            column: Some(self.column),
            whole: true,
            case: true,
        }
    }
}

/// A rule that was saved while the file was mended, which belongs to the list of changes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SavedRule {
    /// The column's name.
    column: String,
    /// The value.
    from: String,
    /// What it means.
    to: String,
    /// What it meant before.
    had: Option<String>,
}

/// What the page shows of the changes.
#[derive(Clone, Copy)]
pub(crate) struct Mending {
    /// The rows that are shown.
    pub(crate) show: RwSignal<Show>,
    /// How many rows are how.
    pub(crate) counts: RwSignal<RowCounts>,
    /// All that is changed.
    pub(crate) extent: RwSignal<Extent>,
    /// The changes with their numbers, in words, the last one first.
    pub(crate) steps: RwSignal<Vec<(u32, String)>>,
    /// How many there are.
    pub(crate) step_count: RwSignal<u64>,
    /// How many can be done again.
    pub(crate) undone: RwSignal<u64>,
    /// What replacing would change: cells and rows.
    pub(crate) finds: RwSignal<Option<(u64, u64)>>,
    /// The active cell.
    pub(crate) active: RwSignal<At>,
    /// Where the grid is to go, and whether it takes the focus there.
    pub(crate) goto: RwSignal<Option<(At, bool)>>,
    /// What could be done with the same value elsewhere.
    pub(crate) offer: RwSignal<Option<Offer>>,
    /// The row that is written in a form of its own.
    pub(crate) open_row: RwSignal<Option<u64>>,
    /// Whether find and replace is open.
    pub(crate) replacing: RwSignal<bool>,
    /// Whether the file is being checked again.
    pub(crate) again: RwSignal<bool>,
    /// The last change, which later ones put off checking again.
    last: StoredValue<u64>,
    /// Whether the plan is wanted as soon as the file to send is here.
    pub(super) plan_waits: StoredValue<bool>,
    /// Whether the count that is awaited is for the offer.
    counts_offer: StoredValue<bool>,
    /// The file as it is sent.
    pub(super) to_send: StoredValue<Option<File>, LocalStorage>,
    /// The rows that it hasn't, rising.
    pub(super) left_out: StoredValue<Vec<u32>>,
    /// The rules that were saved, also those taken back; changes name them by their place.
    rules: StoredValue<Vec<SavedRule>>,
}

impl Mending {
    pub(super) fn new() -> Self {
        Self {
            show: RwSignal::new(Show::All),
            counts: RwSignal::new(RowCounts::default()),
            extent: RwSignal::new(Extent::default()),
            steps: RwSignal::new(Vec::new()),
            step_count: RwSignal::new(0),
            undone: RwSignal::new(0),
            finds: RwSignal::new(None),
            active: RwSignal::new((0, 0)),
            goto: RwSignal::new(None),
            offer: RwSignal::new(None),
            open_row: RwSignal::new(None),
            replacing: RwSignal::new(false),
            again: RwSignal::new(false),
            last: StoredValue::new(0),
            plan_waits: StoredValue::new(false),
            counts_offer: StoredValue::new(false),
            to_send: StoredValue::new_local(None),
            left_out: StoredValue::new(Vec::new()),
            rules: StoredValue::new(Vec::new()),
        }
    }

    /// Whether the file is other than it came.
    pub(crate) fn is_mended_now(self) -> bool {
        self.extent.with_untracked(|extent| *extent != Extent::default())
    }

    /// Begins anew, with another file.
    pub(super) fn forget(self) {
        self.show.set(Show::All);
        self.counts.set(RowCounts::default());
        self.extent.set(Extent::default());
        self.steps.set(Vec::new());
        self.step_count.set(0);
        self.undone.set(0);
        self.active.set((0, 0));
        self.goto.set(None);
        self.offer.set(None);
        self.open_row.set(None);
        self.replacing.set(false);
        self.again.set(false);
        self.plan_waits.set_value(false);
        self.to_send.set_value(None);
        self.left_out.set_value(Vec::new());
        self.rules.set_value(Vec::new());
    }
}

impl Flow {
    pub(super) fn tell_worker(self, message: &ToWorker) {
        self.checker.with_value(|checker| {
            if let Some(checker) = checker {
                checker.send(message, None);
            }
        });
    }

    /// Changes the file.
    pub(crate) fn mend(self, words: String, act: Act) {
        self.mend_with(words, act, None);
    }

    fn mend_with(self, words: String, act: Act, rule: Option<u32>) {
        self.mending.offer.set(None);
        self.tell_worker(&ToWorker::Mend { words, act, rule });
    }

    /// Takes the last change back.
    pub(crate) fn undo(self) {
        self.undo_step(None);
    }

    /// Takes one change back, or the last one.
    pub(crate) fn undo_step(self, step: Option<u32>) {
        self.mending.offer.set(None);
        self.tell_worker(&ToWorker::Undo { step });
    }

    /// Does again what was taken back.
    pub(crate) fn redo(self) {
        self.mending.offer.set(None);
        self.tell_worker(&ToWorker::Redo);
    }

    /// Counts what replacing would change.
    pub(crate) fn count_finds(self, find: Find, with: String) {
        self.mending.counts_offer.set_value(false);
        self.tell_worker(&ToWorker::Find { find, with });
    }

    /// Goes to the next problem, or the one before.
    pub(crate) fn next_problem(self, back: bool) {
        let (place, column) = self.mending.active.get_untracked();
        let row = self.rows.row_now(place).map_or(place + 1, |row| row.row);
        let show = self.mending.show.get_untracked();
        let column = column as u32;
        self.tell_worker(&ToWorker::Next {
            show,
            row,
            column,
            back,
        });
    }

    /// Shows other rows.
    pub(crate) fn show(self, show: Show) {
        self.mending.show.set(show);
        self.rows.forget();
        self.mending.offer.set(None);
        self.mending.goto.set(Some(((0, 0), false)));
    }

    /// The kind of problem that is shown may have another place among those of this report, or none.
    pub(super) fn follow_group(self, report: &Report) {
        let Show::Group(group) = self.mending.show.get_untracked() else {
            return;
        };
        let place = self.report.with_untracked(|known| {
            let tally = known.as_ref()?.summary.get(group as usize)?;
            report.summary.iter().position(|other| {
                other.rule == tally.rule && other.column == tally.column && other.severity == tally.severity
            })
        });
        let show = place.map_or(Show::All, |place| Show::Group(place as u32));
        if show == Show::All {
            self.rows.forget();
        }
        self.mending.show.set(show);
    }

    /// Has a file made.
    pub(crate) fn give(self, what: Given) {
        self.tell_worker(&ToWorker::Give { what });
    }

    /// Does what a person does in the grid.
    pub(crate) fn act(self, act: GridAct) {
        match act {
            GridAct::Write(cells) => self.write(cells),
            GridAct::Open(row) => self.mending.open_row.set(Some(row)),
            GridAct::Problem { back } => self.next_problem(back),
            GridAct::Undo => self.undo(),
            GridAct::Redo => self.redo(),
            GridAct::Replace => self.mending.replacing.set(true),
            GridAct::Say(words) => self.shell.say(words),
        }
    }

    /// Puts texts into cells; of one cell, offers the same for others.
    pub(crate) fn write(self, cells: Vec<(u32, u32, Option<String>)>) {
        let [(row, column, text)] = cells.as_slice() else {
            let words = format!("{} written", text::count(cells.len() as u64, "cell", "cells"));
            self.mend(words, Act::Cells(cells));
            return;
        };
        let (row, column, text) = (*row, *column, text.clone());
        let here = self.row_of_file(u64::from(row));
        let from = here.and_then(|here| here.cells.get(column as usize).cloned().flatten());
        let from = from.unwrap_or_default();
        let to = text.clone().unwrap_or_else(|| "as it was".to_owned());
        let words = format!(
            "Row {}, {}: {} → {}",
            text::number(u64::from(row)),
            self.column_name(column as usize),
            quoted(&from),
            quoted(&to)
        );
        self.mend(words, Act::Cells(cells));
        if let Some(to) = text {
            let offer = Offer {
                row,
                column,
                from,
                to,
                same: 0,
            };
            if !offer.from.trim().is_empty() {
                self.mending.counts_offer.set_value(true);
                self.tell_worker(&ToWorker::Find {
                    find: offer.find(),
                    with: offer.to.clone(),
                });
            }
            self.mending.offer.set(Some(offer));
        }
    }

    /// The column by which a person knows a row: that of the addresses, which the directory is held against too.
    pub(crate) fn key_column(self) -> Option<usize> {
        self.column_of(Some(&Target::Email))
    }

    /// The name of a column.
    pub(crate) fn column_name(self, column: usize) -> String {
        self.report.with_untracked(|report| {
            let columns = report.as_ref().map(|report| &report.file.columns);
            columns
                .and_then(|columns| columns.get(column).cloned())
                .unwrap_or_default()
        })
    }

    fn row_of_file(self, row: u64) -> Option<crate::components::row_pages::Row> {
        let place = self.mending.active.get_untracked().0;
        let near = self.rows.row_now(place).filter(|here| here.row == row);
        near.or_else(|| {
            (0..self.rows.count.get_untracked().min(4096))
                .find_map(|place| self.rows.row_now(place).filter(|here| here.row == row))
        })
    }

    /// Makes a value of a column mean another one from now on, in this file and in those to come; a cell that was changed
    /// to it is as it came.
    pub(crate) fn save_as_rule(self, offer: &Offer) {
        let column = offer.column as usize;
        let name = self.column_name(column);
        let Some(had) = self.set_rule(&name, &offer.from, Some(&offer.to)) else {
            self.shell.say("This column has no field yet; match it first");
            return;
        };
        let mut number = 0;
        self.mending.rules.update_value(|rules| {
            number = rules.len() as u32;
            rules.push(SavedRule {
                column: name.clone(),
                from: offer.from.clone(),
                to: offer.to.clone(),
                had,
            });
        });
        self.mend_with(
            format!(
                "{name}: {} means {} from now on",
                quoted(&offer.from),
                quoted(&offer.to)
            ),
            Act::Cells(vec![(offer.row, offer.column, None)]),
            Some(number),
        );
        self.keep_columns.set(!self.is_local());
        self.check_again();
        self.shell.say(format!(
            "Rule saved: {} means {}",
            quoted(&offer.from),
            quoted(&offer.to)
        ));
    }

    /// Makes a value of a column mean something, or nothing of its own; gives back what it meant before. `None`: the column
    /// has no field.
    fn set_rule(self, column: &str, from: &str, to: Option<&str>) -> Option<Option<String>> {
        let change = |draft: &mut Option<Draft>| draft.as_mut()?.set_rule(column, from, to);
        self.draft.try_update(change).flatten()
    }

    /// A change was taken back or done again, and the rule that came with it goes the same way.
    fn turn_rule(self, number: u32, back: bool) {
        let rule = self
            .mending
            .rules
            .with_value(|rules| rules.get(number as usize).cloned());
        let Some(rule) = rule else { return };
        let meaning = if back { rule.had } else { Some(rule.to) };
        self.set_rule(&rule.column, &rule.from, meaning.as_deref());
        let differs = untrack(move || self.differs());
        self.keep_columns.set(differs && !self.is_local());
    }

    /// Takes what the worker says of the changes.
    pub(super) fn take_mended(self, message: FromWorker, bytes: Option<Uint8Array>) {
        let mending = self.mending;
        match message {
            FromWorker::Mended {
                touched,
                row,
                extent,
                steps,
                step_count,
                undone,
                rule,
            } => {
                if let Some((number, back)) = rule {
                    self.turn_rule(number, back);
                }
                mending.extent.set(extent);
                mending.steps.set(steps);
                mending.step_count.set(step_count);
                mending.undone.set(undone);
                if touched == 0 {
                    self.shell.say("Nothing to change");
                    return;
                }
                self.forget_plan();
                mending.to_send.set_value(None);
                self.say_mended(touched, row);
                self.rows.refresh();
                let number = mending.last.get_value() + 1;
                mending.last.set_value(number);
                mending.again.set(true);
                set_timeout(
                    move || {
                        if mending.last.try_get_value() == Some(number) {
                            self.check_again();
                        }
                    },
                    QUIET,
                );
            }
            FromWorker::Finds { cells, rows } => {
                if mending.counts_offer.get_value() {
                    mending.offer.update(|offer| {
                        if let Some(offer) = offer {
                            offer.same = cells;
                        }
                    });
                } else {
                    mending.finds.set(Some((cells, rows)));
                }
            }
            FromWorker::Next { at } => match at {
                Some((place, column)) => {
                    mending.goto.set(Some(((place, column as usize), true)));
                }
                None => self.shell.say("No errors or warnings are left among these rows"),
            },
            FromWorker::Given { what, left_out } => {
                if what == Given::ToSend {
                    mending.left_out.set_value(left_out);
                }
                if let Some(bytes) = bytes {
                    self.take_file(what, &bytes);
                }
            }
            _ => {}
        }
    }

    fn say_mended(self, touched: u64, row: Option<(u64, Vec<RowProblem>)>) {
        let words = match row {
            Some((row, problems)) => {
                let count = problems
                    .iter()
                    .filter(|problem| problem.severity != passmuster_core::problem::Severity::Info)
                    .count() as u64;
                let state = if count == 0 {
                    "fixed".to_owned()
                } else {
                    text::count(count, "problem left in it", "problems left in it")
                };
                let offer = self
                    .mending
                    .offer
                    .get_untracked()
                    .filter(|offer| u64::from(offer.row) == row);
                let column = offer.map(|offer| format!(", {}", self.column_name(offer.column as usize)));
                format!("Row {}{}: {state}", text::number(row), column.unwrap_or_default())
            }
            None => format!("{} changed", text::count(touched, "place", "places")),
        };
        self.shell.say(words);
    }

    fn take_file(self, what: Given, bytes: &Uint8Array) {
        let name = self
            .chosen
            .with_untracked(|chosen| chosen.as_ref().map(|chosen| chosen.name.clone()));
        let name = name.unwrap_or_default();
        let is_json = self
            .preview
            .with_untracked(|preview| preview.as_ref().is_some_and(|preview| preview.file.format == "json"));
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let (suffix, is_json) = match what {
            Given::Mended | Given::ToSend => ("fixed", is_json),
            Given::Reasons => ("problems", is_json),
            Given::LeftOut => ("left-out", is_json),
            Given::Changes => ("changes", false),
        };
        let name = format!("{stem}.{suffix}.{}", if is_json { "json" } else { "csv" });
        let media_type = if is_json { "application/json" } else { "text/csv" };
        let parts = Array::of1(bytes);
        if what == Given::ToSend {
            let options = FilePropertyBag::new();
            options.set_type(media_type);
            let Ok(file) = File::new_with_u8_array_sequence_and_options(&parts, &name, &options) else {
                return;
            };
            self.mending.to_send.set_value(Some(file));
            if self.mending.plan_waits.get_value() {
                self.mending.plan_waits.set_value(false);
                self.ask_for_plan();
            }
            return;
        }
        let options = BlobPropertyBag::new();
        options.set_type(media_type);
        if let Ok(blob) = Blob::new_with_u8_array_sequence_and_options(&parts, &options) {
            save_blob(&name, &blob);
            self.shell.say(format!("{name} saved"));
        }
    }

    /// Checks the file again as it is now; what is shown stays until the answer is here.
    pub(crate) fn check_again(self) {
        let Some(mapping) = self.mapping() else { return };
        if self.step.get_untracked() != Step::Check {
            return;
        }
        self.forget_plan();
        self.mending.again.set(true);
        self.check_number.update_value(|number| *number += 1);
        self.tell_worker(&ToWorker::Check {
            number: self.check_number.get_value(),
            mapping,
            encoding: self.encoding_now(),
        });
        self.rows.refresh();
    }

    /// Asks the worker for a page of the rows that are shown.
    pub(crate) fn ask_for_rows(self, page: u64) {
        self.tell_worker(&ToWorker::Rows {
            number: self.check_number.get_value(),
            show: self.mending.show.get_untracked(),
            after: page * PAGE,
            limit: PAGE as usize,
        });
    }
}

/// A text in quotes, cut where it is long.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("“{}…”", &text[..end]),
        None if text.is_empty() => "nothing".to_owned(),
        None => format!("“{text}”"),
    }
}
