//! A button that opens a few acts below it, by the browser's own popover: it closes on Escape and on a press elsewhere,
//! and gives the focus back.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// One act of a menu.
#[derive(Clone)]
pub(crate) struct Act {
    /// Its words.
    pub(crate) name: String,
    /// What to know before; empty: nothing.
    pub(crate) hint: &'static str,
    /// Its name for tests.
    pub(crate) test: &'static str,
    /// What it does.
    pub(crate) does: Does,
}

/// What an act does.
#[derive(Clone)]
pub(crate) enum Does {
    /// Something on this page.
    Run(Callback<()>),
    /// It goes to another address of the page.
    Go(String),
    /// It gets a file.
    Download(String),
}

impl Act {
    /// Something on this page.
    pub(crate) fn run(name: impl Into<String>, test: &'static str, act: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            name: name.into(),
            hint: "",
            test,
            does: Does::Run(Callback::new(move |()| act())),
        }
    }

    /// A link to another page.
    pub(crate) fn go(name: impl Into<String>, test: &'static str, address: String) -> Self {
        Self {
            name: name.into(),
            hint: "",
            test,
            does: Does::Go(address),
        }
    }

    /// A file from the server.
    pub(crate) fn download(name: impl Into<String>, test: &'static str, address: String) -> Self {
        Self {
            does: Does::Download(address),
            ..Self::go(name, test, String::new())
        }
    }

    /// With a line below its name.
    pub(crate) fn with_hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }
}

/// The button and what it opens.
#[component]
pub(crate) fn Menu(
    /// Its id, once on the page.
    #[prop(into)]
    id: String,
    /// Its words.
    #[prop(into)]
    name: String,
    /// What screen readers hear instead, where the words alone are not enough.
    #[prop(optional, into)]
    spoken: Option<String>,
    /// Whether it is small, for a row of a table.
    #[prop(optional)]
    small: bool,
    /// Its acts.
    acts: Vec<Act>,
) -> impl IntoView {
    let target = id.clone();
    let list = acts
        .into_iter()
        .map(|act| {
            let hint = (!act.hint.is_empty()).then(|| view! { <span class="hint">{act.hint}</span> });
            let words = view! { <span>{act.name}</span>{hint} };
            match act.does {
                Does::Run(run) => view! {
                    <li>
                        <button
                            type="button"
                            data-test=act.test
                            popovertarget=target.clone()
                            popovertargetaction="hide"
                            on:click=move |_| run.run(())
                        >
                            {words}
                        </button>
                    </li>
                }
                .into_any(),
                Does::Download(address) => {
                    view! { <li><a href=address rel="external" download data-test=act.test>{words}</a></li> }.into_any()
                }
                Does::Go(address) => view! { <li><a href=address data-test=act.test>{words}</a></li> }.into_any(),
            }
        })
        .collect_view();
    view! {
        <button
            type="button"
            class="button menu-opener"
            class:small=small
            popovertarget=id.clone()
            aria-label=spoken
            data-test=id.clone()
        >
            {name}
            {icon(Icon::Chevron)}
        </button>
        <ul class="menu" popover="auto" id=id>{list}</ul>
    }
}
