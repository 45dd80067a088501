//! A table that becomes cards where there is no room: each cell names its column by `data-label`.

use leptos::prelude::*;

/// The table; what it holds are its rows.
#[component]
pub(crate) fn CardTable(
    /// More classes than the one that makes it cards.
    #[prop(optional)]
    class: &'static str,
    /// Its name for tests.
    #[prop(optional)]
    test: &'static str,
    /// The headings of its columns.
    headings: Vec<&'static str>,
    /// Whether a last column holds what can be done.
    #[prop(optional)]
    acts: bool,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let headings = headings.into_iter();
    let headings = headings
        .map(|heading| view! { <th scope="col">{heading}</th> })
        .collect_view();
    view! {
        <div class="table-box">
            <table class=format!("cards {class}") data-test=test>
                <thead>
                    <tr>
                        {headings}
                        {acts.then(|| view! { <th scope="col"><span class="visually-hidden">"Acts"</span></th> })}
                    </tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}
