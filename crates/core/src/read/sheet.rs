//! A sheet of a workbook as whoever unpacked it hands it over: displayed texts with their rows and columns.
//!
//! Knows nothing of workbooks, ZIP or XML: that is the work of the crate `passmuster-workbook`, which writes what is
//! read here. The page's Excel reader is a WebAssembly module of its own, so that a sheet also travels as bytes
//! ([`Opened::to_bytes`]). Nothing takes the body of a request for such bytes.

/// A piece of a sheet's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Its first byte.
    pub start: u32,
    /// How many bytes it has.
    pub len: u32,
}

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// Its text.
    Text,
    /// An error value, such as `#N/A`, which is its text.
    Error,
    /// Nothing: it has a formula that no program has calculated; its text is the formula.
    Formula,
}

/// The container that a sheet came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// Office Open XML.
    Xlsx,
    /// Excel 97 to 2003, and Excel 95.
    Xls,
}

impl Container {
    /// As reports name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
        }
    }
}

/// A sheet by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetName {
    /// As on its tab.
    pub name: String,
    /// Whether it has a tab.
    pub is_visible: bool,
}

/// Why a workbook is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is damaged, or not what it seems; what is wrong with it.
    Damaged(String),
    /// It has a password.
    Encrypted,
    /// It is more than is read; what of it.
    TooLarge(String),
    /// It has no sheet of the name that was asked for.
    UnknownSheet(String),
    /// It is another kind of file; which.
    Foreign(String),
}

/// A workbook that somebody tried to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What it came in.
    pub container: Container,
    /// Bytes received.
    pub bytes: u64,
    /// All its sheets, in the order of their tabs.
    pub sheets: Vec<SheetName>,
    /// The sheet that was asked for, or the first visible one.
    pub sheet: Result<Sheet, Refusal>,
}

/// One sheet: its filled cells, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// As on its tab.
    pub name: String,
    /// First and last of columns that are hidden, counted from 0.
    pub hidden_columns: Vec<(u32, u32)>,
    /// How many ranges of merged cells it has.
    pub merged: u32,
    /// The first of them, such as `A2:A5`.
    pub first_merged: String,
    /// All texts, each once or more often, in any order.
    pub(super) text: String,
    /// The rows, packed; see [`Builder`].
    pub(super) rows: Vec<u8>,
    pub(super) row_count: u32,
}

/// Ends a row; other kinds of cells are 0 to 2.
const END: u64 = 3;

/// Writes a sheet cell by cell, in rising order.
///
/// A row is how far its number is above the one before, doubled, plus 1 if it is hidden; its cells; and the end. A cell
/// is how many columns it skips, times four, plus what it shows; then the start and the length of its text. All of them
/// are numbers of seven bits a byte, lowest first. A cell of few characters so costs about six bytes.
#[derive(Debug, Default)]
pub struct Builder {
    sheet: Sheet,
    last_row: u32,
    next_column: u32,
    is_open: bool,
}

impl Builder {
    /// The texts so far, for whoever writes one in place.
    pub fn text(&mut self) -> &mut String {
        &mut self.sheet.text
    }

    /// Keeps a text that cells may show.
    pub fn keep(&mut self, text: &str) -> Span {
        let start = self.sheet.text.len();
        self.sheet.text.push_str(text);
        self.since(start)
    }

    /// What was written behind `start`.
    pub fn since(&self, start: usize) -> Span {
        Span {
            start: start as u32,
            len: (self.sheet.text.len() - start) as u32,
        }
    }

    /// Bytes that rows take so far.
    pub fn row_bytes(&self) -> usize {
        self.sheet.rows.len()
    }

    /// Begins the row of this number, from 1; numbers must rise.
    pub fn begin_row(&mut self, number: u32, is_hidden: bool) {
        debug_assert!(number > self.last_row, "rows rise");
        self.end_row();
        push(
            &mut self.sheet.rows,
            u64::from(number - self.last_row) * 2 + u64::from(is_hidden),
        );
        self.last_row = number;
        self.next_column = 0;
        self.is_open = true;
        self.sheet.row_count += 1;
    }

    /// Adds a filled cell to the row that was begun, by its column from 0; columns must rise.
    pub fn add_cell(&mut self, column: u32, shows: Shows, text: Span) {
        debug_assert!(column >= self.next_column && self.is_open, "columns rise within a row");
        let rows = &mut self.sheet.rows;
        push(rows, u64::from(column - self.next_column) * 4 + shows as u64);
        push(rows, u64::from(text.start));
        push(rows, u64::from(text.len));
        self.next_column = column + 1;
    }

    fn end_row(&mut self) {
        if self.is_open {
            push(&mut self.sheet.rows, END);
        }
    }

    /// The sheet.
    pub fn finish(mut self, name: String) -> Sheet {
        self.end_row();
        self.sheet.name = name;
        self.sheet
    }
}

/// A cell as it is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct SheetCell {
    pub(super) column: usize,
    pub(super) shows: Shows,
    pub(super) text: Span,
}

/// Where a row is.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowStart {
    /// From 1.
    pub(super) number: u32,
    pub(super) is_hidden: bool,
    /// Where its cells begin in the packed rows.
    pub(super) cells: usize,
}

/// Reads the start of the row at `at`; `None` behind the last.
pub(super) fn row(rows: &[u8], at: usize, last: u32) -> Option<RowStart> {
    let mut cells = at;
    let head = take(rows, &mut cells)?;
    Some(RowStart {
        number: last.checked_add(u32::try_from(head / 2).ok()?)?,
        is_hidden: head % 2 == 1,
        cells,
    })
}

/// The cells of the row whose cells begin at `at`.
pub(super) struct Cells<'r> {
    rows: &'r [u8],
    /// Where reading is; behind the row once it gave `None`.
    pub(super) at: usize,
    next_column: usize,
}

impl<'r> Cells<'r> {
    pub(super) fn new(rows: &'r [u8], at: usize) -> Self {
        Self {
            rows,
            at,
            next_column: 0,
        }
    }
}

impl Iterator for Cells<'_> {
    type Item = SheetCell;

    fn next(&mut self) -> Option<SheetCell> {
        let head = take(self.rows, &mut self.at)?;
        let shows = match head % 4 {
            0 => Shows::Text,
            1 => Shows::Error,
            2 => Shows::Formula,
            _ => return None,
        };
        let start = take(self.rows, &mut self.at)? as u32;
        let len = take(self.rows, &mut self.at)? as u32;
        let column = self.next_column + (head / 4) as usize;
        self.next_column = column + 1;
        Some(SheetCell {
            column,
            shows,
            text: Span { start, len },
        })
    }
}

/// The rows of a sheet: their numbers, whether they are hidden, and where their cells begin.
pub(crate) fn rows_of(rows: &[u8]) -> impl Iterator<Item = (u32, bool, u32)> + '_ {
    let (mut at, mut last) = (0, 0);
    std::iter::from_fn(move || {
        let row = row(rows, at, last)?;
        let mut cells = Cells::new(rows, row.cells);
        cells.by_ref().for_each(drop);
        (at, last) = (cells.at, row.number);
        Some((row.number, row.is_hidden, row.cells as u32))
    })
}

/// The cells of a row whose cells begin here: column, what it shows, and where its text is.
pub(crate) fn spans_of(rows: &[u8], start: u32) -> impl Iterator<Item = (usize, Shows, Span)> + '_ {
    Cells::new(rows, start as usize).map(|cell| (cell.column, cell.shows, cell.text))
}

impl Sheet {
    /// Takes the cells of another sheet in the place of its own.
    pub(crate) fn take_cells(&mut self, other: Self) {
        (self.text, self.rows, self.row_count) = (other.text, other.rows, other.row_count);
    }
}

fn push(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0;
    for shift in (0..35).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// The column's letters: 0 is A, 16,383 is XFD.
pub fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(b'A' + ((rest - 1) % 26) as u8);
        rest = (rest - 1) / 26;
    }
    letters.reverse();
    letters.into_iter().map(char::from).collect()
}

/// What a handed over sheet begins with; the last byte is the version.
const MAGIC: &[u8; 8] = b"PMSHEET\x01";

impl Opened {
    /// As bytes, to be handed from one WebAssembly module to the other.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        push(&mut out, self.container as u64);
        push(&mut out, self.bytes & 0x7_FFFF_FFFF);
        push(&mut out, self.sheets.len() as u64);
        for sheet in &self.sheets {
            push(&mut out, u64::from(sheet.is_visible));
            push_bytes(&mut out, sheet.name.as_bytes());
        }
        match &self.sheet {
            Ok(sheet) => {
                push(&mut out, 0);
                push_bytes(&mut out, sheet.name.as_bytes());
                push(&mut out, sheet.hidden_columns.len() as u64);
                for (first, last) in &sheet.hidden_columns {
                    push(&mut out, u64::from(*first));
                    push(&mut out, u64::from(*last));
                }
                push(&mut out, u64::from(sheet.merged));
                push_bytes(&mut out, sheet.first_merged.as_bytes());
                push(&mut out, u64::from(sheet.row_count));
                out.reserve_exact(sheet.text.len() + sheet.rows.len() + 16);
                push_bytes(&mut out, sheet.text.as_bytes());
                push_bytes(&mut out, &sheet.rows);
            }
            Err(refusal) => {
                let (kind, words) = match refusal {
                    Refusal::Damaged(words) => (1, words.as_str()),
                    Refusal::Encrypted => (2, ""),
                    Refusal::TooLarge(words) => (3, words.as_str()),
                    Refusal::UnknownSheet(name) => (4, name.as_str()),
                    Refusal::Foreign(name) => (5, name.as_str()),
                };
                push(&mut out, kind);
                push_bytes(&mut out, words.as_bytes());
            }
        }
        out
    }

    /// Back from [`Opened::to_bytes`]; `None` for other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let at = &mut 0;
        let container = match take(rest, at)? {
            0 => Container::Xlsx,
            1 => Container::Xls,
            _ => return None,
        };
        let size = take(rest, at)?;
        let mut sheets = Vec::new();
        for _ in 0..take(rest, at)? {
            let is_visible = take(rest, at)? == 1;
            let name = take_text(rest, at)?;
            sheets.push(SheetName { name, is_visible });
        }
        let sheet = match take(rest, at)? {
            0 => {
                let mut sheet = Sheet {
                    name: take_text(rest, at)?,
                    ..Sheet::default()
                };
                for _ in 0..take(rest, at)? {
                    let first = take(rest, at)? as u32;
                    sheet.hidden_columns.push((first, take(rest, at)? as u32));
                }
                sheet.merged = take(rest, at)? as u32;
                sheet.first_merged = take_text(rest, at)?;
                sheet.row_count = take(rest, at)? as u32;
                sheet.text = take_text(rest, at)?;
                sheet.rows = take_bytes(rest, at)?.to_vec();
                Ok(sheet)
            }
            1 => Err(Refusal::Damaged(take_text(rest, at)?)),
            2 => Err(Refusal::Encrypted),
            3 => Err(Refusal::TooLarge(take_text(rest, at)?)),
            4 => Err(Refusal::UnknownSheet(take_text(rest, at)?)),
            5 => Err(Refusal::Foreign(take_text(rest, at)?)),
            _ => return None,
        };
        Some(Self {
            container,
            bytes: size,
            sheets,
            sheet,
        })
    }
}

fn push_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    push(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn take_bytes<'b>(bytes: &'b [u8], at: &mut usize) -> Option<&'b [u8]> {
    let len = usize::try_from(take(bytes, at)?).ok()?;
    let end = at.checked_add(len)?;
    let taken = bytes.get(*at..end)?;
    *at = end;
    Some(taken)
}

fn take_text(bytes: &[u8], at: &mut usize) -> Option<String> {
    String::from_utf8(take_bytes(bytes, at)?.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small() -> Opened {
        let mut builder = Builder::default();
        let email = builder.keep("Email");
        builder.begin_row(1, false);
        builder.add_cell(0, Shows::Text, email);
        builder.begin_row(1_048_576, true);
        let far = builder.keep("#N/A");
        builder.add_cell(16_383, Shows::Error, far);
        Opened {
            container: Container::Xls,
            bytes: 99,
            sheets: vec![SheetName {
                name: "Users".to_owned(),
                is_visible: true,
            }],
            sheet: Ok(builder.finish("Users".to_owned())),
        }
    }

    #[test]
    fn what_is_handed_over_comes_back_the_same() {
        let opened = small();
        assert_eq!(Opened::from_bytes(&opened.to_bytes()), Some(opened.clone()));
        let refused = Opened {
            sheet: Err(Refusal::UnknownSheet("Users ".to_owned())),
            ..opened
        };
        assert_eq!(Opened::from_bytes(&refused.to_bytes()), Some(refused));
    }

    #[test]
    fn other_bytes_are_refused_and_cut_ones_too() {
        let bytes = small().to_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Opened::from_bytes(&bytes[..end]), None, "{end} bytes");
        }
        assert_eq!(Opened::from_bytes(b"Email\nann@example.com\n"), None);
    }

    #[test]
    fn cells_are_read_where_they_were_written() {
        let sheet = small().sheet.expect("a sheet");
        let first = row(&sheet.rows, 0, 0).expect("row 1");
        let mut cells = Cells::new(&sheet.rows, first.cells);
        assert_eq!(cells.next().map(|cell| cell.column), Some(0));
        assert!(cells.next().is_none());
        let second = row(&sheet.rows, cells.at, first.number).expect("the last row");
        assert_eq!((second.number, second.is_hidden), (1_048_576, true));
        let cell = Cells::new(&sheet.rows, second.cells).next().expect("a cell");
        assert_eq!((cell.column, cell.shows), (16_383, Shows::Error));
    }

    #[test]
    fn columns_have_letters() {
        assert_eq!(
            [0, 25, 26, 701, 702, 16_383].map(letters),
            ["A", "Z", "AA", "ZZ", "AAA", "XFD"]
        );
    }
}
