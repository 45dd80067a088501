//! Saving the columns as the integration's mapping: what that changes is shown first.

use leptos::prelude::*;
use passmuster_core::mapping::{ApiField, Mapping};
use wasm_bindgen_futures::spawn_local;

use super::{draft::same, state::Flow};
use crate::{
    api::Fault,
    components::{
        badge::Tone,
        banner::Banner,
        button::{Button, Weight},
        dialog::Dialog,
        match_table::label,
        policies::summary,
    },
    text,
};

/// The button, and the dialog that it opens.
#[component]
pub(super) fn SaveMapping(flow: Flow, #[prop(into)] disabled: Signal<bool>) -> impl IntoView {
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(None::<Fault>);
    let saved = RwSignal::new(false);
    let save = Callback::new(move |()| {
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let answer = flow.save_mapping().await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    open.set(false);
                    saved.set(true);
                }
                Err(refused) => fault.set(Some(refused)),
            }
        });
    });
    let lines = move || {
        flow.saved.with(|saved| {
            saved
                .as_ref()
                .zip(flow.mapping())
                .map(|(saved, new)| differences(flow, saved, &new))
        })
    };
    view! {
        <Show when=move || flow.differs()>
            <Button
                disabled=disabled
                on_press=Callback::new(move |()| {
                    saved.set(false);
                    open.set(true);
                })
                test="save-mapping"
            >
                "Save as mapping…"
            </Button>
        </Show>
        <Show when=move || saved.get() && !flow.differs()>
            <p class="hint" role="status">"Saved as the integration's mapping."</p>
        </Show>
        <Dialog open=open on_close=move |()| open.set(false) title="Save these columns as the mapping?">
            <div class="stack" data-test="mapping-difference">
                <p>"Every file and every upload by token is read by it from then on. Against the saved mapping, this changes:"</p>
                <ul class="differences" tabindex="0" aria-label="What would be saved">{move || lines().unwrap_or_default().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                {move || fault.get().map(|fault| view! { <Banner tone=Tone::Bad title="The mapping was not saved"><p>{fault.message()}</p></Banner> })}
                <div class="actions">
                    <Button weight=Weight::Primary busy=busy on_press=save test="save-mapping-now">"Save as mapping"</Button>
                    <Button on_press=Callback::new(move |()| open.set(false)) focus=true>"Cancel"</Button>
                </div>
            </div>
        </Dialog>
    }
}

/// What differs between two mappings, in words.
fn differences(flow: Flow, saved: &Mapping, new: &Mapping) -> Vec<String> {
    if same(saved, new) {
        return vec!["Nothing.".to_owned()];
    }
    let name = |field: &ApiField| flow.catalog.with_untracked(|catalog| label(&field.target, catalog));
    let mut lines = Vec::new();
    for field in &new.fields {
        let known = saved.fields.iter().find(|known| known.target == field.target);
        match known {
            None => lines.push(format!("New: {} becomes {}.", field.api_field, name(field))),
            Some(known) if known == field => {}
            Some(known) => {
                if known.api_field != field.api_field {
                    lines.push(format!(
                        "{}: from {} instead of {}.",
                        name(field),
                        field.api_field,
                        known.api_field
                    ));
                }
                if (known.on_blank, known.on_unknown, known.list) != (field.on_blank, field.on_unknown, field.list) {
                    lines.push(format!(
                        "{}: {} instead of {}.",
                        name(field),
                        summary(field),
                        summary(known)
                    ));
                }
                lines.extend(rules(&name(field), known, field));
            }
        }
    }
    for field in &saved.fields {
        if !new.fields.iter().any(|known| known.target == field.target) {
            lines.push(format!("Gone: {} is not read any more.", name(field)));
        }
    }
    if saved.delimiter != new.delimiter {
        let word = |delimiter: Option<char>| delimiter.map_or("found in the file".to_owned(), text::delimiter);
        lines.push(format!(
            "Delimiter: {} instead of {}.",
            word(new.delimiter),
            word(saved.delimiter)
        ));
    }
    if lines.is_empty() {
        lines.push("The order of the fields.".to_owned());
    }
    lines
}

/// What differs between the rules for values of two fields.
fn rules(name: &str, saved: &ApiField, new: &ApiField) -> Vec<String> {
    let mut lines = Vec::new();
    for (value, meant) in &new.value_map {
        match saved.value_map.get(value) {
            Some(known) if known == meant => {}
            Some(known) => lines.push(format!("{name}: “{value}” means {meant} instead of {known}.")),
            None => lines.push(format!("{name}: “{value}” means {meant}.")),
        }
    }
    let gone = saved
        .value_map
        .keys()
        .filter(|value| !new.value_map.contains_key(*value));
    lines.extend(gone.map(|value| format!("{name}: no rule for “{value}” any more.")));
    lines
}
