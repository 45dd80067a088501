//! The steps of a flow: which are done, which is now, and a way back to those that are done.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// The steps, numbered from 0.
#[component]
pub(crate) fn Stepper(
    /// Their names.
    steps: &'static [&'static str],
    /// The one that is now.
    #[prop(into)]
    now: Signal<usize>,
    /// The last one that can be gone to.
    #[prop(into)]
    reached: Signal<usize>,
    /// Goes to a step.
    #[prop(into)]
    on_step: Callback<usize>,
) -> impl IntoView {
    let items = steps
        .iter()
        .enumerate()
        .map(|(index, &name)| {
            view! {
                <li class="step" class:done=move || index < now.get() class:now=move || index == now.get()>
                    <button
                        type="button"
                        disabled=move || { reached.get() < index }
                        aria-current=move || (index == now.get()).then_some("step")
                        on:click=move |_| on_step.run(index)
                    >
                        <span class="step-sign" aria-hidden="true">
                            {move || if index < now.get() { icon(Icon::Tick).into_any() } else { (index + 1).into_any() }}
                        </span>
                        <span class="visually-hidden">{format!("Step {} of {}: ", index + 1, steps.len())}</span>
                        <span class="step-name">{name}</span>
                        <span class="visually-hidden">
                            {move || if index < now.get() { " (done)" } else { "" }}
                        </span>
                    </button>
                </li>
            }
        })
        .collect_view();
    view! { <nav class="stepper" aria-label="Steps"><ol>{items}</ol></nav> }
}
