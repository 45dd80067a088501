//! An e-mail address in a narrow place: it goes on in the next line with its domain, not in the middle of a word.

use leptos::prelude::*;

/// The address; of anything else just its text.
pub(crate) fn address(text: &str) -> impl IntoView + use<> {
    let domain = text.find('@').map_or("", |at| &text[at..]);
    let local = text.strip_suffix(domain).unwrap_or(text);
    let (local, domain) = (local.to_owned(), domain.to_owned());
    view! { <span class="breaks">{local}<wbr />{domain}</span> }
}
