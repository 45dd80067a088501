//! The bench at which a person mends the file: their changes, the way back, and what was found in its rows.

use passmuster_core::{
    import::{Options, prepare_telling},
    mapping::Mapping,
    mend::{
        Mends, RowMend,
        history::History,
        listing::{Findings, RowCounts, RowProblem, Show, of_one_row},
        original::Original,
    },
    problem::Report,
    wire::worker::{Act, FileRow, FromWorker, Given, STEPS_TOLD, ToWorker},
};

/// The most characters of a cell that are shown in a row.
const CELL_CHARACTERS: usize = 2_000;

/// What the worker answers, and a file beside it.
type Answer = (FromWorker, Option<Vec<u8>>);

/// What is on the bench.
#[derive(Default)]
pub(crate) struct Bench {
    mends: Mends,
    history: History,
    findings: Option<Findings>,
    rows: u64,
    /// Rows that were checked by themselves since the file was.
    fresh: Vec<(u32, Vec<RowProblem>)>,
    /// The rows to show, as far as they are listed.
    listed: Option<(Show, Option<Vec<u32>>)>,
}

impl Bench {
    /// What is changed.
    pub(crate) fn mends(&self) -> &Mends {
        &self.mends
    }

    /// Takes what checking the file found.
    pub(crate) fn found(&mut self, findings: Findings) {
        self.findings = Some(findings);
        self.fresh.clear();
        self.listed = None;
    }

    /// What was found, with so many problems of each severity in words.
    pub(crate) fn report(&mut self, limit: usize) -> Option<(Report, RowCounts)> {
        let findings = self.findings.as_ref()?;
        let report = findings.report(limit);
        let left_out = self.mends.extent().left_out;
        self.rows = report.records + left_out;
        let counts = findings.counts(self.rows, &self.mends);
        Some((report, counts))
    }

    /// Does what the page asks for.
    pub(crate) fn take(
        &mut self,
        message: ToWorker,
        original: &Original<'_>,
        mapping: &Mapping,
        last: u64,
    ) -> Option<Answer> {
        let answer = match message {
            ToWorker::Rows {
                number,
                show,
                after,
                limit,
            } if number == last => self.show(original, number, show, after, limit),
            ToWorker::Mend { words, act, rule } => self.act(original, mapping, words, act, rule),
            ToWorker::Undo { step } => self.turn(original, mapping, true, step),
            ToWorker::Redo => self.turn(original, mapping, false, None),
            ToWorker::Find { find, with } => {
                let replaced = original.replace(&self.mends, &find, &with);
                FromWorker::Finds {
                    cells: replaced.cells,
                    rows: replaced.rows.len() as u64,
                }
            }
            ToWorker::Next {
                show,
                row,
                column,
                back,
            } => FromWorker::Next {
                at: self.next(original, show, (row as u32, column), back),
            },
            ToWorker::Give { what } => {
                let bytes = self.give(original, what)?;
                let left_out = match what {
                    Given::ToSend => original.left_out(&self.mends),
                    _ => Vec::new(),
                };
                return Some((FromWorker::Given { what, left_out }, Some(bytes)));
            }
            _ => return None,
        };
        Some((answer, None))
    }

    fn listed(&mut self, show: Show) -> Option<&[u32]> {
        if self.listed.as_ref().is_none_or(|(known, _)| *known != show) {
            let rows = self.findings.as_ref()?.listed(show, &self.mends);
            self.listed = Some((show, rows));
        }
        self.listed.as_ref()?.1.as_deref()
    }

    fn show(&mut self, original: &Original<'_>, number: u64, show: Show, after: u64, limit: usize) -> FromWorker {
        let all = u64::from(original.rows());
        let (count, wanted): (u64, Vec<u32>) = match self.listed(show) {
            Some(rows) => {
                let some = rows.iter().skip(after as usize).take(limit);
                (rows.len() as u64, some.copied().collect())
            }
            None => (
                all,
                (after + 1..=all.min(after + limit as u64))
                    .map(|row| row as u32)
                    .collect(),
            ),
        };
        let rows = wanted.into_iter().map(|row| self.row(original, row)).collect();
        FromWorker::Rows {
            number,
            show,
            count,
            after,
            rows,
        }
    }

    fn row(&self, original: &Original<'_>, row: u32) -> FileRow {
        let mend = self.mends.row(row);
        let cells = original.mended(row, &self.mends);
        let mut before = Vec::new();
        if mend.is_some_and(RowMend::changes_cells) {
            let old = original.cells(row);
            for (column, cell) in cells.iter().enumerate() {
                let had = old.get(column).cloned().flatten();
                if had != *cell {
                    before.push((column as u32, cut(had.unwrap_or_default())));
                }
            }
        }
        FileRow {
            row: u64::from(row),
            cells: cells.into_iter().map(|cell| cell.map(cut)).collect(),
            before,
            left_out: mend.is_some_and(|mend| mend.left_out),
            broken: original.is_broken(row) && mend.is_none_or(|mend| mend.whole.is_none()),
            anew: mend.is_some_and(|mend| mend.whole.is_some()),
            problems: self.problems(row),
        }
    }

    fn problems(&self, row: u32) -> Vec<RowProblem> {
        if self.mends.row(row).is_some_and(|mend| mend.left_out) {
            return Vec::new();
        }
        match self.fresh.iter().find(|(fresh, _)| *fresh == row) {
            Some((_, problems)) => problems.clone(),
            None => self
                .findings
                .as_ref()
                .map(|findings| findings.problems(row))
                .unwrap_or_default(),
        }
    }

    fn act(
        &mut self,
        original: &Original<'_>,
        mapping: &Mapping,
        words: String,
        act: Act,
        rule: Option<u32>,
    ) -> FromWorker {
        let now = |mends: &Mends, row: u32| mends.row(row).cloned().unwrap_or_default();
        let touched;
        let rows = match act {
            Act::Cells(cells) => {
                let mut rows: Vec<(u32, RowMend)> = Vec::new();
                touched = cells.len() as u64;
                for (row, column, text) in cells {
                    let at = match rows.binary_search_by_key(&row, |(known, _)| *known) {
                        Ok(at) => at,
                        Err(at) => {
                            rows.insert(at, (row, now(&self.mends, row)));
                            at
                        }
                    };
                    let mend = &mut rows[at].1;
                    let had = match &mend.whole {
                        Some(whole) => whole.get(column as usize).cloned(),
                        None => original.cells(row).get(column as usize).cloned().flatten(),
                    };
                    mend.put(column, text.filter(|text| had.as_ref() != Some(text)));
                }
                rows
            }
            Act::Row(row, cells) => {
                touched = 1;
                let mend = RowMend {
                    whole: cells,
                    cells: Vec::new(),
                    ..now(&self.mends, row)
                };
                vec![(row, mend)]
            }
            Act::Replace(find, with) => {
                let replaced = original.replace(&self.mends, &find, &with);
                touched = replaced.cells;
                replaced.rows
            }
            Act::LeaveOut(row, left_out) => {
                touched = 1;
                let mend = RowMend {
                    left_out,
                    ..now(&self.mends, row)
                };
                vec![(row, mend)]
            }
            Act::LeaveOutBad => {
                let bad = self.findings.as_ref().map(Findings::bad_rows).unwrap_or_default();
                let rows = bad.into_iter().map(|row| {
                    let mend = RowMend {
                        left_out: true,
                        ..now(&self.mends, row)
                    };
                    (row, mend)
                });
                let rows: Vec<_> = rows.collect();
                touched = rows.len() as u64;
                rows
            }
        };
        let is_idle = rows.iter().all(|(row, mend)| now(&self.mends, *row) == *mend);
        if is_idle && rule.is_none() {
            return self.mended(original, mapping, (0, None), &[]);
        }
        let step = self.history.act(&mut self.mends, words, rule, rows);
        let rows: Vec<u32> = step.rows().collect();
        self.mended(original, mapping, (touched, None), &rows)
    }

    fn turn(&mut self, original: &Original<'_>, mapping: &Mapping, back: bool, step: Option<u32>) -> FromWorker {
        let turned = if back {
            self.history.undo(&mut self.mends, step)
        } else {
            self.history.redo(&mut self.mends)
        };
        let Some(step) = turned else {
            return self.mended(original, mapping, (0, None), &[]);
        };
        let rule = step.rule.map(|rule| (rule, back));
        let rows: Vec<u32> = step.rows().collect();
        let touched = (rows.len() as u64).max(u64::from(rule.is_some()));
        self.mended(original, mapping, (touched, rule), &rows)
    }

    fn mended(
        &mut self,
        original: &Original<'_>,
        mapping: &Mapping,
        (touched, rule): (u64, Option<(u32, bool)>),
        rows: &[u32],
    ) -> FromWorker {
        let mut row = None;
        if let [one] = rows {
            let is_out = self.mends.row(*one).is_some_and(|mend| mend.left_out);
            let problems = if is_out {
                Vec::new()
            } else {
                let body = original.alone(*one, &self.mends);
                of_one_row(&prepare_telling(&body, mapping, &Options::default(), &mut |_| {}).into_report())
            };
            self.fresh.retain(|(known, _)| known != one);
            self.fresh.push((*one, problems.clone()));
            row = Some((u64::from(*one), problems));
        }
        let steps = self.history.steps();
        let step_count = steps.len() as u64;
        FromWorker::Mended {
            touched,
            row,
            extent: self.mends.extent(),
            steps: steps
                .take(STEPS_TOLD)
                .map(|step| (step.id, step.words.clone()))
                .collect(),
            step_count,
            undone: self.history.undone() as u64,
            rule,
        }
    }

    fn next(&mut self, original: &Original<'_>, show: Show, from: (u32, u32), back: bool) -> Option<(u64, u32)> {
        self.listed(show);
        let listed = self.listed.as_ref().and_then(|(_, rows)| rows.as_deref());
        let (row, column) = self.findings.as_ref()?.next(from, back, listed)?;
        let at = match listed {
            Some(rows) => rows.binary_search(&row).ok()?,
            None => row.min(original.rows()) as usize - 1,
        };
        Some((at as u64, column))
    }

    fn give(&self, original: &Original<'_>, what: Given) -> Option<Vec<u8>> {
        Some(match what {
            Given::Mended | Given::ToSend => original.to_send(&self.mends),
            Given::Reasons => original.with_reasons(&self.mends, self.findings.as_ref()?),
            Given::Changes => {
                let rules = self.history.steps().filter(|step| step.rule.is_some());
                original.changes(&self.mends, rules.map(|step| step.words.as_str()))
            }
            Given::LeftOut => original.of_rows(&original.left_out(&self.mends)),
        })
    }
}

fn cut(cell: String) -> String {
    match cell.char_indices().nth(CELL_CHARACTERS) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell,
    }
}
