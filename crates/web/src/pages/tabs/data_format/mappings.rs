//! The API field mappings as an editable table, with the ways to add to it.

use leptos::prelude::*;
use passmuster_core::{
    field::Target,
    mapping::{ApiField, Mapping},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{
    chosen::file_of,
    draft::Draft,
    from_file::FromFile,
    last_file::samples,
    line::LineRow,
    making::{MakeNew, Making},
    saving::SaveMapping,
};
use crate::{
    components::{
        button::{Button, Weight},
        error_summary::{ErrorSummary, FormError},
        icon::{Icon, icon},
        match_table::offers,
        unsaved::UnsavedBar,
    },
    pages::flow::download::save_text,
    session::Shell,
};

/// The card.
#[component]
pub(super) fn Mappings(
    /// The mapping as it is being changed.
    draft: Draft,
) -> impl IntoView {
    let shell = Shell::here();
    let may_edit = draft.opened.may_edit;
    let lines = Memo::new(move |_| draft.lines());
    let faults = Memo::new(move |_| draft.faults());
    let doubts = Memo::new(move |_| draft.mapping().doubts(Some(&draft.saved())));
    // What kept the mapping from being saved or read, and the mapping that it speaks of: of another one it says nothing.
    let refused = RwSignal::new((None::<Mapping>, Vec::<FormError>::new()));
    let refuse = move |found: Vec<FormError>| refused.try_set((Some(untrack(|| draft.mapping())), found));
    let mapping = Memo::new(move |_| draft.mapping());
    let errors = Memo::new(move |_| {
        refused.with(|(of, found)| {
            if mapping.with(|now| of.as_ref() == Some(now)) {
                found.clone()
            } else {
                Vec::new()
            }
        })
    });
    let samples = samples(draft);
    let saving = RwSignal::new(false);
    let making = RwSignal::new(None::<Making>);
    let offered = Memo::new(move |_| {
        let used: Vec<Target> = lines.with(|lines| lines.iter().map(|line| line.field.target.clone()).collect());
        draft.opened.catalog.with(|catalog| offers(catalog, &used))
    });
    let ask_to_save = Callback::new(move |()| {
        let found: Vec<FormError> = faults.with_untracked(|faults| {
            lines.with_untracked(|lines| {
                let id = |index: usize| lines.get(index).map(|line| format!("api-field-{}", line.number));
                faults
                    .iter()
                    .map(|fault| (fault.field.and_then(id), fault.message.clone()))
                    .collect()
            })
        });
        saving.set(found.is_empty());
        refuse(found);
    });
    let discard = Callback::new(move |()| draft.discard());
    let add = Callback::new(move |()| {
        let used = untrack(|| draft.mapping());
        let free = offered.with_untracked(|offers| {
            let mut targets = offers.iter().map(|offer| offer.target.clone());
            targets.find(|target| used.field_of(target).is_none())
        });
        if let Some(target) = free {
            let number = draft.add(ApiField::new("", target));
            request_animation_frame(move || focus(&format!("api-field-{number}")));
        }
    });
    let export = Callback::new(move |()| {
        save_text(
            "mapping.json",
            "application/json",
            &untrack(|| draft.mapping()).to_json(),
        );
    });
    let import = move |event: leptos::ev::Event| {
        let Some(file) = file_of(&event) else { return };
        spawn_local(async move {
            let read = JsFuture::from(file.text())
                .await
                .ok()
                .and_then(|text: JsValue| text.as_string());
            match Mapping::parse(read.unwrap_or_default().as_bytes()) {
                Ok(mapping) => {
                    draft.replace(mapping);
                    shell.say("The mapping file was read. It is not saved yet.");
                }
                Err(error) => {
                    let found = error
                        .faults
                        .into_iter()
                        .map(|fault| (None, format!("{}: {}", file.name(), fault.message)));
                    refuse(found.collect());
                }
            }
        });
    };
    let what = Memo::new(move |_| draft.is_changed().then(|| "API field mappings".to_owned()));
    view! {
        <section class="card stack" aria-labelledby="mappings">
            <div class="list-head">
                <h2 id="mappings">"API Field Mappings"</h2>
                <div class="actions">
                    <FromFile draft=draft />
                    <label class="button" class:disabled=!may_edit>
                        "Import mapping file…"
                        <input
                            type="file"
                            class="visually-hidden"
                            data-test="import-mapping"
                            disabled=!may_edit
                            accept=".json,application/json"
                            on:change=import
                        />
                    </label>
                    <Button on_press=export test="export-mapping">"Export mapping file"</Button>
                </div>
            </div>
            <p class="lead">
                "API fields are the headers or keys of a file, upper and lower case included. A column that is not listed here is not used."
            </p>
            <ErrorSummary errors=errors title="The API field mappings were not saved" />
            <fieldset disabled=!may_edit>
                <legend class="visually-hidden">"API Field Mappings"</legend>
                <div class="table-box flat">
                    <table class="mapping-table" data-test="mapping">
                        <thead>
                            <tr>
                                <th scope="col">"API Field"</th>
                                <th scope="col">"Passmuster Field"</th>
                                <th scope="col">"Blank cell"</th>
                                <th scope="col">"Unknown name"</th>
                                <th scope="col">"List"</th>
                                <th scope="col">"Value map"</th>
                                <th scope="col"><span class="visually-hidden">"Remove"</span></th>
                            </tr>
                        </thead>
                        <For each=move || lines.get().into_iter().map(|line| line.number) key=|number| *number let:number>
                            <LineRow
                                number=number
                                draft=draft
                                lines=lines
                                faults=faults
                                doubts=doubts
                                offered=offered
                                samples=samples
                                on_new=move |wanted| making.set(Some(wanted))
                            />
                        </For>
                    </table>
                </div>
            </fieldset>
            <div class="actions">
                <Button disabled=!may_edit on_press=add test="add-field">{icon(Icon::Plus)}"Add"</Button>
                <Button weight=Weight::Primary disabled=!may_edit on_press=ask_to_save test="save-mapping">
                    "Save API Field Mappings"
                </Button>
            </div>
        </section>
        <UnsavedBar what=what on_discard=discard on_save=ask_to_save />
        <SaveMapping draft=draft open=saving />
        <MakeNew draft=draft making=making />
    }
}

fn focus(id: &str) {
    let element = document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = element {
        // Fails only for elements that can't take the focus.
        let _ = element.focus();
    }
}
