//! How far a long act has come, in a bar and in words.

use leptos::prelude::*;

use super::button::Button;

/// A progress bar; without `done` it only says that something goes on.
#[component]
pub(crate) fn Progress(
    /// What goes on.
    #[prop(into)]
    label: Signal<String>,
    /// Done and whole, in the same unit.
    #[prop(optional, into)]
    done: Signal<Option<(u64, u64)>>,
    /// Ends it.
    #[prop(optional, into)]
    on_cancel: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="progress" data-test="progress">
            <div class="progress-text">
                <span>{label}</span>
                {on_cancel.map(|cancel| view! { <Button on_press=cancel>"Cancel"</Button> })}
            </div>
            {move || match done.get() {
                Some((value, max)) => {
                    view! {
                        <progress value=value.to_string() max=max.max(1).to_string() aria-label=label></progress>
                    }
                        .into_any()
                }
                None => view! { <progress aria-label=label></progress> }.into_any(),
            }}
        </div>
    }
}
