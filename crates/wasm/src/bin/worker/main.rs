//! The page's Web Worker: keeps the bytes of the file and runs the core on them, off the page's thread.
//!
//! What it reads stays in it until the page ends it. The one request it makes is for a part of itself: the Excel reader,
//! when the first workbook is opened.

mod mending;

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Date, Function, Promise, Reflect, Uint8Array};
use passmuster_core::{
    check::told::{Tell, Telling},
    import::{Options, Prepared, prepare_sheet_telling, prepare_telling},
    mapping::{FileFormat, Mapping},
    mend::{listing::Findings, original::Original, writing::Written},
    preview::{preview, preview_sheet, preview_telling},
    read::{
        decode::Encoding,
        heading::{HeaderChoice, Raw, heading_of, with_header},
        sheet::Opened,
        sniff::is_workbook,
    },
    values::{values, values_of, values_of_sheet},
    wire::{
        reading::from_json,
        worker::{Found, FromWorker, ToWorker},
    },
};
use self_cell::self_cell;

use mending::Bench;
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

/// How much of the file is read at a time.
const SLICE_BYTES: f64 = 1024.0 * 1024.0;

/// How often it is told how far checking has come.
const PROGRESS_MILLISECONDS: f64 = 40.0;

/// How many problems are told of before checking has ended.
const FIRST_PROBLEMS: usize = 10;

/// Where the build puts the Excel reader, beside the worker.
const EXCEL: &str = "./excel.js";

/// How many problems of each severity the page gets in words, and how many are kept for the rows it looks at.
const PROBLEMS_TOLD: usize = 100;
const PROBLEMS_KEPT: usize = 5_000;

/// What was checked last: the number of the check, and what its columns mean.
type Asked = (u64, Mapping, Options);

self_cell!(
    /// A file that was read once more, for its rows to be looked at and mended.
    struct Rows {
        owner: Rc<Vec<u8>>,
        #[covariant]
        dependent: Original,
    }
);

#[wasm_bindgen]
extern "C" {
    /// Loads a module.
    #[wasm_bindgen(js_name = import)]
    fn load(module: &str) -> Promise;
}

fn main() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    let desk = Desk {
        scope: scope.clone(),
        bytes: Rc::default(),
        asked: Rc::default(),
        rows: Rc::default(),
        bench: Rc::default(),
        workbook: Rc::default(),
        excel: Rc::default(),
    };
    let ready = desk.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| desk.take(&event));
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    ready.answer(&FromWorker::Ready);
}

/// The worker's place: where it answers to, and the file it has open.
#[derive(Clone)]
struct Desk {
    scope: DedicatedWorkerGlobalScope,
    bytes: Rc<RefCell<Rc<Vec<u8>>>>,
    /// How it was checked last.
    asked: Rc<RefCell<Option<Asked>>>,
    /// Its rows, once someone wants to see them.
    rows: Rc<RefCell<Option<Rows>>>,
    /// What a person changed in them, and what was found.
    bench: Rc<RefCell<Bench>>,
    /// The sheet that is read of it, when it is a workbook.
    workbook: Rc<RefCell<Option<Opened>>>,
    /// The Excel reader, once it was needed.
    excel: Rc<RefCell<Option<JsValue>>>,
}

impl Desk {
    /// Takes one message: an array of JSON text and, when a file is opened, the file.
    fn take(&self, event: &MessageEvent) {
        let parts: Array = event.data().unchecked_into();
        let message = parts.get(0).as_string().unwrap_or_default();
        match from_json(&message) {
            Ok(ToWorker::Open {
                expected,
                encoding,
                delimiter,
                sheet,
                header,
            }) => {
                let desk = self.clone();
                let file: File = parts.get(1).unchecked_into();
                let options = Options {
                    delimiter,
                    ..options(encoding.as_deref())
                };
                spawn_local(async move { desk.open(&file, expected, &options, (sheet, header)).await });
            }
            Ok(ToWorker::Values {
                number,
                column,
                closed,
                known,
                format,
                delimiter,
                encoding,
            }) => {
                let values = match (known, &*self.workbook.borrow()) {
                    (Some(known), _) => values_of(known, &closed),
                    (None, Some(workbook)) => values_of_sheet(workbook.clone(), column, &closed),
                    (None, None) => {
                        let options = Options {
                            delimiter,
                            ..options(encoding.as_deref())
                        };
                        values(&self.bytes.borrow(), format, &options, column, &closed)
                    }
                };
                self.answer(&FromWorker::Values { number, column, values });
            }
            Ok(ToWorker::Check {
                number,
                mapping,
                encoding,
            }) => {
                self.check(number, mapping, options(encoding.as_deref()));
            }
            Ok(message) => self.mend(message),
            Err(error) => self.answer(&FromWorker::Failed {
                message: format!("The page and its checker don't understand each other ({error}). Reload the page."),
            }),
        }
    }

    /// Checks the file as it is mended.
    fn check(&self, number: u64, mapping: Mapping, options: Options) {
        let last = RefCell::new(None);
        let progress = |done, total, found| {
            self.answer(&FromWorker::Checking {
                number,
                done,
                total,
                found,
            });
        };
        let mut tell = now_and_then(|telling| {
            let found = Found {
                counts: telling.counts(),
                problems: telling.first_problems(FIRST_PROBLEMS),
            };
            last.replace(Some((telling.total, found.clone())));
            progress(telling.done, telling.total, found);
        });
        let is_same = self.asked.borrow().as_ref().is_some_and(|(_, known, _)| {
            let names = |mapping: &Mapping| {
                mapping
                    .fields
                    .iter()
                    .map(|field| field.api_field.clone())
                    .collect::<Vec<_>>()
            };
            known.delimiter == mapping.delimiter && names(known) == names(&mapping)
        });
        self.asked.replace(Some((number, mapping.clone(), options.clone())));
        if !is_same {
            self.rows.replace(None);
        }
        let how = Options {
            problem_limit: PROBLEMS_KEPT,
            marks: true,
            ..options
        };
        let is_mended = !self.bench.borrow().mends().is_empty();
        let found = if is_mended {
            self.with_rows(|original, bench| {
                let how = Options {
                    encoding: Some(Encoding::Utf8),
                    left_out: original.left_out(bench.mends()),
                    ..how.clone()
                };
                match original.to_check(bench.mends()) {
                    Written::Body(body) => prepare_telling(&body, &mapping, &how, &mut tell).into_marked(),
                    Written::Sheet(sheet) => prepare_sheet_telling(sheet, &mapping, &how, &mut tell).into_marked(),
                }
            })
        } else {
            let bytes = self.bytes.borrow();
            Some(self.prepare(&bytes, &mapping, &how, &mut tell).into_marked())
        };
        // All is read; what is left looks over all rows.
        if let Some((total, found)) = last.take() {
            progress(total, total, found);
        }
        let Some(found) = found else { return };
        let mut bench = self.bench.borrow_mut();
        bench.found(Findings::new(found));
        if let Some((report, counts)) = bench.report(PROBLEMS_TOLD) {
            self.answer(&FromWorker::Checked { number, report, counts });
        }
    }

    /// Works on the rows of the file as it was checked last; nothing if it never was.
    fn with_rows<T>(&self, work: impl FnOnce(&Original<'_>, &mut Bench) -> T) -> Option<T> {
        let asked = self.asked.borrow();
        let (_, mapping, options) = asked.as_ref()?;
        let mut rows = self.rows.borrow_mut();
        let rows = rows.get_or_insert_with(|| {
            Rows::new(self.bytes.borrow().clone(), |bytes| match &*self.workbook.borrow() {
                Some(workbook) if mapping.file_format == FileFormat::Csv => {
                    Original::open_sheet(workbook, mapping, options)
                }
                _ => Original::open(bytes, mapping, options),
            })
        });
        Some(work(rows.borrow_dependent(), &mut self.bench.borrow_mut()))
    }

    /// Shows rows, or changes them.
    fn mend(&self, message: ToWorker) {
        let last = self
            .asked
            .borrow()
            .as_ref()
            .map(|(last, mapping, _)| (*last, mapping.clone()));
        let Some((last, mapping)) = last else { return };
        let answer = self.with_rows(|original, bench| bench.take(message, original, &mapping, last));
        if let Some(Some((answer, bytes))) = answer {
            self.answer_with(&answer, bytes.as_deref());
        }
    }

    fn prepare<'b>(
        &self,
        bytes: &'b [u8],
        mapping: &'b Mapping,
        options: &Options,
        tell: &mut Tell<'_>,
    ) -> Prepared<'b> {
        match &*self.workbook.borrow() {
            Some(workbook) if mapping.file_format == FileFormat::Csv => {
                prepare_sheet_telling(workbook.clone(), mapping, options, tell)
            }
            _ => prepare_telling(bytes, mapping, options, tell),
        }
    }

    async fn open(
        &self,
        file: &File,
        expected: Option<FileFormat>,
        options: &Options,
        (sheet, header): (Option<String>, Option<HeaderChoice>),
    ) {
        let mut bytes = match self.read(file).await {
            Ok(bytes) => bytes,
            Err(error) => {
                let reason = js_sys::Reflect::get(&error, &JsValue::from_str("message"))
                    .ok()
                    .and_then(|message| message.as_string())
                    .unwrap_or_default();
                return self.answer(&FromWorker::Failed {
                    message: format!(
                        "The browser can't read the file any more: {reason} It may have been moved or changed since it was chosen. Choose it again."
                    ),
                });
            }
        };
        self.answer(&FromWorker::Looking { done: 0, total: 0 });
        self.workbook.replace(None);
        self.rows.replace(None);
        self.asked.replace(None);
        self.bench.replace(Bench::default());
        let (heading, rewritten);
        let preview = if expected != Some(FileFormat::Json) && is_workbook(&bytes) {
            let Ok(workbook) = self.read_sheet(&bytes, sheet.as_deref()).await else {
                return self.answer(&FromWorker::Failed {
                    message: "The part of this page that reads Excel workbooks can't be loaded. Check the connection and choose the file again, or save the sheet as CSV."
                        .to_owned(),
                });
            };
            let raw = workbook.sheet.as_ref().ok().map(Raw::Sheet);
            heading = raw.map(|raw| raw.heading(&[]));
            rewritten = raw.zip(header.as_ref()).map(|(raw, header)| raw.with_header(header));
            match &rewritten {
                Some(text) => preview(text.as_bytes(), Some(FileFormat::Csv), &Options::default()),
                None => {
                    self.workbook.replace(Some(workbook.clone()));
                    preview_sheet(workbook, options)
                }
            }
        } else {
            heading = heading_of(&bytes, options);
            rewritten = header.map(|header| with_header(&bytes, options, &header));
            let mut tell = now_and_then(|telling| {
                let (done, total) = (telling.done, telling.total);
                self.answer(&FromWorker::Looking { done, total });
            });
            match &rewritten {
                Some(text) => {
                    let options = Options {
                        encoding: None,
                        ..options.clone()
                    };
                    preview_telling(text.as_bytes(), expected, &options, &mut tell)
                }
                None => preview_telling(&bytes, expected, options, &mut tell),
            }
        };
        if let Some(text) = &rewritten {
            bytes = text.clone().into_bytes();
        }
        self.bytes.replace(Rc::new(bytes));
        self.answer(&FromWorker::Opened {
            preview,
            heading,
            rewritten,
        });
    }

    /// Has the Excel reader read a sheet, loading it first if need be.
    async fn read_sheet(&self, bytes: &[u8], sheet: Option<&str>) -> Result<Opened, JsValue> {
        let known = self.excel.borrow().clone();
        let excel = match known {
            Some(excel) => excel,
            None => {
                let excel = JsFuture::from(load(EXCEL)).await?;
                let start: Function = Reflect::get(&excel, &JsValue::from_str("default"))?.dyn_into()?;
                let started: Promise = start.call0(&JsValue::UNDEFINED)?.dyn_into()?;
                JsFuture::from(started).await?;
                self.excel.replace(Some(excel.clone()));
                excel
            }
        };
        let read: Function = Reflect::get(&excel, &JsValue::from_str("readSheet"))?.dyn_into()?;
        let sheet = sheet.map_or(JsValue::UNDEFINED, JsValue::from_str);
        let read: Uint8Array = read
            .call2(&JsValue::UNDEFINED, &Uint8Array::from(bytes), &sheet)?
            .dyn_into()?;
        Opened::from_bytes(&read.to_vec()).ok_or(JsValue::UNDEFINED)
    }

    async fn read(&self, file: &File) -> Result<Vec<u8>, JsValue> {
        let total = file.size();
        let mut bytes = Vec::with_capacity(total as usize);
        let mut from = 0.0;
        while from < total {
            let to = (from + SLICE_BYTES).min(total);
            let slice = file.slice_with_f64_and_f64(from, to)?;
            let buffer: JsValue = JsFuture::from(slice.array_buffer()).await?;
            let piece = Uint8Array::new(&buffer);
            let start = bytes.len();
            bytes.resize(start + piece.length() as usize, 0);
            piece.copy_to(&mut bytes[start..]);
            from = to;
            self.answer(&FromWorker::Reading {
                read: from as u64,
                total: total as u64,
            });
        }
        Ok(bytes)
    }

    fn answer(&self, message: &FromWorker) {
        self.answer_with(message, None);
    }

    /// Answers with a file beside the message: an array of both.
    fn answer_with(&self, message: &FromWorker, bytes: Option<&[u8]>) {
        let Ok(text) = serde_json::to_string(message) else {
            return;
        };
        let text = JsValue::from_str(&text);
        let message = match bytes {
            Some(bytes) => Array::of2(&text, &Uint8Array::from(bytes)).into(),
            None => text,
        };
        // Fails only for values that can't be cloned, which these can.
        let _ = self.scope.post_message(&message);
    }
}

/// Passes on what is told, no more often than a person can see.
fn now_and_then(mut tell: impl FnMut(&Telling<'_>)) -> impl FnMut(&Telling<'_>) {
    let mut told = 0.0;
    move |telling| {
        let now = Date::now();
        if now - told >= PROGRESS_MILLISECONDS {
            told = now;
            tell(telling);
        }
    }
}

fn options(encoding: Option<&str>) -> Options {
    Options {
        encoding: encoding.and_then(Encoding::for_label),
        ..Options::default()
    }
}
