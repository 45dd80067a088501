//! The file format, the mapping with its policies and value maps, its versions, and an example that fits it.

mod chosen;
mod difference;
mod draft;
mod example;
mod file_format;
mod from_file;
mod last_file;
mod line;
mod making;
mod mappings;
mod saving;
mod value_map;
mod versions;

use leptos::prelude::*;

use self::{draft::Draft, example::Example, file_format::FileFormatCard, mappings::Mappings, versions::Versions};
use super::opened::Opened;

/// The tab.
#[component]
pub(crate) fn DataFormat(
    /// The integration.
    opened: Opened,
) -> impl IntoView {
    let draft = Draft::new(opened);
    view! {
        <div class="stack format-tab">
            <FileFormatCard opened=opened />
            <Mappings draft=draft />
            <Example draft=draft />
            <Versions opened=opened />
        </div>
    }
}
