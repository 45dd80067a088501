//! What a person chose for this browser: light or dark, and whether single keys do something. Kept in the browser alone.

use leptos::prelude::*;

const THEME: &str = "passmuster-theme";
const SINGLE_KEYS: &str = "passmuster-single-keys";

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// In the order in which they are offered.
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in the document and in the browser's store.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Its name for people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::System => "As the system says",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }
}

/// The preferences, given to every component by context.
#[derive(Clone, Copy)]
pub(crate) struct Preferences {
    theme: RwSignal<Theme>,
    single_keys: RwSignal<bool>,
}

impl Preferences {
    /// Reads them, lets the page look like them, and gives them to all below.
    pub(crate) fn provide() -> Self {
        let stored = kept(THEME);
        let theme = Theme::ALL
            .into_iter()
            .find(|theme| stored.as_deref() == Some(theme.name()))
            .unwrap_or_default();
        show(theme);
        let preferences = Self {
            theme: RwSignal::new(theme),
            single_keys: RwSignal::new(kept(SINGLE_KEYS).as_deref() != Some("off")),
        };
        provide_context(preferences);
        preferences
    }

    /// The preferences, from anywhere on the page.
    pub(crate) fn here() -> Self {
        expect_context()
    }

    /// Light or dark.
    pub(crate) fn theme(self) -> Theme {
        self.theme.get()
    }

    /// Chooses light or dark.
    pub(crate) fn set_theme(self, theme: Theme) {
        keep(THEME, theme.name());
        show(theme);
        self.theme.set(theme);
    }

    /// Whether single keys, such as `/` and `?`, do something.
    pub(crate) fn single_keys(self) -> bool {
        self.single_keys.get()
    }

    /// Switches single keys on or off.
    // WCAG 2.2, 2.1.4 Character Key Shortcuts
    pub(crate) fn set_single_keys(self, on: bool) {
        keep(SINGLE_KEYS, if on { "on" } else { "off" });
        self.single_keys.set(on);
    }
}

fn show(theme: Theme) {
    if let Some(root) = document().document_element() {
        // Fails only for names that are none.
        let _ = root.set_attribute("data-theme", theme.name());
    }
}

/// What the browser keeps under a name; nothing where it keeps nothing at all, as in some private windows.
fn kept(name: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(name).ok()?
}

fn keep(name: &str, value: &str) {
    if let Ok(Some(store)) = window().local_storage() {
        // Where nothing can be kept, the choice holds until the page is left.
        let _ = store.set_item(name, value);
    }
}
