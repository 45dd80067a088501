//! Elements and their cells in one pass: plain objects by [`flat`], whatever else stands there by `serde_json`, as
//! [`elements`] and [`cells`] read it. Decides nothing by itself; where it is in doubt, `serde_json` reads from the start.

use serde_json::value::RawValue;

use super::{Fault, Keys, Row, SyntaxError, cells, elements, flat};
use crate::read::csv::count_line_ends;

/// An element of a body and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Where it begins in the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Line ends before it.
    pub lines: usize,
    /// Whether it was cut into cells.
    pub read: Result<(), Fault>,
}

/// Reads every element of the text, in order, and cuts it into cells: what [`elements`] and [`cells`] do together, in
/// one pass where objects are plain. From the first object with too many keys on none is cut any more.
///
/// # Errors
/// The first error of syntax; elements before it have been visited.
pub fn records(
    text: &str,
    keys: &mut Keys,
    row: &mut Row,
    visit: &mut dyn FnMut(&Element, &Keys, &Row),
) -> Result<(), SyntaxError> {
    let mut reader = Reader {
        text,
        objects: flat::Objects::of(text),
        is_full: false,
        unusual: 0,
        passed_over: 0,
        visited: 0,
        certain: 0,
    };
    if reader.body(keys, row, visit).is_some() {
        return Ok(());
    }
    // something is wrong: `serde_json` says what, from the beginning, so that it says where
    let Reader {
        mut is_full,
        visited,
        certain,
        ..
    } = reader;
    keys.truncate(certain);
    let (mut count, mut lines, mut counted) = (0, 0, 0);
    elements(text, &mut |start, element| {
        count += 1;
        if count <= visited {
            return;
        }
        lines += count_line_ends(&text.as_bytes()[counted..start]);
        counted = start;
        let read = cut(element, start, keys, row, &mut is_full);
        let end = start + element.len();
        visit(
            &Element {
                start,
                end,
                lines,
                read,
            },
            keys,
            row,
        );
    })
}

struct Reader<'t> {
    text: &'t str,
    objects: flat::Objects<'t>,
    /// Whether an object had too many keys.
    is_full: bool,
    /// How many objects are not looked at after one that was not plain; more with each in a row.
    unusual: usize,
    /// How many were not looked at since.
    passed_over: usize,
    /// How many elements have been visited.
    visited: usize,
    /// How many keys those have.
    certain: usize,
}

/// The most objects that are not looked at because those before were not plain.
const PATIENCE: usize = 64;

impl Reader<'_> {
    /// Reads the body; `None` when something is wrong with it.
    fn body(&mut self, keys: &mut Keys, row: &mut Row, visit: &mut dyn FnMut(&Element, &Keys, &Row)) -> Option<()> {
        let bytes = self.text.as_bytes();
        let mut at = self.objects.skip_blanks(0);
        if bytes.get(at) != Some(&b'[') {
            while at < bytes.len() {
                let end = self.element(at, keys, row, visit)?;
                at = self.objects.skip_blanks(end);
            }
            return Some(());
        }
        at = self.objects.skip_blanks(at + 1);
        if bytes.get(at) != Some(&b']') {
            loop {
                let end = self.element(at, keys, row, visit)?;
                at = self.objects.skip_blanks(end);
                match bytes.get(at) {
                    Some(b',') => at = self.objects.skip_blanks(at + 1),
                    Some(b']') => break,
                    _ => return None,
                }
            }
        }
        (self.objects.skip_blanks(at + 1) == bytes.len()).then_some(())
    }

    /// Reads the element that begins at `start`, visits it, and returns where it ends.
    fn element(
        &mut self,
        start: usize,
        keys: &mut Keys,
        row: &mut Row,
        visit: &mut dyn FnMut(&Element, &Keys, &Row),
    ) -> Option<usize> {
        let lines = self.objects.lines;
        let first = self.text.as_bytes().get(start);
        let plain = match first {
            Some(b'{') if !self.is_full && self.is_hopeful() => self.objects.read(start, keys, row),
            _ => None,
        };
        let (end, read) = match plain {
            Some(end) => {
                self.unusual = 0;
                (end, Ok(()))
            }
            None => {
                let mut rest = serde_json::Deserializer::from_str(&self.text[start..]).into_iter::<&RawValue>();
                let element = rest.next()?.ok()?.get();
                self.objects.lines = lines;
                if let Some(b'{' | b'[') = first {
                    self.objects.lines += count_line_ends(element.as_bytes());
                }
                let read = cut(element, start, keys, row, &mut self.is_full);
                (start + element.len(), read)
            }
        };
        self.visited += 1;
        self.certain = keys.names.len();
        visit(
            &Element {
                start,
                end,
                lines,
                read,
            },
            keys,
            row,
        );
        Some(end)
    }

    /// Whether the next object is worth looking at: where none is plain, looking costs more than it saves.
    fn is_hopeful(&mut self) -> bool {
        if self.passed_over < self.unusual {
            self.passed_over += 1;
            return false;
        }
        self.passed_over = 0;
        self.unusual = (2 * self.unusual + 1).min(PATIENCE);
        true
    }
}

/// Cuts an element into cells, unless an object before it had too many keys.
fn cut(element: &str, start: usize, keys: &mut Keys, row: &mut Row, is_full: &mut bool) -> Result<(), Fault> {
    if *is_full {
        return Err(Fault::TooManyKeys);
    }
    let read = cells(element, start, keys, row);
    *is_full = read == Err(Fault::TooManyKeys);
    read
}
