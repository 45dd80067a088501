//! What of the uploads is listed: how they ended, when, and whose.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::Asked;

/// The filters; choosing one goes to its address.
#[component]
pub(super) fn Filters(
    /// The address of the list.
    here: String,
    /// What is listed.
    asked: Memo<Asked>,
) -> impl IntoView {
    let navigate = use_navigate();
    let list = here.clone();
    let go = Callback::new(move |asked: Asked| navigate(&asked.at(&list, ""), NavigateOptions::default()));
    let results = [
        ("", "All results"),
        ("applied", "Applied"),
        ("held", "Waiting for approval"),
        ("rejected", "Rejected"),
        ("undone", "Undone"),
    ]
    .into_iter()
    .map(|(value, words)| {
        view! { <option value=value prop:selected=move || asked.with(|asked| asked.result == value)>{words}</option> }
    })
    .collect_view();
    view! {
        <div class="filter-line" role="group" aria-label="Filters" data-test="upload-filters">
            <label>
                <span>"Result"</span>
                <select
                    data-test="filter-result"
                    on:change=move |event| {
                        go.run(Asked { result: event_target_value(&event), ..asked.get_untracked() });
                    }
                >
                    {results}
                </select>
            </label>
            <label>
                <span>"From"</span>
                <input
                    type="date"
                    data-test="filter-from"
                    prop:value=move || asked.with(|asked| asked.from.clone())
                    on:change=move |event| {
                        go.run(Asked { from: event_target_value(&event), ..asked.get_untracked() });
                    }
                />
            </label>
            <label>
                <span>"To"</span>
                <input
                    type="date"
                    data-test="filter-to"
                    prop:value=move || asked.with(|asked| asked.to.clone())
                    on:change=move |event| {
                        go.run(Asked { to: event_target_value(&event), ..asked.get_untracked() });
                    }
                />
            </label>
            <label>
                <span>"By"</span>
                <input
                    type="search"
                    placeholder="Token or e-mail"
                    data-test="filter-by"
                    prop:value=move || asked.with(|asked| asked.by.clone())
                    on:change=move |event| {
                        let by = event_target_value(&event).trim().to_owned();
                        go.run(Asked { by, ..asked.get_untracked() });
                    }
                />
            </label>
            {move || asked.with(Asked::is_filtered).then(|| view! { <a class="filter-clear" href=here.clone()>"Clear filters"</a> })}
        </div>
    }
}
