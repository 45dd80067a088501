//! The file as it came, row by row: also those that can't be read, with every cell they have.

use crate::import::{Options, opening};
use crate::log::Log;
use crate::mapping::{FileFormat, Mapping};
use crate::read::scan::Batch;
use crate::read::sheet::Opened;
use crate::read::table::{Table, Visit};
use crate::read::{Place, RawCell, Source, row_of_sheet};

use super::{Mends, RowMend};

/// Where no record is.
const NOWHERE: u32 = u32::MAX;

/// A file and where its records are.
#[derive(Debug)]
pub struct Original<'a> {
    pub(super) source: Source<'a>,
    /// The first byte of each record.
    pub(super) starts: Vec<u32>,
    /// The rows that can't be read, rising.
    broken: Vec<u32>,
    /// The workbook it is a sheet of.
    pub(super) workbook: Option<Opened>,
    /// Whether a byte order mark stands before its text.
    pub(super) has_mark: bool,
    /// What stands between cells that are written.
    pub(super) delimiter: u8,
    /// Where in the text something could not be decoded, rising.
    pub(super) undecodable: Vec<usize>,
}

#[derive(Default)]
struct Places {
    starts: Vec<u32>,
    broken: Vec<u32>,
}

impl Places {
    fn add(&mut self, row: u32, starts: impl Iterator<Item = u32>) {
        // rows behind one with too many keys are not told of
        self.starts.resize(row as usize - 1, NOWHERE);
        self.starts.extend(starts);
    }
}

impl Visit for Places {
    fn row(&mut self, _: &mut Log, _: &Source<'_>, place: Place, _: &[RawCell]) {
        self.add(place.row, std::iter::once(place.start));
    }

    fn rows(&mut self, _: &mut Log, _: &Source<'_>, first: Place, batch: &Batch) {
        self.add(first.row, batch.starts());
    }

    fn broken(&mut self, place: Place) {
        self.add(place.row, std::iter::once(place.start));
        self.broken.push(place.row);
    }
}

impl<'a> Original<'a> {
    /// A file as it is read by a mapping.
    pub fn open(body: &'a [u8], mapping: &Mapping, options: &Options) -> Self {
        let open = |expected: &[&str], log: &mut Log| Table::open(body, &opening(mapping, options, expected), log);
        let mut original = Self::of(mapping, None, open);
        original.has_mark = body.starts_with(b"\xEF\xBB\xBF");
        original
    }

    /// The sheet of a workbook.
    pub fn open_sheet(workbook: &Opened, mapping: &Mapping, options: &Options) -> Self {
        Self::of(mapping, Some(workbook.clone()), |expected, log| {
            Table::open_sheet(workbook.clone(), &opening(mapping, options, expected), log)
        })
    }

    fn of(mapping: &Mapping, workbook: Option<Opened>, open: impl FnOnce(&[&str], &mut Log) -> Table<'a>) -> Self {
        let expected: Vec<&str> = mapping.fields.iter().map(|field| field.api_field.as_str()).collect();
        let mut log = Log::new(mapping.file_format, 0);
        let mut table = open(&expected, &mut log);
        let mut places = Places::default();
        table.read(&mut log, &mut places);
        let chosen = mapping
            .delimiter
            .filter(char::is_ascii)
            .map_or(b',', |chosen| chosen as u8);
        Self {
            delimiter: if workbook.is_some() {
                chosen
            } else {
                table.source.delimiter
            },
            undecodable: table.undecodable,
            source: table.source,
            starts: places.starts,
            broken: places.broken,
            workbook,
            has_mark: false,
        }
    }

    /// How many records it has.
    pub fn rows(&self) -> u32 {
        self.starts.len() as u32
    }

    /// What stands between the cells that are written.
    pub fn delimiter(&self) -> char {
        char::from(self.delimiter)
    }

    /// The names of its columns.
    pub fn columns(&self) -> &[String] {
        &self.source.columns
    }

    /// Whether it is a list of objects, whose cells may be absent and can't be joined.
    pub fn is_json(&self) -> bool {
        self.source.format == FileFormat::Json
    }

    /// Whether a row is one that can't be read as it came.
    pub fn is_broken(&self, row: u32) -> bool {
        self.broken.binary_search(&row).is_ok()
    }

    pub(super) fn start(&self, row: u32) -> Option<u32> {
        let start = self.starts.get(row.checked_sub(1)? as usize).copied();
        start.filter(|start| *start != NOWHERE)
    }

    /// All cells of a row as they came, also those for which the header has no name.
    pub fn cells(&self, row: u32) -> Vec<Option<String>> {
        let Some(start) = self.start(row) else {
            return Vec::new();
        };
        match &self.source.rows {
            Some(rows) => {
                let mut cells = vec![Some(String::new()); self.source.columns.len()];
                for (column, _, text) in row_of_sheet(rows, start as usize, &self.source.text) {
                    if column >= cells.len() && (text.trim().is_empty() || column > MOST_BEHIND + cells.len()) {
                        continue;
                    }
                    if column >= cells.len() {
                        cells.resize(column + 1, Some(String::new()));
                    }
                    cells[column] = Some(text.to_owned());
                }
                cells
            }
            None => self.source.cells(Place { row, line: 1, start }),
        }
    }

    /// All cells of a row as they are now.
    pub fn mended(&self, row: u32, mends: &Mends) -> Vec<Option<String>> {
        match mends.row(row) {
            Some(mend) => self.with(row, mend),
            None => self.cells(row),
        }
    }

    pub(super) fn with(&self, row: u32, mend: &RowMend) -> Vec<Option<String>> {
        let mut cells = match &mend.whole {
            Some(cells) => cells.iter().cloned().map(Some).collect(),
            None => self.cells(row),
        };
        for (column, text) in &mend.cells {
            let column = *column as usize;
            if column >= cells.len() {
                cells.resize(column + 1, None);
            }
            cells[column] = Some(text.clone());
        }
        cells
    }
}

/// Cells of a sheet that are so far behind the header are not shown.
const MOST_BEHIND: usize = 64;
