//! What can be done with the rows as a whole: back and forth, to the next problem, find and replace, and files of them.

use leptos::prelude::*;
use passmuster_core::wire::worker::{Act, Given};

use super::super::state::Flow;
use crate::{
    components::{
        button::{Button, Weight},
        dialog::Dialog,
        icon::{Icon, icon},
    },
    text,
};

/// The bar.
#[component]
pub(super) fn Toolbar(
    flow: Flow,
    /// Whether rows are shown as a plain table.
    plain: RwSignal<bool>,
) -> impl IntoView {
    let mending = flow.mending;
    let leaving = RwSignal::new(false);
    let tool = move |sign: Icon, name: &'static str, keys: &'static str, test: &'static str, act: Callback<()>| {
        view! {
            <button type="button" class="button quiet" title=keys aria-keyshortcuts=keys data-test=test on:click=move |_| act.run(())>
                {icon(sign)}
                {name}
            </button>
        }
    };
    let none_done = Signal::derive(move || mending.step_count.get() == 0);
    let none_undone = Signal::derive(move || mending.undone.get() == 0);
    let give = move |what: Given, name: &'static str, test: &'static str| {
        view! {
            <li><button type="button" class="button quiet" data-test=test on:click=move |_| flow.give(what)>{name}</button></li>
        }
    };
    let errors = move || mending.counts.get().errors;
    view! {
        <div class="mend-tools" role="group" aria-label="Mend the file">
            <button type="button" class="button quiet" title="Undo: Control+Z" aria-label="Undo" aria-keyshortcuts="Control+Z" data-test="undo" disabled=none_done on:click=move |_| flow.undo()>
                {icon(Icon::Back)}
            </button>
            <button type="button" class="button quiet" title="Redo: Control+Shift+Z" aria-label="Redo" aria-keyshortcuts="Control+Shift+Z" data-test="redo" disabled=none_undone on:click=move |_| flow.redo()>
                {icon(Icon::Forth)}
            </button>
            {tool(Icon::Chevron, "Next problem", "F8", "next-problem", Callback::new(move |()| flow.next_problem(false)))}
            {tool(Icon::Search, "Find and replace", "Control+H", "replace", Callback::new(move |()| mending.replacing.set(true)))}
            {move || (errors() > 0).then(|| view! {
                <button type="button" class="button quiet" data-test="leave-out-bad" on:click=move |_| leaving.set(true)>
                    {icon(Icon::Off)}
                    "Good rows only"
                </button>
            })}
            <details class="mend-menu">
                <summary class="button quiet">{icon(Icon::File)} "Download"</summary>
                <ul>
                    {give(Given::Reasons, "Every row with what is wrong with it", "give-reasons")}
                    {give(Given::Mended, "The file as it is now", "give-mended")}
                    {move || (mending.step_count.get() > 0).then(|| give(Given::Changes, "The list of changes", "give-changes"))}
                    {move || (mending.extent.get().left_out > 0).then(|| give(Given::LeftOut, "The rows left out", "give-left-out"))}
                </ul>
            </details>
            <label class="check plain-switch">
                <input type="checkbox" data-test="plain" prop:checked=plain on:change=move |event| plain.set(event_target_checked(&event)) />
                "Plain table"
            </label>
        </div>
        <Dialog open=leaving on_close=move |()| leaving.set(false) title="Send the good rows only?">
            <div class="stack-small">
                <p>
                    {format!(
                        "{} left out of what is sent. They stay in the grid, struck through, and can be taken back or saved as a file of their own.",
                        text::count(mending.counts.get_untracked().errors, "row with errors is", "rows with errors are"),
                    )}
                </p>
                <div class="actions end">
                    <Button on_press=Callback::new(move |()| leaving.set(false))>"Cancel"</Button>
                    <Button
                        weight=Weight::Primary
                        test="leave-out-bad-now"
                        on_press=Callback::new(move |()| {
                            let rows = text::count(mending.counts.get_untracked().errors, "row with errors", "rows with errors");
                            flow.mend(format!("{rows} left out"), Act::LeaveOutBad);
                            leaving.set(false);
                        })
                    >
                        {format!("Leave out {}", text::count(mending.counts.get_untracked().errors, "row", "rows"))}
                    </Button>
                </div>
            </div>
        </Dialog>
    }
}
