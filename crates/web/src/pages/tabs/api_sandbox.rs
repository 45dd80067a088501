//! Requests to the endpoint, made by hand.

use leptos::prelude::*;
use passmuster_core::wire::integration::Integration;

use crate::components::copy_field::CopyField;

/// The tab.
#[component]
pub(crate) fn ApiSandbox(
    /// The integration.
    integration: Integration,
) -> impl IntoView {
    view! { <CopyField label="ENDPOINT" value=integration.endpoint /> }
}
