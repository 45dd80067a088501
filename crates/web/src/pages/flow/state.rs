//! The state of the flow and its acts. The file itself is in the worker and in no signal.

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    group::{AttributeType, GroupType, IntegrationIdType, slug_of},
    limits::Crossed,
    mapping::{ApiField, Mapping},
    plan::Plan,
    preview::Preview,
    problem::{Report, Severity},
    wire::{
        UploadAnswer,
        directory::Catalog,
        worker::{Found, FromWorker, ToWorker},
    },
};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

use super::draft::{Draft, same};
use crate::{
    api::{self, Fault, Parcel},
    components::row_pages::{PAGE, RowPages},
    session::Shell,
    text,
    worker::Checker,
};

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// A file is chosen and read.
    Upload,
    /// Its columns are matched.
    Match,
    /// It is checked.
    Check,
    /// What would change is looked at.
    Review,
    /// It is loaded.
    Result,
}

impl Step {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [Self::Upload, Self::Match, Self::Check, Self::Review, Self::Result];
    /// What they are called.
    pub(crate) const NAMES: [&str; 5] = ["Upload", "Match columns", "Check", "Review changes", "Result"];
    /// What they are called where nothing is sent.
    pub(crate) const LOCAL_NAMES: [&str; 3] = ["Choose a file", "Match columns", "Check"];
}

/// What the page remembers of the file: all but its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    /// Its name.
    pub(crate) name: String,
    /// Its size in bytes.
    pub(crate) size: u64,
}

/// What a person may name where no workspace can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    /// Such as Team.
    GroupType,
    /// Such as Phone Extension.
    IntegrationId,
    /// A custom attribute.
    Attribute,
}

/// How far reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Bytes read, of all.
    Bytes(u64, u64),
    /// Rows and columns are being found: bytes looked at, of all; 0 of 0 as long as that isn't known.
    Looking(u64, u64),
}

/// The state of the flow.
#[derive(Clone, Copy)]
pub(crate) struct Flow {
    integration: StoredValue<Option<String>>,
    shell: Shell,
    file: StoredValue<Option<File>, LocalStorage>,
    checker: StoredValue<Option<Checker>, LocalStorage>,
    check_number: StoredValue<u64>,
    /// What was chosen for the file before this one, which is probably the same one, not yet mended.
    before: StoredValue<Option<Draft>>,
    /// What mappings may name.
    pub(crate) catalog: RwSignal<Catalog>,
    /// The mapping to begin with, and to compare with.
    pub(crate) saved: RwSignal<Option<Mapping>>,
    /// Where the person is.
    pub(crate) step: RwSignal<Step>,
    /// The file.
    pub(crate) chosen: RwSignal<Option<Chosen>>,
    /// How far reading it has come.
    pub(crate) reading: RwSignal<Option<Reading>>,
    /// Why it can't be read.
    pub(crate) failed: RwSignal<Option<String>>,
    /// The encoding a person chose, as a label.
    pub(crate) encoding: RwSignal<Option<String>>,
    /// The sheet of a workbook that a person chose.
    pub(crate) sheet: RwSignal<Option<String>>,
    /// The first look at it.
    pub(crate) preview: RwSignal<Option<Preview>>,
    /// What its columns mean.
    pub(crate) draft: RwSignal<Option<Draft>>,
    /// Whether it is being checked.
    pub(crate) checking: RwSignal<bool>,
    /// How many bytes of it are checked, of all.
    pub(crate) checked: RwSignal<Option<(u64, u64)>>,
    /// What checking has found while it goes on.
    pub(crate) found: RwSignal<Found>,
    /// What checking found.
    pub(crate) report: RwSignal<Option<Report>>,
    /// Rows of the file as it was checked.
    pub(crate) rows: RowPages,
    /// Whether the server is asked for a plan.
    pub(crate) planning: RwSignal<bool>,
    /// What the server found, holding the file against the directory.
    pub(crate) plan_report: RwSignal<Option<Report>>,
    /// What would change.
    pub(crate) plan: RwSignal<Option<Plan>>,
    /// The limits that the plan crosses.
    pub(crate) crossed: RwSignal<Vec<Crossed>>,
    /// Whether the person wants it applied although it crosses them.
    pub(crate) over_limits: RwSignal<bool>,
    /// Whether the plan is being applied.
    pub(crate) applying: RwSignal<bool>,
    /// Why the last request gave nothing.
    pub(crate) fault: RwSignal<Option<Fault>>,
    /// Whether the columns are to become the integration's mapping.
    pub(crate) keep_columns: RwSignal<bool>,
    /// Whether they did; `Err`: why not.
    pub(crate) kept_columns: RwSignal<Option<Result<(), String>>>,
    /// What was loaded.
    pub(crate) result: RwSignal<Option<UploadAnswer>>,
}

impl Flow {
    /// An empty flow; without an integration it sends nothing at all.
    pub(crate) fn new(integration: Option<String>) -> Self {
        Self {
            integration: StoredValue::new(integration),
            shell: Shell::here(),
            file: StoredValue::new_local(None),
            checker: StoredValue::new_local(None),
            check_number: StoredValue::new(0),
            before: StoredValue::new(None),
            catalog: RwSignal::new(Catalog::default()),
            saved: RwSignal::new(None),
            step: RwSignal::new(Step::Upload),
            chosen: RwSignal::new(None),
            reading: RwSignal::new(None),
            failed: RwSignal::new(None),
            encoding: RwSignal::new(None),
            sheet: RwSignal::new(None),
            preview: RwSignal::new(None),
            draft: RwSignal::new(None),
            checking: RwSignal::new(false),
            checked: RwSignal::new(None),
            found: RwSignal::new(Found::default()),
            report: RwSignal::new(None),
            rows: RowPages::new(),
            planning: RwSignal::new(false),
            plan_report: RwSignal::new(None),
            plan: RwSignal::new(None),
            crossed: RwSignal::new(Vec::new()),
            over_limits: RwSignal::new(false),
            applying: RwSignal::new(false),
            fault: RwSignal::new(None),
            keep_columns: RwSignal::new(false),
            kept_columns: RwSignal::new(None),
            result: RwSignal::new(None),
        }
    }

    /// The integration's id.
    pub(crate) fn integration(self) -> Option<String> {
        self.integration.get_value()
    }

    /// Whether nothing is sent.
    pub(crate) fn is_local(self) -> bool {
        self.integration.with_value(Option::is_none)
    }

    /// The last step that can be gone to.
    pub(crate) fn reached(self) -> Step {
        if self.result.with(Option::is_some) {
            Step::Result
        } else if self.plan.with(Option::is_some) || self.plan_report.with(Option::is_some) {
            Step::Review
        } else if self.report.with(Option::is_some) {
            Step::Check
        } else if self.draft.with(Option::is_some) {
            Step::Match
        } else {
            Step::Upload
        }
    }

    /// Goes to a step that was reached; after loading, only the result is left to look at.
    pub(crate) fn go(self, step: Step) {
        if step <= untrack(move || self.reached()) && self.result.with_untracked(Option::is_none) {
            self.step.set(step);
        }
    }

    /// Starts the worker before a file is chosen, so that nothing is requested afterwards but, for the first workbook,
    /// the page's own Excel reader.
    pub(crate) fn make_ready(self) {
        if self.checker.with_value(Option::is_none) {
            self.checker
                .set_value(Checker::start(move |message| self.take(message)));
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
    fn is_busy(self) -> bool {
        self.reading.with_untracked(Option::is_some) || self.checking.get_untracked()
    }

    fn read(self) {
        self.forget_check();
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

    fn forget_check(self) {
        // A late answer to an earlier check is told apart by its number.
        self.check_number.update_value(|number| *number += 1);
        self.checking.set(false);
        self.checked.set(None);
        self.found.set(Found::default());
        self.report.set(None);
        self.rows.forget();
        self.forget_plan();
    }

    fn forget_plan(self) {
        self.plan.set(None);
        self.plan_report.set(None);
        self.fault.set(None);
    }

    fn fail(self, message: String) {
        self.reading.set(None);
        self.checking.set(false);
        self.checker.set_value(None);
        self.failed.set(Some(message));
        self.step.set(Step::Upload);
    }

    fn take(self, message: FromWorker) {
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
            FromWorker::Checked { number, report } => {
                if number == self.check_number.get_value() {
                    self.checking.set(false);
                    self.shell.say(format!(
                        "Checked {}: {}, {}",
                        text::count(report.records, "row", "rows"),
                        text::count(report.error_count, "error", "errors"),
                        text::count(report.warning_count, "warning", "warnings"),
                    ));
                    self.report.set(Some(report));
                }
            }
            FromWorker::Rows { number, after, rows } => {
                if number == self.check_number.get_value() {
                    self.rows.take(after / PAGE, rows);
                }
            }
            FromWorker::Failed { message } => self.fail(message),
        }
    }

    fn opened(self, preview: Preview) {
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

    fn fresh_draft(self, preview: &Preview) -> Draft {
        self.saved.with_untracked(|saved| {
            self.catalog
                .with_untracked(|catalog| Draft::begin(preview, saved.as_ref(), catalog))
        })
    }

    /// Takes all choices back to what the saved mapping and the names say.
    pub(crate) fn reset_draft(self) {
        self.before.set_value(None);
        let draft = self
            .preview
            .with_untracked(|preview| preview.as_ref().map(|preview| self.fresh_draft(preview)));
        self.draft.set(draft);
        self.forget_check();
        self.shell.say("The columns are matched as they were at first");
    }

    /// Uses a mapping file in the place of a saved mapping.
    pub(crate) fn use_mapping(self, mapping: Mapping) {
        self.before.set_value(None);
        self.saved.set(Some(mapping));
        if self.draft.with_untracked(Option::is_some) {
            self.reset_draft();
        }
    }

    /// Chooses a target for a column.
    pub(crate) fn choose(self, index: usize, target: Option<Target>) {
        let moved = self
            .change_draft(|draft, saved| draft.choose(index, target.clone(), saved))
            .flatten();
        if let (Some(from), Some(target)) = (moved, target) {
            self.shell
                .say(format!("{} was moved here from column {from}", target.label()));
        }
    }

    /// Names something that the workspace will have, where no workspace can be asked.
    pub(crate) fn define(self, thing: Thing, name: &str) {
        let name = name.trim().to_owned();
        if name.is_empty() {
            return;
        }
        self.catalog.update(|catalog| match thing {
            Thing::GroupType => catalog.group_types.push(GroupType {
                name,
                groups: Vec::new(),
            }),
            Thing::IntegrationId => catalog.integration_ids.push(IntegrationIdType {
                slug: slug_of(&name),
                name,
            }),
            Thing::Attribute => catalog.attributes.push(AttributeType {
                name,
                ..AttributeType::default()
            }),
        });
        let catalog = self.catalog.get_untracked();
        self.change_draft(|draft, saved| draft.suggest_again(saved, &catalog));
        self.shell.say("The field can be chosen now");
    }

    /// Changes a column's policies.
    pub(crate) fn set_policies(self, index: usize, field: ApiField) {
        self.change_draft(|draft, _| draft.set_policies(index, field));
    }

    /// Accepts all suggestions.
    pub(crate) fn accept_all(self) {
        self.change_draft(|draft, saved| draft.accept_all(saved));
        self.shell.say("All suggestions accepted");
    }

    fn change_draft<T>(self, change: impl FnOnce(&mut Draft, Option<&Mapping>) -> T) -> Option<T> {
        let saved = self.saved.get_untracked();
        let mut changed = None;
        self.draft
            .update(|draft| changed = draft.as_mut().map(|draft| change(draft, saved.as_ref())));
        self.forget_check();
        changed
    }

    /// The mapping that the choices make.
    pub(crate) fn mapping(self) -> Option<Mapping> {
        self.draft.with_untracked(|draft| draft.as_ref().map(Draft::mapping))
    }

    /// Whether the choices differ from the saved mapping.
    pub(crate) fn differs(self) -> bool {
        self.draft.with(|draft| {
            self.saved.with(|saved| match (draft, saved) {
                (Some(draft), Some(saved)) => !same(&draft.mapping(), saved),
                _ => false,
            })
        })
    }

    /// Checks the file, in the worker.
    pub(crate) fn check(self) {
        let Some(mapping) = self.mapping() else { return };
        self.forget_check();
        self.checking.set(true);
        self.step.set(Step::Check);
        let message = ToWorker::Check {
            number: self.check_number.get_value(),
            mapping,
            encoding: self.encoding.get_untracked(),
        };
        self.checker.with_value(|checker| {
            if let Some(checker) = checker {
                checker.send(&message, None);
            }
        });
    }

    /// Asks the worker for a page of the file's rows.
    pub(crate) fn ask_for_rows(self, page: u64) {
        let message = ToWorker::Rows {
            number: self.check_number.get_value(),
            after: page * PAGE,
            limit: PAGE as usize,
        };
        self.checker.with_value(|checker| {
            if let Some(checker) = checker {
                checker.send(&message, None);
            }
        });
    }

    fn parcel(self) -> Option<Parcel> {
        Some(Parcel {
            integration: self.integration.get_value()?,
            file: self.file.get_value()?,
            mapping: self.mapping()?,
            encoding: self.encoding.get_untracked(),
            sheet: self.sheet.get_untracked(),
        })
    }

    /// Sends the file and asks what it would change: the first time that it leaves the browser.
    pub(crate) fn ask_for_plan(self) {
        let Some(parcel) = self.parcel() else { return };
        if self.planning.get_untracked() {
            return;
        }
        self.forget_plan();
        self.planning.set(true);
        self.step.set(Step::Review);
        let asked = self.check_number.get_value();
        spawn_local(async move {
            let answer = api::plan(&parcel).await;
            self.planning.set(false);
            if self.check_number.try_get_value() != Some(asked) {
                return;
            }
            match answer {
                Ok(answer) => {
                    self.shell.say(match &answer.plan {
                        Some(plan) => format!(
                            "The plan is here: {} change",
                            text::count(plan.changes_total, "person would", "people would")
                        ),
                        None => "The directory adds problems; there is no plan".to_owned(),
                    });
                    self.plan_report.set(Some(answer.report));
                    self.plan.set(answer.plan);
                    self.over_limits.set(false);
                    self.crossed.set(answer.limits);
                }
                Err(fault) => self.fault.set(Some(fault)),
            }
        });
    }

    /// Applies the plan that is shown, and no other.
    pub(crate) fn apply(self) {
        let hash = self
            .plan
            .with_untracked(|plan| plan.as_ref().map(|plan| plan.hash.clone()));
        let (Some(parcel), Some(hash)) = (self.parcel(), hash) else {
            return;
        };
        if self.applying.get_untracked() {
            return;
        }
        self.fault.set(None);
        self.applying.set(true);
        let keep = self.keep_columns.get_untracked();
        let over_limits = self.over_limits.get_untracked();
        spawn_local(async move {
            let answer = api::apply(&parcel, &hash, over_limits).await;
            match answer {
                Ok(answer) => {
                    if keep {
                        let kept = api::save_mapping(&parcel.integration, &parcel.mapping).await;
                        if kept.is_ok() {
                            // The next file is read by it; the page asks for the integration when the flow is left.
                            self.saved.set(Some(parcel.mapping));
                        }
                        self.kept_columns
                            .set(Some(kept.map(drop).map_err(|fault| fault.message())));
                    }
                    self.shell.say("Loaded");
                    self.result.set(Some(answer));
                    self.step.set(Step::Result);
                }
                Err(fault) => self.fault.set(Some(fault)),
            }
            self.applying.set(false);
        });
    }
}
