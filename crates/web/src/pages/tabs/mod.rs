//! The tabs of an integration, each fetched when it is first looked at; Check & Upload is [`super::flow`].

mod api_sandbox;
mod credentials;
pub(crate) mod data_explorer;
mod data_format;
pub(crate) mod opened;
mod settings;

use leptos::prelude::*;

use self::{
    api_sandbox::ApiSandbox, credentials::Credentials, data_explorer::DataExplorer, data_format::DataFormat,
    opened::Opened, settings::Settings,
};
use crate::parts::{Part, later};

/// A tab as a part: `tab!(FILE NAME => COMPONENT)`. The function that shows it and the part have the name, which is their own.
macro_rules! tab {
    ($(#[$doc:meta])* $file:ident $name:ident => $component:ident) => {
        $(#[$doc])*
        pub(super) fn $name(opened: Opened) -> AnyView {
            #[leptos::wasm_split::wasm_split($file, wasm_split_path = leptos::wasm_split, fallible)]
            fn $name(opened: Opened) -> Part {
                Ok(view! { <$component opened=opened /> }.into_any())
            }
            later(move || Box::pin($name(opened)))
        }
    };
}

tab!(
    /// Settings.
    settings settings => Settings
);
tab!(
    /// Data Format.
    format data_format => DataFormat
);
tab!(
    /// Credentials.
    credentials credentials => Credentials
);
tab!(
    /// Data Explorer.
    explorer data_explorer => DataExplorer
);
tab!(
    /// API Sandbox.
    sandbox api_sandbox => ApiSandbox
);
