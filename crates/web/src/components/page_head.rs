//! The head of a page: its one `h1`, the way to it, its main acts. Names the window and takes the focus.

use leptos::{html, prelude::*};

use crate::session::Shell;

/// The head of a page.
#[component]
pub(crate) fn PageHead(
    /// The heading.
    #[prop(into)]
    title: String,
    /// One sentence on what the page is for.
    #[prop(optional, into)]
    lead: Option<String>,
    /// Where it lies: names and addresses of the pages above.
    #[prop(optional)]
    above: Vec<(String, String)>,
    /// Main acts of the page, or what is known of its subject.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let shell = Shell::here();
    let heading = NodeRef::<html::H1>::new();
    let name = title.clone();
    Effect::new(move || {
        document().set_title(&format!("{name} · Passmuster"));
        if let Some(heading) = heading.get() {
            if shell.first_page.get_value() {
                shell.first_page.set_value(false);
            } else {
                // Fails only for elements that can't take the focus.
                let _ = heading.focus();
            }
        }
    });
    let way = (!above.is_empty()).then(|| {
        let links = above
            .into_iter()
            .map(|(name, address)| view! { <li><a href=address>{name}</a></li> })
            .collect_view();
        view! { <nav class="way" aria-label="Breadcrumb"><ol>{links}</ol></nav> }
    });
    view! {
        <header class="page-head">
            {way}
            <div class="page-head-row">
                <h1 tabindex="-1" node_ref=heading>{title}</h1>
                {children.map(|children| view! { <div class="actions">{children()}</div> })}
            </div>
            {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
        </header>
    }
}
