//! The flow as a person sees it: the steps, the file, and the step that is now.

use leptos::{html, prelude::*};
use passmuster_core::wire::{directory::Catalog, integration::Integration};

use super::{
    check_step::CheckStep,
    file_bar::FileBar,
    header_step::HeaderStep,
    match_step::MatchStep,
    result_step::ResultStep,
    review_step::ReviewStep,
    sign_in_again::SignInAgain,
    state::{Flow, Step},
    upload_step::UploadStep,
};
use crate::components::stepper::Stepper;

/// The flow.
#[component]
pub(crate) fn FlowView(
    /// Its state.
    flow: Flow,
    /// The integration; `None` where nothing is sent.
    integration: Option<Integration>,
    /// What mappings may name.
    catalog: Catalog,
) -> impl IntoView {
    if let Some(integration) = integration {
        flow.saved.set(Some(integration.mapping.clone()));
        flow.about.set(Some(integration));
        flow.catalog.set(catalog);
        flow.ask_for_members();
    }
    flow.make_ready();
    let steps: &'static [&'static str] = if flow.is_local() {
        &Step::LOCAL_NAMES
    } else {
        &Step::NAMES
    };
    view! {
        <div class="flow">
            <Stepper
                steps=steps
                now=Signal::derive(move || flow.step.get() as usize)
                reached=Signal::derive(move || flow.reached() as usize)
                on_step=move |index: usize| {
                    if let Some(step) = Step::ALL.get(index) {
                        flow.go(*step);
                    }
                }
            />
            <FileBar flow=flow />
            {move || match flow.step.get() {
                Step::Upload => view! { <UploadStep flow=flow /> }.into_any(),
                Step::Header => view! { <HeaderStep flow=flow /> }.into_any(),
                Step::Match => view! { <MatchStep flow=flow /> }.into_any(),
                Step::Check => view! { <CheckStep flow=flow /> }.into_any(),
                Step::Review => view! { <ReviewStep flow=flow /> }.into_any(),
                Step::Result => view! { <ResultStep flow=flow /> }.into_any(),
            }}
            {(!flow.is_local()).then(|| view! { <SignInAgain flow=flow /> })}
        </div>
    }
}

/// The heading of a step, which takes the focus when the step begins.
#[component]
pub(super) fn StepHead(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// What to do here, in a sentence.
    #[prop(optional, into)]
    lead: MaybeProp<String>,
    /// The step's acts.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move || {
        if let Some(heading) = heading.get() {
            // With the next frame: taking the focus makes the browser lay the step out, which it does then anyway.
            request_animation_frame(move || {
                // Fails only for elements that can't take the focus.
                let _ = heading.focus();
            });
        }
    });
    view! {
        <div class="step-head">
            <div>
                <h2 tabindex="-1" node_ref=heading>{title}</h2>
                {move || lead.get().map(|lead| view! { <p class="lead">{lead}</p> })}
            </div>
            {children.map(|children| view! { <div class="actions">{children()}</div> })}
        </div>
    }
}
