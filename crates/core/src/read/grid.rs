//! The sheet of a workbook as a table: its first filled row is the header, the rows behind it are records.
//!
//! A sheet has no short rows: what is not filled is blank.

use crate::log::{At, Log};
use crate::mapping::FileFormat;
use crate::problem::Severity;
use crate::rules;

use super::sheet::{self, Cells, Container, Opened, Refusal, SheetCell, SheetName, Shows};
use super::table::{COLUMN_LIMIT, Counted, Opening, Table, Visit, is_blank};
use super::{Escapes, Place, RawCell, Source};

/// A cell that is not filled.
const BLANK: RawCell = RawCell {
    start: 0,
    end: 0,
    escapes: Escapes::None,
};

/// What is known of a sheet besides its cells.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) container: Container,
    /// The name of the sheet that was read.
    pub(super) sheet: Option<String>,
    pub(super) row_count: usize,
    sheets: Vec<SheetName>,
    /// Whether each column is mapped; none is before there is a mapping.
    mapped: Vec<bool>,
}

impl Grid {
    /// The names of the sheets that have a tab.
    pub(super) fn visible(&self) -> Vec<String> {
        names(self.sheets.iter().filter(|sheet| sheet.is_visible))
    }
}

fn names<'s>(sheets: impl Iterator<Item = &'s SheetName>) -> Vec<String> {
    sheets.map(|sheet| sheet.name.clone()).collect()
}

/// The text of one cell of the row whose cells begin at `start`.
pub(super) fn text_of<'t>(rows: &[u8], start: usize, column: usize, text: &'t str) -> &'t str {
    let mut cells = Cells::new(rows, start);
    let found = cells.find(|cell| cell.column >= column);
    found.filter(|cell| cell.column == column).map_or("", |cell| {
        let cell = raw(&cell);
        text.get(cell.start..cell.end).unwrap_or_default()
    })
}

/// The texts of the first `width` cells of the row whose cells begin at `start`.
pub(super) fn texts_of(rows: &[u8], start: usize, width: usize, text: &str) -> Vec<String> {
    let mut texts = vec![String::new(); width];
    for cell in Cells::new(rows, start) {
        if let Some(place) = texts.get_mut(cell.column) {
            let cell = raw(&cell);
            *place = text.get(cell.start..cell.end).unwrap_or_default().to_owned();
        }
    }
    texts
}

/// The filled cells of the row whose cells begin at `start`: column, what it shows, and its text.
pub(crate) fn row_of_sheet<'t>(
    rows: &'t [u8],
    start: usize,
    text: &'t str,
) -> impl Iterator<Item = (usize, Shows, &'t str)> {
    Cells::new(rows, start).map(|cell| {
        let span = raw(&cell);
        let said = text.get(span.start..span.end).unwrap_or_default();
        (cell.column, cell.shows, said)
    })
}

fn raw(cell: &SheetCell) -> RawCell {
    let start = cell.text.start as usize;
    RawCell {
        start,
        end: start + cell.text.len as usize,
        escapes: Escapes::None,
    }
}

impl Table<'_> {
    /// Opens the sheet of a workbook. What keeps it from being read is an error in the log, and the table has no
    /// records then.
    pub fn open_sheet(workbook: Opened, opening: &Opening<'_>, log: &mut Log) -> Self {
        let Opened {
            container,
            bytes,
            sheets,
            sheet,
        } = workbook;
        log.set_format(FileFormat::Csv);
        let mut grid = Grid {
            container,
            sheet: None,
            row_count: 0,
            sheets,
            mapped: Vec::new(),
        };
        let mut table = Self::of("".into(), FileFormat::Csv, bytes);
        let sheet = match sheet {
            Ok(sheet) => sheet,
            Err(refusal) => {
                refuse(&table.source, &refusal, &grid, log);
                table.grid = Some(grid);
                return table;
            }
        };
        table.source.text = sheet.text.into();
        table.source.rows = Some(sheet.rows);
        let found = table.read_sheet_header(log);
        let nowhere = Place::default();
        let (visible, hidden): (Vec<_>, Vec<_>) = grid
            .sheets
            .iter()
            .filter(|other| other.name != sheet.name)
            .partition(|other| other.is_visible);
        if !visible.is_empty() || !hidden.is_empty() {
            let (visible, hidden) = (names(visible.into_iter()), names(hidden.into_iter()));
            let rule = &rules::other_sheets::RULE;
            log.add(&table.source, rule, nowhere, At::Whole, || {
                rules::other_sheets::words(&sheet.name, &visible, &hidden)
            });
        }
        if !found {
            let rule = &rules::no_header::RULE;
            log.add(&table.source, rule, nowhere, At::Whole, rules::no_header::words);
        }
        if sheet.merged > 0 {
            let rule = &rules::merged_cells::RULE;
            log.add(&table.source, rule, nowhere, At::Whole, || {
                rules::merged_cells::words(sheet.merged, &sheet.first_merged)
            });
        }
        let source = &table.source;
        for (column, name) in source.columns.iter().enumerate() {
            let is_hidden = |(first, last): &(u32, u32)| (*first as usize..=*last as usize).contains(&column);
            if !name.is_empty() && sheet.hidden_columns.iter().any(is_hidden) {
                let rule = &rules::hidden_column::RULE;
                log.add(
                    source,
                    rule,
                    source.header,
                    At::Column(column),
                    rules::hidden_column::words,
                );
            }
        }
        let is_mapped = |name: &String| opening.expected.contains(&name.as_str());
        grid.mapped = source.columns.iter().map(is_mapped).collect();
        grid.row_count = sheet.row_count as usize;
        grid.sheet = Some(sheet.name);
        table.grid = Some(grid);
        table
    }

    /// Whether there is a header.
    fn read_sheet_header(&mut self, log: &mut Log) -> bool {
        let (text, rows) = (&self.source.text, self.source.rows.as_deref().unwrap_or_default());
        let (mut at, mut last) = (0, 0);
        let mut columns = Vec::new();
        let (mut spaced, mut too_many) = (Vec::new(), None);
        while let Some(row) = sheet::row(rows, at, last) {
            let mut cells = Cells::new(rows, row.cells);
            for cell in cells.by_ref() {
                let written = raw(&cell).text(text);
                let name = written.trim();
                if name.is_empty() {
                    continue;
                }
                // a sheet of Excel has no such column; a workbook made to harm may
                if cell.column >= COLUMN_LIMIT {
                    too_many = Some(cell.column + 1);
                    continue;
                }
                if name.len() != written.len() {
                    spaced.push(cell.column);
                }
                columns.resize(cell.column, String::new());
                columns.push(name.to_owned());
            }
            (at, last) = (cells.at, row.number);
            if columns.is_empty() {
                continue;
            }
            self.source.header = Place {
                row: 0,
                line: row.number,
                start: row.cells as u32,
            };
            self.blank_rows = u64::from(row.number) - 1;
            self.data = Place {
                row: 0,
                line: row.number,
                start: at as u32,
            };
            break;
        }
        self.source.columns = columns;
        for column in spaced {
            let rule = &rules::surrounding_space::RULE;
            let words = rules::surrounding_space::words;
            log.add(&self.source, rule, self.source.header, At::Column(column), words);
        }
        let found = !self.source.columns.is_empty();
        if let (true, Some(columns)) = (found, too_many) {
            let rule = &rules::too_many_columns::RULE;
            let words = || rules::too_many_columns::words(Some(columns));
            log.add(&self.source, rule, self.source.header, At::Whole, words);
        }
        self.readable = found && too_many.is_none();
        found
    }

    pub(super) fn read_grid(&self, grid: &Grid, log: &mut Log, visit: &mut dyn Visit) -> Counted {
        let mut counted = Counted {
            records: 0,
            blank_rows: self.blank_rows,
        };
        let source = &self.source;
        let Some(rows) = source.rows.as_deref().filter(|_| self.readable) else {
            return counted;
        };
        let width = source.columns.len();
        let (mut at, mut last) = (self.data.start as usize, self.data.line);
        let mut filled = last;
        let mut row = vec![BLANK; width];
        while let Some(start) = sheet::row(rows, at, last) {
            last = start.number;
            row.fill(BLANK);
            let (mut is_filled, mut behind, mut faults) = (false, None, Vec::new());
            let mut cells = Cells::new(rows, start.cells);
            for cell in cells.by_ref() {
                let text = raw(&cell);
                if is_blank(&text, &source.text) {
                    continue;
                }
                is_filled = true;
                if let Some(place) = row.get_mut(cell.column) {
                    *place = text;
                    if cell.shows != Shows::Text {
                        faults.push(cell);
                    }
                } else {
                    behind = behind.or(Some(cell));
                }
            }
            at = cells.at;
            if !is_filled {
                continue;
            }
            counted.records += 1;
            counted.blank_rows += u64::from(start.number - filled) - 1;
            filled = start.number;
            let here = Place {
                row: counted.records as u32,
                line: start.number,
                start: start.cells as u32,
            };
            if self.is_left_out(here.row) {
                continue;
            }
            if start.is_hidden {
                let rule = &rules::hidden_row::RULE;
                log.add(source, rule, here, At::Whole, rules::hidden_row::words);
            }
            let mut broken = false;
            for fault in faults {
                broken |= report_fault(source, grid, here, &fault, log);
                row[fault.column] = BLANK;
            }
            if let Some(cell) = behind {
                broken = true;
                log.add(source, &rules::ragged_row::RULE, here, At::Whole, || {
                    let name = format!("{}{}", sheet::letters(cell.column), start.number);
                    let text = raw(&cell).text(&source.text).into_owned();
                    rules::ragged_row::words_for_sheet(&name, width, text)
                });
            }
            if broken {
                visit.broken(here);
            } else {
                visit.row(log, source, here, &row);
            }
        }
        counted
    }
}

/// A cell that shows no value: an error where it is mapped, a warning elsewhere.
fn report_fault(source: &Source<'_>, grid: &Grid, place: Place, cell: &SheetCell, log: &mut Log) -> bool {
    let is_mapped = grid.mapped.get(cell.column).copied().unwrap_or_default();
    let severity = if is_mapped { Severity::Error } else { Severity::Warning };
    let at = At::Column(cell.column);
    if cell.shows == Shows::Formula {
        let words = rules::formula_without_value::words;
        log.add_as(severity, source, &rules::formula_without_value::RULE, place, at, words);
    } else {
        log.add_as(severity, source, &rules::error_value::RULE, place, at, || {
            rules::error_value::words(&raw(cell).text(&source.text))
        });
    }
    is_mapped
}

fn refuse(source: &Source<'_>, refusal: &Refusal, grid: &Grid, log: &mut Log) {
    let (rule, words) = match refusal {
        Refusal::Damaged(fault) => (
            &rules::unreadable_workbook::RULE,
            rules::unreadable_workbook::words(fault),
        ),
        Refusal::Encrypted => (&rules::encrypted_workbook::RULE, rules::encrypted_workbook::words()),
        Refusal::TooLarge(what) => (&rules::workbook_too_large::RULE, rules::workbook_too_large::words(what)),
        Refusal::UnknownSheet(asked) => (
            &rules::unknown_sheet::RULE,
            rules::unknown_sheet::words(asked, &names(grid.sheets.iter())),
        ),
        Refusal::Foreign(name) => (
            &rules::unknown_file_type::RULE,
            rules::unknown_file_type::words(name, FileFormat::Csv),
        ),
    };
    log.add(source, rule, Place::default(), At::Whole, || words);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Options, prepare_sheet};
    use crate::mapping::Mapping;
    use crate::read::sheet::Builder;

    #[test]
    fn a_header_behind_the_last_column_of_excel_is_an_error() {
        let mut builder = Builder::default();
        let text = builder.keep("email");
        for row in [1, 2] {
            builder.begin_row(row, false);
            for column in [0, 16_384, 16_385] {
                builder.add_cell(column, Shows::Text, text);
            }
        }
        let workbook = Opened {
            container: Container::Xls,
            bytes: 9,
            sheets: Vec::new(),
            sheet: Ok(builder.finish("Users".to_owned())),
        };
        let mapping = Mapping::on_enabling(FileFormat::Csv);
        let report = prepare_sheet(workbook, &mapping, &Options::default()).into_report();
        let rules: Vec<&str> = report.errors().map(|problem| &*problem.rule).collect();
        assert!(rules.contains(&"too_many_columns"), "{rules:?}");
        assert_eq!((report.records, report.blank_rows), (0, 0));
    }
}
