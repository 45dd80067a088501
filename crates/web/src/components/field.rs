//! A labelled field of a form, with its hint and its error.

use leptos::prelude::*;

/// A field for one line of text. With `type="password"` it has a button that shows what is typed.
#[component]
pub(crate) fn TextField(
    /// Its id, and its name in the form.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// Its text.
    value: RwSignal<String>,
    /// `text`, `email` or `password`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What to know before typing.
    #[prop(optional)]
    hint: Option<&'static str>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described = format!("{hint_id} {error_id}");
    let is_password = kind == "password";
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="field-box">
                <input
                    id=id
                    name=id
                    type=move || if is_password && shown.get() { "text" } else { kind }
                    autocomplete=autocomplete
                    autocapitalize=(kind != "text").then_some("none")
                    spellcheck=(kind != "text").then_some("false")
                    aria-describedby=described
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
                {is_password
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button quiet inside"
                                aria-pressed=move || shown.get().to_string()
                                aria-controls=id
                                on:click=move |_| shown.update(|shown| *shown = !*shown)
                            >
                                {move || if shown.get() { "Hide" } else { "Show" }}
                                <span class="visually-hidden">" password"</span>
                            </button>
                        }
                    })}
            </div>
            <p class="field-error" id=error_id>{move || error.get()}</p>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}
