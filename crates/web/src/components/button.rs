//! The button: one look for the main act of a place, one for the others.

use leptos::prelude::*;

/// How much a button weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Weight {
    /// The main act of its place.
    Primary,
    /// Any other.
    #[default]
    Secondary,
    /// An act that takes something away.
    Danger,
    /// One beside others that weigh more.
    Quiet,
}

/// A button. While busy it stays where it is, says so, and ignores presses.
#[component]
pub(crate) fn Button(
    /// How much it weighs.
    #[prop(optional)]
    weight: Weight,
    /// Whether its act is going on.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Whether it can't be pressed now; the page says why beside it.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Whether it submits the form around it.
    #[prop(optional)]
    submit: bool,
    /// Whether it gets the focus when the dialog around it opens.
    #[prop(optional)]
    focus: bool,
    /// Whether it stands in a line of a table.
    #[prop(optional)]
    small: bool,
    /// Its name for tests.
    #[prop(optional)]
    test: Option<&'static str>,
    /// Its act.
    #[prop(optional, into)]
    on_press: Option<Callback<()>>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    let class = match weight {
        Weight::Primary => "button primary",
        Weight::Secondary => "button",
        Weight::Danger => "button danger",
        Weight::Quiet => "button quiet",
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            class=class
            class:busy=busy
            class:small=small
            autofocus=focus
            data-test=test
            disabled=disabled
            aria-busy=move || busy.get().then_some("true")
            on:click=move |event| {
                if busy.get_untracked() {
                    event.prevent_default();
                } else if let Some(act) = on_press {
                    act.run(());
                }
            }
        >
            {children()}
        </button>
    }
}
