//! Says that a spreadsheet has changed values on their way, and where.

use leptos::prelude::*;
use passmuster_core::traces::{Trace, TraceKind};

use super::state::Flow;
use crate::{
    components::{badge::Tone, banner::Banner},
    text,
};

/// The notice; draws nothing when there are no traces.
#[component]
pub(super) fn Traces(flow: Flow) -> impl IntoView {
    move || {
        let traces = flow.preview.with(|preview| {
            preview
                .as_ref()
                .map(|preview| preview.traces.clone())
                .unwrap_or_default()
        });
        (!traces.is_empty()).then(|| {
            let lines = traces
                .into_iter()
                .map(|trace| {
                    let Trace { column, kind, count, sample } = trace;
                    let words = match kind {
                        TraceKind::LostZeros => "shorter than the rest, as if zeros at the beginning were lost",
                        TraceKind::Shortened => "numbers that were shortened; their digits are gone",
                        TraceKind::Date => "taken for dates",
                    };
                    let rows = text::count(count, "row", "rows");
                    view! {
                        <li>
                            <strong class="cell-text">{column}</strong>
                            {format!(", {rows}: {words}, such as ")}
                            <q class="cell-text">{sample}</q>
                        </li>
                    }
                })
                .collect_view();
            view! {
                <Banner tone=Tone::Notice title="This file went through Excel">
                    <ul>{lines}</ul>
                    <p>
                        "Export it again and upload it without opening it in a spreadsheet, or format these columns as text there before anything is typed or pasted."
                    </p>
                </Banner>
            }
        })
    }
}
