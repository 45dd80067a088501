//! A message about the page as a whole: what happened, and what to do.

use leptos::prelude::*;

use super::{
    badge::Tone,
    icon::{Icon, icon},
};

/// A banner; a bad one is read out at once.
#[component]
pub(crate) fn Banner(
    /// How it feels.
    tone: Tone,
    /// What happened, in one line.
    #[prop(into)]
    title: String,
    /// The rest.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let sign = match tone {
        Tone::Good => Icon::Done,
        Tone::Bad => Icon::Error,
        Tone::Notice => Icon::Warning,
        Tone::Neutral | Tone::Accent => Icon::Info,
    };
    view! {
        <div class=format!("banner {}", tone.class()) role=if tone == Tone::Bad { "alert" } else { "status" }>
            {icon(sign)}
            <div class="banner-text">
                <strong>{title}</strong>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
