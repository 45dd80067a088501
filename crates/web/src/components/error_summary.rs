//! What keeps a form from being saved, above it: each line leads to its field, and the summary takes the focus.

use leptos::{html, prelude::*};

use super::icon::{Icon, icon};

/// The id of the field, and what is wrong with it. Without an id it is about the form as a whole.
pub(crate) type FormError = (Option<String>, String);

/// The summary; draws nothing without errors.
#[component]
pub(crate) fn ErrorSummary(
    /// What is wrong. Set it anew at each try to save.
    #[prop(into)]
    errors: Signal<Vec<FormError>>,
    /// What was not done, such as `The settings were not saved`.
    title: &'static str,
) -> impl IntoView {
    let element = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(summary) = element.get().filter(|_| errors.with(|errors| !errors.is_empty())) {
            // Fails only for elements that can't take the focus.
            let _ = summary.focus();
        }
    });
    let line = |(id, message): FormError| {
        match id {
        Some(id) => view! { <li><a href=format!("#{id}") rel="external" on:click=move |event| go_to(&event, &id)>{message}</a></li> }.into_any(),
        None => view! { <li>{message}</li> }.into_any(),
    }
    };
    move || {
        let errors = errors.get();
        (!errors.is_empty()).then(|| {
            view! {
                <div class="banner bad" role="alert" tabindex="-1" node_ref=element data-test="errors">
                    {icon(Icon::Error)}
                    <div class="banner-text">
                        <strong>{title}</strong>
                        <ul>{errors.into_iter().map(line).collect_view()}</ul>
                    </div>
                </div>
            }
        })
    }
}

fn go_to(event: &web_sys::MouseEvent, id: &str) {
    use wasm_bindgen::JsCast;
    event.prevent_default();
    if let Some(field) = document().get_element_by_id(id) {
        field.scroll_into_view();
        if let Ok(field) = field.dyn_into::<web_sys::HtmlElement>() {
            // Fails only for elements that can't take the focus.
            let _ = field.focus();
        }
    }
}
