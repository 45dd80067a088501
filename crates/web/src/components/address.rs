//! An e-mail address in a narrow place: it goes on in the next line with its domain, not in the middle of a word.

use leptos::prelude::*;

/// The address; of anything else just its text.
pub(crate) fn address(text: &str) -> impl IntoView + use<> {
    let (local, domain) = text.split_at(text.find('@').unwrap_or(text.len()));
    let (local, domain) = (local.to_owned(), domain.to_owned());
    view! { <span class="breaks">{local}<wbr />{domain}</span> }
}
