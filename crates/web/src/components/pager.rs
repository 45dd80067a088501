//! The foot of a list: where one is in it, the pages before and behind, and how many rows a page has.
//!
//! Everything it offers is an address, so that Back and a reload come to the same rows.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// The sizes that a person can choose.
pub(crate) const SIZES: [u32; 4] = [25, 50, 100, 200];

/// Rows of a page unless the address says otherwise.
pub(crate) const USUAL_SIZE: u32 = 50;

/// The size that an address asks for; the usual one for anything else than [`SIZES`].
pub(crate) fn size_of(text: &str) -> u32 {
    let asked = text.parse().ok().filter(|size| SIZES.contains(size));
    asked.unwrap_or(USUAL_SIZE)
}

/// The foot of a list.
#[component]
pub(crate) fn Pager(
    /// The address of the page before; `None` on the first.
    previous: Option<String>,
    /// What leads there is called.
    #[prop(default = "Previous")]
    back: &'static str,
    /// The address of the next page; `None` on the last.
    next: Option<String>,
    /// How many rows a page has.
    size: u32,
    /// Called with another size.
    #[prop(into)]
    on_size: Callback<u32>,
    /// What is shown of how many, such as `50 of 1,204`.
    #[prop(into)]
    shown: Signal<String>,
) -> impl IntoView {
    let link = |address: Option<String>, name: &'static str, test: &'static str, back: bool| match address {
        Some(address) => view! {
            <a class="button" href=address data-test=test rel=if back { "prev" } else { "next" }>{arrow(name, back)}</a>
        }
        .into_any(),
        None => view! {
            <span class="button" aria-disabled="true" role="link" data-test=test>{arrow(name, back)}</span>
        }
        .into_any(),
    };
    let options = SIZES
        .into_iter()
        .map(|of| view! { <option value=of.to_string() selected=of == size>{of.to_string()}</option> })
        .collect_view();
    view! {
        <nav class="pager" aria-label="Pages of the list">
            <p class="shown" data-test="shown">{shown}</p>
            <label class="pager-size">
                <span>"Rows a page"</span>
                <select
                    data-test="page-size"
                    on:change=move |event| on_size.run(size_of(&event_target_value(&event)))
                >
                    {options}
                </select>
            </label>
            <div class="actions">
                {link(previous, back, "previous", true)}
                {link(next, "Next", "next", false)}
            </div>
        </nav>
    }
}

fn arrow(name: &'static str, back: bool) -> impl IntoView {
    let sign = || icon(Icon::Chevron).into_any();
    view! {
        {back.then(|| view! { <span class="flipped">{sign()}</span> })}
        {name}
        {(!back).then(sign)}
    }
}
