//! What was asked of the server: while it loads, when it failed, and when it is there.

use leptos::prelude::*;

use super::{badge::Tone, banner::Banner, button::Button};
use crate::api::{Fault, Resource};

/// Draws a resource; `draw` gets the data.
#[component]
pub(crate) fn Loaded<T, V, F>(
    /// The resource.
    resource: Resource<T>,
    /// What is being loaded, such as `integrations`.
    what: &'static str,
    /// Draws the data.
    draw: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    V: IntoView + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
{
    move || match resource.get() {
        None => view! {
            <div class="loading" role="status">
                <span class="visually-hidden">{format!("Loading {what}…")}</span>
                <span class="bone"></span>
                <span class="bone"></span>
                <span class="bone"></span>
            </div>
        }
        .into_any(),
        Some(Err(fault)) => {
            let again = Callback::new(move |()| resource.refetch());
            let title = match fault.status() {
                Some(403) => format!("You may not see {what}"),
                Some(404) => "There is nothing at this address".to_owned(),
                _ => format!("Loading {what} failed"),
            };
            let retry = matches!(fault, Fault::Network) || fault.status().is_some_and(|status| status >= 429);
            view! {
                <Banner tone=Tone::Bad title=title>
                    <p>{fault.message()}</p>
                    {retry.then(|| view! { <Button on_press=again>"Try again"</Button> })}
                </Banner>
            }
            .into_any()
        }
        Some(Ok(data)) => draw(data).into_any(),
    }
}
