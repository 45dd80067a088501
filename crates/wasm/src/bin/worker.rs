//! The page's Web Worker: keeps the bytes of the file and runs the core on them, off the page's thread.
//!
//! It makes no request of any kind: what it reads stays in it until the page ends it.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Uint8Array};
use passmuster_core::{
    import::{Options, prepare},
    mapping::FileFormat,
    preview::preview,
    read::decode::Encoding,
    wire::worker::{FromWorker, ToWorker},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, File, MessageEvent};

/// How much of the file is read at a time.
const SLICE_BYTES: f64 = 1024.0 * 1024.0;

fn main() {
    let Ok(scope) = js_sys::global().dyn_into::<DedicatedWorkerGlobalScope>() else {
        return;
    };
    let desk = Desk {
        scope: scope.clone(),
        bytes: Rc::default(),
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
    bytes: Rc<RefCell<Vec<u8>>>,
}

impl Desk {
    /// Takes one message: an array of JSON text and, when a file is opened, the file.
    fn take(&self, event: &MessageEvent) {
        let parts: Array = event.data().unchecked_into();
        let message = parts.get(0).as_string().unwrap_or_default();
        match serde_json::from_str(&message) {
            Ok(ToWorker::Open { expected, encoding }) => {
                let desk = self.clone();
                let file: File = parts.get(1).unchecked_into();
                spawn_local(async move { desk.open(&file, expected, encoding.as_deref()).await });
            }
            Ok(ToWorker::Check {
                number,
                mapping,
                encoding,
            }) => {
                let bytes = self.bytes.borrow();
                let report = prepare(&bytes, &mapping, &options(encoding.as_deref())).into_report();
                self.answer(&FromWorker::Checked { number, report });
            }
            Err(error) => self.answer(&FromWorker::Failed {
                message: format!("The page and its checker don't understand each other ({error}). Reload the page."),
            }),
        }
    }

    async fn open(&self, file: &File, expected: Option<FileFormat>, encoding: Option<&str>) {
        let bytes = match self.read(file).await {
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
        self.answer(&FromWorker::Looking);
        let preview = preview(&bytes, expected, &options(encoding));
        self.bytes.replace(bytes);
        self.answer(&FromWorker::Opened { preview });
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
        let Ok(text) = serde_json::to_string(message) else {
            return;
        };
        // Fails only for values that can't be cloned, which text can.
        let _ = self.scope.post_message(&JsValue::from_str(&text));
    }
}

fn options(encoding: Option<&str>) -> Options {
    Options {
        encoding: encoding.and_then(Encoding::for_label),
        ..Options::default()
    }
}
