//! The first rows of a file as they stand, which of them is probably the header, and the file with another one.
//!
//! What a header means is told by [`crate::suggest`]; this file only knows which words headers are made of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::csv::Rows;
use super::decode::decode;
use super::sheet::{self, Cells, Sheet, Shows};
use super::{RawCell, dialect, sniff};
use crate::import::Options;
use crate::suggest::{folded, is_known};

/// A row as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadRow {
    /// The physical line where it begins, from 1, or the row of the sheet.
    pub line: u64,
    /// Its first [`CELLS_SHOWN`] cells, trimmed and cut.
    pub cells: Vec<String>,
    /// How many cells it has.
    pub width: u64,
}

/// The first rows, and the guess.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// The first [`ROWS_SHOWN`] rows that are not blank.
    pub rows: Vec<HeadRow>,
    /// The line of the row that is probably the header; `None`: there is none.
    pub guess: Option<u64>,
    /// Whether nobody has to look.
    pub is_certain: bool,
    /// Why.
    pub reason: String,
}

/// Which row is the header, and what its columns are called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderChoice {
    /// The line of the header; `None`: the file has none.
    pub line: Option<u64>,
    /// Names that stand in the place of those in the file, by column, from 0.
    pub names: BTreeMap<usize, String>,
}

/// How many rows are shown.
pub const ROWS_SHOWN: usize = 20;

/// How many cells of a row are shown.
pub const CELLS_SHOWN: usize = 60;

/// The most characters of a cell that are shown.
const CELL_CHARACTERS: usize = 60;

/// A file whose rows are looked at before its header is known.
#[derive(Debug, Clone, Copy)]
pub enum Raw<'a> {
    /// The text of a CSV body, and its delimiter.
    Text(&'a str, u8),
    /// A sheet.
    Sheet(&'a Sheet),
}

/// One row, with where it ends in a text.
struct Line {
    number: u64,
    cells: Vec<String>,
    /// First byte, and the first byte behind.
    span: (usize, usize),
}

/// How far a body is looked into for its first rows, in bytes.
const LOOKED_AT: usize = 1 << 20;

/// The first rows of a body of CSV; `None` for another body.
pub fn heading_of(body: &[u8], options: &Options) -> Option<Heading> {
    let head = body.get(..LOOKED_AT).unwrap_or(body);
    let text = decode(head, options.encoding).text;
    let is_csv = sniff::foreign_type(body).is_none() && !sniff::begins_as_json(&text) && !text.trim().is_empty();
    is_csv.then(|| Raw::of_text(&text, options.delimiter, &[]).heading(&[]))
}

/// A body of CSV with the header that was chosen.
pub fn with_header(body: &[u8], options: &Options, choice: &HeaderChoice) -> String {
    Raw::of_text(&decode(body, options.encoding).text, options.delimiter, &[]).with_header(choice)
}

impl<'a> Raw<'a> {
    /// A text whose delimiter is not known yet; `expected` are headers that it probably has.
    pub fn of_text(text: &'a str, delimiter: Option<char>, expected: &[&str]) -> Self {
        let delimiter = match (dialect::separator_line(text), delimiter) {
            (Some((delimiter, _)), _) => delimiter,
            (None, Some(delimiter)) if delimiter.is_ascii() => delimiter as u8,
            (None, _) => dialect::detect(text, expected),
        };
        Self::Text(text, delimiter)
    }

    /// Calls back with every row, blank ones too, until told to stop.
    fn each(self, found: &mut dyn FnMut(Line) -> bool) {
        match self {
            Self::Text(text, delimiter) => {
                let rows = Rows::new(delimiter);
                let (mut at, mut number) = (begin(text), 1 + u64::from(begin(text) > 0));
                let mut cells: Vec<RawCell> = Vec::new();
                while let Some(end) = rows.read(text, at, super::table::COLUMN_LIMIT, &mut cells) {
                    let line = Line {
                        number,
                        cells: cells.iter().map(|cell| cell.text(text).into_owned()).collect(),
                        span: (at, end.next),
                    };
                    if !found(line) {
                        return;
                    }
                    number += end.lines as u64;
                    at = end.next;
                }
            }
            Self::Sheet(sheet) => {
                let (mut at, mut last) = (0, 0);
                while let Some(row) = sheet::row(&sheet.rows, at, last) {
                    let mut texts = Vec::new();
                    let mut cells = Cells::new(&sheet.rows, row.cells);
                    for cell in cells.by_ref().filter(|cell| cell.column < super::table::COLUMN_LIMIT) {
                        let (start, len) = (cell.text.start as usize, cell.text.len as usize);
                        let text = sheet.text.get(start..start + len).unwrap_or_default();
                        texts.resize(cell.column, String::new());
                        texts.push(if cell.shows == Shows::Formula { "" } else { text }.to_owned());
                    }
                    (at, last) = (cells.at, row.number);
                    let line = Line {
                        number: u64::from(row.number),
                        cells: texts,
                        span: (0, 0),
                    };
                    if !found(line) {
                        return;
                    }
                }
            }
        }
    }

    /// The first rows, and the guess; `expected` are headers that it probably has.
    pub fn heading(self, expected: &[&str]) -> Heading {
        let mut rows: Vec<HeadRow> = Vec::new();
        self.each(&mut |line| {
            let cells: Vec<String> = line.cells.iter().map(|cell| cut(cell.trim())).collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                rows.push(HeadRow {
                    line: line.number,
                    width: cells.len() as u64,
                    cells: cells.into_iter().take(CELLS_SHOWN).collect(),
                });
            }
            rows.len() < ROWS_SHOWN
        });
        let (guess, is_certain, reason) = guess(&rows, expected);
        Heading {
            guess: guess.map(|at| rows[at].line),
            rows,
            is_certain,
            reason,
        }
    }

    /// The file in UTF-8 with the header that was chosen: what stood above it is blank, so that lines keep their numbers.
    ///
    /// Without a header one is put before the first row; then every line is one further down.
    pub fn with_header(self, choice: &HeaderChoice) -> String {
        let (delimiter, head) = match self {
            Self::Text(text, delimiter) => (delimiter, text.get(..begin(text)).unwrap_or_default()),
            Self::Sheet(_) => (b',', ""),
        };
        let mut out = head.to_owned();
        if choice.line.is_none() {
            let width = self.width();
            let names = (0..width).map(|column| name(choice, column, ""));
            write(&mut out, names, delimiter);
        }
        // rows of a sheet that are not there, and lines within cells
        let mut next = 1 + u64::from(!head.is_empty());
        let mut rest = None;
        self.each(&mut |line| {
            while next < line.number {
                out.push('\n');
                next += 1;
            }
            match choice.line {
                Some(wanted) if line.number < wanted => return true,
                Some(wanted) if line.number == wanted => {
                    let lines = match self {
                        Self::Text(text, _) => {
                            let row = text.get(line.span.0..line.span.1).unwrap_or_default();
                            super::csv::count_line_ends(row.as_bytes()) as u64
                        }
                        Self::Sheet(_) => 1,
                    };
                    let names = line
                        .cells
                        .iter()
                        .enumerate()
                        .map(|(column, cell)| name(choice, column, cell.trim()));
                    write(&mut out, names, delimiter);
                    next = line.number + 1;
                    // a header of several lines is written in one
                    while next < line.number + lines {
                        out.push('\n');
                        next += 1;
                    }
                    rest = Some(line.span.1);
                    return matches!(self, Self::Sheet(_));
                }
                _ => {}
            }
            match self {
                Self::Sheet(_) => {
                    write(&mut out, line.cells.into_iter(), delimiter);
                    next = line.number + 1;
                    true
                }
                Self::Text(..) => {
                    rest = Some(line.span.0);
                    false
                }
            }
        });
        if let (Self::Text(text, _), Some(rest)) = (self, rest) {
            out.push_str(text.get(rest..).unwrap_or_default());
        }
        out
    }

    /// How many columns the first rows have.
    fn width(self) -> usize {
        let (mut width, mut seen) = (0, 0);
        self.each(&mut |line| {
            width = width.max(line.cells.len());
            seen += 1;
            seen < ROWS_SHOWN
        });
        width
    }
}

/// Where the rows of a text begin: behind a `sep=` line.
fn begin(text: &str) -> usize {
    dialect::separator_line(text).map_or(0, |(_, start)| start)
}

fn name(choice: &HeaderChoice, column: usize, written: &str) -> String {
    match choice.names.get(&column) {
        Some(name) => name.trim().to_owned(),
        None if choice.line.is_none() => format!("Column {}", column + 1),
        None => written.to_owned(),
    }
}

/// Writes a row; nothing at all for one that is blank.
fn write(out: &mut String, cells: impl Iterator<Item = String>, delimiter: u8) {
    let delimiter = char::from(delimiter);
    let start = out.len();
    for (column, cell) in cells.enumerate() {
        if column > 0 {
            out.push(delimiter);
        }
        if cell.contains([delimiter, '"', '\n', '\r']) || cell.trim().len() != cell.len() {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    if out[start..].chars().all(|character| character == delimiter) {
        out.truncate(start);
    }
    out.push('\n');
}

fn cut(cell: &str) -> String {
    match cell.char_indices().nth(CELL_CHARACTERS) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.to_owned(),
    }
}

/// Which row is probably the header, whether that is certain, and why.
fn guess(rows: &[HeadRow], expected: &[&str]) -> (Option<usize>, bool, String) {
    let Some(first) = rows.first() else {
        return (None, false, "The file has no rows.".to_owned());
    };
    let knows = |row: &HeadRow| {
        let cells = row.cells.iter();
        cells
            .filter(|cell| is_known(&folded(cell)) || expected.contains(&cell.as_str()))
            .count()
    };
    let is_data = |row: &HeadRow| row.cells.iter().any(|cell| looks_like_data(cell));
    let best = (0..rows.len().min(ROWS_SHOWN / 2))
        .filter(|at| !is_data(&rows[*at]))
        .max_by_key(|at| (knows(&rows[*at]), usize::MAX - at));
    let Some(best) = best else {
        let reason = "Every row looks like data: the first one already holds an address or a number.";
        return (None, false, reason.to_owned());
    };
    let (row, known) = (&rows[best], knows(&rows[best]));
    let place = format!("row {}", row.line);
    if known == 0 && is_data(first) {
        let reason = "The first row looks like data: it holds an address or a number.";
        return (None, false, reason.to_owned());
    }
    if let Some(fault) = faulty_name(row, &rows[best + 1..]) {
        return (Some(best), false, format!("In {place} {fault}"));
    }
    let reason = if known > 0 {
        format!("{} of the names in {place} are known.", known)
    } else {
        format!("{} holds neither an address nor a number.", capitalised(&place))
    };
    let others_are_data = rows.get(best + 1..).is_some_and(|rest| rest.iter().any(is_data));
    let narrow = row.width < first.width.max(rows.get(best + 1).map_or(0, |next| next.width));
    let is_certain = best == 0 && !narrow && (known > 0 || others_are_data || rows.len() == 1);
    (Some(best), is_certain, reason)
}

/// What is wrong with the names of a header, in words, when something is.
fn faulty_name(row: &HeadRow, below: &[HeadRow]) -> Option<String> {
    let mut seen: Vec<&str> = Vec::new();
    for (column, cell) in row.cells.iter().enumerate() {
        let is_used = || {
            below
                .iter()
                .any(|row| row.cells.get(column).is_some_and(|cell| !cell.is_empty()))
        };
        if cell.is_empty() && is_used() {
            return Some(format!("column {} has no name.", column + 1));
        }
        if !cell.is_empty() && seen.contains(&cell.as_str()) {
            return Some(format!("“{cell}” is there twice."));
        }
        seen.push(cell);
    }
    None
}

fn looks_like_data(cell: &str) -> bool {
    let is_address = cell
        .split_once('@')
        .is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'));
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    is_address
        || (digits > 0
            && cell
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b',' | b'-' | b'/' | b':' | b' ')))
}

fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::super::sheet::Builder;
    use super::*;

    fn heading(text: &str) -> Heading {
        Raw::of_text(text, None, &[]).heading(&[])
    }

    fn choice(line: Option<u64>, names: &[(usize, &str)]) -> HeaderChoice {
        HeaderChoice {
            line,
            names: names
                .iter()
                .map(|(column, name)| (*column, (*name).to_owned()))
                .collect(),
        }
    }

    #[test]
    fn an_ordinary_header_is_certain() {
        let found = heading("Email,First Name,Last Name\na@b.co,Ann,Hill\n");
        assert_eq!((found.guess, found.is_certain), (Some(1), true), "{}", found.reason);
        let found = heading("Alpha,Beta\n1,a@b.co\n");
        assert_eq!((found.guess, found.is_certain), (Some(1), true), "{}", found.reason);
    }

    #[test]
    fn a_title_above_and_no_header_at_all_are_asked_about() {
        let found = heading("Report of June\n\nEmail,First Name\na@b.co,Ann\n");
        assert_eq!((found.guess, found.is_certain), (Some(3), false), "{}", found.reason);
        assert_eq!(found.rows[1].cells, ["Email", "First Name"]);
        let found = heading("a@b.co,Ann\nb@b.co,Ben\n");
        assert_eq!((found.guess, found.is_certain), (None, false), "{}", found.reason);
        for text in ["Email,Name,Email\na@b.co,x,y\n", "Email,,Name\na@b.co,x,y\n"] {
            let found = heading(text);
            assert_eq!((found.guess, found.is_certain), (Some(1), false), "{}", found.reason);
        }
        assert!(heading("Email,Name,\na@b.co,x,\n").is_certain);
    }

    #[test]
    fn lines_keep_their_numbers_under_another_header() {
        let text = "Report\n\"of\nJune\";x\nMail;Name;Name\na@b.co;Ann;Hill\n";
        let raw = Raw::of_text(text, Some(';'), &[]);
        assert_eq!(
            raw.heading(&[]).rows.iter().map(|row| row.line).collect::<Vec<_>>(),
            [1, 2, 4, 5]
        );
        let written = raw.with_header(&choice(Some(4), &[(2, "Last; Name")]));
        assert_eq!(written, "\n\n\nMail;Name;\"Last; Name\"\na@b.co;Ann;Hill\n");
        let written = raw.with_header(&choice(Some(1), &[]));
        assert_eq!(written, text);
    }

    #[test]
    fn a_file_without_a_header_is_given_one() {
        let raw = Raw::of_text("a@b.co,Ann\nb@b.co,Ben\n", None, &[]);
        let written = raw.with_header(&choice(None, &[(0, "email")]));
        assert_eq!(written, "email,Column 2\na@b.co,Ann\nb@b.co,Ben\n");
        let raw = Raw::of_text("sep=;\na@b.co;Ann\n", None, &[]);
        assert_eq!(raw.heading(&[]).rows[0].line, 2);
        assert_eq!(
            raw.with_header(&choice(None, &[])),
            "sep=;\nColumn 1;Column 2\na@b.co;Ann\n"
        );
    }

    #[test]
    fn a_sheet_becomes_text_with_its_rows_in_their_places() {
        let mut builder = Builder::default();
        for (row, texts) in [
            (1, ["Report", ""]),
            (3, ["Email", "Name"]),
            (5, ["a@b.co", "Hill, Ann"]),
        ] {
            builder.begin_row(row, false);
            for (column, text) in texts.into_iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let text = builder.keep(text);
                builder.add_cell(column as u32, Shows::Text, text);
            }
        }
        let sheet = builder.finish("Users".to_owned());
        let raw = Raw::Sheet(&sheet);
        assert_eq!(raw.heading(&[]).guess, Some(3));
        assert_eq!(
            raw.with_header(&choice(Some(3), &[])),
            "\n\nEmail,Name\n\na@b.co,\"Hill, Ann\"\n"
        );
    }
}
