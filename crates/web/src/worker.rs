//! The page's end of the Web Worker: starts it, queues messages until it is ready, ends it.

use std::{cell::RefCell, rc::Rc};

use js_sys::{Array, Uint8Array};
use passmuster_core::wire::{
    reading::from_json,
    worker::{FromWorker, ToWorker},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Event, File, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Where the build puts the worker.
const ADDRESS: &str = "/worker_loader.js";

/// A running worker; dropping it ends it at once, with the file it holds.
pub(crate) struct Checker {
    worker: Worker,
    queue: Rc<RefCell<Queue>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

#[derive(Default)]
struct Queue {
    ready: bool,
    waiting: Vec<Array>,
}

impl Checker {
    /// Starts a worker; `take` gets all that it answers, and [`FromWorker::Failed`] if it stops.
    pub(crate) fn start(take: impl Fn(FromWorker, Option<Uint8Array>) + Clone + 'static) -> Option<Self> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(ADDRESS, &options).ok()?;
        let queue = Rc::new(RefCell::new(Queue::default()));

        let (held, to, answer) = (queue.clone(), worker.clone(), take.clone());
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            // A file stands beside its message.
            let (text, bytes) = match event.data().dyn_into::<Array>() {
                Ok(parts) => (parts.get(0), parts.get(1).dyn_into::<Uint8Array>().ok()),
                Err(text) => (text, None),
            };
            let text = text.as_string().unwrap_or_default();
            match from_json(&text) {
                Ok(FromWorker::Ready) => {
                    let mut queue = held.borrow_mut();
                    queue.ready = true;
                    for message in queue.waiting.drain(..) {
                        post(&to, &message);
                    }
                }
                Ok(message) => answer(message, bytes),
                Err(error) => {
                    let message =
                        format!("The page and its checker don't understand each other ({error}). Reload the page.");
                    answer(FromWorker::Failed { message }, None);
                }
            }
        });
        let on_error = Closure::<dyn FnMut(Event)>::new(move |_| {
            let message = "The checker stopped while it read this file. Reload the page and try again; if it stops \
                           again, tell us which program wrote the file."
                .to_owned();
            take(FromWorker::Failed { message }, None);
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Some(Self {
            worker,
            queue,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Sends a message, with the file when one is opened.
    pub(crate) fn send(&self, message: &ToWorker, file: Option<&File>) {
        let Ok(text) = serde_json::to_string(message) else {
            return;
        };
        let parts = Array::of1(&JsValue::from_str(&text));
        if let Some(file) = file {
            parts.push(file);
        }
        let mut queue = self.queue.borrow_mut();
        if queue.ready {
            post(&self.worker, &parts);
        } else {
            queue.waiting.push(parts);
        }
    }
}

impl Drop for Checker {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

fn post(worker: &Worker, message: &Array) {
    // Fails only for values that can't be cloned; text and files can.
    let _ = worker.post_message(message);
}
