//! Sends a form and tells how far that has come, which `fetch` can't; it can be stopped as long as it goes on.

use js_sys::Promise;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, ProgressEvent, XmlHttpRequest};

use super::{Answer, Fault, understand};

/// Something that is being sent.
#[derive(Debug, Clone)]
pub(crate) struct Sending(XmlHttpRequest);

impl Sending {
    /// Stops it; what the server has already, it has.
    pub(crate) fn stop(&self) {
        // Fails only for a request that never began.
        let _ = self.0.abort();
    }
}

/// Who is told of what is sent.
pub(crate) struct Listener {
    /// Gets it once it has begun.
    pub(crate) begun: Box<dyn FnOnce(Sending)>,
    /// Gets the bytes sent, of all.
    pub(crate) tell: Box<dyn Fn(u64, u64)>,
}

impl Listener {
    /// Nobody.
    pub(super) fn nobody() -> Self {
        Self {
            begun: Box::new(drop),
            tell: Box::new(|_, _| {}),
        }
    }
}

/// Posts a form.
pub(super) async fn post_form<T: DeserializeOwned>(address: &str, form: &FormData, listener: Listener) -> Answer<T> {
    let request = begin(address, form, listener).await.map_err(|_| Fault::Network)?;
    let status = request.status().unwrap_or_default();
    let text = request.response_text().ok().flatten().unwrap_or_default();
    match status {
        200..300 => understand(&text),
        // Nobody answered, or the connection broke.
        0 => Err(Fault::Network),
        _ => Err(Fault::Refused {
            status,
            body: understand(&text).unwrap_or_default(),
        }),
    }
}

/// The request once it has ended, however it did.
async fn begin(address: &str, form: &FormData, listener: Listener) -> Result<XmlHttpRequest, JsValue> {
    let Listener { begun, tell } = listener;
    let request = XmlHttpRequest::new()?;
    request.open("POST", address)?;
    let told = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        tell(event.loaded() as u64, event.total() as u64);
    });
    request.upload()?.set_onprogress(Some(told.as_ref().unchecked_ref()));
    let ended = Promise::new(&mut |resolve, _| request.set_onloadend(Some(&resolve)));
    request.send_with_opt_form_data(Some(form))?;
    begun(Sending(request.clone()));
    JsFuture::from(ended).await?;
    Ok(request)
}
