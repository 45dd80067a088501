//! The objects of a JSON body.

use crate::log::{At, Log};
use crate::mapping::FileFormat;
use crate::rules;

use super::{Counted, Table, Visit};
use crate::read::{Place, Source, json};

impl Table<'_> {
    pub(super) fn read_json(&mut self, log: &mut Log, visit: &mut dyn Visit) -> Counted {
        let mut counted = Counted::default();
        let body = self.source.text.clone();
        let mut source = Source {
            format: FileFormat::Json,
            text: body.clone(),
            delimiter: b',',
            columns: Vec::new(),
            header: Place::default(),
            rows: None,
            again: None,
        };
        let is_list = body.trim_start().starts_with('[');
        let mut keys = json::Keys::default();
        let mut row = json::Row::default();
        let mut is_hopeless = false;
        let mut undecodable = self.undecodable.iter().copied().peekable();
        let outcome = json::records(&body, &mut keys, &mut row, &mut |element, keys, row| {
            counted.records += 1;
            if is_hopeless {
                return;
            }
            let here = Place {
                row: counted.records as u32,
                line: element.lines as u32 + 1,
                start: element.start as u32,
            };
            let mut broken = false;
            if self.is_left_out(here.row) {
                while undecodable.next_if(|at| *at < element.end).is_some() {}
                return;
            }
            while let Some(at) = undecodable.next_if(|at| *at < element.end) {
                broken = true;
                log.add(&source, &rules::undecodable_bytes::RULE, here, At::Byte(at), || {
                    rules::undecodable_bytes::words(self.encoding.name())
                });
            }
            if source.columns.len() < keys.names.len() {
                source.columns.extend_from_slice(&keys.names[source.columns.len()..]);
            }
            let is_record = is_list || !matches!(element.read, Err(json::Fault::NotAnObject(_)));
            if element.read.is_err() && is_record {
                visit.broken(here);
            }
            match element.read {
                Ok(()) if !broken => visit.row(log, &source, here, &row.cells),
                Ok(()) => visit.broken(here),
                Err(json::Fault::NotAnObject(found)) => {
                    let here = if is_list { here } else { Place { row: 0, ..here } };
                    counted.records -= u64::from(!is_list);
                    log.add(&source, &rules::not_a_list::RULE, here, At::Whole, || {
                        rules::not_a_list::words(found)
                    });
                }
                Err(json::Fault::DuplicateKey { column, byte }) => {
                    let at = At::Cell { column, byte };
                    log.add(&source, &rules::duplicate_key::RULE, here, at, || {
                        rules::duplicate_key::words(&keys.names[column])
                    });
                }
                Err(json::Fault::Nested { column, byte }) => {
                    let at = At::Cell { column, byte };
                    log.add(&source, &rules::nested_value::RULE, here, at, || {
                        let is_wrapper = !is_list && body.as_bytes().get(byte) == Some(&b'[');
                        rules::nested_value::words(&keys.names[column], is_wrapper)
                    });
                }
                Err(json::Fault::BadEscape { byte }) => {
                    log.add(&source, &rules::invalid_json::RULE, here, At::Byte(byte), || {
                        rules::invalid_json::words("a \\u escape that is half of a character")
                    });
                }
                Err(json::Fault::TooManyKeys) => {
                    is_hopeless = true;
                    log.add(&source, &rules::too_many_columns::RULE, here, At::Whole, || {
                        rules::too_many_columns::words(None)
                    });
                }
                Err(json::Fault::TooDeep) => {
                    log.add(&source, &rules::too_deep::RULE, here, At::Whole, rules::too_deep::words);
                }
            }
        });
        if let Err(error) = outcome {
            let byte = byte_of(&body, error.line, error.character);
            let place = Place {
                row: counted.records as u32 + 1,
                line: error.line as u32,
                start: byte as u32,
            };
            if json::depth(&body[..byte]) > json::DEPTH_LIMIT {
                log.add(
                    &source,
                    &rules::too_deep::RULE,
                    place,
                    At::Whole,
                    rules::too_deep::words,
                );
            } else {
                log.add(&source, &rules::invalid_json::RULE, place, At::Byte(byte), || {
                    rules::invalid_json::words(&error.message)
                });
            }
        }
        self.source = source;
        counted
    }
}

fn byte_of(text: &str, line: u64, character: u64) -> usize {
    let line_start = match line {
        0 | 1 => 0,
        _ => memchr::memchr_iter(b'\n', text.as_bytes())
            .nth(line as usize - 2)
            .map_or(text.len(), |at| at + 1),
    };
    let rest = &text[line_start..];
    rest.char_indices()
        .nth(character as usize - 1)
        .map_or(text.len(), |(at, _)| line_start + at)
}
