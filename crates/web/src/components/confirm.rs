//! A dialog before a dangerous act: what is done to how much, with the verb on the button and the focus on *Cancel*.

use leptos::prelude::*;

use super::{
    badge::Tone,
    banner::Banner,
    button::{Button, Weight},
    dialog::Dialog,
    unique::unique,
};

/// Asks whether an act is meant.
#[component]
pub(crate) fn Confirm(
    /// Whether it is asked.
    #[prop(into)]
    open: Signal<bool>,
    /// Called when the act isn't meant; Escape says so too.
    #[prop(into)]
    on_cancel: Callback<()>,
    /// Does it.
    #[prop(into)]
    on_confirm: Callback<()>,
    /// The act with its object and count, such as `Deactivate 14 users?`.
    #[prop(into)]
    title: Signal<String>,
    /// The same without the question, for the button.
    #[prop(into)]
    verb: Signal<String>,
    /// What the other button says.
    #[prop(default = "Cancel")]
    cancel: &'static str,
    /// Whether it is being done.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it was refused.
    #[prop(optional, into)]
    refused: Signal<Option<String>>,
    /// What has to be typed first.
    #[prop(optional, into)]
    typed: Option<Signal<String>>,
    /// The button's name for tests.
    #[prop(optional)]
    test: Option<&'static str>,
    /// What it means.
    children: ChildrenFn,
) -> impl IntoView {
    let entered = RwSignal::new(String::new());
    let is_typed = Memo::new(move |_| typed.is_none_or(|typed| typed.get() == entered.get().trim()));
    let leave = Callback::new(move |()| {
        entered.set(String::new());
        on_cancel.run(());
    });
    let act = Callback::new(move |()| {
        if is_typed.get_untracked() {
            on_confirm.run(());
        }
    });
    let children = StoredValue::new(children);
    view! {
        <Dialog open=open on_close=leave title=title>
            <div class="stack">
                {children.with_value(|children| children())}
                {typed
                    .map(|typed| {
                        let id = unique("typed");
                        view! {
                            <div class="field">
                                <label for=id.clone()>"To go on, type " <strong>{typed}</strong></label>
                                <input
                                    id=id
                                    type="text"
                                    autocomplete="off"
                                    autocapitalize="none"
                                    spellcheck="false"
                                    prop:value=move || entered.get()
                                    on:input=move |event| entered.set(event_target_value(&event))
                                />
                            </div>
                        }
                    })}
                {move || refused.get().map(|text| view! { <Banner tone=Tone::Bad title="Nothing was done"><p>{text}</p></Banner> })}
                <div class="actions dialog-foot">
                    <Button focus=true on_press=leave test="cancel">{cancel}</Button>
                    <Button
                        weight=Weight::Danger
                        busy=busy
                        disabled=Signal::derive(move || !is_typed.get())
                        on_press=act
                        test=test.unwrap_or("confirm")
                    >
                        {verb}
                    </Button>
                </div>
            </div>
        </Dialog>
    }
}
