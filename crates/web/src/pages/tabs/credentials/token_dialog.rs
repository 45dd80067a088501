//! The dialog that makes a token: what is asked first, then the token itself, shown this once.

use std::{future::Future, pin::Pin};

use leptos::prelude::*;
use passmuster_core::wire::integration::NewToken;
use wasm_bindgen_futures::spawn_local;

use super::{keeping::Keeping, shown_once::ShownOnce};
use crate::{
    api::Answer,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        curl::Call,
        dialog::Dialog,
    },
    pages::tabs::opened::Opened,
    session::Shell,
};

/// A token that is being made.
pub(super) type Making = Pin<Box<dyn Future<Output = Answer<NewToken>>>>;

/// The dialog.
#[component]
pub(super) fn TokenDialog(
    /// The integration.
    opened: Opened,
    /// Whether it is open.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when it is closed.
    #[prop(into)]
    on_close: Callback<()>,
    /// Its title, by whether the token is made.
    title: fn(bool, Option<String>) -> String,
    /// The first characters of the token that is replaced.
    #[prop(into)]
    old: Signal<Option<String>>,
    /// What is said above the reason when none was made.
    refusal: &'static str,
    /// What its button does.
    verb: &'static str,
    /// The button's name for tests.
    test: &'static str,
    /// Makes the token.
    make: Callback<(), Making>,
    /// The call that uses the token.
    call: Memo<Call>,
    /// What is asked first.
    children: ChildrenFn,
) -> impl IntoView {
    let shell = Shell::here();
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<String>);
    let keeping = Keeping::new();
    let press = Callback::new(move |()| {
        busy.set(true);
        refused.set(None);
        let making = make.run(());
        spawn_local(async move {
            let answer = making.await;
            busy.try_set(false);
            match answer {
                Ok(token) => {
                    keeping.show(token);
                    shell.say("A new token was made. It is shown once.");
                }
                Err(fault) => {
                    refused.try_set(Some(fault.message()));
                }
            }
        });
    });
    let closed = Callback::new(move |()| {
        on_close.run(());
        refused.set(None);
        if keeping.token.with_untracked(Option::is_some) {
            keeping.token.set(None);
            opened.refresh();
        }
    });
    let close = Callback::new(move |()| {
        if keeping.may_close() {
            closed.run(());
        }
    });
    let asked = StoredValue::new(children);
    view! {
        <Dialog
            open=open
            on_close=closed
            may_close=Callback::new(move |()| keeping.may_close())
            title=Signal::derive(move || title(keeping.token.with(Option::is_some), old.get()))
        >
            {move || match keeping.token.get() {
                Some(token) => {
                    view! { <ShownOnce token=token call=call stored=keeping.stored warned=keeping.warned on_close=close /> }
                        .into_any()
                }
                None => {
                    view! {
                        <div class="stack">
                            {move || refused.get().map(|why| view! { <Banner tone=Tone::Bad title=refusal><p>{why}</p></Banner> })}
                            {asked.with_value(|asked| asked())}
                            <div class="actions dialog-foot">
                                <Button focus=true on_press=close>"Cancel"</Button>
                                <Button weight=Weight::Primary busy=busy on_press=press test=test>{verb}</Button>
                            </div>
                        </div>
                    }
                        .into_any()
                }
            }}
        </Dialog>
    }
}
