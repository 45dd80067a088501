//! The icons, as lines on a 16-pixel grid; each is hidden from screen readers, for a word always stands beside it.

use leptos::prelude::*;

/// An icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    /// A shield with a tick.
    Brand,
    /// Two people.
    Users,
    /// Boxes below a box.
    Groups,
    /// A clock.
    Audit,
    /// Two sliders.
    Settings,
    /// A question mark in a circle.
    Help,
    /// A cross.
    Close,
    /// A plug.
    Integrations,
    /// A page with a tick.
    Check,
    /// A tick.
    Tick,
    /// A tick in a circle.
    Done,
    /// A cross.
    Cross,
    /// A cross in a circle.
    Error,
    /// A triangle with an exclamation mark.
    Warning,
    /// An i in a circle.
    Info,
    /// An arrow to the right.
    Arrow,
    /// A chevron to the right.
    Chevron,
    /// An arrow up into a tray.
    Upload,
    /// Two sheets.
    Copy,
    /// A plus.
    Plus,
    /// Three lines.
    Menu,
    /// A padlock.
    Lock,
    /// A sheet of paper.
    File,
    /// A magnifying glass.
    Search,
    /// A minus in a circle.
    Off,
    /// An arrow that turns back.
    Back,
    /// The same, the other way.
    Forth,
    /// A pencil.
    Edit,
    /// Angle brackets.
    Code,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Brand => "M8 1.5 2.5 3.4v4.1c0 3.4 2.3 5.8 5.5 7 3.2-1.2 5.5-3.6 5.5-7V3.4zM5.4 7.9l1.9 1.9 3.4-3.6",
            Self::Users => {
                "M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M1.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4M10.5 2.7a2.5 2.5 0 0 1 0 4.6M12 9.8c1.5.6 2.5 1.9 2.5 3.7"
            }
            Self::Groups => {
                "M6 2h4v3.500H6zM8 5.500V8M3.500 10.500V8h9v2.500M1.500 10.500h4V14h-4zM10.500 10.500h4V14h-4z"
            }
            Self::Audit => "M8 14.500a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M8 4.500V8l2.500 1.700",
            Self::Settings => {
                "M1.500 5h6M11.500 5h3M1.500 11h3M8.500 11h6M9.500 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4M6.500 13a2 2 0 1 0 0-4 2 2 0 0 0 0 4"
            }
            Self::Help => {
                "M8 14.500a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M6.200 6.300a1.800 1.800 0 1 1 2.700 1.600c-.6.35-.9.7-.9 1.400M8 11.500v.1"
            }
            Self::Close => "m4 4 8 8M12 4l-8 8",
            Self::Integrations => "M5.5 1.500v3.500M10.5 1.500v3.500M3.5 5h9v2.500a4.5 4.5 0 0 1-9 0zM8 12v2.5",
            Self::Check => {
                "M9 1.500H4a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1v-8zM9 1.500v4h4M5.5 10l1.7 1.700L10.5 8.4"
            }
            Self::Tick => "m3 8.5 3.2 3.200L13 4.8",
            Self::Done => "M8 14.500a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M5.2 8.200l2 2 3.6-4",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Error => "M8 14.500a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M5.8 5.800l4.4 4.400M10.2 5.800l-4.4 4.4",
            Self::Warning => "M8 2 1.5 13.500h13zM8 6.500v3.300M8 11.600v.1",
            Self::Info => "M8 14.500a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M8 7.300v3.900M8 4.800v.1",
            Self::Arrow => "M2.5 8h11M9.5 4l4 4-4 4",
            Self::Chevron => "m6 3.5 4.5 4.500L6 12.5",
            Self::Upload => {
                "M8 10.500v-8M4.8 5.5 8 2.300l3.2 3.200M2 10.500v2a1.5 1.5 0 0 0 1.5 1.500h9a1.5 1.5 0 0 0 1.5-1.500v-2"
            }
            Self::Copy => {
                "M5.5 5.500v-3a1 1 0 0 1 1-1h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-3M2.5 5.500h7a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1"
            }
            Self::Plus => "M8 3v10M3 8h10",
            Self::Menu => "M2 4h12M2 8h12M2 12h12",
            Self::Lock => "M4 7h8a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1M5 7V5a3 3 0 0 1 6 0v2",
            Self::File => "M9 1.500H4a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h8a1 1 0 0 0 1-1v-8zM9 1.500v4h4",
            Self::Search => "M7 11.500a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M10.3 10.300l3.7 3.7",
            Self::Off => "M8 14.500a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M5 8h6",
            Self::Back => "M5.5 3 2 6.5 5.5 10M2 6.500h7.500a4 4 0 0 1 0 8H7",
            Self::Forth => "M10.5 3 14 6.5 10.5 10M14 6.500H6.500a4 4 0 0 0 0 8H9",
            Self::Edit => "M10.500 2.700l2.800 2.800L5.500 13.300l-3.200.400.400-3.200zM8.7 4.5l2.800 2.800",
            Self::Code => "M5.5 4.500 2 8l3.5 3.500M10.5 4.500 14 8l-3.5 3.500M9 3 7 13",
        }
    }
}

/// Draws an icon in the colour of the text around it.
pub(crate) fn icon(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
}
