//! Well-formed rows of delimited text, 64 bytes at a time.
//!
//! Reads only rows that leave no question: as many cells as the header, quotes only around whole cells or doubled in
//! them, one line, not blank. It stops before any other row; [`super::csv::Rows`] reads that one and says what is odd
//! about it. Where this reads a row, both read the same cells.

use wide::u8x16;

use super::RawCell;

/// The most rows in a [`Batch`]: their text and bounds stay in the processor's first caches.
pub const BATCH: usize = 256;

/// About how many bounds a [`Batch`] has at most, a row more or less: wide rows come fewer at once.
const BOUNDS: usize = 64 * BATCH;

/// Rows that follow one another, each one line with a cell for each column.
#[derive(Debug, Default)]
pub struct Batch {
    /// Of each row the byte before it and where each of its cells ends; room for a row more than a full batch has.
    bounds: Vec<u32>,
    /// Bounds a row: one more than columns.
    stride: usize,
    rows: usize,
    /// The most rows.
    room: usize,
    /// Where the row behind the last one begins.
    pub next: usize,
}

impl Batch {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Whether it ended for want of room, not for a row that leaves a question or the end of the text.
    pub fn is_full(&self) -> bool {
        self.rows == self.room
    }

    /// The first byte of each row.
    pub fn starts(&self) -> impl ExactSizeIterator<Item = u32> + Clone + '_ {
        self.each().map(|row| row[0].wrapping_add(1))
    }

    /// Of each row where it begins, and where its cell in a column begins and ends, quotes included.
    #[inline(always)]
    pub fn column(&self, column: usize) -> impl ExactSizeIterator<Item = (usize, usize, usize)> + '_ {
        self.each().map(move |row| {
            let begin = |at: usize| row[at].wrapping_add(1) as usize;
            (begin(0), begin(column), row[column + 1] as usize)
        })
    }

    /// The bounds of each row.
    #[inline(always)]
    fn each(&self) -> std::slice::ChunksExact<'_, u32> {
        self.bounds[..self.rows * self.stride].chunks_exact(self.stride.max(1))
    }

    /// The first byte of a row, and where its cell in a column begins and ends, quotes included.
    #[inline(always)]
    pub fn span(&self, row: usize, column: usize) -> (usize, usize, usize) {
        let row = &self.bounds[row * self.stride..][..self.stride];
        let begin = |at: usize| row[at].wrapping_add(1) as usize;
        (begin(0), begin(column), row[column + 1] as usize)
    }

    /// All cells of one row of a text.
    pub fn row(&self, row: usize, text: &str, cells: &mut Vec<RawCell>) {
        cells.clear();
        cells.extend((0..self.stride - 1).map(|column| {
            let (start, end) = self.cell(row, column);
            RawCell::between(text, start, end)
        }));
    }

    /// The cell in a column of one row, quotes included.
    pub fn cell(&self, row: usize, column: usize) -> (usize, usize) {
        let row = &self.bounds[row * self.stride..];
        (row[column].wrapping_add(1) as usize, row[column + 1] as usize)
    }
}

/// Reads batches of rows of one text.
#[derive(Debug)]
pub struct Scanner {
    delimiter: u8,
    width: usize,
    /// Where the block at hand begins.
    base: usize,
    /// Where it ends and the next one begins.
    next: usize,
    /// What of the block at hand is still to be read: delimiters and line ends that are not within quotes.
    ends: u64,
    /// Which of them end lines.
    lines: u64,
    /// All ones when the block at hand ends within quotes.
    within: u64,
    /// Whether the block's last byte was a delimiter, a line end, or a quote.
    edge: u64,
    /// Whether it was a closing quote.
    closed: u64,
    /// The first byte of the block at hand from which nothing is certain.
    odd: u64,
}

impl Scanner {
    /// Reads rows with this many cells; `None` for a delimiter that can't be told from quotes or line ends.
    pub fn new(delimiter: u8, width: usize) -> Option<Self> {
        (!matches!(delimiter, b'"' | b'\n' | b'\r')).then(|| Self::before(0, delimiter, width))
    }

    /// Goes on at the row that begins here.
    pub fn seek(&mut self, at: usize) {
        *self = Self::before(at, self.delimiter, self.width);
    }

    /// Before the row that begins here; nothing was looked at yet.
    fn before(at: usize, delimiter: u8, width: usize) -> Self {
        Self {
            delimiter,
            width,
            base: at,
            next: at,
            ends: 0,
            lines: 0,
            within: 0,
            edge: 1,
            closed: 0,
            odd: 0,
        }
    }

    /// Reads rows from `start` on, where the last batch ended or [`Scanner::seek`] went, until the batch is full, the
    /// text ends, or a row leaves a question.
    pub fn read(&mut self, text: &[u8], start: usize, batch: &mut Batch) {
        batch.stride = self.width + 1;
        batch.next = start;
        batch.rows = 0;
        batch.room = (BOUNDS / batch.stride).clamp(1, BATCH);
        batch.bounds.resize((batch.room + 1) * batch.stride, 0);
        // the bounds of the row at hand begin at `row`, and go on at `next`
        let (mut row, mut next) = (0, 1);
        batch.bounds[0] = (start as u32).wrapping_sub(1);
        loop {
            while self.ends != 0 {
                let end = self.ends & self.ends.wrapping_neg();
                let at = self.base + end.trailing_zeros() as usize;
                self.ends ^= end;
                if self.lines & end == 0 {
                    if next - row == self.width {
                        return;
                    }
                    batch.bounds[next] = at as u32;
                    next += 1;
                    continue;
                }
                if at == batch.next && at > 0 && text[at] == b'\n' && text[at - 1] == b'\r' {
                    // the second half of a line end
                    batch.next += 1;
                    batch.bounds[row] = at as u32;
                    continue;
                }
                if next - row != self.width || !end_row(text, at, row, batch) {
                    return;
                }
                row += batch.stride;
                next = row + 1;
                batch.next = at + 1;
                if batch.is_full() {
                    if text[at] == b'\r' && text.get(at + 1) == Some(&b'\n') {
                        batch.next += 1;
                        self.skip(at + 1);
                    }
                    return;
                }
                batch.bounds[row] = at as u32;
            }
            if self.odd != 0 {
                return;
            }
            if self.next >= text.len() {
                let is_whole = self.within == 0 && batch.next < text.len() && next - row == self.width;
                if is_whole && end_row(text, text.len(), row, batch) {
                    batch.next = text.len();
                }
                return;
            }
            self.block(text);
        }
    }

    /// Leaves out a line end of the block at hand, or the one that begins the next block.
    fn skip(&mut self, at: usize) {
        if at < self.next {
            self.ends &= !(1 << (at - self.base));
        } else {
            self.next = at + 1;
        }
    }

    /// Looks at the next block.
    fn block(&mut self, text: &[u8]) {
        self.base = self.next;
        self.next = self.base + 64;
        let mut padded = [0; 64];
        let block = match text[self.base..].first_chunk() {
            Some(block) => block,
            None => {
                let rest = &text[self.base..];
                padded[..rest.len()].copy_from_slice(rest);
                &padded
            }
        };
        let [delimiters, quotes, feeds, returns] = masks(block, [self.delimiter, b'"', b'\n', b'\r']);
        let (mut ends, mut lines) = (delimiters | feeds | returns, feeds | returns);
        self.odd = 0;
        if quotes | self.within | self.closed != 0 {
            // a byte is within quotes when an odd number of them stands before it or is it
            let within = parity(quotes) ^ self.within;
            self.within = ((within as i64) >> 63) as u64;
            let (opening, closing) = (quotes & within, quotes & !within);
            self.odd = (lines & within)
                // an opening quote begins a cell or doubles the quote before it
                | (opening & !(((ends & !within) | quotes) << 1 | self.edge))
                // a closing quote ends a cell or is doubled
                | ((closing << 1 | self.closed) & !(ends | quotes));
            let here = text.len() - self.base;
            if here < 64 {
                self.odd &= (1 << here) - 1;
            }
            self.closed = closing >> 63;
            ends &= !within;
            lines &= !within;
        }
        self.edge = (ends | quotes) >> 63;
        if self.odd != 0 {
            // what is behind the first odd byte is not certain
            ends &= (self.odd & self.odd.wrapping_neg()) - 1;
        }
        self.ends = ends;
        self.lines = lines & ends;
    }
}

/// Ends the row whose bounds begin at `row`, which has as many cells as it should; `false` if it is blank.
fn end_row(text: &[u8], at: usize, row: usize, batch: &mut Batch) -> bool {
    let bounds = &mut batch.bounds[row..row + batch.stride];
    bounds[batch.stride - 1] = at as u32;
    let mut begin = batch.next;
    let is_filled = bounds[1..].iter().any(|end| {
        let cell = text.get(begin..*end as usize).unwrap_or_default();
        begin = *end as usize + 1;
        // within quotes another quote is one of a doubled one
        match cell {
            [b'"', first, _, ..] => matches!(first, b'!'..0x7F),
            [first, ..] => matches!(first, b'!' | b'#'..0x7F),
            [] => false,
        }
    });
    batch.rows += usize::from(is_filled);
    is_filled
}

/// Reads the rows that leave no question, as far as it pays.
pub(super) struct Batches {
    scanner: Option<Scanner>,
    batch: Batch,
    /// Where the scanner is, if it may go on from there.
    at: Option<usize>,
    /// A row that is to be read by itself.
    odd: Option<usize>,
    /// How many rows to leave alone before looking for a batch again, and how many the next time.
    pause: usize,
    patience: usize,
}

/// How many rows are left alone at most.
const PAUSE: usize = 64;

impl Batches {
    pub(super) fn new(delimiter: u8, width: usize, at: usize, is_decodable: bool) -> Self {
        let mut scanner = Scanner::new(delimiter, width).filter(|_| is_decodable);
        if let Some(scanner) = &mut scanner {
            scanner.seek(at);
        }
        Self {
            scanner,
            batch: Batch::default(),
            at: Some(at),
            odd: None,
            pause: 0,
            patience: 1,
        }
    }

    /// The next rows from here on; `None` if the next one is to be read by itself.
    pub(super) fn read(&mut self, text: &[u8], from: usize) -> Option<&Batch> {
        let scanner = self.scanner.as_mut()?;
        if self.odd == Some(from) {
            return None;
        }
        if self.at != Some(from) {
            if self.pause > 0 {
                self.pause -= 1;
                return None;
            }
            scanner.seek(from);
        }
        scanner.read(text, from, &mut self.batch);
        self.at = self.batch.is_full().then_some(self.batch.next);
        self.odd = (!self.batch.is_full()).then_some(self.batch.next);
        if self.batch.is_empty() {
            self.pause = self.patience;
            self.patience = (2 * self.patience).min(PAUSE);
            return None;
        }
        self.patience = 1;
        Some(&self.batch)
    }
}

/// Bit by bit, whether an odd number of ones stands up to it.
fn parity(bits: u64) -> u64 {
    let mut parity = bits;
    for shift in [1, 2, 4, 8, 16, 32] {
        parity ^= parity << shift;
    }
    parity
}

/// For each of four bytes where in a block it stands, the first byte of the block in the lowest bit.
fn masks(block: &[u8; 64], bytes: [u8; 4]) -> [u64; 4] {
    let (quarters, _) = block.as_chunks::<16>();
    let quarters = [0, 1, 2, 3].map(|at| u8x16::new(quarters[at]));
    bytes.map(|byte| {
        let wanted = u8x16::splat(byte);
        let mask = |at: usize| u64::from(quarters[at].simd_eq(wanted).to_bitmask());
        mask(0) | mask(1) << 16 | mask(2) << 32 | mask(3) << 48
    })
}
