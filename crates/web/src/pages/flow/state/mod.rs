//! The state of the flow; its acts are in the files beside this one. The file itself is in the worker and in no signal.

mod checking;
mod matching;
pub(crate) mod mending;
mod reading;
mod sending;
mod values;

use std::collections::BTreeMap;

use leptos::prelude::*;
use passmuster_core::{
    limits::Crossed,
    mapping::{FileFormat, Mapping},
    plan::Plan,
    preview::Preview,
    problem::Report,
    read::heading::{HeaderChoice, Heading},
    values::{Closed, Values},
    wire::{UploadAnswer, directory::Catalog, integration::Integration, worker::Found},
};
use web_sys::File;

use self::mending::Mending;
use super::draft::Draft;
use crate::{
    api::{Fault, Sending},
    components::row_pages::RowPages,
    components::value_table::Members,
    session::Shell,
    worker::Checker,
};

/// The steps, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// A file is chosen and read.
    Upload,
    /// Its header is told from its rows.
    Header,
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
    pub(crate) const ALL: [Self; 6] = [
        Self::Upload,
        Self::Header,
        Self::Match,
        Self::Check,
        Self::Review,
        Self::Result,
    ];
    /// What they are called.
    pub(crate) const NAMES: [&str; 6] = [
        "Upload",
        "Select header",
        "Match columns",
        "Check and fix",
        "Review changes",
        "Submit",
    ];
    /// What they are called where nothing is sent.
    pub(crate) const LOCAL_NAMES: [&str; 4] = ["Choose a file", "Select header", "Match columns", "Check and fix"];
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
    /// The file under the header that was chosen, when that made it another one.
    rewritten: StoredValue<Option<File>, LocalStorage>,
    checker: StoredValue<Option<Checker>, LocalStorage>,
    check_number: StoredValue<u64>,
    /// What was chosen for the file before this one, which is probably the same one, not yet mended.
    before: StoredValue<Option<Draft>>,
    /// The integration as it was when the flow began.
    pub(crate) about: RwSignal<Option<Integration>>,
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
    /// The delimiter a person chose.
    pub(crate) delimiter: RwSignal<Option<char>>,
    /// The sheet of a workbook that a person chose.
    pub(crate) sheet: RwSignal<Option<String>>,
    /// What the file is, when that is not what the integration takes.
    pub(crate) wrong_format: RwSignal<Option<FileFormat>>,
    /// Its first rows, and which of them is probably the header.
    pub(crate) heading: RwSignal<Option<Heading>>,
    /// The header that a person chose.
    pub(crate) header: RwSignal<Option<HeaderChoice>>,
    /// The first look at it.
    pub(crate) preview: RwSignal<Option<Preview>>,
    /// What its columns mean.
    pub(crate) draft: RwSignal<Option<Draft>>,
    /// What is known of the values of columns, by their place.
    pub(crate) values: RwSignal<BTreeMap<usize, Values>>,
    /// What was asked of them: the number of the question, and what each column's values are held against.
    values_asked: StoredValue<(u64, BTreeMap<usize, Closed>)>,
    /// What just happened to the columns, in words.
    pub(crate) noted: RwSignal<Option<String>>,
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
    /// What a person mends in them.
    pub(crate) mending: Mending,
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
    /// Whether the person is asked to sign in again, because the session ended meanwhile.
    pub(crate) signed_out: RwSignal<bool>,
    /// Whether the plan is to be asked for as soon as the file has passed the check.
    pub(super) plan_next: StoredValue<bool>,
    /// Bytes sent, of all, while something is sent.
    pub(crate) sent: RwSignal<Option<(u64, u64)>>,
    /// What is being sent.
    sending: StoredValue<Option<Sending>, LocalStorage>,
    /// Whether a person stopped what was sent last.
    stopped: StoredValue<bool>,
    /// How many members groups have, by type and name, as far as it is known.
    pub(crate) members: RwSignal<Members>,
    /// How long loading took, in milliseconds.
    pub(crate) took: RwSignal<Option<f64>>,
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
            rewritten: StoredValue::new_local(None),
            checker: StoredValue::new_local(None),
            check_number: StoredValue::new(0),
            before: StoredValue::new(None),
            about: RwSignal::new(None),
            catalog: RwSignal::new(Catalog::default()),
            saved: RwSignal::new(None),
            step: RwSignal::new(Step::Upload),
            chosen: RwSignal::new(None),
            reading: RwSignal::new(None),
            failed: RwSignal::new(None),
            encoding: RwSignal::new(None),
            delimiter: RwSignal::new(None),
            sheet: RwSignal::new(None),
            wrong_format: RwSignal::new(None),
            heading: RwSignal::new(None),
            header: RwSignal::new(None),
            preview: RwSignal::new(None),
            draft: RwSignal::new(None),
            values: RwSignal::new(BTreeMap::new()),
            values_asked: StoredValue::new((0, BTreeMap::new())),
            noted: RwSignal::new(None),
            checking: RwSignal::new(false),
            checked: RwSignal::new(None),
            found: RwSignal::new(Found::default()),
            report: RwSignal::new(None),
            rows: RowPages::new(),
            mending: Mending::new(),
            planning: RwSignal::new(false),
            plan_report: RwSignal::new(None),
            plan: RwSignal::new(None),
            crossed: RwSignal::new(Vec::new()),
            over_limits: RwSignal::new(false),
            applying: RwSignal::new(false),
            fault: RwSignal::new(None),
            signed_out: RwSignal::new(false),
            plan_next: StoredValue::new(false),
            sent: RwSignal::new(None),
            sending: StoredValue::new_local(None),
            stopped: StoredValue::new(false),
            members: RwSignal::new(Members::new()),
            took: RwSignal::new(None),
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
        } else if self.draft.with(Option::is_some) && self.header_is_settled() {
            Step::Match
        } else if self.draft.with(Option::is_some) {
            Step::Header
        } else {
            Step::Upload
        }
    }

    /// Whether a file is open that leaving would lose.
    pub(crate) fn has_work(self) -> bool {
        self.chosen.with_untracked(Option::is_some) && self.result.with_untracked(Option::is_none)
    }

    /// Whether all of the file is sent, so that it is loaded, or not, whoever stays to look.
    pub(crate) fn goes_on(self) -> bool {
        self.applying.get() && self.sent.get().is_some_and(|(sent, all)| sent >= all)
    }

    /// Whether nobody has to say which row is the header.
    pub(crate) fn header_is_settled(self) -> bool {
        self.header.with(Option::is_some)
            || self
                .heading
                .with(|heading| heading.as_ref().is_none_or(|heading| heading.is_certain))
    }

    /// Goes to a step that was reached; after loading, only the result is left to look at.
    pub(crate) fn go(self, step: Step) {
        if step <= untrack(move || self.reached()) && self.result.with_untracked(Option::is_none) {
            self.step.set(step);
        }
    }
}
