//! The rows of a CSV body: many at once where they are plain, one by one where they aren't, all of them or a part.

use std::iter::Peekable;

use crate::log::{At, Log};
use crate::mapping::FileFormat;
use crate::rules;

use super::{COLUMN_LIMIT, Counted, Table, Visit, is_blank};
use crate::read::csv::{QuoteFault, RowEnd, Rows};
use crate::read::scan::Batches;
use crate::read::{Place, RawCell, Source, csv};

/// Rows of a CSV body that follow one another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// Where the next row begins that is to be read.
    pub next: Place,
    /// What was read so far.
    pub counted: Counted,
    /// Whether more of the body follows the text at hand, which ends behind a line end: its last row may go on.
    pub goes_on: bool,
}

impl Table<'_> {
    pub(super) fn read_csv(&self, log: &mut Log, visit: &mut dyn Visit) -> Counted {
        let mut part = self.first_part();
        self.read_part(&mut part, usize::MAX, log, visit);
        part.counted
    }

    /// The rows of a CSV body before any of them was read.
    pub(crate) fn first_part(&self) -> Part {
        Part {
            next: self.data,
            counted: Counted {
                records: 0,
                blank_rows: self.blank_rows,
            },
            goes_on: false,
        }
    }

    /// Where parts of the rows of a CSV body may begin that are at least so long, at most so many of them: behind line
    /// ends that are probably not within quotes. The first one begins where the rows do; its rows and lines are counted
    /// from the beginning of the body, those of the others from their own.
    pub(crate) fn parts(&self, most: usize, shortest: usize) -> Vec<Part> {
        let mut parts = vec![self.first_part()];
        let text = self.source.text.as_bytes();
        let first = self.data.start as usize;
        let is_plain = self.source.format == FileFormat::Csv && self.grid.is_none() && self.undecodable.is_empty();
        let is_plain = is_plain && self.left_out.is_empty();
        if !is_plain || !self.readable || self.source.columns.is_empty() {
            return parts;
        }
        let count = most.min((text.len() - first) / shortest.max(1));
        let (mut known, mut within) = (first, false);
        for part in 1..count {
            let wanted = first + (text.len() - first) / count * part;
            let Some(between) = text.get(known..wanted) else {
                continue;
            };
            within ^= memchr::memchr_iter(b'"', between).count() % 2 == 1;
            known = text.len();
            for at in memchr::memchr2_iter(b'"', b'\n', &text[wanted..]) {
                if text[wanted + at] == b'"' {
                    within = !within;
                } else if !within {
                    known = wanted + at + 1;
                    break;
                }
            }
            if known == text.len() {
                break;
            }
            parts.push(Part {
                next: Place {
                    row: 0,
                    line: 1,
                    start: known as u32,
                },
                counted: Counted::default(),
                goes_on: false,
            });
        }
        parts
    }

    /// Reads the rows of a part of a CSV body that begin before `until`.
    pub(crate) fn read_part(&self, part: &mut Part, until: usize, log: &mut Log, visit: &mut dyn Visit) {
        let Part {
            next: mut place,
            mut counted,
            goes_on,
        } = *part;
        let source = &self.source;
        let text: &str = &source.text;
        let until = until.min(text.len());
        let width = source.columns.len();
        if width == 0 || !self.readable {
            return;
        }
        let rows = Rows::new(source.delimiter);
        let mut undecodable = self.undecodable.iter().copied().peekable();
        let mut cells = Vec::with_capacity(width);
        let mut batches = Batches::new(
            source.delimiter,
            width,
            place.start as usize,
            self.undecodable.is_empty() && self.left_out.is_empty(),
        );
        while (place.start as usize) < until {
            while let Some(batch) = batches.read(&text.as_bytes()[..until], place.start as usize) {
                let read = batch.len() as u32;
                let first = Place {
                    row: counted.records as u32 + 1,
                    ..place
                };
                visit.rows(log, source, first, batch);
                counted.records += u64::from(read);
                place = Place {
                    row: 0,
                    line: place.line + read,
                    start: batch.next as u32,
                };
            }
            let blank = csv::blank_lines(text.as_bytes().get(place.start as usize..until).unwrap_or_default());
            counted.blank_rows += blank.lines as u64;
            place.line += blank.lines as u32;
            place.start += blank.bytes as u32;
            if place.start as usize >= until {
                break;
            }
            let Some(end) = rows.read(text, place.start as usize, width, &mut cells) else {
                break;
            };
            if goes_on && end.next == text.len() && end.fault.is_some() {
                break;
            }
            let here = Place {
                row: counted.records as u32 + 1,
                ..place
            };
            place = Place {
                row: 0,
                line: place.line + end.lines as u32,
                start: end.next as u32,
            };
            if is_blank_row(&cells, end.cells, width, text) {
                counted.blank_rows += 1;
                continue;
            }
            counted.records += 1;
            if self.is_left_out(here.row) {
                while undecodable.next_if(|at| *at < end.next).is_some() {}
            } else if self.log_faults(here, &end, &cells, &mut undecodable, &rows, log) {
                visit.broken(here);
            } else {
                visit.row(log, source, here, &cells);
            }
        }
        *part = Part {
            next: place,
            counted,
            goes_on,
        };
    }

    /// Logs what is wrong with a row in itself; whether so much that it isn't visited.
    fn log_faults(
        &self,
        here: Place,
        end: &RowEnd,
        cells: &[RawCell],
        undecodable: &mut Peekable<impl Iterator<Item = usize>>,
        rows: &Rows,
        log: &mut Log,
    ) -> bool {
        let source = &self.source;
        let width = source.columns.len();
        let mut broken = false;
        while let Some(at) = undecodable.next_if(|at| *at < end.next) {
            broken = true;
            log.add(
                source,
                &rules::undecodable_bytes::RULE,
                here,
                column_at(cells, at),
                || rules::undecodable_bytes::words(self.encoding.name()),
            );
        }
        match end.fault {
            None => {}
            Some(QuoteFault::Unclosed(index)) => {
                broken = true;
                log.add(
                    source,
                    &rules::unclosed_quote::RULE,
                    here,
                    At::Column(index.min(width)),
                    rules::unclosed_quote::words,
                );
            }
            Some(QuoteFault::TextBehind(index)) => {
                broken = true;
                log.add(
                    source,
                    &rules::text_after_quote::RULE,
                    here,
                    At::Column(index.min(width)),
                    rules::text_after_quote::words,
                );
            }
            Some(QuoteFault::Stray(index)) => {
                log.add(
                    source,
                    &rules::stray_quote::RULE,
                    here,
                    At::Column(index.min(width)),
                    rules::stray_quote::words,
                );
            }
        }
        if end.cells > width && !broken {
            let behind = behind_the_header(rows, source, here, width);
            if behind.is_blank {
                log.add(source, &rules::extra_blank_cells::RULE, here, At::Whole, || {
                    rules::extra_blank_cells::words(end.cells, width)
                });
            } else {
                broken = true;
                log.add(source, &rules::ragged_row::RULE, here, At::Whole, || {
                    rules::ragged_row::words(end.cells, width, behind.first)
                });
            }
        } else if end.cells < width && !broken {
            log.add(source, &rules::short_row::RULE, here, At::Whole, || {
                rules::short_row::words(end.cells, width, &source.columns[end.cells..])
            });
        }
        broken
    }
}

struct Behind {
    is_blank: bool,
    first: String,
}

/// What stands in the cells of a row for which the header has no name.
fn behind_the_header(rows: &Rows, source: &Source<'_>, place: Place, width: usize) -> Behind {
    let mut cells = Vec::new();
    rows.read(&source.text, place.start as usize, COLUMN_LIMIT, &mut cells);
    let behind = cells.get(width..).unwrap_or_default();
    let filled = behind.iter().find(|cell| !is_blank(cell, &source.text));
    Behind {
        is_blank: filled.is_none() && cells.len() < COLUMN_LIMIT,
        first: filled
            .map(|cell| cell.text(&source.text).into_owned())
            .unwrap_or_default(),
    }
}

fn column_at(cells: &[RawCell], byte: usize) -> At {
    match cells
        .iter()
        .position(|cell| cell.start <= byte && byte < cell.end.max(cell.start + 1))
    {
        Some(index) => At::Column(index),
        None => At::Whole,
    }
}

fn is_blank_row(cells: &[RawCell], count: usize, width: usize, text: &str) -> bool {
    match cells.first() {
        Some(first) if first.end > first.start && text.as_bytes()[first.start] > b' ' => false,
        _ => count <= width && cells.iter().all(|cell| is_blank(cell, text)),
    }
}
