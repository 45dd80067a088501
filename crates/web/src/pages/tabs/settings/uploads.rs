//! What a user missing in a file means, and whether uploads are marked sandbox.

use leptos::prelude::*;
use passmuster_core::wire::integration::{IntegrationEdit, UploadMode};

use super::saving::Saving;
use crate::{
    components::{
        button::{Button, Weight},
        error_summary::ErrorSummary,
        radio_option::RadioOption,
    },
    pages::tabs::opened::Opened,
};

/// The card.
#[component]
pub(super) fn Uploads(
    /// The integration.
    opened: Opened,
    /// How it is saved.
    saving: Saving,
) -> impl IntoView {
    let saved = Memo::new(move |_| opened.integration.with(|now| (now.upload_mode, now.sandbox)));
    let (first_mode, first_sandbox) = saved.get_untracked();
    let mode = RwSignal::new(first_mode);
    let sandbox = RwSignal::new(first_sandbox);
    let wanted = Signal::derive(move || {
        let (saved_mode, saved_sandbox) = saved.get();
        Ok(IntegrationEdit {
            upload_mode: Some(mode.get()).filter(|mode| *mode != saved_mode),
            sandbox: Some(sandbox.get()).filter(|sandbox| *sandbox != saved_sandbox),
            ..IntegrationEdit::default()
        })
    });
    let forget = Callback::new(move |()| {
        let (saved_mode, saved_sandbox) = saved.get_untracked();
        mode.set(saved_mode);
        sandbox.set(saved_sandbox);
    });
    saving.take(wanted, forget);
    let choice = move |value: UploadMode, title: &'static str, text: &'static str| {
        view! {
            <RadioOption
                name="upload-mode"
                value=value.as_str()
                title=title
                hint=text
                chosen=Signal::derive(move || mode.get() == value)
                on_choose=move |()| mode.set(value)
            />
        }
    };
    view! {
        <form
            class="card form"
            novalidate
            aria-labelledby="uploads"
            on:submit=move |event| {
                event.prevent_default();
                saving.save();
            }
        >
            <h2 id="uploads">"How uploads are taken"</h2>
            <ErrorSummary errors=saving.errors title="Not saved" />
            <fieldset class="options" disabled=!opened.may_edit>
                <legend>"Upload mode"</legend>
                {choice(
                    UploadMode::Changes,
                    "Changes only",
                    "A user who is missing in a file stays as they are. Send everybody or only those who changed.",
                )}
                {choice(
                    UploadMode::Snapshot,
                    "Full snapshot",
                    "A file names everybody. A user whom this integration manages and who is missing is deactivated: never an admin, \
                     never by an empty file, and only within the limit of deactivations.",
                )}
            </fieldset>
            <fieldset class="options" disabled=!opened.may_edit>
                <legend>"Sandbox mode"</legend>
                <label class="option">
                    <input
                        type="checkbox"
                        data-test="sandbox"
                        prop:checked=move || sandbox.get()
                        on:change=move |event| sandbox.set(event_target_checked(&event))
                    />
                    <span>
                        <strong>"Mark uploads as sandbox"</strong>
                        <span class="hint">
                            "Uploads are marked sandbox; they still create and change users. To change nothing, send with "
                            <code class="nowrap">"?mode=plan"</code> "."
                        </span>
                    </span>
                </label>
            </fieldset>
            <fieldset class="actions" disabled=!opened.may_edit>
                <Button weight=Weight::Primary submit=true busy=saving.busy test="save-uploads">"Save"</Button>
            </fieldset>
        </form>
    }
}
