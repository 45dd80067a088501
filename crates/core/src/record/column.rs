//! The cells of one field: where each record's text stands, in one, two or four bytes a record.
//!
//! Knows nothing of what the texts mean.

/// A slice of the body or of the side text, or one of the states without text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    start: u32,
    len: u32,
}

impl Cell {
    /// Says nothing of the field.
    pub const ABSENT: Self = Self {
        start: u32::MAX,
        len: 0,
    };
    /// Was refused; a problem tells why.
    pub const REFUSED: Self = Self {
        start: u32::MAX - 2,
        len: 0,
    };
    /// Clears the field.
    pub const CLEAR: Self = Self {
        start: u32::MAX - 1,
        len: 0,
    };

    /// Where the side text of a body begins that is read in pieces, none of which is so long.
    pub(crate) const SIDE: usize = 1 << 31;

    /// Where its text is; `None` for the states without text.
    pub(crate) fn range(self) -> Option<std::ops::Range<usize>> {
        (self.start < Self::REFUSED.start).then(|| self.start as usize..self.start as usize + self.len as usize)
    }

    /// A slice; offsets behind the body's end point into the side text.
    pub fn slice(start: usize, len: usize) -> Self {
        Self {
            start: start as u32,
            len: len as u32,
        }
    }
}

/// The cells of one field, record by record.
///
/// Most cells stand near the beginning of their record: their code is how far behind it, and their length. A cell that
/// stands elsewhere (of a sheet, in the side text, or once for all records that say it) is an entry of a list, and its
/// code the entry's number. Where there are few entries and nothing else, a code takes one byte, or two.
#[derive(Debug)]
pub(crate) struct Column {
    codes: Codes,
    far: Vec<Cell>,
}

/// Codes, in as many bytes as the largest takes.
#[derive(Debug)]
enum Codes {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// How many entries one byte tells, and two: they tell the three states without text besides.
const ONE: u32 = 0xFD;
const TWO: u32 = 0xFFFD;

/// How many codes are joined at a time.
const TOGETHER: usize = 1024;

/// What a [`Column`] keeps of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Code(u32);

impl Code {
    const OFFSET_BITS: u32 = 17;
    const LENGTH_BITS: u32 = 14;
    /// Codes from here are entries of the list.
    const FAR: u32 = 1 << (Self::OFFSET_BITS + Self::LENGTH_BITS);
    /// Says nothing of the field.
    pub(crate) const ABSENT: Self = Self(u32::MAX);
    /// Clears the field.
    pub(crate) const CLEAR: Self = Self(u32::MAX - 1);
    /// Was refused.
    pub(crate) const REFUSED: Self = Self(u32::MAX - 2);

    /// A slice that begins `offset` bytes behind the beginning of its record; `None` if it is too long or too far.
    #[inline]
    pub(crate) fn near(offset: usize, len: usize) -> Option<Self> {
        (offset < 1 << Self::OFFSET_BITS && len < 1 << Self::LENGTH_BITS)
            .then_some(Self((offset as u32) << Self::LENGTH_BITS | len as u32))
    }

    /// The cell that is this entry of the list.
    #[inline]
    pub(crate) fn of_entry(entry: u32) -> Self {
        Self(Self::FAR + entry)
    }

    /// Whether it is of a text that stands in its record.
    #[inline]
    pub(crate) fn is_near(self) -> bool {
        self.0 < Self::FAR
    }

    /// Which entry of the list it is, if it is one.
    #[inline]
    pub(crate) fn entry(self) -> Option<usize> {
        (Self::FAR..Self::REFUSED.0)
            .contains(&self.0)
            .then(|| (self.0 - Self::FAR) as usize)
    }

    /// Whether its low bits alone tell it: an entry below `limit`, or a state without text.
    #[inline]
    fn is_below(self, limit: u32) -> bool {
        self.0.wrapping_sub(Self::FAR) < limit || self.0 >= Self::REFUSED.0
    }

    #[inline]
    fn of_byte(byte: u8) -> Self {
        Self(match byte {
            0..0xFD => Self::FAR | u32::from(byte),
            _ => !0xFF | u32::from(byte),
        })
    }

    #[inline]
    fn of_pair(pair: u16) -> Self {
        Self(match pair {
            0..0xFFFD => Self::FAR | u32::from(pair),
            _ => !0xFFFF | u32::from(pair),
        })
    }
}

/// Whether the low bits of each tell it.
fn are_below(limit: u32, codes: &[Code]) -> bool {
    codes.iter().fold(true, |are, code| are & code.is_below(limit))
}

/// What tells texts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum TextKey {
    /// All records whose text was understood once and kept once have the same, counted up from 0.
    Entry(usize),
    /// A record whose text was kept by itself.
    Own(usize),
}

impl Column {
    /// A column with room for as many records, whose cells are mostly kept once for all records that say the same.
    pub(crate) fn of_repeated(records: usize) -> Self {
        Self {
            codes: Codes::One(Vec::with_capacity(records)),
            far: Vec::new(),
        }
    }

    /// A column with room for as many records, whose cells stand in their records.
    pub(crate) fn of_own(records: usize) -> Self {
        Self {
            codes: Codes::Four(Vec::with_capacity(records)),
            far: Vec::new(),
        }
    }

    /// How many records there are.
    pub(crate) fn len(&self) -> usize {
        match &self.codes {
            Codes::One(codes) => codes.len(),
            Codes::Two(codes) => codes.len(),
            Codes::Four(codes) => codes.len(),
        }
    }

    /// For how many records there is room.
    pub(crate) fn room(&self) -> usize {
        match &self.codes {
            Codes::One(codes) => codes.capacity(),
            Codes::Two(codes) => codes.capacity(),
            Codes::Four(codes) => codes.capacity(),
        }
    }

    /// The code of a record, if there is one.
    #[inline]
    pub(crate) fn code(&self, record: usize) -> Option<Code> {
        Some(match &self.codes {
            Codes::One(codes) => Code::of_byte(*codes.get(record)?),
            Codes::Two(codes) => Code::of_pair(*codes.get(record)?),
            Codes::Four(codes) => Code(*codes.get(record)?),
        })
    }

    /// The codes of the records from one on.
    #[inline]
    pub(crate) fn read(&self, from: usize, codes: &mut [Code]) {
        match &self.codes {
            Codes::One(all) => {
                for (code, byte) in codes.iter_mut().zip(&all[from..]) {
                    *code = Code::of_byte(*byte);
                }
            }
            Codes::Two(all) => {
                for (code, pair) in codes.iter_mut().zip(&all[from..]) {
                    *code = Code::of_pair(*pair);
                }
            }
            Codes::Four(all) => {
                for (code, whole) in codes.iter_mut().zip(&all[from..]) {
                    *code = Code(*whole);
                }
            }
        }
    }

    /// Tells the code of each record.
    #[inline]
    pub(crate) fn each(&self, mut told: impl FnMut(usize, Code)) {
        match &self.codes {
            Codes::One(codes) => {
                for (record, byte) in codes.iter().enumerate() {
                    told(record, Code::of_byte(*byte));
                }
            }
            Codes::Two(codes) => {
                for (record, pair) in codes.iter().enumerate() {
                    told(record, Code::of_pair(*pair));
                }
            }
            Codes::Four(codes) => {
                for (record, whole) in codes.iter().enumerate() {
                    told(record, Code(*whole));
                }
            }
        }
    }

    /// The list of cells that don't stand in their record.
    pub(crate) fn entries(&self) -> &[Cell] {
        &self.far
    }

    /// Whether a record's cell is a slice near it.
    pub(crate) fn has_near(&self) -> bool {
        match &self.codes {
            Codes::Four(codes) => codes.iter().any(|code| Code(*code).is_near()),
            _ => false,
        }
    }

    /// Makes room for so many more records.
    pub(crate) fn reserve(&mut self, records: usize) {
        // without it they find their room later
        let _ = match &mut self.codes {
            Codes::One(codes) => codes.try_reserve_exact(records),
            Codes::Two(codes) => codes.try_reserve_exact(records),
            Codes::Four(codes) => codes.try_reserve_exact(records),
        };
    }

    /// Forgets the records, not the list.
    pub(crate) fn forget_codes(&mut self) {
        match &mut self.codes {
            Codes::One(codes) => codes.clear(),
            Codes::Two(codes) => codes.clear(),
            Codes::Four(codes) => codes.clear(),
        }
    }

    /// Finds behind `body` bytes of body what stood behind [`Cell::SIDE`].
    pub(crate) fn move_side(&mut self, body: usize) {
        for cell in &mut self.far {
            if cell.range().is_some_and(|range| range.start >= Cell::SIDE) {
                cell.start = cell.start - Cell::SIDE as u32 + body as u32;
            }
        }
    }

    /// A code for a cell that stands anywhere.
    pub(crate) fn keep(&mut self, cell: Cell) -> Code {
        match cell {
            Cell::ABSENT => Code::ABSENT,
            Cell::CLEAR => Code::CLEAR,
            Cell::REFUSED => Code::REFUSED,
            _ => {
                self.far.push(cell);
                Code::of_entry(self.far.len() as u32 - 1)
            }
        }
    }

    /// A code for a cell of a record that begins at this byte.
    ///
    /// What stands in the side text, behind `body` bytes of body, is never near: it may move when records are joined.
    pub(crate) fn keep_near(&mut self, cell: Cell, record: usize, body: usize) -> Code {
        let range = cell.range().filter(|range| range.start < body);
        let near = range.and_then(|range| Code::near(range.start.checked_sub(record)?, range.len()));
        near.unwrap_or_else(|| self.keep(cell))
    }

    /// Adds the next record's cell.
    pub(crate) fn push(&mut self, code: Code) {
        self.extend(&[code]);
    }

    /// Adds the next records' cells.
    pub(crate) fn extend(&mut self, codes: &[Code]) {
        match &mut self.codes {
            Codes::One(to) if are_below(ONE, codes) => to.extend(codes.iter().map(|code| code.0 as u8)),
            Codes::Two(to) if are_below(TWO, codes) => to.extend(codes.iter().map(|code| code.0 as u16)),
            Codes::Four(to) => to.extend(codes.iter().map(|code| code.0)),
            _ => {
                self.widen(are_below(TWO, codes));
                self.extend(codes);
            }
        }
    }

    /// Adds the cells of the records behind these; what they have in a side text, behind `body` bytes of body, is found
    /// `moved` bytes further on.
    pub(crate) fn join(&mut self, behind: Self, body: usize, moved: usize) {
        let entries = self.far.len() as u32;
        self.far.extend(behind.far.iter().map(|cell| Cell {
            start: cell.start + if cell.start as usize >= body { moved as u32 } else { 0 },
            ..*cell
        }));
        let mut codes = [Code::ABSENT; TOGETHER];
        for first in (0..behind.len()).step_by(TOGETHER) {
            let codes = &mut codes[..TOGETHER.min(behind.len() - first)];
            behind.read(first, codes);
            for code in &mut *codes {
                if code.entry().is_some() {
                    *code = Code(code.0 + entries);
                }
            }
            self.extend(codes);
        }
    }

    /// Gives each code more bytes: two, if it has one and that is `enough`.
    #[cold]
    fn widen(&mut self, enough: bool) {
        let wider = match &self.codes {
            Codes::One(codes) if enough => {
                let mut wider = Vec::with_capacity(codes.capacity());
                wider.extend(codes.iter().map(|code| Code::of_byte(*code).0 as u16));
                Codes::Two(wider)
            }
            _ => {
                let mut wider = Vec::with_capacity(self.room());
                wider.extend((0..self.len()).filter_map(|record| Some(self.code(record)?.0)));
                Codes::Four(wider)
            }
        };
        self.codes = wider;
    }

    /// The cell of a record that begins at this byte.
    #[inline]
    pub(crate) fn cell(&self, record: usize, start: u32) -> Cell {
        let code = match &self.codes {
            Codes::One(codes) => Code::of_byte(codes[record]),
            Codes::Two(codes) => Code::of_pair(codes[record]),
            Codes::Four(codes) => Code(codes[record]),
        };
        self.cell_of(code, start)
    }

    /// The cell with this code, of a record that begins at this byte.
    #[inline]
    pub(crate) fn cell_of(&self, code: Code, start: u32) -> Cell {
        if code.is_near() {
            return Cell {
                start: start + (code.0 >> Code::LENGTH_BITS),
                len: code.0 & ((1 << Code::LENGTH_BITS) - 1),
            };
        }
        match code {
            Code::ABSENT => Cell::ABSENT,
            Code::CLEAR => Cell::CLEAR,
            Code::REFUSED => Cell::REFUSED,
            _ => self.far[(code.0 - Code::FAR) as usize],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_says_the_same_however_many_bytes_its_codes_take() {
        let cells = |count: usize| -> Vec<Cell> {
            let states = [Cell::ABSENT, Cell::CLEAR, Cell::REFUSED];
            (0..count)
                .map(|at| Cell::slice(1_000_000 + at, 7))
                .chain(states)
                .collect()
        };
        for count in [1, 252, 253, 254, 65_532, 65_533, 65_534] {
            let (mut column, mut own) = (Column::of_repeated(9), Column::of_own(9));
            for column in [&mut column, &mut own] {
                for cell in cells(count) {
                    let code = column.keep(cell);
                    column.push(code);
                }
            }
            let texts: Vec<Cell> = (0..column.len()).map(|record| column.cell(record, 5)).collect();
            assert_eq!(texts, cells(count), "{count}");
            assert!(
                (0..own.len()).all(|record| own.code(record) == column.code(record)),
                "{count}"
            );
            let is_as_said = match column.codes {
                Codes::One(_) => count <= 0xFD,
                Codes::Two(_) => (0xFE..=0xFFFD).contains(&count),
                Codes::Four(_) => count > 0xFFFD,
            };
            assert!(is_as_said, "{count}");
        }
    }

    #[test]
    fn joined_columns_say_what_each_said() {
        let (body, moved) = (2_000_000, 50);
        let make = |count: usize, at: usize| {
            let mut column = Column::of_repeated(9);
            for entry in 0..count {
                let code = column.keep(Cell::slice(at + entry, 7));
                column.push(code);
            }
            column.push(Code::CLEAR);
            column
        };
        for (first, second) in [(2, 3), (200, 200), (3, 70_000), (70_000, 3)] {
            let mut column = make(first, 7);
            column.join(make(second, body), body, moved);
            let cells: Vec<Cell> = (0..column.len()).map(|record| column.cell(record, 0)).collect();
            let clear = [Cell::CLEAR];
            let before = (0..first).map(|entry| Cell::slice(7 + entry, 7)).chain(clear);
            let behind = (0..second)
                .map(|entry| Cell::slice(body + moved + entry, 7))
                .chain(clear);
            assert_eq!(cells, before.chain(behind).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_cell_in_its_record_takes_four_bytes() {
        let mut column = Column::of_repeated(2);
        column.push(Code::ABSENT);
        let code = column.keep_near(Cell::slice(12, 3), 10, 99);
        column.push(code);
        column.push(Code::near((1 << Code::OFFSET_BITS) - 1, (1 << Code::LENGTH_BITS) - 1).expect("the largest"));
        assert_eq!(
            [column.cell(0, 0), column.cell(1, 10)],
            [Cell::ABSENT, Cell::slice(12, 3)]
        );
        let largest = column.cell(2, 10).range().expect("it has a text");
        assert_eq!((largest.start, largest.len()), (10 + (1 << 17) - 1, (1 << 14) - 1));
        assert!(matches!(column.codes, Codes::Four(_)));
    }
}
