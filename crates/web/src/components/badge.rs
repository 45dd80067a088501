//! A state in a word, with an icon, so that colour is never alone.

use leptos::prelude::*;

use super::icon::{Icon, icon};

/// How a state feels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Neither good nor bad.
    Neutral,
    /// Good.
    Good,
    /// Worth a look.
    Notice,
    /// Bad.
    Bad,
    /// Plain information.
    Accent,
}

impl Tone {
    /// Its class.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Good => "good",
            Self::Notice => "notice",
            Self::Bad => "bad",
            Self::Accent => "accent",
        }
    }
}

/// A badge.
#[component]
pub(crate) fn Badge(
    /// How it feels.
    tone: Tone,
    /// Its icon.
    #[prop(optional)]
    with: Option<Icon>,
    /// Its word.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <span class=format!("badge {}", tone.class())>{with.map(icon)}{text}</span> }
}
