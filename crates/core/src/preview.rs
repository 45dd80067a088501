//! A first look at a file, before anything is mapped: its columns, with samples.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::check::told::{Tell, Told};
use crate::choices::{Choices, choices};
use crate::import::Options;
use crate::log::Log;
use crate::mapping::FileFormat;
use crate::order;
use crate::problem::{FileFacts, Problem};
use crate::read::scan::Batch;
use crate::read::sheet::Opened;
use crate::read::table::{Opening, Table, Visit, each_row};
use crate::read::{Place, RawCell, Source};
use crate::traces::{Seen, Trace};

/// A text and how often a column holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distinct {
    /// The text, trimmed.
    pub value: String,
    /// In how many records.
    pub count: u64,
}

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnPreview {
    /// The header, or the key.
    pub name: String,
    /// The first three different texts that are not blank, cut to 80 characters.
    pub samples: Vec<String>,
    /// Different texts by count, at most 50.
    pub distinct: Vec<Distinct>,
    /// Whether there are more than 50.
    pub distinct_capped: bool,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    /// How it was read; `format` is what the file is, whatever was expected.
    pub file: FileFacts,
    /// Records read.
    pub records: u64,
    /// Its columns, in the order of the file.
    pub columns: Vec<ColumnPreview>,
    /// What keeps it from being read, or was noticed while reading.
    pub problems: Vec<Problem>,
    /// How else it could be read; none of a workbook.
    #[serde(default)]
    pub choices: Choices,
    /// What a spreadsheet probably did to it.
    #[serde(default)]
    pub traces: Vec<Trace>,
}

/// How many different texts of a column are told apart.
const DISTINCT_LIMIT: usize = 50;

/// The most characters of a sample.
const SAMPLE_CHARACTERS: usize = 80;

#[derive(Default)]
struct Column {
    samples: Vec<String>,
    distinct: HashMap<String, (u64, usize)>,
    capped: bool,
}

/// Looks at a file; `expected` is the format of the integration, `None`: whichever it is.
pub fn preview(body: &[u8], expected: Option<FileFormat>, options: &Options) -> Preview {
    preview_telling(body, expected, options, &mut |_| {})
}

/// The same; tells on the way how far it has come.
pub fn preview_telling(body: &[u8], expected: Option<FileFormat>, options: &Options, tell: &mut Tell<'_>) -> Preview {
    let mut log = Log::new(expected.unwrap_or(FileFormat::Csv), options.problem_limit);
    let opening = Opening {
        format: expected,
        encoding: options.encoding,
        delimiter: options.delimiter,
        expected: &[],
    };
    let table = Table::open(body, &opening, &mut log);
    let preview = look(table, log, tell);
    Preview {
        choices: choices(body, options.encoding),
        ..preview
    }
}

/// Looks at the sheet of a workbook.
pub fn preview_sheet(workbook: Opened, options: &Options) -> Preview {
    let mut log = Log::new(FileFormat::Csv, options.problem_limit);
    let opening = Opening {
        format: Some(FileFormat::Csv),
        encoding: None,
        delimiter: None,
        expected: &[],
    };
    let table = Table::open_sheet(workbook, &opening, &mut log);
    look(table, log, &mut |_| {})
}

/// The columns as far as they were seen.
#[derive(Default)]
struct Columns(Vec<Column>, Vec<Seen>);

impl Visit for Columns {
    fn row(&mut self, _: &mut Log, source: &Source<'_>, _: Place, cells: &[RawCell]) {
        if self.0.len() < source.columns.len() {
            self.0.resize_with(source.columns.len(), Column::default);
            self.1.resize_with(source.columns.len(), Seen::default);
        }
        for (seen, cell) in self.1.iter_mut().zip(cells) {
            seen.look(source.text.get(cell.start..cell.end).unwrap_or_default());
        }
        for (column, cell) in self.0.iter_mut().zip(cells) {
            if column.capped && column.samples.len() >= 3 {
                continue;
            }
            let text = cell.text(&source.text);
            let text = text.trim();
            if !text.is_empty() {
                column.add(text);
            }
        }
    }

    fn rows(&mut self, log: &mut Log, source: &Source<'_>, first: Place, batch: &Batch) {
        each_row(self, log, source, first, batch);
    }
}

fn look(mut table: Table<'_>, mut log: Log, tell: &mut Tell<'_>) -> Preview {
    let mut columns = Columns::default();
    let visit = &mut columns;
    let counted = table.read(&mut log, &mut Told { visit, tell, untold: 0 });
    let Columns(mut columns, seen) = columns;
    let traces = table.source.columns.iter().zip(seen);
    let traces = traces.flat_map(|(name, seen)| seen.traces(name)).collect();
    columns.resize_with(table.source.columns.len(), Column::default);
    let names = table.source.columns.iter();
    let columns = names.zip(columns).map(|(name, column)| column.preview(name)).collect();
    let file = table.facts();
    let report = log.into_report(&table.source, file, counted.records, counted.blank_rows, 0);
    Preview {
        file: report.file,
        records: counted.records,
        columns,
        problems: report.problems,
        choices: Choices::default(),
        traces,
    }
}

impl Column {
    fn add(&mut self, text: &str) {
        if let Some((count, _)) = self.distinct.get_mut(text) {
            *count += 1;
            return;
        }
        if self.samples.len() < 3 {
            self.samples.push(text.chars().take(SAMPLE_CHARACTERS).collect());
        }
        if self.distinct.len() < DISTINCT_LIMIT && text.len() <= 4 * SAMPLE_CHARACTERS {
            let order = self.distinct.len();
            self.distinct.insert(text.to_owned(), (1, order));
        } else {
            self.capped = true;
        }
    }

    fn preview(self, name: &str) -> ColumnPreview {
        let mut distinct: Vec<_> = self.distinct.into_iter().collect();
        order::sort_by_key(&mut distinct, |(_, (count, order))| (std::cmp::Reverse(*count), *order));
        ColumnPreview {
            name: name.to_owned(),
            samples: self.samples,
            distinct: distinct
                .into_iter()
                .map(|(value, (count, _))| Distinct { value, count })
                .collect(),
            distinct_capped: self.capped,
        }
    }
}
